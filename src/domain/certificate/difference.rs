//! What an amendment makes different, old beside new: by what is certified, whatever the amendment calls it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::record::{CertificateRecord, Named, RecordParty, RecordShare};
use crate::domain::dossier::AmendmentKind;
use crate::domain::dossier::patent::canonical;
use crate::domain::dossier::percent::{hundredths, written};
use crate::domain::text::fold;

/// The end of a contract, as a member of dossiers.
pub const ENDS_ON: &str = "/contract/ends_on";
/// How many months it runs, which is told of the end that stands beside it.
pub const TERM_MONTHS: &str = "/contract/term_months";

/// A member that says something else than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordDifference {
    /// Where it is in the content of a dossier, as a JSON pointer.
    #[schema(max_length = 100, example = "/contract/ends_on")]
    pub member: String,
    /// What is certified now; null of what is new.
    #[schema(required, example = "2031-12-31")]
    pub before: Option<String>,
    /// What would be certified; null of what falls away.
    #[schema(required, example = "2034-12-31")]
    pub after: Option<String>,
}

impl RecordDifference {
    /// What the law calls it (LTT 33): of an end, told where there was none, an extension as well as an amendment.
    pub fn kinds(&self) -> &'static [AmendmentKind] {
        match (self.member.as_str(), &self.before, &self.after) {
            (ENDS_ON, Some(before), Some(after)) if after > before => &[AmendmentKind::Extension],
            (ENDS_ON, None, Some(_)) => &[AmendmentKind::Extension, AmendmentKind::Amendment],
            (TERM_MONTHS, Some(before), Some(after)) if is_longer(after, before) => &[AmendmentKind::Extension],
            // It falls away with the end that it was told of, and is what that is.
            (TERM_MONTHS, Some(_), None) => &[],
            (_, None, _) => &[AmendmentKind::Supplement],
            (member, Some(before), Some(after)) if is_list(member) && adds_only(before, after) => {
                &[AmendmentKind::Supplement]
            }
            _ => &[AmendmentKind::Amendment],
        }
    }
}

fn is_list(member: &str) -> bool {
    [
        "/technology/objects",
        "/technology/rights",
        "/technology/methods",
        "/technology/fields",
        "/technology/ipc",
        "/contract/languages",
        "/money/payment_methods",
    ]
    .contains(&member)
}

/// Whether a term in months is longer than another one.
fn is_longer(after: &str, before: &str) -> bool {
    let months = |text: &str| text.parse::<u32>().ok();
    months(after) > months(before)
}

/// Whether a list of codes has all that it had.
fn adds_only(before: &str, after: &str) -> bool {
    let after: Vec<&str> = after.split(", ").collect();
    before.split(", ").all(|code| after.contains(&code))
}

