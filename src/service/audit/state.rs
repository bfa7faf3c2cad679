//! Hashes of what a thing says and where it stands, for the audit trail: SHA-256 of its canonical JSON. The trail so
//! vouches for every text that was ever decided on, without repeating it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::domain::account::Standing;
use crate::domain::calendar::{CalendarDay, DayDraft};
use crate::domain::certificate::Certificate;
use crate::domain::dossier::{Dossier, DossierFile};
use crate::domain::drafts::{EnterpriseDraft, ListingDraft};
use crate::domain::enterprise::{AmendmentStatus, Enterprise, Verification};
use crate::domain::ids::{AccountId, DossierId};
use crate::domain::import_alias::ImportAlias;
use crate::domain::listing::Listing;
use crate::domain::listing::audience::Audience;
use crate::domain::listing::revision::Revision;
use crate::domain::periodic_report::content::Source;
use crate::domain::privacy::Policy;
use crate::domain::procedure::ProcedureDraft;
use crate::domain::screening::ScreeningTerm;
use crate::domain::taxonomy::{EntryText, TaxonomyName};
use crate::domain::vocabulary::{KeptCandidate, VocabularyChange, WordsDraft};
use crate::service::context::Work;
use crate::service::{Error, Result};
use crate::store::accounts;
use crate::store::api_keys::ApiKey;
use crate::store::audit_chain::{Hash, sha256};
use crate::store::periodic_reports::Published;

/// Hash of a listing's row.
pub fn of_listing(listing: &Listing) -> Result<Hash> {
    let source = listing.source.as_ref().map(|source| {
        json!({
            "external_id": source.external_id.to_string(),
            "site": source.site.to_string(),
            "url": source.url.as_ref().map(|url| url.as_str()),
        })
    });
    let mut state = json!({
        "code": listing.code.map(|code| code.to_string()),
        "content": serde_json::to_value(ListingDraft::of(&listing.content)).map_err(Error::internal)?,
        "created_at": listing.created_at,
        "created_by": listing.created_by.map(|account| account.0),
        "enterprise_id": listing.enterprise_id.0,
        "expires_at": listing.expires_at,
        "holds": listing.hold.names(),
        "id": listing.id.0,
        "published_at": listing.published_at,
        "source": source,
        "status": listing.status.as_str(),
        "submitted_at": listing.submitted_at,
        "updated_at": listing.updated_at,
        "version": listing.version,
    });
    let audience = listing.audience;
    if let (Some(members), true) = (state.as_object_mut(), audience != Audience::EVERYBODY) {
        let (visibility, is_open) = (audience.visibility.as_str(), audience.open_for_inquiry);
        let mut shown = json!({"open_for_inquiry": is_open, "visibility": visibility});
        if let (Some(shown), true) = (
            shown.as_object_mut(),
            audience.contact.is_some() || audience.hides_contact,
        ) {
            let contact = audience.contact.map(|account| account.0);
            shown.insert(
                "contact".into(),
                json!({"account_id": contact, "is_hidden": audience.hides_contact}),
            );
        }
        members.insert("audience".into(), shown);
    }
    if let (Some(members), Some(finding)) = (state.as_object_mut(), &listing.finding) {
        members.insert("finding".into(), json!(finding));
    }
    of(&state)
}

/// Hash of a revision's row.
pub fn of_revision(revision: &Revision) -> Result<Hash> {
    let mut state = json!({
        "base_version": revision.base_version,
        "content": serde_json::to_value(&revision.content).map_err(Error::internal)?,
        "created_at": revision.created_at,
        "id": revision.id.0,
        "listing_id": revision.listing.0,
        "status": revision.status.as_str(),
        "submitted_at": revision.submitted_at,
        "updated_at": revision.updated_at,
        "version": revision.version,
    });
    if let (Some(members), Some(media)) = (state.as_object_mut(), &revision.media) {
        members.insert("media".into(), json!(media));
    }
    of(&state)
}

