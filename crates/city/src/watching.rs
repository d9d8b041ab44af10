//! What follows from what the city's watch says: warnings that begin, change and end, risk notices, algorithms.
//!
//! The watch says what it sees, as often as it likes; only what is news becomes an event. Deliberately absent: how it
//! sees it.

use crate::{
    Algorithm, AlgorithmId, AlgorithmState, City, CityTime, Evaluation, EventBody, Incident, IncidentId,
    LonLat, NoticeArea, NoticeId, NoticeState, Outcome, Raises, Refusal, RiskNotice, Source, StateChange,
    Warning, WarningEnd, WarningId, WhyEnded, World,
};

/// How many warnings that ended stay in the state; older ones are in the journal.
pub const ENDED_KEPT: usize = 300;
/// How many notices that were settled stay in the state.
pub const SETTLED_KEPT: usize = 300;

/// How many changes of colour a warning tells of; later ones are in the journal.
pub const GRADES_KEPT: usize = 32;

/// What the watch says.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// A warning is in force, and is like this now.
    Warns(Box<Warning>),
    /// A warning is over.
    Ended(WarningId, WhyEnded),
    /// Its rule files were read: so many rules run now, and this is wrong with the files.
    Rules(u32, Vec<String>),
    /// An algorithm is in the register, in this version.
    Registers(Box<Algorithm>),
    /// Many small events show something together.
    Notices(Box<RiskNotice>),
    /// What became of a notice by itself: it ran out.
    Expired(NoticeId),
    /// Time proved a notice right or wrong.
    Judged(NoticeId, Outcome),
}

impl City {
    /// What follows from what the watch says: the bodies of the events, in order, none applied yet.
    pub fn warn(&self, said: Said, at: CityTime, world: &dyn World) -> Vec<EventBody> {
        match said {
            Said::Warns(warning) => self.warns(*warning, at, world),
            Said::Ended(warning_id, why) => match self.warnings.get(&warning_id) {
                Some(known) if known.is_in_force() => vec![EventBody::WarningEnded { warning_id, why }],
                _ => Vec::new(),
            },
            Said::Rules(rules, faults) if (rules, &faults) == (self.rules, &self.rule_faults) => Vec::new(),
            Said::Rules(rules, faults) => vec![EventBody::RulesRead { rules, faults }],
            Said::Registers(algorithm) => self.registers(algorithm),
            Said::Notices(notice) if self.notices.contains_key(&notice.id) => Vec::new(),
            Said::Notices(mut notice) => match self.algorithm_state(&notice.algorithm) {
                Some(AlgorithmState::Withdrawn) => Vec::new(),
                standing => {
                    notice.on_trial = standing == Some(AlgorithmState::Trial);
                    vec![EventBody::NoticeIssued { notice }]
                }
            },
            Said::Expired(notice_id) => match self.notices.get(&notice_id) {
                Some(notice) if notice.is_open() => {
                    vec![EventBody::NoticeChanged { notice_id, state: NoticeState::Expired { at } }]
                }
                _ => Vec::new(),
            },
            Said::Judged(notice_id, outcome) => match self.notices.get(&notice_id) {
                Some(notice) if notice.outcome != outcome => {
                    vec![EventBody::NoticeJudged { notice_id, outcome }]
                }
                _ => Vec::new(),
            },
        }
    }

    /// An entry that is new, or of another version. Who may run it, its evaluation and its history stay.
    fn registers(&self, mut algorithm: Box<Algorithm>) -> Vec<EventBody> {
        if let Some(known) = self.algorithms.get(&algorithm.id) {
            algorithm.state = known.state;
            algorithm.changes.clone_from(&known.changes);
            algorithm.evaluation = algorithm.evaluation.or_else(|| known.evaluation.clone());
            if *algorithm == *known {
                return Vec::new();
            }
        }
        vec![EventBody::AlgorithmRegistered { algorithm }]
    }

    fn algorithm_state(&self, algorithm: &AlgorithmId) -> Option<AlgorithmState> {
        self.algorithms.get(algorithm).map(|entry| entry.state)
    }

