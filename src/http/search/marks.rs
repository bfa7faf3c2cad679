//! Texts with the words that were found, as HTML.

use crate::service::search::Marked;

/// Escapes a text for HTML and puts its marks around the words found.
pub(in crate::http) fn marked(text: &Marked) -> String {
    let mut html = String::with_capacity(text.text.len() + 16 * text.marks.len());
    let mut done = 0;
    for mark in &text.marks {
        let (Some(before), Some(word)) = (text.text.get(done..mark.start), text.text.get(mark.clone())) else {
            continue;
        };
        escape(before, &mut html);
        html.push_str("<mark>");
        escape(word, &mut html);
        html.push_str("</mark>");
        done = mark.end;
    }
    escape(text.text.get(done..).unwrap_or_default(), &mut html);
    html
}

fn escape(text: &str, html: &mut String) {
    let mut rest = text;
    while let Some((plain, special, after)) = next_special(rest) {
        html.push_str(plain);
        html.push_str(special);
        rest = after;
    }
    html.push_str(rest);
}

/// What stands before the first character that means something in HTML, what is written for it, and what follows it.
fn next_special(text: &str) -> Option<(&str, &'static str, &str)> {
    let at = text
        .bytes()
        .position(|byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\''))?;
    let (plain, rest) = text.split_at_checked(at)?;
    let mut characters = rest.chars();
    let entity = match characters.next()? {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&quot;",
        _ => "&#39;",
    };
    Some((plain, entity, characters.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_the_only_markup() {
        let text = Marked {
            text: "<b>Máy sấy & lúa</b>".into(),
            marks: vec![3..7, 8..13],
        };
        assert_eq!(
            marked(&text),
            "&lt;b&gt;<mark>Máy</mark> <mark>sấy</mark> &amp; lúa&lt;/b&gt;"
        );
        let quoted = Marked {
            text: "\"'ấ'\"".into(),
            marks: Vec::new(),
        };
        assert_eq!(marked(&quoted), "&quot;&#39;ấ&#39;&quot;");
    }
}
