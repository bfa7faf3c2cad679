//! A vocabulary without some of its groups and with others: what people keep beside the groups of the program.

use std::{collections::HashSet, fmt, ops::Range, str::FromStr, sync::LazyLock};

use super::{BUILT_IN, Group, MOST_MEMBERS, Relation, SourceClass, Span, Vocabulary, Word, parse, usage::unit_of};
use crate::{analyzer::analyze, format::Hash64, understand::written};

impl Relation {
    /// Its code, as in [`Relation::from_code`].
    #[must_use]
    pub fn code(self) -> &'static str {
        let known = Self::ALL.iter().find(|(_, relation)| *relation == self);
        known.map_or("", |(code, _)| code)
    }

    /// Worth of another member, percent of what was typed, where a group says nothing else.
    #[must_use]
    pub fn usual_weight(self) -> u8 {
        u8::try_from(self.weight()).unwrap_or(u8::MAX)
    }
}

impl SourceClass {
    /// Its code, as in [`SourceClass::from_code`].
    #[must_use]
    pub fn code(self) -> &'static str {
        let known = Self::ALL.iter().find(|(_, class)| *class == self);
        known.map_or("", |(code, _)| code)
    }
}

/// Names a group by what it says: its relation and its members as they are compared, in whatever order they stand (of
/// [`Relation::Narrower`] the first one stays the first). The same group has the same name in every release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(u64);

impl GroupId {
    fn of(group: &Group) -> Self {
        let spelled = |member: &[Word]| member.iter().map(|word| &*word.exact).collect::<Vec<_>>().join(" ");
        let mut members: Vec<String> = group.members.iter().map(|member| spelled(member)).collect();
        let placed = usize::from(matches!(group.relation, Relation::Narrower | Relation::Unit));
        if let Some(others) = members.get_mut(placed..) {
            others.sort_unstable();
        }
        let hash = Hash64::new().text(group.relation.code());
        Self(members.iter().fold(hash, |hash, member| hash.text(member)).finish())
    }
}

impl fmt::Display for GroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// A text that names no group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a group is named by 16 hexadecimal digits")]
pub struct NoGroupId;

impl FromStr for GroupId {
    type Err = NoGroupId;

    fn from_str(text: &str) -> Result<Self, NoGroupId> {
        let is_ours = text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let number = u64::from_str_radix(text, 16).map_err(|_not_hex| NoGroupId)?;
        if is_ours { Ok(Self(number)) } else { Err(NoGroupId) }
    }
}

/// A group that the program brings along, as it is written.
#[derive(Debug, Clone)]
pub struct BuiltInGroup {
    /// Its name.
    pub id: GroupId,
    /// How its members belong together.
    pub relation: Relation,
    /// Where it was taken from.
    pub source: SourceClass,
    /// Its members.
    pub members: Vec<&'static str>,
}

/// What is wrong with a group that is to be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GroupFault {
    /// Fewer than two members (of stop words, one) or more than forty.
    #[error("a group has 2 to 40 members, of stop words 1 to 40, not {0}")]
    Members(usize),
    /// Nothing in the member at this place is searched for.
    #[error("nothing in member {0} is searched for")]
    Empty(usize),
    /// The member at this place has too many syllables.
    #[error("member {0} has too many syllables")]
    TooLong(usize),
    /// The member at this place is compared like one before it.
    #[error("member {0} is there twice")]
    Twice(usize),
    /// The first member of a group of units is none that the program knows.
    #[error("the first member is no known unit")]
    NoUnit,
}

/// A group beside those of the program, made ready.
#[derive(Debug, Clone)]
pub struct AddedGroup(Group);

