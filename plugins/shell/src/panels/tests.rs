use super::*;
use egui_kittest::{Harness, kittest::Queryable};

struct Shown {
    panels: Panels,
    theme: Theme,
    free: Rect,
    asks: bool,
    /// How much each panel says.
    lines: usize,
}

const NAMES: [&str; 4] = ["layers", "ground", "ways", "question"];

fn harness(width: f32, height: f32, lines: usize) -> Harness<'static, Shown> {
    let free = Rect::from_min_size(egui::pos2(0.0, 76.0), vec2(width, height));
    let shown = Shown { panels: Panels::default(), theme: Theme::shipped(), free, asks: false, lines };
    Harness::builder().with_size([width, height + 76.0]).build_ui_state(
        |ui, s: &mut Shown| {
            let say = |lines: usize| {
                move |ui: &mut Ui| {
                    for n in 0..lines {
                        ui.label(format!("line {n}"));
                    }
                }
            };
            let (layers, ground) = ((Column::Left, 0, 216.0), (Column::Right, 0, 216.0));
            let (ways, question) = ((Column::Right, 1, 250.0), (Column::Middle, 0, 340.0));
            let all = [("layers", "Layers", layers), ("ground", "Ground", ground), ("ways", "Ways", ways)];
            for (name, title, (column, order, width)) in all {
                let panel = Panel { name, title, column, order, width, unfolded: Some(name == "layers") };
                s.panels.show(ui.ctx(), s.free, &s.theme, panel, say(s.lines));
            }
            if s.asks {
                let (column, order, width) = question;
                let panel =
                    Panel { name: "question", title: "Question", column, order, width, unfolded: None };
                s.panels.show(ui.ctx(), s.free, &s.theme, panel, say(s.lines));
            }
        },
        shown,
    )
}

/// Panels lie in the free part and not on one another.
fn assert_apart(harness: &Harness<'static, Shown>, names: &[&str]) {
    let shown = harness.state();
    let rects: Vec<Rect> = names.iter().filter_map(|name| shown.panels.rect(name)).collect();
    assert_eq!(rects.len(), names.len());
    for (n, rect) in rects.iter().enumerate() {
        assert!(
            shown.free.expand(0.5).contains_rect(*rect),
            "{} is cut off: {rect:?} of {:?}",
            names[n],
            shown.free
        );
        for (m, other) in rects.iter().enumerate().skip(n + 1) {
            let both = rect.intersect(*other);
            let apart = both.width() <= 0.5 || both.height() <= 0.5;
            assert!(apart, "{} lies on {}: {rect:?} {other:?}", names[n], names[m]);
        }
    }
}

#[test]
fn panels_lie_beside_one_another_however_long_they_are_and_however_small_the_screen() {
    // What is free of 1280 × 720, of 1024 × 600, and of 640 × 360.
    for (width, height) in [(900.0, 610.0), (644.0, 490.0), (260.0, 250.0)] {
        for lines in [2, 8, 60] {
            let mut harness = harness(width, height, lines);
            harness.run();
            assert_apart(&harness, &NAMES[..3]);
            for title in ["Ways", "Ground", "Layers"] {
                harness.get_by_label(title).click();
                harness.run();
                assert_apart(&harness, &NAMES[..3]);
            }
            harness.state_mut().asks = true;
            harness.run();
            assert_apart(&harness, &NAMES);
        }
    }
}

#[test]
fn a_title_folds_and_unfolds() {
    let mut harness = harness(900.0, 610.0, 3);
    harness.run();
    let high = |harness: &Harness<'static, Shown>, name| {
        harness.state().panels.rect(name).map_or(0.0, |r| r.height())
    };
    assert!(harness.query_by_label("line 2").is_some());
    let (open, folded) = (high(&harness, "layers"), high(&harness, "ways"));
    assert!(open > folded + 40.0 && folded < 45.0, "{open} {folded}");
    harness.get_by_label("Layers").click();
    harness.run();
    harness.get_by_label("Ways").click();
    harness.run();
    assert!(high(&harness, "layers") < 45.0 && high(&harness, "ways") > 80.0);
    // A key does what a press on the title does.
    for is_unfolded in [false, true] {
        harness.state_mut().panels.toggle("ways");
        harness.run();
        assert_eq!(high(&harness, "ways") > 80.0, is_unfolded);
        assert_eq!(harness.state().panels.is_unfolded("ways"), is_unfolded);
    }
}
