//! Words in what everybody reads of an enterprise, and in the text of its logo.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{LOOKED_THROUGH, Screen, require};
use crate::domain::access::{Action, Resource, decide};
use crate::domain::enterprise::{Enterprise, TEXTS, WITHOUT_CONTACT};
use crate::domain::fields::FieldError;
use crate::domain::ids::{EnterpriseId, ScreeningTermId};
use crate::domain::listing::Bilingual;
use crate::domain::review::is_contact;
use crate::domain::screening::Hit;
use crate::domain::scripts::has_disguised_letters;
use crate::domain::text::Line;
use crate::service::context::Caller;
use crate::service::paging::{looked_through, part_after};
use crate::service::vault::Vault;
use crate::service::{Result, amendments, attachments, enterprises};
use crate::store::{AnyConn, documents, enterprises as rows, logos, screening};

/// An enterprise as it would be sent.
type Members = Map<String, Value>;

/// Where terms stand in what an enterprise shows.
#[derive(Clone, Debug)]
pub struct EnterpriseReport {
    /// In its texts as they are.
    pub enterprise: Vec<Hit>,
    /// In what a request would change, where one is open.
    pub amendment: Option<Vec<Hit>>,
    /// In the text of the logo that waits, or else of the one that everybody sees.
    pub logo: Option<Vec<Hit>>,
}

/// What an officer is warned of before deciding about an enterprise.
pub fn enterprise_report(
    conn: &mut AnyConn,
    vault: &Vault,
    caller: &Caller,
    id: EnterpriseId,
    now: Timestamp,
) -> Result<EnterpriseReport> {
    let (_permit, enterprise) = enterprises::permitted(conn, caller, id, Action::ReviewEnterprise, now)?;
    let screen = Screen::of(screening::in_force(conn)?);
    let live = amendments::members(&enterprise.profile)?;
    let wished = amendments::wish(vault, &enterprise)?;
    let mut papers = documents::of_enterprise(conn, id)?.into_iter();
    let waiting = papers.find(|document| document.waits() && document.alt.is_some());
    let alt = match waiting.and_then(|document| document.alt) {
        Some(alt) => Some(alt),
        None => logos::find(conn, id)?.map(|logo| logo.alt),
    };
    Ok(EnterpriseReport {
        amendment: wished.map(|wished| screen.find(&new_texts(&wished, &live))),
        logo: alt.map(|alt| screen.find(&of_logo(&alt))),
        enterprise: screen.find(&new_texts(&live, &Map::new())),
    })
}

/// An active enterprise that has a term, and where: in its texts, or at `/logo/alt` of its logo.
pub type FoundEnterprise = (Enterprise, Vec<Hit>);

/// What everybody reads of enterprises and has the term.
pub fn public_enterprises(
    conn: &mut AnyConn,
    caller: &Caller,
    id: ScreeningTermId,
    after: Option<EnterpriseId>,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<FoundEnterprise>, Option<EnterpriseId>)> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::ManageReferenceData, &Resource::None)?;
    let screen = Screen::of(vec![screening::find(conn, id)?]);
    looked_through(
        limit,
        after,
        |after| {
            let ids = rows::active_after(conn, after, LOOKED_THROUGH)?;
            let next = part_after(&ids, LOOKED_THROUGH);
            let mut alts = logos::texts(conn, &ids)?;
            let mut active = rows::find_many(conn, &ids)?;
            active.sort_by_key(|enterprise| enterprise.id);
            let with_alts = active.into_iter().map(|enterprise| {
                let alt = alts.remove(&enterprise.id);
                (enterprise, alt)
            });
            let rows: Vec<(Enterprise, Option<Bilingual<Line<256>>>)> = with_alts.collect();
            Ok((rows, next))
        },
        |(enterprise, _)| enterprise.id,
        |(enterprise, alt)| {
            let mut texts = new_texts(&amendments::members(&enterprise.profile)?, &Map::new());
            if let (Value::Object(texts), Some(alt)) = (&mut texts, &alt) {
                texts.insert("logo".into(), of_logo(alt));
            }
            let hits = screen.find(&texts);
            Ok((!hits.is_empty()).then_some((enterprise, hits)))
        },
    )
}

/// Refuses what everybody would read of an enterprise and has a term that blocks, naming each field. What stands there already
/// is no reason to refuse a change of the rest.
pub(in crate::service) fn require_clean_enterprise(conn: &mut AnyConn, wanted: &Members, live: &Members) -> Result<()> {
    let texts = new_texts(wanted, live);
    if is_empty(&texts) {
        return Ok(());
    }
    require(conn, &texts)
}