impl AddedGroup {
    /// Makes a group ready; `weight` is worth of another member in percent of what was typed, the relation's where absent.
    ///
    /// # Errors
    /// Names everything that is wrong.
    pub fn new<'m>(
        relation: Relation,
        source: SourceClass,
        weight: Option<u8>,
        members: impl IntoIterator<Item = &'m str>,
    ) -> Result<Self, Vec<GroupFault>> {
        let mut ready: Vec<Box<[Word]>> = Vec::new();
        let mut faults = Vec::new();
        for (place, text) in members.into_iter().enumerate() {
            if place >= MOST_MEMBERS {
                return Err(vec![GroupFault::Members(place + 1)]);
            }
            let words: Box<[Word]> = analyze(text).syllables.into_iter().map(Word::from).collect();
            if words.is_empty() {
                faults.push(GroupFault::Empty(place));
            } else if words.len() > relation.member_words() {
                faults.push(GroupFault::TooLong(place));
            } else if ready.contains(&words) {
                faults.push(GroupFault::Twice(place));
            }
            ready.push(words);
        }
        if !relation.members().contains(&ready.len()) {
            faults.push(GroupFault::Members(ready.len()));
        }
        if relation == Relation::Unit
            && ready.first().is_some_and(|first| !first.is_empty())
            && unit_of(&ready).is_none()
        {
            faults.push(GroupFault::NoUnit);
        }
        if faults.is_empty() {
            Ok(Self(Group {
                relation,
                source,
                members: ready,
                weight: weight.map_or_else(|| relation.weight(), u32::from),
            }))
        } else {
            Err(faults)
        }
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> GroupId {
        GroupId::of(&self.0)
    }
}

/// What a stretch of a query is called otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherNames {
    /// Byte range of the stretch in the query, on character boundaries.
    pub range: Range<usize>,
    /// Its other names and their worth, percent of what was typed; the closest first.
    pub names: Vec<(String, u8)>,
}

impl Vocabulary {
    /// What stretches of a query are called otherwise, in order, those inside of others after them.
    #[must_use]
    pub fn other_names(&self, query: &str) -> Vec<OtherNames> {
        let syllables = analyze(query).syllables;
        let told_apart = syllables.iter().any(|syllable| syllable.marked);
        let spans = self.spans(&syllables, told_apart, |_| true);
        let named = spans.iter().flat_map(Span::flattened).filter_map(|span| {
            let typed = syllables.get(span.words.clone())?;
            let names = self.expansions(&span).into_iter().map(|name| {
                let spelled: Vec<String> = name.words.iter().map(|word| written(&word.exact)).collect();
                (spelled.join(" "), u8::try_from(name.weight).unwrap_or(u8::MAX))
            });
            Some(OtherNames {
                range: typed.first()?.range.start..typed.last()?.range.end,
                names: names.collect(),
            })
        });
        named.filter(|other| !other.names.is_empty()).collect()
    }

