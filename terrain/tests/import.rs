//! Imports: a model written as HGT and as GeoTIFF comes back with its heights; what cannot be used is refused in words.
#![allow(clippy::unwrap_used)]

use city::LonLat;
use std::{fs, path::Path};
use terrain::{
    Ground, GroundKind, TerrainError,
    import::{self, Import, ImportReport},
};
use tiff::{
    encoder::{TiffEncoder, colortype},
    tags::Tag,
};

fn import(source: &Path, out: &Path) -> Result<ImportReport, TerrainError> {
    import::import(&Import::new([source.to_owned()], out), &|_| {})
}

/// A made-up relief, metres, with a void in the middle of the square degree N29E106.
fn relief_m(lon: f64, lat: f64) -> f64 {
    if (lon - 106.5).abs() < 0.004 && (lat - 29.5).abs() < 0.004 {
        return -32768.0;
    }
    (400.0 + 200.0 * (lon * 9.0).sin() + 150.0 * (lat * 7.0).cos()).round()
}

fn hgt(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("N29E106.hgt");
    let sample = |index: usize| {
        let (row, column) = (index / 1201, index % 1201);
        relief_m(106.0 + column as f64 / 1200.0, 30.0 - row as f64 / 1200.0) as i16
    };
    let bytes: Vec<u8> = (0..1201 * 1201).flat_map(|index| sample(index).to_be_bytes()).collect();
    fs::write(&path, bytes).unwrap();
    path
}

/// Writes a GeoTIFF of 601 × 601 samples with given GeoTIFF keys (number and value).
fn geotiff(path: &Path, keys: &[(u16, u16)], float: bool) {
    let side = 601_u32;
    let heights: Vec<f32> = (0..side * side)
        .map(|i| relief_m(106.0 + f64::from(i % side) / 600.0, 30.0 - f64::from(i / side) / 600.0) as f32)
        .collect();
    let mut directory = vec![1_u16, 1, 0, keys.len() as u16];
    keys.iter().for_each(|&(key, value)| directory.extend([key, 0, 1, value]));
    let mut encoder = TiffEncoder::new(fs::File::create(path).unwrap()).unwrap();
    let scale = [1.0 / 600.0, 1.0 / 600.0, 0.0];
    let tie = [0.0, 0.0, 0.0, 106.0, 30.0, 0.0];
    macro_rules! write_as {
        ($kind:ty, $samples:expr) => {{
            let mut image = encoder.new_image::<$kind>(side, side).unwrap();
            let tags = image.encoder();
            if !keys.is_empty() {
                tags.write_tag(Tag::GeoKeyDirectoryTag, directory.as_slice()).unwrap();
            }
            tags.write_tag(Tag::ModelPixelScaleTag, scale.as_slice()).unwrap();
            tags.write_tag(Tag::ModelTiepointTag, tie.as_slice()).unwrap();
            tags.write_tag(Tag::GdalNodata, "-32768").unwrap();
            image.write_data($samples).unwrap();
        }};
    }
    if float {
        write_as!(colortype::Gray32Float, &heights);
    } else {
        let whole: Vec<i16> = heights.iter().map(|&h| h as i16).collect();
        write_as!(colortype::GrayI16, &whole);
    }
}

const WGS84_POINT: [(u16, u16); 3] = [(1024, 2), (1025, 2), (2048, 4326)];

fn check(ground: &Ground) {
    assert_eq!(ground.info().kind, GroundKind::Model);
    for i in 0..40 {
        for j in 0..40 {
            let at = LonLat::new(106.01 + f64::from(i) * 0.024, 29.01 + f64::from(j) * 0.024);
            let expected_m = relief_m(at.lon, at.lat);
            let height_m = ground.height_m(at).unwrap();
            assert!(
                expected_m < 0.0 || (height_m - expected_m).abs() < 1.5,
                "{at:?}: {height_m}, {expected_m}"
            );
        }
    }
    // The void is filled from its rim.
    assert!((100.0..800.0).contains(&ground.height_m(LonLat::new(106.5, 29.5)).unwrap()));
    assert_eq!(ground.height_m(LonLat::new(107.01, 29.5)), None);
}

fn refusal(source: &Path) -> String {
    let out = tempfile::tempdir().unwrap();
    let error = import(source, &out.path().join("terrain")).unwrap_err().to_string();
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0, "something was left behind: {error}");
    error
}

