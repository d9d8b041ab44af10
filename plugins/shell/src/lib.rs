//! The engine side of the vocabulary, shared by every plugin: system sets, clock, state of the city, selection,
//! camera, floating origin, theme, words, messages. Plugins import this and never one another.
//! Deliberately absent: anything that draws one feature; sockets and files of the city.

pub mod camera;
pub mod live;
pub mod messages;
pub mod origin;
pub mod selection;
pub mod sets;
pub mod theme;
pub mod words;

pub use camera::{CameraEye, MapCamera, NAMED_VIEWS, NamedView};
pub use live::{CityClock, CityState, Feeds, GroundModel, LiveDevices, Movers, OnScreenLayers, Orders, StaticCity};
pub use messages::{Act, CityChanged, FlyTo, Notice, NoticeKind};
pub use origin::{Placed, RenderOrigin};
pub use selection::{Hovered, Selected, Selection};
pub use sets::CitySet;
pub use theme::Theme;
pub use words::{Language, Words};
