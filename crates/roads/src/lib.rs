//! The network that people and vehicles move on.
