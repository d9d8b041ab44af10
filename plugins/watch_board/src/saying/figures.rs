//! Figures as they are written on the board: shares and rates with their intervals, chances, distances.

use city::{DailyRate, Share};
use shell::Words;
use shell::saying::keyed;

/// Metres as `850 m` or `3.2 km`.
pub fn distance(metres: f64) -> String {
    if metres < 1_000.0 { format!("{metres:.0} m") } else { format!("{:.1} km", metres / 1_000.0) }
}

/// A share in percent with its 95 % interval and the counts; that there are none, where there are none.
pub fn share(words: &Words, share: Share) -> String {
    let (Some(value), Some([low, high])) = (share.value(), share.interval95()) else {
        return words.get("watch.noCases").to_owned();
    };
    let [value, low, high] = [value, low, high].map(|part| format!("{:.0}", 100.0 * part));
    let (hits, of) = (share.hits.to_string(), share.of.to_string());
    let parts = [("v", &*value), ("low", &*low), ("high", &*high), ("hits", &*hits), ("of", &*of)];
    words.fill("watch.share", &parts)
}

/// A rate a day with its 95 % interval; that there is none, where there is none.
pub fn rate(words: &Words, rate: DailyRate) -> String {
    let (Some(value), Some([low, high])) = (rate.value(), rate.interval95()) else {
        return words.get("watch.noCases").to_owned();
    };
    let [value, low, high] = [value, low, high].map(figure);
    words.fill("watch.rate", &[("v", &value), ("low", &low), ("high", &high)])
}

/// A figure with as many digits as say something; what is not finite is endless.
pub fn figure(value: f64) -> String {
    match value {
        v if !v.is_finite() || v.abs() >= 1e15 => "∞".to_owned(),
        v if v.abs() >= 1e6 => format!("{v:.1e}"),
        v if v.abs() >= 100.0 || v.fract() == 0.0 => format!("{v:.0}"),
        v if v.abs() >= 10.0 => format!("{v:.1}"),
        v => format!("{v:.2}"),
    }
}

/// A chance: small ones by their power of ten.
pub fn chance(p: f64) -> String {
    if p >= 0.001 || p == 0.0 { format!("{p:.3}") } else { format!("{p:.1e}") }
}

/// How a chance was computed, such as `rank of 999 permutations`: known by its words without the number in it.
pub fn computed(words: &Words, method: &str) -> String {
    let is_digit = |c: char| c.is_ascii_digit();
    // The last number: a method may have one in its name.
    let Some(until) = method.rfind(is_digit).map(|at| at + 1) else { return keyed(words, "pMethod", method) };
    let from = until - method[..until].chars().rev().take_while(|c| is_digit(*c)).count();
    let (before, number, after) = (&method[..from], &method[from..until], &method[until..]);
    let key = format!("pMethod.{before}{{n}}{after}");
    match words.get(&key) {
        found if found == key => method.to_owned(),
        _ => words.fill(&key, &[("n", number)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_told_in_both_languages_and_unknown_ones_as_they_are() {
        let mut words = Words::shipped();
        assert_eq!(computed(&words, "rank of 999 permutations"), "999 次置换中的秩");
        assert_eq!(computed(&words, "earsC2 over 56 days"), "EARS C2 法,56 天基线");
        assert_eq!(computed(&words, "crystal ball of 3 eyes"), "crystal ball of 3 eyes");
        words.language = shell::Language::English;
        assert_eq!(computed(&words, "rank of 999 permutations"), "rank of 999 permutations");
    }
}
