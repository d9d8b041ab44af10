//! A city whose watch has said things, and a desk in it: what the tests work on.

use crate::action::Action;
use crate::board::Board;
use crate::keys::keys;
use crate::panel::{panel, title};
use crate::view::WatchView;
use bevy_egui::egui;
use city::*;
use egui_kittest::Harness;
use serde_json::json;
use shell::{OnDuty, PlaceNames, Selected, Theme, Vitals, Words};

/// Noon of a day, city time.
pub const NOW: CityTime = CityTime(1_790_000_000_000);
/// Where things are: Jiefangbei.
pub const PLACE: Place = Place { district: DistrictCode(500_103), township: TownshipCode(500_103_001) };

/// What one desk sees and what was done at it.
pub struct Desk {
    pub city: City,
    pub on_duty: OnDuty,
    pub now: CityTime,
    pub pending: Vec<(String, Command)>,
    pub refused: Vec<(Command, String)>,
    pub vitals: Vitals,
    pub selected: Selected,
    pub theme: Theme,
    pub words: Words,
    pub places: PlaceNames,
    pub board: Board,
    pub title: String,
    pub done: Vec<Action>,
}

impl Desk {
    /// A desk in a city of which nothing is said.
    pub fn empty() -> Self {
        let mut places = PlaceNames::default();
        places.name_district(DistrictCode(500_103), "渝中区", "Yuzhong");
        places.name_district(DistrictCode(500_108), "南岸区", "Nan'an");
        places.name_township(TownshipCode(500_103_001), "解放碑街道", "Jiefangbei Subdistrict");
        Self {
            city: City { now: NOW, sequence: 1, ..City::default() },
            on_duty: OnDuty { actor: Actor::city_commander("officer:li"), told: true, withheld: Vec::new() },
            now: NOW,
            pending: Vec::new(),
            refused: Vec::new(),
            vitals: Vitals::default(),
            selected: Selected::Nothing,
            theme: Theme::shipped(),
            words: Words::shipped(),
            places,
            board: Board::default(),
            title: String::new(),
            done: Vec::new(),
        }
    }

    /// The city holds these warnings.
    pub fn warned(warnings: impl IntoIterator<Item = Warning>) -> Self {
        let mut desk = Self::empty();
        desk.city.warnings = warnings.into_iter().map(|warning| (warning.id.clone(), warning)).collect();
        desk
    }

    pub fn view(&self) -> WatchView<'_> {
        WatchView {
            city: &self.city,
            now: self.now,
            on_duty: &self.on_duty,
            pending: &self.pending,
            refused: &self.refused,
            vitals: &self.vitals,
            selected: &self.selected,
            theme: &self.theme,
            words: &self.words,
            places: &self.places,
        }
    }

    /// Draws one frame and carries out what concerns the desk itself.
    pub fn frame(&mut self, ui: &mut egui::Ui) {
        let mut board = std::mem::take(&mut self.board);
        board.refresh(&self.view(), ui.input(|input| input.time));
        let mut actions = keys(ui.ctx(), &self.view(), &mut board);
        actions.extend(panel(ui, &self.view(), &mut board));
        self.title = title(&self.view(), &board);
        self.vitals.wish = board.wish(&self.view());
        self.board = board;
        for action in actions {
            if let Action::Select(selected) = &action {
                self.selected = selected.clone();
            }
            self.done.push(action);
        }
    }

    /// The commands given so far.
    pub fn commands(&self) -> Vec<&Command> {
        let given = self.done.iter();
        given
            .filter_map(|action| if let Action::Do(command) = action { Some(command) } else { None })
            .collect()
    }

    /// A window onto the desk, as large as the panel.
    pub fn open<'a>(self) -> Harness<'a, Desk> {
        let theme = self.theme.clone();
        let harness = Harness::builder()
            .with_size(egui::vec2(416.0, 620.0))
            .with_step_dt(0.1)
            .build_ui_state(|ui, desk: &mut Desk| desk.frame(ui), self);
        harness.ctx.all_styles_mut(|style| shell::style::dress(style, &theme));
        harness
    }
}

