//! The middle of some values.

/// The median, which puts the values in order; `None` of none.
pub(crate) fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    let upper = values.get(half)?;
    Some(if values.len() % 2 == 1 { *upper } else { (values[half - 1] + upper) / 2.0 })
}
