//! Gathering what reports count: from the register, from what dossiers tell, and from what was done to them. Which events
//! count is in the rule set that a dossier is under.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::calendar::{day_of, midnight};
use crate::domain::certificate::Certificate;
use crate::domain::certificate::record::Named;
use crate::domain::dossier::{
    DossierContent, DossierDraft, EconomicType, OpinionSubject, PartnerType, PartyDraft, TransferDirection,
};
use crate::domain::enterprise::VsicCode;
use crate::domain::ids::{CertificateId, DossierId};
use crate::domain::periodic_report::facts::{CertificateFact, DeedFact, Facts, Organisations, Reporter};
use crate::domain::periodic_report::window::Window;
use crate::domain::periodic_report::{ReportForm, Wanted};
use crate::domain::procedure::{AuthorityDraft, CountsAs, Issues};
use crate::domain::taxonomy::{InForce, TaxonomyName};
use crate::service::periodic_reports::counting::Counting;
use crate::service::procedures::{self, RuleSet};
use crate::service::{Error, ErrorCode, Result};
use crate::store::certificate_statistics::{self, Statistics};
use crate::store::periodic_reports::facts::{self as rows, Deed, Link, Replacement};
use crate::store::{AnyConn, certificate_origins, certificates};

/// Most certificates of one report.
const MOST_CERTIFICATES: i64 = 20_000;
/// Most events of one report.
const MOST_DEEDS: i64 = 100_000;
/// Certificates that are read at once.
const AT_ONCE: i64 = 500;
/// The country that is not abroad.
const VIETNAM: &str = "VN";

/// Everything that may count in a report.
pub fn gather(conn: &mut AnyConn, wanted: &Wanted, lists: &InForce) -> Result<Facts> {
    let days = wanted.days();
    let is_briefing = wanted.form == ReportForm::Briefing;
    let (registered, registered_in_all) = if is_briefing {
        enterprises(conn, wanted.window)?
    } else {
        (0, 0)
    };
    let counts_deeds = is_briefing || wanted.form == ReportForm::Appraisals;
    if wanted.form == ReportForm::Enterprises {
        let (_, before) = instants(wanted.window);
        return Ok(Facts {
            organisations: rows::organisations(conn, before)?,
            reporter: reporter(conn)?,
            ..Facts::default()
        });
    }
    let (certificates, of_others) = certificates_of(conn, days, lists)?;
    let (deeds, waiting) = if counts_deeds {
        deeds(conn, days)?
    } else {
        (Vec::new(), 0)
    };
    Ok(Facts {
        certificates,
        of_others,
        deeds,
        waiting,
        registered,
        registered_in_all,
        organisations: Organisations::default(),
        reporter: reporter(conn)?,
    })
}

fn too_many(most: i64) -> Error {
    Error::new(
        ErrorCode::LimitReached,
        format!("Kỳ báo cáo có hơn {most} hồ sơ, Giấy chứng nhận; hãy chọn kỳ ngắn hơn."),
        format!("There are more than {most} certificates or events in this period; choose a shorter one."),
    )
}

/// The instants of a window: from its first one on, and before that of the day after.
fn instants(window: Window) -> (Timestamp, Timestamp) {
    let after = window.to.tomorrow().unwrap_or(window.to);
    (midnight(window.from), midnight(after))
}

fn enterprises(conn: &mut AnyConn, window: Window) -> Result<(u64, u64)> {
    let (since, before) = instants(window);
    let within = rows::count_registered(conn, Some(since), before)?;
    Ok((within, rows::count_registered(conn, None, before)?))
}

/// Who issues registrations here, by the rules.
fn reporter(conn: &mut AnyConn) -> Result<Reporter> {
    let sets = procedures::all(conn)?;
    let registers = |set: &&RuleSet| {
        let mut events = set.rules.events.iter();
        events.any(|event| event.issues == Some(Issues::Registration))
    };
    let set = sets.iter().find(registers);
    let authorities = set.map(|set| set.rules.text.authorities.as_slice()).unwrap_or_default();
    let here = authorities.iter().find(|authority| authority.place.is_some());
    Ok(here.map_or_else(Reporter::default, |authority| Reporter {
        name: authority.name_vi.clone(),
        superior: authority.superior_vi.clone(),
    }))
}

