//! What a system of the city tells, whatever its protocol, and what of it is kept.
//!
//! [`News`] is what is told at once; [`Held`] keeps the newest of each, and says which devices are heard from.

mod held;
mod warned;

pub use held::{Changes, Device, Devices, Heard, Held, ONLINE_WITHIN_S, REPORTING_WITHIN_S, Series};

pub use warned::{EndedBy, Warned};

use crate::mavlink::MissionItem;
use crate::open311::ServiceRequest;
use crate::sensorthings::CatalogueRow;
use city::{CityTime, LonLat};
use std::sync::Arc;

/// What a source told since it was last asked. Lists that hold whole states are `None` where nothing changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct News {
    /// All warnings that are listed, whatever their state.
    pub warnings: Option<Arc<[Warned]>>,
    /// All features of each collection that was read anew, by its id.
    pub collections: Vec<Arc<FeatureSet>>,
    /// Requests that are new or changed.
    pub requests: Vec<ServiceRequest>,
    /// Drones and teams that are new or moved.
    pub tracks: Vec<Track>,
    /// Drones and teams that are gone, by their id.
    pub gone: Vec<String>,
    /// Missions and homes of drones that are new or changed.
    pub missions: Vec<TrackMission>,
    /// Devices that are new or were described anew.
    pub devices: Vec<CatalogueRow>,
    /// The newest value of each datastream that has one since.
    pub readings: Vec<Reading>,
}

/// A collection of features as it was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeatureSet {
    /// The collection's id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Its features as GeoJSON, longitude and latitude in WGS-84.
    pub features: Vec<crate::ogc_features::Feature>,
}

/// A drone, a vehicle or a team that tells where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Track {
    /// What the source knows it by.
    pub id: String,
    /// What it is.
    pub kind: TrackKind,
    /// What people call it.
    pub name: String,
    /// Where it is, WGS-84.
    pub at: LonLat,
    /// What exactly it is, in the protocol's words: `quadrotor`, `a-f-G-U-C`.
    pub model: String,
    /// How high, where it says it.
    pub height: Option<TrackHeight>,
    /// How high above where it took off, metres.
    pub above_home_m: Option<f64>,
    /// How it lies in the air.
    pub attitude: Option<TrackAttitude>,
    /// True in the air, false on the ground, where it says it.
    pub in_the_air: Option<bool>,
    /// Course over ground, degrees clockwise from north.
    pub heading_deg: Option<f64>,
    /// Over ground, metres a second.
    pub speed_mps: Option<f64>,
    /// Battery left, percent.
    pub battery_pct: Option<f64>,
    /// What it does, in the protocol's words: a mode, a role.
    pub doing: String,
    /// When it was there.
    pub seen: CityTime,
    /// From when on it no longer holds; `None` where the source does not say.
    pub stale_at: Option<CityTime>,
}

/// What a track is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TrackKind {
    /// A drone or another aircraft.
    Aircraft,
    /// On the ground or on water: people and vehicles.
    Ground,
    /// Somebody calls for help.
    Emergency,
    /// Anything else.
    Other,
}

impl TrackKind {
    /// Its word in texts and files.
    pub fn key(self) -> &'static str {
        match self {
            Self::Aircraft => "aircraft",
            Self::Ground => "ground",
            Self::Emergency => "emergency",
            Self::Other => "other",
        }
    }
}

/// A height, and above what.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TrackHeight {
    /// Above mean sea level, metres.
    SeaLevel(f64),
    /// Above the ellipsoid of WGS-84, metres.
    Ellipsoid(f64),
}

/// How an aircraft lies in the air, degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrackAttitude {
    /// Right side down is positive.
    pub roll_deg: f64,
    /// Nose up is positive.
    pub pitch_deg: f64,
    /// Where the nose points, clockwise from north.
    pub yaw_deg: f64,
}

/// Where a drone is going to fly, and where it returns to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrackMission {
    /// The id of its track.
    pub track: String,
    /// Where it returns to, and how high that is above mean sea level, metres.
    pub home: Option<(LonLat, f64)>,
    /// The items that came, by number; their places are WGS-84.
    pub items: Vec<MissionItem>,
    /// True where all of them came.
    pub is_complete: bool,
    /// The number of the item that it goes for.
    pub current: Option<u16>,
}

/// A value of a datastream.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Which datastream.
    pub datastream: String,
    /// When it was measured.
    pub at: CityTime,
    /// The value, in the datastream's unit.
    pub value: f64,
}

/// How many ids of one kind are kept at most: more than any city has, and no way to fill a memory.
pub const MOST: usize = 2_000_000;
