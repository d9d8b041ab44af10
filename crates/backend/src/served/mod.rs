//! The living city in the words of open standards: devices as SensorThings, open incidents as CAP, residents' reports
//! as Open311. Pure: from the state to documents. Deliberately absent: routes and admission (those are `http`'s).

pub mod alerts;
pub mod requests;
pub mod sensing;
