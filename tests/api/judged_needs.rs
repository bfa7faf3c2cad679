//! Matching on needs whose offers were judged: `cargo nextest run -p vptex -E 'test(judged_needs)' --no-capture` prints the
//! figures of docs/matching.md.

use std::collections::{BTreeMap, HashMap};

use search_index::evaluation::{ndcg, precision};
use serde_json::{Map, Value, json};
use vptex::domain::text::fold;

use crate::harness::TestApp;
use crate::import::{catalogue, load};

/// What was measured last, less what may be lost without anybody looking into it: a hundredth.
const LAST: [(&str, [f64; 3]); 2] = [("seen", [0.857, 0.853, 0.855]), ("unseen", [0.800, 0.795, 0.833])];
const LOSS: f64 = 0.01;

struct Need {
    id: String,
    half: String,
    draft: Value,
    grades: BTreeMap<String, u8>,
}

fn needs() -> Vec<Need> {
    let lines = include_str!("../data/judged_needs.jsonl").lines().skip(1);
    let need = |line: &str| {
        let need: Map<String, Value> = serde_json::from_str(line).unwrap();
        let properties = need["specifications"].as_array().unwrap().iter();
        let properties: Vec<Value> = properties
            .map(|property| json!({"name": property[0], "value": property[1]}))
            .collect();
        let mut draft = json!({
            "kind": need["kind"], "title": {"vi": need["title"]}, "summary": {"vi": need["summary"]},
            "field_codes": [need["field"]], "specifications": properties,
        });
        if let Some(text) = need.get("requirements") {
            draft["requirements"] = json!({"vi": text});
        }
        if let Some(most) = need.get("budget_max") {
            draft["budget_max"] = most.clone();
        }
        let grades = need["grades"].as_object().unwrap().iter();
        let grades = grades.map(|(id, grade)| (id.clone(), u8::try_from(grade.as_i64().unwrap()).unwrap()));
        Need {
            id: need["id"].as_str().unwrap().to_owned(),
            half: need["half"].as_str().unwrap().to_owned(),
            draft,
            grades: grades.collect(),
        }
    };
    lines.map(need).collect()
}

fn texts<'v>(value: &'v Value, into: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => into.push(text),
        Value::Array(values) => values.iter().for_each(|value| texts(value, into)),
        Value::Object(members) => members.values().for_each(|value| texts(value, into)),
        _ => {}
    }
}

fn all_texts(listing: &Value) -> String {
    let mut all = Vec::new();
    texts(listing, &mut all);
    fold(&all.join(" "))
}

/// Holds a reason against the two listings.
fn is_true(reason: &Value, need: &Value, offer: &Value) -> bool {
    let (vi, fits) = (reason["vi"].as_str().unwrap(), reason["fits"].as_bool().unwrap());
    let has = |listing: &Value, words: &str| all_texts(listing).contains(&fold(words));
    match reason["code"].as_str().unwrap() {
        "words" => {
            const OTHERWISE: &str = " (bên chào ghi “";
            let list = vi.strip_prefix("Cùng nói tới: “").unwrap();
            let mut rest = list;
            loop {
                let (said, after) = rest.split_once('”').unwrap();
                let (found, after) = match after.strip_prefix(OTHERWISE) {
                    Some(after) => after.split_once("”)").unwrap(),
                    None => (said, after),
                };
                if !has(need, said) || !has(offer, found) {
                    return false;
                }
                match after.strip_prefix(", “") {
                    Some(next) => rest = next,
                    None => return after.is_empty(),
                }
            }
        }
        "field" => {
            let (one, other) = (
                need["field_codes"][0].as_str().unwrap(),
                offer["field_codes"][0].as_str().unwrap(),
            );
            fits && one.split('.').next() == other.split('.').next()
        }
        "amount" => {
            let (name, rest) = vi.split_once(": cần ").unwrap();
            let (wanted, offered) = rest.split_once(", có ").unwrap();
            let offered = offered.strip_suffix(" – không đạt").unwrap_or(offered);
            let properties = offer["specifications"].as_array().unwrap().iter();
            let written = |property: &Value| {
                let unit = property["unit"]
                    .as_str()
                    .map_or(String::new(), |unit| format!(" {unit}"));
                format!("{}{unit}", property["value"].as_str().unwrap())
            };
            let mut properties = properties.filter(|property| property["name"] == name);
            has(need, wanted) && properties.any(|property| written(property) == offered)
        }
        "price" => {
            let numbers: Vec<i64> = vi
                .split(|letter: char| !letter.is_ascii_digit() && letter != '.')
                .filter_map(|number| number.replace('.', "").parse().ok())
                .collect();
            let (price, budget) = (offer["price_min"].as_i64(), need["budget_max"].as_i64());
            (price, budget) == (Some(numbers[0]), Some(numbers[1])) && fits == (numbers[0] <= numbers[1])
        }
        "province" => fits,
        other => panic!("no need of these tells of {other}: {vi}"),
    }
}

