//! Clicks on the map: places that are named, roads that are closed.

use crate::closing::{Click, road_at};
use crate::inquiry::{Inquiry, Tool};
use crate::work::Works;
use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, futures::check_ready};
use shell::{GroundModel, MapPointer, MapTool, Notice, NoticeKind, Projector, Repaint, Words};

/// Takes clicks on the map while a tool is in hand.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn take_clicks(
    pointer: Res<MapPointer>,
    projector: Res<Projector>,
    keys: Res<ButtonInput<KeyCode>>,
    tool: ResMut<MapTool>,
    mut held: Local<bool>,
    mut inquiry: ResMut<Inquiry>,
    mut works: ResMut<Works>,
    mut repaint: ResMut<Repaint>,
) {
    let is_ours = MapTool::hold(tool.into(), MapTool::Ways, inquiry.tool.is_some(), &mut held);
    let Some(tool) = inquiry.tool else { return };
    if !is_ours || keys.just_pressed(KeyCode::Escape) {
        inquiry.tool = None;
        repaint.ask();
    } else if let (true, Some(at), Some((ground, _))) = (pointer.clicked, pointer.at, pointer.ground) {
        if tool == Tool::Close {
            works.bypass_change_detection().clicks.push_back(Click { at, ground, projector: *projector });
        } else {
            inquiry.name_place(ground);
            repaint.ask();
        }
    }
}

/// Finds the roads that clicks meant, one after the other, and closes or opens them.
pub(crate) fn take_roads(
    mut works: ResMut<Works>,
    mut inquiry: ResMut<Inquiry>,
    ground: Res<GroundModel>,
    words: Res<Words>,
    mut repaint: ResMut<Repaint>,
    mut notices: MessageWriter<Notice>,
) {
    let works = works.bypass_change_detection();
    if let Some(edges) = works.picking.as_mut().and_then(check_ready) {
        works.picking = None;
        if edges.is_empty() {
            let text = words.get("ways.noRoadThere").to_owned();
            notices.write(Notice { kind: NoticeKind::Attention, text });
        } else {
            inquiry.toggle(edges);
        }
        repaint.ask();
    }
    let (None, Some(streets)) = (&works.picking, works.streets()) else { return };
    if let Some(click) = works.clicks.pop_front() {
        let (ground, mode) = (ground.clone(), inquiry.mode);
        works.picking =
            Some(AsyncComputeTaskPool::get().spawn(async move { road_at(&streets, &ground, mode, &click) }));
    }
}
