use super::*;
use egui_kittest::{Harness, kittest::Queryable};
use overlays::imagery::{ImageryHealth, ImagerySource, Lookup, Store, TileAddress, Tiles};
use std::sync::Arc;

struct Source(ImagerySource);

impl Tiles for Source {
    fn lookup(&self, _: TileAddress) -> Lookup {
        Lookup::Absent
    }
}

impl Store for Source {
    fn source(&self) -> &ImagerySource {
        &self.0
    }

    fn generation(&self) -> u64 {
        0
    }

    fn health(&self) -> ImageryHealth {
        ImageryHealth::default()
    }
}

struct Shown {
    words: Words,
    theme: Theme,
    things: LaidThings,
    points: PointSets,
    draft: String,
    pressed: Vec<Pressed>,
}

fn thing(id: u64, name: &str) -> LaidThing {
    let line = format!("https://{name}/{{z}}/{{x}}/{{y}}");
    let Ok(source) = line.parse() else { panic!() };
    let (kind, content) = (LaidKind::Imagery, LaidContent::Imagery(Arc::new(Source(source))));
    LaidThing { id, given: line, name: name.to_owned(), kind, shown: true, opacity: 1.0, content }
}

fn harness(language: shell::Language) -> Harness<'static, Shown> {
    let (mut words, mut things) = (Words::shipped(), LaidThings::default());
    words.language = language;
    things.lay(thing(1, "low.example"));
    things.lay(thing(2, "high.example"));
    let content = LaidContent::Missing("no such file".to_owned());
    things.lay(LaidThing {
        id: 3,
        name: "gone.fgb".to_owned(),
        kind: LaidKind::Buildings,
        content,
        ..thing(3, "c")
    });
    let shown = Shown {
        words,
        theme: Theme::shipped(),
        things,
        points: PointSets::default(),
        draft: String::new(),
        pressed: Vec::new(),
    };
    Harness::builder().with_size([200.0, 400.0]).build_ui_state(
        |ui, s: &mut Shown| {
            let pressed = laid_section(ui, &s.words, &s.theme, &s.things, &s.points, &mut s.draft);
            s.pressed.extend(pressed);
        },
        shown,
    )
}

#[test]
fn things_are_moved_and_removed_by_name() {
    let mut harness = harness(shell::Language::English);
    for label in ["Up low.example", "Up high.example", "Down low.example", "Remove gone.fgb"] {
        harness.get_by_label(label).click();
        harness.run();
    }
    // The highest cannot go up, nor the lowest down.
    assert_eq!(harness.state().pressed, [Pressed::Shift(1, true), Pressed::Remove(3)]);
    assert!(harness.query_by_label("no such file").is_some());
}

#[test]
fn a_line_is_added_as_it_was_typed() {
    let mut harness = harness(shell::Language::Chinese);
    harness.get_by_label("添加").click();
    harness.run();
    assert!(harness.state().pressed.is_empty(), "nothing is named");
    harness.state_mut().draft = "/a.geojson".to_owned();
    harness.run();
    harness.get_by_label("添加").click();
    harness.get_by_label("选择文件").click();
    harness.run();
    assert_eq!(harness.state().pressed, [Pressed::Add("/a.geojson".to_owned()), Pressed::Choose]);
    assert!(harness.state().draft.is_empty());
}

#[test]
fn only_the_end_of_a_drag_is_a_change() {
    bevy::tasks::AsyncComputeTaskPool::get_or_init(Default::default);
    let mut things = LaidThings::default();
    things.lay(thing(1, "a.example"));
    assert!(!carry_out(&mut things, &Pressed::Fade(1, 0.4, false)) && things.all()[0].opacity == 0.4);
    assert!(carry_out(&mut things, &Pressed::Fade(1, 0.5, true)));
    assert!(carry_out(&mut things, &Pressed::Remove(1)) && things.all().is_empty());
}

#[test]
fn models_are_switched_and_removed_but_have_neither_order_nor_opacity() {
    let mut harness = harness(shell::Language::English);
    let content = LaidContent::Models(ModelSet::Places(Arc::default()));
    let tower = LaidThing { name: "tower".to_owned(), kind: LaidKind::Models, content, ..thing(4, "d") };
    harness.state_mut().things.lay(tower);
    harness.run();
    assert!(harness.query_by_label("models: 0").is_some());
    assert!(harness.query_by_label("Up tower").is_none() && harness.query_by_label("Down tower").is_none());
    harness.get_by_label("Remove tower").click();
    harness.run();
    // The boxes stand as the rows do, what was laid last on top.
    let Some(switch) = harness.get_all_by_role(egui::accesskit::Role::CheckBox).next() else { panic!() };
    switch.click();
    harness.run();
    assert_eq!(harness.state().pressed, [Pressed::Remove(4), Pressed::Switch(4, false)]);
}
