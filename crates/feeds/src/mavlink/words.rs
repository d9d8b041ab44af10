//! What MAVLink's numbers mean, as keys for words: kinds, autopilots, states, commands, results.

/// What a component is (MAV_TYPE).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VehicleKind(pub u8);

impl VehicleKind {
    /// Its key.
    pub fn key(self) -> &'static str {
        match self.0 {
            0 => "generic",
            1 => "fixedWing",
            2 => "quadrotor",
            3 => "coaxialHelicopter",
            4 => "helicopter",
            5 => "antennaTracker",
            6 => "groundStation",
            7 => "airship",
            8 => "balloon",
            9 => "rocket",
            10 => "rover",
            11 => "boat",
            12 => "submarine",
            13 => "hexarotor",
            14 => "octorotor",
            15 => "tricopter",
            16 => "flappingWing",
            17 => "kite",
            18 => "companionComputer",
            19..=25 => "vtol",
            26 => "gimbal",
            27 => "adsbReceiver",
            28 => "parafoil",
            29 => "dodecarotor",
            30 => "camera",
            31 => "chargingStation",
            32 => "collisionAvoidance",
            33 => "servo",
            34 => "remoteId",
            35 => "decarotor",
            36 => "battery",
            37 => "parachute",
            38 => "log",
            39 => "video",
            40 => "satelliteReceiver",
            41 => "winch",
            42 => "multirotor",
            _ => "other",
        }
    }

    /// True for what moves by itself, false for ground stations and for parts of a vehicle.
    pub fn is_vehicle(self) -> bool {
        matches!(self.0, 0..=4 | 7..=17 | 19..=25 | 28 | 29 | 35 | 42)
    }
}

/// Which autopilot it has (MAV_AUTOPILOT).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Autopilot(pub u8);

impl Autopilot {
    /// ArduPilot.
    pub const ARDUPILOT: Self = Self(3);
    /// PX4.
    pub const PX4: Self = Self(12);

    /// Its key.
    pub fn key(self) -> &'static str {
        match self.0 {
            3 => "ardupilot",
            8 => "none",
            12 => "px4",
            _ => "other",
        }
    }
}

/// How a vehicle does (MAV_STATE).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SystemStatus(pub u8);

impl SystemStatus {
    /// Its key.
    pub fn key(self) -> &'static str {
        match self.0 {
            1 => "boot",
            2 => "calibrating",
            3 => "standby",
            4 => "active",
            5 => "critical",
            6 => "emergency",
            7 => "powerOff",
            8 => "flightTermination",
            _ => "unknown",
        }
    }
}

/// The key of a command (MAV_CMD), such as what an item of a mission does; `None` for rare ones.
pub fn command_name(command: u16) -> Option<&'static str> {
    Some(match command {
        16 => "waypoint",
        17 => "loiter",
        18 => "loiterTurns",
        19 => "loiterTime",
        20 => "returnToLaunch",
        21 => "land",
        22 => "takeOff",
        31 => "loiterToHeight",
        82 => "splineWaypoint",
        84 => "vtolTakeOff",
        85 => "vtolLand",
        92 => "guided",
        93 => "delay",
        112 => "delayCondition",
        113 => "climbCondition",
        114 => "distanceCondition",
        115 => "yaw",
        176 => "setMode",
        177 => "jump",
        178 => "changeSpeed",
        179 => "setHome",
        181 => "relay",
        183 => "servo",
        189 => "landStart",
        195 | 201 => "lookAt",
        197 => "lookAhead",
        203 => "cameraControl",
        205 => "mountControl",
        206 => "cameraTriggerDistance",
        211 => "gripper",
        300 => "startMission",
        400 => "arm",
        511 => "messageInterval",
        512 => "requestMessage",
        530 => "cameraMode",
        1000 => "gimbal",
        2000 => "takePicture",
        2500 => "startVideo",
        2501 => "stopVideo",
        3000 => "vtolTransition",
        _ => return None,
    })
}

/// The key of how a command went (MAV_RESULT).
pub fn command_result_name(result: u8) -> &'static str {
    match result {
        0 => "accepted",
        1 => "temporarilyRejected",
        2 => "denied",
        3 => "unsupported",
        4 => "failed",
        5 => "inProgress",
        6 => "cancelled",
        _ => "other",
    }
}

/// The key of how the exchange of a mission ended (MAV_MISSION_RESULT).
pub fn mission_result_name(result: u8) -> &'static str {
    match result {
        0 => "accepted",
        1 => "error",
        2 => "unsupportedFrame",
        3 => "unsupported",
        4 => "noSpace",
        5..=12 => "invalid",
        13 => "invalidSequence",
        14 => "denied",
        15 => "cancelled",
        _ => "other",
    }
}
