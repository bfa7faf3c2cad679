//! Checkpoints as text that anybody can check: a signed note in the form of C2SP `tlog-checkpoint`, with a line for each
//! lane. docs/audit.md has an example.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::merkle::{Frontier, leaf};
use crate::store::audit_chain::{Hash, sha256};

/// Begins a line with a signature: an em dash and a space.
const SIGNATURE: &str = "\u{2014} ";
/// What C2SP `signed-note` calls an Ed25519 signature.
const ED25519_KIND: u8 = 1;

/// How far a lane goes and what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneRoot {
    /// Which lane.
    pub lane: i64,
    /// How many rows it has.
    pub size: u64,
    /// The root of the tree over their hashes.
    pub root: Hash,
}

impl LaneRoot {
    fn leaf(&self) -> Hash {
        let mut data = Vec::with_capacity(48);
        data.extend_from_slice(&self.lane.to_be_bytes());
        data.extend_from_slice(&self.size.to_be_bytes());
        data.extend_from_slice(&self.root);
        leaf(&data)
    }
}

/// What a checkpoint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose trail: the exchange's host and `/audit`.
    pub origin: String,
    /// Rows of all lanes.
    pub size: u64,
    /// Root of the tree over the lanes.
    pub root: Hash,
    /// The lanes, by number.
    pub lanes: Vec<LaneRoot>,
}

/// Why a text is no checkpoint of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOurs {
    /// It has another form.
    #[error("it is not a checkpoint")]
    Form,
    /// Its sums and its root are not those of its own lanes.
    #[error("its size and root do not follow from its lanes")]
    Root,
    /// None of the keys that are believed signed it.
    #[error("it is not signed with an audit key that is believed")]
    Signature,
}

impl Checkpoint {
    /// One about these lanes, which come in the order of their numbers.
    pub fn new(origin: String, lanes: Vec<LaneRoot>) -> Self {
        let mut tree = Frontier::default();
        lanes.iter().for_each(|lane| tree.push(lane.leaf()));
        Self {
            origin,
            size: lanes.iter().fold(0, |sum, lane| sum.saturating_add(lane.size)),
            root: tree.root(),
            lanes,
        }
    }

    /// What is signed.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root));
        for lane in &self.lanes {
            text.push_str(&format!(
                "lane {} {} {}\n",
                lane.lane,
                lane.size,
                STANDARD.encode(lane.root)
            ));
        }
        text
    }

    /// The whole note.
    pub fn sign(&self, key: &Ed25519KeyPair) -> String {
        format!("{}\n{}", self.text(), self.signature(key))
    }

    /// The line with the signature of a key, which stands behind those of others.
    pub fn signature(&self, key: &Ed25519KeyPair) -> String {
        let public = key.public_key().as_ref();
        let signed = key.sign(self.text().as_bytes());
        let signature = [key_id(&self.origin, public).as_slice(), signed.as_ref()].concat();
        format!("{SIGNATURE}{} {}\n", self.origin, STANDARD.encode(signature))
    }

    /// Reads a note that one of the keys signed.
    pub fn open(note: &str, public_keys: &[Vec<u8>]) -> Result<Self, NotOurs> {
        let (body, signatures) = note.split_once("\n\n").ok_or(NotOurs::Form)?;
        let body = format!("{body}\n");
        let checkpoint = Self::parse(&body).ok_or(NotOurs::Form)?;
        // Others may have signed it too.
        let is_ours = signatures.lines().any(|line| {
            line.strip_prefix(SIGNATURE)
                .and_then(|line| line.split_once(' '))
                .filter(|(name, _)| *name == checkpoint.origin)
                .and_then(|(_, encoded)| STANDARD.decode(encoded).ok())
                .is_some_and(|signed| is_signed(&checkpoint.origin, body.as_bytes(), &signed, public_keys))
        });
        if !is_ours {
            return Err(NotOurs::Signature);
        }
        // What is said of the whole must follow from what is said of the parts.
        let again = Self::new(checkpoint.origin.clone(), checkpoint.lanes.clone());
        let is_sorted = checkpoint.lanes.is_sorted_by(|one, other| one.lane < other.lane);
        if again == checkpoint && is_sorted {
            Ok(checkpoint)
        } else {
            Err(NotOurs::Root)
        }
    }

    fn parse(body: &str) -> Option<Self> {
        let mut lines = body.lines();
        let checkpoint = Self {
            origin: lines.next().filter(|origin| !origin.is_empty())?.to_owned(),
            size: lines.next()?.parse().ok()?,
            root: decode(lines.next()?)?,
            lanes: lines.map(lane_root).collect::<Option<_>>()?,
        };
        // One form only, so that numbers with zeros in front and the like are refused.
        (checkpoint.text() == body).then_some(checkpoint)
    }
}