/// The authorities that issue here by the rules in force, each with those whose place it took.
struct Here {
    authorities: Vec<AuthorityDraft>,
    today: Date,
}

impl Here {
    fn on(conn: &mut AnyConn, today: Date) -> Result<Self> {
        let mut authorities = Vec::new();
        for newest in procedures::all(conn)? {
            let present = procedures::in_force(conn, &newest.code, today)?.unwrap_or(newest);
            let all = present.rules.text.authorities.into_iter();
            // Whose place nobody knows signs elsewhere.
            authorities.extend(all.filter(|authority| authority.place.is_some()));
        }
        Ok(Self { authorities, today })
    }

    /// Whether a certificate is of such an authority, or of one that it took the place of.
    fn has(&self, certificate: &Certificate) -> bool {
        let issuer = &certificate.record.issuer.code;
        let is_of = |authority: &AuthorityDraft| authority.stands_for(issuer, self.today);
        self.authorities.iter().any(is_of)
    }

    /// Those that are of here: of such an authority, or issued here, as whatever is kept of them tells; and the others.
    fn parted(&self, conn: &mut AnyConn, page: Vec<Certificate>) -> Result<(Vec<Certificate>, Vec<Certificate>)> {
        let rest: Vec<&Certificate> = page.iter().filter(|one| !self.has(one)).collect();
        let issued = certificate_origins::among(conn, &rest)?;
        let is_of_here = |one: &Certificate| self.has(one) || issued.contains(&one.id);
        Ok(page.into_iter().partition(is_of_here))
    }
}

/// What counts, and the days of what another authority issued.
fn certificates_of(conn: &mut AnyConn, days: Window, lists: &InForce) -> Result<(Vec<CertificateFact>, Vec<Date>)> {
    if rows::count_certificates(conn, (days.from, days.to))? > MOST_CERTIFICATES {
        return Err(too_many(MOST_CERTIFICATES));
    }
    let wanted = certificates::Wanted {
        from: Some(days.from),
        to: Some(days.to),
        ..certificates::Wanted::default()
    };
    let here = Here::on(conn, lists.today())?;
    let (mut facts, mut of_others, mut after) = (Vec::new(), Vec::new(), None);
    loop {
        let page = certificates::page(conn, &wanted, after, AT_ONCE)?;
        let Some(last) = page.last() else {
            break;
        };
        after = Some((last.record.issued_on.to_string(), last.id));
        let (page, others) = here.parted(conn, page)?;
        of_others.extend(others.into_iter().map(|one| one.record.issued_on));
        let chains = Chains::of(conn, &page)?;
        facts.extend(page.iter().map(|certificate| fact(certificate, &chains, lists)));
    }
    facts.reverse();
    Ok((facts, of_others))
}

/// The chains of some certificates, with what their dossiers say.
struct Chains {
    links: HashMap<CertificateId, Vec<Link>>,
    contents: HashMap<DossierId, DossierContent>,
    statistics: HashMap<CertificateId, Statistics>,
    replacements: HashMap<CertificateId, Replacement>,
}

impl Chains {
    fn of(conn: &mut AnyConn, certificates: &[Certificate]) -> Result<Self> {
        let roots: BTreeSet<CertificateId> = certificates.iter().map(Certificate::chain).collect();
        let roots: Vec<CertificateId> = roots.into_iter().collect();
        let mut links: HashMap<CertificateId, Vec<Link>> = HashMap::new();
        let (mut dossiers, mut entered) = (Vec::new(), Vec::new());
        for link in rows::chains(conn, &roots)? {
            match link.dossier {
                Some(dossier) => dossiers.push(dossier),
                None => entered.push(link.id),
            }
            links.entry(link.root).or_default().push(link);
        }
        Ok(Self {
            links,
            contents: rows::contents(conn, &dossiers)?,
            statistics: certificate_statistics::of(conn, &entered)?,
            replacements: rows::replacements(conn, certificates.iter().filter_map(|one| one.replaced_by))?,
        })
    }

