//! Points from the files people have: what is right is taken, what is wrong is told, nothing stops the rest.
#![allow(clippy::unwrap_used)]

mod importing;
