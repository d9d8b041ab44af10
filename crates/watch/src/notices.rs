//! Risk notices (风险预警提示单).
mod chance;
#[cfg(test)]
mod made_up;
pub mod scan;
mod tails;
pub mod trend;
