//! GDAL as the judge: the same elevation model asked here and by its tools, from Debian's packages.

use crate::running::{errors, json, run};
use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

const SIDE: usize = 1201;

/// Metres at a sample of the model, column from the west and row from the south: hills of two sizes.
fn hill_m(column: usize, row: usize) -> i16 {
    let (x, y) = (column as f64, row as f64);
    (700.0 + 180.0 * (x / 23.0).sin() * (y / 31.0).cos() + 90.0 * ((x + y) / 11.0).sin()).round() as i16
}

/// Writes a square degree of 3″ samples and imports it.
fn import(home: &Path) {
    let samples = (0..SIDE).rev().flat_map(|row| (0..SIDE).map(move |column| hill_m(column, row)));
    let bytes: Vec<u8> = samples.flat_map(i16::to_be_bytes).collect();
    std::fs::write(home.join("N29E106.hgt"), bytes).unwrap();
    let (source, out) = (path(home, "N29E106.hgt"), path(home, "ground"));
    let imported = run(home, &["terrain", "import", &source, "--out", &out]);
    assert!(imported.status.success(), "{}", errors(&imported));
}

fn path(home: &Path, name: &str) -> String {
    home.join(name).to_str().unwrap().to_owned()
}

/// Runs one of GDAL's tools in `home`; what it says.
fn gdal(home: &Path, tool: &str, words: &[&str], asked: &str) -> String {
    let mut running = Command::new(tool)
        .args(words)
        .current_dir(home)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{tool} is installed by `make test`: {error}"));
    let mut question = running.stdin.take().unwrap();
    let asked = asked.to_owned();
    // Answers come while it is still being asked: neither may wait for the other.
    let asking = std::thread::spawn(move || drop(question.write_all(asked.as_bytes())));
    let said = running.wait_with_output().unwrap();
    asking.join().unwrap();
    assert!(said.status.success(), "{tool} {words:?}: {}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8(said.stdout).unwrap()
}

/// The values of a raster at places; none outside it.
fn values(home: &Path, raster: &str, places: &[(f64, f64)]) -> Vec<Option<f64>> {
    let asked: String = places.iter().map(|(lon, lat)| format!("{lon:.10} {lat:.10}\n")).collect();
    let said = gdal(home, "gdallocationinfo", &["-valonly", "-wgs84", raster], &asked);
    let values: Vec<Option<f64>> = said.lines().map(|line| line.trim().parse().ok()).collect();
    assert_eq!(values.len(), places.len(), "a line a place");
    values
}

/// Samples scattered over the middle of the model, as longitude and latitude.
fn places(count: usize) -> Vec<(f64, f64)> {
    let node = |i: usize, step: usize| 100 + i * step % (SIDE - 200);
    (0..count).map(|i| (106.0 + node(i, 367) as f64 / 1200.0, 29.0 + node(i, 571) as f64 / 1200.0)).collect()
}

/// What the program answers at places.
fn ask(home: &Path, what: &str, places: &[(f64, f64)], more: &[&str]) -> Vec<Value> {
    let at: Vec<String> = places.iter().map(|(lon, lat)| format!("--at={lon:.10},{lat:.10}")).collect();
    let ground = path(home, "ground");
    let mut words = vec!["--json", "terrain", what, "--terrain", &ground];
    words.extend(at.iter().map(String::as_str));
    words.extend(more);
    let out = run(home, &words);
    assert!(out.status.success(), "{}", errors(&out));
    json(&out)[format!("{what}s")].as_array().unwrap().clone()
}

/// The model in the metres of UTM zone 48, samples `spacing_m` apart.
fn warp(home: &Path, spacing_m: &str, to: &str) {
    let words = ["-q", "-t_srs", "EPSG:32648", "-tr", spacing_m, spacing_m, "-r", "cubic"];
    gdal(home, "gdalwarp", &[&words[..], &["ground/terrain.tif", to]].concat(), "");
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

#[test]
fn the_imported_model_is_a_geotiff_with_the_heights_of_its_source() {
    let home = tempfile::tempdir().unwrap();
    import(home.path());
    let said = gdal(home.path(), "gdalinfo", &["-json", "-mm", "ground/terrain.tif"], "");
    let told: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        (told["driverShortName"].as_str(), &told["size"]),
        (Some("GTiff"), &serde_json::json!([1201, 1201]))
    );
    assert!(told["coordinateSystem"]["wkt"].as_str().is_some_and(|wkt| wkt.contains("ID[\"EPSG\",4326]")));
    let (low, high) = (0..SIDE * SIDE)
        .map(|i| hill_m(i % SIDE, i / SIDE))
        .fold((i16::MAX, i16::MIN), |(l, h), m| (l.min(m), h.max(m)));
    let band = &told["bands"][0];
    assert_eq!(
        (band["computedMin"].as_f64(), band["computedMax"].as_f64()),
        (Some(low.into()), Some(high.into()))
    );

    let places = places(300);
    let (source, model) =
        (values(home.path(), "N29E106.hgt", &places), values(home.path(), "ground/terrain.tif", &places));
    for ((ours, source), model) in ask(home.path(), "height", &places, &[]).iter().zip(source).zip(model) {
        let ours_m = ours["height_m"].as_f64().unwrap();
        assert_eq!(source, model);
        assert!((ours_m - model.unwrap()).abs() <= 1.0 / 32.0, "{ours}: GDAL reads {model:?} m");
    }
}

#[test]
fn slopes_and_where_they_fall_to_are_those_of_gdaldem() {
    let home = tempfile::tempdir().unwrap();
    import(home.path());
    warp(home.path(), "92", "metres.tif");
    for what in ["slope", "aspect"] {
        gdal(home.path(), "gdaldem", &[what, "-q", "metres.tif", &format!("{what}.tif")], "");
    }
    let places = places(300);
    let (slopes, aspects) =
        (values(home.path(), "slope.tif", &places), values(home.path(), "aspect.tif", &places));
    let (mut steep, mut turned) = (Vec::new(), Vec::new());
    for ((ours, slope), aspect) in ask(home.path(), "slope", &places, &[]).iter().zip(slopes).zip(aspects) {
        let number = |key: &str| ours[key].as_f64().unwrap();
        steep.push((number("slope_deg") - slope.unwrap()).abs());
        if slope.unwrap() > 8.0 {
            // UTM's north lies 0.3° to 1° beside the true one here.
            let turn = (number("aspect_deg") - aspect.unwrap() + 540.0).rem_euclid(360.0) - 180.0;
            turned.push(turn.abs());
        }
    }
    assert!(turned.len() > 50, "{} places are steep", turned.len());
    let worst_deg = steep.iter().copied().fold(0.0, f64::max);
    let (slope_deg, aspect_deg) = (median(steep), median(turned));
    println!(
        "half the slopes are within {slope_deg:.2}°, all within {worst_deg:.2}°, half the directions within {aspect_deg:.2}°"
    );
    assert!(
        slope_deg < 0.2 && worst_deg < 1.0 && aspect_deg < 1.5,
        "slopes {slope_deg:.2}° and {worst_deg:.2}°, directions {aspect_deg:.2}°"
    );
}

#[test]
fn what_can_be_seen_is_what_gdal_viewshed_sees() {
    let home = tempfile::tempdir().unwrap();
    import(home.path());
    warp(home.path(), "60", "metres.tif");
    let said =
        gdal(home.path(), "gdaltransform", &["-s_srs", "EPSG:4326", "-t_srs", "EPSG:32648"], "106.4 29.4\n");
    let utm: Vec<&str> = said.split_whitespace().collect();
    let out = path(home.path(), "seen.tif");
    let ground = path(home.path(), "ground");
    let words = ["terrain", "viewshed", "--from", "106.4,29.4,30", "--radius", "8000", "--spacing", "60"];
    let ours = run(home.path(), &[&words[..], &["--terrain", &ground, "--out", &out]].concat());
    assert!(ours.status.success(), "{}", errors(&ours));
    // A coefficient of refraction of 0.13 leaves 0.87 of the Earth's curvature.
    let words = ["-q", "-ox", utm[0], "-oy", utm[1], "-oz", "30", "-md", "8000", "-cc", "0.87"];
    gdal(
        home.path(),
        "gdal_viewshed",
        &[&words[..], &["-vv", "2", "-iv", "1", "-ov", "0", "metres.tif", "judge.tif"]].concat(),
        "",
    );

    let around: Vec<(f64, f64)> = (0..4_000)
        .map(|i| {
            let (turn, far) = (2.399_963 * f64::from(i), 0.068 * (f64::from(i) / 4_000.0).sqrt());
            (106.4 + far * 1.14 * turn.sin(), 29.4 + far * turn.cos())
        })
        .collect();
    let (ours, judge) = (values(home.path(), "seen.tif", &around), values(home.path(), "judge.tif", &around));
    let both: Vec<(f64, f64)> = ours
        .into_iter()
        .zip(judge)
        .filter_map(|(a, b)| Some((a?, b?)))
        .filter(|(a, b)| a * b > 0.0)
        .collect();
    let share = |wanted: fn(&(f64, f64)) -> bool| {
        both.iter().filter(|pair| wanted(pair)).count() as f64 / both.len() as f64
    };
    let (agree, seen) = (share(|(a, b)| a == b), share(|(_, b)| *b == 2.0));
    println!("{} places: {:.1} % agree, GDAL sees {:.1} %", both.len(), 100.0 * agree, 100.0 * seen);
    assert!(
        both.len() > 3_000 && (0.05..0.8).contains(&seen),
        "{} places, {seen:.2} of them seen",
        both.len()
    );
    assert!(agree > 0.98, "only {agree:.3} of the places agree");
}

/// What `gdaldem` shades, 0 to 255, and how light the picture is, at places of a picture looking straight down.
fn shades(home: &Path, sun_deg: [f64; 2]) -> Vec<(f64, f64)> {
    const DISTANCE_M: f64 = 15_000.0;
    const HEIGHT_PX: u32 = 360;
    let middle = (106.5_f64, 29.5_f64);
    let words =
        ["hillshade", "-q", "-z", "2", "-az", &sun_deg[0].to_string(), "-alt", &sun_deg[1].to_string()];
    gdal(home, "gdaldem", &[&words[..], &["metres.tif", "shade.tif"]].concat(), "");
    let (ground, picture) = (path(home, "ground"), path(home, "shade.png"));
    let sun = format!("{},{}", sun_deg[0], sun_deg[1]);
    let words = ["snapshot", "--bare", "--layers", "none", "--colouring", "plain", "--look-at", "106.5,29.5"];
    let eye = ["--pitch", "90", "--heading", "0", "--distance", "15000", "--size", "360x360"];
    let drawn = ["--terrain", &ground, "--sun", &sun, "--out", &picture];
    let out = run(home, &[&words[..], &eye[..], &drawn[..]].concat());
    assert!(out.status.success(), "{}", errors(&out));
    let picture = image::open(&picture).unwrap().into_luma8();

    // A vertical field of 45°; ground that lies higher is nearer to the eye, and so further from the middle.
    let focal_px = f64::from(HEIGHT_PX) / 2.0 / 22.5_f64.to_radians().tan();
    let [metres_lon, metres_lat] = [111_320.0 * middle.1.to_radians().cos(), 110_850.0];
    let around: Vec<(f64, f64)> = (0..900)
        .map(|i| (f64::from(i % 30 - 15) * 280.0, f64::from(i / 30 - 15) * 280.0))
        .map(|(east, north)| (middle.0 + east / metres_lon, middle.1 + north / metres_lat))
        .collect();
    let heights = values(home, "ground/terrain.tif", &[&[middle], &around[..]].concat());
    let shade = values(home, "shade.tif", &around);
    let focus_m = heights[0].unwrap();
    around
        .iter()
        .zip(&heights[1..])
        .zip(shade)
        .map(|((place, height_m), shade)| {
            let px_m = focal_px / (DISTANCE_M + focus_m - height_m.unwrap());
            let x = 180.0 + (place.0 - middle.0) * metres_lon * px_m;
            let y = 180.0 - (place.1 - middle.1) * metres_lat * px_m;
            (shade.unwrap(), f64::from(picture.get_pixel(x as u32, y as u32).0[0]))
        })
        .collect()
}

/// How closely two things go together, from -1 to 1 (Pearson).
fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let mean = |pick: fn(&(f64, f64)) -> f64| pairs.iter().map(pick).sum::<f64>() / pairs.len() as f64;
    let (a, b) = (mean(|p| p.0), mean(|p| p.1));
    let sum = |of: &dyn Fn(f64, f64) -> f64| pairs.iter().map(|p| of(p.0 - a, p.1 - b)).sum::<f64>();
    sum(&|x, y| x * y) / (sum(&|x, _| x * x) * sum(&|_, y| y * y)).sqrt()
}

#[test]
fn hills_are_lit_where_gdaldem_lights_them() {
    let home = tempfile::tempdir().unwrap();
    import(home.path());
    warp(home.path(), "92", "metres.tif");
    for sun_deg in [[315.0, 45.0], [135.0, 45.0], [45.0, 30.0], [250.0, 60.0]] {
        let pairs = shades(home.path(), sun_deg);
        let together = correlation(&pairs);
        println!("the sun from {sun_deg:?}: the picture goes with gdaldem's hillshade by {together:.3}");
        assert!(together > 0.9, "sun {sun_deg:?}: {together:.3}");
    }
}
