// The outlines of symbols, shared by all that draw them: distances in pixels, negative inside.
#define_import_path shancheng::outlines

fn linear(srgb: vec3<f32>) -> vec3<f32> {
    return select(pow((srgb + 0.055) / 1.055, vec3(2.4)), srgb / 12.92, srgb <= vec3(0.04045));
}

// Regular polygons with one corner up, whose corners lie r from the middle: how far the furthest side is passed. A switch
// costs a software adapter all of its cases, so that none turns to angles.
fn triangle(p: vec2<f32>, r: f32) -> f32 {
    return max(0.8660254 * abs(p.x) + 0.5 * p.y, -p.y) - 0.5 * r;
}

fn pentagon(p: vec2<f32>, r: f32) -> f32 {
    let x = abs(p.x);
    return max(max(0.5877853 * x + 0.8090170 * p.y, 0.9510565 * x - 0.3090170 * p.y), -p.y) - 0.8090170 * r;
}

fn hexagon(p: vec2<f32>, r: f32) -> f32 {
    let x = abs(p.x);
    return max(0.5 * x + 0.8660254 * abs(p.y), x) - 0.8660254 * r;
}

fn box(p: vec2<f32>, half: vec2<f32>) -> f32 {
    let d = abs(p) - half;
    return length(max(d, vec2(0.0))) + min(max(d.x, d.y), 0.0);
}

fn drop(p: vec2<f32>, r: f32) -> f32 {
    // A disc below, drawn out to a tip above.
    let disc = length(p + vec2(0.0, 0.3 * r)) - 0.7 * r;
    let y = (p.y + 0.05 * r) / (1.05 * r);
    let cone = max(abs(p.x) - 0.62 * r * (1.0 - y), -p.y - 0.05 * r);
    return min(disc, cone * 0.85);
}

// Distance in pixels to the outline of a shape of radius r, negative inside.
fn outline(shape: u32, p: vec2<f32>, r: f32) -> f32 {
    switch shape {
        case 1u: { return (abs(p.x) + abs(p.y) - r) * 0.7071; }
        case 2u: { return triangle(p + vec2(0.0, 0.15 * r), 1.15 * r); }
        case 3u: { return box(p, vec2(0.8 * r)); }
        case 4u: { return drop(p, r * 1.08); }
        case 5u: { return pentagon(p, r * 1.05); }
        case 6u: { return hexagon(p, r); }
        case 7u: { return triangle(vec2(p.x, 0.15 * r - p.y), 1.15 * r); }
        default: { return length(p) - r; }
    }
}

fn cover(distance: f32) -> f32 {
    return clamp(0.5 - distance, 0.0, 1.0);
}