    /// Whether one was annulled: itself, another one of its chain, or one of the licences in its place. What was replaced is annulled no
    /// more, but its contract has no licence when the last of those is.
    fn has_annulled(&self, certificate: &Certificate) -> bool {
        let after = |replaced_by: Option<CertificateId>| self.replacements.get(&replaced_by?);
        let in_its_place = std::iter::successors(after(certificate.replaced_by), |licence| after(licence.replaced_by));
        // Not more often than there are some, whatever the rows say.
        let mut in_its_place = in_its_place.take(self.replacements.len());
        certificate.annulled_on.is_some()
            || self.links(certificate).iter().any(|link| link.is_annulled)
            || in_its_place.any(|licence| licence.is_annulled)
    }

    fn links(&self, certificate: &Certificate) -> &[Link] {
        self.links.get(&certificate.chain()).map_or(&[], Vec::as_slice)
    }

    /// A certificate and those before it in its chain, the last one first.
    fn up_to(&self, certificate: &Certificate) -> Vec<&Link> {
        let mut links: Vec<&Link> = self.links(certificate).iter().collect();
        links.retain(|link| link.position <= certificate.position);
        links.sort_by_key(|link| std::cmp::Reverse(link.position));
        links
    }

    /// By how much an amendment makes the contract worth more: as it says, or, where it is of before, by the value that it tells and that of
    /// the one before it.
    fn value_change(&self, certificate: &Certificate) -> Option<i64> {
        let record = &certificate.record;
        let amendment = record.amendment.as_ref()?;
        let links = self.up_to(certificate).into_iter();
        let before = links.filter(|link| link.position < certificate.position);
        let before = before.max_by_key(|link| link.position);
        let counted = || Some(record.money.vnd_value?.saturating_sub(before?.vnd_value?));
        amendment.vnd_delta.or_else(counted)
    }

    /// What dossiers say of a certificate: its own first, then those before it.
    fn drafts(&self, certificate: &Certificate) -> Vec<&DossierDraft> {
        let links = self.up_to(certificate).into_iter();
        let contents = links.filter_map(|link| self.contents.get(&link.dossier?));
        contents.map(DossierContent::draft).collect()
    }

    /// What papers that were entered tell beside a certificate, in the same order.
    fn entered(&self, certificate: &Certificate) -> Vec<&Statistics> {
        let links = self.up_to(certificate).into_iter();
        links.filter_map(|link| self.statistics.get(&link.id)).collect()
    }
}

fn codes<T: std::str::FromStr>(named: &[Named]) -> Vec<T> {
    named.iter().filter_map(|value| value.code.parse().ok()).collect()
}

fn code<T: std::str::FromStr>(named: Option<&Named>) -> Option<T> {
    named.and_then(|value| value.code.parse().ok())
}

/// The party of Việt Nam that carries a transfer out.
pub(crate) fn performer(draft: &DossierDraft, direction: TransferDirection) -> &PartyDraft {
    match direction {
        TransferDirection::Outbound => &draft.transferor,
        TransferDirection::Inbound | TransferDirection::Domestic => &draft.transferee,
    }
}

/// The first that any of the dossiers tells.
fn told<T>(drafts: &[&DossierDraft], of: impl Fn(&DossierDraft) -> Option<T>) -> Option<T> {
    drafts.iter().find_map(|draft| of(draft))
}

