//! The whole table of rights.

use super::*;
use crate::domain::ids::{AccountId, ApiKeyId};
use crate::domain::listing::audience::Visibility;
use crate::domain::listing::hold::HoldKind;
use std::fmt::Write;
use uuid::Uuid;

/// Every actor, every action, every state of a thing: the table is read as a whole when a rule changes.
#[test]
fn who_may_do_what() {
    use EnterpriseStatus::{Active, Submitted, Suspended};
    let [ours, theirs] = [1, 2].map(|number| EnterpriseId(Uuid::from_u128(number)));
    let account = AccountId(Uuid::from_u128(3));
    let member = |enterprise, role, status| Actor::Member {
        account,
        enterprise,
        role,
        status,
        verified: true,
    };
    let officer = |permissions: &[Permission]| Actor::Officer {
        account,
        permissions: permissions.to_vec(),
        scope: Scope::default(),
        enrolled: true,
    };
    let elsewhere = Scope {
        fields: vec!["textile".into()],
        communes: Vec::new(),
    };
    let key = |scopes: &[KeyScope]| Actor::Key {
        key: ApiKeyId(Uuid::from_u128(4)),
        enterprise: ours,
        scopes: scopes.to_vec(),
        status: Active,
    };
    let person = |verified| Actor::Person { account, verified };
    let actors = [
        ("visitor", Actor::Visitor),
        ("unproved", person(false)),
        ("person", person(true)),
        ("stranger", member(theirs, Role::Owner, Active)),
        ("owner", member(ours, Role::Owner, Active)),
        ("editor", member(ours, Role::Editor, Active)),
        ("viewer", member(ours, Role::Viewer, Active)),
        ("new", member(ours, Role::Owner, Submitted)),
        ("suspended", member(ours, Role::Owner, Suspended)),
        (
            "unproved'",
            Actor::Member {
                account,
                enterprise: ours,
                role: Role::Owner,
                status: Active,
                verified: false,
            },
        ),
        ("key", key(&[])),
        ("key_reads", key(&[KeyScope::ListingsRead])),
        ("key_writes", key(&[KeyScope::ListingsWrite])),
        ("key_firm", key(&[KeyScope::EnterpriseRead])),
        ("clerk", officer(&[Permission::ReadAudit])),
        ("of_firms", officer(&[Permission::ReviewEnterprises])),
        ("of_deals", officer(&[Permission::HandleDossiers])),
        (
            "signs",
            officer(&[Permission::HandleDossiers, Permission::SignCertificates]),
        ),
        ("of_posts", officer(&[Permission::ReviewListings])),
        ("manager", officer(&[Permission::ManageOfficers])),
        (
            "elsewhere",
            Actor::Officer {
                account,
                permissions: Permission::ALL.to_vec(),
                scope: elsewhere,
                enrolled: true,
            },
        ),
        (
            "no_factor",
            Actor::Officer {
                account,
                permissions: Permission::ALL.to_vec(),
                scope: Scope::default(),
                enrolled: false,
            },
        ),
        ("system", Actor::System),
    ];
    let fields = ["food.drying".to_owned()];
    let place = Place {
        commune: "08494",
        fields: &fields,
    };
    let enterprise = |status| Resource::Enterprise {
        id: ours,
        status,
        place,
    };
    let mut resources = vec![("nothing".to_owned(), Resource::None)];
    resources.push((
        "account of an enterprise".to_owned(),
        Resource::Account { place: Some(place) },
    ));
    resources.push(("account of nobody's".to_owned(), Resource::Account { place: None }));
    for status in EnterpriseStatus::ALL {
        resources.push((format!("enterprise {status}"), enterprise(*status)));
    }
    for status in ListingStatus::ALL {
        for owner_status in [Active, Suspended] {
            let listing_for = |hold, visibility| Resource::Listing {
                visibility,
                owner: ours,
                status: *status,
                was_handed_in: true,
                hold,
                owner_status,
                place,
            };
            let listing = |hold| listing_for(hold, Visibility::Public);
            resources.push((format!("listing {status} of {owner_status}"), listing(Hold::NONE)));
            if (*status, owner_status) == (ListingStatus::Published, Active) {
                for hold in [HoldKind::Suspended, HoldKind::TakenDown].map(|kind| Hold::NONE.with(kind)) {
                    resources.push((format!("listing {status}, {hold}"), listing(hold)));
                }
                for visibility in [Visibility::Members, Visibility::OnRequest] {
                    resources.push((
                        format!("listing {status} to {visibility}"),
                        listing_for(Hold::NONE, visibility),
                    ));
                }
            }
        }
    }
    resources.push((
        "listing archived, never handed in".to_owned(),
        Resource::Listing {
            visibility: Visibility::Public,
            owner: ours,
            status: ListingStatus::Archived,
            was_handed_in: false,
            hold: Hold::NONE,
            owner_status: Active,
            place,
        },
    ));
    for (state, enterprise, is_open) in [
        ("grant to ours", ours, true),
        ("grant to ours, over", ours, false),
        ("grant to theirs", theirs, true),
    ] {
        resources.push((state.to_owned(), Resource::Grant { enterprise, is_open }));
    }
    for (state, is_paper, is_with_officers, is_with_parties) in [
        ("dossier of ours", false, false, false),
        ("dossier of ours, with officers", false, true, true),
        ("dossier of ours, on paper", true, true, false),
        ("dossier of ours, on paper, handed in", true, true, true),
    ] {
        let dossier = DossierStanding {
            filer: Some(ours),
            counterparty: Some(theirs),
            is_paper,
            is_with_officers,
            is_with_parties,
            place,
        };
        resources.push((state.to_owned(), Resource::Dossier(dossier)));
    }
    for (state, asker, owner) in [
        ("inquiry by ours", ours, theirs),
        ("inquiry to ours", theirs, ours),
        (
            "inquiry of others",
            EnterpriseId(Uuid::from_u128(5)),
            EnterpriseId(Uuid::from_u128(6)),
        ),
    ] {
        let inquiry = InquiryStanding { asker, owner, place };
        resources.push((state.to_owned(), Resource::Inquiry(inquiry)));
    }
    let is_about = |action: Action, resource: &Resource<'_>| match action {
        Action::ReadEnterprise
        | Action::EditEnterprise
        | Action::AnswerReview
        | Action::ReadAmendment
        | Action::ReadDocuments
        | Action::RemoveLogo
        | Action::MergeEnterprises
        | Action::CloseEnterprise
        | Action::ReviewEnterprise
        | Action::AdmitOwner
        | Action::SuspendEnterprise
        | Action::ReadMembers
        | Action::ManageMembers
        | Action::ManageKeys => matches!(resource, Resource::Enterprise { .. }),
        Action::ReadAccount | Action::SuspendAccount | Action::ResetFactor => {
            matches!(resource, Resource::Account { .. })
        }
        Action::ReadListing
        | Action::ReadListingPage
        | Action::ReadRevision
        | Action::EditListing
        | Action::ReadConfidential
        | Action::EditConfidential
        | Action::InspectConfidential
        | Action::ReviewListing
        | Action::SuspendListing
        | Action::HandleTakedowns
        | Action::HandleIpNotices
        | Action::SendInquiry
        | Action::HandleReports => {
            matches!(resource, Resource::Listing { .. })
        }
        Action::ImportEnterprises => matches!(resource, Resource::None | Resource::Enterprise { .. }),
        Action::ReadDossier | Action::HandleDossier | Action::EnterCertificate => {
            matches!(resource, Resource::None | Resource::Dossier(_))
        }
        Action::EditDossier | Action::SignCertificate => matches!(resource, Resource::Dossier(_)),
        Action::ReadInquiry => matches!(resource, Resource::Inquiry(_) | Resource::Enterprise { .. }),
        Action::ReadInquiryMessages | Action::AnswerInquiry => matches!(resource, Resource::Inquiry(_)),
        Action::UseConfidentialGrant => matches!(resource, Resource::None | Resource::Grant { .. }),
        _ => matches!(resource, Resource::None),
    };
    let mut table = format!("{:<62}", "");
    actors.iter().for_each(|(name, _)| write!(table, "{name:<11}").unwrap());
    for action in Action::ALL {
        for (state, resource) in resources.iter().filter(|(_, resource)| is_about(*action, resource)) {
            table = format!("{}\n{:<20}{state:<42}", table.trim_end(), action.as_str());
            for (_, actor) in &actors {
                let word = match decide(actor, *action, resource).map_err(|refused| refused.why) {
                    Ok(permit) => {
                        assert_eq!((permit.actor(), permit.action()), (actor, *action));
                        "yes"
                    }
                    Err(Refusal::Unauthenticated) => "sign in",
                    Err(Refusal::Forbidden) => "no",
                    Err(Refusal::Hidden) => "hidden",
                    Err(Refusal::EnterpriseNotActive(_)) => "inactive",
                    Err(Refusal::EmailNotVerified) => "prove",
                    Err(Refusal::FactorMissing) => "enrol",
                    Err(Refusal::ScopeMissing) => "scope",
                };
                write!(table, "{word:<11}").unwrap();
            }
        }
    }
    insta::assert_snapshot!(table.trim_end());
}
