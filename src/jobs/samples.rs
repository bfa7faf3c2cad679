//! A database with listings, for the tests of the jobs.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use crate::domain::access::{self, Action, Actor, Resource};
use crate::domain::account::Email;
use crate::domain::enterprise::{
    Details, Enterprise, EnterpriseProfile, EnterpriseStatus, Identity, Phone, Verification,
};
use crate::domain::ids::{EnterpriseId, ListingId};
use crate::domain::listing::audience::Audience;
use crate::domain::listing::currency::Currency;
use crate::domain::listing::hold::Hold;
use crate::domain::listing::{
    Bilingual, Listing, ListingContent, ListingKind, ListingStatus, Price, PriceMode, Specification,
};
use crate::domain::tax_code::TaxCode;
use crate::domain::text::{Line, Prose};
use crate::store::conn::Target;
use crate::store::database::{Limits, open_migrated};
use crate::store::listings::OwnerCard;
use crate::store::{self, Database, enterprises, listings, outbox};

const OWNER: Uuid = Uuid::from_u128(8);

/// A database on SQLite.
pub fn database(dir: &Path) -> Arc<Database> {
    let limits = Limits {
        pool_size: 2,
        write_queue: 16,
        group_commit_max: 4,
        wait: Duration::from_secs(5),
    };
    Arc::new(open_migrated(Target::Sqlite(dir.join("db.sqlite")), limits).unwrap())
}

/// Publishes the listings of these numbers.
pub fn publish(db: &Database, numbers: impl IntoIterator<Item = u128>) {
    let numbers: Vec<u128> = numbers.into_iter().collect();
    db.write::<_, store::Error>(move |uow| {
        let permit = access::decide(&Actor::System, Action::ImportListings, &Resource::None).unwrap();
        let owner = enterprise();
        if enterprises::find(uow.conn(), owner.id).is_err() {
            enterprises::insert(uow, &permit, &owner)?;
        }
        for number in &numbers {
            let listing = listing(*number);
            listings::insert(uow, &permit, &listing)?;
            outbox::push(uow, listing.id, listing.updated_at)?;
        }
        Ok(())
    })
    .unwrap();
}

fn enterprise() -> Enterprise {
    let at = "2026-03-11T07:30:00.123456Z".parse().unwrap();
    Enterprise {
        id: EnterpriseId(OWNER),
        profile: EnterpriseProfile {
            identity: Identity::TaxCode(TaxCode::parse("0300588569-001").unwrap()),
            legal_form: "limited".into(),
            legal_name: Line::parse(&owner().legal_name).unwrap(),
            short_name: None,
            name_en: None,
            address_line: Line::parse("Số 1, đường Hùng Vương").unwrap(),
            province_code: owner().province_code,
            commune_code: "07900".into(),
            contact_name: Line::parse("Nguyễn Thị Hoa").unwrap(),
            contact_email: Email::parse("hoa@example.vn").unwrap(),
            contact_phone: Phone::parse("0912 345 678").unwrap(),
            website: None,
            field_codes: vec!["mechanics".into()],
            details: Details::default(),
        },
        status: owner().status,
        amendment: None,
        merged_into: None,
        closed_at: None,
        verification: Verification::default(),
        is_demo: owner().is_demo,
        version: 1,
        submitted_at: at,
        created_at: at,
        updated_at: at,
    }
}

/// Whose the listings are.
pub fn owner() -> OwnerCard {
    OwnerCard {
        legal_name: "Công ty Cơ khí Việt Trì".into(),
        province_code: "25".into(),
        commune_code: "08494".into(),
        status: EnterpriseStatus::Active,
        is_demo: false,
    }
}

/// The published listing of a number.
pub fn listing(number: u128) -> Listing {
    let at = "2026-03-11T07:30:00.123456Z".parse().unwrap();
    Listing {
        id: ListingId(Uuid::from_u128(number)),
        enterprise_id: EnterpriseId(OWNER),
        created_by: None,
        content: ListingContent {
            kind: ListingKind::EquipmentOffer,
            title: Bilingual {
                vi: Line::parse("Máy sấy lạnh").unwrap(),
                en: Some(Line::parse("Heat pump dryer").unwrap()),
            },
            summary: Some(Bilingual {
                vi: Prose::parse("Sấy nông sản.").unwrap(),
                en: None,
            }),
            description: None,
            field_codes: vec!["food.drying".into(), "no.such".into()],
            trl: Some(9),
            origin_country: None,
            brand: None,
            model: Some(Line::parse("MSL-50").unwrap()),
            specifications: vec![
                Specification::parse("Năng suất", "50", Some("kg/h")).unwrap(),
                Specification::parse("Vỏ", "inox 304", None).unwrap(),
            ],
            price: Price {
                mode: PriceMode::Range,
                min: Some(100),
                max: Some(200),
                currency: Currency::VND,
            },
            transfer_modes: Vec::new(),
            details: Default::default(),
            regulation: Default::default(),
        },
        status: ListingStatus::Published,
        code: None,
        source: None,
        submitted_at: None,
        published_at: Some(at),
        came_out: false,
        expires_at: None,
        hold: Hold::NONE,
        audience: Audience::EVERYBODY,
        finding: None,
        version: 4,
        created_at: at,
        updated_at: at,
    }
}
