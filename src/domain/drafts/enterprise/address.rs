//! Where an enterprise is: in a place of today, to which one of before leads, or abroad.

use super::{EnterpriseDraft, known};
use crate::domain::fields::{FieldErrors, Successor, Violation};
use crate::domain::taxonomy::{Asked, InForce, TaxonomyName, is_as_typed};
use crate::domain::text::Line;

/// Most characters of the name of a place.
const PLACE_MAX: usize = 100;

/// Where an enterprise has its seat.
pub(super) struct Seat {
    /// The country, if it is another one.
    pub country: Option<String>,
    /// Code of the province; empty abroad.
    pub province: String,
    /// Code of the commune; empty abroad.
    pub commune: String,
}

impl EnterpriseDraft {
    /// The country of an address abroad: only of those whom another country registered.
    fn abroad(&self) -> Option<&str> {
        let registered = self.foreign_register.as_ref().map(|register| register.country.as_str());
        let has_place = !self.province_code.is_empty() || !self.commune_code.is_empty() || self.commune_name.is_some();
        match self.address_country.as_deref() {
            Some("VN") => None,
            Some(country) => Some(country),
            None => registered.filter(|_| !has_place),
        }
    }

    /// The seat, in Việt Nam or abroad.
    pub(super) fn seat(&self, errors: &mut FieldErrors, lists: &InForce, prefix: &str) -> Option<Seat> {
        let at = |name: &str| format!("{prefix}/{name}");
        let Some(country) = self.abroad() else {
            let province = errors.keep(at("province_code"), self.province(lists));
            // What is wrong is told where it was said.
            let is_named = self.commune_code.is_empty() && self.commune_name.is_some();
            let commune = self.commune(lists).map_err(|violation| match violation {
                Violation::NotInList {
                    list: "communes", near, ..
                } if near.is_empty() => Violation::UnknownCommune,
                other => other,
            });
            let told = match &commune {
                Err(Violation::Conflicts {
                    with: "former_district",
                }) => "district_name",
                _ if is_named => "commune_name",
                _ => "commune_code",
            };
            let commune = match commune {
                // Whether there is a commune of that name cannot be said while nobody knows where.
                Err(Violation::UnknownCode { list: "communes" }) if is_named && !self.names_province(lists) => None,
                found => errors.keep(at(told), found),
            };
            // A name beside a code is held against it: what is said is not dropped.
            let beside = self
                .commune_name
                .as_deref()
                .filter(|name| !is_named && !name.trim().is_empty());
            if let Some((code, name)) = commune.as_deref().zip(beside) {
                errors.keep(at("commune_name"), may_be_called(lists, code, name));
            }
            let (province, commune) = province.zip(commune)?;
            return Some(Seat {
                country: None,
                province,
                commune,
            });
        };
        if self.foreign_register.is_none() {
            errors.add(
                at("address_country"),
                Violation::Conflicts {
                    with: "foreign_register",
                },
            );
        }
        let country = errors.keep(at("address_country"), known(lists, TaxonomyName::Countries, country));
        let conflict = || Violation::Conflicts {
            with: "address_country",
        };
        for (name, is_given) in [
            ("province_code", !self.province_code.is_empty()),
            ("commune_code", !self.commune_code.is_empty()),
            ("commune_name", self.commune_name.is_some()),
            ("district_name", self.district_name.is_some()),
        ] {
            if is_given {
                errors.add(at(name), conflict());
            }
        }
        Some(Seat {
            country: Some(country?),
            province: String::new(),
            commune: String::new(),
        })
    }

