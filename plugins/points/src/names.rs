//! Brings the id and name of what is hovered or selected from the file they are in, off the frame.

use bevy::prelude::*;
use bevy::tasks::{IoTaskPool, Task, futures::check_ready};
use layers::points::PointsError;
use shell::{Hovered, Notice, NoticeKind, PointRef, PointSets, Repaint, Selected, Selection};

/// The name being read.
#[derive(Default)]
pub(crate) struct Reading {
    of: Option<PointRef>,
    task: Option<Task<Result<(), PointsError>>>,
}

/// Reads the block of the point that is looked at, unless it is at hand.
pub(crate) fn bring(
    hovered: Res<Hovered>,
    selection: Res<Selection>,
    sets: Res<PointSets>,
    mut repaint: ResMut<Repaint>,
    mut notices: MessageWriter<Notice>,
    mut reading: Local<Reading>,
) {
    if let Some(read) = reading.task.as_mut().and_then(check_ready) {
        reading.task = None;
        repaint.ask();
        if let Err(why) = read {
            notices.write(Notice { kind: NoticeKind::Failed, text: why.to_string() });
        }
    }
    if reading.task.is_some() || !(hovered.is_changed() || selection.is_changed()) {
        return;
    }
    for selected in [&hovered.over, &selection.selected] {
        let Selected::Point(point) = selected else { continue };
        let Some(set) = sets.get(&point.set) else { continue };
        if reading.of.as_ref() != Some(point) && set.points.texts().at_hand(point.row).is_none() {
            let (points, row) = (set.points.clone(), point.row);
            reading.of = Some(point.clone());
            reading.task = Some(IoTaskPool::get().spawn(async move { points.texts().block(row).map(drop) }));
            return;
        }
    }
}
