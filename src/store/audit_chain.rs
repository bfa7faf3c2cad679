//! The chain of the audit trail: what each row's hash is made of, and where the next row is chained to.
//!
//! There is one chain, a *lane*, for each writer, so that writers do not wait for each other: lane 0 on SQLite, whose
//! writers take turns anyway; on PostgreSQL one for each connection that writes, held by an advisory lock of its
//! session. docs/audit.md tells the format for others who want to check it.

use aws_lc_rs::digest::{SHA256, digest};
use diesel::prelude::*;
use diesel::r2d2::PooledConnection;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Nullable};
use uuid::Uuid;

use super::conn::Manager;
use super::schema::audit_log;
use super::{AnyConn, Error, Result};

/// A SHA-256.
pub type Hash = [u8; 32];

/// What the first row of a lane is chained to.
pub const NOTHING: Hash = [0; 32];

/// The one lane of SQLite.
pub(super) const SQLITE_LANE: i64 = 0;

/// Most lanes at once on PostgreSQL: more than any server has connections.
const MOST_LANES: i64 = 4096;

/// First key of the advisory locks by which connections hold their lanes; an arbitrary number of ours.
const LANES_LOCK: i32 = 0x7670_6c6e;

/// Begins every canonical form: other forms begin otherwise, so that none can be taken for another.
const FORM: &[u8] = b"vptex-audit/1\n";

/// SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> Hash {
    let mut hash = NOTHING;
    // Both have 32 bytes.
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}

/// Everything in a row that its hash vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content<'a> {
    /// Which chain.
    pub lane: i64,
    /// Which place in it, from 1.
    pub link: i64,
    /// Hash of the row before, or [`NOTHING`].
    pub prev_hash: Hash,
    /// Identifier.
    pub id: Uuid,
    /// When, in microseconds since 1970.
    pub at: i64,
    /// What sort of caller.
    pub actor_kind: &'a str,
    /// Which account or key.
    pub actor_id: Option<Uuid>,
    /// Through which session.
    pub session_id: Option<Uuid>,
    /// From which address.
    pub ip: Option<&'a str>,
    /// And port.
    pub port: Option<i64>,
    /// Did what.
    pub deed: &'a str,
    /// To what sort of thing.
    pub subject_kind: &'a str,
    /// To which.
    pub subject_id: Uuid,
    /// Why, as a code.
    pub reason_code: Option<&'a str>,
    /// Why, in words.
    pub reason_text: Option<&'a str>,
    /// In which request.
    pub request_id: Option<Uuid>,
    /// Hash of what the thing was before.
    pub before_hash: Option<&'a [u8]>,
    /// Hash of what it was after.
    pub after_hash: Option<&'a [u8]>,
    /// The version that was judged.
    pub subject_version: Option<i64>,
}

impl Content<'_> {
    /// The bytes that are hashed: for each field that is there its number (one byte), its length (four bytes, the most
    /// significant first) and its bytes. Different contents have different forms, because a form can be read back in
    /// one way only; and a field that is added later changes nothing for rows that lack it.
    pub fn canonical(&self) -> Vec<u8> {
        let mut form = Vec::with_capacity(512);
        form.extend_from_slice(FORM);
        let mut put = |number: u8, bytes: Option<&[u8]>| {
            let Some(bytes) = bytes else { return };
            form.push(number);
            // Neither database can hold a value of 4 GiB.
            form.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
            form.extend_from_slice(bytes);
        };
        put(1, Some(&self.lane.to_be_bytes()));
        put(2, Some(&self.link.to_be_bytes()));
        put(3, Some(&self.prev_hash));
        put(4, Some(self.id.as_bytes()));
        put(5, Some(&self.at.to_be_bytes()));
        put(6, Some(self.actor_kind.as_bytes()));
        put(7, self.actor_id.as_ref().map(|id| id.as_bytes().as_slice()));
        put(8, self.session_id.as_ref().map(|id| id.as_bytes().as_slice()));
        put(9, self.ip.map(str::as_bytes));
        put(10, self.port.map(i64::to_be_bytes).as_ref().map(<[u8; 8]>::as_slice));
        put(11, Some(self.deed.as_bytes()));
        put(12, Some(self.subject_kind.as_bytes()));
        put(13, Some(self.subject_id.as_bytes()));
        put(14, self.reason_code.map(str::as_bytes));
        put(15, self.reason_text.map(str::as_bytes));
        put(16, self.request_id.as_ref().map(|id| id.as_bytes().as_slice()));
        put(17, self.before_hash);
        put(18, self.after_hash);
        let version = self.subject_version.map(i64::to_be_bytes);
        put(19, version.as_ref().map(<[u8; 8]>::as_slice));
        form
    }

    /// The row's hash.
    pub fn hash(&self) -> Hash {
        sha256(&self.canonical())
    }
}

/// The end of a lane: what its next row is chained to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Which lane.
    pub lane: i64,
    /// The last place that is taken; 0 in an empty lane.
    pub link: i64,
    /// The hash there.
    pub hash: Hash,
}

