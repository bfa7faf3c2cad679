//! Opinions have the term of the group of their project, also where the group is corrected.

use jiff::civil::Date;
use serde_json::json;
use vptex::domain::calendar::{Calendar, Term};

use super::papers::write;
use super::{Desk, content};
use crate::harness::Reply;

async fn corrected(desk: &Desk, seen: &Reply, group: &str) -> Reply {
    let mut text = content(&desk.tax_code);
    text["project"]["group"] = json!(group);
    let written = write(desk, &desk.officer, seen, &text).await;
    assert_eq!(written.status, 200, "{}", written.body);
    written
}

fn due_of(seen: &Reply, event: &str) -> Date {
    let due = seen.body["due"].as_array().unwrap();
    let due = due.iter().find(|due| due["event"]["code"] == event);
    due.unwrap()["due_on"].as_str().unwrap().parse().unwrap()
}

#[actix_web::test]
async fn the_term_is_that_of_the_group_that_is_told_last() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let mut text = content(&desk.tax_code);
    text["project"]["group"] = json!("C");
    let new = json!({"procedure": "OPN_DECISION", "content": text});
    let begun = desk.begin(&desk.officer, &new).await;
    let after = |day: Date, days: u16| Calendar::shipped().due(day, Term::Days(days));
    let today = desk.today();
    assert_eq!(due_of(&begun, "issue_opinion"), after(today, 10));
    let large = corrected(&desk, &begun, "A").await;
    assert_eq!(due_of(&large, "issue_opinion"), after(today, 20));
    // An extension is of the group, too, and so is the term that it goes on from.
    let extended = desk.take(&large, "extend").await;
    assert_eq!(due_of(&extended, "issue_opinion"), after(after(today, 20), 20));
    let middle = corrected(&desk, &extended, "B").await;
    assert_eq!(due_of(&middle, "issue_opinion"), after(after(today, 15), 15));
    // Days later it still counts from the day on which it came.
    let desk = desk.later(3).await;
    let small = corrected(&desk, &middle, "C").await;
    assert_eq!(due_of(&small, "issue_opinion"), after(after(today, 10), 10));
    desk.take(&small, "issue_opinion").await;
}
