//! An enterprise as sent.

mod activity;
mod address;
mod agreement;
mod identity;
mod vsic_2025;

pub(in crate::domain) use activity::check as check_activity;
pub(super) use activity::entry_of as activity_entry;
pub use agreement::{is_dependent, is_without_tax_code};

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::lists::{Wanted, codes};
use super::values::{choice, known, named_choice, past_day};
use crate::domain::account::Email;
use crate::domain::enterprise::{
    self, Details, EnterpriseProfile, Identity, OrganisationKind, Phone, PublicGroup, SizeBand, StService, VsicCode,
};
use crate::domain::fields::{FieldError, FieldErrors, Violation};
use crate::domain::shapes::{CapabilityText, FieldCode};
use crate::domain::taxonomy::{InForce, TaxonomyName};
use crate::domain::text::{Line, Prose, WebAddress};

/// A number in the register of another country.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForeignRegisterDraft {
    /// ISO 3166-1 alpha-2 code of the country.
    #[schema(max_length = 2, example = "DE")]
    pub country: String,
    /// Number there, in the usual spelling; letters and digits alone are compared.
    #[schema(max_length = 50, example = "HRB 12345")]
    pub number: String,
}

/// An enterprise as sent. It has exactly one of `tax_code`, `personal_id` and `foreign_register`; what is not mandatory
/// may be added at any time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnterpriseDraft {
    /// 10 digits, or 10-3 for a branch; the check digit is verified (mã số thuế).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 20, example = "2600357502")]
    pub tax_code: Option<String>,
    /// 12 digits, of a household (`ho_kd`) or an individual (`ca_nhan`); kept sealed (số định danh cá nhân).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40)]
    pub personal_id: Option<String>,
    /// Of an organisation without a Vietnamese tax code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign_register: Option<ForeignRegisterDraft>,
    /// Code of the list `legal_forms` (loại hình pháp lý).
    #[schema(max_length = 30, example = "tnhh_2tv")]
    pub legal_form: String,
    /// Full legal name (tên đơn vị).
    #[schema(max_length = 255, example = "Công ty TNHH Cơ khí Lâm Thao")]
    pub legal_name: String,
    /// Short name (tên viết tắt).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub short_name: Option<String>,
    /// English name (tên tiếng Anh).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 255)]
    pub name_en: Option<String>,
    /// House number, street, hamlet; of an address abroad all of it but the country (địa chỉ).
    #[schema(max_length = 255, example = "Khu 5")]
    pub address_line: String,
    /// ISO 3166-1 alpha-2 code of the country of an address abroad, of an organisation with a number in a foreign register:
    /// it has neither province nor commune. Left out where these are given, and where the country is that of the register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2, example = "DE")]
    pub address_country: Option<String>,
    /// Code of the list `provinces` (tỉnh, thành phố); one of before July 2025 leads to the present one. Needed of an
    /// address in Việt Nam.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(max_length = 2, example = "25")]
    pub province_code: String,
    /// Code of the list `communes`, within the province (xã, phường); one of before July 2025 leads to the present one
    /// unless it was split.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(max_length = 5, example = "08494")]
    pub commune_code: String,
    /// Instead of the code, the name of the commune, present or former; it is not kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub commune_name: Option<String>,
    /// Name of its former district, where several communes had the name; it is not kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub district_name: Option<String>,
    /// Person to ask (người liên hệ).
    #[schema(max_length = 100, example = "Nguyễn Thị Lan")]
    pub contact_name: String,
    /// Address for business mail (thư điện tử liên hệ).
    #[schema(max_length = 254, example = "lienhe@lamthao.example")]
    pub contact_email: String,
    /// Vietnamese or international telephone number; kept as E.164 (điện thoại).
    #[schema(max_length = 40, example = "0210 3 846 555")]
    pub contact_phone: String,
    /// Web site (trang web).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub website: Option<String>,
    /// Codes of the list `fields`, at most 3 (lĩnh vực hoạt động chính).
    #[serde(default)]
    #[schema(value_type = Vec<FieldCode>, max_items = 3, example = json!(["mechanics"]))]
    pub field_codes: Vec<String>,
    /// What sort of organisation it is (loại hình tổ chức).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<OrganisationKind>, example = "manufacturer")]
    pub kind: Option<String>,
    /// Number of the certificate of business registration (số GCN đăng ký doanh nghiệp).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 50)]
    pub registration_no: Option<String>,
    /// Its date, not in the future.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::domain::sent_day::text"
    )]
    #[schema(max_length = 10, example = "2010-05-04")]
    pub registration_date: Option<String>,
    /// Number of the certificate of a science and technology enterprise (GCN doanh nghiệp KH&CN).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 50)]
    pub st_certificate_no: Option<String>,
    /// The active enterprise to which it belongs (đơn vị chủ quản).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<Uuid>,
    /// Activities, at most 20, each with the edition of its code (ngành nghề). The division must be one of that edition; those
    /// of 2025 are the list `vsic`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub vsic: Vec<VsicCode>,
    /// Legal representative (người đại diện pháp luật).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub legal_rep_name: Option<String>,
    /// Title (chức vụ).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub legal_rep_title: Option<String>,
    /// How many people work there (quy mô).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<SizeBand>)]
    pub size_band: Option<String>,
    /// Services in science and technology (dịch vụ KH&CN).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<StService>, max_items = 10)]
    pub st_services: Vec<String>,
    /// What it can do, at most 20 lines of 200 characters (năng lực).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<CapabilityText>, max_items = 20)]
    pub capabilities: Vec<String>,
    /// What it is for, at most 300 words (chức năng, giá trị cốt lõi).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 3000)]
    pub mission: Option<String>,
    /// Fax number; kept as E.164.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40)]
    pub fax: Option<String>,
    /// What of this everybody may see; nothing personal unless it is named here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<PublicGroup>, max_items = 8)]
    pub public_groups: Vec<String>,
}

