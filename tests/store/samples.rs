//! A database with things in it.

use jiff::Timestamp;
use std::time::Duration;
use uuid::Uuid;
use vptex::domain::access::{self, Action, Actor, Permit, Resource};
use vptex::domain::account::{Email, Language, Permission, Role, Scope, Standing};
use vptex::domain::enterprise::{
    Details, Enterprise, EnterpriseProfile, EnterpriseStatus, Identity, Phone, Verification,
};
use vptex::domain::ids::{AccountId, EnterpriseId, ListingId};
use vptex::domain::listing::audience::{Audience, Visibility};
use vptex::domain::listing::code::ListingCode;
use vptex::domain::listing::details::{Details as Parts, Owner};
use vptex::domain::listing::hold::Hold;
use vptex::domain::listing::regulation::{Finding, Regulation, RegulatoryClass};
use vptex::domain::listing::*;
use vptex::domain::tax_code::TaxCode;
use vptex::domain::text::{Line, Prose, WebAddress};
use vptex::store::accounts::NewAccount;
use vptex::store::database::Limits;
use vptex::store::{Database, accounts, enterprises, listings};

use crate::database::{TestDatabase, fresh};

pub const LIMITS: Limits = Limits {
    pool_size: 8,
    write_queue: 512,
    group_commit_max: 64,
    wait: Duration::from_secs(10),
};

/// An open database and what it lives in; closed in this order.
pub struct Store {
    pub db: Database,
    at: TestDatabase,
}

impl std::ops::Deref for Store {
    type Target = Database;
    fn deref(&self) -> &Database {
        &self.db
    }
}

pub fn store() -> Store {
    store_with(LIMITS)
}

pub fn store_with(limits: Limits) -> Store {
    let at = fresh();
    Store {
        db: Database::open(at.target.clone(), limits).unwrap(),
        at,
    }
}

pub fn permit() -> Permit {
    permit_to(Action::ImportListings)
}

/// The permit of somebody who may do this.
pub fn permit_to(action: Action) -> Permit {
    let officer = Actor::Officer {
        account: AccountId(id(999)),
        permissions: Permission::ALL.to_vec(),
        scope: Scope::default(),
        enrolled: true,
    };
    let actor = match action {
        Action::ReviewEnterprise | Action::ReviewListing => officer,
        _ => Actor::System,
    };
    access::decide(&actor, action, &Resource::None).unwrap()
}

pub fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0000 + number)
}

/// Instants with microseconds, before and after 2000.
pub fn at(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(1_773_214_200_123_456 + micros).unwrap()
}

/// The enterprise of a number from 1 to 999.
pub fn enterprise(number: u16) -> Enterprise {
    Enterprise {
        id: EnterpriseId(id(u128::from(number))),
        profile: EnterpriseProfile {
            identity: Identity::TaxCode(TaxCode::parse(&format!("0300588569-{number:03}")).unwrap()),
            legal_form: "limited".into(),
            legal_name: Line::parse("Công ty TNHH Cơ khí Đại Việt").unwrap(),
            short_name: Some(Line::parse("Đại Việt").unwrap()),
            name_en: Some(Line::parse("Dai Viet Mechanics").unwrap()),
            address_line: Line::parse("Số 1, đường Hùng Vương").unwrap(),
            province_code: "25".into(),
            commune_code: "07900".into(),
            contact_name: Line::parse("Nguyễn Thị Hoa").unwrap(),
            contact_email: Email::parse("Hoa@example.vn").unwrap(),
            contact_phone: Phone::parse("0912 345 678").unwrap(),
            website: Some(WebAddress::parse("https://example.vn/").unwrap()),
            field_codes: vec!["mechanics".into(), "automation".into()],
            details: Details::default(),
        },
        status: EnterpriseStatus::Active,
        amendment: None,
        merged_into: None,
        closed_at: None,
        verification: Verification::default(),
        is_demo: true,
        version: 1,
        submitted_at: at(1),
        created_at: at(2),
        updated_at: at(3),
    }
}