/// What a record says at a member.
#[derive(Clone, Debug)]
enum Said<'a> {
    /// Words.
    Text(Option<&'a str>),
    /// Codes with their names, in whatever order they were told.
    Codes(Vec<&'a Named>),
    /// Symbols of the patent classification with what their classes are called.
    Symbols(&'a [Named]),
    /// A day.
    Day(Option<Date>),
    /// A number, perhaps with decimals.
    Number(Option<String>),
    /// Shares that are paid.
    Shares(&'a [RecordShare]),
}

impl Said<'_> {
    /// As differences tell it.
    fn told(&self) -> Option<String> {
        match self {
            Self::Text(text) => text.map(str::to_owned),
            Self::Codes(named) => listed(named.iter().map(|named| named.code.clone())),
            Self::Symbols(named) => listed(named.iter().map(|named| symbol(&named.code))),
            Self::Day(day) => day.map(|day| day.to_string()),
            Self::Number(number) => number.clone(),
            Self::Shares(shares) => listed(shares.iter().map(share)),
        }
    }

    /// Whether people's words mean just that: codes or names in any order, days and numbers as they are written in Việt Nam.
    fn reads_as(&self, words: &str) -> bool {
        match self {
            Self::Text(text) => text.is_some_and(|text| fold(text) == fold(words)),
            Self::Codes(named) => !named.is_empty() && names_just(words, named),
            // Their names are those of whole classes.
            Self::Symbols(named) => {
                let told = words.split([',', ';']).map(|word| symbol(word.trim()));
                !named.is_empty() && listed(told) == self.told()
            }
            Self::Day(day) => day.is_some_and(|day| is_day(words, day)),
            Self::Number(number) => number.as_ref().is_some_and(|number| is_number(words, number)),
            // How a contract puts it is its own: the numbers must be there.
            Self::Shares(shares) => !shares.is_empty() && shares.iter().all(|share| has_percent(words, share)),
        }
    }

    /// Whether people's words have it among others.
    fn is_within(&self, words: &str) -> bool {
        let words = fold(words);
        let has = |text: &str| {
            let text = fold(text);
            !text.is_empty() && words.contains(&text)
        };
        match self {
            Self::Codes(named) => named.iter().any(|named| has(&named.code) || has(&named.name)),
            Self::Symbols(named) => named.iter().any(|named| has(&symbol(&named.code))),
            Self::Day(Some(day)) => has(&day.to_string()) || has(&day.strftime("%d/%m/%Y").to_string()),
            said => said.told().is_some_and(|told| has(&told)),
        }
    }
}

/// All of a list, in one order.
fn listed(told: impl Iterator<Item = String>) -> Option<String> {
    let mut told: Vec<String> = told.collect();
    told.sort_unstable();
    (!told.is_empty()).then(|| told.join(", "))
}

/// A symbol in the one way in which it is written, however it was told before that was so.
fn symbol(code: &str) -> String {
    canonical(code).unwrap_or_else(|| code.to_owned())
}

/// A share as differences tell it: in one way, however it was written before there was one.
fn share(share: &RecordShare) -> String {
    let percent = hundredths(&share.percent).map_or_else(|| share.percent.clone(), written);
    format!("{} {percent}", share.method.code)
}

/// Whether words have the number of a share, with a point or with a comma.
fn has_percent(words: &str, share: &RecordShare) -> bool {
    let percent = hundredths(&share.percent);
    let mut numbers = words.split(|letter: char| !(letter.is_ascii_digit() || matches!(letter, '.' | ',')));
    percent.is_some()
        && numbers.any(|number| hundredths(&number.trim_end_matches(['.', ',']).replace(',', ".")) == percent)
}

/// Whether words name each of some codes, by it or by its name, and nothing else.
fn names_just(words: &str, named: &[&Named]) -> bool {
    let mut rest = fold(words);
    let mut named: Vec<[String; 2]> = named
        .iter()
        .map(|named| [fold(&named.name), fold(&named.code)])
        .collect();
    // A name may be within a longer one.
    named.sort_by_key(|[name, _]| std::cmp::Reverse(name.len()));
    for forms in named {
        let Some(form) = forms
            .into_iter()
            .find(|form| !form.is_empty() && rest.contains(form.as_str()))
        else {
            return false;
        };
        rest = rest.replacen(&form, " ", 1);
    }
    !rest.contains(char::is_alphanumeric)
}

fn is_day(words: &str, day: Date) -> bool {
    let words = fold(words);
    let forms = ["%Y-%m-%d", "%d/%m/%Y", "%-d/%-m/%Y"];
    forms.iter().any(|form| fold(&day.strftime(form).to_string()) == words)
}

/// Points and commas part groups of digits or decimals, as people please; without decimals that are nothing. Two digits after the
/// last one of them are decimals, and no others are.
fn is_number(words: &str, number: &str) -> bool {
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let said = words.trim_end_matches(|letter: char| !letter.is_ascii_digit());
    let last = said.rsplit_once(['.', ',']).map(|(_, last)| last);
    let (whole, cents) = number.split_once('.').unwrap_or((number, "00"));
    let has_cents = last.is_some_and(|last| last.len() == 2) || cents != "00";
    let meant = if has_cents {
        format!("{whole}{cents}")
    } else {
        whole.to_owned()
    };
    digits(said) == meant
}

/// A member with what is said at it.
type Member<'a> = (String, Said<'a>);

fn one(named: Option<&Named>) -> Said<'_> {
    Said::Codes(named.into_iter().collect())
}

fn all(named: &[Named]) -> Said<'_> {
    Said::Codes(named.iter().collect())
}

fn text(text: Option<&String>) -> Said<'_> {
    Said::Text(text.map(String::as_str))
}

fn party<'a>(place: &str, party: &'a RecordParty, knows_all: bool) -> Vec<Member<'a>> {
    let told = [
        ("name", text(Some(&party.name))),
        ("name_en", text(party.name_en.as_ref())),
        ("tax_code", text(party.tax_code.as_ref())),
        ("foreign_id", text(party.registration_number.as_ref())),
        ("country", one(Some(&party.country))),
        ("address", text(party.address.as_ref())),
        ("representative", text(party.representative.as_ref())),
        ("representative_title", text(party.representative_title.as_ref())),
    ];
    // Certificates of before do not say these: what they do not know at all is neither there nor absent.
    let late = [
        ("commune_code", one(party.commune.as_ref())),
        ("legal_form", one(party.legal_form.as_ref())),
    ];
    let late = late.into_iter().filter(|(_, said)| knows_all || said.told().is_some());
    let told = told.into_iter().chain(late);
    told.map(|(name, value)| (format!("{place}/{name}"), value)).collect()
}

