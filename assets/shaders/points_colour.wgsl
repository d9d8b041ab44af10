// Colours the pixels that points were written into.
#import shancheng::outlines::{cover, outline}

struct Picture {
    // Linear colour of the rim and its width in pixels.
    rim: vec4<f32>,
    // Pixels across, and the diameter below which a point is a disc without a rim.
    size: vec4<f32>,
}

@group(0) @binding(0) var<uniform> picture: Picture;
@group(0) @binding(1) var<storage, read> pixels: array<u32>;
@group(0) @binding(2) var<storage, read> seen: array<vec4<u32>>;

struct Corner {
    @builtin(position) clip: vec4<f32>,
    // What every fragment needs comes flat from the corners: a software adapter reads it faster than a uniform.
    @location(0) @interpolate(flat) rim: vec4<f32>,
    @location(1) @interpolate(flat) size: vec2<f32>,
}

@vertex
fn whole_picture(@builtin(vertex_index) n: u32) -> Corner {
    let at = vec4(f32(n & 1u) * 4.0 - 1.0, f32(n >> 1u) * 4.0 - 1.0, 0.5, 1.0);
    return Corner(at, picture.rim, picture.size.xy);
}

@fragment
fn colour(corner: Corner) -> @location(0) vec4<f32> {
    let pixel = vec2<u32>(corner.clip.xy);
    let key = pixels[pixel.y * u32(corner.size.x) + pixel.x];
    if key == 0u {
        discard;
    }
    let point = seen[(key & 0xfffffffu) - 1u];
    let at = bitcast<vec2<f32>>(point.xy);
    let radius = f32(point.z >> 8u) / 16.0;
    let packed = unpack4x8unorm(point.w);
    let beside = vec2(corner.clip.x - at.x, at.y - corner.clip.y);
    // It was packed by its root, so that dark colours keep their steps.
    var body = packed.rgb * packed.rgb;
    let form = point.z & 255u;
    var d = length(beside) - radius;
    if (form & 15u) > 0u {
        d = outline(form & 15u, beside, radius);
    }
    if (form >> 4u) == 1u {
        body = mix(body, corner.rim.rgb, cover(d + max(0.4 * radius, 1.0)));
    }
    let rim = select(corner.rim.w, 0.0, 2.0 * radius < corner.size.y);
    let opacity = cover(d - rim) * packed.a;
    if opacity < 0.01 {
        discard;
    }
    return vec4(mix(corner.rim.rgb, body, cover(d - select(0.0, 1.0, rim == 0.0))), opacity);
}