/// No register of this State is older than it.
const FIRST_REGISTRATION: Date = date(1945, 9, 2);

impl EnterpriseDraft {
    /// Parses the draft; the error names every wrong field, each pointer beginning with `prefix`.
    pub fn parse(&self, lists: &InForce, prefix: &str) -> Result<EnterpriseProfile, Vec<FieldError>> {
        self.parse_onto(lists, prefix, None)
    }

    /// The same for an edit of what is there: a masked personal number stands for the one that is kept.
    pub fn parse_onto(
        &self,
        lists: &InForce,
        prefix: &str,
        kept: Option<&EnterpriseProfile>,
    ) -> Result<EnterpriseProfile, Vec<FieldError>> {
        let mut errors = FieldErrors::default();
        let at = |name: &str| format!("{prefix}/{name}");
        let identity = self.identity(&mut errors, lists, prefix, kept.map(|kept| &kept.identity));
        let legal_form = errors.keep(
            at("legal_form"),
            known(lists, TaxonomyName::LegalForms, &self.legal_form),
        );
        let legal_name = errors.keep(at("legal_name"), Line::parse(&self.legal_name));
        let short_name = errors.keep_opt(at("short_name"), self.short_name.as_deref(), Line::parse);
        let name_en = errors.keep_opt(at("name_en"), self.name_en.as_deref(), Line::parse);
        let address_line = errors.keep(at("address_line"), Line::parse(&self.address_line));
        let seat = self.seat(&mut errors, lists, prefix);
        let contact_name = errors.keep(at("contact_name"), Line::parse(&self.contact_name));
        let contact_email = errors.keep(at("contact_email"), Email::parse(&self.contact_email));
        let contact_phone = errors.keep(at("contact_phone"), Phone::parse(&self.contact_phone));
        let website = errors.keep_opt(at("website"), self.website.as_deref(), WebAddress::parse);
        let fields = Wanted {
            list: TaxonomyName::Fields,
            // Who named more before the rule need not part with them to mend the rest.
            max: kept
                .map_or(0, |kept| kept.field_codes.len())
                .max(enterprise::MAX_FIELDS),
        };
        let field_codes = codes(&mut errors, &at("field_codes"), &self.field_codes, lists, fields);
        let mut details = self.details(&mut errors, lists, prefix, kept);
        // What was registered before the rule, and stays as it is, keeps nobody from mending the rest.
        let is_as_before = kept.is_some_and(|kept| {
            Some(&kept.identity) == identity.as_ref()
                && kept.legal_form == self.legal_form
                && kept.details.kind == details.kind
        });
        if !is_as_before {
            self.agree(&mut errors, prefix, identity.as_ref());
        }
        let profile = (|| {
            let seat = seat?;
            details.address_country = seat.country;
            Some(EnterpriseProfile {
                identity: identity?,
                legal_form: legal_form?,
                legal_name: legal_name?,
                short_name,
                name_en,
                address_line: address_line?,
                province_code: seat.province,
                commune_code: seat.commune,
                contact_name: contact_name?,
                contact_email: contact_email?,
                contact_phone: contact_phone?,
                website,
                field_codes,
                details,
            })
        })();
        errors.finish(profile)
    }