#[actix_web::test]
async fn judged_needs_find_their_offers() {
    let app = TestApp::spawn().await;
    let (_, refused) = load(&app, &catalogue(), usize::MAX).await;
    assert!(refused.is_empty());
    let officer = app.officer().await;
    let buyer = app.active_enterprise(&officer).await;
    app.settle().await;
    let mut offers: HashMap<String, Value> = HashMap::new();
    let mut measured: BTreeMap<String, Vec<[f64; 3]>> = BTreeMap::new();
    let (mut checked, mut wrong) = (0, Vec::new());
    for need in needs() {
        let made = app.post("/listings").by(&buyer).json(&need.draft).expect(201).await;
        let path = format!("/listings/{}/matches", made.text("/id"));
        let found = app.get(&path).by(&buyer).query(&[("limit", "20")]).expect(200).await;
        let mut order = Vec::new();
        for item in found.body["items"].as_array().unwrap() {
            let id = item["id"].as_str().unwrap().to_owned();
            if !offers.contains_key(&id) {
                let offer = app.get(&format!("/listings/{id}")).expect(200).await;
                offers.insert(id.clone(), offer.body);
            }
            let external = item["source"]["external_id"].as_str().unwrap();
            order.push(need.grades.get(external).copied().unwrap_or(0));
            for reason in item["reasons"].as_array().unwrap() {
                checked += 1;
                if !is_true(reason, &need.draft, &offers[&id]) {
                    wrong.push(format!("{} {external}: {reason}", need.id));
                }
            }
            println!(
                "{} {:3} {} {external} {}",
                need.id,
                item["score"],
                order.last().unwrap(),
                item["title"]["vi"]
            );
        }
        let judged: Vec<u8> = need.grades.values().copied().collect();
        let figures = [
            ndcg(&order, &judged, 5),
            ndcg(&order, &judged, 10),
            precision(&order, &judged, 3),
        ];
        measured.entry(need.half).or_default().push(figures);
    }
    let mut lost = Vec::new();
    println!("half    needs  nDCG@5  nDCG@10  P@3");
    for (half, last) in LAST {
        let all = &measured[half];
        let count = f64::from(u32::try_from(all.len()).unwrap());
        let mean: Vec<f64> = (0..3)
            .map(|at| all.iter().map(|one| one[at]).sum::<f64>() / count)
            .collect();
        println!(
            "{half:7} {:5}  {:.3}   {:.3}    {:.3}",
            all.len(),
            mean[0],
            mean[1],
            mean[2]
        );
        lost.extend(
            (0..3)
                .filter(|at| mean[*at] < last[*at] - LOSS)
                .map(|at| (half, at, mean[at])),
        );
    }
    println!("{checked} reasons, {} of them not true", wrong.len());
    assert!(lost.is_empty(), "{lost:?}");
    assert!(checked > 300, "{checked}");
    assert_eq!(wrong, Vec::<String>::new());
}