/// A warning of gas at Jiefangbei that began so many seconds ago.
pub fn warning(id: &str, colour: WarningColour, ago_s: f64) -> Warning {
    Warning {
        id: id.into(),
        rule: "gas.leak".to_owned(),
        system: "gas".to_owned(),
        risk_class: RiskClass::Gas,
        colour,
        name: TwoTongues { zh: format!("燃气泄漏 {id}"), en: format!("Gas leak {id}") },
        reason: TwoTongues {
            zh: "甲烷 25 %LEL,限值 20".to_owned(),
            en: "Methane 25 %LEL over 20".to_owned(),
        },
        advice: TwoTongues { zh: "疏散并关阀".to_owned(), en: "Evacuate, close the valve".to_owned() },
        departments: vec!["应急管理局".to_owned(), "经济和信息化委员会".to_owned()],
        centre: Jurisdiction::District(DistrictCode(500_103)),
        place: Some(PLACE),
        at: Some(LonLat::new(106.577, 29.557)),
        device_id: Some("D-1".into()),
        value: Some(25.0),
        limit: Some(20.0),
        unit: "%LEL".to_owned(),
        algorithm: "gas-leak".into(),
        version: "1.0.0".to_owned(),
        on_trial: false,
        source: "GB 15322".to_owned(),
        since: NOW.plus_s(-ago_s),
        grades: Vec::new(),
        times: 1,
        flapping: false,
        members: None,
        raises: Raises::Notice,
        incident_id: None,
        noted: None,
        ended: None,
    }
}

/// A grouped warning of two districts.
pub fn grouped(id: &str, count: u32) -> Warning {
    let members = Members {
        count,
        up: count,
        rules: [("flood.level".to_owned(), count)].into(),
        districts: [(DistrictCode(500_103), count - 1), (DistrictCode(500_108), 1)].into(),
        bounds: Some([106.5, 29.5, 106.6, 29.6]),
        cause: TwoTongues { zh: "同一场暴雨".to_owned(), en: "One rainstorm".to_owned() },
    };
    let system = "flood".to_owned();
    Warning {
        members: Some(members),
        place: None,
        at: None,
        device_id: None,
        system,
        ..warning(id, WarningColour::Red, 30.0)
    }
}

/// A notice of a cluster in Yuzhong whose deadline is in so many seconds.
pub fn notice(id: &str, left_s: f64) -> RiskNotice {
    serde_json::from_value(json!({
        "id": id, "issuedAt": NOW.plus_s(-600.0), "validUntil": NOW.plus_s(600_000.0), "status": "Exercise",
        "class": "gas", "kind": "cluster",
        "area": {"shape": "circle", "centre": {"lon": 106.57, "lat": 29.55}, "radiusM": 300.0},
        "from": NOW.plus_s(-604_800.0), "until": NOW, "evidence": ["C-1"], "evidenceTotal": 9, "observed": 9,
        "evidenceAt": [{"lon": 106.571, "lat": 29.551}, {"lon": 106.572, "lat": 29.552}],
        "expected": 2.5, "expected95": {"low": 0.0, "high": 6.0}, "ratio": 3.6, "ratio95": {"low": 1.6, "high": 6.8},
        "statistic": {"name": "log generalised likelihood ratio", "value": 9.1, "pValue": 0.001,
            "pMethod": "rank of 999 permutations", "recurrenceDays": 1000.0, "overdispersion": 1.2},
        "algorithm": "notices.cluster", "version": "1", "onTrial": true, "seed": 7,
        "validity": {"zh": "只在有投诉处有效", "en": "Holds where people complain"},
        "act": {"level": "district", "jurisdiction": {"district": 500_103}, "departments": ["应急管理局"],
            "severity": "high", "by": NOW.plus_s(left_s)},
        "words": {"zh": "渝中区燃气投诉聚集", "en": "Gas complaints cluster in Yuzhong"},
        "state": {"state": "issued"}, "outcome": "unknown"
    }))
    .unwrap()
}

/// An entry of the register.
pub fn algorithm(id: &str, state: AlgorithmState) -> Algorithm {
    Algorithm {
        id: id.into(),
        version: "1.0.0".to_owned(),
        name: TwoTongues { zh: format!("算法 {id}"), en: format!("Algorithm {id}") },
        purpose: TwoTongues { zh: "甲烷越限".to_owned(), en: "Methane past its limit".to_owned() },
        owner: "燃气管理部门".to_owned(),
        code: "crates/watch/src/rules".to_owned(),
        inputs: vec!["methane".to_owned()],
        validity: TwoTongues { zh: "按 GB 15322".to_owned(), en: "By GB 15322".to_owned() },
        method: None,
        state,
        evaluation: None,
        changes: Vec::new(),
    }
}