/// Hash of an enterprise's row.
pub fn of_enterprise(enterprise: &Enterprise) -> Result<Hash> {
    let mut state = json!({
        "created_at": enterprise.created_at,
        "id": enterprise.id.0,
        "is_demo": enterprise.is_demo,
        "profile": serde_json::to_value(EnterpriseDraft::of(&enterprise.profile)).map_err(Error::internal)?,
        "status": enterprise.status.as_str(),
        "submitted_at": enterprise.submitted_at,
        "updated_at": enterprise.updated_at,
        "version": enterprise.version,
    });
    // Members that came later are there only where there is something to tell, so that old rows hash as they did.
    if let (Some(members), Some(amendment)) = (state.as_object_mut(), &enterprise.amendment) {
        let amendment = json!({
            "content": STANDARD.encode(sha256(&amendment.sealed)),
            "status": amendment.status.as_str(),
            "submitted_at": amendment.submitted_at,
        });
        members.insert("amendment".into(), amendment);
    }
    let verification = enterprise.verification;
    if let (Some(members), true) = (state.as_object_mut(), verification != Verification::default()) {
        let verification = json!({
            "at": verification.at,
            "renewal": verification.renewal.map(AmendmentStatus::as_str),
            "until": verification.until,
        });
        members.insert("verification".into(), verification);
    }
    if let (Some(members), Some(at)) = (state.as_object_mut(), enterprise.closed_at) {
        members.insert("closed_at".into(), json!(at));
    }
    if let (Some(members), Some(into)) = (state.as_object_mut(), enterprise.merged_into) {
        members.insert("merged_into".into(), json!(into.0));
    }
    of(&state)
}

/// Hash of an account as it is now: who the person is, what it may do and where, and whether it has a second factor.
///
/// Name and address are in it as keyed hashes. The trail is kept for ever, and a bare hash of something that short could be
/// found by trying after the person's data were erased.
pub fn of_account(work: &mut Work<'_, '_>, id: AccountId) -> Result<Hash> {
    let account = accounts::find(work.conn(), id)?;
    let has_second_factor = accounts::credentials_of(work.conn(), id)?.has_factor;
    let keyed = |text: &str| STANDARD.encode(work.vault.hash("audit-person", format!("{id} {text}").as_bytes()));
    let standing = match &account.standing {
        Standing::Person => json!({"kind": "person"}),
        Standing::Member { enterprise, role } => {
            json!({"kind": "member", "enterprise_id": enterprise.0, "role": role.as_str()})
        }
        Standing::Officer { permissions, scope } => {
            json!({"kind": "officer", "permissions": permissions, "scope": scope})
        }
    };
    of(&json!({
        "display_name": keyed(account.display_name.as_str()),
        "email": keyed(account.email.as_str()),
        "email_verified_at": account.email_verified_at,
        "has_second_factor": has_second_factor,
        "id": account.id.0,
        "language": account.language.as_str(),
        "restricted_at": account.restricted_at,
        "standing": standing,
        "status": account.status.as_str(),
        "version": account.version,
    }))
}

/// Hash of a key, without when it was last used: no deed changes that.
pub fn of_key(key: &ApiKey) -> Result<Hash> {
    of(&json!({
        "created_at": key.created_at,
        "created_by": key.created_by.0,
        "enterprise_id": key.enterprise.0,
        "expires_at": key.expires_at,
        "id": key.id.0,
        "name": key.name.as_str(),
        "revoked_at": key.revoked_at,
        "scopes": key.scopes,
    }))
}

/// Hash of a version of a policy document.
pub fn of_policy(policy: &Policy) -> Result<Hash> {
    let text = &policy.text;
    of(&json!({
        "body_en": text.body_en.as_ref().map(|body| body.as_str()),
        "body_vi": text.body_vi.as_str(),
        "created_at": policy.created_at,
        "effective_from": policy.effective_from,
        "id": policy.id.0,
        "kind": policy.kind.as_str(),
        "number": policy.number,
        "published_by": policy.published_by.map(|account| account.0),
        "purpose": policy.purpose.map(|purpose| purpose.as_str()),
        "title_en": text.title_en.as_ref().map(|title| title.as_str()),
        "title_vi": text.title_vi.as_str(),
    }))
}

/// Hash of an entry of a reference list.
pub fn of_entry(list: TaxonomyName, code: &str, version: i64, text: &EntryText) -> Result<Hash> {
    let mut state = json!({
        "code": code,
        "list": list.as_str(),
        "name_en": text.name_en,
        "name_vi": text.name_vi,
        "parent": text.parent,
        "successors": text.successors,
        "valid_from": text.valid_from,
        "valid_to": text.valid_to,
        "version": version,
    });
    if let (Some(members), Some(attributes)) = (state.as_object_mut(), &text.attributes) {
        members.insert("attributes".into(), json!(attributes));
    }
    of(&state)
}

