//! The bytes of which the hash of a row of the audit trail is made.

use uuid::Uuid;
use vptex::store::audit_chain::Content;

use super::text;

/// A field that may be missing: nothing where it is there and cannot be read.
fn field<'a, T>(bytes: Option<&'a [u8]>, read: impl Fn(&'a [u8]) -> Option<T>) -> Option<Option<T>> {
    match bytes {
        Some(bytes) => read(bytes).map(Some),
        None => Some(None),
    }
}

/// Reads the form of a row (docs/audit.md): fields in the order of their numbers, each with its length.
fn read_row(bytes: &[u8]) -> Option<Content<'_>> {
    let mut rest = bytes.strip_prefix(b"vptex-audit/1\n".as_slice())?;
    let mut fields: [Option<&[u8]>; 20] = [None; 20];
    let mut last = 0;
    while let [number, a, b, c, d, after @ ..] = rest {
        let length = usize::try_from(u32::from_be_bytes([*a, *b, *c, *d])).ok()?;
        if *number <= last || *number > 19 || after.len() < length {
            return None;
        }
        let (value, after) = after.split_at(length);
        fields[usize::from(*number)] = Some(value);
        (last, rest) = (*number, after);
    }
    if !rest.is_empty() {
        return None;
    }
    let number = |bytes: &[u8]| Some(i64::from_be_bytes(bytes.try_into().ok()?));
    let id = |bytes: &[u8]| Uuid::from_slice(bytes).ok();
    Some(Content {
        lane: number(fields[1]?)?,
        link: number(fields[2]?)?,
        prev_hash: fields[3]?.try_into().ok()?,
        id: id(fields[4]?)?,
        at: number(fields[5]?)?,
        actor_kind: text(fields[6]?)?,
        actor_id: field(fields[7], id)?,
        session_id: field(fields[8], id)?,
        ip: field(fields[9], text)?,
        port: field(fields[10], number)?,
        deed: text(fields[11]?)?,
        subject_kind: text(fields[12]?)?,
        subject_id: id(fields[13]?)?,
        reason_code: field(fields[14], text)?,
        reason_text: field(fields[15], text)?,
        request_id: field(fields[16], id)?,
        before_hash: fields[17],
        after_hash: fields[18],
        subject_version: field(fields[19], number)?,
    })
}

/// The form of a row of the trail, of which its hash is made: whatever can be read as one is the form of what was read, so that no two
/// rows have the same.
pub fn audit_row(bytes: &[u8]) -> bool {
    let Some(row) = read_row(bytes) else { return false };
    assert_eq!(row.canonical(), bytes);
    true
}
