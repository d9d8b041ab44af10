//! Draws the hills, the water and the contour lines.
