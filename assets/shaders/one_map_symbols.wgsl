// Symbols of the one-map: a quad a point, its size in pixels set here, its shape drawn by distance to an outline.
#import bevy_pbr::mesh_functions::{get_world_from_local, mesh_position_local_to_world}
#import bevy_pbr::mesh_view_bindings::view
#import shancheng::outlines::{box, cover, drop, hexagon, linear, outline}

struct Symbols {
    // Colour of the rim; its opacity is the whole layer's.
    rim: vec4<f32>,
    // Colour of what is too old.
    stale: vec4<f32>,
    // Pixels a point, points between symbols below which low ones give way, pull towards the eye as a share of the
    // distance, phase of the pulse from 0 to 1.
    settings: vec4<f32>,
    // Distance at which a symbol has its own size in metres, least and greatest factor, width of the rim in points.
    zoom: vec4<f32>,
    // Distance where the layer begins to fade and is gone in metres, 1 while every symbol is stale, 0.
    fade: vec4<f32>,
    // Bit n: symbols of group n are shown.
    shown: vec4<u32>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> symbols: Symbols;

struct Vertex {
    @builtin(instance_index) instance_index: u32,
    @location(0) position: vec3<f32>,
    @location(1) colour: vec4<f32>,
    // From the low bits: corner 2, shape 5, size in quarter points 8, spacing in eighths of an octave of metres 8,
    // pulse 1, hollow 1, stale 1, group 4.
    @location(2) style: u32,
}

struct Drawn {
    @builtin(position) clip: vec4<f32>,
    @location(0) colour: vec4<f32>,
    // Pixels from the middle, y up.
    @location(1) place: vec2<f32>,
    @location(2) radius: f32,
    @location(3) @interpolate(flat) style: u32,
}

@vertex
fn vertex(v: Vertex) -> Drawn {
    var out: Drawn;
    let world = mesh_position_local_to_world(get_world_from_local(v.instance_index), vec4(v.position, 1.0));
    var clip = view.clip_from_world * world;
    let distance = max(clip.w, 1.0);
    let metres_a_pixel = distance * 2.0 / (view.clip_from_view[1][1] * view.viewport.w);

    // How steeply the symbol is looked down on: 1 from above, near 0 along the ground.
    let sight = view.world_position - world.xyz;
    let steep = clamp(sight.y / length(sight), 0.05, 1.0);

    let point = symbols.settings.x;
    let spacing_m = exp2(f32((v.style >> 15u) & 0xffu) / 8.0);
    let gap = symbols.settings.y * point;
    // Seen along the ground the same ground is narrower on the screen (`Projector::crowding` says the same).
    let crowding = max(1.0, sqrt(0.6 / steep));
    let room = smoothstep(0.75 * gap, 1.1 * gap, spacing_m / metres_a_pixel / crowding);
    let near = 1.0 - smoothstep(symbols.fade.x, symbols.fade.y, distance);
    let group = (v.style >> 26u) & 0xfu;
    let on = f32((symbols.shown.x >> group) & 1u);
    let opacity = room * near * on * symbols.rim.a;

    let zoom = clamp(pow(symbols.zoom.x / distance, 0.3), symbols.zoom.y, symbols.zoom.z);
    out.radius = f32((v.style >> 7u) & 0xffu) / 8.0 * zoom * point;
    let corner = vec2(f32(v.style & 1u), f32((v.style >> 1u) & 1u)) * 2.0 - 1.0;
    // A pulse reaches out to twice the radius.
    let pulse = f32((v.style >> 23u) & 1u);
    let reach = out.radius * (1.0 + 1.2 * pulse) + symbols.zoom.w * point + 1.0;
    out.place = corner * reach;
    clip += vec4(out.place * 2.0 / view.viewport.zw * clip.w, 0.0, 0.0);
    // Towards the eye by what the ground under its lower half is nearer, so that no symbol is half sunk.
    clip.z *= 1.0 + clamp(1.2 * out.radius * metres_a_pixel / (distance * steep), symbols.settings.z, 0.3);
    out.clip = clip;
    if opacity < 0.01 || clip.w < 1.0 {
        out.clip = vec4(2.0, 2.0, 0.0, 1.0);
    }
    let stale = max(f32((v.style >> 25u) & 1u), symbols.fade.z);
    let colour = linear(v.colour.rgb);
    out.colour = vec4(mix(colour, symbols.stale.rgb, 0.65 * stale), v.colour.a * opacity);
    out.style = v.style;
    return out;
}

// Signs inside a unit's disc.
fn sign_of(shape: u32, p: vec2<f32>, r: f32) -> f32 {
    switch shape {
        // Police: a star.
        case 16u: {
            let step = 1.2566371;
            let angle = atan2(p.x, p.y);
            let within = abs(angle - step * round(angle / step));
            let q = length(p) * vec2(sin(within), cos(within));
            return dot(q - vec2(0.0, 0.72 * r), normalize(vec2(1.0, 0.5)));
        }
        // Fire: a flame.
        case 17u: { return drop(p, 0.72 * r); }
        // Medical: a cross.
        case 18u: { return min(box(p, vec2(0.2, 0.6) * r), box(p, vec2(0.6, 0.2) * r)); }
        // Gas repair: a diamond.
        case 19u: { return abs((abs(p.x) + abs(p.y) - 0.5 * r) * 0.7071) - 0.13 * r; }
        // Municipal repair: a nut.
        case 20u: { return max(hexagon(p, 0.66 * r), 0.27 * r - length(p)); }
        // Law enforcement: a square.
        case 21u: { return box(p, vec2(0.42 * r)); }
        // Rescue: a life belt.
        case 22u: { return abs(length(p) - 0.45 * r) - 0.17 * r; }
        // Grid worker: head and shoulders.
        case 23u: {
            let head = length(p - vec2(0.0, 0.26 * r)) - 0.25 * r;
            let shoulders = max(length(p + vec2(0.0, 0.55 * r)) - 0.5 * r, -0.55 * r - p.y);
            return min(head, shoulders);
        }
        // Drone: four arms.
        default: {
            let q = vec2(p.x + p.y, p.x - p.y) * 0.7071;
            return min(box(q, vec2(0.14, 0.66) * r), box(q, vec2(0.66, 0.14) * r));
        }
    }
}

@fragment
fn fragment(in: Drawn) -> @location(0) vec4<f32> {
    let shape = (in.style >> 2u) & 0x1fu;
    let r = in.radius;
    let d = outline(shape, in.place, r);
    let rim = symbols.zoom.w * symbols.settings.x;
    let body = cover(d);
    var colour = in.colour.rgb;
    if ((in.style >> 24u) & 1u) == 1u {
        colour = mix(colour, symbols.rim.rgb, cover(d + max(0.32 * r, 1.2)));
    }
    if shape >= 16u {
        colour = mix(colour, symbols.rim.rgb, cover(sign_of(shape, in.place, r)));
    }
    if shape == 8u {
        // An incident: a disc inside a dark ring inside a bright ring.
        colour = mix(colour, symbols.rim.rgb, cover(abs(length(in.place) - 0.7 * r) - 0.09 * r));
    }
    colour = mix(symbols.rim.rgb, colour, body);
    var opacity = cover(d - rim) * in.colour.a;
    if ((in.style >> 23u) & 1u) == 1u {
        let phase = symbols.settings.w;
        let ring = cover(abs(length(in.place) - r * (1.0 + 1.1 * phase)) - (0.16 * r * (1.0 - 0.6 * phase)));
        let waves = ring * (1.0 - phase) * in.colour.a;
        colour = mix(in.colour.rgb, colour, step(waves, opacity));
        opacity = max(opacity, waves);
    }
    if opacity < 0.01 {
        discard;
    }
    return vec4(colour, opacity);
}
