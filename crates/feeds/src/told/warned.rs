//! A warning as a source tells it, and how it stands at any later time though nothing more is told.

use crate::cap::{Alert, Colour, MessageType, Reference, Standing, WarningState};
use city::CityTime;

/// A warning and how it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Warned {
    /// The message: an Alert or an Update.
    pub alert: Alert,
    /// Its colour, and the rule that gave it.
    pub colour: Colour,
    /// How it stood when it was told.
    pub state: WarningState,
    /// From when it holds.
    pub from: CityTime,
    /// Until when it holds.
    pub until: CityTime,
    /// True where the message says no end, so that a usual one stands for it.
    pub is_end_assumed: bool,
    /// True where the same message came with other words too.
    pub is_contested: bool,
    /// What replaced or ended it.
    pub ended_by: Option<EndedBy>,
}

/// The message that replaced or ended a warning.
#[derive(Clone, Debug, PartialEq)]
pub struct EndedBy {
    /// Which one.
    pub message: Reference,
    /// An Update replaces, a Cancel ends.
    pub does: MessageType,
}

impl Warned {
    /// How it stands at `now`. Its times alone begin and end it where its source has fallen silent: a warning that is
    /// over must not stay on the map for want of a connection.
    pub fn state_at(&self, now: CityTime) -> WarningState {
        use WarningState::{AllClear, Expired, InForce, NotYetEffective};
        match self.state {
            InForce | AllClear | NotYetEffective if now >= self.until => Expired,
            NotYetEffective if now >= self.from => InForce,
            told => told,
        }
    }

    /// The next instant after `now` at which it stands otherwise, if nothing more is told.
    pub fn next_change_after(&self, now: CityTime) -> Option<CityTime> {
        let instants = [self.from, self.until].into_iter().filter(|at| *at > now);
        instants.filter(|at| self.state_at(*at) != self.state_at(now)).min()
    }
}

impl From<&Standing<'_>> for Warned {
    fn from(standing: &Standing<'_>) -> Self {
        let ended_by = |by: &Alert| EndedBy { message: by.reference(), does: by.message_type };
        Self {
            alert: standing.alert.clone(),
            colour: standing.alert.colour(),
            state: standing.state,
            from: standing.from,
            until: standing.until,
            is_end_assumed: standing.is_end_assumed,
            is_contested: standing.is_contested,
            ended_by: standing.by.map(ended_by),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cap::{MessageStatus, WarningRule, Warnings};

    #[test]
    fn a_warning_begins_and_ends_by_its_times_where_its_source_fell_silent() {
        let sent = CityTime(1_790_000_000_000);
        let mut info = crate::cap::Info::new("暴雨橙色预警", crate::cap::Severity::Severe);
        (info.effective, info.expires) = (Some(sent.plus_s(60.0)), Some(sent.plus_s(3_600.0)));
        let mut alert = Alert::new("cqqx", "1", sent, MessageStatus::Actual, MessageType::Alert);
        alert.infos.push(info);
        let mut warnings = Warnings::new(WarningRule::default());
        warnings.take(alert.clone(), sent);
        let told: Vec<Warned> = warnings.standings(sent).iter().map(Warned::from).collect();
        let state = |s: f64| told[0].state_at(sent.plus_s(s));
        assert_eq!(state(0.0), WarningState::NotYetEffective);
        assert_eq!(state(60.0), WarningState::InForce);
        assert_eq!(state(3_600.0), WarningState::Expired);
        let next = |s: f64| told[0].next_change_after(sent.plus_s(s)).map(|at| at.seconds_since(sent));
        assert_eq!([next(0.0), next(60.0), next(3_600.0)], [Some(60.0), Some(3_600.0), None]);

        let mut cancel =
            Alert::new("cqqx", "2", sent.plus_s(90.0), MessageStatus::Actual, MessageType::Cancel);
        cancel.references.push(alert.reference());
        warnings.take(cancel.clone(), sent);
        let told: Vec<Warned> = warnings.standings(sent.plus_s(100.0)).iter().map(Warned::from).collect();
        assert_eq!(told[0].state_at(sent.plus_s(9_000.0)), WarningState::Cancelled);
        let ended = EndedBy { message: cancel.reference(), does: MessageType::Cancel };
        assert_eq!((told[0].ended_by.as_ref(), told[0].next_change_after(sent)), (Some(&ended), None));
    }
}
