//! Why a line names no imagery, and what to write instead. None of these texts holds what may be a key.

use thiserror::Error;

/// What is wrong with a line that should name imagery.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ImagerySourceError {
    /// It is neither an address nor a file of a known kind.
    #[error(
        "`{0}` names no imagery: write https://HOST/…{{z}}/{{x}}/{{y}}…, or a file that ends with .mbtiles or .pmtiles"
    )]
    NoPlace(String),
    /// Another scheme than HTTP.
    #[error("imagery comes by http:// or https:// or from a file, not by {0}://")]
    Scheme(String),
    /// The address names no host.
    #[error("the address of the imagery names no host: write https://HOST/…{{z}}/{{x}}/{{y}}…")]
    NoHost,
    /// Something that tells tiles apart is missing.
    #[error("the address of {host} lacks {missing}, so it cannot name a tile: {hint}")]
    Lacks {
        /// The host.
        host: String,
        /// The placeholders that are missing.
        missing: &'static str,
        /// What to write.
        hint: &'static str,
    },
    /// A placeholder that the user must fill in.
    #[error(
        "fill in {{{name}}} in the address of {host}: the service's GetCapabilities says which there are \
         (a tile matrix set of web mercator, such as GoogleMapsCompatible)"
    )]
    FillIn {
        /// The host.
        host: String,
        /// The placeholder.
        name: String,
    },
    /// A placeholder of no meaning.
    #[error(
        "{{{name}}} in the address of {host} means nothing here: known are {{z}} {{x}} {{y}} {{-y}} {{q}} {{s}} {{a-c}} \
         {{switch:a,b}} {{TileMatrix}} {{TileCol}} {{TileRow}}"
    )]
    Unknown {
        /// The host.
        host: String,
        /// The placeholder.
        name: String,
    },
    /// Tiles of degrees cannot be named so.
    #[error(
        "tiles in degrees are named by {{z}}, {{x}} and {{y}} from the north: {{-y}} and {{q}} in the address of {0} mean web mercator"
    )]
    FromSouth(String),
    /// A grid of its own that is not told.
    #[error(
        "{0} cuts its tiles in a grid of its own, which cannot be laid: name tiles of the usual grid, with #datum=bd09 where their places are BD-09"
    )]
    OwnGrid(String),
    /// A brace without its partner.
    #[error("a brace in the address of {0} has no partner: write {{ and }} in pairs")]
    Brace(String),
    /// An option that means nothing.
    #[error(
        "imagery has no option `{0}`: after # it takes name, attribution, min, max, side, opacity, datum, layer and \
         matrixset, joined by &"
    )]
    Option(String),
    /// An option whose value is none.
    #[error("the imagery's option {name}={value} is none: {expected}")]
    Value {
        /// The option.
        name: &'static str,
        /// What it was given.
        value: String,
        /// What it takes.
        expected: &'static str,
    },
}
