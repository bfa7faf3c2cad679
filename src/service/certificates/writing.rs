//! What a certificate is to say: of a dossier and, for an amendment, of what held before, so that the newest certificate of
//! a chain always says the whole of what holds.

use jiff::civil::Date;

use super::genuine::Genuine;
use crate::domain::certificate::Certificate;
use crate::domain::certificate::names::InVietnamese;
use crate::domain::certificate::record::{
    CertificateRecord, EDITION, Issuer, LAYOUT, Named, RecordAmendment, RecordApproval, RecordChange, RecordContract,
    RecordKind, RecordMoney, RecordParty, RecordReplaced, RecordShare, RecordTechnology, Signer,
};
use crate::domain::dossier::{
    AmendmentKind, Dossier, DossierDraft, HOME, PartyDraft, PaymentMethod, PaymentShareDraft, TransferDirection,
    TransferForm, TransferMethod, TransferObject, TransferRight,
};
use crate::domain::enterprise::{VsicCode, VsicVersion};
use crate::domain::fields::Violation;
use crate::domain::language as languages;
use crate::domain::procedure::{AuthorityDraft, Procedure};
use crate::domain::taxonomy::{InForce, Taxonomies, TaxonomyName};
use crate::service::{Error, Result};

/// What comes from elsewhere than the dossier.
pub(super) struct Heading<'a> {
    /// Which paper it is.
    pub kind: RecordKind,
    /// The approval of which it comes.
    pub approval: Option<RecordApproval>,
    /// The licence that it replaces.
    pub replaces: Option<RecordReplaced>,
    /// Number.
    pub number: String,
    /// Who issues.
    pub authority: &'a AuthorityDraft,
    /// Where that is.
    pub place: String,
    /// When.
    pub issued_on: Date,
    /// Who signs.
    pub signer: Signer,
    /// Where it is verified.
    pub verify_at: String,
}

fn named<T: std::str::FromStr + InVietnamese>(code: &str) -> Option<Named> {
    let value: T = code.parse().ok()?;
    Some(Named {
        code: code.to_owned(),
        name: value.in_vietnamese().to_owned(),
    })
}

fn all<T: std::str::FromStr + InVietnamese>(codes: &[String]) -> Vec<Named> {
    codes.iter().filter_map(|code| named::<T>(code)).collect()
}

fn listed(lists: &Taxonomies, list: TaxonomyName, code: &str) -> Named {
    Named {
        code: code.to_owned(),
        name: lists.name_vi(list, code).unwrap_or(code).to_owned(),
    }
}

/// A party, in the province in which its commune lay on a day.
pub(super) fn party(draft: &PartyDraft, place: &str, lists: &Taxonomies, on: Date) -> Result<RecordParty> {
    let needed = |value: &Option<String>, name: &str| {
        value
            .clone()
            .ok_or_else(|| Error::field(format!("{place}/{name}"), Violation::Required))
    };
    let (name, country) = (needed(&draft.name, "name")?, needed(&draft.country, "country")?);
    let commune = draft.commune_code.as_deref().filter(|_| country == HOME);
    let province = commune.and_then(|commune| lists.province_of_commune(commune, on));
    Ok(RecordParty {
        name,
        name_en: draft.name_en.clone(),
        legal_form: draft
            .legal_form
            .as_deref()
            .map(|code| listed(lists, TaxonomyName::LegalForms, code)),
        tax_code: draft.tax_code.clone(),
        registration_number: draft.foreign_id.clone(),
        country: listed(lists, TaxonomyName::Countries, &country),
        address: draft.address.clone(),
        commune: commune.map(|code| listed(lists, TaxonomyName::Communes, code)),
        province: province.map(|code| listed(lists, TaxonomyName::Provinces, code)),
        representative: draft.representative.clone(),
        representative_title: draft.representative_title.clone(),
    })
}

/// A day that was parsed when the dossier was.
fn day(text: Option<&String>) -> Option<Date> {
    text.and_then(|text| text.parse().ok())
}

fn or<T: Clone>(new: &[T], before: Option<&Vec<T>>) -> Vec<T> {
    if new.is_empty() {
        before.cloned().unwrap_or_default()
    } else {
        new.to_vec()
    }
}

