//! Suggestions follow the database: one thread reads the outbox, keeps what can be suggested in memory, and makes it anew
//! from time to time. What went is hidden at once, what came is suggested with the next making; how much of a processor
//! that may take is bounded, so a large exchange waits longer for it than a small one.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use search_index::{Catalogue, Vocabulary};
use tracing::{debug, error, info};

use super::{Stop, guarded};
use crate::domain::calendar::day_of;
use crate::domain::ids::ListingId;
use crate::domain::taxonomy::TaxonomyName;
use crate::service::reference::Edition;
use crate::service::suggestions::suggested_listing;
use crate::service::{App, Result};
use crate::store::outbox::{self, Position};
use crate::store::{search_log, suggestions};

/// Listings, and rows of the outbox, that are read at once.
const PAGE: usize = 500;
/// How long other nodes' changes may stay unseen: their commits wake nobody here.
const POLL: Duration = Duration::from_secs(1);
/// Between two looks, so that many commits are looked at together.
const PAUSE: Duration = Duration::from_millis(100);
/// A making is followed by so many times as long without one: it takes a twentieth of one processor at most.
const REST: u32 = 20;
/// Former queries that are suggested, and how many days back.
const MOST_QUERIES: i64 = 5_000;
const QUERY_DAYS: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How often is looked whether fields got other names, and what people searched for.
const LISTS_EVERY: Duration = Duration::from_secs(60);
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Starts the thread.
pub(super) fn spawn(app: &App, stop: Arc<Stop>) -> Option<JoinHandle<()>> {
    let app = app.clone();
    thread::Builder::new()
        .name("vptex-suggest".into())
        .spawn(
            move || {
                while !guarded("suggestions", || follow(&app, &stop)) && !stop.wait(AFTER_FAILURE) {}
            },
        )
        .inspect_err(|error| error!(%error, "no thread for suggestions; there are none"))
        .ok()
}

/// Reads everything, then follows until asked to stop.
fn follow(app: &App, stop: &Stop) -> Result<()> {
    let mut following = Following::start(app)?;
    if !following.load(stop)? {
        return Ok(());
    }
    let mut seen = 0;
    while !stop.is_asked() {
        let more = following.look()?;
        following.look_at_lists()?;
        following.make_if_due();
        if more {
            continue;
        }
        if !stop.wait(PAUSE) {
            let patience = following.until_due().map_or(POLL, |due| due.min(POLL));
            seen = app.db.committed().wait(seen, patience);
        }
    }
    Ok(())
}

struct Following<'a> {
    app: &'a App,
    catalogue: Catalogue,
    edition: Arc<Edition>,
    vocabulary: Arc<Vocabulary>,
    /// Former queries, and how many people asked each.
    queries: Vec<(String, i64)>,
    /// Up to where the outbox was read.
    place: Position,
    /// What can be suggested is not what is suggested.
    is_stale: bool,
    next_making: Instant,
    next_lists: Instant,
}

impl<'a> Following<'a> {
    fn start(app: &'a App) -> Result<Self> {
        // Before any listing is read: what changes meanwhile is read again.
        let ends = app.db.read(outbox::ends)?;
        Ok(Self {
            app,
            catalogue: Catalogue::default(),
            edition: app.db.read(|conn| app.editions.present(conn))?,
            vocabulary: Vocabulary::built_in(),
            queries: Vec::new(),
            place: ends.map(|(_, last)| last).unwrap_or_default(),
            is_stale: true,
            next_making: Instant::now(),
            next_lists: Instant::now() + LISTS_EVERY,
        })
    }

    /// Reads all listings; gives whether it came to the end.
    fn load(&mut self, stop: &Stop) -> Result<bool> {
        let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
        let mut after = None;
        self.name_fields();
        self.read_queries()?;
        loop {
            let now = self.app.clock.now();
            let page = self
                .app
                .db
                .read(|conn| suggestions::shown_after(conn, after, limit, now))?;
            after = page.last().map(|last| last.id);
            let is_last = page.len() < PAGE;
            for shown in page {
                self.catalogue.put(&suggested_listing(&self.edition.lists, shown));
            }
            if is_last || stop.is_asked() {
                return Ok(is_last);
            }
        }
    }

