//! Spans of time, distances and figures as they are written on the board.

use shell::Words;

/// A span in seconds as `mm:ss`, from an hour on `h:mm:ss`; the sign is dropped.
pub fn mm_ss(seconds: f64) -> String {
    let whole = (seconds.abs() as u64).min(1_000_000_000);
    let (hours, minutes, seconds) = (whole / 3_600, whole / 60 % 60, whole % 60);
    match hours {
        0 => format!("{minutes:02}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

/// What a running clock shows: time left, or `+` and by how much it is overdue.
pub fn running(left_s: f64) -> String {
    // A second is over when it has passed: 0.4 s left still shows 00:01, so that red begins at +00:00.
    if left_s >= 0.0 { mm_ss(left_s.ceil()) } else { format!("+{}", mm_ss(left_s)) }
}

/// A distance in metres: `850 m`, `3.2 km`, `41 km`.
pub fn distance(metres: f64) -> String {
    match metres {
        // Where a thing is may be withheld.
        m if !m.is_finite() => "—".to_owned(),
        m if m < 1_000.0 => format!("{:.0} m", (m / 10.0).round() * 10.0),
        m if m < 10_000.0 => format!("{:.1} km", m / 1_000.0),
        m => format!("{:.0} km", m / 1_000.0),
    }
}

/// About how many minutes, at least one.
pub fn about_minutes(words: &Words, seconds: f64) -> String {
    let minutes = (seconds / 60.0).ceil().max(1.0);
    words.fill("board.about", &[("n", &format!("{minutes:.0}"))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_as_officers_write_them() {
        let cases =
            [(59.2, "01:00"), (0.4, "00:01"), (-0.4, "+00:00"), (-75.0, "+01:15"), (3_700.0, "1:01:40")];
        for (left_s, text) in cases {
            assert_eq!(running(left_s), text);
        }
        assert_eq!([distance(846.0), distance(3_240.0), distance(41_000.0)], ["850 m", "3.2 km", "41 km"]);
        assert_eq!(mm_ss(f64::NAN), "00:00");
    }
}
