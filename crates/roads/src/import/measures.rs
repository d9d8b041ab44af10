//! Figures as people write them into tags: heights, weights, speeds, slopes.

/// The number at the beginning of `text` and what follows it, in lower case.
fn split(text: &str) -> Option<(f64, String)> {
    let text = text.trim();
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+')))
        .unwrap_or(text.len());
    let number: f64 = text[..end].replace(',', ".").parse().ok()?;
    number.is_finite().then(|| (number, text[end..].trim().to_lowercase()))
}

/// The least of several values parted by semicolons; those that cannot be read make no limit.
fn least(text: &str, one: impl Fn(&str) -> Option<f64>) -> Option<f64> {
    text.split(';').filter_map(|part| one(part.trim())).reduce(f64::min)
}

/// A length in metres: `4.5`, `4.5 m`, `450 cm`, `14'6"`, `14 ft`; `None` where there is no figure (`default`, `none`).
pub fn metres(text: &str) -> Option<f64> {
    least(text, |one| {
        let (value, unit) = split(one)?;
        let metres = match unit.as_str() {
            "" | "m" | "meter" | "metre" | "meters" | "metres" | "米" => value,
            "cm" | "厘米" => value / 100.0,
            "mm" => value / 1_000.0,
            "km" => value * 1_000.0,
            "ft" | "feet" | "foot" => value * 0.3048,
            "in" | "\"" => value * 0.0254,
            _ => value * 0.3048 + inches(unit.strip_prefix(['\'', '’', '′'])?)? * 0.0254,
        };
        (metres > 0.0).then_some(metres)
    })
}

fn inches(text: &str) -> Option<f64> {
    let text = text.trim().trim_end_matches(['"', '”', '″', '\'']).trim();
    if text.is_empty() { Some(0.0) } else { text.parse().ok() }
}

/// A weight in tonnes: `16`, `16 t`, `3500 kg`, `8000 lbs`, `5 st` (short tons).
pub fn tonnes(text: &str) -> Option<f64> {
    least(text, |one| {
        let (value, unit) = split(one)?;
        let tonnes = match unit.as_str() {
            "" | "t" | "ton" | "tons" | "tonne" | "tonnes" | "吨" => value,
            "kg" | "千克" | "公斤" => value / 1_000.0,
            "lb" | "lbs" => value * 0.000_453_592,
            "st" => value * 0.907_185,
            "lt" | "long tons" => value * 1.016_047,
            _ => return None,
        };
        (tonnes > 0.0).then_some(tonnes)
    })
}

/// A speed in km/h: `50`, `30 mph`, `CN:urban`, `walk`; `None` where nothing is signed (`none`, `signals`).
pub fn km_per_h(text: &str) -> Option<f64> {
    least(text, |one| {
        // 道路交通安全法实施条例 45, 78: 50 km/h in towns where lanes go both ways, 70 outside, 120 on motorways.
        if let Some((_, zone)) = one.split_once(':') {
            return match zone.trim().to_lowercase().as_str() {
                "urban" => Some(50.0),
                "rural" | "trunk" => Some(70.0),
                "motorway" => Some(120.0),
                "living_street" | "walk" => Some(10.0),
                zone => split(zone).map(|(value, _)| value),
            };
        }
        if one == "walk" {
            return Some(7.0);
        }
        let (value, unit) = split(one)?;
        let speed = match unit.as_str() {
            "" | "km/h" | "kmh" | "kph" | "kmph" | "公里/小时" => value,
            "mph" => value * 1.609_344,
            "m/s" => value * 3.6,
            "knots" => value * 1.852,
            _ => return None,
        };
        (1.0..=200.0).contains(&speed).then_some(speed)
    })
}

/// A slope, rise over run: `10%`, `-5 %`, `8°`, `1:12`, `0.06`; `None` for `up` and `down`, which give no figure.
pub fn slope(text: &str) -> Option<f64> {
    if let Some((rise, run)) = text.split_once(':') {
        let (rise, run): (f64, f64) = (rise.trim().parse().ok()?, run.trim().parse().ok()?);
        return (run > 0.0).then(|| rise / run).filter(|s| s.abs() <= 1.5);
    }
    let (value, unit) = split(text)?;
    let slope = match unit.as_str() {
        "%" | "％" => value / 100.0,
        "‰" => value / 1_000.0,
        "°" | "deg" | "degrees" => value.to_radians().tan(),
        // A bare figure above 1 was meant in percent: no street climbs at 45°.
        "" if value.abs() > 1.0 => value / 100.0,
        "" => value,
        _ => return None,
    };
    (slope.abs() <= 1.5).then_some(slope)
}

/// A height above the sea or a level, metres; may be negative.
pub fn height(text: &str) -> Option<f64> {
    let (value, unit) = split(text)?;
    matches!(unit.as_str(), "" | "m" | "米").then_some(value).filter(|h| (-500.0..=9_000.0).contains(h))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn close(got: Option<f64>, want: f64) {
        assert!((got.unwrap() - want).abs() < 1e-3, "{got:?} is not {want}");
    }

    #[test]
    fn figures_are_read_as_people_write_them() {
        close(metres("4.5"), 4.5);
        close(metres("4.5 m"), 4.5);
        close(metres("4,5m"), 4.5);
        close(metres("14'6\""), 4.4196);
        close(metres("14' 6\""), 4.4196);
        close(metres("14'"), 4.2672);
        close(metres("350 cm"), 3.5);
        close(metres("3.8;3.5"), 3.5);
        for none in ["default", "none", "", "below_default", "no_sign", "-3", "4 parsecs", "NaN"] {
            assert_eq!(metres(none), None, "{none}");
        }
        close(tonnes("16"), 16.0);
        close(tonnes("3500 kg"), 3.5);
        close(km_per_h("50"), 50.0);
        close(km_per_h("30 mph"), 48.28);
        close(km_per_h("CN:urban"), 50.0);
        close(km_per_h("CN:motorway"), 120.0);
        assert_eq!(km_per_h("none"), None);
        assert_eq!(km_per_h("signals"), None);
        close(slope("10%"), 0.1);
        close(slope("-5 %"), -0.05);
        close(slope("1:12"), 0.0833);
        close(slope("45°"), 1.0);
        assert_eq!(slope("up"), None);
    }
}
