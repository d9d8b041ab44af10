//! Draws the one-map: districts, roads, risk points, devices and labels.
