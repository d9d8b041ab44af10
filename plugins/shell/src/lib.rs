//! The engine side of the vocabulary, shared by every plugin: system sets, clock, state of the city, selection,
//! camera, floating origin, theme, words, messages. Plugins import this and never one another.
//! Deliberately absent: anything that draws one feature; sockets and files of the city.

pub mod camera;
mod clock;
pub mod declutter;
pub mod eye;
mod feed_state;
pub mod fonts;
mod ground;
mod hidden;
pub mod labels;
pub mod laid;
pub mod lens;
pub mod live;
pub mod messages;
mod models;
mod opaque;
pub mod origin;
pub mod panels;
pub mod pending;
pub mod pick;
mod place_names;
mod plugin;
mod points;
mod presses;
pub mod project;
mod repaint;
mod saved_layers;
pub mod saying;
pub mod screen;
pub mod selection;
pub mod sets;
mod shapes;
pub mod signs;
mod sources;
mod spared_pass;
pub mod steer;
pub mod style;
pub mod symbols;
pub mod theme;
pub mod toast;
pub mod told_look;
mod vitals;
pub mod widgets;
pub mod words;

pub use camera::{CameraEye, MapCamera, NAMED_VIEWS, NamedView};
pub use eye::EyePose;
pub use feed_state::{paint_state, span, state_colour};
pub use fonts::{CjkFont, FontError, find_cjk};
pub use labels::{LabelKind, MapLabel, MapLabels};
pub use laid::{LaidContent, LaidKind, LaidThing, LaidThings, LayOnMap};
pub use live::{
    CityClock, CityState, DrapedImagery, Feeds, GivenBuildings, GivenImagery, GivenRoads, GroundColouring,
    GroundLook, GroundModel, LiveDevices, Movers, OnDuty, OnScreenLayers, Orders, RiskPoints, StaticCity,
};
pub use messages::{Act, CityChanged, FlyTo, Notice, NoticeKind};
pub use models::{Credits, GivenModels, GivenPlaces, ModelSet};
pub use opaque::OPAQUE_BIAS;
pub use origin::{Exaggerated, Placed, RenderOrigin};
pub use panels::{Column, Panel, Panels, WATCH_PANEL};
pub use pending::{Pending, StartLanguage};
pub use pick::{MapPointer, cursor_ground};
pub use place_names::PlaceNames;
pub use plugin::ShellPlugin;
pub use points::{
    Display, Facet, Feeder, Hit, LAYERS, LegendLine, Moved, PointSearch, PointSet, PointSets, SEGMENTS,
    SetOf, filter_of, id_of_sensor, judge_by_measures, known_id, name_or_id,
};
pub use presses::Presses;
pub use project::{OnScreen, Projector, Sight};
pub use repaint::{Repaint, SEEN_POINTS};
pub use saved_layers::{SavedLayers, SavedSet};
pub use screen::{MapArea, Picture, Screen};
pub use selection::{Hovered, MapTool, PointRef, Selected, Selection};
pub use sets::CitySet;
pub use shapes::{MapShapes, ShapeSet};
pub use signs::{MapSigns, Sign};
pub use sources::{CitySource, CitySources, SwitchSource, ToldId, ToldThing};
pub use spared_pass::a_picture_is_drawn_once_more;
pub use theme::{Colour, Theme, ThemeName};
pub use toast::NoticeBook;
pub use vitals::{Vitals, VitalsWish};
pub use words::{Language, Words, aged};
