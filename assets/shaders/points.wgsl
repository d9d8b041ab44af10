// Points at scale. A point is not a mesh: a compute pass writes the number of each into the pixels it covers, the one
// that matters most wins, and a second pass colours the pixels that were written.
#import shancheng::outlines::{cover, outline}

struct View {
    clip_from_render: mat4x4<f32>,
    // The eye in render space; pixels a point.
    eye: vec4<f32>,
    // The render origin in centimetres of the city frame, east and north; pixels of the picture.
    origin: vec2<i32>,
    size: vec2<u32>,
    // How many pages are drawn, the time in seconds of the points' clock, how many changes are told.
    pages: u32,
    now_s: u32,
    changes: u32,
    moves: u32,
    // How many times heights are drawn; distance at which a symbol has its own size; its least and greatest factor.
    zoom: vec4<f32>,
    // Linear colour of the rim; of what is too old. The fourth of the rim is its width in points.
    rim: vec4<f32>,
    stale: vec4<f32>,
    // Linear colours of the standings, calmest first; the fourth is how many times as large they are drawn.
    standing: array<vec4<f32>, 8>,
}

struct Look {
    // Shape, size across in points, 1 where it is shown, 1 where it is an outline.
    shape: vec4<f32>,
    // Linear colour as long as nothing stands out.
    colour: vec4<f32>,
    // Seconds after which it begins to fade, and after which it is silent.
    age: vec4<f32>,
}

// East and north in centimetres, height in decimetres with the look in the upper half, and the moment it was heard in
// seconds with the standing in the lowest four bits.
@group(0) @binding(0) var<uniform> view: View;
@group(0) @binding(1) var<storage, read_write> points: array<vec4<u32>>;
// Which rows of a page are meant, a bit each.
@group(0) @binding(2) var<storage, read> mask: array<u32>;
// Which pages are drawn.
@group(0) @binding(3) var<storage, read> pages: array<u32>;
@group(0) @binding(4) var<storage, read> looks: array<Look>;
@group(0) @binding(5) var<storage, read_write> pixels: array<atomic<u32>>;
// What changed: index and newest word of a point.
@group(0) @binding(6) var<storage, read> changes: array<vec2<u32>>;
// What moved: index, east, north, height with look.
@group(0) @binding(7) var<storage, read> moves: array<vec4<u32>>;
// How near the ground is.
@group(1) @binding(0) var ground: texture_depth_2d;

struct Seen {
    // Pixels, from the top left.
    at: vec2<f32>,
    radius: f32,
    // Reverse depth, pulled towards the eye by what the ground under its lower half is nearer.
    depth: f32,
    is_seen: bool,
}

fn see(p: vec4<u32>, look: Look) -> Seen {
    let moved = vec2<f32>(bitcast<vec2<i32>>(p.xy) - view.origin) * 0.01;
    let height = f32(p.z & 0xffffu) * 0.1 * view.zoom.x;
    let world = vec3(moved.x, height, -moved.y);
    let clip = view.clip_from_render * vec4(world, 1.0);
    let distance = max(clip.w, 1.0);
    let standing = view.standing[p.w & 7u];
    let zoom = clamp(pow(view.zoom.y / distance, 0.3), view.zoom.z, view.zoom.w);
    var seen: Seen;
    seen.radius = 0.5 * look.shape.y * standing.w * zoom * view.eye.w;
    let size = vec2<f32>(view.size);
    seen.at = (clip.xy / distance * vec2(0.5, -0.5) + 0.5) * size;
    let sight = view.eye.xyz - world;
    let steep = clamp(sight.y / length(sight), 0.05, 1.0);
    let metres_a_pixel = distance * 0.8284 / size.y;
    let pull = clamp(1.2 * seen.radius * metres_a_pixel / (distance * steep), 0.02, 0.3);
    seen.depth = clip.z / distance * (1.0 + pull);
    let reach = seen.radius + 2.0;
    seen.is_seen = clip.w > 1.0 && look.shape.z > 0.0 && all(seen.at > vec2(-reach)) && all(seen.at < size + reach);
    return seen;
}

