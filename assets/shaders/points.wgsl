// Points at scale. A point is not a mesh: a compute pass works out how each looks and writes its number into the pixels
// it covers, where the one that matters most wins; a second pass colours the pixels that were written.

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
    // How many times as large symbols are where many are in sight; those below this many pixels across are discs.
    crowd: vec4<f32>,
    // Linear colour of the rim; of what is too old. The fourth of the rim is its width in points.
    rim: vec4<f32>,
    stale: vec4<f32>,
    // Linear colours of the standings, calmest first; the fourth is how many times as large they are drawn.
    standing: array<vec4<f32>, 8>,
}

struct Look {
    // Shape, size across in points, 1 where it is an outline.
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
// How each point drawn looks: pixels from the left and the top; radius in 1/16 pixels with shape and hollow; colour.
@group(0) @binding(8) var<storage, read_write> seen: array<vec4<u32>>;
// How near the ground is.
@group(1) @binding(0) var ground: texture_depth_2d;

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

// Linear colour by age and standing.
fn colour_of(p: vec4<u32>, look: Look, age: f32) -> vec3<f32> {
    let standing = p.w & 7u;
    let fresh = select(look.colour.rgb, view.standing[standing].rgb, standing > 0u);
    let old = clamp((age - look.age.x) / max(look.age.y - look.age.x, 1.0), 0.0, 1.0);
    return mix(fresh, view.stale.rgb, 0.75 * old);
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
    let look = looks[p.z >> 16u & 63u];
    let place_m = vec2<f32>(bitcast<vec2<i32>>(p.xy) - view.origin) * 0.01;
    let world = vec3(place_m.x, f32(p.z & 0xffffu) * 0.1 * view.zoom.x, -place_m.y);
    let clip = view.clip_from_render * vec4(world, 1.0);
    let distance = max(clip.w, 1.0);
    let size_f = vec2<f32>(view.size);
    let at = (clip.xy / distance * vec2(0.5, -0.5) + 0.5) * size_f;
    if clip.w < 1.0 || any(at < vec2(-32.0)) || any(at > size_f + 32.0) {
        return;
    }
    let standing = p.w & 7u;
    let zoom = clamp(pow(view.zoom.y / distance, 0.3), view.zoom.z, view.zoom.w);
    // What stands out keeps its size in a crowd.
    let crowd = select(view.crowd.x, 1.0, standing > 2u);
    let radius = clamp(0.5 * look.shape.y * view.standing[standing].w * zoom * view.eye.w * crowd, 0.6, 60.0);

    // Towards the eye by what the ground under its lower half is nearer, so that no symbol is hidden by its own slope.
    let sight = view.eye.xyz - world;
    let steep = clamp(sight.y / length(sight), 0.05, 1.0);
    let metres_a_pixel = distance * 0.8284 / size_f.y;
    let pull = clamp(1.2 * radius * metres_a_pixel / (distance * steep), 0.02, 0.3);
    let size = vec2<i32>(view.size);
    let middle = clamp(vec2<i32>(at), vec2(0), size - 1);
    if clip.z / distance * (1.0 + pull) < textureLoad(ground, middle, 0) {
        return;
    }

    let age = f32(view.now_s - min(p.w >> 4u, view.now_s));
    // What is silent is hollow, and so is what its class draws as an outline.
    let hollow = select(0u, 1u, look.shape.z > 0.0 || age >= look.age.y);
    let is_small = 2.0 * radius < view.crowd.y;
    let shape = select(u32(look.shape.x) | hollow << 4u, 0u, is_small);
    let form = u32(radius * 16.0 + 0.5) << 8u | shape;
    seen[number] = vec4(bitcast<vec2<u32>>(at), form, pack4x8unorm(vec4(sqrt(colour_of(p, look, age)), look.colour.a)));

    let key = standing << 28u | (number + 1u);
    // Small ones have no rim.
    let reach = radius + select(view.rim.w * view.eye.w, 0.0, is_small) + 0.5;
    let top = max(i32(ceil(at.y - reach - 0.5)), 0);
    let bottom = min(i32(floor(at.y + reach - 0.5)), size.y - 1);
    for (var y = top; y <= bottom; y++) {
        let up = f32(y) + 0.5 - at.y;
        let half = sqrt(max(reach * reach - up * up, 0.0));
        let left = max(i32(ceil(at.x - half - 0.5)), 0);
        let right = min(i32(floor(at.x + half - 0.5)), size.x - 1);
        for (var x = left; x <= right; x++) {
            atomicMax(&pixels[y * size.x + x], key);
        }
    }
}