fn lane_root(line: &str) -> Option<LaneRoot> {
    let mut words = line.strip_prefix("lane ")?.split(' ');
    Some(LaneRoot {
        lane: words.next()?.parse().ok()?,
        size: words.next()?.parse().ok()?,
        root: decode(words.next()?)?,
    })
}

fn decode(text: &str) -> Option<Hash> {
    Hash::try_from(STANDARD.decode(text).ok()?).ok()
}

fn key_id(name: &str, public_key: &[u8]) -> [u8; 4] {
    let hash = sha256(&[name.as_bytes(), b"\n", &[ED25519_KIND], public_key].concat());
    let [a, b, c, d, ..] = hash;
    [a, b, c, d]
}

fn is_signed(name: &str, text: &[u8], signed: &[u8], public_keys: &[Vec<u8>]) -> bool {
    let Some((id, signature)) = signed.split_at_checked(4) else {
        return false;
    };
    public_keys
        .iter()
        .filter(|key| key_id(name, key) == id)
        .any(|key| UnparsedPublicKey::new(&ED25519, key).verify(text, signature).is_ok())
}

/// The public key as C2SP `signed-note` writes it: name, identifier, and kind and key in base64.
pub fn verifier_key(origin: &str, public_key: &[u8]) -> String {
    let id: String = key_id(origin, public_key)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let key = STANDARD.encode([&[ED25519_KIND], public_key].concat());
    format!("{origin}+{id}+{key}")
}

/// Reads what [`verifier_key`] wrote, and gives the public key.
pub fn read_verifier_key(text: &str) -> Option<Vec<u8>> {
    let (origin, rest) = text.trim().split_once('+')?;
    let (_, key) = rest.split_once('+')?;
    let key = STANDARD.decode(key).ok()?;
    let (kind, public_key) = key.split_first()?;
    let fits = *kind == ED25519_KIND && public_key.len() == 32 && verifier_key(origin, public_key) == text.trim();
    fits.then(|| public_key.to_vec())
}

/// Reads several, one a line; none where a line is no key, or there is no line.
pub fn read_verifier_keys(text: &str) -> Option<Vec<Vec<u8>>> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let keys: Vec<Vec<u8>> = lines.map(read_verifier_key).collect::<Option<_>>()?;
    (!keys.is_empty()).then_some(keys)
}