// What stands out is drawn over what does not.
fn key_of(number: u32, p: vec4<u32>) -> u32 {
    return ((p.w & 7u) << 28u) | (number + 1u);
}

@compute @workgroup_size(64)
fn take_changes(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x < view.changes {
        points[changes[id.x].x].w = changes[id.x].y;
    }
    if id.x < view.moves {
        let moved = moves[id.x];
        let held = points[moved.x];
        points[moved.x] = vec4(moved.y, moved.z, moved.w, held.w);
    }
}

@compute @workgroup_size(64)
fn splat(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) place: u32) {
    // 64 groups a page.
    let row = group.x * 64u + place;
    let number = group.y * 4096u + row;
    let index = pages[group.y] * 4096u + row;
    if (mask[index >> 5u] >> (index & 31u) & 1u) == 0u {
        return;
    }
    let p = points[index];
    let seen = see(p, looks[p.z >> 16u & 63u]);
    if !seen.is_seen {
        return;
    }
    let size = vec2<i32>(view.size);
    let middle = clamp(vec2<i32>(seen.at), vec2(0), size - 1);
    if seen.depth < textureLoad(ground, middle, 0) {
        return;
    }
    let key = key_of(number, p);
    let reach = seen.radius + view.rim.w * view.eye.w + 0.5;
    let top = max(i32(ceil(seen.at.y - reach - 0.5)), 0);
    let bottom = min(i32(floor(seen.at.y + reach - 0.5)), size.y - 1);
    for (var y = top; y <= bottom; y++) {
        let up = f32(y) + 0.5 - seen.at.y;
        let half = sqrt(max(reach * reach - up * up, 0.0));
        let left = max(i32(ceil(seen.at.x - half - 0.5)), 0);
        let right = min(i32(floor(seen.at.x + half - 0.5)), size.x - 1);
        for (var x = left; x <= right; x++) {
            atomicMax(&pixels[y * size.x + x], key);
        }
    }
}

struct Corner {
    @builtin(position) clip: vec4<f32>,
}

@vertex
fn whole_picture(@builtin(vertex_index) n: u32) -> Corner {
    return Corner(vec4(f32(n & 1u) * 4.0 - 1.0, f32(n >> 1u) * 4.0 - 1.0, 0.5, 1.0));
}

@fragment
fn colour(corner: Corner) -> @location(0) vec4<f32> {
    let at = vec2<u32>(corner.clip.xy);
    let key = atomicLoad(&pixels[at.y * view.size.x + at.x]);
    if key == 0u {
        discard;
    }
    let number = (key & 0xfffffffu) - 1u;
    let p = points[pages[number >> 12u] * 4096u + (number & 4095u)];
    let look = looks[p.z >> 16u & 63u];
    let seen = see(p, look);
    let beside = vec2(corner.clip.x - seen.at.x, seen.at.y - corner.clip.y);
    let d = outline(u32(look.shape.x), beside, seen.radius);
    let rim = view.rim.w * view.eye.w;
    let standing = p.w & 7u;
    var body = select(look.colour.rgb, view.standing[standing].rgb, standing > 0u);
    let age = f32(view.now_s - min(p.w >> 4u, view.now_s));
    let old = clamp((age - look.age.x) / max(look.age.y - look.age.x, 1.0), 0.0, 1.0);
    body = mix(body, view.stale.rgb, 0.75 * old);
    // What is silent is hollow, and so is what its class draws as an outline.
    let hollow = look.shape.w > 0.0 || age >= look.age.y;
    body = select(body, mix(body, view.rim.rgb, cover(d + max(0.4 * seen.radius, 1.0))), hollow);
    let opacity = cover(d - rim) * look.colour.a;
    if opacity < 0.01 {
        discard;
    }
    return vec4(mix(view.rim.rgb, body, cover(d)), opacity);
}