    fn warns(&self, mut warning: Warning, at: CityTime, world: &dyn World) -> Vec<EventBody> {
        let standing = self.algorithm_state(&warning.algorithm);
        if standing == Some(AlgorithmState::Withdrawn) {
            return Vec::new();
        }
        warning.on_trial = standing == Some(AlgorithmState::Trial);
        let before = self.warnings.get(&warning.id);
        let known = before.filter(|known| known.is_in_force());
        // One that comes again goes on with the colours it had: who was told of them is told of the next.
        warning.grades = before.map_or_else(Vec::new, |before| before.grades.clone());
        if let Some(known) = known {
            warning.since = known.since;
            warning.noted.clone_from(&known.noted);
            warning.incident_id.clone_from(&known.incident_id);
            if warning == *known {
                return Vec::new();
            }
            if warning.colour < known.colour {
                // A graver colour is news to whoever took note of the milder one.
                warning.noted = None;
            }
        }
        if known.is_none_or(|known| known.colour != warning.colour) {
            // Coming and going between two colours must not grow without end: then the last is overwritten.
            warning.grades.truncate(GRADES_KEPT - 1);
            warning.grades.push(crate::Graded { at, colour: warning.colour });
        }
        // A warning that comes again, or the second rule that warns of a device, has its incident already.
        let its = warning.incident_id.clone().or_else(|| before?.incident_id.clone());
        let open = its.filter(|id| self.incidents.get(id).is_some_and(Incident::is_open));
        let open = open.or_else(|| self.incident_of_device(&warning));
        let graver = known.is_none_or(|known| level(known.raises) > level(warning.raises));
        let mut bodies = Vec::new();
        match open {
            Some(id) => {
                if graver {
                    bodies.extend(self.raised(&id, &warning));
                }
                warning.incident_id = Some(id);
            }
            None if graver => {
                if let Some(report) = self.reported(&warning, world) {
                    warning.incident_id = report.incident_id().cloned();
                    bodies.push(report);
                }
            }
            None => {}
        }
        let warning = Box::new(warning);
        let told = match known {
            Some(_) => EventBody::WarningChanged { warning },
            None => EventBody::WarningRaised { warning },
        };
        bodies.insert(0, told);
        bodies
    }

    fn incident_of_device(&self, warning: &Warning) -> Option<IncidentId> {
        let device = warning.device_id.as_ref()?;
        let of_device =
            |i: &&Incident| matches!(&i.source, Source::Device { device_id, .. } if device_id == device);
        self.incidents.values().filter(|i| i.is_open()).find(of_device).map(|i| i.id.clone())
    }

    /// The rise of an open incident's level to that of a warning that became graver. What is graver already stays so.
    fn raised(&self, id: &IncidentId, warning: &Warning) -> Option<EventBody> {
        let Raises::Incident { level } = warning.raises else { return None };
        let incident = self.incidents.get(id).filter(|incident| level.number() < incident.level.number())?;
        let (incident_id, warning_id) = (incident.id.clone(), warning.id.clone());
        Some(EventBody::IncidentLevelRaised { incident_id, level, warning_id })
    }

    /// The incident a warning leads to, where it leads to one and has a place.
    fn reported(&self, warning: &Warning, world: &dyn World) -> Option<EventBody> {
        let Raises::Incident { level } = warning.raises else { return None };
        let at = warning.at?;
        let place = warning.place.or_else(|| world.place(at))?;
        let source = match (&warning.device_id, warning.value) {
            (Some(device_id), Some(value)) => Source::Device { device_id: device_id.clone(), value },
            _ => Source::Warning { warning_id: warning.id.clone() },
        };
        Some(EventBody::IncidentReported {
            incident_id: self.next_incident_id(),
            risk_class: warning.risk_class.clone(),
            level,
            lon: at.lon,
            lat: at.lat,
            district_code: place.district,
            township_code: place.township,
            text: warning.text_zh(),
            source,
        })
    }

    pub(crate) fn next_incident_id(&self) -> IncidentId {
        format!("I-{:06}", self.next_incident + 1).into()
    }

    /// Where a notice's incident would be: the middle of its area.
    pub(crate) fn middle(&self, notice: &RiskNotice, world: &dyn World) -> Option<LonLat> {
        match notice.area {
            NoticeArea::Circle { centre, .. } => Some(centre),
            NoticeArea::Township { code } => world.middle(crate::Jurisdiction::Township(code)),
            NoticeArea::District { code } => world.middle(crate::Jurisdiction::District(code)),
            NoticeArea::City => world.middle(crate::Jurisdiction::City),
        }
    }

