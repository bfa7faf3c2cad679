//! A document to the terms of its counted fields.

use std::collections::HashMap;

use tantivy::TantivyDocument;

use crate::{
    IndexDocument,
    analyzer::analyze,
    format::Hash64,
    schema::{Layout, push_counted},
    scoring::{Section, length_class},
};

/// The document for the engine.
pub(crate) fn tantivy_document(layout: &Layout, document: &IndexDocument) -> TantivyDocument {
    let mut out = TantivyDocument::default();
    out.add_text(layout.id, &document.id);
    out.add_i64(layout.version, document.version);
    out.add_text(layout.kind, &document.kind);
    for field in with_parents(&document.fields) {
        out.add_text(layout.field, field);
    }
    if let Some(province) = &document.province {
        out.add_text(layout.province, province);
    }
    out.add_text(layout.price_mode, &document.price_mode);
    if let Some(price) = document.price_vnd {
        out.add_u64(layout.price, price);
    }
    if let Some(trl) = document.trl {
        out.add_u64(layout.trl, u64::from(trl));
    }
    add_choices(&mut out, layout, document);
    out.add_i64(layout.published, document.published_at);
    out.add_u64(layout.tie, Hash64::new().text(&document.id).finish());

    let mut terms = Terms::default();
    for (section, text) in sections(document) {
        terms.add(section, text);
    }
    if let Some(model) = &document.model {
        terms.add_squashed(model);
    }
    let members = [&document.origin, &document.province].into_iter().flatten();
    for term in members.filter_map(|code| member_term(code)) {
        count(&mut terms.codes, Section::Body, &term);
    }
    out.add_u64(
        layout.lengths,
        u64::from(length_class(terms.title_length, terms.body_length)),
    );
    for (field, counts) in [
        (layout.exact, &terms.exact),
        (layout.folded, &terms.folded),
        (layout.pair, &terms.pairs),
        (layout.code, &terms.codes),
    ] {
        let mut text = String::new();
        for (term, count) in counts {
            push_counted(&mut text, term, *count);
        }
        out.add_text(field, text);
    }
    for (exact, folded) in terms.runs {
        out.add_text(layout.exact_run, exact);
        out.add_text(layout.folded_run, folded);
    }
    out
}

/// What a listing is chosen by beside its kind, fields, place, level and price.
fn add_choices(out: &mut TantivyDocument, layout: &Layout, document: &IndexDocument) {
    let single = [(layout.stage, &document.stage), (layout.origin, &document.origin)];
    for (field, value) in single {
        if let Some(value) = value {
            out.add_text(field, value);
        }
    }
    let several = [
        (layout.transfer_mode, &document.transfer_modes),
        (layout.ip_status, &document.ip_statuses),
        (layout.certification, &document.certifications),
    ];
    for (field, values) in several {
        for value in values {
            out.add_text(field, value);
        }
    }
    if !document.enterprise.is_empty() {
        out.add_text(layout.enterprise, &document.enterprise);
    }
    out.add_bool(layout.evidence, document.has_evidence);
    for quantity in &document.quantities {
        out.add_text(layout.quantity, quantity.code());
    }
}

/// Field codes with the codes above them, each once.
fn with_parents(codes: &[String]) -> Vec<&str> {
    let mut all: Vec<&str> = codes
        .iter()
        .flat_map(|code| {
            code.match_indices('.')
                .filter_map(|(point, _)| code.get(..point))
                .chain(std::iter::once(code.as_str()))
        })
        .filter(|code| !code.is_empty())
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Searchable texts of a document with their weight class.
fn sections(document: &IndexDocument) -> impl Iterator<Item = (Section, &str)> {
    let title = [
        Some(&document.title_vi),
        document.title_en.as_ref(),
        document.brand.as_ref(),
        document.model.as_ref(),
    ];
    let body = [Some(&document.summary_vi), document.summary_en.as_ref()];
    let rest = [
        Some(&document.description_vi),
        document.description_en.as_ref(),
        Some(&document.organisation),
    ];
    title
        .into_iter()
        .flatten()
        .map(|text| (Section::Title, text.as_str()))
        .chain(body.into_iter().flatten().map(|text| (Section::Body, text.as_str())))
        .chain(
            document
                .attributes
                .iter()
                .flat_map(|(name, value)| [(Section::Body, name.as_str()), (Section::Body, value.as_str())]),
        )
        .chain(rest.into_iter().flatten().map(|text| (Section::Rest, text.as_str())))
        .chain(document.field_names.iter().map(|name| (Section::Rest, name.as_str())))
        .chain(document.passages.iter().map(|text| (Section::Rest, text.as_str())))
}

type Counts = HashMap<String, u8>;

#[derive(Default)]
struct Terms {
    exact: Counts,
    folded: Counts,
    pairs: Counts,
    codes: Counts,
    runs: Vec<(String, String)>,
    title_length: usize,
    body_length: usize,
    title_seen: bool,
}

impl Terms {
    fn add(&mut self, section: Section, text: &str) {
        let analysis = analyze(text);
        if analysis.syllables.is_empty() {
            return;
        }
        match section {
            // The English title, brand and model name the same thing: they do not make the
            // title longer.
            Section::Title if !self.title_seen => {
                self.title_seen = true;
                self.title_length = analysis.syllables.len();
            }
            Section::Body => self.body_length += analysis.syllables.len(),
            Section::Title | Section::Rest => {}
        }
        let mut exact_run = String::with_capacity(text.len());
        let mut folded_run = String::with_capacity(text.len());
        for syllable in &analysis.syllables {
            count(&mut self.folded, section, &syllable.folded);
            count(&mut self.exact, section, &syllable.exact);
            for (run, spelling) in [(&mut exact_run, &syllable.exact), (&mut folded_run, &syllable.folded)] {
                run.push_str(spelling);
                run.push(' ');
            }
        }
        if section != Section::Rest {
            for neighbours in analysis.syllables.windows(2) {
                if let [left, right] = neighbours {
                    count(&mut self.pairs, section, &pair(&left.folded, &right.folded));
                }
            }
        }
        for code in &analysis.codes {
            count(&mut self.codes, section, &code.text);
        }
        self.runs.push((exact_run, folded_run));
    }

    /// `GS 1930` as a model number is also typed `GS1930`.
    fn add_squashed(&mut self, model: &str) {
        let squashed: String = analyze(model)
            .syllables
            .into_iter()
            .map(|syllable| syllable.folded)
            .collect();
        if (3..=32).contains(&squashed.len()) {
            count(&mut self.codes, Section::Title, &squashed);
        }
    }
}

/// Term of two neighbouring folded syllables: written together, so that `xi lanh` is also
/// found as `xilanh` and `GS 1930` as `gs1930`.
pub(crate) fn pair(left: &str, right: &str) -> String {
    [left, right].concat()
}

/// Term among the codes for the country or the province that is told of a listing by its code, whatever its texts say: a
/// wish for one looks for it. Countries have letters, provinces digits, and no code of a text has its sign.
pub(crate) fn member_term(code: &str) -> Option<String> {
    let is_code = !code.is_empty() && code.bytes().all(|letter| letter.is_ascii_alphanumeric());
    is_code.then(|| format!("@{}", code.to_ascii_lowercase()))
}

fn count(counts: &mut Counts, section: Section, term: &str) {
    match counts.get_mut(term) {
        Some(packed) => *packed = section.increment(*packed),
        None => {
            counts.insert(term.to_owned(), section.increment(0));
        }
    }
}
