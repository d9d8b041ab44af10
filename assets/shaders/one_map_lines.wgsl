// Lines on the ground whose width is set in pixels here: the mesh holds the middle of the line twice, with the
// direction across it in the ground plane.
#import bevy_pbr::mesh_functions::{get_world_from_local, mesh_position_local_to_world}
#import bevy_pbr::mesh_view_bindings::view

struct LineClass {
    // Linear colour and opacity.
    colour: vec4<f32>,
    // Width in points, distance where it begins to fade and where it is gone in metres, dash in points (0: none).
    shape: vec4<f32>,
    // The rim on both sides, and its width in points; 1 for arrows.
    casing: vec4<f32>,
    more: vec4<f32>,
}

struct Lines {
    classes: array<LineClass, 12>,
    // Pull towards the eye as a share of the distance, pixels a point, metres travelled, opacity of what is travelled.
    settings: vec4<f32>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> lines: Lines;

struct Vertex {
    @builtin(instance_index) instance_index: u32,
    @location(0) position: vec3<f32>,
    // Across the line: east and north, longer at joins; and metres along the line.
    @location(1) across: vec3<f32>,
    // Class in the low byte, then one bit: the side.
    @location(2) style: u32,
}

struct Drawn {
    @builtin(position) clip: vec4<f32>,
    @location(0) @interpolate(flat) line_class: u32,
    // Pixels from the middle, signed; metres along; metres from the eye; half the width in pixels.
    @location(1) place: vec4<f32>,
    // The rim's width in pixels.
    @location(2) rim: f32,
}

@vertex
fn vertex(v: Vertex) -> Drawn {
    var out: Drawn;
    out.line_class = v.style & 0xffu;
    let shape = lines.classes[out.line_class].shape;
    let world = mesh_position_local_to_world(get_world_from_local(v.instance_index), vec4(v.position, 1.0));
    var clip = view.clip_from_world * world;
    let distance = max(clip.w, 1.0);
    // Near roads are drawn wider, far ones finer.
    let nearness = clamp(pow(8000.0 / distance, 0.35), 0.55, 2.0);
    let half = 0.5 * shape.x * nearness * lines.settings.y;
    let reach = half + 0.75;

    // The line's direction on the screen, without a division, so that it holds behind the eye as well.
    let along = view.clip_from_world * vec4(-v.across.y, 0.0, -v.across.x, 0.0);
    let on_screen = (along.xy * clip.w - clip.xy * along.w) * view.viewport.zw;
    let direction = on_screen / max(length(on_screen), 1e-9);
    let stretch = min(length(v.across.xy), 2.0);
    let offset = vec2(-direction.y, direction.x) * reach * stretch;
    clip += vec4(offset * 2.0 / view.viewport.zw * clip.w, 0.0, 0.0);
    // Infinite reversed depth: nearer by this share of the distance.
    clip.z *= 1.0 + lines.settings.x;
    out.clip = clip;
    let side = select(-1.0, 1.0, (v.style & 0x100u) != 0u);
    out.place = vec4(side * reach, v.across.z, distance, half);
    out.rim = lines.classes[out.line_class].more.x * nearness * lines.settings.y;
    if shape.x <= 0.0 {
        // Switched off: all corners in one point outside.
        out.clip = vec4(2.0, 2.0, 0.0, 1.0);
    }
    return out;
}

@fragment
fn fragment(in: Drawn) -> @location(0) vec4<f32> {
    let style = lines.classes[in.line_class];
    let half = in.place.w;
    // Thinner than a pixel is fainter, not broken.
    let thin = min(2.0 * half, 1.0);
    var opacity = clamp(max(half, 0.5) + 0.5 - abs(in.place.x), 0.0, 1.0) * thin * style.colour.a;
    opacity *= 1.0 - smoothstep(style.shape.y, style.shape.z, in.place.z);
    let metres_a_pixel = in.place.z * 2.0 / (view.clip_from_view[1][1] * view.viewport.w);
#ifdef SHAPES
    let inner = half - in.rim;
    let within = select(1.0, clamp(inner + 0.5 - abs(in.place.x), 0.0, 1.0), in.rim > 0.0);
    var colour = mix(style.casing.rgb, style.colour.rgb, within);
    opacity *= mix(style.casing.a / max(style.colour.a, 0.004), 1.0, within);
    if style.more.y > 0.0 {
        // Chevrons; powers of two, so that they do not creep while the map is zoomed.
        let every = exp2(round(log2(16.0 * half * metres_a_pixel)));
        let ahead = (fract(in.place.y / every) - 0.5) * every / metres_a_pixel;
        let off = abs(ahead + abs(in.place.x) - 0.5 * inner);
        let arrow = clamp(0.35 * inner + 0.5 - off, 0.0, 1.0) * clamp(inner - 0.5 - abs(in.place.x), 0.0, 1.0);
        // Where there is no rim, arrows are dark on light lines and light on dark ones.
        let bright = dot(style.colour.rgb, vec3(0.2126, 0.7152, 0.0722));
        let contrast = select(vec3(0.9), vec3(0.02), bright > 0.25);
        colour = mix(colour, select(contrast, style.casing.rgb, style.casing.a > 0.0), 0.9 * arrow);
    }
    if style.shape.w > 0.0 {
        let dash = exp2(round(log2(style.shape.w * lines.settings.y * metres_a_pixel)));
        let gap = f32(fract(in.place.y / dash) > 0.6);
        // In the gaps of a cased line its rim is seen, in those of another the ground.
        colour = mix(colour, style.casing.rgb, gap);
        opacity *= mix(1.0, 0.8 * style.casing.a, gap);
    }
#else
    let colour = style.colour.rgb;
    if style.shape.w > 0.0 {
        // Powers of two, so that dashes do not creep while the map is zoomed.
        let dash = exp2(round(log2(style.shape.w * lines.settings.y * metres_a_pixel)));
        opacity *= select(1.0, 0.12, fract(in.place.y / dash) > 0.6);
    }
#endif
    if in.place.y < lines.settings.z {
        opacity *= lines.settings.w;
    }
    if opacity < 0.004 {
        discard;
    }
    return vec4(colour, opacity);
}
