//! The modes of ArduPilot and PX4 in the words of their own ground stations.

use super::message::Heartbeat;
use super::words::Autopilot;

/// The mode that a heartbeat tells; `None` where its autopilot's numbers are not known.
pub(super) fn mode(heartbeat: &Heartbeat) -> Option<&'static str> {
    let number = heartbeat.custom_mode?;
    match heartbeat.autopilot {
        Autopilot::PX4 => px4((number >> 16) as u8, (number >> 24) as u8),
        Autopilot::ARDUPILOT => match heartbeat.kind.0 {
            2..=4 | 13..=15 | 29 | 35 => copter(number),
            1 | 16 | 17 | 19..=25 | 28 => plane(number),
            10 | 11 => rover(number),
            12 => submarine(number),
            5 => tracker(number),
            7 => blimp(number),
            _ => None,
        },
        _ => None,
    }
}

/// `px4_custom_mode.h`: the main mode, and its sub-mode where it flies by itself.
fn px4(main: u8, sub: u8) -> Option<&'static str> {
    Some(match (main, sub) {
        (1, _) => "Manual",
        (2, _) => "Altitude",
        (3, 1) => "Orbit",
        (3, 2) => "Position Slow",
        (3, _) => "Position",
        (4, 1) => "Ready",
        (4, 2) => "Takeoff",
        (4, 3) => "Hold",
        (4, 4) => "Mission",
        (4, 5) => "Return",
        (4, 6) => "Land",
        (4, 7) => "Return Groundstation",
        (4, 8) => "Follow Target",
        (4, 9) => "Precision Land",
        (4, 10) => "VTOL Takeoff",
        (4, _) => "Auto",
        (5, _) => "Acro",
        (6, _) => "Offboard",
        (7, _) => "Stabilized",
        (8, _) => "Rattitude",
        (10, _) => "Termination",
        _ => return None,
    })
}

fn copter(number: u32) -> Option<&'static str> {
    Some(match number {
        0 => "Stabilize",
        1 => "Acro",
        2 => "AltHold",
        3 => "Auto",
        4 => "Guided",
        5 => "Loiter",
        6 => "RTL",
        7 => "Circle",
        8 => "Position",
        9 => "Land",
        10 => "OF Loiter",
        11 => "Drift",
        13 => "Sport",
        14 => "Flip",
        15 => "AutoTune",
        16 => "PosHold",
        17 => "Brake",
        18 => "Throw",
        19 => "Avoid ADSB",
        20 => "Guided NoGPS",
        21 => "Smart RTL",
        22 => "FlowHold",
        23 => "Follow",
        24 => "ZigZag",
        25 => "SystemID",
        26 => "AutoRotate",
        27 => "Auto RTL",
        28 => "Turtle",
        29 => "Rate Acro",
        _ => return None,
    })
}

fn plane(number: u32) -> Option<&'static str> {
    Some(match number {
        0 => "Manual",
        1 => "Circle",
        2 => "Stabilize",
        3 => "Training",
        4 => "Acro",
        5 => "FBWA",
        6 => "FBWB",
        7 => "Cruise",
        8 => "AutoTune",
        10 => "Auto",
        11 => "RTL",
        12 => "Loiter",
        13 => "TakeOff",
        14 => "Avoid ADSB",
        15 => "Guided",
        16 => "Initialising",
        17 => "QStabilize",
        18 => "QHover",
        19 => "QLoiter",
        20 => "QLand",
        21 => "QRTL",
        22 => "QAutoTune",
        23 => "QAcro",
        24 => "Thermal",
        25 => "Loiter Alt QLand",
        26 => "AutoLand",
        _ => return None,
    })
}

fn rover(number: u32) -> Option<&'static str> {
    Some(match number {
        0 => "Manual",
        1 => "Acro",
        2 => "Learning",
        3 => "Steering",
        4 => "Hold",
        5 => "Loiter",
        6 => "Follow",
        7 => "Simple",
        8 => "Dock",
        9 => "Circle",
        10 => "Auto",
        11 => "RTL",
        12 => "Smart RTL",
        15 => "Guided",
        16 => "Initialising",
        _ => return None,
    })
}

fn submarine(number: u32) -> Option<&'static str> {
    Some(match number {
        0 => "Stabilize",
        1 => "Acro",
        2 => "AltHold",
        3 => "Auto",
        4 => "Guided",
        7 => "Circle",
        9 => "Surface",
        16 => "PosHold",
        19 => "Manual",
        _ => return None,
    })
}

fn tracker(number: u32) -> Option<&'static str> {
    Some(match number {
        0 => "Manual",
        1 => "Stop",
        2 => "Scan",
        4 => "Guided",
        10 => "Auto",
        16 => "Initialising",
        _ => return None,
    })
}

fn blimp(number: u32) -> Option<&'static str> {
    Some(match number {
        0 => "Land",
        1 => "Manual",
        2 => "Velocity",
        3 => "Loiter",
        4 => "RTL",
        5 => "Auto",
        6 => "Hold",
        _ => return None,
    })
}
