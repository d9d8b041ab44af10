// Models and tiles of 3D Tiles: a picture times a colour, lit by the lamps of the ground, with haze as the ground has it.
// Light and haze are computed at the corners: a fragment reads its picture and no more.

#import bevy_pbr::mesh_functions::get_world_from_local
#import bevy_pbr::mesh_view_bindings::view
#import bevy_pbr::view_transformations::position_world_to_clip

struct Look {
    haze: vec4<f32>,
    // Where light comes from (east, up, north), and its part.
    lamps: array<vec4<f32>, 3>,
    // Exaggeration of the ground, 1 where the light is in the picture already, least opacity that is there.
    told: vec4<f32>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> look: Look;
#ifdef PICTURE
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var picture: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(2) var picture_sampler: sampler;
#endif

struct Vertex {
    @builtin(instance_index) instance: u32,
    @location(0) position: vec3<f32>,
    @location(1) normal: vec4<f32>,
    // Square roots of the linear colour, so that dark ones keep their tones.
    @location(2) colour: vec4<f32>,
    @location(3) uv: vec2<f32>,
}

struct Fragment {
    @builtin(position) clip: vec4<f32>,
    // The colour with its light and the air before it, and its opacity.
    @location(0) lit: vec4<f32>,
    // What the air adds.
    @location(1) air: vec3<f32>,
    @location(2) uv: vec2<f32>,
    @location(3) @interpolate(flat) least: f32,
}

// Light on a surface, about 1 on level ground; nothing is black, because the sky is on all sides.
fn light(normal: vec3<f32>) -> f32 {
    var sum = 0.22 + 0.12 * normal.y;
    for (var i = 0; i < 3; i++) {
        let lamp = look.lamps[i];
        let towards = vec3(lamp.x, lamp.y, -lamp.z);
        // Low light would burn walls out.
        sum += 0.74 * lamp.w * max(dot(normal, towards), 0.0) / max(lamp.y, 0.5);
    }
    return min(sum, 1.15);
}

@vertex
fn vertex(in: Vertex) -> Fragment {
    let to_world = get_world_from_local(in.instance);
    let world = (to_world * vec4(in.position, 1.0)).xyz;
    let normal = normalize((to_world * vec4(in.normal.xyz, 0.0)).xyz);
    let lit = mix(light(normal), 1.0, look.told.y);
    let distance = length(world - view.world_position);
    let eye = max(view.world_position.y / look.told.x - 250.0, 300.0);
    let far = distance / (9.0 * eye + 6000.0);
    let clear = exp(-far * far);

    var out: Fragment;
    out.clip = position_world_to_clip(world);
    out.lit = vec4(in.colour.rgb * in.colour.rgb * lit * clear, in.colour.a);
    out.air = look.haze.rgb * (1.0 - clear);
    out.uv = in.uv;
    out.least = look.told.z;
    return out;
}

@fragment
fn fragment(in: Fragment) -> @location(0) vec4<f32> {
#ifdef PICTURE
    let colour = in.lit * textureSample(picture, picture_sampler, in.uv);
#else
    let colour = in.lit;
#endif
#ifdef MASK
    if colour.a < in.least {
        discard;
    }
#endif
    return vec4(colour.rgb + in.air, colour.a);
}