/// Hash of a word that listings are held against.
pub fn of_screening_term(term: &ScreeningTerm) -> Result<Hash> {
    of(&json!({
        "ended_at": term.ended_at.map(|at| at.to_string()),
        "ground": term.term.ground.as_str(),
        "ignores_diacritics": term.term.ignores_diacritics,
        "phrase": term.term.phrase.as_str(),
        "severity": term.term.severity.as_str(),
    }))
}

/// Hash of what else an entry of a list is called in files.
pub fn of_import_alias(kept: &ImportAlias) -> Result<Hash> {
    of(&json!({
        "code": kept.alias.code,
        "ended_at": kept.ended_at.map(|at| at.to_string()),
        "list": kept.alias.list.as_str(),
        "name": kept.alias.name.as_str(),
    }))
}

/// Hash of a dossier's row.
pub fn of_dossier(dossier: &Dossier) -> Result<Hash> {
    let mut told = json!({
        "closed_at": dossier.closed_at,
        "content": serde_json::to_value(dossier.content.draft()).map_err(Error::internal)?,
        "counterparty_id": dossier.counterparty.map(|id| id.0),
        "created_at": dossier.created_at,
        "due_at": dossier.due_at,
        "enterprise_id": dossier.enterprise.map(|id| id.0),
        "follows": dossier.follows.map(|id| id.0),
        "handed_in_at": dossier.handed_in_at,
        "handler_id": dossier.handler.map(|id| id.0),
        "id": dossier.id.0,
        "is_paper": dossier.is_paper,
        "number": dossier.number,
        "procedure": dossier.procedure,
        "rule_version": dossier.rule_version,
        "standing": serde_json::to_value(&dossier.standing).map_err(Error::internal)?,
        "updated_at": dossier.updated_at,
        "version": dossier.version,
    });
    // Those of before had none, and keep their hashes.
    if let (Some(listing), Some(members)) = (dossier.listing, told.as_object_mut()) {
        members.insert("listing_id".into(), json!(listing.0));
    }
    if let (Some(inquiry), Some(members)) = (dossier.inquiry, told.as_object_mut()) {
        members.insert("inquiry_id".into(), json!(inquiry.0));
    }
    // Only while there is one.
    if let (Some(written), Some(members)) = (&dossier.working.content, told.as_object_mut()) {
        let written = serde_json::to_value(written.draft()).map_err(Error::internal)?;
        members.insert("working_content".into(), written);
        members.insert("working_edits".into(), json!(dossier.working.edits));
    }
    of(&told)
}

/// Hash of a file of a dossier's papers.
pub fn of_dossier_file(file: &DossierFile) -> Result<Hash> {
    of(&json!({
        "bytes": file.content.size,
        "document": file.paper.document,
        "dossier_id": file.dossier.0,
        "form": file.paper.form.map(|form| form.as_str()),
        "id": file.id.0,
        "language": file.paper.language,
        "media_type": file.content.media_type.as_str(),
        "sha256": file.content.digest.to_string(),
    }))
}

/// Hash of what is left of such a file: that it is gone.
pub fn of_removed_dossier_file(file: &DossierFile) -> Result<Hash> {
    of(&json!({
        "dossier_id": file.dossier.0,
        "id": file.id.0,
        "is_removed": true,
    }))
}

/// Hash of the files of a dossier that are evidence, in the order in which they were sent.
pub fn of_evidence(dossier: DossierId, files: &[DossierFile]) -> Result<Hash> {
    let files: Vec<Value> = files
        .iter()
        .filter(|file| file.handed_in_at.is_some())
        .map(|file| json!({"id": file.id.0, "sha256": file.content.digest.to_string()}))
        .collect();
    of(&json!({"dossier_id": dossier.0, "files": files}))
}

/// Hash of a certificate: what it says, and whether it was annulled, or replaced.
pub fn of_certificate(certificate: &Certificate) -> Result<Hash> {
    let mut state = json!({
        "annulled_on": certificate.annulled_on.map(|day| day.to_string()),
        "case_id": certificate.case.map(|id| id.0),
        "dossier_id": certificate.dossier.map(|id| id.0),
        "expires_on": certificate.expires_on.map(|day| day.to_string()),
        "id": certificate.id.0,
        "jws": certificate.jws,
        "record": serde_json::to_value(&certificate.record).map_err(Error::internal)?,
        "root_id": certificate.root.map(|id| id.0),
    });
    // What was hashed before there was such a thing reads as it did.
    if let Some((other, members)) = certificate.replaced_by.zip(state.as_object_mut()) {
        members.insert("replaced_by_id".to_owned(), json!(other.0));
    }
    of(&state)
}

