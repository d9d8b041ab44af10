// The ground: height tint, hill shading from the north-west, contour lines, water, haze.
// Every width is in pixels and every interval follows the height of the eye, so the picture depends on the view alone.

#import bevy_pbr::mesh_functions::get_world_from_local
#import bevy_pbr::mesh_view_bindings::{globals, view}
#import bevy_pbr::view_transformations::position_world_to_clip

struct Look {
    // Middle and half of the tile's range of heights, exaggeration, samples along a side.
    tile: vec4<f32>,
    // Opacity of contours and of water, width of the fading rim, width of the tile.
    shown: vec4<f32>,
    // South-west corner, and when the tile came.
    corner: vec4<f32>,
    // Distances between which the tile passes into the one above it.
    morph: vec4<f32>,
    known: vec4<f32>,
    tint: array<vec4<f32>, 6>,
    contour: vec4<f32>,
    water: vec4<f32>,
    shore: vec4<f32>,
    haze: vec4<f32>,
    sky: vec4<f32>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> look: Look;
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var raster: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(2) var raster_sampler: sampler;

struct Vertex {
    @builtin(instance_index) instance: u32,
    @location(0) position: vec3<f32>,
    @location(1) coarse: f32,
}

struct Fragment {
    @builtin(position) clip: vec4<f32>,
    @location(0) world: vec3<f32>,
    @location(1) uv: vec2<f32>,
    // What is one for the whole picture is worked out here: slope gain, contour interval, strength of contours, eye.
    @location(2) @interpolate(flat) whole: vec4<f32>,
    // How far the tile has passed into the one above it, 0 to 1.
    @location(3) coarser: f32,
}

// How long a tile that just came takes to grow out of the one above it, seconds.
const GROWING: f32 = 0.4;

@vertex
fn vertex(in: Vertex) -> Fragment {
    let to_world = get_world_from_local(in.instance);
    let exaggeration = look.tile.z;
    let fine = (to_world * vec4(in.position.x, in.position.y * exaggeration, in.position.z, 1.0)).xyz;
    let far = smoothstep(look.morph.x, look.morph.y, distance(fine, view.world_position));
    let age = globals.time - look.corner.z;
    // The clock begins anew every hour.
    let young = select(0.0, 1.0 - age / GROWING, age >= 0.0 && age < GROWING);
    var out: Fragment;
    out.coarser = max(far, young);
    out.world = fine + vec3(0.0, (in.coarse - in.position.y) * exaggeration * out.coarser, 0.0);
    out.clip = position_world_to_clip(out.world);
    out.uv = vec2(in.position.x, -in.position.z) / look.shown.w;
    let eye = max(view.world_position.y / exaggeration - 250.0, 300.0);
    // Hills are shaded as if steeper than they are, as on printed maps; from high above, where only the broad forms
    // are left of the slopes, even more.
    let gain = max(exaggeration, 1.5) * clamp(pow(eye / 4000.0, 0.30), 1.0, 5.0);
    // Over the whole municipality lines would only be scratches.
    let near = 1.0 - smoothstep(120000.0, 240000.0, eye);
    out.whole = vec4(gain, interval(eye), near * look.shown.x * look.contour.a, eye);
    return out;
}

// The tint of a height: straight lines between the six given.
fn tint(height: f32) -> vec3<f32> {
    var colour = look.tint[0].rgb;
    for (var i = 0; i < 5; i++) {
        let low = look.tint[i].w;
        let part = clamp((height - low) / (look.tint[i + 1].w - low), 0.0, 1.0);
        colour = mix(colour, look.tint[i + 1].rgb, part);
    }
    return colour;
}

// Contour interval for an eye this high above the ground, metres.
fn interval(eye: f32) -> f32 {
    if eye < 1200.0 { return 10.0; }
    if eye < 3000.0 { return 20.0; }
    if eye < 9000.0 { return 50.0; }
    if eye < 24000.0 { return 100.0; }
    if eye < 80000.0 { return 200.0; }
    return 500.0;
}

// Opacity of the lines every `step` metres, `width` pixels wide; they fade where they would merge.
fn lines(height: f32, rise: f32, step: f32, width: f32) -> f32 {
    let off = abs(fract(height / step - 0.5) - 0.5) * step / rise;
    let apart = rise / step;
    return (1.0 - smoothstep(width * 0.5 - 0.5, width * 0.5 + 0.6, off)) * (1.0 - smoothstep(0.12, 0.32, apart));
}

// Light on a slope, 1 on level ground: most from the north-west, some from west and north, so that ridges of every
// direction have two sides.
fn light(slope: vec2<f32>) -> f32 {
    let normal = normalize(vec3(-slope.x, 1.0, slope.y));
    let north_west = max(dot(normal, vec3(-0.5, 0.70711, -0.5)), 0.0) / 0.70711;
    let west = max(dot(normal, vec3(-0.8192, 0.5736, 0.0)), 0.0) / 0.5736;
    let north = max(dot(normal, vec3(0.0, 0.5736, -0.8192)), 0.0) / 0.5736;
    let level = normal.y;
    return 0.62 * north_west + 0.15 * west + 0.13 * north + 0.10 * level;
}

@fragment
fn fragment(in: Fragment) -> @location(0) vec4<f32> {
    let samples = look.tile.w;
    let at = (in.uv * (samples - 1.0) + 0.5) / samples;
    var texel = textureSampleBias(raster, raster_sampler, at, -0.4);
    if in.coarser > 0.0 {
        // The next smaller copy is as fine as the tile above.
        texel = mix(texel, textureSampleLevel(raster, raster_sampler, at, 1.0), in.coarser);
    }
    let height = look.tile.x + texel.z * look.tile.y;
    let shore = texel.w;

    let sight = in.world - view.world_position;
    let distance = length(sight);
    let eye = in.whole.w;
    let pixel = distance / (view.clip_from_view[1][1] * view.viewport.w * 0.5);

    let lit = light(texel.xy * in.whole.x);
    let warm = mix(vec3(0.78, 0.90, 1.12), vec3(1.05, 1.01, 0.95), smoothstep(0.35, 1.05, lit));
    var colour = tint(height) * warm * mix(0.22, 1.0, lit * (0.87 + 0.13 * lit));

    let rise = max(fwidth(height), 1e-3);
    let step = in.whole.y;
    let line = max(0.30 * lines(height, rise, step, 1.0), 0.55 * lines(height, rise, step * 5.0, 1.5));
    colour = mix(colour, look.contour.rgb, line * in.whole.z);

    // Far rivers keep at least a pixel or so, and are drawn brighter.
    let inside = shore + min(0.6 * pixel, 480.0);
    let across = max(fwidth(shore), 1e-3);
    let wet = clamp(inside / across + 0.5, 0.0, 1.0) * look.shown.y;
    let level = 1.0 + sight.y / distance;
    let grazing = level * level * level;
    let shallow = 1.0 - smoothstep(0.0, 160.0, shore);
    let water = look.water.rgb * (1.0 + 0.30 * shallow) + look.shore.rgb * (0.02 + 0.12 * grazing + 0.22 * smoothstep(60.0, 500.0, pixel));
    colour = mix(colour, water, wet);
    let bank = (1.0 - smoothstep(0.4, 1.5, abs(inside) / across)) * (1.0 - smoothstep(14.0, 60.0, pixel));
    colour = mix(colour, look.shore.rgb, 0.55 * bank * look.shown.y);

    let far = distance / (9.0 * eye + 6000.0);
    colour = mix(colour, look.haze.rgb, 1.0 - exp(-far * far));

    let place = look.corner.xy + in.uv * look.shown.w;
    let rim = min(min(place.x - look.known.x, look.known.z - place.x), min(place.y - look.known.y, look.known.w - place.y));
    colour = mix(look.sky.rgb, colour, smoothstep(0.0, look.shown.z, rim));
    return vec4(colour, 1.0);
}
