//! How the ground is coloured: the theme and the switches of the layers, handed to `terrain.wgsl`.

use crate::contours::Interval;
use crate::drape::Drapery;
use crate::raster::SAMPLES;
use bevy::asset::{load_internal_asset, uuid_handle};
use bevy::ecs::system::SystemParam;
use bevy::mesh::{MeshVertexAttribute, MeshVertexBufferLayoutRef, VertexFormat};
use bevy::pbr::{MaterialPipeline, MaterialPipelineKey};
use bevy::prelude::*;
use bevy::reflect::TypePath;
use bevy::render::render_resource::{
    AsBindGroup, RenderPipelineDescriptor, ShaderType, SpecializedMeshPipelineError,
};
use bevy::shader::{Shader, ShaderRef};
use city::LonLat;
use geodesy::EastNorth;
use shell::{Colour, GroundColouring, GroundLook, GroundModel, OPAQUE_BIAS, OnScreenLayers, Theme};
use terrain::TileKey;

/// The height of a vertex in the tile above, metres.
pub(crate) const COARSE_HEIGHT: MeshVertexAttribute =
    MeshVertexAttribute::new("Coarse_Height", 0x5c_0a_25_e1, VertexFormat::Float32);

const SHADER: Handle<Shader> = uuid_handle!("6f0e2d0c-52a7-4c0e-9f4e-0c7a35d3b1a2");

/// Everything the shader needs to know of a tile and of the theme.
#[derive(Clone, Copy, Debug, Default, ShaderType)]
pub(crate) struct Look {
    /// Middle and half of the tile's range of heights, exaggeration, samples along a side.
    tile: Vec4,
    /// Opacity of contours and of water, the width of the fading rim in metres, and the tile's width in metres.
    shown: Vec4,
    /// The tile's south-west corner in the city frame, metres; when it came, seconds of the engine's clock.
    corner: Vec4,
    /// Distances from the eye between which the tile passes into the one above it, metres.
    morph: Vec4,
    /// West, south, east and north of the known ground in the city frame, metres.
    known: Vec4,
    /// Where light comes from, east, up and north, and how much of it for that height: three lamps, so that ridges of
    /// every direction have two sides.
    lamps: [Vec4; 3],
    /// The interval of contours and by how much rivers have risen, metres; how much light and shade there is on what is
    /// draped over the ground; how many times as steep the ground is lit.
    told: Vec4,
    /// Where the answer laid over the ground lies: its corner's east and north, and its width, metres.
    answer: Vec4,
    slope: [Vec4; 6],
    aspect: [Vec4; 4],
    plain: Vec4,
    flood: Vec4,
    seen: Vec4,
    unseen: Vec4,
    /// The lowest colour of the tint, linear; then by how much it changes a metre from each of its heights on, with that
    /// height in the fourth place.
    lowest: Vec4,
    tint: [Vec4; 6],
    contour: Vec4,
    water: Vec4,
    shore: Vec4,
    haze: Vec4,
    sky: Vec4,
}

