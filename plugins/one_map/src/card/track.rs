//! The card of a drone, a vehicle or a team.

use super::{Card, CardSources};
use feeds::told::{Track, TrackHeight, TrackMission};
use shell::CitySource;
use shell::told_look::{is_old, track_colour, track_name};

impl CardSources<'_> {
    pub(super) fn track(&self, source: &CitySource, id: &str) -> Option<Card> {
        let track = source.held.tracks.get(id)?;
        let is_old = is_old(track, self.now);
        let mut lines = vec![self.line("kind", self.kind(track)), self.line("state", self.doing(track))];
        if let Some(battery) = track.battery_pct {
            lines.push(self.line("battery", format!("{battery:.0} %")));
        }
        lines.extend(self.heights(track));
        if let Some(speed) = track.speed_mps {
            let course = track.heading_deg.map_or_else(String::new, |deg| format!(" · {deg:.0}°"));
            lines.push(self.line("speed", format!("{speed:.1} m/s{course}")));
        }
        lines.push(self.line("age", self.ago(track.seen)));
        let mut card =
            Card::new(track_name(track).to_owned(), track_colour(track, self.theme, is_old), lines, is_old);
        card.more.extend(track.stale_at.map(|stale| self.told_line("stale", self.holds_until(stale))));
        if let Some(told) = track.attitude {
            let [roll, pitch, yaw] =
                [told.roll_deg, told.pitch_deg, told.yaw_deg].map(|deg| format!("{deg:.0}"));
            let parts = [("roll", &*roll), ("pitch", &*pitch), ("yaw", &*yaw)];
            card.more.push(self.told_line("attitude", self.words.fill("toldCard.attitudeTold", &parts)));
        }
        card.more.extend(source.held.missions.get(id).into_iter().flat_map(|mission| self.mission(mission)));
        card.more.push(self.told_line("position", self.degrees(track.at)));
        Some(card)
    }

    fn kind(&self, track: &Track) -> String {
        let kind = self.keyed("trackKind", track.kind.key());
        if track.model.is_empty() {
            kind
        } else {
            format!("{kind} · {}", self.keyed("trackModel", &track.model))
        }
    }

    /// What it does in the protocol's words, and whether it flies.
    fn doing(&self, track: &Track) -> String {
        let flies = track.in_the_air.map(|flies| self.say(if flies { "inTheAir" } else { "onTheGround" }));
        let doing = Some(track.doing.clone()).filter(|doing| !doing.is_empty());
        let said: Vec<String> = doing.into_iter().chain(flies).collect();
        if said.is_empty() { "—".to_owned() } else { said.join(" · ") }
    }

    /// Each height with what it is counted from: metres above the sea and above the ellipsoid differ by tens.
    fn heights(&self, track: &Track) -> Vec<(String, String)> {
        let height = track.height.map(|height| match height {
            TrackHeight::SeaLevel(m) => self.told_line("aboveSea", format!("{m:.0} m")),
            TrackHeight::Ellipsoid(m) => self.told_line("aboveEllipsoid", format!("{m:.0} m")),
        });
        let above_home = track.above_home_m.map(|m| self.told_line("aboveHome", format!("{m:.0} m")));
        height.into_iter().chain(above_home).collect()
    }

    fn holds_until(&self, stale: city::CityTime) -> String {
        let left_s = stale.seconds_since(self.now);
        let (key, seconds) = if left_s > 0.0 { ("staleIn", left_s) } else { ("staleSince", -left_s) };
        self.words.fill(&format!("toldCard.{key}"), &[("t", &self.words.lasting(seconds))])
    }

    fn mission(&self, mission: &TrackMission) -> Vec<(String, String)> {
        let mut lines = Vec::new();
        if let Some((at, height_m)) = mission.home {
            lines.push(self.told_line("home", format!("{} · {height_m:.0} m", self.degrees(at))));
        }
        if !mission.items.is_empty() {
            let current = mission.current.map_or_else(|| "—".to_owned(), |n| n.to_string());
            let count = mission.items.len().to_string();
            let key = if mission.is_complete { "missionAt" } else { "missionPartly" };
            let said = self.words.fill(&format!("toldCard.{key}"), &[("n", &current), ("m", &count)]);
            lines.push(self.told_line("mission", said));
        }
        lines
    }
}
