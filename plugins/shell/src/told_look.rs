//! What is called how, and in which colour, of what the city's other systems told: the same on map, card and board.

use crate::{Colour, Theme, Words, words::Language};
use city::{CityTime, WarningColour};
use feeds::cap::{Alert, Info, MessageStatus};
use feeds::ogc_features::Feature;
use feeds::told::{Track, TrackKind, Warned};

/// Without a word from it for so long a track is shown as old, seconds, where its source does not say when it is.
const OLD_S: f64 = 60.0;
/// Names of what a feature is called, in the order in which they are looked for.
const NAMES: [&str; 6] = ["name", "名称", "title", "NAME", "Name", "label"];

/// The infos of an alert in the language on screen, else in one that there is.
pub fn infos<'a>(alert: &'a Alert, words: &Words) -> Vec<&'a Info> {
    match words.language {
        Language::Chinese => alert.infos_to_read(),
        Language::English => alert.infos_in(&["en", "zh-CN", "zh-Hans", "zh"]),
    }
}

/// What a warning is called, such as 暴雨橙色预警, after 【演练】 or 【测试】 where it is no truth.
pub fn warning_name(warned: &Warned, words: &Words) -> String {
    let text = infos(&warned.alert, words).first().map_or_else(String::new, |info| {
        let event = info.event.trim();
        match warned.colour.colour {
            Some(colour) if !says_colour(event, colour) => {
                let colour = words.get(&format!("warningColour.{}", colour.key())).to_owned();
                words.fill("source.warning", &[("event", event), ("colour", &colour)])
            }
            _ => event.to_owned(),
        }
    });
    match warning_status(warned) {
        Some(key) => format!("【{}】{text}", words.get(key)),
        None => text,
    }
}

/// The words for what a warning is where it is no truth.
pub fn warning_status(warned: &Warned) -> Option<&'static str> {
    match warned.alert.status {
        MessageStatus::Actual => None,
        MessageStatus::Exercise => Some("source.exercise"),
        MessageStatus::System | MessageStatus::Test | MessageStatus::Draft => Some("source.test"),
    }
}

/// Many services write the colour into the event: 暴雨橙色预警 needs no other.
fn says_colour(event: &str, colour: WarningColour) -> bool {
    let zh = ["红色", "橙色", "黄色", "蓝色"][usize::from(colour.level() - 1)];
    event.contains(zh) || event.to_lowercase().contains(colour.key())
}

/// 1 for red to 4 for blue; 5 for what warns of nothing.
pub fn warning_level(warned: &Warned) -> u8 {
    warned.colour.colour.map_or(5, WarningColour::level)
}

/// The colour of a warning.
pub fn warning_colour(warned: &Warned, theme: &Theme) -> Colour {
    let place = usize::from(warning_level(warned) - 1);
    theme.map.grade.get(place).copied().unwrap_or(theme.map.stale)
}

/// True when a track no longer holds.
pub fn is_old(track: &Track, now: CityTime) -> bool {
    track.stale_at.map_or(now.seconds_since(track.seen) > OLD_S, |stale| stale <= now)
}

/// When a track that is not old becomes so, if nothing more is told of it.
pub fn old_from(track: &Track) -> CityTime {
    // One moment later than it is still held for true.
    track.stale_at.unwrap_or_else(|| track.seen.plus_s(OLD_S).plus_ms(1))
}

/// What a track is called.
pub fn track_name(track: &Track) -> &str {
    if track.name.is_empty() { &track.id } else { &track.name }
}

/// The colour of a track.
pub fn track_colour(track: &Track, theme: &Theme, is_old: bool) -> Colour {
    let map = &theme.map;
    match track.kind {
        TrackKind::Emergency => theme.panel.bad,
        _ if is_old => map.stale,
        TrackKind::Aircraft => map.drone,
        TrackKind::Ground => map.unit_busy,
        TrackKind::Other => map.device,
    }
}

/// What a feature is called, where it has a name.
pub fn feature_name(feature: &Feature) -> Option<&str> {
    let text = NAMES.iter().find_map(|name| feature.properties.get(*name)?.as_str())?;
    Some(text.trim()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use feeds::cap::{MessageType, Severity, Standing, WarningState};

    fn named(event: &str, status: MessageStatus, language: Language) -> String {
        let mut alert = Alert::new("a", "1", CityTime(0), status, MessageType::Alert);
        alert.infos.push(Info::new(event, Severity::Severe));
        let mut english = Info::new("Rainstorm", Severity::Severe);
        english.language = "en-US".to_owned();
        alert.infos.push(english);
        let warned = Warned::from(&Standing {
            alert: &alert,
            state: WarningState::InForce,
            by: None,
            from: CityTime(0),
            until: CityTime(1),
            is_end_assumed: false,
            is_contested: false,
            refused_acts: 0,
        });
        let mut words = Words::shipped();
        words.language = language;
        warning_name(&warned, &words)
    }

    #[test]
    fn a_warning_says_its_colour_once_and_that_it_is_no_truth() {
        use Language::{Chinese, English};
        use MessageStatus::{Actual, Exercise, Test};
        assert_eq!(named("暴雨", Actual, Chinese), "暴雨橙色预警");
        assert_eq!(named("暴雨橙色预警", Actual, Chinese), "暴雨橙色预警");
        assert_eq!(named("暴雨", Exercise, Chinese), "【演练】暴雨橙色预警");
        assert_eq!(named("暴雨", Test, Chinese), "【测试】暴雨橙色预警");
        assert!(named("暴雨", Actual, English).starts_with("Rainstorm"));
    }
}
