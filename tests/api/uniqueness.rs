//! What the database keeps unique when two come at once, told with the code that a client acts on. The use cases look
//! first, so only rows written behind their back get this far.

use vptex::domain::access::{Action, Actor, Permit, Place, Resource, decide};
use vptex::domain::account::{Email, Role};
use vptex::domain::drafts::ListingDraft;
use vptex::domain::enterprise::EnterpriseStatus;
use vptex::domain::ids::{AccountId, EnterpriseId, InvitationId, JoinRequestId, ListingId, RevisionId};
use vptex::domain::listing::ListingStatus;
use vptex::domain::listing::audience::Visibility;
use vptex::domain::listing::hold::Hold;
use vptex::domain::listing::revision::{Revision, RevisionStatus};
use vptex::service::{ErrorCode, Work};
use vptex::store::invitations::{Invitation, InvitationState};
use vptex::store::{self, invitations, join_requests, members, revisions};

use crate::harness::{TestApp, dryer};

fn permit() -> Permit {
    decide(&Actor::System, Action::ManageOfficers, &Resource::None).unwrap()
}

/// Writes the same twice, and gives the second answer.
async fn twice(
    app: &TestApp,
    write: impl Fn(&mut Work<'_, '_>) -> store::Result<()> + Send + Sync + Clone + 'static,
) -> ErrorCode {
    let exchange = app.exchange().clone();
    let both = move || {
        let again = write.clone();
        exchange.write_blocking(move |work| Ok(write(work)?)).unwrap();
        exchange.write_blocking(move |work| Ok(again(work)?)).unwrap_err().code
    };
    tokio::task::spawn_blocking(both).await.unwrap()
}

#[actix_web::test]
async fn what_is_unique_is_refused_with_its_own_code() {
    let app = TestApp::spawn().await;
    let owner = app.registered_enterprise().await;
    let enterprise = EnterpriseId(owner.enterprise.parse().unwrap());
    let owner = AccountId(app.id_of(&owner).await.parse().unwrap());
    let person = AccountId(app.id_of(&app.person().await).await.parse().unwrap());
    let request = move |work: &mut Work<'_, '_>| {
        let (id, now) = (JoinRequestId(work.next_id()), work.now);
        join_requests::insert(work.uow, &permit(), id, (enterprise, person), None, now)
    };
    assert_eq!(twice(&app, request).await, ErrorCode::AlreadyThere);
    let invitation = move |work: &mut Work<'_, '_>| {
        let invitation = Invitation {
            id: InvitationId(work.next_id()),
            enterprise,
            email: Email::parse("hoa@example.com").unwrap(),
            role: Role::Viewer,
            state: InvitationState::Pending,
            invited_by: owner,
            created_at: work.now,
            expires_at: work.now,
            decided_at: None,
        };
        invitations::insert(work.uow, &permit(), &invitation)
    };
    assert_eq!(twice(&app, invitation).await, ErrorCode::AlreadyThere);
    let member = move |work: &mut Work<'_, '_>| {
        let now = work.now;
        members::insert(work.uow, &permit(), enterprise, person, Role::Viewer, now)
    };
    assert_eq!(twice(&app, member).await, ErrorCode::AlreadyMember);
}

/// The other one who begins a revision at the same moment is told to look again.
#[actix_web::test]
async fn a_listing_has_one_open_revision() {
    let app = TestApp::spawn().await;
    let owner = app.registered_enterprise().await;
    let enterprise = EnterpriseId(owner.enterprise.parse().unwrap());
    let listing = ListingId(app.listing_draft(&owner, "Máy sấy").await.0.parse().unwrap());
    let member = Actor::Member {
        account: AccountId(app.id_of(&owner).await.parse().unwrap()),
        enterprise,
        role: Role::Owner,
        status: EnterpriseStatus::Active,
        verified: true,
    };
    let resource = Resource::Listing {
        owner: enterprise,
        status: ListingStatus::Published,
        was_handed_in: true,
        hold: Hold::NONE,
        visibility: Visibility::Public,
        owner_status: EnterpriseStatus::Active,
        place: Place::default(),
    };
    let permit = decide(&member, Action::EditListing, &resource).unwrap();
    let content: ListingDraft = serde_json::from_value(dryer("Máy sấy")).unwrap();
    let begin = move |work: &mut Work<'_, '_>| {
        let revision = Revision {
            id: RevisionId(work.next_id()),
            listing,
            content: content.clone(),
            media: None,
            status: RevisionStatus::Draft,
            base_version: 1,
            version: 2,
            submitted_at: None,
            created_at: work.now,
            updated_at: work.now,
        };
        revisions::insert(work.uow, &permit, &revision)
    };
    assert_eq!(twice(&app, begin).await, ErrorCode::StaleVersion);
}
