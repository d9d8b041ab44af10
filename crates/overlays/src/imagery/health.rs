//! How imagery is doing, for the screen.

/// How the loading of a source goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageryHealth {
    /// What the source is called.
    pub name: String,
    /// Whom to thank.
    pub attribution: Option<String>,
    /// Tiles that came since the start.
    pub loaded: u64,
    /// Times that a tile could not be had.
    pub failed: u64,
    /// Tiles that are asked for and have not come.
    pub waiting: usize,
    /// The last thing that went wrong; none after the source can be reached again.
    pub problem: Option<String>,
    /// Whether the source cannot be reached, so that what is seen may be old.
    pub offline: bool,
}
