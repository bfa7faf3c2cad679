//! The scanner for malware, asked from this machine as the server asks it.

use super::report::{Advice, Check, Report, both};
use crate::app::{ScannerTrouble, try_scanner};
use crate::cli::wait_for;
use crate::config::Config;

pub(super) fn look(config: &Config, report: &mut Report) {
    if config.clamd_address.is_none() {
        return;
    }
    match wait_for(try_scanner(config)) {
        Ok(None) => report.good(
            Check::Scanner,
            both("the scanner for malware answers", "bộ quét mã độc trả lời"),
        ),
        Ok(Some(trouble)) => {
            let ScannerTrouble {
                what: [what, what_vi],
                advice: [advice, advice_vi],
            } = trouble;
            report.trouble(Check::Scanner, both(what, what_vi), Advice::new(advice, advice_vi));
        }
        Err(why) => report.unasked(Check::Scanner, why),
    }
}