    fn details(
        &self,
        errors: &mut FieldErrors,
        lists: &InForce,
        prefix: &str,
        kept: Option<&EnterpriseProfile>,
    ) -> Details {
        let is_kept = |code: &VsicCode| kept.is_some_and(|kept| kept.details.vsic.contains(code));
        let at = |name: &str| format!("{prefix}/{name}");
        let line = |text: &str| Line::<100>::parse(text).map(Line::into_string);
        let number = |text: &str| Line::<50>::parse(text).map(Line::into_string);
        if self.vsic.len() > Details::MAX_VSIC {
            errors.add(at("vsic"), Violation::TooMany { max: Details::MAX_VSIC });
        }
        let mut vsic: Vec<VsicCode> = Vec::new();
        for (i, code) in self.vsic.iter().take(Details::MAX_VSIC).enumerate() {
            // What was taken before there was a rule keeps nobody from mending the rest.
            let checked = if is_kept(code) {
                Ok(())
            } else {
                activity::check_whole(lists, code)
            };
            match checked {
                Ok(()) if vsic.contains(code) => errors.add(at(&format!("vsic/{i}")), Violation::Duplicate),
                Ok(()) => vsic.push(code.clone()),
                Err((part, violation)) => errors.add(at(&format!("vsic/{i}/{part}")), violation),
            }
        }
        let capability = |text: &str| Line::<200>::parse(text).map(Line::into_string);
        Details {
            kind: errors.keep_opt(at("kind"), self.kind.as_deref(), |kind| {
                named_choice(kind, OrganisationKind::names)
            }),
            registration_no: errors.keep_opt(at("registration_no"), self.registration_no.as_deref(), number),
            registration_date: errors.keep_opt(at("registration_date"), self.registration_date.as_deref(), |text| {
                let day = past_day(text, lists.today())?;
                let is_kept = kept.is_some_and(|kept| kept.details.registration_date == Some(day));
                // Registers of other countries are as old as they are.
                if day < FIRST_REGISTRATION && !is_kept && self.foreign_register.is_none() {
                    let (first, last) = (FIRST_REGISTRATION, lists.today());
                    return Err(Violation::DayOutside { first, last });
                }
                Ok(day)
            }),
            st_certificate_no: errors.keep_opt(at("st_certificate_no"), self.st_certificate_no.as_deref(), number),
            parent_id: self.parent_id,
            address_country: None,
            vsic,
            legal_rep_name: errors.keep_opt(at("legal_rep_name"), self.legal_rep_name.as_deref(), line),
            legal_rep_title: errors.keep_opt(at("legal_rep_title"), self.legal_rep_title.as_deref(), line),
            size_band: errors.keep_opt(at("size_band"), self.size_band.as_deref(), |size| {
                named_choice(size, SizeBand::names)
            }),
            st_services: errors.keep_distinct(&at("st_services"), &self.st_services, StService::ALL.len(), |service| {
                named_choice(service, StService::names)
            }),
            capabilities: errors.keep_distinct(
                &at("capabilities"),
                &self.capabilities,
                Details::MAX_CAPABILITIES,
                capability,
            ),
            mission: errors.keep_opt(at("mission"), self.mission.as_deref(), mission),
            fax: errors.keep_opt(at("fax"), self.fax.as_deref(), |text| {
                Phone::parse(text).map(|phone| phone.as_str().to_owned())
            }),
            public_groups: errors.keep_distinct(
                &at("public_groups"),
                &self.public_groups,
                PublicGroup::ALL.len(),
                choice::<PublicGroup>,
            ),
        }
    }

