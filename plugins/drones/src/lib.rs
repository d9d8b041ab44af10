//! Draws the drones and their routes.
