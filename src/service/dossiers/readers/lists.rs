//! Lists of dossiers: the register for officers, and what an enterprise has. What dossiers say is looked at here, as it was handed in
//! last, and not by the database.

use jiff::Timestamp;

use crate::domain::access::{Action, Refusal, Refused, Resource, decide};
use crate::domain::audit::Deed;
use crate::domain::dossier::Dossier;
use crate::domain::taxonomy::is_within;
use crate::domain::text::fold;
use crate::service::context::{Caller, Work};
use crate::service::dossiers::{Opened, PageAt, Wanted, opened, resource};
use crate::service::paging::{LOOKED_THROUGH, Register, cut, rows_for, within_scope};
use crate::service::{Result, exports, procedures};
use crate::store::dossiers as rows;
use crate::store::{AnyConn, enterprises};

/// A page of the dossiers that are the officer's business, the newest first.
pub fn list(
    conn: &mut AnyConn,
    caller: &Caller,
    wanted: &Wanted,
    after: Option<PageAt>,
    limit: u32,
    now: Timestamp,
) -> Result<Register<Opened, PageAt>> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::HandleDossier, &Resource::None)?;
    let sought = Sought::of(conn, wanted)?;
    let page = rows::page(conn, &sought.wanted, after, LOOKED_THROUGH, now)?;
    within_scope(
        page,
        limit,
        |row| (row.created_at, row.id),
        |row| {
            decide(&actor, Action::ReadDossier, &resource(&row))?;
            sought.require(&row)?;
            opened(conn, &actor, row, now)
        },
    )
}

/// The same, of which the trail tells: lists name parties, technologies and values, too.
pub fn show_list(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    (wanted, filter): (&Wanted, &str),
    after: Option<PageAt>,
    limit: u32,
) -> Result<Register<Opened, PageAt>> {
    let now = work.now;
    let page = list(work.conn(), caller, wanted, after, limit, now)?;
    let actor = caller.actor(work.conn(), now)?;
    let permit = decide(&actor, Action::HandleDossier, &Resource::None)?;
    exports::remember_page(work, &permit, Deed::DossiersListed, (filter, page.entries.len()))?;
    Ok(page)
}

/// A page of the caller's enterprise's dossiers, and of those that it is the other party of.
pub fn mine(
    conn: &mut AnyConn,
    caller: &Caller,
    wanted: &Wanted,
    after: Option<PageAt>,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<Opened>, Option<PageAt>)> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::ReadDossier, &Resource::None)?;
    let wanted = Wanted {
        enterprise: actor.enterprise().map(|(enterprise, _)| enterprise),
        ..wanted.clone()
    };
    let sought = Sought::of(conn, &wanted)?;
    let place = |row: &Dossier| (row.created_at, row.id);
    if sought.looks_into() {
        let page = rows::page(conn, &sought.wanted, after, LOOKED_THROUGH, now)?;
        let found = within_scope(page, limit, place, |row| {
            sought.require(&row)?;
            opened(conn, &actor, row, now)
        })?;
        return Ok((found.entries, found.next));
    }
    let page = rows::page(conn, &sought.wanted, after, rows_for(limit), now)?;
    let (page, next) = cut(page, limit, place);
    let opened = page.into_iter().map(|row| opened(conn, &actor, row, now));
    Ok((opened.collect::<Result<_>>()?, next))
}

/// What is wanted, with what the database has to be asked for first.
struct Sought {
    /// For the database, too.
    wanted: Wanted,
    /// The tax codes by which dossiers may name the party.
    codes: Vec<String>,
}

impl Sought {
    fn of(conn: &mut AnyConn, wanted: &Wanted) -> Result<Self> {
        let mut wanted = wanted.clone();
        if let Some(decided) = &mut wanted.decided {
            decided.states = procedures::decided_states(conn)?;
        }
        let codes = match &wanted.tax_code {
            Some(code) => enterprises::codes_with_merged(conn, code)?,
            None => Vec::new(),
        };
        Ok(Self { wanted, codes })
    }

    /// Whether dossiers have to be looked into.
    fn looks_into(&self) -> bool {
        let wanted = &self.wanted;
        let by_what_it_is = wanted.direction.is_some() || wanted.field.is_some();
        !wanted.words.is_empty() || wanted.tax_code.is_some() || by_what_it_is
    }

    /// Leaves out what is not sought, like what the reader is not told of.
    fn require(&self, dossier: &Dossier) -> Result<()> {
        if self.is_of_parties(dossier) && self.is_of_field(dossier) && self.has_words(dossier) {
            return Ok(());
        }
        let (action, why) = (Action::ReadDossier, Refusal::Hidden);
        Err(Refused { action, why }.into())
    }

    fn is_of_parties(&self, dossier: &Dossier) -> bool {
        let draft = dossier.content.draft();
        let is_in_direction = self.wanted.direction.is_none() || self.wanted.direction == draft.direction;
        let told = [
            &draft.transferor.tax_code,
            &draft.transferee.tax_code,
            &draft.project.investor_tax_code,
        ];
        let mut told = told.into_iter().flatten();
        is_in_direction && (self.codes.is_empty() || told.any(|code| self.codes.contains(code)))
    }

    fn is_of_field(&self, dossier: &Dossier) -> bool {
        let fields = &dossier.content.draft().technology.fields;
        let wanted = self.wanted.field.as_ref();
        wanted.is_none_or(|field| fields.iter().any(|code| is_within(code, field)))
    }

    fn has_words(&self, dossier: &Dossier) -> bool {
        let draft = dossier.content.draft();
        let told = [
            &dossier.number,
            &draft.transferor.name,
            &draft.transferor.name_en,
            &draft.transferee.name,
            &draft.transferee.name_en,
            &draft.technology.name,
            &draft.contract.project,
            &draft.contract.project_code,
            &draft.contract.irc_number,
            &draft.project.name,
            &draft.project.investor,
            &draft.support.product,
        ];
        if self.wanted.words.is_empty() {
            return true;
        }
        let told: Vec<String> = told.into_iter().flatten().map(|text| fold(text)).collect();
        let told = told.join("\n");
        self.wanted.words.iter().all(|word| told.contains(word.as_str()))
    }
}