impl Look {
    fn new(tile: Tile, dress: &Dress) -> Self {
        let Dress { ground: ground_model, look, theme, layers, .. } = dress;
        let corner = tile.key.south_west();
        let known = known(ground_model);
        let rim_m = ((known.z - known.x).min(known.w - known.y) * 0.06).min(25_000.0);
        let colour = |c: Colour| c.linear().to_vec4();
        let on = |key: &str| f32::from(u8::from(layers.is_on(key)));
        let ground = &theme.ground;
        Self {
            tile: Vec4::new(tile.range_m.0, tile.range_m.1, ground_model.exaggeration as f32, SAMPLES as f32),
            shown: Vec4::new(on("terrain.contours"), on("terrain.water"), rim_m, tile.key.width_m() as f32),
            corner: Vec4::new(corner.east_m as f32, corner.north_m as f32, tile.came_s, 0.0),
            morph: Vec4::new(tile.morph_m.0, tile.morph_m.1, 0.0, 0.0),
            known,
            lamps: look.lamps().map(|lamp| lamp.truncate().extend(lamp.w / lamp.y)),
            told: Vec4::new(
                dress.interval.0 as f32,
                look.water_rise_m as f32,
                dress.drapery.shading(),
                ground.relief,
            ),
            slope: std::array::from_fn(|i| ground.slope.get(i).map_or(Vec4::ZERO, |c| colour(*c))),
            aspect: std::array::from_fn(|i| ground.aspect.get(i).map_or(Vec4::ZERO, |c| colour(*c))),
            plain: colour(ground.plain),
            flood: colour(ground.flood),
            seen: colour(ground.seen),
            unseen: colour(ground.unseen),
            answer: dress.laid.place(),
            lowest: colour(ground.tint[tile.tints(theme).start].1),
            tint: changes(&ground.tint[tile.tints(theme)]),
            contour: colour(ground.contour),
            water: colour(ground.water),
            shore: colour(ground.shore),
            haze: colour(ground.haze),
            sky: colour(ground.sky),
        }
    }
}

/// The material of one tile.
#[derive(Asset, TypePath, AsBindGroup, Clone, Debug)]
#[bind_group_data(Shown)]
pub(crate) struct GroundMaterial {
    #[uniform(0)]
    look: Look,
    #[texture(1)]
    #[sampler(2)]
    raster: Handle<Image>,
    /// Heights above the nearest river; the fallback where none is near.
    #[texture(3)]
    above_water: Option<Handle<Image>>,
    /// The answer laid over the ground; the fallback where none is.
    #[texture(4)]
    answer: Option<Handle<Image>>,
    /// What lies on the ground as part of it; the fallback where nothing does.
    #[texture(5)]
    pub draped: Option<Handle<Image>>,
    colouring: GroundColouring,
    all_tints: bool,
    tile: Tile,
}

/// The textures of a tile.
pub(crate) struct Rasters {
    pub raster: Handle<Image>,
    pub above_water: Option<Handle<Image>>,
    pub draped: Option<Handle<Image>>,
}

/// By how much the colour changes from each height of the tint on, and that height.
fn changes(tint: &[(f32, Colour)]) -> [Vec4; 6] {
    let linear = |i: usize| tint.get(i).or(tint.last()).map_or(Vec4::ZERO, |(_, c)| c.linear().to_vec4());
    let height_m = |i: usize| tint.get(i).or(tint.last()).map_or(0.0, |(height_m, _)| *height_m);
    std::array::from_fn(|i| {
        let rise_m = (height_m(i + 1) - height_m(i)).max(1.0);
        ((linear(i + 1) - linear(i)) / rise_m).truncate().extend(height_m(i))
    })
}

/// Which tile it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tile {
    pub key: TileKey,
    /// Middle and half of its range of heights, metres.
    pub range_m: (f32, f32),
    /// How far into a river its wettest place lies, metres; negative where it lies outside.
    pub shore_m: f32,
    /// Between which distances from the eye it passes into the tile above, metres.
    pub morph_m: (f32, f32),
    /// Whether a river is near.
    pub is_near_water: bool,
    /// When it came in place of the tile above, seconds of the engine's clock.
    pub came_s: f32,
}

impl Tile {
    /// The part of the tint its heights need: three neighbours where they are enough, else all.
    fn tints(&self, theme: &Theme) -> std::ops::Range<usize> {
        let (low_m, high_m) = (self.range_m.0 - self.range_m.1, self.range_m.0 + self.range_m.1);
        let tint = &theme.ground.tint;
        let below = tint.iter().take_while(|(height_m, _)| *height_m <= low_m).count();
        let from = below.saturating_sub(1).min(tint.len() - FEW_TINTS);
        let to = from + FEW_TINTS;
        if to == tint.len() || tint[to - 1].0 >= high_m { from..to } else { 0..tint.len() }
    }

