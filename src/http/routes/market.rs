//! What is asked most: listings and searches, the feeds of other portals, and what is taken as a file.

use crate::http::{
    catalogue, certificates, comparison, enterprise_register, feed, likeness, listing_register, listings, opinions,
    register_exports, search, search_log, suggestions,
};

operations! {
    "/listings/compare" { get comparison::compare_listings Read Welcome Anybody; }
    "/listings/{id}" {
        get listings::get_listing Read Welcome ReadListingPage;
        patch listings::edit_listing Write Welcome EditListing;
    }
    "/listings/by-code/{code}" { get listings::get_listing_by_code Read Welcome ReadListingPage; }
    "/listings/by-slug/{slug}" { get listings::get_listing_by_slug Read Welcome ReadListingPage; }
    "/feed/listings" { get feed::follow_listings Feed Welcome Anybody; }
    "/feed/enterprises" { get feed::follow_enterprises Feed Welcome Anybody; }
    "/exports/listings" { get catalogue::export_listings Feed Welcome Anybody; }
    "/exports/enterprises" { get catalogue::export_enterprises Feed Welcome Anybody; }
    // These leave a row in the trail.
    "/exports/moderation-queue" { get register_exports::export_moderation_queue Write Refused ReviewEnterprise | ReviewListing | HandleReports, Fresh; }
    "/exports/listing-register" { get listing_register::export_listing_register Write Refused ReviewListing, Fresh; }
    "/exports/enterprise-register" { get enterprise_register::export_enterprise_register Write Refused ReviewEnterprise, Fresh; }
    "/exports/takedowns" { get register_exports::export_takedowns Write Refused HandleTakedowns, Fresh; }
    "/exports/reports" { get register_exports::export_reports Write Refused HandleReports, Fresh; }
    "/exports/ip-notices" { get register_exports::export_ip_notices Write Refused HandleIpNotices, Fresh; }
    "/exports/complaints" { get register_exports::export_complaints Write Refused HandleComplaints, Fresh; }
    "/exports/certificates" { get certificates::export_certificates Write Refused HandleDossier, Fresh; }
    "/exports/opinions" { get opinions::export_opinions Write Refused HandleDossier, Fresh; }
    "/exports/search-queries" { get search_log::export_search_queries Write Refused ReadReports, Fresh; }
    "/search" { get search::search_listings Read Welcome Anybody; }
    "/search/clicks" { post search_log::count_search_click Read Welcome Anybody; }
    "/search/queries" { get search_log::list_search_queries Read Refused ReadReports; }
    "/search/suggestions" { get suggestions::suggest_searches Read Welcome Anybody; }
    "/search/all" { get search::search_everything Read Welcome Anybody; }
    "/listings/{id}/similar" { get likeness::list_similar_listings Read Welcome ReadListing; }
    "/listings/{id}/matches" { get likeness::list_matches Read Welcome ReadListing; }
    "/listings" { post listings::create_listing Write Welcome CreateListing; }
}
