//! The behaviour suite keeps its cities where a city is kept without a word: in a file of its folder.

use backend::Config;

/// The configuration of a backend whose city is kept in `folder`.
pub fn kept_in(folder: &std::path::Path) -> Config {
    Config::embedded(folder.join("data"))
}