    /// False where no water, nor the rim and the bank it is drawn with, can come.
    fn is_wet(&self) -> bool {
        // A leaf has some 400 pixels along a side at least; far rivers are widened by 0.6 pixels, and have a bank of 1.5.
        let pixel_m = (self.key.width_m() / 180.0) as f32;
        self.shore_m + (0.6 * pixel_m).min(480.0) + 3.0 * pixel_m > 0.0
    }

    /// True where the fading rim of the known ground is near.
    fn is_at_rim(&self, known: Vec4, rim_m: f32) -> bool {
        let (corner, width_m) = (self.key.south_west(), self.key.width_m() as f32);
        let (east_m, north_m) = (corner.east_m as f32, corner.north_m as f32);
        let inside_m = (east_m - known.x)
            .min(known.z - east_m - width_m)
            .min(north_m - known.y)
            .min(known.w - north_m - width_m);
        inside_m < rim_m
    }
}

/// Heights of the tint that most tiles lie between.
const FEW_TINTS: usize = 3;

/// A tile that came long ago.
pub(crate) const LONG_AGO_S: f32 = -1.0e4;

/// The box around the known ground in the city frame: west, south, east, north, metres.
fn known(ground: &GroundModel) -> Vec4 {
    let [west, south, east, north] = ground.ground.info().bounds;
    let corner = |lon, lat| geodesy::to_city_frame(LonLat::new(lon, lat));
    let (low, high) = (corner(west, south), corner(east, north));
    Vec4::new(low.east_m as f32, low.north_m as f32, high.east_m as f32, high.north_m as f32)
}

impl GroundMaterial {
    pub(crate) fn new(tile: Tile, rasters: Rasters, dress: &Dress) -> Self {
        let (answer, colouring) = (dress.laid.image.clone(), dress.look.colouring);
        let Rasters { raster, above_water, draped } = rasters;
        let all_tints = tile.tints(&dress.theme).len() > FEW_TINTS;
        Self { look: Look::new(tile, dress), raster, above_water, answer, draped, colouring, all_tints, tile }
    }

    /// The tile comes now, and is morphed from the one above it.
    pub(crate) fn come(&mut self, now_s: f32) {
        self.tile.came_s = now_s;
        self.look.corner.z = now_s;
    }
}

impl Material for GroundMaterial {
    fn vertex_shader() -> ShaderRef {
        SHADER.into()
    }

    fn fragment_shader() -> ShaderRef {
        SHADER.into()
    }

    /// The ground is opaque, but drawn in the pass that the program sorts itself: there each tile's place is written
    /// by the processor, which for some dozen tiles is far cheaper than the engine's passes that build it on the
    /// graphics adapter, above all where that adapter is software.
    fn alpha_mode(&self) -> AlphaMode {
        AlphaMode::Blend
    }

    /// Before everything that lies on it.
    fn depth_bias(&self) -> f32 {
        OPAQUE_BIAS
    }

    fn enable_prepass() -> bool {
        false
    }

    fn enable_shadows() -> bool {
        false
    }

