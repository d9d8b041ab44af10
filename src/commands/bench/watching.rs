//! The watch on one core: observations through a thousand rules and into the vital signs, and an analysis of reports.

mod notices;
mod rules;
mod vital;

use super::Measured;
use crate::failure::Failure;

/// All three.
pub fn run() -> Result<Measured, Failure> {
    let mut figures = rules::figures()?;
    figures.extend(vital::figures()?);
    figures.extend(notices::figures()?);
    Ok(figures.into())
}

/// A number from 0 to below 1 that depends on `n` alone.
fn noise(n: u64) -> f64 {
    let mut z = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (z >> 40) as f64 / (1 << 24) as f64
}