    /// The commune, which lies in the province; in what became of it, where somebody gives one of before, by code or by
    /// name.
    pub(super) fn commune(&self, lists: &InForce) -> Result<String, Violation> {
        let given = self.province_code.as_str();
        if self.commune_code.is_empty() {
            let name = self.commune_name.as_deref().ok_or(Violation::Required)?;
            // Bounded before it is compared with every commune.
            let name = Line::<PLACE_MAX>::parse(name)?;
            let district = self
                .district_name
                .as_deref()
                .map(Line::<PLACE_MAX>::parse)
                .transpose()?;
            return self.commune_named(lists, name.as_str(), district.as_ref().map(Line::as_str));
        }
        // In a province that has ended, the digits are those of a commune of then, whatever they mean today.
        let is_of_then = lists.lists().get(TaxonomyName::Provinces, given).is_none();
        let today = lists.today();
        if is_of_then
            && let Some(then) = lists
                .lists()
                .former_by_code(TaxonomyName::Communes, &self.commune_code, today)
            && let Some((code, name)) = &then.province
            && !lists.leads_to(TaxonomyName::Provinces, given).is_empty()
        {
            if code == given {
                return one_of(then.is_split, then.successors.into_iter());
            }
            // Both provinces may be one today, but what was said does not agree with itself.
            return Err(Violation::OtherProvince {
                places: vec![(format!("{} ({})", then.name_vi, then.code), format!("{name} ({code})"))],
            });
        }
        let commune = match lists.check(TaxonomyName::Communes, &self.commune_code) {
            Err(Violation::CodeEnded { successors, .. }) => {
                let then = lists
                    .lists()
                    .former_by_code(TaxonomyName::Communes, &self.commune_code, today);
                let code = one_of(then.is_some_and(|then| then.is_split), successors.into_iter())?;
                lists.check(TaxonomyName::Communes, &code)?
            }
            found => found?,
        };
        let is_in = |province: &str| lists.lists().is_in(commune, province, today);
        let became = lists.leads_to(TaxonomyName::Provinces, given);
        // A province that nobody knows is told by itself.
        let is_kept = lists.keeps(TaxonomyName::Provinces, given) && lists.keeps(TaxonomyName::Communes, &commune.code);
        if is_kept || is_in(given) || became.is_empty() || became.iter().any(|successor| is_in(&successor.code)) {
            return Ok(commune.code.clone());
        }
        let province = lists.lists().province_on(commune, today).unwrap_or_default();
        Err(Violation::OtherProvince {
            places: vec![place(lists, &commune.code, province)],
        })
    }

    /// The province, or what became of it; of one that was divided the part in which the commune lies.
    fn province(&self, lists: &InForce) -> Result<String, Violation> {
        if self.province_code.is_empty() {
            return Err(Violation::Required);
        }
        let (list, successors) = match known(lists, TaxonomyName::Provinces, &self.province_code) {
            Err(Violation::CodeEnded { list, successors }) => (list, successors),
            found => return found,
        };
        if let [one] = successors.as_slice() {
            return Ok(one.code.clone());
        }
        let commune = self.commune(lists).ok();
        let commune = commune.and_then(|code| lists.lists().get(TaxonomyName::Communes, &code));
        let lies_in = commune.map_or_else(Vec::new, |commune| lists.lists().provinces_on(commune, lists.today()));
        match lies_in.as_slice() {
            [one] if successors.iter().any(|successor| successor.code == *one) => Ok(one.clone()),
            _ => Err(Violation::CodeEnded { list, successors }),
        }
    }

    fn commune_named(&self, lists: &InForce, name: &str, district: Option<&str>) -> Result<String, Violation> {
        let (found, is_split) = self.places_named(lists, name, district);
        if found.is_empty() {
            // The province has the commune, and the district of then had none of that name.
            let is_of_district = district.is_some() && !self.places_named(lists, name, None).0.is_empty();
            return Err(if is_of_district {
                Violation::Conflicts {
                    with: "former_district",
                }
            } else {
                self.elsewhere(lists, name)
            });
        }
        if !is_split && found.len() > 1 {
            return Err(Violation::SeveralMeant {
                list: "communes",
                successors: found,
            });
        }
        one_of(is_split, found.into_iter())
    }

