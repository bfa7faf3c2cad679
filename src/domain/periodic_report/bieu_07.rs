//! Biểu 07/TKTH-KHCN-ĐP: projects on whose technology there was an opinion, contracts of transfer that were registered or
//! licensed, and, entered, contracts and organisations of consulting.

use std::collections::BTreeMap;

use super::Wanted;
use super::content::{Column, Figure, Row, RowKind, Source, Table};
use super::facts::{CertificateFact, Class, DeedFact, Facts};
use super::forms::{Indicator, form};
use super::groups::{Sum, counted};
use crate::domain::dossier::{EconomicType, PartnerType, TransferForm, TransferMethod};
use crate::domain::enterprise::{VsicCode, VsicVersion};
use crate::domain::procedure::CountsAs;
use crate::domain::taxonomy::{InForce, TaxonomyName};

/// The first of the codes that are entered; those before it are counted.
const FIRST_ENTERED: u8 = 21;
/// Behind these stands a row for each division of the economy, or each country.
const PARTED: [&str; 4] = ["05", "06", "2.5", "2.6"];
/// Code of the column.
pub(super) const COLUMN: &str = "value";
/// Behind these rows stands what is not told of their group, with the code of the group.
const UNKNOWNS: [(&str, &str); 5] = [
    ("04", "01.economic_type"),
    ("10", "07.economic_type"),
    ("13", "07.form"),
    ("16", "07.partner"),
    ("20", "07.method"),
];

fn economic_type(code: &str) -> Option<EconomicType> {
    match code {
        "02" | "08" => Some(EconomicType::State),
        "03" | "09" => Some(EconomicType::NonState),
        "04" | "10" => Some(EconomicType::Fdi),
        _ => None,
    }
}

/// The code of a form of transfer: by itself, as a part of a project or another contract, otherwise.
const fn of_form(form: TransferForm) -> &'static str {
    match form {
        TransferForm::Independent => "11",
        TransferForm::InvestmentProject
        | TransferForm::CapitalContribution
        | TransferForm::Franchise
        | TransferForm::IpTransfer
        | TransferForm::EquipmentSale => "12",
        TransferForm::Other => "13",
    }
}

const fn of_partner(partner: PartnerType) -> &'static str {
    match partner {
        PartnerType::ForeignToVn => "14",
        PartnerType::BetweenDomesticEnterprises => "15",
        PartnerType::InstituteUniversityToEnterprise => "16",
    }
}

const fn of_method(method: TransferMethod) -> &'static str {
    match method {
        TransferMethod::Documents => "17",
        TransferMethod::Training => "18",
        TransferMethod::Experts => "19",
        TransferMethod::Equipment | TransferMethod::Other => "20",
    }
}

/// The code of an economic type under that of a whole (`01`: from `02` on, `07`: from `08` on), or of what is not told.
fn of_economic_type(kind: Option<EconomicType>, codes: [&str; 3], unknown: &str) -> String {
    let codes = codes
        .into_iter()
        .find(|code| kind.is_some() && economic_type(code) == kind);
    codes.unwrap_or(unknown).to_owned()
}

/// The rows in which an opinion counts.
fn places_of_opinion(deed: &DeedFact) -> Vec<String> {
    let kind = of_economic_type(deed.economic_type, ["02", "03", "04"], "01.economic_type.unknown");
    let activity = division(deed.activity.as_ref());
    let country = deed.country.as_deref().unwrap_or(UNKNOWN);
    vec!["01".to_owned(), kind, format!("05.{activity}"), format!("06.{country}")]
}

/// The division of an activity: its two digits, of an edition before the one in force with that in front; where none is told it is not known.
fn division(activity: Option<&VsicCode>) -> String {
    let Some(activity) = activity else {
        return UNKNOWN.to_owned();
    };
    let digits = activity.code.get(..2).unwrap_or(UNKNOWN);
    if activity.version == VsicVersion::V2025.as_str() {
        digits.to_owned()
    } else {
        format!("{}.{digits}", activity.version)
    }
}

/// The rows in which a contract counts, each once.
fn places_of_contract(one: &CertificateFact) -> Vec<String> {
    let mut places = vec![
        "07".to_owned(),
        of_economic_type(one.economic_type, ["08", "09", "10"], "07.economic_type.unknown"),
        one.form.map_or("07.form.unknown", of_form).to_owned(),
        one.partner.map_or("07.partner.unknown", of_partner).to_owned(),
    ];
    let mut methods: Vec<&str> = one.methods.iter().map(|method| of_method(*method)).collect();
    methods.sort_unstable();
    methods.dedup();
    if methods.is_empty() {
        methods.push("07.method.unknown");
    }
    places.extend(methods.into_iter().map(str::to_owned));
    places.push(format!("2.5.{}", division(one.activity.as_ref())));
    places.push(format!("2.6.{}", one.country.as_deref().unwrap_or(DOMESTIC)));
    places.push("2.7".to_owned());
    places
}