/// All that a certificate says of a transfer, by the members of dossiers.
fn members(record: &CertificateRecord) -> Vec<Member<'_>> {
    let (technology, contract, money) = (&record.technology, &record.contract, &record.money);
    let knows_all = record.edition.is_some();
    let mut told = party("/transferor", &record.transferor, knows_all);
    told.extend(party("/transferee", &record.transferee, knows_all));
    let rest = [
        ("/direction", one(record.direction.as_ref())),
        ("/form", one(record.form.as_ref())),
        ("/technology/name", text(Some(&technology.name))),
        ("/technology/objects", all(&technology.objects)),
        ("/technology/rights", all(&technology.rights)),
        ("/technology/methods", all(&technology.methods)),
        ("/technology/fields", all(&technology.fields)),
        ("/technology/products", text(technology.products.as_ref())),
        ("/technology/standards", text(technology.standards.as_ref())),
        ("/technology/origin_country", one(technology.origin.as_ref())),
        ("/technology/ip_titles", text(technology.ip_titles.as_ref())),
        ("/contract/number", text(contract.number.as_ref())),
        ("/contract/title", text(contract.title.as_ref())),
        ("/contract/effect", text(contract.effect.as_ref())),
        (ENDS_ON, Said::Day(contract.ends_on)),
        ("/contract/place", text(contract.place.as_ref())),
        ("/contract/project", text(contract.project.as_ref())),
        ("/money/amount", Said::Number(money.amount.clone())),
        ("/money/currency", text(money.currency.as_ref())),
        (
            "/money/vnd_value",
            Said::Number(money.vnd_value.map(|value| value.to_string())),
        ),
        ("/money/payment_methods", all(&money.payment_methods)),
        ("/money/payment_terms", text(money.payment_terms.as_ref())),
    ];
    told.extend(rest.map(|(member, value)| (member.to_owned(), value)));
    told.extend(of_late(record));
    told
}

/// What certificates of before know nothing of: there only where it is told, as it is neither there nor absent in them. In one that knows
/// it, what is not told is absent.
fn of_late(record: &CertificateRecord) -> impl Iterator<Item = Member<'_>> {
    let knows_all = record.edition.is_some();
    let (technology, contract) = (&record.technology, &record.contract);
    let months = contract.term_months.map(|months| months.to_string());
    let members = [
        (TERM_MONTHS, Said::Number(months)),
        ("/contract/languages", all(&contract.languages)),
        ("/contract/province_code", one(contract.province.as_ref())),
        ("/contract/project_code", text(contract.project_code.as_ref())),
        ("/contract/irc_number", text(contract.irc_number.as_ref())),
        ("/contract/irc_on", Said::Day(contract.irc_on)),
        ("/technology/vsic", one(technology.activity.as_ref())),
        ("/technology/ipc", Said::Symbols(&technology.ipc)),
        ("/technology/machinery", text(technology.machinery.as_ref())),
        ("/money/shares", Said::Shares(&record.money.shares)),
    ];
    let told = members
        .into_iter()
        .filter(move |(_, said)| knows_all || said.told().is_some());
    told.map(|(member, said)| (member.to_owned(), said))
}

/// Whether a member is another one, or within it.
pub fn is_within(member: &str, part: &str) -> bool {
    let rest = member.strip_prefix(part);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What one record says otherwise than the one before it, with all that falls away; what that one knows nothing of is no difference.
pub fn differences(before: &CertificateRecord, after: &CertificateRecord) -> Vec<RecordDifference> {
    let told = |record| members(record).into_iter().map(|(member, said)| (member, said.told()));
    let mut others: BTreeMap<String, Option<String>> = told(after).collect();
    let pairs = told(before).map(|(member, before)| {
        let after = others.remove(&member).flatten();
        RecordDifference { member, before, after }
    });
    pairs.filter(|pair| pair.before != pair.after).collect()
}

/// What a record says at a member or a whole part, as it is told; nothing of what is not certified at all.
#[derive(Clone, Debug)]
pub struct Certified<'a>(Vec<Member<'a>>);

impl<'a> Certified<'a> {
    /// What a record says at a pointer into a dossier.
    pub fn at(record: &'a CertificateRecord, part: &str) -> Option<Self> {
        let mut members = members(record);
        members.retain(|(member, _)| is_within(member, part));
        (!members.is_empty()).then_some(Self(members))
    }

    /// Whether people's words are what it says: of one member just that, of a whole part something of it.
    pub fn reads_as(&self, words: &str) -> bool {
        match self.0.as_slice() {
            [(_, said)] => said.reads_as(words),
            members => members.iter().any(|(_, said)| said.is_within(words)),
        }
    }