    /// The groups of [`Vocabulary::built_in`], in their order.
    #[must_use]
    pub fn built_in_groups() -> &'static [BuiltInGroup] {
        static GROUPS: LazyLock<Vec<BuiltInGroup>> = LazyLock::new(|| {
            let texts = BUILT_IN.iter().flat_map(|(file, text)| {
                let groups = parse::parse(file, text);
                parse::lines(text).zip(groups)
            });
            let told = texts.filter_map(|((_, line), group)| {
                let group = group.ok()?;
                let members = line.rsplit('\t').next()?.split('|').map(str::trim);
                Some(BuiltInGroup {
                    id: GroupId::of(&group),
                    relation: group.relation,
                    source: group.source,
                    members: members.collect(),
                })
            });
            told.collect()
        });
        &GROUPS
    }

    /// This vocabulary without some of its groups and with others. The same changes give the same vocabulary, whoever
    /// makes them.
    #[must_use]
    pub fn amended(&self, without: &HashSet<GroupId>, added: &[AddedGroup]) -> Self {
        let is_kept = |group: &&Group| without.is_empty() || !without.contains(&GroupId::of(group));
        let kept = self.groups.iter().chain(&self.asides).filter(is_kept).cloned();
        let groups = kept
            .chain(added.iter().map(|AddedGroup(group)| group.clone()))
            .collect();
        let mut off: Vec<&GroupId> = without.iter().collect();
        off.sort_unstable();
        let number = |hash: Hash64, number: u64| hash.bytes(&number.to_be_bytes());
        let hash = number(Hash64::new(), self.id);
        let hash = off.into_iter().fold(hash, |hash, id| number(hash, id.0)).bytes(&[0xfe]);
        let hash = added.iter().fold(hash, |hash, group| {
            number(number(hash, group.id().0), group.0.weight.into())
        });
        Self::compile(groups, hash.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(relation: Relation, weight: Option<u8>, members: &[&str]) -> Result<AddedGroup, Vec<GroupFault>> {
        AddedGroup::new(relation, SourceClass::Own, weight, members.iter().copied())
    }

    #[test]
    fn a_group_has_one_name_however_it_is_written() {
        let id = |relation, members: &[&str]| added(relation, None, members).map(|group| group.id()).ok();
        let named = id(Relation::Regional, &["hòa", "bắp"]);
        assert!(named.is_some());
        assert_eq!(named, id(Relation::Regional, &["BẮP", "hoà"]));
        assert_ne!(named, id(Relation::Loan, &["hòa", "bắp"]));
        assert_ne!(named, id(Relation::Regional, &["hoa", "bắp"]));
        let narrower = |members: &[&str]| id(Relation::Narrower, members);
        assert_eq!(narrower(&["máy", "cày", "bừa"]), narrower(&["máy", "bừa", "cày"]));
        assert_ne!(narrower(&["máy", "cày", "bừa"]), narrower(&["cày", "máy", "bừa"]));
        assert_eq!(named.map(|id| id.to_string().parse()), named.map(Ok));
        for wrong in ["", "+00000000000000f", "00000000000000F0", "0", "00000000000000000"] {
            assert_eq!(wrong.parse::<GroupId>(), Err(NoGroupId), "{wrong}");
        }
    }

    /// Officers switch groups off by these names: whatever changes them must not come unnoticed.
    #[test]
    fn names_stay() {
        let id = added(
            Relation::Regional,
            None,
            &["lạc", "đậu phộng", "đậu phụng", "peanut", "groundnut"],
        );
        let id = id.map(|group| group.id().to_string());
        assert_eq!(id.as_deref(), Ok("c967bd73ae9fa596"));
        let groups = Vocabulary::built_in_groups();
        assert_eq!(groups.len(), Vocabulary::built_in().len());
        let mut names = HashSet::new();
        let twice = groups.iter().filter(|group| !names.insert(group.id.to_string()));
        let twice: Vec<_> = twice.map(|group| &group.members).collect();
        assert!(twice.is_empty(), "one name for two: {twice:?}");
    }

    #[test]
    fn everything_wrong_is_named() {
        let long = "một hai ba bốn năm sáu bảy tám chín";
        let faults = added(Relation::Near, None, &["máy", "!?", "MÁY", long]).err();
        let expected = [GroupFault::Empty(1), GroupFault::Twice(2), GroupFault::TooLong(3)];
        assert_eq!(faults.as_deref(), Some(&expected[..]));
        let alone = added(Relation::Near, None, &["máy"]).err();
        assert_eq!(alone.as_deref(), Some(&[GroupFault::Members(1)][..]));
        let many: Vec<String> = (0..41).map(|number| format!("máy {number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let many = added(Relation::Near, None, &many).err();
        assert_eq!(many.as_deref(), Some(&[GroupFault::Members(41)][..]));
    }

    #[test]
    fn other_names_are_told_as_they_are_written() -> Result<(), Vec<GroupFault>> {
        let group = added(Relation::Regional, Some(70), &["máy tuốt", "qworfel đỏ"])?;
        let vocabulary = Vocabulary::empty().amended(&HashSet::new(), &[group]);
        let query = "mua Máy Tuốt cũ";
        let named = vocabulary.other_names(query);
        let told: Vec<_> = named
            .iter()
            .map(|other| (query.get(other.range.clone()), &other.names))
            .collect();
        assert_eq!(told, [(Some("Máy Tuốt"), &vec![("qworfel đỏ".to_owned(), 70)])]);
        assert_eq!(vocabulary.other_names("gì khác"), []);
        Ok(())
    }

    #[test]
    fn amending_adds_and_takes_away_and_tells_itself_apart() -> Result<(), Vec<GroupFault>> {
        let built_in = Vocabulary::built_in();
        let one = added(Relation::Equivalent, None, &["khoong co", "zzyzx"])?;
        let heavy = added(Relation::Equivalent, Some(30), &["khoong co", "zzyzx"])?;
        let off: HashSet<GroupId> = Vocabulary::built_in_groups()
            .iter()
            .take(1)
            .map(|group| group.id)
            .collect();
        let none = HashSet::new();
        let amended = built_in.amended(&off, std::slice::from_ref(&one));
        let gone = Vocabulary::built_in_groups()
            .iter()
            .filter(|group| off.contains(&group.id))
            .count();
        assert_eq!(amended.len(), built_in.len() - gone + 1);
        assert!(amended.knows("zzyzx") && !built_in.knows("zzyzx"));
        let ids = [
            built_in.id(),
            amended.id(),
            built_in.amended(&none, std::slice::from_ref(&one)).id(),
            built_in.amended(&none, std::slice::from_ref(&heavy)).id(),
        ];
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
        assert_eq!(amended.id(), built_in.amended(&off, &[one]).id());
        Ok(())
    }
}
