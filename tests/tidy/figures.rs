//! What the load generator computes; it has no tests of its own.

use crate::statistics::{auc, percentile};

/// By the definition: every pair is compared.
fn slow_auc(low: &[u32], high: &[u32]) -> f64 {
    let mut wins = 0.0;
    for l in low {
        for h in high {
            wins += match h.cmp(l) {
                std::cmp::Ordering::Greater => 1.0,
                std::cmp::Ordering::Equal => 0.5,
                std::cmp::Ordering::Less => 0.0,
            };
        }
    }
    wins / f64::from(u32::try_from(low.len() * high.len()).unwrap())
}

#[test]
fn the_area_is_the_share_of_pairs_in_order() {
    assert!((auc(&[1, 2, 3], &[4, 5]) - 1.0).abs() < 1e-12);
    assert!((auc(&[4, 5], &[1, 2, 3]) - 0.0).abs() < 1e-12);
    assert!((auc(&[7, 7], &[7, 7, 7]) - 0.5).abs() < 1e-12);
    assert!((auc(&[1, 3], &[2, 3]) - 0.625).abs() < 1e-12);
    let numbers = |seed: u32, count: u32| -> Vec<u32> { (0..count).map(|n| (n * n * 31 + seed * 17) % 97).collect() };
    for seed in 0..20 {
        let (low, high) = (numbers(seed, 40 + seed), numbers(seed + 5, 60));
        assert!((auc(&low, &high) - slow_auc(&low, &high)).abs() < 1e-9, "{seed}");
    }
}

#[test]
fn percentiles_are_values_that_were_measured() {
    let values: Vec<u32> = (1..=101).collect();
    assert_eq!([0, 50, 99, 100].map(|p| percentile(&values, p)), [1, 51, 100, 101]);
    assert_eq!((percentile(&[], 50), percentile(&[9], 99)), (0, 9));
}
