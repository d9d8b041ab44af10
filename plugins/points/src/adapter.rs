//! What lies on the adapter: the rows of pages, their masks, the looks, and the pixels points were written into.

use crate::look::{LOOKS, Look};
use crate::told::{MASK_WORDS, Told, View};
use bevy::prelude::*;
use bevy::render::render_resource::{
    Buffer, BufferDescriptor, BufferUsages, CommandEncoderDescriptor, ShaderType, UniformBuffer,
};
use bevy::render::renderer::{RenderDevice, RenderQueue};
use bevy::render::{ExtractSchedule, MainWorld, Render, RenderApp, RenderSystems};
use layers::points::PAGE;

/// Bytes of a packed point.
const POINT: u64 = 16;

/// What came from the city's world in this frame.
#[derive(Resource, Default)]
pub(crate) struct Taken(pub Told);

/// What the colouring pass is told.
#[derive(Clone, Copy, Debug, Default, ShaderType)]
pub(crate) struct Picture {
    rim: Vec4,
    size: Vec4,
}

/// The buffers.
#[derive(Resource, Default)]
pub(crate) struct Adapter {
    pub view: UniformBuffer<View>,
    pub points: Option<Buffer>,
    pub mask: Option<Buffer>,
    pub pages: Option<Buffer>,
    pub looks: Option<Buffer>,
    pub pixels: Option<Buffer>,
    pub changes: Option<Buffer>,
    pub moves: Option<Buffer>,
    pub seen: Option<Buffer>,
    pub picture: UniformBuffer<Picture>,
    slots: u64,
    /// How many pages are drawn.
    pub drawn: u32,
    /// Counts how often a buffer is another: bind groups are made anew.
    pub layout: u64,
}

pub(crate) fn finish(app: &mut App) {
    let Some(render) = app.get_sub_app_mut(RenderApp) else { return };
    render
        .init_resource::<Taken>()
        .init_resource::<Adapter>()
        .add_systems(ExtractSchedule, take)
        .add_systems(Render, write.in_set(RenderSystems::PrepareResources));
}

fn take(mut main: ResMut<MainWorld>, mut taken: ResMut<Taken>) {
    let Some(mut told) = main.get_resource_mut::<Told>() else { return };
    let told = told.bypass_change_detection();
    // Its vectors go there and back, so that none grows anew in every frame.
    taken.0.view = told.view;
    std::mem::swap(&mut taken.0.pages, &mut told.pages);
    std::mem::swap(&mut taken.0.masks, &mut told.masks);
    std::mem::swap(&mut taken.0.changes, &mut told.changes);
    std::mem::swap(&mut taken.0.moves, &mut told.moves);
    taken.0.drawn = told.drawn.take();
    taken.0.looks = told.looks.take();
}

impl Adapter {
    /// Room for so many slots; what lies there is taken along.
    fn make_room(&mut self, slots: u64, device: &RenderDevice, queue: &RenderQueue) {
        if slots <= self.slots {
            return;
        }
        let slots = slots.next_power_of_two().max(16);
        let grown = |old: &Option<Buffer>, label, of: u64| {
            let usage = BufferUsages::STORAGE | BufferUsages::COPY_DST | BufferUsages::COPY_SRC;
            let new = device.create_buffer(&BufferDescriptor {
                label: Some(label),
                size: slots * of,
                usage,
                mapped_at_creation: false,
            });
            if let Some(old) = old {
                let mut encoder = device.create_command_encoder(&CommandEncoderDescriptor::default());
                encoder.copy_buffer_to_buffer(old, 0, &new, 0, self.slots * of);
                queue.submit([encoder.finish()]);
            }
            Some(new)
        };
        self.points = grown(&self.points, "points", PAGE as u64 * POINT);
        self.mask = grown(&self.mask, "points_mask", 4 * MASK_WORDS as u64);
        self.slots = slots;
        self.layout += 1;
    }

