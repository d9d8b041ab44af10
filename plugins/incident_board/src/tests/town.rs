//! A small city made by its own rules, and a desk in it: what the tests of the panels work on.

use crate::action::Action;
use crate::board::Board;
use crate::offered::{Arrival, WayAsked};
use crate::panels::panels;
use crate::view::{BoardView, KeptNotice};
use bevy_egui::egui;
use city::*;
use egui_kittest::Harness;
use feeds::FeedHealth;
use shell::PlaceNames;
use shell::{OnDuty, Selected, Theme, Words};
use std::collections::BTreeMap;

pub const START: CityTime = CityTime(1_763_800_000_000);

/// Everything lies in Yuzhong or, east of 106.6, in Nan'an; ways are straight at 10 m/s.
pub struct Plain;

impl World for Plain {
    fn place(&self, at: LonLat) -> Option<Place> {
        let district = if at.lon < 106.6 { 500_103 } else { 500_108 };
        Some(Place { district: DistrictCode(district), township: TownshipCode(district * 1000 + 1) })
    }
    fn trip(&self, _: UnitKind, from: LonLat, to: LonLat) -> Option<(Vec<LonLat>, f64)> {
        Some((vec![from, to], from.distance_m(to) / 10.0))
    }
}

/// What one desk sees and what was done at it.
pub struct Desk {
    pub city: City,
    pub on_duty: OnDuty,
    pub now: CityTime,
    pub feeds: Vec<FeedHealth>,
    pub pending: Vec<(String, Command)>,
    pub refused: Vec<(Command, String)>,
    pub notices: Vec<KeptNotice>,
    pub selected: Selected,
    pub picked: Option<LonLat>,
    pub theme: Theme,
    pub words: Words,
    pub places: PlaceNames,
    pub board: Board,
    pub done: Vec<Action>,
    pub left_to_map: egui::Rect,
    pub cut_off: Vec<UnitId>,
}

impl Desk {
    /// A desk in an empty city.
    pub fn empty() -> Self {
        let mut places = PlaceNames::default();
        places.name_district(DistrictCode(500_103), "渝中区", "Yuzhong");
        places.name_district(DistrictCode(500_108), "南岸区", "Nan'an");
        places.name_township(TownshipCode(500_103_001), "解放碑街道", "Jiefangbei Subdistrict");
        places.name_township(TownshipCode(500_108_001), "弹子石街道", "Danzishi Subdistrict");
        Self {
            city: City { now: START, ..City::default() },
            on_duty: OnDuty { actor: Actor::city_commander("officer:li"), told: true, withheld: Vec::new() },
            now: START,
            feeds: Vec::new(),
            pending: Vec::new(),
            refused: Vec::new(),
            notices: Vec::new(),
            selected: Selected::Nothing,
            picked: None,
            theme: Theme::shipped(),
            words: Words::shipped(),
            places,
            board: Board::default(),
            done: Vec::new(),
            left_to_map: egui::Rect::NOTHING,
            cut_off: Vec::new(),
        }
    }

    /// A desk in a city with a unit of each kind, U-0 to U-8, one after the other further east of Jiefangbei.
    pub fn new() -> Self {
        let mut desk = Self::empty();
        let units = UnitKind::ALL.into_iter().enumerate();
        desk.city.units = units.map(|(n, kind)| unit(n, kind)).collect::<BTreeMap<_, _>>();
        desk
    }

    /// Reports an incident of `class` at `lon`; its identifier.
    pub fn report(&mut self, class: &str, lon: f64) -> IncidentId {
        let command =
            Command::Report { risk_class: class.into(), lon, lat: 29.56, text: format!("{class} seen") };
        self.act(command);
        format!("I-{:06}", self.city.next_incident).as_str().into()
    }

    /// Lets the city carry out `command`, which its rules must allow.
    pub fn act(&mut self, command: Command) {
        let bodies = self.city.decide(
            &Actor { role: Role::Commander, ..self.on_duty.actor.clone() },
            &command,
            None,
            &Plain,
        );
        let bodies =
            bodies.or_else(|_| self.city.decide(&Actor::crew("crew"), &command, None, &Plain)).unwrap();
        self.city.happen(self.now, bodies);
    }

    pub fn dispatch(&mut self, incident: &IncidentId, unit: &str) {
        self.act(Command::Dispatch { incident_id: incident.clone(), unit_id: unit.into() });
    }

    pub fn view<'a>(&'a self) -> BoardView<'a> {
        BoardView {
            city: &self.city,
            received: true,
            now: self.now,
            on_duty: &self.on_duty,
            feeds: &self.feeds,
            pending: &self.pending,
            refused: &self.refused,
            notices: &self.notices,
            notices_given: self.notices.len(),
            selected: &self.selected,
            picked: self.picked,
            theme: &self.theme,
            words: &self.words,
            places: &self.places,
        }
    }

    /// Draws one frame and carries out what concerns the desk itself.
    pub fn frame(&mut self, ui: &mut egui::Ui) {
        let mut board = std::mem::take(&mut self.board);
        let (actions, left) = panels(ui, &self.view(), &mut board);
        self.board = board;
        self.left_to_map = left;
        self.find_ways();
        for action in actions {
            if let Action::Select(selected) = &action {
                self.selected = selected.clone();
            }
            self.done.push(action);
        }
    }

    /// What the engine does off the frame: units in `cut_off` find no way, all others go straight at 10 m/s.
    fn find_ways(&mut self) {
        let look = |asked: WayAsked| {
            let arrival = match self.cut_off.contains(&asked.unit) {
                true => Arrival::NoWay,
                false => Arrival::After(asked.from.distance_m(asked.to) / 10.0),
            };
            (asked, arrival)
        };
        let found = self.board.offered.take_asked().into_iter().map(look).collect();
        self.board.offered.learn(found);
    }

    /// The commands given so far.
    pub fn commands(&self) -> Vec<&Command> {
        self.done
            .iter()
            .filter_map(|action| if let Action::Do(c) = action { Some(c) } else { None })
            .collect()
    }

    /// A window of this size onto the desk.
    pub fn open<'a>(self, width: f32, height: f32) -> Harness<'a, Desk> {
        self.open_at(width, height, 0.1)
    }

    /// The same, with frames `frame_s` seconds apart.
    pub fn open_at<'a>(self, width: f32, height: f32, frame_s: f32) -> Harness<'a, Desk> {
        let theme = self.theme.clone();
        let harness = Harness::builder()
            .with_size(egui::vec2(width, height))
            .with_step_dt(frame_s)
            .build_ui_state(|ui, desk: &mut Desk| desk.frame(ui), self);
        harness.ctx.all_styles_mut(|style| shell::style::dress(style, &theme));
        harness
    }
}

fn unit(n: usize, kind: UnitKind) -> (UnitId, Unit) {
    let id = UnitId::from(format!("U-{n}").as_str());
    let unit = Unit {
        id: id.clone(),
        kind,
        name: format!("渝中{}{n}队", kind.key()),
        name_en: format!("Yuzhong {} {n}", kind.key()),
        district: DistrictCode(500_103),
        at: LonLat::new(106.577 + n as f64 * 0.004, 29.557),
        above_ground_m: 0.0,
        state: UnitState::Patrol,
        incident: None,
        trip: None,
        since: START,
    };
    (id, unit)
}
