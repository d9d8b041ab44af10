//! The engine side of the vocabulary: sets, clock, selection, camera, theme, widgets.