/// Hash of a version of the rules of a procedure.
pub fn of_procedure(code: &str, version: i64, rules: &ProcedureDraft) -> Result<Hash> {
    of(&json!({
        "code": code,
        "rules": serde_json::to_value(rules).map_err(Error::internal)?,
        "version": version,
    }))
}

/// Hash of a year of the working calendar.
pub fn of_calendar_year((year, version): (i16, i64), legal_basis: Option<&str>, days: &[CalendarDay]) -> Result<Hash> {
    let days: Vec<DayDraft> = days.iter().map(DayDraft::from).collect();
    of(&json!({
        "days": serde_json::to_value(days).map_err(Error::internal)?,
        "legal_basis": legal_basis,
        "version": version,
        "year": year,
    }))
}

/// Hash of an entry of the vocabulary of searches.
pub fn of_vocabulary_entry(change: &VocabularyChange) -> Result<Hash> {
    of(&json!({
        "is_withdrawn": change.is_withdrawn,
        "version": change.version,
        "words": serde_json::to_value(WordsDraft::from(&change.words)).map_err(Error::internal)?,
    }))
}

/// Hash of what was learned for that vocabulary.
pub fn of_vocabulary_candidate(kept: &KeptCandidate) -> Result<Hash> {
    of(&json!({
        "entry_id": kept.entry.map(|entry| entry.0),
        "members": kept.candidate.members,
        "relation": kept.candidate.relation.as_str(),
        "status": kept.status.as_str(),
    }))
}

/// Hash of what has no type of its own.
pub fn of_document(document: &Value) -> Result<Hash> {
    of(document)
}

/// Hash of what a report counted.
pub fn of_report_sources(sources: &[Source]) -> Result<Hash> {
    of(&serde_json::to_value(sources).map_err(Error::internal)?)
}

/// Hash of a report as it was published. What it counted is in it as a hash, so that who reads figures only can check it.
pub fn of_report(report: &Published) -> Result<Hash> {
    of(&json!({
        "content": serde_json::to_value(&report.content).map_err(Error::internal)?,
        "filter": report.subject.filter,
        "form": report.subject.form.as_str(),
        "from": report.subject.window.from.to_string(),
        "id": report.id.0,
        "published_at": report.published_at,
        "published_by": report.published_by.0,
        "publisher": report.publisher,
        "reason": report.reason,
        "sources_sha256": hex(&of_report_sources(&report.sources)?),
        "to": report.subject.window.to.to_string(),
        "version": report.version,
    }))
}

/// A hash in small hexadecimal digits.
pub fn hex(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn of(state: &Value) -> Result<Hash> {
    let mut text = String::new();
    write(state, &mut text)?;
    Ok(sha256(text.as_bytes()))
}

/// JSON without blanks, members in the order of their names (RFC 8785, for the values that occur here: of fractions only hundredths).
/// Not serde_json's own order, which depends on a feature that any dependency may switch on.
fn write(value: &Value, text: &mut String) -> Result<()> {
    match value {
        Value::Array(entries) => {
            text.push('[');
            for (at, entry) in entries.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write(entry, text)?;
            }
            text.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by(|one, other| one.0.encode_utf16().cmp(other.0.encode_utf16()));
            text.push('{');
            for (at, (name, member)) in members.into_iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                text.push_str(&serde_json::to_string(name).map_err(Error::internal)?);
                text.push(':');
                write(member, text)?;
            }
            text.push('}');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            text.push_str(&serde_json::to_string(value).map_err(Error::internal)?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_members_is_their_names() {
        let mut text = String::new();
        let value = json!({"b": [1, {"z": null, "a": "\u{1F33E}\n"}], "a": true, "đ": "", "B": 2});
        write(&value, &mut text).unwrap();
        assert_eq!(
            text,
            "{\"B\":2,\"a\":true,\"b\":[1,{\"a\":\"\u{1F33E}\\n\",\"z\":null}],\"đ\":\"\"}"
        );
        let other: Value =
            serde_json::from_str("{\"a\":true, \"B\":2,\"đ\":\"\",\"b\":[1,{\"a\":\"\u{1F33E}\\n\",\"z\":null}]}")
                .unwrap();
        assert_eq!(of(&value).unwrap(), of(&other).unwrap());
        assert_ne!(of(&value).unwrap(), of(&json!({})).unwrap());
    }
}
