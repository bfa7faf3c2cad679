//! Prints the tokens of a text: `cargo run -p search-index --example analyze "máy sấy 50kg/h"`.
#![expect(clippy::print_stdout, reason = "the tokens are this program's output")]

use search_index::analyze;

fn main() {
    let text = std::env::args().skip(1).collect::<Vec<_>>().join(" ");
    let analysis = analyze(&text);
    for syllable in &analysis.syllables {
        let original = text.get(syllable.range.clone()).unwrap_or("");
        println!("syllable\t{original}\t{}\t{}", syllable.exact, syllable.folded);
    }
    for code in &analysis.codes {
        println!("code\t{}\t{}", text.get(code.range.clone()).unwrap_or(""), code.text);
    }
}
