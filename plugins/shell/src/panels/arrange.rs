//! Shares the free part of the screen among panels.

use bevy_egui::egui;
use egui::{Align2, Pos2, Rect, pos2};

/// The height of a panel's title, points.
pub(super) const HEADER: f32 = 32.0;
/// Under what an unfolded panel says, points.
pub(super) const FOOT: f32 = 8.0;
/// Frame lines of a panel, points.
const LINES: f32 = 2.0;
/// Between panels, and to the edge, points.
pub(super) const GAP: f32 = 8.0;
/// Less than this of a panel is of no use, points.
const LEAST: f32 = 90.0;
/// Under the left column stand the card of what is selected and the makers of the ground, points.
const CARD: f32 = 230.0;
/// Under a single column the makers of the ground are named, points.
const CREDIT: f32 = 24.0;
/// Less than this between the columns is none, points.
const LEAST_MIDDLE: f32 = 276.0;

/// Where a panel stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// At the left, from the top.
    Left,
    /// At the right, from the bottom.
    Right,
    /// Between the two, at the top; at the right where there is no room between.
    Middle,
}

/// A panel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub column: Column,
    pub order: u8,
    pub width: f32,
    /// When it was unfolded; none while it is folded.
    pub opened: Option<u64>,
    /// How high what it says is.
    pub content: f32,
    pub can_fold: bool,
}

/// Its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub corner: Pos2,
    pub pivot: Align2,
    pub width: f32,
    /// How high what it says may be.
    pub room: f32,
    /// Whether it is unfolded: where there is no room for all, those that were unfolded last are.
    pub is_unfolded: bool,
}

/// Places of panels that come in the order of their columns.
pub(super) fn arrange(free: Rect, panels: &[Asked]) -> Vec<Slot> {
    let widest = |column: Column| {
        let own = panels.iter().filter(|panel| panel.column == column);
        own.map(|panel| panel.width + LINES + GAP).fold(0.0, f32::max)
    };
    let between = Rect::from_min_max(
        pos2(free.left() + widest(Column::Left) + GAP, free.top()),
        pos2(free.right() - widest(Column::Right) - GAP, free.bottom()),
    );
    let one_column = between.width() < 0.0;
    let stands = |panel: &Asked| match panel.column {
        _ if one_column => Column::Left,
        Column::Middle if between.width() < LEAST_MIDDLE => Column::Right,
        column => column,
    };
    let mut slots = vec![Slot::new(free.min, Align2::LEFT_TOP, 0.0); panels.len()];
    for column in [Column::Left, Column::Right, Column::Middle] {
        let mut members: Vec<usize> = (0..panels.len()).filter(|n| stands(&panels[*n]) == column).collect();
        // In a single column what stands at the left comes first; a question of the middle after all others.
        let rank = |panel: &Asked| match panel.column {
            Column::Left => 0,
            Column::Right => 1,
            Column::Middle => 2,
        };
        members.sort_by_key(|n| (rank(&panels[*n]), panels[*n].order));
        let part = match column {
            Column::Middle => between,
            Column::Left if !one_column => free.with_max_y(free.bottom() - CARD.min(free.height() * 0.4)),
            Column::Left => free.with_max_y(free.bottom() - CREDIT),
            _ => free,
        };
        stack(part, column, panels, &members, &mut slots);
    }
    slots
}

/// One column.
fn stack(part: Rect, column: Column, panels: &[Asked], members: &[usize], slots: &mut [Slot]) {
    let height = part.height() - 2.0 * GAP;
    let titles = members.len() as f32 * (HEADER + LINES + GAP) - GAP;
    let mut open: Vec<usize> = members.iter().copied().filter(|n| panels[*n].opened.is_some()).collect();
    open.sort_by_key(|n| (!panels[*n].can_fold, panels[*n].opened));
    while open.len() > 1 && height - titles - open.len() as f32 * FOOT < open.len() as f32 * LEAST {
        open.remove(0);
    }
    let room = (height - titles - open.len() as f32 * FOOT).max(0.0);
    let wants: Vec<f32> = open.iter().map(|n| panels[*n].content).collect();
    let shares = shared(room, &wants);
    let mut used = 0.0;
    for n in members {
        let at = open.iter().position(|o| o == n);
        let width = panels[*n].width.min(part.width() - 2.0 * GAP - LINES).max(0.0);
        let slot = &mut slots[*n];
        *slot = match column {
            Column::Left => Slot::new(part.left_top() + egui::vec2(GAP, GAP + used), Align2::LEFT_TOP, width),
            Column::Right => {
                Slot::new(part.right_bottom() - egui::vec2(GAP, GAP + used), Align2::RIGHT_BOTTOM, width)
            }
            Column::Middle => {
                Slot::new(part.center_top() + egui::vec2(0.0, GAP + used), Align2::CENTER_TOP, width)
            }
        };
        used += HEADER + LINES + GAP;
        if let Some(at) = at {
            slot.is_unfolded = true;
            // As if it wanted all: what it says may follow from the room it has.
            let mut wants = wants.clone();
            wants[at] = f32::INFINITY;
            slot.room = shared(room, &wants)[at];
            used += shares[at] + FOOT;
        }
    }
}

/// Gives each as much as it wants, and none more than its part of what is left.
fn shared(room: f32, wants: &[f32]) -> Vec<f32> {
    let mut order: Vec<usize> = (0..wants.len()).collect();
    order.sort_by(|a, b| wants[*a].total_cmp(&wants[*b]));
    let (mut left, mut shares) = (room, vec![0.0; wants.len()]);
    for (n, index) in order.iter().enumerate() {
        shares[*index] = wants[*index].min(left / (wants.len() - n) as f32);
        left -= shares[*index];
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_wants_little_leaves_the_rest_to_others() {
        assert_eq!(shared(100.0, &[10.0, 200.0, 30.0]), [10.0, 60.0, 30.0]);
        assert_eq!(shared(90.0, &[50.0, f32::INFINITY, 60.0]), [30.0; 3]);
        assert!(shared(90.0, &[]).is_empty());
    }

    #[test]
    fn where_there_is_no_room_for_all_the_last_unfolded_stays() {
        let panel =
            |column, opened| Asked { column, order: 0, width: 216.0, opened, content: 300.0, can_fold: true };
        let panels =
            [panel(Column::Left, Some(1)), panel(Column::Right, Some(3)), panel(Column::Right, Some(2))];
        let open = |width: f32, height: f32| {
            let free = Rect::from_min_size(Pos2::ZERO, egui::vec2(width, height));
            arrange(free, &panels).iter().map(|slot| slot.is_unfolded).collect::<Vec<_>>()
        };
        assert_eq!(open(900.0, 580.0), [true, true, true]);
        assert_eq!(open(900.0, 250.0), [true, true, false]);
        assert_eq!(open(260.0, 254.0), [false, true, false], "one column");
        assert_eq!(open(10.0, 10.0), [false, true, false]);
    }
}
