//! What an officer may answer a notice, and what follows.

use super::{NoticeArea, NoticeRefusal, NoticeState, RiskNotice};
use crate::{CityTime, IncidentId, Jurisdiction};

impl NoticeState {
    /// The key on the wire, camelCase; also the key of its words.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Accepted { .. } => "accepted",
            Self::Rejected { .. } => "rejected",
            Self::BecameIncident { .. } => "becameIncident",
            Self::Expired { .. } => "expired",
        }
    }

    /// When the notice came into this state; `None` while it is as issued.
    pub fn since(&self) -> Option<CityTime> {
        match self {
            Self::Issued => None,
            Self::Accepted { at, .. }
            | Self::Rejected { at, .. }
            | Self::BecameIncident { at, .. }
            | Self::Expired { at } => Some(*at),
        }
    }
}

impl RiskNotice {
    /// True when those of `jurisdiction` see it: it goes to them or a centre below them, or lies with them.
    pub fn concerns(&self, jurisdiction: Jurisdiction) -> bool {
        jurisdiction.covers_centre(self.act.jurisdiction)
            || match self.area {
                NoticeArea::District { code } => jurisdiction.covers_district(code),
                NoticeArea::Township { code } => jurisdiction.covers_centre(Jurisdiction::Township(code)),
                NoticeArea::Circle { .. } | NoticeArea::City => false,
            }
    }

    /// True while somebody may still act on it: as issued, or accepted.
    pub fn is_open(&self) -> bool {
        matches!(self.state, NoticeState::Issued | NoticeState::Accepted { .. })
    }

    /// Somebody takes it on; only as issued.
    pub fn accept(&mut self, by: &str, at: CityTime) -> Result<(), NoticeRefusal> {
        self.answerable(at, false)?;
        self.state = NoticeState::Accepted { by: by.to_owned(), at };
        Ok(())
    }

    /// Somebody finds nothing in it; as issued or accepted, with a reason.
    pub fn reject(&mut self, by: &str, at: CityTime, reason: &str) -> Result<(), NoticeRefusal> {
        self.answerable(at, true)?;
        let reason = reason.trim().to_owned();
        if reason.is_empty() {
            return Err(NoticeRefusal::NoReason { id: self.id.clone() });
        }
        self.state = NoticeState::Rejected { by: by.to_owned(), at, reason };
        Ok(())
    }

    /// It is turned into an incident; as issued or accepted.
    pub fn become_incident(
        &mut self,
        incident_id: IncidentId,
        by: &str,
        at: CityTime,
    ) -> Result<(), NoticeRefusal> {
        self.answerable(at, true)?;
        self.state = NoticeState::BecameIncident { incident_id, by: by.to_owned(), at };
        Ok(())
    }

    /// It runs out, when its validity has ended at `now` and it is still open; true when it did.
    pub fn expire(&mut self, now: CityTime) -> bool {
        let ends = self.is_open() && now >= self.valid_until;
        if ends {
            self.state = NoticeState::Expired { at: now };
        }
        ends
    }

    fn answerable(&self, at: CityTime, once_accepted: bool) -> Result<(), NoticeRefusal> {
        let open = match self.state {
            NoticeState::Issued => true,
            NoticeState::Accepted { .. } => once_accepted,
            _ => false,
        };
        if !open {
            return Err(NoticeRefusal::Settled { id: self.id.clone(), state: self.state.key() });
        }
        if at < self.state.since().unwrap_or(self.issued_at) {
            return Err(NoticeRefusal::TooEarly { id: self.id.clone(), at });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::*;

    fn notice() -> RiskNotice {
        RiskNotice {
            id: "N-1".into(),
            issued_at: CityTime(1_000),
            valid_until: CityTime(9_000),
            status: Status::Exercise,
            class: RiskClass::Gas,
            kind: NoticeKind::Cluster,
            cause: None,
            area: NoticeArea::Circle { centre: LonLat::new(106.5, 29.5), radius_m: 300.0 },
            from: CityTime(0),
            until: CityTime(1_000),
            evidence: vec!["C-1".into()],
            evidence_at: vec![LonLat::new(106.57, 29.55)],
            evidence_total: 1,
            observed: 9,
            expected: 2.5,
            expected95: Interval { low: 0.0, high: 6.0 },
            ratio: 3.6,
            ratio95: Interval { low: 1.6, high: 6.8 },
            statistic: Statistic {
                name: "log generalised likelihood ratio".to_owned(),
                value: 9.1,
                p_value: 0.001,
                p_method: "rank of 999".to_owned(),
                recurrence_days: 1_000.0,
                overdispersion: 1.0,
            },
            algorithm: "notices.cluster".into(),
            version: "1".to_owned(),
            on_trial: true,
            seed: 1,
            validity: TwoTongues::default(),
            act: ActOn {
                level: Level::District,
                jurisdiction: Jurisdiction::District(DistrictCode(500_103)),
                departments: vec!["应急管理局".to_owned()],
                severity: "high".to_owned(),
                by: CityTime(2_000),
            },
            words: TwoTongues::default(),
            state: NoticeState::Issued,
            outcome: Outcome::Unknown,
        }
    }

    #[test]
    fn a_notice_round_trips_in_camel_case() {
        let mut sent = notice();
        sent.reject("officer:li", CityTime(1_500), " 施工已报备 ").unwrap();
        let text = serde_json::to_string(&sent).unwrap();
        for part in
            ["\"issuedAt\"", "\"shape\":\"circle\"", "\"radiusM\"", "\"state\":\"rejected\"", "施工已报备\""]
        {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert_eq!(serde_json::from_str::<RiskNotice>(&text).unwrap(), sent);
    }

    #[test]
    fn answers_follow_their_order() {
        let mut n = notice();
        assert!(matches!(n.accept("a", CityTime(0)), Err(NoticeRefusal::TooEarly { .. })));
        n.accept("officer:li", CityTime(1_200)).unwrap();
        assert!(matches!(
            n.accept("b", CityTime(1_300)),
            Err(NoticeRefusal::Settled { state: "accepted", .. })
        ));
        assert!(matches!(n.reject("b", CityTime(1_300), "  "), Err(NoticeRefusal::NoReason { .. })));
        assert!(!n.expire(CityTime(8_999)));
        n.become_incident("I-000001".into(), "b", CityTime(1_300)).unwrap();
        assert!(!n.expire(CityTime(99_000)) && !n.is_open());
        let mut n = notice();
        assert!(n.expire(CityTime(9_000)));
        assert!(n.reject("b", CityTime(9_500), "late").is_err());
    }
}
