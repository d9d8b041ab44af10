//! Runs the link on its own thread and drains it into the world.