    fn specialize(
        _: &MaterialPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        layout: &MeshVertexBufferLayoutRef,
        key: MaterialPipelineKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        if let Some(fragment) = &mut descriptor.fragment {
            let Shown { colouring, risen_water, answer, draped, water, rim, all_tints } = key.bind_group_data;
            let coloured = match colouring {
                GroundColouring::Height => "BY_HEIGHT",
                GroundColouring::Slope => "BY_SLOPE",
                GroundColouring::Aspect => "BY_ASPECT",
                GroundColouring::Plain => "PLAIN",
            };
            fragment.shader_defs.push(coloured.into());
            let parts = [
                (risen_water, "RISEN_WATER"),
                (answer, "ANSWER"),
                (draped, "DRAPED"),
                (water, "WATER"),
                (rim, "RIM"),
                (all_tints, "ALL_TINTS"),
            ];
            fragment.shader_defs.extend(parts.iter().filter(|(on, _)| *on).map(|(_, name)| (*name).into()));
        }
        let buffer = layout.0.get_layout(&[
            Mesh::ATTRIBUTE_POSITION.at_shader_location(0),
            COARSE_HEIGHT.at_shader_location(1),
        ])?;
        descriptor.vertex.buffers = vec![buffer];
        // Skirts are seen from both sides.
        descriptor.primitive.cull_mode = None;
        if let Some(depth) = &mut descriptor.depth_stencil {
            depth.depth_write_enabled = Some(true);
            // The bias orders the drawing only; the ground keeps its own depth, so that it hides what lies behind it.
            depth.bias.constant = 0;
        }
        let targets =
            descriptor.fragment.iter_mut().flat_map(|fragment| fragment.targets.iter_mut().flatten());
        targets.for_each(|target| target.blend = None);
        Ok(())
    }
}

pub(crate) fn plugin(app: &mut App) {
    load_internal_asset!(app, SHADER, "../../../assets/shaders/terrain.wgsl", Shader::from_wgsl);
    app.add_plugins(MaterialPlugin::<GroundMaterial>::default());
}

/// What the shader is compiled for: a software adapter works out both sides of every branch, so what is not shown must
/// not be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Shown {
    colouring: GroundColouring,
    risen_water: bool,
    answer: bool,
    draped: bool,
    water: bool,
    rim: bool,
    all_tints: bool,
}

impl From<&GroundMaterial> for Shown {
    fn from(material: &GroundMaterial) -> Self {
        Self {
            colouring: material.colouring,
            risen_water: material.look.told.y > 0.0 && material.tile.is_near_water,
            answer: material.answer.is_some(),
            draped: material.draped.is_some(),
            water: material.tile.is_wet() && material.look.shown.y > 0.0,
            rim: material.tile.is_at_rim(material.look.known, material.look.shown.z),
            all_tints: material.all_tints && material.colouring == GroundColouring::Height,
        }
    }
}

/// All that tiles are dressed by.
#[derive(SystemParam)]
pub(crate) struct Dress<'w> {
    pub ground: Res<'w, GroundModel>,
    pub look: Res<'w, GroundLook>,
    pub theme: Res<'w, Theme>,
    pub layers: Res<'w, OnScreenLayers>,
    pub interval: Res<'w, Interval>,
    pub laid: Res<'w, Laid>,
    pub drapery: Res<'w, Drapery>,
}

/// A mask laid over the ground as the answer to a question: 255 seen, 128 hidden, 0 not asked for.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub(crate) struct Laid {
    /// The mask, row 0 south.
    pub image: Option<Handle<Image>>,
    /// South-west corner of its first cell, city frame, and the width of it, metres.
    pub corner: EastNorth,
    pub width_m: f64,
}

impl Laid {
    fn place(&self) -> Vec4 {
        Vec4::new(self.corner.east_m as f32, self.corner.north_m as f32, self.width_m as f32, 0.0)
    }
}

/// Dresses all tiles anew when something they are dressed by changed.
pub(crate) fn dress(dress: Dress, mut materials: ResMut<Assets<GroundMaterial>>) {
    let Dress { ground, look, theme, layers, interval, laid, drapery } = &dress;
    let ground_too = ground.is_changed() || look.is_changed() || interval.is_changed() || laid.is_changed();
    if !(ground_too || theme.is_changed() || layers.is_changed() || drapery.is_changed()) {
        return;
    }
    for (_, material) in materials.iter_mut() {
        material.look = Look::new(material.tile, &dress);
        material.all_tints = material.tile.tints(&dress.theme).len() > FEW_TINTS;
        (material.answer, material.colouring) = (dress.laid.image.clone(), dress.look.colouring);
    }
}
