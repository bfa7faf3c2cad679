//! What operations about searches are asked about.

use super::cases::{On, Wear};

/// As [`case`](super::cases::case) tells it.
pub fn case(name: &str) -> (On, &'static [&'static str], Wear) {
    match name {
        "search_listings"
        | "search_everything"
        | "suggest_searches"
        | "count_search_click"
        | "list_search_queries"
        | "export_search_queries" => (On::Nothing, &["-"][..], Wear::Nothing),
        other => super::dossiers::case(other),
    }
}
