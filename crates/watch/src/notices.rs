//! Risk notices (风险预警提示单).
mod chance;
pub mod scan;
mod tails;
