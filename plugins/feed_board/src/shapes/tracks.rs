//! Drones, vehicles and teams where they were seen last. A shape is made anew when its track told something, or when
//! what is written at it changes with its age: not with every second.

use super::{Told, ToldShape, place, thing};
use city::CityTime;
use feeds::told::Track;
use overlays::shapes::Shape;
use shell::told_look::{is_old, old_from, track_colour, track_name};
use shell::{ToldId, aged};

/// More than this are not laid.
const MOST: usize = 1_000;
/// When what never changes by itself does.
const NEVER: CityTime = CityTime(i64::MAX);

/// The shapes of all tracks.
#[derive(Default)]
pub(crate) struct Tracks {
    shapes: Vec<ToldShape>,
    /// Row for row the place of the source, and from when on the shape looks otherwise.
    due: Vec<(usize, CityTime)>,
}

impl Tracks {
    /// Makes all of them.
    pub fn of(told: Told) -> Self {
        let mut made = Self::default();
        let read = told.sources.iter().enumerate().filter(|(_, source)| source.is_on);
        let tracks =
            read.flat_map(|(n, source)| source.held.tracks.values().map(move |track| (n, source, track)));
        for (n, source, track) in tracks.take(MOST) {
            let (shape, due) = shape(track, told);
            made.shapes.push((shape, thing(source, ToldId::Track(track.id.clone()))));
            made.due.push((n, due));
        }
        made
    }

    /// All of them.
    pub fn shapes(&self) -> &[ToldShape] {
        &self.shapes
    }

    /// From when on one of them looks otherwise, if nothing is told.
    pub fn next_due(&self) -> CityTime {
        self.due.iter().map(|(_, due)| *due).min().unwrap_or(NEVER)
    }

    /// Makes those anew whose age shows another way by now; how many.
    pub fn age(&mut self, told: Told) -> usize {
        let mut anew = 0;
        for ((n, due), (shown, of)) in self.due.iter_mut().zip(&mut self.shapes) {
            let ToldId::Track(id) = &of.id else { continue };
            let track = told.sources.get(*n).and_then(|source| source.held.tracks.get(id));
            if let Some(track) = track.filter(|_| *due <= told.now) {
                (*shown, *due) = shape(track, told);
                anew += 1;
            }
        }
        anew
    }
}

/// A track, and from when on it looks otherwise.
fn shape(track: &Track, told: Told) -> (Shape, CityTime) {
    let (age_s, is_old) = (told.now.seconds_since(track.seen), is_old(track, told.now));
    let ago = is_old.then(|| told.words.ago(age_s));
    let colour = track_colour(track, told.theme, is_old);
    let shape = place(track.at, Some(colour), Some(aged(track_name(track), ago.as_deref())));
    (shape, if is_old { track.seen.plus_s(next_word_s(age_s)) } else { old_from(track) })
}

/// The age at which [`shell::Words::ago`] next says something else, seconds.
fn next_word_s(age_s: f64) -> f64 {
    let step_s = match age_s {
        s if s < 120.0 => 1.0,
        s if s < 7_200.0 => 60.0,
        _ => 3_600.0,
    };
    (age_s.max(0.0) / step_s).floor().mul_add(step_s, step_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_word_of_an_age_is_another() {
        let words = shell::Words::shipped();
        for age_s in [0.0, 61.3, 119.0, 119.9, 120.0, 3_000.0, 7_199.0, 7_200.0, 90_000.0] {
            let next_s = next_word_s(age_s);
            assert!(next_s > age_s, "{age_s}");
            assert_ne!(words.ago(next_s), words.ago(age_s), "{age_s}");
            assert_eq!(words.ago(next_s - 0.001), words.ago(age_s), "{age_s}");
        }
    }
}