/// Code of contracts without a party abroad.
const DOMESTIC: &str = "domestic";
/// Code of what is not told.
const UNKNOWN: &str = "unknown";

fn row(indicator: &Indicator, figure: Option<Figure>) -> Row {
    let code = indicator.code.as_str();
    let number = code.parse::<u8>().unwrap_or_default();
    Row {
        code: indicator.code.clone(),
        name_vi: indicator.name.clone(),
        unit: Some(indicator.unit.clone()),
        kind: if ["01", "07", "21"].contains(&code) {
            RowKind::Total
        } else {
            RowKind::Figures
        },
        level: u8::from(!["01", "07", "2.7", "21", "30", "31", "32", "33"].contains(&code)),
        is_entered: number >= FIRST_ENTERED,
        figures: vec![figure],
    }
}

fn part(code: String, name: &str, (kind, level, unit): (RowKind, u8, &str), count: u64) -> Row {
    Row {
        code,
        name_vi: name.to_owned(),
        unit: Some(unit.to_owned()),
        kind,
        level,
        is_entered: false,
        figures: vec![Some(counted(count))],
    }
}

/// A row for each country, or each division of the economy, behind the row of all.
fn parts_of(indicator: &Indicator, places: &BTreeMap<String, u64>, lists: &InForce) -> Vec<Row> {
    let name = |code: &str| match (code, indicator.code.as_str()) {
        (DOMESTIC, _) => "Trong nước".to_owned(),
        (UNKNOWN, _) => "Chưa rõ".to_owned(),
        (code, "05" | "2.5") => division_name(code, lists),
        (code, _) => {
            let known = lists.lists().name_vi(TaxonomyName::Countries, code);
            known.unwrap_or(code).to_owned()
        }
    };
    let before = format!("{}.", indicator.code);
    let rows = places.iter().filter_map(|(place, count)| {
        let code = place.strip_prefix(&before)?;
        let kind = if code == UNKNOWN {
            RowKind::Unknown
        } else {
            RowKind::Figures
        };
        Some(part(
            place.clone(),
            &name(code),
            (kind, 2, indicator.unit.as_str()),
            *count,
        ))
    });
    rows.collect()
}

/// What a division is called; of an edition before by its digits.
fn division_name(code: &str, lists: &InForce) -> String {
    match code.split_once('.') {
        Some((edition, digits)) => format!("Ngành {digits} (VSIC {edition})"),
        None => {
            let known = lists.lists().name_vi(TaxonomyName::Vsic, code);
            known.unwrap_or(code).to_owned()
        }
    }
}

pub(super) fn fill(wanted: &Wanted, facts: &Facts, lists: &InForce) -> (Table, Vec<Source>) {
    let contracts: Vec<&CertificateFact> = facts
        .certificates_in(wanted.window)
        .filter(|one| matches!(one.class(), Class::New | Class::Licence))
        .collect();
    let mut sources = facts.sources_of(CountsAs::Opinion, wanted.window, places_of_opinion);
    sources.extend(contracts.iter().map(|one| one.source(places_of_contract(one), true)));
    let mut places: BTreeMap<String, u64> = BTreeMap::new();
    for place in sources.iter().flat_map(|source| &source.counted_in) {
        let count = places.entry(place.clone()).or_default();
        *count = count.saturating_add(1);
    }
    let payments = Sum::of(contracts.iter().copied());
    let mut rows = Vec::new();
    for indicator in &form(wanted.form).indicators {
        let code = indicator.code.as_str();
        let is_entered = code.parse::<u8>().is_ok_and(|number| number >= FIRST_ENTERED);
        let figure = match code {
            _ if is_entered => None,
            "05" | "06" => Some(counted(places.get("01").copied().unwrap_or_default())),
            "2.5" | "2.6" => Some(counted(payments.count)),
            "2.7" => payments.value_figure(),
            code => Some(counted(places.get(code).copied().unwrap_or_default())),
        };
        rows.push(row(indicator, figure));
        if PARTED.contains(&code) {
            rows.extend(parts_of(indicator, &places, lists));
        }
        let unknown = UNKNOWNS.iter().find(|(behind, _)| *behind == code);
        let unknown = unknown.map(|(_, group)| format!("{group}.unknown"));
        if let Some((place, count)) = unknown.and_then(|place| places.get(&place).map(|count| (place, *count))) {
            rows.push(part(
                place,
                "Chưa rõ",
                (RowKind::Unknown, 1, indicator.unit.as_str()),
                count,
            ));
        }
    }
    let column = Column {
        code: COLUMN.to_owned(),
        name_vi: "Tổng số".to_owned(),
        ..Column::default()
    };
    (
        Table {
            columns: vec![column],
            rows,
        },
        sources,
    )
}