fn fact(certificate: &Certificate, chains: &Chains, lists: &InForce) -> CertificateFact {
    let record = &certificate.record;
    let drafts = chains.drafts(certificate);
    let direction: Option<TransferDirection> = code(record.direction.as_ref());
    let of_performer = |of: fn(&PartyDraft) -> Option<&String>| {
        direction.and_then(|direction| told(&drafts, |draft| of(performer(draft, direction)).cloned()))
    };
    let commune = of_performer(|party| party.commune_code.as_ref()).unwrap_or_else(|| certificate.commune.clone());
    let entered = chains.entered(certificate);
    let economic_type: Option<EconomicType> = of_performer(|party| party.economic_type.as_ref())
        .and_then(|text| text.parse().ok())
        .or_else(|| entered.iter().find_map(|told| told.economic_type));
    let partner: Option<PartnerType> = told(&drafts, |draft| draft.partner_type.as_ref()?.parse().ok())
        .or_else(|| entered.iter().find_map(|told| told.partner));
    // That technology comes from abroad is what the direction says.
    let is_inbound = direction == Some(TransferDirection::Inbound);
    let amendment = record.amendment.as_ref();
    CertificateFact {
        id: certificate.id,
        number: record.number.clone(),
        kind: record.kind,
        amends: amendment.map(|amendment| codes(&amendment.kinds)).unwrap_or_default(),
        replaces: record.replaces.is_some(),
        issued_on: record.issued_on,
        vnd_value: record.money.vnd_value.filter(|value| *value > 0),
        is_value_supplied: false,
        vnd_delta: chains.value_change(certificate),
        is_annulled: chains.has_annulled(certificate),
        province: place(certificate, &commune, lists),
        economic_type,
        partner: partner.or(is_inbound.then_some(PartnerType::ForeignToVn)),
        direction,
        form: code(record.form.as_ref()),
        objects: codes(&record.technology.objects),
        methods: codes(&record.technology.methods),
        payments: codes(&record.money.payment_methods),
        country: country(certificate, direction),
        transferor: record.transferor.name.clone(),
        transferee: record.transferee.name.clone(),
        technology: record.technology.name.clone(),
        activity: record.technology.activity.as_ref().and_then(activity),
    }
}

/// An activity as certificates tell it: `2025:10612`.
fn activity(told: &Named) -> Option<VsicCode> {
    let (version, code) = told.code.split_once(':')?;
    Some(VsicCode {
        version: version.to_owned(),
        code: code.to_owned(),
    })
}

/// The province in which a contract is carried out: as it tells, else that of the party of Việt Nam that carries it out.
fn place(certificate: &Certificate, commune: &str, lists: &InForce) -> Option<String> {
    let told = certificate.record.contract.province.as_ref();
    match told {
        Some(told) => in_force(&told.code, lists),
        None => province(commune, lists),
    }
}

/// The country of the party abroad, if one is.
fn country(certificate: &Certificate, direction: Option<TransferDirection>) -> Option<String> {
    let record = &certificate.record;
    let abroad = match direction {
        Some(TransferDirection::Outbound) => &record.transferee,
        _ => &record.transferor,
    };
    Some(&abroad.country.code).filter(|code| *code != VIETNAM).cloned()
}

/// The province of a commune, by the names of today; nothing where a former one leads to several.
fn province(commune: &str, lists: &InForce) -> Option<String> {
    let (all, today) = (lists.lists(), lists.today());
    let within = |commune: &str| all.province_of_commune(commune, today).map(str::to_owned);
    let found = within(commune).or_else(|| {
        let former = all.former_by_code(TaxonomyName::Communes, commune, today)?;
        let provinces: BTreeSet<String> = former.successors.iter().filter_map(|next| within(&next.code)).collect();
        only(provinces)
    })?;
    in_force(&found, lists)
}

/// A province, or the one that it became part of; itself where it was divided and nobody said yet which part it is, or nothing took its place.
fn in_force(code: &str, lists: &InForce) -> Option<String> {
    let (all, today) = (lists.lists(), lists.today());
    let item = all.get(TaxonomyName::Provinces, code)?;
    if !item.has_ended_on(today) {
        return Some(code.to_owned());
    }
    let next = all.successors(TaxonomyName::Provinces, code, today);
    only(next.into_iter().map(|next| next.code).collect()).or_else(|| Some(code.to_owned()))
}