    /// All that it says, for a refusal; nothing of what is not told.
    pub fn told(&self) -> Option<String> {
        let told: Vec<String> = self.0.iter().filter_map(|(_, said)| said.told()).collect();
        (!told.is_empty()).then(|| told.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(code: &str, name: &str) -> Named {
        Named {
            code: code.to_owned(),
            name: name.to_owned(),
        }
    }

    fn difference(member: &str, before: Option<&str>, after: Option<&str>) -> RecordDifference {
        RecordDifference {
            member: member.to_owned(),
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
        }
    }

    #[test]
    fn what_the_law_calls_a_change_is_told_by_what_was_there() {
        use AmendmentKind::{Amendment, Extension, Supplement};
        for (member, before, after, kinds) in [
            (ENDS_ON, Some("2031-12-31"), Some("2032-01-01"), &[Extension][..]),
            (ENDS_ON, Some("2031-12-31"), Some("2031-12-30"), &[Amendment]),
            (ENDS_ON, None, Some("2031-12-30"), &[Extension, Amendment]),
            (TERM_MONTHS, Some("60"), Some("120"), &[Extension]),
            (TERM_MONTHS, Some("60"), Some("9"), &[Amendment]),
            (TERM_MONTHS, Some("60"), None, &[]),
            ("/contract/languages", Some("vi"), Some("en, vi"), &[Supplement]),
            ("/contract/place", None, Some("Phú Thọ"), &[Supplement]),
            ("/contract/place", Some("Phú Thọ"), Some("Hà Nội"), &[Amendment]),
            ("/money/amount", Some("1.00"), None, &[Amendment]),
            (
                "/technology/methods",
                Some("training"),
                Some("experts, training"),
                &[Supplement],
            ),
            (
                "/technology/methods",
                Some("experts, training"),
                Some("training"),
                &[Amendment],
            ),
            // A text is no list, whatever commas it has.
            ("/technology/products", Some("Lúa"), Some("Lúa, ngô"), &[Amendment]),
        ] {
            assert_eq!(
                difference(member, before, after).kinds(),
                kinds,
                "{member} {before:?} {after:?}"
            );
        }
    }

    #[test]
    fn words_are_held_against_what_is_certified_however_people_write_it() {
        let (training, experts) = (named("training", "Đào tạo"), named("experts", "Cử chuyên gia tư vấn"));
        let both = Said::Codes(vec![&training, &experts]);
        for right in ["experts, training", "Đào tạo; cử chuyên gia tư vấn", "đào tạo, experts"] {
            assert!(both.reads_as(right), "{right}");
        }
        for wrong in ["training", "experts, training, documents", "", "Đào tạo khác"] {
            assert!(!both.reads_as(wrong), "{wrong}");
        }
        let day = Said::Day(Some(Date::constant(2031, 2, 1)));
        for (words, is_right) in [
            ("2031-02-01", true),
            ("01/02/2031", true),
            ("1/2/2031", true),
            ("01/02/2030", false),
            ("", false),
        ] {
            assert_eq!(day.reads_as(words), is_right, "{words}");
        }
        let money = Said::Number(Some("300000.00".to_owned()));
        for (words, is_right) in [
            ("300.000 USD", true),
            ("300000.00", true),
            ("300,000.00", true),
            ("300.000,00 USD", true),
            ("300000", true),
            ("30.000", false),
            ("30.000.000 USD", false),
            ("30000000", false),
            ("", false),
        ] {
            assert_eq!(money.reads_as(words), is_right, "{words}");
        }
        let share = |percent: &str| RecordShare {
            method: named("pct_net_revenue", "Phần trăm doanh thu thuần"),
            percent: percent.to_owned(),
        };
        let shares = [share("3.5"), share("10")];
        for (words, is_right) in [
            ("3,5% doanh thu thuần và 10% lợi nhuận.", true),
            ("10 %; 3.5 %", true),
            ("3,50 % và 10,00 %", true),
            ("3,5%", false),
            ("13.5% và 10%", false),
            ("", false),
        ] {
            assert_eq!(Said::Shares(&shares).reads_as(words), is_right, "{words}");
        }
        assert!(Said::Text(Some("Công ty A")).reads_as("công  ty A"));
        assert!(!Said::Text(Some("Công ty A")).reads_as("Công ty"));
        assert!(Said::Text(Some("Công ty A")).is_within("Bên giao là Công ty A, Hà Nội"));
        assert!(!Said::Text(None).reads_as("") && !Said::Text(None).is_within(""));
    }
}
