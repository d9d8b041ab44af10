//! What a road signs: height, width, weight.

use crate::Size;

/// The limits of a road; zero stands for none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Limits {
    pub height_cm: u16,
    pub width_cm: u16,
    /// Weight in hundredths of a tonne.
    pub weight_ct: u16,
}

impl Limits {
    /// Of figures in metres and tonnes. What is beyond 600 limits nobody.
    pub fn new(height_m: Option<f64>, width_m: Option<f64>, weight_t: Option<f64>) -> Self {
        let figure = |value: Option<f64>| {
            value.map(|v| (v * 100.0).round()).filter(|v| *v < 60_000.0).map_or(0, |v| v.max(1.0) as u16)
        };
        Self { height_cm: figure(height_m), width_cm: figure(width_m), weight_ct: figure(weight_t) }
    }

    /// True when what is as big as `size` may pass.
    pub fn admit(self, size: &Size) -> bool {
        let fits = |limit: u16, value: f64| limit == 0 || (value * 100.0).round() <= f64::from(limit);
        fits(self.height_cm, size.height_m)
            && fits(self.width_cm, size.width_m)
            && fits(self.weight_ct, size.weight_t)
    }
}
