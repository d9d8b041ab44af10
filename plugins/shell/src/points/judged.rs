//! How values stand on the map: past the alarm of what their class measures, or not.

use city::Measure;
use layers::points::{Kind, Points, Thresholds};

/// Judges the values of devices by the alarm of what their class measures; past it they stand as an orange warning does. The
/// city's own rules, which know more, speak by its warnings. Takes nanoseconds a row: not for a frame where there are
/// millions.
pub fn judge_by_measures(points: &Points) {
    points.judge(|kind: &Kind| {
        let measure = Measure::of(&kind.class).filter(|_| kind.grade.is_none());
        measure.map_or_else(Thresholds::default, |measure| Thresholds {
            from: [None, None, Some(measure.alarm as f32), None],
            below: measure.alarm_below,
        })
    });
}
