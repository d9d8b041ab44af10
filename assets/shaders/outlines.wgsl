// The outlines of symbols, shared by all that draw them: distances in pixels, negative inside.
#define_import_path shancheng::outlines

fn linear(srgb: vec3<f32>) -> vec3<f32> {
    return select(pow((srgb + 0.055) / 1.055, vec3(2.4)), srgb / 12.92, srgb <= vec3(0.04045));
}

fn polygon(p: vec2<f32>, sides: f32, r: f32) -> f32 {
    // One corner points up; `r` reaches to the corners.
    let step = 6.2831853 / sides;
    let angle = atan2(p.x, p.y);
    let within = angle - step * round(angle / step);
    return length(p) * cos(0.5 * step - abs(within)) - r * cos(0.5 * step);
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
        case 2u: { return polygon(p + vec2(0.0, 0.15 * r), 3.0, 1.15 * r); }
        case 3u: { return box(p, vec2(0.8 * r)); }
        case 4u: { return drop(p, r * 1.08); }
        case 5u: { return polygon(p, 5.0, r * 1.05); }
        case 6u: { return polygon(p, 6.0, r); }
        case 7u: { return polygon(vec2(p.x, 0.15 * r - p.y), 3.0, 1.15 * r); }
        default: { return length(p) - r; }
    }
}

fn cover(distance: f32) -> f32 {
    return clamp(0.5 - distance, 0.0, 1.0);
}
