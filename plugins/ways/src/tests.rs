//! The plugin without a window: clicks go in, answers and shapes come out; and its panel, pressed by label.

mod asking;
mod panel;
mod scene;