    /// The form in which the profile would be sent; a personal number is masked.
    pub fn of(profile: &EnterpriseProfile) -> Self {
        let details = profile.details.clone();
        let (tax_code, personal_id, foreign_register) = match &profile.identity {
            Identity::TaxCode(code) => (Some(code.to_string()), None, None),
            Identity::PersonalId(number) => (None, Some(number.masked()), None),
            Identity::ForeignRegister { country, number } => {
                let foreign = ForeignRegisterDraft {
                    country: country.clone(),
                    number: number.to_string(),
                };
                (None, None, Some(foreign))
            }
        };
        Self {
            tax_code,
            personal_id,
            foreign_register,
            legal_form: profile.legal_form.clone(),
            legal_name: profile.legal_name.to_string(),
            short_name: profile.short_name.as_ref().map(ToString::to_string),
            name_en: profile.name_en.as_ref().map(ToString::to_string),
            address_line: profile.address_line.to_string(),
            address_country: details.address_country,
            province_code: profile.province_code.clone(),
            commune_code: profile.commune_code.clone(),
            commune_name: None,
            district_name: None,
            contact_name: profile.contact_name.to_string(),
            contact_email: profile.contact_email.as_str().into(),
            contact_phone: profile.contact_phone.as_str().into(),
            website: profile.website.as_ref().map(|site| site.as_str().into()),
            field_codes: profile.field_codes.clone(),
            kind: details.kind,
            registration_no: details.registration_no,
            registration_date: details.registration_date.map(|day| day.to_string()),
            st_certificate_no: details.st_certificate_no,
            parent_id: details.parent_id,
            vsic: details.vsic,
            legal_rep_name: details.legal_rep_name,
            legal_rep_title: details.legal_rep_title,
            size_band: details.size_band,
            st_services: details.st_services,
            capabilities: details.capabilities,
            mission: details.mission,
            fax: details.fax,
            public_groups: details.public_groups,
        }
    }
}

fn mission(text: &str) -> Result<String, Violation> {
    let prose = Prose::<3000>::parse(text)?;
    if prose.as_str().split_whitespace().count() > Details::MAX_WORDS {
        return Err(Violation::TooManyWords {
            max: Details::MAX_WORDS,
        });
    }
    Ok(prose.into_string())
}

/// The lists for an edit of an enterprise, which may keep the codes that it has.
pub fn lists_for_enterprise(lists: InForce, profile: &EnterpriseProfile) -> InForce {
    lists
        .keeping(TaxonomyName::Fields, profile.field_codes.iter().map(String::as_str))
        .keeping(TaxonomyName::LegalForms, [profile.legal_form.as_str()])
        .keeping(TaxonomyName::Countries, profile.details.address_country.as_deref())
        .keeping(TaxonomyName::Provinces, [profile.province_code.as_str()])
        .keeping(TaxonomyName::Communes, [profile.commune_code.as_str()])
}
