//! What is laid on the ground: shapes with a style, buildings, and imagery.
//!
//! Deliberately absent: the ground itself, whatever draws, and the network that brings imagery.

pub mod areas;
pub mod canvas;
pub mod imagery;
pub mod shapes;
