//! Amounts of which only one end is told: `≥ 95 %`, `tối đa 20 kW`, `từ 500 kg/h trở lên`.

/// How an amount is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// It is the least.
    AtLeast,
    /// It is the most.
    AtMost,
    /// It is rough.
    About,
}

/// Words before an amount, in lower case, the longer ones first.
const BEFORE: &[(&str, Comparison)] = &[
    (">=", Comparison::AtLeast),
    ("≥", Comparison::AtLeast),
    (">", Comparison::AtLeast),
    ("không dưới", Comparison::AtLeast),
    ("không nhỏ hơn", Comparison::AtLeast),
    ("tối thiểu", Comparison::AtLeast),
    ("ít nhất", Comparison::AtLeast),
    ("lớn hơn", Comparison::AtLeast),
    ("từ", Comparison::AtLeast),
    ("trên", Comparison::AtLeast),
    ("at least", Comparison::AtLeast),
    ("min", Comparison::AtLeast),
    ("over", Comparison::AtLeast),
    ("<=", Comparison::AtMost),
    ("≤", Comparison::AtMost),
    ("<", Comparison::AtMost),
    ("không quá", Comparison::AtMost),
    ("không vượt quá", Comparison::AtMost),
    ("tối đa", Comparison::AtMost),
    ("nhiều nhất", Comparison::AtMost),
    ("nhỏ hơn", Comparison::AtMost),
    ("dưới", Comparison::AtMost),
    ("at most", Comparison::AtMost),
    ("up to", Comparison::AtMost),
    ("max", Comparison::AtMost),
    ("khoảng", Comparison::About),
    ("about", Comparison::About),
    ("~", Comparison::About),
];
/// Words behind an amount.
const BEHIND: &[(&str, Comparison)] = &[
    ("trở lên", Comparison::AtLeast),
    ("trở xuống", Comparison::AtMost),
    ("or more", Comparison::AtLeast),
    ("or less", Comparison::AtMost),
];

/// What a text says about an amount, and the amount.
pub fn compared(text: &str) -> (Option<Comparison>, &str) {
    for (word, comparison) in BEFORE {
        if let Some(rest) = without_start(text, word) {
            let rest = BEHIND
                .iter()
                .find_map(|(word, _)| without_end(rest, word))
                .unwrap_or(rest);
            return (Some(*comparison), rest);
        }
    }
    for (word, comparison) in BEHIND {
        if let Some(rest) = without_end(text, word) {
            return (Some(*comparison), rest);
        }
    }
    (None, text)
}

fn without_start<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (start, rest) = text.split_at_checked(word.len())?;
    let is_word = !word.ends_with(char::is_alphabetic) || rest.starts_with(char::is_whitespace);
    (start.to_lowercase() == word && is_word).then(|| rest.trim_start())
}

fn without_end<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (rest, end) = text.split_at_checked(text.len().checked_sub(word.len())?)?;
    (end.to_lowercase() == word).then(|| rest.trim_end())
}