#[test]
fn an_hgt_file_comes_back_with_its_heights() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("terrain");
    let heard = std::sync::Mutex::new(Vec::new());
    let wanted = Import::new([hgt(folder.path())], &out);
    let report = import::import(&wanted, &|done| heard.lock().unwrap().push(done)).unwrap();
    let heard = heard.into_inner().unwrap();
    assert!(
        report.voids_filled > 50 && report.columns == 1201 && report.bounds == [106.0, 29.0, 107.0, 30.0]
    );
    assert!(heard.len() > 20 && heard.first() == Some(&0.0) && heard.last() == Some(&1.0), "{heard:?}");
    assert!(heard.windows(2).all(|pair| pair[0] < pair[1]), "{heard:?}");
    let ground = Ground::open(&out).unwrap();
    check(&ground);
    // A second import replaces the first.
    import(&hgt(folder.path()), &out).unwrap();
    check(&Ground::open(&out).unwrap());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "only the source and the folder remain");
    let key = terrain::TileKey::containing(7, geodesy::to_city_frame(LonLat::new(106.4, 29.4))).unwrap();
    let tile = ground.tile(key, 65);
    for (row, column) in [(0, 0), (40, 20), (64, 64)] {
        let step_m = key.width_m() / 64.0;
        let at = geodesy::to_lon_lat(geodesy::EastNorth::new(
            key.south_west().east_m + column as f64 * step_m,
            key.south_west().north_m + row as f64 * step_m,
        ));
        let difference_m = ground.height_m(at).unwrap() - f64::from(tile.heights_m[row * 65 + column]);
        assert!(difference_m.abs() < 0.5, "{row} {column}: {difference_m}");
    }
}

#[test]
fn geotiffs_come_back_with_their_heights() {
    for float in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let (source, out) = (folder.path().join("model.tif"), folder.path().join("terrain"));
        geotiff(&source, &WGS84_POINT, float);
        let report = import(&source, &out).unwrap();
        assert!(report.voids_filled > 10, "{report:?}");
        check(&Ground::open(&out).unwrap());
    }
}

#[test]
fn what_is_no_usable_model_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    };
    assert!(refusal(&folder.path().join("absent.tif")).contains("absent.tif"));
    assert!(refusal(folder.path()).contains("no elevation model"));
    assert!(refusal(&file("N29E106.hgt", &[0; 1000])).contains("cut short"));
    assert!(refusal(&file("notes.txt", b"hello")).contains("neither a GeoTIFF, a PNG nor an HGT"));
    assert!(refusal(&file("somewhere.hgt", &vec![0; 2_884_802])).contains("name"));
    assert!(refusal(&file("N29E107.hgt", &[0x80, 0].repeat(1_442_401))).contains("no height at all"));
    let tif = folder.path().join("model.tif");
    geotiff(&tif, &[(1024, 1), (1025, 1), (3072, 1)], false);
    assert!(refusal(&tif).contains("EPSG:1 is not known"), "{}", refusal(&tif));
    geotiff(&tif, &[(1024, 1), (1025, 1), (3072, 32767)], false);
    assert!(refusal(&tif).contains("gdalwarp"));
    geotiff(&tif, &[], false);
    assert!(refusal(&tif).contains("--crs EPSG:4547"));
    geotiff(&tif, &WGS84_POINT, false);
    let whole = fs::read(&tif).unwrap();
    for length in [5, 100, whole.len() / 2, whole.len() - 300] {
        assert!(refusal(&file("cut.tif", &whole[..length])).contains("cut"), "{length}");
    }
}

#[test]
fn folders_that_are_incomplete_or_of_another_version_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("terrain");
    import(&hgt(folder.path()), &out).unwrap();
    let refused = || Ground::open(&out).unwrap_err().to_string();
    let words = fs::read_to_string(out.join("terrain.json")).unwrap();
    fs::write(out.join("terrain.json"), words.replace("\"version\": 2", "\"version\": 9")).unwrap();
    assert!(refused().contains("version 9"), "{}", refused());
    fs::write(out.join("terrain.json"), &words[..words.len() / 2]).unwrap();
    assert!(refused().contains("terrain.json"));
    fs::write(out.join("terrain.json"), &words).unwrap();
    let heights = fs::read(out.join("terrain.tif")).unwrap();
    fs::write(out.join("terrain.tif"), &heights[..heights.len() - 4]).unwrap();
    assert!(refused().contains("incomplete"));
    fs::write(out.join("terrain.tif"), b"II+\0garbage").unwrap();
    assert!(refused().contains("terrain.tif is damaged"), "{}", refused());
    fs::remove_file(out.join("terrain.tif")).unwrap();
    assert!(refused().contains("terrain.tif cannot be opened"));
    // A folder that holds something else is left alone, even where terrain lies beside it.
    fs::write(out.join("notes.txt"), b"mine").unwrap();
    let error = import(&hgt(folder.path()), &out).unwrap_err().to_string();
    assert!(error.contains("something else") && error.contains("notes.txt"), "{error}");
    assert!(out.join("notes.txt").exists());
}