/// A listing in which nothing is left out, but `created_by`.
pub fn listing(number: u128, owner: EnterpriseId) -> Listing {
    Listing {
        id: ListingId(id(number)),
        enterprise_id: owner,
        created_by: None,
        content: ListingContent {
            kind: ListingKind::TechnologyOffer,
            title: Bilingual {
                vi: Line::parse("Máy sấy 'lạnh' 🌾").unwrap(),
                en: Some(Line::parse("Cold dryer").unwrap()),
            },
            summary: Some(Bilingual {
                vi: Prose::parse("Tóm tắt").unwrap(),
                en: Some(Prose::parse("Summary").unwrap()),
            }),
            description: Some(Bilingual {
                vi: Prose::parse("Mô tả\n\ndài").unwrap(),
                en: Some(Prose::parse("Long").unwrap()),
            }),
            field_codes: vec!["mechanics.pumps".into()],
            trl: Some(9),
            origin_country: Some("VN".into()),
            brand: Some(Line::parse("Đại Việt").unwrap()),
            model: Some(Line::parse("DV-50").unwrap()),
            specifications: vec![
                Specification {
                    name: "Năng suất".into(),
                    value: "50".into(),
                    unit: Some("kg/h".into()),
                },
                Specification {
                    name: "Màu".into(),
                    value: "\"đỏ\"".into(),
                    unit: None,
                },
            ],
            price: Price {
                mode: PriceMode::Range,
                min: Some(1),
                max: Some(MAX_SUM),
                currency: "USD".parse().unwrap(),
            },
            transfer_modes: vec![TransferMode::Turnkey, TransferMode::LicenceExclusive],
            details: Parts {
                owners: vec![Owner {
                    r#type: "state".into(),
                    name: "Viện".into(),
                    share_percent: Some("33.33".parse().unwrap()),
                    enterprise_id: Some(EnterpriseId(Uuid::from_u128(7))),
                }],
                manufacture_year: Some(2025),
                ..Parts::default()
            },
            regulation: Regulation {
                class: Some(RegulatoryClass::Restricted),
                items: vec!["restricted.arsenic".into()],
            },
        },
        status: ListingStatus::Published,
        code: Some(ListingCode::new(
            ListingKind::TechnologyOffer,
            2026,
            i64::try_from(number).unwrap(),
        )),
        source: Some(Source {
            site: Line::parse("example.vn").unwrap(),
            external_id: Line::parse(&number.to_string()).unwrap(),
            url: Some(WebAddress::parse("https://example.vn/1").unwrap()),
        }),
        submitted_at: Some(at(4)),
        published_at: Some(at(5)),
        came_out: true,
        expires_at: None,
        hold: Hold::NONE,
        audience: Audience {
            visibility: Visibility::Public,
            open_for_inquiry: false,
            contact: None,
            hides_contact: true,
        },
        finding: Some(Finding {
            class: RegulatoryClass::Encouraged,
            items: Vec::new(),
            note: "Đã đối chiếu".into(),
            officer: AccountId(id(3)),
            at: at(8),
            edition: 2,
        }),
        version: 1,
        created_at: at(6),
        updated_at: at(7),
    }
}

impl Store {
    /// Where it is.
    pub fn target(&self) -> &vptex::store::conn::Target {
        &self.at.target
    }

    /// Writes an enterprise.
    pub fn add(&self, enterprise: &Enterprise) -> vptex::store::Result<()> {
        let enterprise = enterprise.clone();
        self.write(move |uow| enterprises::insert(uow, &permit(), &enterprise))
    }

    /// Writes listings in one unit of work.
    pub fn add_listings(&self, all: &[Listing]) -> vptex::store::Result<()> {
        let all = all.to_vec();
        self.write(move |uow| {
            all.iter()
                .try_for_each(|listing| listings::insert(uow, &permit(), listing))
        })
    }

    /// Writes an account of an enterprise.
    pub fn add_account(&self, number: u128, email: &str, enterprise: EnterpriseId) -> vptex::store::Result<AccountId> {
        let account = AccountId(id(number));
        let email = Email::parse(email).unwrap();
        self.write(move |uow| {
            let new = NewAccount {
                id: account,
                email: &email,
                display_name: &Line::parse("Nguyễn Thị Hoa").unwrap(),
                password_hash: "$argon2id$",
                one_time_until: Some(at(9)),
                password_stands_alone: false,
                standing: &Standing::Member {
                    enterprise,
                    role: Role::Editor,
                },
                email_verified_at: Some(at(8)),
                language: Language::Vi,
            };
            accounts::insert(uow, &permit_to(Action::ManageOfficers), &new, at(8))
        })?;
        Ok(account)
    }
}