impl Head {
    /// Reads the end of a lane, which its caller must hold: on SQLite by having begun to write, on PostgreSQL by the
    /// lock.
    pub(super) fn read(conn: &mut AnyConn, lane: i64) -> Result<Self> {
        let last: Option<(Option<i64>, Option<Vec<u8>>)> = audit_log::table
            .filter(audit_log::lane.eq(lane))
            .order(audit_log::link.desc())
            .select((audit_log::link, audit_log::hash))
            .first(conn)
            .optional()?;
        let Some((link, hash)) = last else {
            return Ok(Self {
                lane,
                link: 0,
                hash: NOTHING,
            });
        };
        let hash = hash.and_then(|hash| Hash::try_from(hash).ok());
        link.zip(hash)
            .map(|(link, hash)| Self { lane, link, hash })
            .ok_or_else(|| Error::Row(format!("the last row of lane {lane} of the audit trail has no hash")))
    }
}

/// The lane that a connection to PostgreSQL holds.
struct Lane {
    number: i64,
    /// Its end, as long as nothing happened that leaves it in doubt.
    head: Option<Head>,
}

/// Takes out where the connection's next row is chained to; the first time the connection takes a lane. Only after a
/// commit is the new end given back by [`keep_head`]: whatever else happens, it is read anew.
///
/// Outside of any transaction: a SERIALIZABLE one that reads the end of a lane would lock the page of the index, on
/// which the ends of others stand too, and writers would fail for nothing.
pub(super) fn take_head(conn: &mut PooledConnection<Manager>) -> Result<Head> {
    let known = PooledConnection::extensions_mut(conn)
        .get_mut::<Lane>()
        .map(|lane| (lane.number, lane.head.take()));
    match known {
        Some((_, Some(head))) => Ok(head),
        Some((number, None)) => Head::read(conn, number),
        None => {
            let number = take_lane(conn)?;
            PooledConnection::extensions_mut(conn).insert(Lane { number, head: None });
            Head::read(conn, number)
        }
    }
}

/// Remembers the end of the connection's lane after a commit.
pub(super) fn keep_head(conn: &mut PooledConnection<Manager>, head: Head) {
    if let Some(lane) = PooledConnection::extensions_mut(conn).get_mut::<Lane>() {
        lane.head = Some(head);
    }
}

