//! What the rules of `domain::access` say of a caller and a thing, to be compared with what comes of asking.

use uuid::Uuid;
use vptex::domain::access::{Action, Actor, DossierStanding, InquiryStanding, Place, Refusal, Resource, decide};
use vptex::domain::account::{Permission, Role, Scope};
use vptex::domain::api_key::KeyScope;
use vptex::domain::enterprise::EnterpriseStatus;
use vptex::domain::ids::{AccountId, ApiKeyId, EnterpriseId};
use vptex::domain::listing::ListingStatus;
use vptex::domain::listing::audience::Visibility;
use vptex::domain::listing::hold::{Hold, HoldKind};

use super::cases::On;
use super::cast;
use super::entries::{entry, is_of_another_sort};

const OURS: EnterpriseId = EnterpriseId(Uuid::from_u128(1));
const THEIRS: EnterpriseId = EnterpriseId(Uuid::from_u128(2));
const OTHERS: EnterpriseId = EnterpriseId(Uuid::from_u128(5));

/// Where the enterprise in question stands.
fn status(on: On, state: &str) -> EnterpriseStatus {
    match (on, state) {
        (On::Enterprise, "submitted") => EnterpriseStatus::Submitted,
        (On::Enterprise, "sent_back") => EnterpriseStatus::ChangesRequested,
        (On::Enterprise, "rejected") => EnterpriseStatus::Rejected,
        (On::Enterprise, "closed") => EnterpriseStatus::Closed,
        (_, "suspended" | "halted") => EnterpriseStatus::Suspended,
        _ => EnterpriseStatus::Active,
    }
}

fn actor(caller: &str, status: EnterpriseStatus) -> Actor {
    let account = AccountId(Uuid::from_u128(3));
    let member = |enterprise, role, status| Actor::Member {
        account,
        enterprise,
        role,
        status,
        verified: caller != "legacy",
    };
    let officer = |permissions: Vec<Permission>| Actor::Officer {
        account,
        permissions,
        scope: Scope {
            communes: if caller == "remote" {
                vec!["00004".into()]
            } else {
                Vec::new()
            },
            fields: Vec::new(),
        },
        enrolled: caller != "unenrol",
    };
    let key = |enterprise, scopes: &[KeyScope]| Actor::Key {
        key: ApiKeyId(Uuid::from_u128(4)),
        enterprise,
        scopes: scopes.to_vec(),
        status: if enterprise == OURS {
            status
        } else {
            EnterpriseStatus::Active
        },
    };
    match caller {
        "visitor" => Actor::Visitor,
        "person" => Actor::Person {
            account,
            verified: true,
        },
        "legacy" | "owner" => member(OURS, Role::Owner, status),
        "viewer" => member(OURS, Role::Viewer, status),
        "editor" => member(OURS, Role::Editor, status),
        "foreign" => member(THEIRS, Role::Owner, EnterpriseStatus::Active),
        "halted" => member(THEIRS, Role::Owner, EnterpriseStatus::Suspended),
        "clerk" => officer(vec![Permission::ReadReports]),
        "unenrol" | "remote" | "officer" => officer(Permission::ALL.to_vec()),
        "k:read" => key(OURS, &[KeyScope::ListingsRead]),
        "k:write" => key(OURS, &[KeyScope::ListingsWrite]),
        "k:ent" => key(OURS, &[KeyScope::EnterpriseRead]),
        "k:none" => key(OURS, &[]),
        "k:other" => key(THEIRS, &[KeyScope::ListingsRead]),
        name => officer(cast::permissions(name).unwrap()),
    }
}

