//! Who reads: a person with a browser, or a program.

/// What programs call themselves that fetch pages for nobody in particular.
const PROGRAMS: [&str; 18] = [
    "bot",
    "crawl",
    "spider",
    "slurp",
    "curl",
    "wget",
    "python",
    "java/",
    "go-http",
    "okhttp",
    "axios",
    "node",
    "headless",
    "monitor",
    "scrapy",
    "preview",
    "facebookexternalhit",
    "http-client",
];

/// Whether a program reads, by what it says of itself (`User-Agent`). One that says nothing is one; one that says it is a
/// browser is believed.
pub fn is_program(user_agent: &str) -> bool {
    let said = user_agent.trim().to_ascii_lowercase();
    said.is_empty() || PROGRAMS.iter().any(|program| said.contains(program))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_told_from_browsers() {
        for program in [
            "",
            "curl/8.5.0",
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "python-requests/2.31",
            "coccocbot-web/1.0",
        ] {
            assert!(is_program(program), "{program}");
        }
        for browser in [
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Zalo iOS",
        ] {
            assert!(!is_program(browser), "{browser}");
        }
    }
}
