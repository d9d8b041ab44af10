// Buildings: walls lit by the lamps of the ground, darker toward the foot, with edges that can be read and haze as the
// ground has it. The ground under them is exaggerated, they are not.

#import bevy_pbr::mesh_functions::get_world_from_local
#import bevy_pbr::mesh_view_bindings::view
#import bevy_pbr::view_transformations::position_world_to_clip

struct Look {
    wall: vec4<f32>,
    roof: vec4<f32>,
    // Colour and strength of the edge between wall and roof.
    edge: vec4<f32>,
    haze: vec4<f32>,
    // Where light comes from (east, up, north), and its part.
    lamps: array<vec4<f32>, 3>,
    // Exaggeration of the ground, distances between which buildings sink into it.
    told: vec4<f32>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> look: Look;

struct Vertex {
    @builtin(instance_index) instance: u32,
    // East, height of the ground, south.
    @location(0) position: vec3<f32>,
    @location(1) above: f32,
    // Direction, ends and tone, packed.
    @location(2) facet: u32,
}

struct Fragment {
    @builtin(position) clip: vec4<f32>,
    @location(0) world: vec3<f32>,
    // Along the wall and up it, 0 to 1; metres above the ground.
    @location(1) place: vec3<f32>,
    // The colour with its light, and 1 on walls.
    @location(2) @interpolate(flat) lit: vec4<f32>,
}

// Light on a facet, 1 on level ground. Walls have the sky beside them too, so that none is black.
fn light(normal: vec3<f32>, wall: f32) -> f32 {
    var sum = 0.10 * max(normal.y, 0.0) + 0.16 * wall;
    for (var i = 0; i < 3; i++) {
        let lamp = look.lamps[i];
        let towards = vec3(lamp.x, lamp.y, -lamp.z);
        // Low light would burn walls out.
        sum += lamp.w * max(dot(normal, towards), 0.0) / max(lamp.y, 0.5);
    }
    return min(sum, 1.15);
}

@vertex
fn vertex(in: Vertex) -> Fragment {
    let to_world = get_world_from_local(in.instance);
    let ground = (to_world * vec4(in.position.x, in.position.y * look.told.x, in.position.z, 1.0)).xyz;
    let risen = 1.0 - smoothstep(look.told.y, look.told.z, distance(ground, view.world_position));
    let away = unpack4x8snorm(in.facet).xy;
    let wall = f32((in.facet & 0xffffu) != 0u);
    let under = f32((in.facet >> 18u) & 1u);
    let normal = vec3(away.x, (1.0 - wall) * (1.0 - 2.0 * under), away.y);
    let lit = light(normal, wall);
    let tone = 0.90 + 0.20 * f32((in.facet >> 20u) & 15u) / 15.0;
    let own = mix(look.roof.rgb, look.wall.rgb, wall) * tone * (1.0 - 0.5 * under);
    let warm = mix(vec3(0.78, 0.90, 1.12), vec3(1.05, 1.01, 0.95), smoothstep(0.35, 1.05, lit));

    var out: Fragment;
    out.world = ground + vec3(0.0, select(in.above, in.above * risen, in.above > 0.0), 0.0);
    out.clip = position_world_to_clip(out.world);
    // Walls that share corners have no ends to draw.
    let far = select(f32((in.facet >> 16u) & 1u), 0.5, ((in.facet >> 19u) & 1u) != 0u);
    out.place = vec3(far, f32((in.facet >> 17u) & 1u), in.above);
    out.lit = vec4(own * warm * mix(0.22, 1.0, lit * (0.87 + 0.13 * lit)), wall);
    return out;
}

@fragment
fn fragment(in: Fragment) -> @location(0) vec4<f32> {
    let wall = in.lit.a;
    // Pixels' worth of each.
    let step = max(fwidth(in.place), vec3(1e-5));
    let above = in.place.z;
    // Darker between the houses, a little lighter where towers stand free.
    let air = mix(0.58, 1.0, smoothstep(-2.0, 16.0, above)) + 0.16 * smoothstep(20.0, 160.0, above);
    var colour = in.lit.rgb * mix(1.0, air, wall);

    // Floors, where they are some pixels high.
    let floor = abs(fract(above / 3.0 - 0.5) - 0.5) * 3.0 / step.z;
    colour *= 1.0 - 0.13 * wall * (1.0 - smoothstep(0.4, 1.2, floor)) * (1.0 - smoothstep(0.25, 0.75, step.z));

    // The corners of the house are darker lines, its upper edge a lighter one; both fade where walls are a few pixels.
    let corner = min(in.place.x, 1.0 - in.place.x) / step.x;
    let wide = 1.0 - smoothstep(0.06, 0.25, step.x);
    colour *= 1.0 - 0.28 * wall * wide * (1.0 - smoothstep(0.3, 1.1, corner));
    let upper = (1.0 - in.place.y) / step.y;
    let high = 1.0 - smoothstep(0.08, 0.35, step.y);
    colour = mix(colour, look.edge.rgb, look.edge.a * wall * high * (1.0 - smoothstep(0.5, 1.4, upper)));

    let distance = length(in.world - view.world_position);
    let eye = max(view.world_position.y / look.told.x - 250.0, 300.0);
    let far = distance / (9.0 * eye + 6000.0);
    colour = mix(colour, look.haze.rgb, 1.0 - exp(-far * far));
    return vec4(colour, 1.0);
}
