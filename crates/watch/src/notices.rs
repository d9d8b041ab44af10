//! Risk notices (风险预警提示单).
mod chance;
mod event;
#[cfg(test)]
mod made_up;
pub mod recurring;
pub mod scan;
mod tails;
pub mod trend;