/// A party as an amendment tells it. What it does not say of the same party again is as it was.
fn party_after(
    draft: &PartyDraft,
    before: Option<&RecordParty>,
    place: &str,
    (lists, on): (&Taxonomies, Date),
) -> Result<RecordParty> {
    let told = party(draft, place, lists, on)?;
    let Some(before) = before.filter(|before| !told.is_another(before)) else {
        return Ok(told);
    };
    let or = |new: Option<String>, old: &Option<String>| new.or_else(|| old.clone());
    // Who moves and does not tell where to is not where it was.
    let is_elsewhere = told.address.is_some() && told.address != before.address;
    let has_moved = is_elsewhere || told.country.code != before.country.code;
    let newest = if told.commune.is_some() || has_moved {
        &told
    } else {
        before
    };
    let (commune, province) = (newest.commune.clone(), newest.province.clone());
    Ok(RecordParty {
        commune,
        province,
        name_en: or(told.name_en, &before.name_en),
        legal_form: told.legal_form.or_else(|| before.legal_form.clone()),
        tax_code: or(told.tax_code, &before.tax_code),
        registration_number: or(told.registration_number, &before.registration_number),
        address: or(told.address, &before.address),
        representative: or(told.representative, &before.representative),
        representative_title: or(told.representative_title, &before.representative_title),
        ..told
    })
}

/// An activity with its edition, and what the list calls it; of a code that the list does not have, what the division or group is called in which
/// it lies, as that.
fn activity(code: &VsicCode, lists: &Taxonomies) -> Named {
    let levels = (2..=code.code.len()).rev().filter_map(|length| code.code.get(..length));
    let is_listed = code.version == VsicVersion::V2025.as_str();
    let mut named = levels.filter_map(|level| Some((level, lists.name_vi(TaxonomyName::Vsic, level)?)));
    let edition = format!("VSIC {}, mã {}", code.version, code.code);
    let name = match named.next().filter(|_| is_listed) {
        Some((level, name)) if level == code.code => format!("{name} ({edition})"),
        // A class has no name here, and that of its division is not its own.
        Some((level, name)) => format!("{edition} (thuộc ngành cấp {}, mã {level}: {name})", level.len()),
        None => edition,
    };
    Named {
        code: format!("{}:{}", code.version, code.code),
        name,
    }
}

/// A symbol of the patent classification with what its class is called.
fn symbol(text: &str, lists: &Taxonomies) -> Named {
    let class = text.get(..3).and_then(|class| lists.name_vi(TaxonomyName::Ipc, class));
    Named {
        code: text.to_owned(),
        name: class.unwrap_or(text).to_owned(),
    }
}

fn language(code: &str) -> Named {
    Named {
        code: code.to_owned(),
        name: languages::name(code).unwrap_or(code).to_owned(),
    }
}

pub(super) fn technology(
    draft: &DossierDraft,
    before: Option<&RecordTechnology>,
    lists: &Taxonomies,
) -> Result<RecordTechnology> {
    let said = &draft.technology;
    let name = said.name.clone().or_else(|| before.map(|before| before.name.clone()));
    let fields: Vec<Named> = said
        .fields
        .iter()
        .map(|code| listed(lists, TaxonomyName::Fields, code))
        .collect();
    let ipc: Vec<Named> = said.ipc.iter().map(|text| symbol(text, lists)).collect();
    let used_in = said.vsic.as_ref().map(|code| activity(code, lists));
    let origin = said.origin_country.as_deref();
    let origin = origin.map(|code| listed(lists, TaxonomyName::Countries, code));
    let text = |new: &Option<String>, old: fn(&RecordTechnology) -> &Option<String>| {
        new.clone().or_else(|| before.and_then(|before| old(before).clone()))
    };
    Ok(RecordTechnology {
        name: name.ok_or_else(|| Error::field("/content/technology/name", Violation::Required))?,
        objects: or(
            &all::<TransferObject>(&said.objects),
            before.map(|before| &before.objects),
        ),
        rights: or(&all::<TransferRight>(&said.rights), before.map(|before| &before.rights)),
        methods: or(
            &all::<TransferMethod>(&said.methods),
            before.map(|before| &before.methods),
        ),
        fields: or(&fields, before.map(|before| &before.fields)),
        products: text(&said.products, |before| &before.products),
        standards: text(&said.standards, |before| &before.standards),
        origin: origin.or_else(|| before.and_then(|before| before.origin.clone())),
        ip_titles: text(&said.ip_titles, |before| &before.ip_titles),
        activity: used_in.or_else(|| before.and_then(|before| before.activity.clone())),
        ipc: or(&ipc, before.map(|before| &before.ipc)),
        machinery: text(&said.machinery, |before| &before.machinery),
    })
}

