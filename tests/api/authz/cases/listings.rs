//! What operations on listings, what is to change of them, and their files are asked about.

use super::super::search;
use super::{On, Wear};

/// The states of a listing, and more of them for some operations.
macro_rules! listing_states {
    ($($more:literal),*) => {
        &[
            "expired",
            "archived",
            "held",
            "taken_down",
            "ip_notice",
            "draft",
            "submitted",
            "sent_back",
            "rejected",
            "published",
            "members",
            "withdrawn",
            "halted",
            "absent",
            $($more),*
        ]
    };
}

pub(super) const LISTING: &[&str] = listing_states!();
/// Where it matters how much of it is shown.
const SHOWN: &[&str] = listing_states!("on_request");
/// Where it matters what officers did with it.
const JUDGED: &[&str] = listing_states!("endorsed");
/// Listings, some of them taken up by the caller, by another officer, or by one whose time is over; and the other sorts.
const CLAIMED: &[&str] = listing_states!(
    "endorsed",
    "own",
    "taken",
    "over",
    "ent.waiting",
    "ent.active",
    "ent.absent",
    "rev.waiting",
    "rev.draft",
    "doc.waiting",
    "doc.accepted",
    "doc.absent",
    "rep.received",
    "rep.upheld",
    "rep.absent",
    "amd.waiting",
    "amd.back"
);
const TALKED_ABOUT: &[&str] = listing_states!(
    "endorsed",
    "ent.waiting",
    "ent.active",
    "ent.halted",
    "ent.absent",
    "rev.waiting",
    "rev.draft",
    "doc.waiting",
    "doc.accepted",
    "doc.absent",
    "rep.received",
    "rep.absent",
    "amd.waiting",
    "amd.back"
);
const REVISION: &[&str] = &[
    "none",
    "draft",
    "submitted",
    "sent_back",
    "rejected",
    "halted",
    "absent",
];

/// As [`case`](super::case) tells it.
pub(super) fn case(name: &str) -> (On, &'static [&'static str], Wear) {
    match name {
        "enter_takedown" => (On::Listing, LISTING, Wear::Nothing),
        "report_listing" | "notify_ip_infringement" | "complain_about_listing" => (On::Listing, SHOWN, Wear::Nothing),
        // A halted enterprise has one listing.
        "suspend_listing" => (On::Listing, LISTING, Wear::Scene),
        "put_confidential" => (On::Listing, LISTING, Wear::Thing),
        "read_confidential"
        | "remove_confidential"
        | "inspect_confidential"
        | "list_confidential_readings"
        | "grant_confidential"
        | "list_confidential_grants" => (On::Confidential, &["published", "withdrawn", "absent"][..], Wear::Thing),
        "revoke_confidential_grant" | "get_confidential_grant" => (
            On::ConfidentialGrant,
            &["in_force", "foreign", "absent"][..],
            Wear::Thing,
        ),
        "get_my_confidential_grant" => (On::OwnGrant, &["in_force", "absent"][..], Wear::Nothing),
        "accept_undertaking" => (On::OwnGrant, &["in_force", "revoked", "absent"][..], Wear::Thing),
        "get_listing_screening" | "get_listing_classification" | "list_listing_duplicates" => {
            (On::Listing, LISTING, Wear::Nothing)
        }
        "classify_listing" => (On::Listing, LISTING, Wear::Thing),
        "get_listing" | "get_listing_by_code" | "get_listing_by_slug" | "choose_audience" => {
            (On::Listing, SHOWN, Wear::Thing)
        }
        "renew_listing" | "archive_listing" | "unarchive_listing" | "reinstate_listing" => {
            (On::Listing, LISTING, Wear::Thing)
        }
        "edit_listing"
        | "submit_listing"
        | "take_back_listing"
        | "approve_listing"
        | "reject_listing"
        | "request_listing_changes" => (On::Listing, JUDGED, Wear::Thing),
        // Others have it after a success.
        "claim_entry" | "release_entry" | "hand_over_entry" => (On::Entry, CLAIMED, Wear::Thing),
        "list_similar_listings" | "list_matches" => (On::Listing, SHOWN, Wear::Nothing),
        "list_review_messages" | "write_review_message" | "get_review_diff" => (On::Entry, TALKED_ABOUT, Wear::Nothing),
        "get_revision"
        | "get_revision_diff"
        | "discard_revision"
        | "submit_revision"
        | "take_back_revision"
        | "approve_revision"
        | "reject_revision"
        | "request_revision_changes" => (On::Revision, REVISION, Wear::Thing),
        "list_files" | "list_videos" | "get_listing_classifications" => (On::Listing, SHOWN, Wear::Nothing),
        "add_file" | "order_files" | "replace_videos" => (On::Listing, LISTING, Wear::Nothing),
        "get_file" | "link_file" | "get_linked_file" => (On::File, SHOWN, Wear::Nothing),
        "label_file" => (On::File, LISTING, Wear::Nothing),
        "remove_file" => (On::File, LISTING, Wear::Thing),
        other => search::case(other),
    }
}
