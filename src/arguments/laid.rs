//! What is laid on the map from the start.

use city::LonLat;
use clap::Args;
use roads::Mode;

/// A route on the map.
#[derive(Args, Debug, Clone, Default)]
pub struct Laid {
    /// Lay the quickest route from one place to another on the map.
    #[arg(long, value_name = "LON,LAT/LON,LAT", value_parser = two_places, allow_hyphen_values = true)]
    pub route: Option<[LonLat; 2]>,
    /// Who takes that route: car, emergency, fireEngine, foot, wheelchair; without it, emergency.
    #[arg(long, value_name = "WHO", requires = "route")]
    pub profile: Option<Mode>,
}

impl Laid {
    /// What the panel of ways begins with.
    pub fn inquiry(&self) -> ways::Inquiry {
        let nothing = ways::Inquiry::default();
        match self.route {
            Some([from, to]) => ways::Inquiry::route(self.profile.unwrap_or(nothing.mode), from, to),
            None => nothing,
        }
    }
}

fn two_places(text: &str) -> Result<[LonLat; 2], String> {
    let (from, to) = text
        .split_once('/')
        .ok_or_else(|| format!("`{text}` is not two places such as 106.577,29.557/106.484,29.670"))?;
    Ok([super::lon_lat(from)?, super::lon_lat(to)?])
}