pub(super) fn contract(
    draft: &DossierDraft,
    signed_on: Option<Date>,
    before: Option<&RecordContract>,
    lists: &Taxonomies,
) -> RecordContract {
    let said = &draft.contract;
    let text = |new: &Option<String>, old: fn(&RecordContract) -> &Option<String>| {
        new.clone().or_else(|| before.and_then(|before| old(before).clone()))
    };
    // What an amendment changes counts where something is amended only.
    let new_end = before.and(draft.amendment.new_ends_on.as_ref());
    let ends_on = day(new_end)
        .or_else(|| day(said.ends_on.as_ref()))
        .or_else(|| before.and_then(|before| before.ends_on));
    // A term is that up to the end beside which it is told: another end leaves nothing of it, nor does who repeats it beside that.
    let has_moved = before.is_some_and(|before| before.ends_on != ends_on);
    let old_term = before.and_then(|before| before.term_months);
    let term_months = match said.term_months.or(old_term) {
        term if has_moved && term == old_term => None,
        term => term,
    };
    let languages: Vec<Named> = said.languages.iter().map(|code| language(code)).collect();
    // What is done elsewhere is not done in the province of before.
    let province = said.province_code.as_deref();
    let province = province.map(|code| listed(lists, TaxonomyName::Provinces, code));
    let is_elsewhere = |before: &&RecordContract| said.place.is_some() && said.place != before.place;
    let stays = before.filter(|before| !is_elsewhere(before));
    // Nor has another project number and certificate of the one before.
    let is_another = |before: &&RecordContract| said.project.is_some() && said.project != before.project;
    let project = before.filter(|before| !is_another(before));
    let project_code = said.project_code.clone();
    // A certificate is named by its number and its day.
    let irc = match &said.irc_number {
        Some(number) => (Some(number.clone()), day(said.irc_on.as_ref())),
        None => project.map_or((None, None), |before| (before.irc_number.clone(), before.irc_on)),
    };
    RecordContract {
        number: text(&said.number, |before| &before.number),
        title: text(&said.title, |before| &before.title),
        signed_on: signed_on.or_else(|| before.and_then(|before| before.signed_on)),
        effect: text(&said.effect, |before| &before.effect),
        ends_on,
        term_months,
        languages: or(&languages, before.map(|before| &before.languages)),
        place: text(&said.place, |before| &before.place),
        province: province.or_else(|| stays.and_then(|before| before.province.clone())),
        project: text(&said.project, |before| &before.project),
        project_code: project_code.or_else(|| project.and_then(|before| before.project_code.clone())),
        irc_number: irc.0,
        irc_on: irc.1,
    }
}

/// A share that is paid, as it was read.
fn share(told: &PaymentShareDraft) -> Option<RecordShare> {
    Some(RecordShare {
        method: named::<PaymentMethod>(told.method.as_deref()?)?,
        percent: told.percent.clone()?,
    })
}

pub(super) fn money(draft: &DossierDraft, before: Option<&RecordMoney>) -> RecordMoney {
    let said = &draft.money;
    let methods = all::<PaymentMethod>(&said.payment_methods);
    let told = before.and(draft.amendment.new_vnd_value).or(said.vnd_value);
    // A price is taken with its currency and its value in đồng, or not at all: else they would tell of two. The same price
    // or value told again is no new one.
    let price = (said.amount.clone(), said.currency.clone());
    let is_same_price = |before: &RecordMoney| before.amount == price.0 && before.currency == price.1;
    let is_price_new = said.amount.is_some() && !before.is_some_and(is_same_price);
    let is_value_new = told.is_some() && before.is_none_or(|before| before.vnd_value != told);
    let ((amount, currency), value) = match before {
        _ if is_price_new => (price, None),
        Some(before) if !is_value_new => ((before.amount.clone(), before.currency.clone()), before.vnd_value),
        _ => ((None, None), None),
    };
    let payment_methods = or(&methods, before.map(|before| &before.payment_methods));
    // Terms and shares are those of a way of paying: another one leaves nothing of those before.
    let is_same_way = |before: &&RecordMoney| are_same(&before.payment_methods, &payment_methods);
    let kept = before.filter(is_same_way);
    // Shares are numbers that the terms tell: other terms have their own, the same ones where they are told again.
    let are_terms_same =
        |before: &&RecordMoney| said.payment_terms.is_none() || said.payment_terms == before.payment_terms;
    let kept_terms = kept.and_then(|before| before.payment_terms.clone());
    let shares: Vec<RecordShare> = said.shares.iter().filter_map(share).collect();
    RecordMoney {
        amount,
        currency,
        vnd_value: told.or(value),
        payment_terms: said.payment_terms.clone().or(kept_terms),
        shares: or(&shares, kept.filter(are_terms_same).map(|before| &before.shares)),
        payment_methods,
    }
}

/// Whether two lists have the same codes, in whatever order.
fn are_same(one: &[Named], other: &[Named]) -> bool {
    let has = |named: &Named| other.iter().any(|other| other.code == named.code);
    one.len() == other.len() && one.iter().all(has)
}