    /// A buffer of at least so many bytes, of the power of two above.
    fn at_least(
        held: &mut Option<Buffer>,
        layout: &mut u64,
        bytes: u64,
        label: &'static str,
        device: &RenderDevice,
    ) {
        let bytes = bytes.next_power_of_two().max(256);
        if held.as_ref().is_none_or(|buffer| buffer.size() < bytes) {
            let usage = BufferUsages::STORAGE | BufferUsages::COPY_DST;
            let descriptor =
                BufferDescriptor { label: Some(label), size: bytes, usage, mapped_at_creation: false };
            *held = Some(device.create_buffer(&descriptor));
            *layout += 1;
        }
    }
}

fn put(queue: &RenderQueue, buffer: Option<&Buffer>, at: u64, bytes: &[u8]) {
    if let Some(buffer) = buffer.filter(|_| !bytes.is_empty()) {
        queue.write_buffer(buffer, at, bytes);
    }
}

/// Writes what was told to the adapter.
fn write(
    mut taken: ResMut<Taken>,
    mut adapter: ResMut<Adapter>,
    device: Res<RenderDevice>,
    queue: Res<RenderQueue>,
) {
    let (told, adapter) = (&mut taken.0, &mut *adapter);
    if adapter.drawn == 0 && told.pages.is_empty() && told.drawn.as_ref().is_none_or(Vec::is_empty) {
        return;
    }
    let slots = told.pages.iter().map(|(slot, _)| u64::from(*slot) + 1).max().unwrap_or(0);
    adapter.make_room(slots, &device, &queue);
    let Adapter { pages, looks, pixels, changes, moves, seen, layout, .. } = adapter;
    Adapter::at_least(changes, layout, 8 * told.changes.len() as u64, "points_changes", &device);
    Adapter::at_least(moves, layout, 16 * told.moves.len() as u64, "points_moves", &device);
    let size = told.view.size;
    Adapter::at_least(pixels, layout, 4 * u64::from(size.x) * u64::from(size.y), "points_pixels", &device);
    if let Some(drawn) = told.drawn.take() {
        Adapter::at_least(pages, layout, 4 * drawn.len() as u64, "points_pages", &device);
        put(&queue, pages.as_ref(), 0, bytemuck::cast_slice(&drawn));
        Adapter::at_least(seen, layout, POINT * (PAGE * drawn.len()) as u64, "points_seen", &device);
        adapter.drawn = drawn.len() as u32;
    }
    if let Some(table) = told.looks.take() {
        let numbers = |look: &Look| [look.shape, look.colour, look.age].map(|v| v.to_array());
        let table: Vec<[[f32; 4]; 3]> = table.iter().map(numbers).collect();
        Adapter::at_least(looks, layout, 48 * LOOKS as u64, "points_looks", &device);
        put(&queue, looks.as_ref(), 0, bytemuck::cast_slice(&table));
    }
    for (slot, rows) in told.pages.drain(..) {
        let at = u64::from(slot) * PAGE as u64 * POINT;
        put(&queue, adapter.points.as_ref(), at, bytemuck::cast_slice(&rows));
    }
    for (slot, words) in told.masks.drain(..) {
        let at = u64::from(slot) * 4 * MASK_WORDS as u64;
        put(&queue, adapter.mask.as_ref(), at, bytemuck::cast_slice(&words));
    }
    put(&queue, adapter.changes.as_ref(), 0, bytemuck::cast_slice(&told.changes));
    put(&queue, adapter.moves.as_ref(), 0, bytemuck::cast_slice(&told.moves));
    told.view.changes = told.changes.len() as u32;
    told.view.moves = told.moves.len() as u32;
    told.view.pages = adapter.drawn;
    told.changes.clear();
    told.moves.clear();
    let View { rim, size, crowd, eye, .. } = told.view;
    let picture = Picture {
        rim: rim.truncate().extend(rim.w * eye.w),
        size: Vec4::new(size.x as f32, crowd.y, 0.0, 0.0),
    };
    adapter.picture.set(picture);
    adapter.picture.write_buffer(&device, &queue);
    adapter.view.set(told.view);
    adapter.view.write_buffer(&device, &queue);
}