/// Takes the first lane that nobody holds, until the connection ends: the server frees the lock only after the session's
/// last transaction has ended, so the next holder sees all that was written.
fn take_lane(conn: &mut AnyConn) -> Result<i64> {
    #[derive(QueryableByName)]
    struct Free {
        #[diesel(sql_type = Nullable<BigInt>)]
        lane: Option<i64>,
    }
    #[derive(QueryableByName)]
    struct Taken {
        #[diesel(sql_type = Bool)]
        taken: bool,
    }
    // Another connection may be faster; it then has a lane and is out of the way.
    for _ in 0..MOST_LANES {
        let free: Free = sql_query(format!(
            "SELECT min(lane) AS lane FROM (
                 SELECT generate_series(1, {MOST_LANES})::bigint AS lane
                 EXCEPT SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid = {LANES_LOCK}::oid
                     AND objsubid = 2
                     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
             ) AS free"
        ))
        .get_result(conn)?;
        let Some(lane) = free.lane else { break };
        let taken: Taken =
            sql_query(format!("SELECT pg_try_advisory_lock({LANES_LOCK}, {lane}) AS taken")).get_result(conn)?;
        if taken.taken {
            return Ok(lane);
        }
    }
    Err(Error::Busy("no lane of the audit trail is free".into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::option::of;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// A content that owns its texts.
    #[derive(Clone, Debug, PartialEq)]
    struct Owned {
        numbers: (i64, i64, i64),
        prev_hash: Hash,
        ids: (u128, u128),
        optional_ids: [Option<u128>; 3],
        texts: [String; 3],
        optional_texts: [Option<String>; 3],
        optional_numbers: [Option<i64>; 2],
        hashes: [Option<Vec<u8>>; 2],
    }

    impl Owned {
        fn content(&self) -> Content<'_> {
            let id = |id: Option<u128>| id.map(Uuid::from_u128);
            Content {
                lane: self.numbers.0,
                link: self.numbers.1,
                at: self.numbers.2,
                prev_hash: self.prev_hash,
                id: Uuid::from_u128(self.ids.0),
                subject_id: Uuid::from_u128(self.ids.1),
                actor_id: id(self.optional_ids[0]),
                session_id: id(self.optional_ids[1]),
                request_id: id(self.optional_ids[2]),
                actor_kind: &self.texts[0],
                deed: &self.texts[1],
                subject_kind: &self.texts[2],
                ip: self.optional_texts[0].as_deref(),
                reason_code: self.optional_texts[1].as_deref(),
                reason_text: self.optional_texts[2].as_deref(),
                port: self.optional_numbers[0],
                before_hash: self.hashes[0].as_deref(),
                after_hash: self.hashes[1].as_deref(),
                subject_version: self.optional_numbers[1],
            }
        }
    }

    fn any_content() -> impl Strategy<Value = Owned> {
        // Short, and with the bytes that the form itself has, so that ends and beginnings are easily mistaken.
        let text = || {
            proptest::collection::vec(prop_oneof!(0_u8..20, Just(b'x')), 0..6)
                .prop_map(|bytes| String::from_utf8(bytes).unwrap())
        };
        let bytes = || of(proptest::collection::vec(0_u8..20, 0..6));
        (
            any::<(i64, i64, i64)>(),
            any::<Hash>(),
            any::<(u128, u128)>(),
            any::<[Option<u128>; 3]>(),
            [text(), text(), text()],
            [of(text()), of(text()), of(text())],
            any::<[Option<i64>; 2]>(),
            [bytes(), bytes()],
        )
            .prop_map(
                |(numbers, prev_hash, ids, optional_ids, texts, optional_texts, optional_numbers, hashes)| Owned {
                    numbers,
                    prev_hash,
                    ids,
                    optional_ids,
                    texts,
                    optional_texts,
                    optional_numbers,
                    hashes,
                },
            )
    }

    /// Reads a form back as docs/audit.md describes it.
    fn read(form: &[u8]) -> Option<Owned> {
        let mut rest = form.strip_prefix(b"vptex-audit/1\n")?;
        let mut fields: BTreeMap<u8, Vec<u8>> = BTreeMap::new();
        while let Some((number, after)) = rest.split_first() {
            let (length, after) = after.split_at_checked(4)?;
            let length = u32::from_be_bytes(length.try_into().ok()?);
            let (bytes, after) = after.split_at_checked(usize::try_from(length).ok()?)?;
            assert!(
                fields.last_key_value().is_none_or(|(last, _)| last < number),
                "in their order"
            );
            fields.insert(*number, bytes.to_vec());
            rest = after;
        }
        let number = |at: u8| Some(i64::from_be_bytes(fields.get(&at)?.as_slice().try_into().ok()?));
        let id = |at: u8| Some(u128::from_be_bytes(fields.get(&at)?.as_slice().try_into().ok()?));
        let text = |at: u8| String::from_utf8(fields.get(&at)?.clone()).ok();
        Some(Owned {
            numbers: (number(1)?, number(2)?, number(5)?),
            prev_hash: fields.get(&3)?.as_slice().try_into().ok()?,
            ids: (id(4)?, id(13)?),
            optional_ids: [id(7), id(8), id(16)],
            texts: [text(6)?, text(11)?, text(12)?],
            optional_texts: [text(9), text(14), text(15)],
            optional_numbers: [number(10), number(19)],
            hashes: [fields.get(&17).cloned(), fields.get(&18).cloned()],
        })
    }

    proptest! {
        /// What can be read back in one way only is different for different contents.
        #[test]
        fn the_canonical_form_reads_back(content in any_content()) {
            let form = content.content().canonical();
            prop_assert_eq!(read(&form), Some(content));
        }

        #[test]
        fn different_contents_have_different_forms(one in any_content(), other in any_content()) {
            let same = one.content().canonical() == other.content().canonical();
            prop_assert_eq!(same, one == other);
        }
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Computed by another program, from docs/audit.md alone.
    #[test]
    fn the_hashes_are_what_they_always_were() {
        let least = Content {
            lane: 0,
            link: 1,
            prev_hash: NOTHING,
            id: Uuid::from_u128(1),
            at: 1_773_214_200_123_456,
            actor_kind: "system",
            actor_id: None,
            session_id: None,
            ip: None,
            port: None,
            deed: "officer.appointed",
            subject_kind: "account",
            subject_id: Uuid::from_u128(2),
            reason_code: None,
            reason_text: None,
            request_id: None,
            before_hash: None,
            after_hash: None,
            subject_version: None,
        };
        let before = [1; 32];
        let most = Content {
            lane: 7,
            link: 2,
            prev_hash: least.hash(),
            id: Uuid::from_u128(3),
            at: -1,
            actor_kind: "officer",
            actor_id: Some(Uuid::from_u128(4)),
            session_id: Some(Uuid::from_u128(5)),
            ip: Some("2001:db8::7"),
            port: Some(51_234),
            deed: "listing.rejected",
            subject_kind: "listing",
            subject_id: Uuid::from_u128(6),
            reason_code: Some("incomplete"),
            reason_text: Some("Thiếu ảnh tem máy."),
            request_id: Some(Uuid::from_u128(7)),
            before_hash: Some(&before),
            after_hash: Some(&[]),
            subject_version: None,
        };
        assert_eq!(
            hex(&least.hash()),
            "18a67a73f4d5d736a726e11c5717ba4f717e24f730513e6023dc06d9f1afea8b"
        );
        assert_eq!(
            hex(&most.hash()),
            "b778acb15fc9b0d9b99529de71e4b85c15e165378afa79635f24e2d49f9711bb"
        );
    }
}