/// Why a caller is refused who asks for one of these rights over a thing; `None` when one of the rights is given.
pub fn refusal(actions: &[Action], on: On, state: &str, caller: &str) -> Option<Refusal> {
    let (_, on, state) = entry(on, state);
    let status = status(on, state);
    let (drying, mechanics) = (["food.drying".to_owned()], ["mechanics".to_owned()]);
    let place = |fields| Place {
        commune: "08494",
        fields,
    };
    let hold = match state {
        "accepted" | "countered" | "upheld" if on == On::IpNotice => Hold::NONE.with(HoldKind::IpNotice),
        "ip_notice" => Hold::NONE.with(HoldKind::IpNotice),
        "held" => Hold::NONE.with(HoldKind::Suspended),
        "taken_down" | "carried_out" => Hold::NONE.with(HoldKind::TakenDown),
        _ => Hold::NONE,
    };
    let listing = |status, owner_status| Resource::Listing {
        owner: OURS,
        status,
        // What is put away there is a draft.
        was_handed_in: state != "archived",
        hold,
        visibility: match state {
            "members" => Visibility::Members,
            "on_request" => Visibility::OnRequest,
            _ => Visibility::Public,
        },
        owner_status,
        place: place(&drying),
    };
    // Whose contact an enterprise shows is decided by whoever handles requests about data, of any enterprise.
    let on = if actions == [Action::HandleDataRequests] {
        On::DataRequest
    } else {
        on
    };
    let resource = match on {
        On::OwnGrant => Resource::Grant {
            enterprise: if caller == "foreign" { THEIRS } else { OTHERS },
            is_open: state == "in_force",
        },
        On::ConfidentialGrant => listing(ListingStatus::Published, status),
        On::Listing | On::File | On::Confidential => listing(
            match state {
                "draft" => ListingStatus::Draft,
                "submitted" | "endorsed" | "own" | "taken" | "over" => ListingStatus::Submitted,
                "sent_back" => ListingStatus::ChangesRequested,
                "rejected" => ListingStatus::Rejected,
                "withdrawn" => ListingStatus::Withdrawn,
                "expired" => ListingStatus::Expired,
                "archived" => ListingStatus::Archived,
                "published" | "members" | "on_request" | "halted" | "held" | "taken_down" | "ip_notice" => {
                    ListingStatus::Published
                }
                other => panic!("no listing is {other}"),
            },
            status,
        ),
        On::Revision | On::Takedown | On::Report | On::IpNotice => listing(ListingStatus::Published, status),
        On::Dossier | On::DossierFile => Resource::Dossier(DossierStanding {
            filer: Some(OURS),
            counterparty: None,
            is_paper: false,
            is_with_officers: ["submitted", "accepted"].contains(&state),
            is_with_parties: ["submitted", "accepted"].contains(&state),
            place: place(&drying),
        }),
        On::Certificate => Resource::Dossier(DossierStanding {
            filer: Some(OURS),
            counterparty: None,
            is_paper: false,
            is_with_officers: true,
            is_with_parties: true,
            place: place(&drying),
        }),
        On::Inquiry => Resource::Inquiry(InquiryStanding {
            // Others whose enterprise is no side of it stand where `foreign` does.
            asker: if caller == "foreign" { THEIRS } else { OTHERS },
            owner: OURS,
            place: place(&drying),
        }),
        On::Account | On::AccountReset => Resource::Account {
            place: Some(place(&mechanics)),
        },
        on if matches!(on, On::Enterprise | On::Amendment | On::Complaint) || on.is_inside_enterprise() => {
            Resource::Enterprise {
                id: OURS,
                status,
                place: place(&mechanics),
            }
        }
        _ => Resource::None,
    };
    // What was accepted waits for a signature, whoever else may do something with a dossier.
    let is_signed_next = on == On::Dossier && state == "accepted" && actions.contains(&Action::SignCertificate);
    let actions = actions.iter().filter(|action| !is_of_another_sort(**action, on));
    let actions = actions.filter(|action| !is_signed_next || **action == Action::SignCertificate);
    let actor = actor(caller, status);
    let refusals: Result<Vec<Refusal>, ()> = actions
        .map(|action| decide(&actor, *action, &resource).map_or_else(|refused| Ok(refused.why), |_| Err(())))
        .collect();
    refusals.ok().map(|refusals| refusals[0])
}

/// How a refusal is answered. What everybody could read is not said never to have been.
pub fn status_of(refusal: Refusal, actions: &[Action], on: On, state: &str) -> u16 {
    let reads = [Action::ReadListing, Action::ReadListingPage, Action::SendInquiry];
    let was_public = matches!(on, On::Listing | On::File) && matches!(actions, [one] if reads.contains(one));
    let was_there = on == On::Enterprise && actions == [Action::ReadEnterprise];
    match refusal {
        Refusal::Hidden if was_there && state == "closed" => 410,
        Refusal::Hidden if was_public && state == "expired" => 410,
        Refusal::Hidden if was_public && state == "taken_down" => 451,
        Refusal::Unauthenticated => 401,
        Refusal::Hidden => 404,
        Refusal::Forbidden
        | Refusal::EnterpriseNotActive(_)
        | Refusal::EmailNotVerified
        | Refusal::FactorMissing
        | Refusal::ScopeMissing => 403,
    }
}