/// The origin of an exchange's checkpoints, from the address at which people reach it.
pub fn origin(public_url: &str) -> String {
    let host = public_url.split_once("://").map_or(public_url, |(_, rest)| rest);
    let host = host.split('/').next().unwrap_or_default();
    format!("{host}/audit")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(seed: u8) -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()
    }

    fn public(key: &Ed25519KeyPair) -> Vec<u8> {
        key.public_key().as_ref().to_vec()
    }

    fn sample() -> Checkpoint {
        let lane = |lane, size, byte| LaneRoot {
            lane,
            size,
            root: [byte; 32],
        };
        Checkpoint::new(origin("https://vptex.example/x"), vec![lane(1, 7, 1), lane(3, 1000, 2)])
    }

    #[test]
    fn the_form_is_kept() {
        let (checkpoint, key) = (sample(), pair(7));
        let note = checkpoint.sign(&key);
        // Computed by another program, from docs/audit.md alone.
        let expected = [
            "vptex.example/audit",
            "1007",
            "59ALEvwxwgqF0HbQr3snz9o6HZfLBgAjxTd1qr8D0VQ=",
            "lane 1 7 AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
            "lane 3 1000 AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=",
            "",
            "\u{2014} vptex.example/audit XwZk0qrWx4rpQtxTyU/1r/vYsqqWOGC4BkxvsmRJCBY5lnNeLQyCtZx6wEr2za2QvZArMmJPfmizQMvovWWz5aB7zAk=",
            "",
        ];
        assert_eq!(note, expected.join("\n"));
        assert_eq!(
            verifier_key(&checkpoint.origin, &public(&key)),
            "vptex.example/audit+5f0664d2+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs"
        );
        assert_eq!(Checkpoint::open(&note, &[public(&key)]), Ok(checkpoint));
    }

    #[test]
    fn no_byte_can_be_changed() {
        let (key, note) = (pair(7), sample().sign(&pair(7)));
        for at in 0..note.len() {
            let mut bytes = note.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(changed) = String::from_utf8(bytes) else {
                continue;
            };
            let opened = Checkpoint::open(&changed, &[public(&key)]);
            assert!(opened.is_err(), "byte {at}: {changed}");
        }
        assert_eq!(Checkpoint::open(&note, &[public(&pair(8))]), Err(NotOurs::Signature));
        assert_eq!(Checkpoint::open(&note, &[]), Err(NotOurs::Signature));
        assert_eq!(Checkpoint::open("", &[]), Err(NotOurs::Form));
    }

    #[test]
    fn a_signed_lie_about_the_whole_is_noticed() {
        let key = pair(7);
        let mut more = sample();
        more.size += 1;
        let mut other = sample();
        other.root = [9; 32];
        let mut turned = sample();
        turned.lanes.reverse();
        let turned = Checkpoint::new(turned.origin, turned.lanes);
        for lie in [more, other, turned] {
            assert_eq!(Checkpoint::open(&lie.sign(&key), &[public(&key)]), Err(NotOurs::Root));
        }
    }

    #[test]
    fn a_verifier_key_reads_back() {
        let public = public(&pair(7));
        let text = verifier_key("vptex.example/audit", &public);
        assert_eq!(read_verifier_key(&format!("{text}\n")), Some(public));
        for wrong in ["", "a+b+c", &text.replace("example", "sample"), &text.replace('+', "-")] {
            assert_eq!(read_verifier_key(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn several_verifier_keys_stand_one_a_line() {
        let public = [public(&pair(7)), public(&pair(8))];
        let text = public.each_ref().map(|key| verifier_key("vptex.example/audit", key));
        assert_eq!(
            read_verifier_keys(&format!("{}\n\n", text.join("\n"))),
            Some(public.to_vec())
        );
        assert_eq!(read_verifier_keys(&text[0]), Some(vec![public[0].clone()]));
        for wrong in ["", "\n", &format!("{}\nx", text[0])] {
            assert_eq!(read_verifier_keys(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn whoever_believes_one_of_two_signers_believes_the_note() {
        let (checkpoint, old, new) = (sample(), pair(7), pair(8));
        let note = [checkpoint.sign(&new), checkpoint.signature(&old)].concat();
        for key in [&old, &new] {
            assert_eq!(Checkpoint::open(&note, &[public(key)]), Ok(checkpoint.clone()));
        }
        assert_eq!(Checkpoint::open(&note, &[public(&pair(9))]), Err(NotOurs::Signature));
        // What the other one signed does not make a changed body good.
        let changed = note.replace("lane 1 7 ", "lane 1 8 ");
        assert!(Checkpoint::open(&changed, &[public(&old), public(&new)]).is_err());
    }

    #[test]
    fn the_origin_is_the_host() {
        for (url, expected) in [
            ("https://san.example.vn", "san.example.vn/audit"),
            ("http://127.0.0.1:8080/", "127.0.0.1:8080/audit"),
            ("https://a.vn/x/y", "a.vn/audit"),
        ] {
            assert_eq!(origin(url), expected);
        }
    }
}
