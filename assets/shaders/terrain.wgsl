// The ground: height tint, hill shading from the north-west, contour lines, water, haze.
// Every width is in pixels and every interval follows the height of the eye, so the picture depends on the view alone.
// What changes slowly over a tile is worked out at its corners, and what a tile does not have is not compiled in: on a
// software adapter this shader is most of a frame. There a uniform costs more to read in a fragment than what it is for:
// what every fragment needs comes flat from the corners.

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
    // Where light comes from (east, up, north), and its part over its height, so that level ground gets just that part.
    lamps: array<vec4<f32>, 3>,
    // Interval of contours, by how much rivers have risen, how much light and shade there is on what is draped, how many
    // times as steep the ground is lit.
    told: vec4<f32>,
    // Corner and width of the answer laid over the ground.
    answer: vec4<f32>,
    slope: array<vec4<f32>, 6>,
    aspect: array<vec4<f32>, 4>,
    plain: vec4<f32>,
    flood: vec4<f32>,
    seen: vec4<f32>,
    unseen: vec4<f32>,
    // The colour at the lowest height of the tint; then by how much it changes a metre from each height on.
    lowest: vec4<f32>,
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
@group(#{MATERIAL_BIND_GROUP}) @binding(3) var above_water: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(4) var answer: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(5) var draped: texture_2d<f32>;

struct Vertex {
    @builtin(instance_index) instance: u32,
    @location(0) position: vec3<f32>,
    @location(1) coarse: f32,
}

struct Fragment {
    @builtin(position) clip: vec4<f32>,
    // Metres a pixel, how much of it is haze, how grazing it is seen, how far it has passed into the tile above.
    @location(0) seen: vec4<f32>,
    // Where in the raster.
    @location(1) at: vec2<f32>,
    // Slope gain, contour lines a metre, strength of contours, opacity of water.
    @location(2) @interpolate(flat) whole: vec4<f32>,
    // Where light comes from, as long as there is of it.
    @location(3) @interpolate(flat) sun: vec3<f32>,
    @location(4) @interpolate(flat) left: vec3<f32>,
    @location(5) @interpolate(flat) right: vec3<f32>,
    // The tint, and in the fourth place its heights.
    @location(6) @interpolate(flat) lowest: vec4<f32>,
    @location(7) @interpolate(flat) lower: vec4<f32>,
    @location(8) @interpolate(flat) upper: vec4<f32>,
    // In the fourth places middle and half of the tile's range of heights.
    @location(9) @interpolate(flat) haze: vec4<f32>,
    @location(10) @interpolate(flat) contour: vec4<f32>,
    @location(11) @interpolate(flat) water: vec3<f32>,
    @location(12) @interpolate(flat) shore: vec3<f32>,
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
    let coarser = max(far, young);
    let world = fine + vec3(0.0, (in.coarse - in.position.y) * exaggeration * coarser, 0.0);
    out.clip = position_world_to_clip(world);
    let samples = look.tile.w;
    out.at = (vec2(in.position.x, -in.position.z) / look.shown.w * (samples - 1.0) + 0.5) / samples;
    let eye = max(view.world_position.y / exaggeration - 250.0, 300.0);
    // Hills are shaded as if steeper than they are, as on printed maps; from high above, where only the broad forms
    // are left of the slopes, even more.
    let gain = look.told.w * max(exaggeration, 1.5) * clamp(pow(eye / 4000.0, 0.30), 1.0, 5.0);
    // Over the whole municipality lines would only be scratches.
    let near = 1.0 - smoothstep(120000.0, 240000.0, eye);
    out.whole = vec4(gain, 1.0 / look.told.x, near * look.shown.x * look.contour.a, look.shown.y);
    out.sun = look.lamps[0].xyz * look.lamps[0].w;
    out.left = look.lamps[1].xyz * look.lamps[1].w;
    out.right = look.lamps[2].xyz * look.lamps[2].w;
    out.lowest = vec4(look.lowest.rgb, look.tint[2].w);
    out.lower = look.tint[0];
    out.upper = look.tint[1];
    out.haze = vec4(look.haze.rgb, look.tile.x);
    out.contour = vec4(look.contour.rgb, look.tile.y);
    out.water = look.water.rgb;
    out.shore = look.shore.rgb;
    let sight = world - view.world_position;
    let distance = length(sight);
    let hazy = distance / (9.0 * eye + 6000.0);
    let level = 1.0 + sight.y / distance;
    let pixel = distance / (view.clip_from_view[1][1] * view.viewport.w * 0.5);
    out.seen = vec4(pixel, 1.0 - exp(-hazy * hazy), level * level * level, coarser);
    return out;
}

// Smooth between two values, told by the lower one and one over what lies between them.
fn smooth_from(low: f32, inverse: f32, value: f32) -> f32 {
    let t = clamp((value - low) * inverse, 0.0, 1.0);
    return t * t * (3.0 - 2.0 * t);
}

// By how much the colour changes between two heights of the tint below this one.
fn change(height: f32, low: vec4<f32>, high: f32) -> vec3<f32> {
    return (clamp(height, low.w, high) - low.w) * low.rgb;
}

// The tint of a height: straight lines between the six given, or the three between which the tile lies.
fn tint(height: f32, in: Fragment) -> vec3<f32> {
    var colour = in.lowest.rgb + change(height, in.lower, in.upper.w) + change(height, in.upper, in.lowest.w);
#ifdef ALL_TINTS
    colour += change(height, look.tint[2], look.tint[3].w) + change(height, look.tint[3], look.tint[4].w)
        + change(height, look.tint[4], look.tint[5].w);
#endif
    return colour;
}

// Opacity of contour lines, `often` of them a metre, where a pixel rises `rise` metres. Every fifth is stronger; lines
// fade where they would merge, the fifth ones later.
fn contours(height: f32, rise: f32, often: f32) -> f32 {
    let lines = height * often;
    let pixel = rise * often;
    let nearest = floor(lines + 0.5);
    let is_fifth = fract(0.2 * nearest + 0.1) < 0.2;
    // Half the width with half a pixel of rim, how close lines stand, strength.
    let line = select(vec3(1.05, 1.0, 0.30), vec3(1.30, 0.2, 0.55), is_fifth);
    let sparse = clamp(1.6 - 5.0 * line.y * pixel, 0.0, 1.0);
    return line.z * clamp(line.x - abs(lines - nearest) / pixel, 0.0, 1.0) * sparse;
}

// Light on a slope, 1 on level ground: most from the sun, some from both sides of it.
fn light(slope: vec2<f32>, in: Fragment) -> f32 {
    let normal = vec3(-slope.x, 1.0, -slope.y);
    let lit = max(dot(normal, in.sun), 0.0) + max(dot(normal, in.left), 0.0) + max(dot(normal, in.right), 0.0);
    return (0.10 + lit) * inverseSqrt(1.0 + dot(slope, slope));
}

// The colour of a slope's class: 5, 15, 25, 35 and 45 degrees part them.
fn slope_colour(slope: vec2<f32>) -> vec3<f32> {
    let steep = degrees(atan(length(slope)));
    var colour = look.slope[0].rgb;
    var edge = 5.0;
    for (var i = 1; i < 6; i++) {
        colour = mix(colour, look.slope[i].rgb, smoothstep(edge - 0.4, edge + 0.4, steep));
        edge = f32(i) * 10.0 + 5.0;
    }
    return colour;
}

// The colour of the direction a slope falls to; level ground has none.
fn aspect_colour(slope: vec2<f32>) -> vec3<f32> {
    let steep = length(slope);
    let falls = -slope / max(steep, 1e-5);
    let parts = vec4(max(falls.y, 0.0), max(falls.x, 0.0), max(-falls.y, 0.0), max(-falls.x, 0.0));
    let shares = parts * parts;
    let colour = shares.x * look.aspect[0].rgb + shares.y * look.aspect[1].rgb
        + shares.z * look.aspect[2].rgb + shares.w * look.aspect[3].rgb;
    return mix(look.plain.rgb, colour, smoothstep(0.02, 0.06, steep));
}

// What the ground's colour tells at a height and slope.
fn told_colour(height: f32, slope: vec2<f32>, in: Fragment) -> vec3<f32> {
#ifdef BY_SLOPE
    return slope_colour(slope);
#else ifdef BY_ASPECT
    return aspect_colour(slope);
#else ifdef PLAIN
    return look.plain.rgb;
#else
    return tint(height, in);
#endif
}

// Where in the tile, 0 to 1, a place of its raster is.
fn within_tile(at: vec2<f32>) -> vec2<f32> {
    return (at * look.tile.w - 0.5) / (look.tile.w - 1.0);
}

@fragment
fn fragment(in: Fragment) -> @location(0) vec4<f32> {
    // The next smaller copy is as fine as the tile above.
    let texel = textureSampleBias(raster, raster_sampler, in.at, in.seen.w - 0.4);
    let height = in.haze.w + texel.z * in.contour.w;
    let pixel = in.seen.x;

    let lit = light(texel.xy * in.whole.x, in);
    let warm = vec3(0.78, 0.90, 1.12) + vec3(0.27, 0.11, -0.17) * smooth_from(0.35, 1.0 / 0.7, lit);
    var colour = told_colour(height, texel.xy, in) * (0.22 + 0.78 * lit * (0.87 + 0.13 * lit)) * warm;

    var dry = 1.0;
#ifdef WATER
    // Far rivers keep at least a pixel or so, and are drawn brighter.
    let shore = texel.w;
    let inside = shore + min(0.6 * pixel, 480.0);
    let across = 1.0 / max(fwidth(shore), 1e-3);
    let wet = clamp(inside * across + 0.5, 0.0, 1.0) * in.whole.w;
    let shallow = 1.0 - smooth_from(0.0, 1.0 / 160.0, shore);
    let shine = 0.02 + 0.12 * in.seen.z + 0.22 * smooth_from(60.0, 1.0 / 440.0, pixel);
    colour = mix(colour, in.water * (1.0 + 0.30 * shallow) + in.shore * shine, wet);
    dry = 1.0 - wet;
    let bank = (1.0 - smooth_from(0.4, 1.0 / 1.1, abs(inside) * across)) * (1.0 - smooth_from(14.0, 1.0 / 46.0, pixel));
    colour = mix(colour, in.shore, 0.55 * bank * in.whole.w);
#endif

#ifdef DRAPED
    let laid = textureSample(draped, raster_sampler, within_tile(in.at));
    // Imagery has shadows of its own.
    colour = mix(colour, laid.rgb * mix(1.0, mix(0.55, 1.0, lit), look.told.z), laid.a);
#endif

    let rise = max(fwidth(height), 1e-3);
    colour = mix(colour, in.contour.rgb, contours(height, rise, in.whole.y) * in.whole.z * dry);

#ifdef RISEN_WATER
    // Land under water that has risen: deeper is darker, and its edge is drawn.
    let under = look.told.y - textureSampleLevel(above_water, raster_sampler, in.at, 0.0).r;
    // Where no river is near any more the height above it jumps: no bank is that steep, and none is drawn there.
    let edge = clamp(fwidth(under), 1e-3, pixel);
    let depth = clamp(under / 15.0, 0.0, 1.0);
    colour = mix(colour, look.flood.rgb * mix(1.0, 0.45, depth), clamp(under / edge + 0.5, 0.0, 1.0) * look.flood.a * 0.85);
    colour = mix(colour, look.shore.rgb, 0.8 * (1.0 - smoothstep(0.5, 1.6, abs(under) / edge)));
#endif

#ifdef ANSWER
    let within = (look.corner.xy + within_tile(in.at) * look.shown.w - look.answer.xy) / look.answer.z;
    let is_within = f32(all(within >= vec2(0.0)) && all(within <= vec2(1.0)));
    let told = is_within * textureSampleLevel(answer, raster_sampler, within, 0.0).r;
    let seen = smoothstep(0.70, 0.80, told);
    let asked = smoothstep(0.20, 0.30, told);
    colour = mix(colour, look.unseen.rgb, look.unseen.a * asked * (1.0 - seen));
    colour = mix(colour, look.seen.rgb * mix(0.55, 1.0, lit), look.seen.a * seen);
#endif

    colour = mix(colour, in.haze.rgb, in.seen.y);

#ifdef RIM
    let place = look.corner.xy + within_tile(in.at) * look.shown.w;
    let rim = min(min(place.x - look.known.x, look.known.z - place.x), min(place.y - look.known.y, look.known.w - place.y));
    colour = mix(look.sky.rgb, colour, smoothstep(0.0, look.shown.z, rim));
#endif
    return vec4(colour, 1.0);
}
