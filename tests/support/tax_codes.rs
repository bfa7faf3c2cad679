//! Tax codes that nobody has.

/// A tax code with its check digit.
pub fn tax_code(number: u32) -> String {
    const WEIGHTS: [u32; 9] = [31, 29, 23, 19, 17, 13, 7, 5, 3];
    // Where the check digit would have two places there is no such number; the next one is taken, ten apart.
    (0..10)
        .find_map(|step| {
            let digits = format!("31{:07}", (number + 1) * 10 + step);
            let sum: u32 = digits
                .bytes()
                .zip(WEIGHTS)
                .map(|(digit, weight)| u32::from(digit - b'0') * weight)
                .sum();
            let check = 10 - sum % 11;
            (check < 10).then(|| format!("{digits}{check}"))
        })
        .unwrap()
}
