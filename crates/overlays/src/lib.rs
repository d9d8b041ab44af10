//! What is laid on the ground: shapes with a style, buildings, and imagery.
//!
//! [`vector`] reads files of features, [`shapes`] and [`buildings`] make of them what can be drawn. Deliberately absent:
//! the ground itself, whatever draws, and the network that brings imagery.

pub mod buildings;
mod problems;
pub mod shapes;
pub mod vector;

pub use problems::{Problem, Problems};