    /// The communes that a name may mean, by their codes, and whether one of them is the known part of what was divided.
    fn places_named(&self, lists: &InForce, name: &str, district: Option<&str>) -> (Vec<Successor>, bool) {
        let today = lists.today();
        let asked = Asked {
            code: None,
            name: Some(name),
            district,
            province: Some(&self.province_code),
        };
        let former = lists.lists().former(TaxonomyName::Communes, &asked, today);
        let is_split = former.iter().any(|then| then.is_split);
        let present = match district {
            None => lists.lists().communes_named(name, &self.province_code, today),
            Some(_) => Vec::new(),
        };
        // An address of today says no district: beside a province of today, its communes come before those of then.
        if self.province_is_of_today(lists)
            && let [one] = present.as_slice()
            && is_as_typed(name, &one.name_vi, &former)
        {
            return (present, false);
        }
        let former = former.into_iter().flat_map(|then| then.successors);
        let mut found: Vec<_> = former.chain(present.iter().cloned()).collect();
        found.sort_by(|one, other| one.code.cmp(&other.code));
        found.dedup_by(|one, other| one.code == other.code);
        // Some communes are called today as one of which another part went elsewhere: with no district, today's is meant.
        let is_of_today = matches!((found.as_slice(), present.as_slice()), ([one], [other]) if one.code == other.code);
        (found, is_split && !is_of_today)
    }

    fn province_is_of_today(&self, lists: &InForce) -> bool {
        let province = lists.lists().get(TaxonomyName::Provinces, &self.province_code);
        province.is_some_and(|province| province.is_valid_on(lists.today()))
    }

    /// Whether the province is one of today or of before.
    fn names_province(&self, lists: &InForce) -> bool {
        !lists.leads_to(TaxonomyName::Provinces, &self.province_code).is_empty()
    }

    /// Why a name means no commune of the province: it is that of another one, or of none.
    fn elsewhere(&self, lists: &InForce, name: &str) -> Violation {
        let others = lists.lists().communes_named_anywhere(name, lists.today());
        if others.is_empty() || !self.names_province(lists) {
            return Violation::UnknownCode { list: "communes" };
        }
        let others = others.iter().take(MOST_ELSEWHERE);
        Violation::OtherProvince {
            places: others
                .map(|(commune, province)| place(lists, commune, province))
                .collect(),
        }
    }
}

/// Whether a commune may be called so: not where the name is that of others. One that is known of none may be of before.
fn may_be_called(lists: &InForce, code: &str, name: &str) -> Result<(), Violation> {
    let name = Line::<PLACE_MAX>::parse(name)?;
    let is_anothers = lists
        .lists()
        .is_another_communes_name(code, name.as_str(), lists.today());
    if is_anothers {
        return Err(Violation::Conflicts { with: "commune_code" });
    }
    Ok(())
}

/// Most places that are told of a name.
const MOST_ELSEWHERE: usize = 5;

/// A commune and its province, as they are told.
fn place(lists: &InForce, commune: &str, province: &str) -> (String, String) {
    let item = lists.lists().get(TaxonomyName::Provinces, province);
    // One that was divided would be refused, too, as long as the commune is in none of its parts: either of them is taken.
    let parts = match item {
        Some(item) if item.has_ended_on(lists.today()) => lists.leads_to(TaxonomyName::Provinces, province),
        _ => Vec::new(),
    };
    let named = parts.iter().map(|part| format!("{} ({})", part.name_vi, part.code));
    let named: Vec<String> = named.collect();
    let province = if named.is_empty() {
        called(lists, TaxonomyName::Provinces, province)
    } else {
        named.join(" / ")
    };
    (called(lists, TaxonomyName::Communes, commune), province)
}

/// An entry, by name and code.
fn called(lists: &InForce, list: TaxonomyName, code: &str) -> String {
    let name = lists.lists().name_vi(list, code).unwrap_or_default();
    format!("{name} ({code})")
}

/// What a place became, where that is one.
fn one_of(is_split: bool, successors: impl Iterator<Item = Successor>) -> Result<String, Violation> {
    let successors: Vec<_> = successors.collect();
    match successors.as_slice() {
        [one] if !is_split => Ok(one.code.clone()),
        _ => Err(Violation::CodeEnded {
            list: "communes",
            successors,
        }),
    }
}
