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
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
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
    }
}
