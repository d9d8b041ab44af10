//! Who may act: role, level and jurisdiction of whoever sends a command.

use crate::place::Jurisdiction;
use serde::{Deserialize, Serialize};

/// What a person's token lets them do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Sees, does nothing.
    Observer,
    /// 值班员: acknowledges, dispatches, recalls, closes, reports.
    DutyOfficer,
    /// Everything a duty officer may, and directs exercises.
    Commander,
    /// Plans what-ifs; may report, may not dispatch.
    Planner,
    /// Reads the audit, does nothing.
    Auditor,
    /// A unit in the field: reports its own progress.
    Crew,
    /// A resident or grid worker: reports what they see.
    Reporter,
}

impl Role {
    /// The key on the wire, camelCase; also the key of its words.
    pub fn key(self) -> &'static str {
        match self {
            Self::Observer => "observer",
            Self::DutyOfficer => "dutyOfficer",
            Self::Commander => "commander",
            Self::Planner => "planner",
            Self::Auditor => "auditor",
            Self::Crew => "crew",
            Self::Reporter => "reporter",
        }
    }
}

/// The levels of authority: city, district, township, grid (市、区县、镇街、网格).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Level {
    /// 市.
    City,
    /// 区县.
    District,
    /// 镇街.
    Township,
    /// 网格.
    Grid,
}

/// Whoever sends a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Actor {
    /// Name for the journal, such as `officer:li` or `training:500103`.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Their level of authority.
    pub level: Level,
    /// The area they answer for.
    pub jurisdiction: Jurisdiction,
    /// The department they belong to, such as 应急管理局, where their token says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
}

impl Actor {
    /// The city's commander: whom a training city on loopback takes a caller without a token for.
    pub fn city_commander(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            role: Role::Commander,
            level: Level::City,
            jurisdiction: Jurisdiction::City,
            department: None,
        }
    }

    /// A unit in the field.
    pub fn crew(name: &str) -> Self {
        Self { role: Role::Crew, level: Level::Grid, ..Self::city_commander(name) }
    }

    /// A resident or grid worker.
    pub fn reporter(name: &str) -> Self {
        Self { role: Role::Reporter, ..Self::crew(name) }
    }
}