    pub(crate) fn apply_watching(&mut self, at: CityTime, body: &EventBody) {
        match body {
            EventBody::WarningRaised { warning } | EventBody::WarningChanged { warning } => {
                self.ended.retain(|id| *id != warning.id);
                self.warnings.insert(warning.id.clone(), (**warning).clone());
            }
            EventBody::WarningNoted { warning_id, by } => {
                if let Some(warning) = self.warnings.get_mut(warning_id) {
                    warning.noted = Some(crate::Noted { by: by.clone(), at });
                }
            }
            EventBody::WarningEnded { warning_id, why } => {
                if let Some(warning) = self.warnings.get_mut(warning_id) {
                    warning.ended = Some(WarningEnd { at, why: *why });
                    self.ended.push_back(warning_id.clone());
                }
                while self.ended.len() > ENDED_KEPT {
                    if let Some(oldest) = self.ended.pop_front() {
                        self.warnings.remove(&oldest);
                    }
                }
            }
            EventBody::NoticeIssued { notice } => {
                self.notices.insert(notice.id.clone(), (**notice).clone());
            }
            EventBody::NoticeChanged { notice_id, state } => {
                if let Some(notice) = self.notices.get_mut(notice_id) {
                    notice.state = state.clone();
                }
                self.forget_notices();
            }
            EventBody::NoticeJudged { notice_id, outcome } => {
                if let Some(notice) = self.notices.get_mut(notice_id) {
                    notice.outcome = *outcome;
                }
            }
            EventBody::RulesRead { rules, faults } => {
                (self.rules, self.rule_faults) = (*rules, faults.clone());
            }
            EventBody::AlgorithmRegistered { algorithm } => {
                self.algorithms.insert(algorithm.id.clone(), (**algorithm).clone());
            }
            EventBody::AlgorithmChanged { change } => {
                if let Some(algorithm) = self.algorithms.get_mut(&change.algorithm) {
                    algorithm.state = change.to;
                    algorithm.changes.push(change.clone());
                }
            }
            EventBody::AlgorithmEvaluated { algorithm_id, evaluation, .. } => {
                if let Some(algorithm) = self.algorithms.get_mut(algorithm_id) {
                    algorithm.evaluation = Some((**evaluation).clone());
                }
            }
            _ => {}
        }
    }

    /// Of the notices that are settled, the newest stay.
    fn forget_notices(&mut self) {
        let settled = self.notices.values().filter(|notice| !notice.is_open());
        let mut settled: Vec<_> = settled.map(|n| (n.issued_at, n.id.clone())).collect();
        let over = settled.len().saturating_sub(SETTLED_KEPT);
        if over > 0 {
            settled.sort();
            for (_, id) in settled.drain(..over) {
                self.notices.remove(&id);
            }
        }
    }

    /// Whether an evaluation can be kept: of an algorithm of the register, in the version that runs.
    pub(crate) fn may_be_recorded(&self, id: &AlgorithmId, evaluation: &Evaluation) -> Result<(), Refusal> {
        let known = self.algorithms.get(id).ok_or_else(|| Refusal::NoSuchAlgorithm { id: id.to_string() })?;
        if let Some((field, why)) = evaluation.fault() {
            return Err(Refusal::bad(field, why));
        }
        if evaluation.version != known.version {
            let (runs, evaluated) = (known.version.clone(), evaluation.version.clone());
            return Err(Refusal::OtherVersion { id: id.to_string(), runs, evaluated });
        }
        Ok(())
    }

    /// The change of an algorithm's state that a command asks for.
    pub(crate) fn state_change(
        &self,
        id: &AlgorithmId,
        to: AlgorithmState,
        by: &str,
        reason: &str,
    ) -> Result<StateChange, Refusal> {
        let known = self.algorithms.get(id).ok_or_else(|| Refusal::NoSuchAlgorithm { id: id.to_string() })?;
        let at = self.now.max(known.changes.last().map_or(CityTime(i64::MIN), |last| last.at));
        let change = StateChange {
            algorithm: id.clone(),
            from: known.state,
            to,
            by: by.to_owned(),
            at,
            reason: reason.trim().to_owned(),
        };
        if !known.may_change(&change) {
            let (state, asked) = (known.state.key().to_owned(), to.key().to_owned());
            return Err(Refusal::AlgorithmState { id: id.to_string(), state, asked });
        }
        Ok(change)
    }
}

/// How grave what a warning leads to is: 1 to 4 for incidents, 5 for none.
fn level(raises: Raises) -> u8 {
    match raises {
        Raises::Incident { level } => level.number(),
        Raises::Notice => 5,
    }
}
