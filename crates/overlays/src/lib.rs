//! What is laid on the ground: shapes with a style, buildings, and imagery.
//!
//! [`vector`] reads files of features, [`shapes`] and [`buildings`] make of them what can be drawn, [`either`]
//! decides between the two. Deliberately absent:
//! the ground itself, whatever draws, and the network that brings imagery.

pub mod areas;
pub mod buildings;
pub mod canvas;
pub mod either;
mod escapes;
pub mod imagery;
mod problems;
pub mod shapes;
pub mod vector;

pub use escapes::unescaped;
pub use problems::{Problem, Problems};
