//! What the load generator says about what it measured.

/// How well a single measurement tells two groups apart: the chance that one of `high` is larger than one of `low`, ties
/// counted half (the area under the ROC curve, from Mann and Whitney's U). 0.5 tells nothing, 0 and 1 tell all.
pub fn auc(low: &[u32], high: &[u32]) -> f64 {
    let mut all: Vec<(u32, bool)> = low.iter().map(|value| (*value, false)).collect();
    all.extend(high.iter().map(|value| (*value, true)));
    all.sort_unstable();
    // Ranks from 1; those of equal values are averaged.
    let mut ranks_of_high = 0.0;
    let mut before = 0.0;
    for equal in all.chunk_by(|one, other| one.0 == other.0) {
        let count = f64::from(u32::try_from(equal.len()).unwrap());
        let highs = equal.iter().filter(|(_, is_high)| *is_high).count();
        ranks_of_high += f64::from(u32::try_from(highs).unwrap()) * (before + (count + 1.0) / 2.0);
        before += count;
    }
    let [low, high] = [low, high].map(|group| f64::from(u32::try_from(group.len()).unwrap()));
    (ranks_of_high - high * (high + 1.0) / 2.0) / (low * high)
}

/// The value below which `p` percent of the others lie; 0 of none.
pub fn percentile(sorted: &[u32], p: u32) -> u32 {
    let last = sorted.len().saturating_sub(1);
    let place = (last * usize::try_from(p).unwrap() + 50) / 100;
    sorted.get(place).copied().unwrap_or(0)
}