/// The same of one that is to be registered.
pub(in crate::service) fn require_clean_registration(conn: &mut AnyConn, wanted: &Members) -> Result<()> {
    require(conn, &json!({"enterprise": new_texts(wanted, &Map::new())}))
}

/// The same of what a logo shows.
pub(in crate::service) fn require_clean_logo(conn: &mut AnyConn, alt: &Bilingual<Line<256>>) -> Result<()> {
    require(conn, &of_logo(alt))
}

/// The same where it is said in parameters, `alt_vi` and `alt_en`.
pub(in crate::service) fn require_clean_alt(conn: &mut AnyConn, alt: &Bilingual<Line<256>>) -> Result<()> {
    require_clean_logo(conn, alt).map_err(|mut error| {
        error.fields = error.fields.into_iter().map(in_parameter).collect();
        error
    })
}

fn in_parameter(mut field: FieldError) -> FieldError {
    field.pointer = field.pointer.trim_start_matches('/').replace('/', "_");
    field
}

/// Members with words that officers keep an eye on, of what everybody would read and that does not stand there already, and those with
/// contact data: they are public only after an officer has seen them.
pub(in crate::service) fn watched(conn: &mut AnyConn, wanted: &Members, live: &Members) -> Result<Vec<&'static str>> {
    let texts = new_texts(wanted, live);
    if is_empty(&texts) {
        return Ok(Vec::new());
    }
    let hits = Screen::of(screening::in_force(conn)?).find(&texts);
    // What a registration is flagged for does not come in by an edit once it was approved.
    let names = TEXTS.into_iter().filter(|name| {
        let stands_in = |hit: &Hit| hit.pointer.split('/').nth(1) == Some(*name);
        hits.iter().any(stands_in) || leads_past_in(&texts, name)
    });
    Ok(names.collect())
}

/// Whether some of an enterprise's texts ([`new_texts`]) tells how to be reached past the exchange.
pub(in crate::service) fn leads_past(texts: &Value) -> bool {
    leading_past(texts).next().is_some()
}

/// Which of an enterprise's texts do.
pub(in crate::service) fn leading_past(texts: &Value) -> impl Iterator<Item = &'static str> {
    WITHOUT_CONTACT
        .into_iter()
        .filter(move |name| leads_past_in(texts, name))
}

/// Names of an enterprise: by them others are found that are called so.
const NAMES: [&str; 3] = ["legal_name", "short_name", "name_en"];

/// Which of an enterprise's names have letters of another script that look Latin.
pub(in crate::service) fn disguised(texts: &Value) -> impl Iterator<Item = &'static str> {
    NAMES.into_iter().filter(move |name| {
        let text = texts.get(*name).and_then(Value::as_str);
        text.is_some_and(has_disguised_letters)
    })
}

/// Whether a member does. The web site is there for that.
fn leads_past_in(texts: &Value, name: &str) -> bool {
    let told = |text: &Value| text.as_str().is_some_and(is_contact);
    WITHOUT_CONTACT.contains(&name)
        && match texts.get(name) {
            // One may go on in the next: `Gia công 0912`, `345 678`.
            Some(Value::Array(entries)) => {
                let all: Vec<&str> = entries.iter().filter_map(Value::as_str).collect();
                entries.iter().any(told) || is_contact(&all.join(" "))
            }
            Some(text) => told(text),
            None => false,
        }
}

/// Of an enterprise as it would be sent, what everybody reads and does not stand there already. Entries of lists keep their
/// places.
pub(in crate::service) fn new_texts(wanted: &Members, live: &Members) -> Value {
    let texts = TEXTS.into_iter().filter_map(|name| {
        let text = without(wanted.get(name)?, live.get(name))?;
        Some((name.to_owned(), text))
    });
    Value::Object(texts.collect())
}

fn without(new: &Value, old: Option<&Value>) -> Option<Value> {
    match (new, old) {
        (new, Some(old)) if new == old => None,
        (Value::Array(entries), Some(Value::Array(known))) => {
            let unknown = entries.iter().map(|entry| {
                if known.contains(entry) {
                    Value::Null
                } else {
                    entry.clone()
                }
            });
            Some(Value::Array(unknown.collect()))
        }
        _ => Some(new.clone()),
    }
}

fn is_empty(texts: &Value) -> bool {
    texts.as_object().is_none_or(Map::is_empty)
}

/// The text of a logo as it would be written on the wire.
pub(in crate::service) fn of_logo(alt: &Bilingual<Line<256>>) -> Value {
    json!({"alt": attachments::title(alt)})
}
