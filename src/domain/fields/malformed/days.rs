//! What messages say of days: in JSON they are written in one way, in tables also as people write them.

use crate::domain::fields::Violation;

/// What to say of a text that is no day.
pub(super) fn of(what: &str) -> Option<(&'static str, &'static str)> {
    Some(match what {
        "day" => ("Phải là ngày dạng YYYY-MM-DD.", "Must be a day as YYYY-MM-DD."),
        "no_such_day" => (
            "Ngày này không có trong lịch; hãy ghi một ngày có thật, dạng YYYY-MM-DD như 2027-03-31.",
            "This day does not exist; give one of the calendar as YYYY-MM-DD, such as 2027-03-31.",
        ),
        "past_day" => (
            "Phải là ngày dạng YYYY-MM-DD, không sau hôm nay.",
            "Must be a day as YYYY-MM-DD, not after today.",
        ),
        "day_of_table" => (
            "Phải là ngày có thật, viết ngày/tháng/năm như 31/3/2027, hoặc 2027-03-31.",
            "Must be a day that exists, as day/month/year such as 31/3/2027, or as 2027-03-31.",
        ),
        "no_such_day_of_table" => (
            "Ngày này không có trong lịch; hãy ghi một ngày có thật như 31/3/2027, hoặc 2027-03-31.",
            "This day does not exist; give one of the calendar such as 31/3/2027, or as 2027-03-31.",
        ),
        "past_day_of_table" => (
            "Phải là ngày có thật, không sau hôm nay, viết ngày/tháng/năm như 31/3/2024, hoặc 2024-03-31.",
            "Must be a day that exists, not after today, as day/month/year such as 31/3/2024, or as 2024-03-31.",
        ),
        _ => return None,
    })
}

impl Violation {
    /// The same of a cell of a table.
    #[must_use]
    pub fn of_table(&self) -> Self {
        let what = match self {
            Self::Malformed { what: "day" } => "day_of_table",
            Self::Malformed { what: "no_such_day" } => "no_such_day_of_table",
            Self::Malformed { what: "past_day" } => "past_day_of_table",
            other => return other.clone(),
        };
        Self::Malformed { what }
    }
}