    fn name_fields(&mut self) {
        let today = day_of(self.app.clock.now());
        let items = self.edition.lists.items(TaxonomyName::Fields, None);
        let names = items.filter(|item| item.is_valid_on(today)).flat_map(|item| {
            let names = [Some(item.name_vi.as_str()), item.name_en.as_deref()];
            names.into_iter().flatten().map(|name| (item.code.as_str(), name))
        });
        self.catalogue.set_field_names(names);
    }

    fn read_queries(&mut self) -> Result<()> {
        let app = self.app;
        let since = app.clock.now().checked_sub(QUERY_DAYS).unwrap_or(Timestamp::MIN);
        let queries = app
            .db
            .read(|conn| search_log::popular_since(conn, day_of(since), MOST_QUERIES))?;
        if queries != self.queries {
            let people = |people: i64| u32::try_from(people).unwrap_or(u32::MAX);
            let all = queries.iter().map(|(query, asked)| (query.as_str(), people(*asked)));
            self.catalogue.set_queries(all);
            self.queries = queries;
            self.is_stale = true;
        }
        Ok(())
    }

    /// Reads the outbox on by one page; gives whether there may be more.
    fn look(&mut self) -> Result<bool> {
        let (app, from) = (self.app, self.place);
        let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
        let rows = app.db.read(|conn| outbox::after(conn, from, limit))?;
        let Some((to, _)) = rows.last().copied() else {
            return Ok(false);
        };
        let ids: BTreeSet<ListingId> = rows.iter().map(|(_, id)| *id).collect();
        let ids: Vec<ListingId> = ids.into_iter().collect();
        let now = app.clock.now();
        let shown = app.db.read(|conn| suggestions::shown(conn, &ids, now))?;
        let mut gone: BTreeSet<u128> = ids.iter().map(|id| id.0.as_u128()).collect();
        let mut changed = Vec::new();
        for shown in shown {
            let listing = suggested_listing(&self.edition.lists, shown);
            gone.remove(&listing.id);
            if self.catalogue.put(&listing) {
                changed.push(listing.id);
            }
        }
        changed.extend(gone.into_iter().filter(|id| self.catalogue.remove(*id)));
        self.is_stale |= !changed.is_empty();
        let slot = app.index.suggestions();
        if let Some(current) = slot.current() {
            // A question hides whatever changed before this thread has seen it; what is as it was comes back.
            self.is_stale |= ids.iter().any(|id| current.is_away(id.0.as_u128()));
            current.hide(changed);
        }
        self.place = to;
        slot.advance(to);
        Ok(rows.len() == PAGE)
    }

    /// Looks now and then whether names that are suggested are others.
    fn look_at_lists(&mut self) -> Result<()> {
        let reader = self.app.index.reader();
        if let Some(vocabulary) = reader.map(|reader| reader.vocabulary())
            && !Arc::ptr_eq(&vocabulary, &self.vocabulary)
        {
            self.vocabulary = vocabulary;
            self.is_stale = true;
        }
        if Instant::now() < self.next_lists {
            return Ok(());
        }
        self.next_lists = Instant::now() + LISTS_EVERY;
        self.read_queries()?;
        let app = self.app;
        let edition = app.db.read(|conn| app.editions.present(conn))?;
        if edition.number != self.edition.number {
            self.edition = edition;
            self.name_fields();
            self.is_stale = true;
        }
        Ok(())
    }

    fn until_due(&self) -> Option<Duration> {
        self.is_stale
            .then(|| self.next_making.saturating_duration_since(Instant::now()))
    }

    fn make_if_due(&mut self) {
        let slot = self.app.index.suggestions();
        if !self.is_stale {
            // Nothing came that is not suggested.
            slot.settle(self.place);
            return;
        }
        let start = Instant::now();
        if start < self.next_making {
            return;
        }
        let made = Arc::new(self.catalogue.build(&self.vocabulary));
        let took = start.elapsed();
        let (listings, all) = (self.catalogue.len(), made.len());
        if slot.current().is_none() {
            info!(
                listings,
                suggestions = all,
                took_ms = took.as_millis(),
                "suggestions are ready"
            );
        } else {
            debug!(
                listings,
                suggestions = all,
                took_ms = took.as_millis(),
                "suggestions made anew"
            );
        }
        slot.set(made, self.place);
        self.is_stale = false;
        self.next_making = Instant::now() + took * REST;
    }
}
