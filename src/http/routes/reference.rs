//! Reference lists, schemas and the working calendar.

use crate::http::{calendar, due, reference, reference_imports, schemas, successors, taxonomies};

operations! {
    "/taxonomies/crosswalks/{from}/{to}" { get successors::get_crosswalk Read Welcome Anybody; }
    "/schemas" { get schemas::list_schemas Read Welcome Anybody; }
    "/schemas/listings/{kind}" { get schemas::get_listing_schema Read Welcome Anybody; }
    "/taxonomies" { get taxonomies::list_taxonomies Read Welcome Anybody; }
    "/taxonomies/{name}" { get taxonomies::get_taxonomy Read Welcome Anybody; }
    "/taxonomies/{name}/entries" { post reference::add_taxonomy_entry Write Refused ManageReferenceData; }
    "/taxonomies/{name}/imports" { post reference_imports::import_taxonomy_entries Write Refused ManageReferenceData; }
    "/taxonomies/{name}/entries/{code}" {
        get reference::get_taxonomy_entry Read Welcome Anybody;
        patch reference::edit_taxonomy_entry Write Refused ManageReferenceData;
    }
    "/calendar/due" { get due::count_term Read Welcome Anybody; }
    "/calendar/years/{year}" {
        get calendar::get_calendar_year Read Welcome Anybody;
        put calendar::put_calendar_year Write Refused ManageReferenceData;
    }
    "/calendar/years/{year}/preview" { post calendar::preview_calendar_year Write Refused ManageReferenceData; }
    "/calendar/years/{year}/versions" { get calendar::list_calendar_year_versions Read Refused ManageReferenceData; }
}