/// By how much a contract becomes worth more: what the values before and after tell, where both are known, else what the parties say.
pub(crate) fn value_change(draft: &DossierDraft, before: &RecordMoney, after: &RecordMoney) -> Option<i64> {
    let values = after.vnd_value.zip(before.vnd_value);
    let counted = values.map(|(after, before)| after.saturating_sub(before));
    // What nobody knows the whole of is bounded by nothing.
    counted.or(draft.amendment.vnd_delta.filter(|_| after.vnd_value.is_some()))
}

pub(super) fn amendment(
    draft: &DossierDraft,
    signed_on: Option<Date>,
    chain: &[Certificate],
    money: &RecordMoney,
) -> Option<RecordAmendment> {
    let (first, last) = chain.first().zip(chain.last())?;
    let said = &draft.amendment;
    let changes = said.changes.iter().map(|change| RecordChange {
        clause: change.clause.clone().unwrap_or_default(),
        before: change.before.clone(),
        after: change.after.clone(),
        member: change.member.clone(),
    });
    Some(RecordAmendment {
        original_number: first.record.number.clone(),
        original_issued_on: first.record.issued_on,
        signed_on,
        position: last.position + 1,
        kinds: all::<AmendmentKind>(&said.kinds),
        changes: changes.collect(),
        vnd_delta: value_change(draft, &last.record.money, money),
    })
}

/// What would hold today of a transfer by what a dossier tells of its amendment; the rest of the record is as it was.
pub(crate) fn amended(draft: &DossierDraft, before: &CertificateRecord, lists: &InForce) -> Result<CertificateRecord> {
    let (lists, today) = (lists.lists(), lists.today());
    let direction = draft.direction.as_deref().and_then(named::<TransferDirection>);
    let form = draft.form.as_deref().and_then(named::<TransferForm>);
    Ok(CertificateRecord {
        transferor: party_after(
            &draft.transferor,
            Some(&before.transferor),
            "/content/transferor",
            (lists, today),
        )?,
        transferee: party_after(
            &draft.transferee,
            Some(&before.transferee),
            "/content/transferee",
            (lists, today),
        )?,
        direction: direction.or_else(|| before.direction.clone()),
        form: form.or_else(|| before.form.clone()),
        technology: technology(draft, Some(&before.technology), lists)?,
        contract: contract(draft, None, Some(&before.contract), lists),
        money: money(draft, Some(&before.money)),
        ..before.clone()
    })
}

/// The record of a dossier. `chain` is what it amends, in its order, held against its signatures: what it says is signed anew. Empty of anything
/// else.
pub(super) fn record(
    heading: Heading<'_>,
    dossier: &Dossier,
    rules: &Procedure,
    chain: &Genuine<Vec<Certificate>>,
    lists: &Taxonomies,
) -> Result<CertificateRecord> {
    let draft = dossier.content.draft();
    let before = chain.last().map(|last| &last.record);
    let marked = |code: &str| dossier.standing.marks.get(code).copied();
    let signed_on = marked("contract_signed_on");
    let (authority, issued_on) = (heading.authority, heading.issued_on);
    let bases = match rules.text.printed_bases.as_slice() {
        [] => vec![rules.text.legal_basis.clone()],
        bases => bases.to_vec(),
    };
    let direction = draft.direction.as_deref().and_then(named::<TransferDirection>);
    let form = draft.form.as_deref().and_then(named::<TransferForm>);
    let money = money(draft, before.map(|before| &before.money));
    Ok(CertificateRecord {
        layout: LAYOUT,
        // What nobody knew of what is amended nobody knows now.
        edition: before.map_or(Some(EDITION), |before| before.edition),
        kind: heading.kind,
        number: heading.number,
        issuer: Issuer {
            code: authority.code.clone(),
            name: authority.name_vi.clone(),
            superior: authority.superior_vi.clone(),
            place: heading.place,
        },
        issued_on,
        legal_bases: bases,
        procedure_code: rules.text.national_code.clone(),
        dossier_number: dossier.number.clone(),
        transferor: party_after(
            &draft.transferor,
            before.map(|before| &before.transferor),
            "/content/transferor",
            (lists, issued_on),
        )?,
        transferee: party_after(
            &draft.transferee,
            before.map(|before| &before.transferee),
            "/content/transferee",
            (lists, issued_on),
        )?,
        direction: direction.or_else(|| before.and_then(|before| before.direction.clone())),
        form: form.or_else(|| before.and_then(|before| before.form.clone())),
        technology: technology(draft, before.map(|before| &before.technology), lists)?,
        contract: contract(draft, signed_on, before.map(|before| &before.contract), lists),
        amendment: amendment(draft, marked("amendment_signed_on"), chain, &money),
        money,
        approval: heading.approval,
        replaces: heading.replaces,
        signer: heading.signer,
        duplicate: None,
        verify_at: heading.verify_at,
    })
}