fn only(codes: BTreeSet<String>) -> Option<String> {
    let mut codes = codes.into_iter();
    codes.next().filter(|_| codes.next().is_none())
}

/// What counts, and how many dossiers wait at the end of the days for what an opinion asked for.
fn deeds(conn: &mut AnyConn, days: Window) -> Result<(Vec<DeedFact>, usize)> {
    let counting = Counting::read(conn)?;
    let found = rows::deeds(conn, &counting.names(), instants(days), MOST_DEEDS + 1)?;
    if i64::try_from(found.len()).is_ok_and(|count| count > MOST_DEEDS) {
        return Err(too_many(MOST_DEEDS));
    }
    let asks = |deed: &Deed| counting.asks_for_more(&deed.procedure, &deed.to_state);
    let waiting = waiting(conn, &counting, days)?;
    let given = found.into_iter().filter(|deed| !asks(deed));
    let counted: Vec<(Deed, CountsAs)> = given
        .filter_map(|deed| {
            let counts_as = counting.of(&deed.procedure, deed.rule_version, &deed.event)?;
            Some((deed, counts_as))
        })
        .collect();
    let ids: BTreeSet<DossierId> = counted.iter().map(|(deed, _)| deed.dossier).collect();
    let ids: Vec<DossierId> = ids.into_iter().collect();
    let contents = rows::contents(conn, &ids)?;
    let facts = counted.into_iter().map(|(deed, counts_as)| {
        // Another technology may be asked about since: what was given before that was kept is about what the dossier tells.
        let told = || contents.get(&deed.dossier).map(OpinionSubject::told);
        let subject = deed.subject.clone().or_else(told).unwrap_or_default();
        DeedFact {
            dossier: deed.dossier,
            number: deed.number.unwrap_or_default(),
            counts_as,
            day: day_of(deed.at),
            economic_type: subject.economic_type().and_then(|text| text.parse().ok()),
            activity: subject.project.vsic,
            country: subject.project.country,
        }
    });
    Ok((facts.collect(), waiting))
}

/// How many dossiers of which more was asked for, on whatever day, wait for it at the end of some days, whatever came of them since.
fn waiting(conn: &mut AnyConn, counting: &Counting, days: Window) -> Result<usize> {
    let (_, before) = instants(days);
    let (events, states) = (counting.names(), counting.asking_states());
    let led = rows::led_to(conn, (&events, &states), before, MOST_DEEDS + 1)?;
    if i64::try_from(led.len()).is_ok_and(|count| count > MOST_DEEDS) {
        return Err(too_many(MOST_DEEDS));
    }
    let asked: BTreeMap<DossierId, String> = led
        .into_iter()
        .filter(|led| counting.asks_for_more(&led.procedure, &led.state))
        .map(|led| (led.dossier, led.procedure))
        .collect();
    let ids: Vec<DossierId> = asked.keys().copied().collect();
    let at_the_end = rows::states_before(conn, &ids, before)?;
    let waiting = asked.iter().filter(|(dossier, procedure)| {
        let state = at_the_end.get(*dossier);
        state.is_some_and(|state| counting.asks_for_more(procedure, state))
    });
    Ok(waiting.count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_those_of_the_clocks_of_vietnam() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let (since, before) = instants(Window {
            from: day("2026-01-01"),
            to: day("2026-03-31"),
        });
        assert_eq!(since.to_string(), "2025-12-31T17:00:00Z");
        assert_eq!(before.to_string(), "2026-03-31T17:00:00Z");
    }

    #[test]
    fn a_commune_lies_in_one_province_or_it_is_not_known() {
        let lists = InForce::on(
            crate::domain::taxonomy::Taxonomies::embedded().clone(),
            day_of("2026-11-29T00:00:00Z".parse().unwrap()),
        );
        assert_eq!(province("08494", &lists).as_deref(), Some("25"));
        assert_eq!(province("", &lists), None);
        assert_eq!(province("99999", &lists), None);
    }
}
