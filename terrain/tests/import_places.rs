//! Reference systems: heights stand where the system's own arithmetic puts them, and wrong systems are refused.
#![allow(clippy::unwrap_used)]

mod making;

use city::LonLat;
use geodesy::ReferenceSystem;
use making::{Raster, degrees, import, imported, projected, relief_m};
use std::fs;
use terrain::{
    Ground,
    import::{self, Import},
};

/// A sheet of 30 m around Chaotianmen in a system, with the heights of the places its pixels have in it.
fn sheet(system: &str) -> (Raster, Vec<LonLat>) {
    let system = ReferenceSystem::named(system).unwrap();
    let (x, y) = system.from_lon_lat(LonLat::new(106.5878, 29.5657)).unwrap();
    let corner = ((x / 30.0).round() * 30.0, (y / 30.0).round() * 30.0);
    let place = |x: f64, y: f64| system.to_lon_lat(x, y).unwrap();
    let raster = Raster::new(corner, 30.0, (150, 140), |x, y| {
        let at = place(x, y);
        relief_m(at.lon, at.lat)
    });
    let inner = (0..40).map(|i| (f64::from(i * 7 % 33 + 2) * 120.0, f64::from(i * 11 % 29 + 2) * 120.0));
    (raster, inner.map(|(east, south)| place(corner.0 + east + 11.0, corner.1 - south - 4.0)).collect())
}

fn check(out: &std::path::Path, places: &[LonLat], words: &str) {
    let ground = Ground::open(out).unwrap();
    for at in places {
        let difference_m = ground.height_m(*at).unwrap() - relief_m(at.lon, at.lat);
        assert!(difference_m.abs() < 0.05, "{words} {at:?}: {difference_m}");
    }
}

#[test]
fn zones_with_and_without_prefix_utm_and_mercator_put_heights_in_their_place() {
    // CGCS2000 in zones of 6° and 3°, with and without the zone's number before the eastings; Xian 1980; UTM; the web's.
    for code in [4544, 4523, 4547, 4526, 4491, 2343, 32648, 3857] {
        let (raster, places) = sheet(&format!("EPSG:{code}"));
        let (folder, report) = imported(&[Raster { keys: projected(code), ..raster }]);
        check(&folder.path().join("terrain"), &places, &code.to_string());
        assert_eq!((report.voids_filled, report.voids_left), (0, 0), "{code}");
    }
}

#[test]
fn a_survey_s_own_zone_is_read_from_its_keys() {
    let of = |raster: Raster, more: &[[u16; 4]], doubles: &[f64]| {
        let head = [[1024, 0, 1, 1], [1025, 0, 1, 1], [3072, 0, 1, 32767]];
        Raster { keys: head.iter().chain(more).copied().collect(), doubles: doubles.to_vec(), ..raster }
    };
    // Transverse Mercator (1) by its origin and false easting: natural origin in 3080, easting 3082, scale 3092.
    let transverse = [
        [2048, 0, 1, 32767],
        [2056, 0, 1, 1024],
        [3075, 0, 1, 1],
        [3076, 0, 1, 9001],
        [3080, 34736, 1, 0],
        [3082, 34736, 1, 1],
        [3092, 34736, 1, 2],
    ];
    let (raster, places) = sheet("+proj=tmerc +lon_0=106.5 +k=0.9999 +x_0=35500000 +ellps=GRS80");
    let (folder, _) = imported(&[of(raster, &transverse, &[106.5, 35_500_000.0, 0.9999])]);
    check(&folder.path().join("terrain"), &places, "GRS80");

    // The ellipsoid by its axis and flattening, as GDAL writes Krassovsky's.
    let mut by_axes = transverse.to_vec();
    by_axes[1] = [2057, 34736, 1, 3];
    by_axes.insert(2, [2059, 34736, 1, 4]);
    let (raster, places) = sheet("+proj=tmerc +lon_0=106.5 +x_0=500000 +ellps=krass");
    let doubles = [106.5, 500_000.0, 1.0, 6_378_245.0, 298.3];
    let (folder, _) = imported(&[of(raster, &by_axes, &doubles)]);
    check(&folder.path().join("terrain"), &places, "Krassovsky");

    // A UTM zone without a code of its own.
    let (raster, places) = sheet("+proj=utm +zone=48 +ellps=GRS80");
    let (folder, _) =
        imported(&[of(raster, &[[2048, 0, 1, 32767], [2056, 0, 1, 7019], [3074, 0, 1, 16048]], &[])]);
    check(&folder.path().join("terrain"), &places, "UTM");
}

#[test]
fn words_and_prj_files_name_the_system_of_what_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let (source, out) = (folder.path().join("a.tif"), folder.path().join("terrain"));
    let (raster, places) = sheet("EPSG:4547");
    Raster { keys: Vec::new(), ..raster }.write(&source);
    assert!(import(&source, &out).unwrap_err().to_string().contains("--crs EPSG:4547"));
    let wanted = |system: &str, source: &std::path::Path| Import {
        reference_system: Some(system.to_owned()),
        ..Import::new([source.to_owned()], &out)
    };
    import::import(&wanted("EPSG:4547", &source), &|_| {}).unwrap();
    check(&out, &places, "--crs");
    let refused = import::import(&wanted("EPSG:123456", &source), &|_| {}).unwrap_err().to_string();
    assert!(refused.contains("EPSG:123456 is not known"), "{refused}");

    let picture = folder.path().join("b.png");
    image::ImageBuffer::from_pixel(30, 30, image::Luma([300_u16])).save(&picture).unwrap();
    fs::write(folder.path().join("b.pgw"), "30 0 0 -30 508000 3272000").unwrap();
    assert!(import(&picture, &out).unwrap_err().to_string().contains("--crs"));
    let of_esri = r#"PROJCS["CGCS2000_3_Degree_GK_CM_108E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",108.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#;
    fs::write(folder.path().join("b.prj"), of_esri).unwrap();
    let report = import(&picture, &out).unwrap();
    let corner = ReferenceSystem::named("EPSG:4545").unwrap().to_lon_lat(508_000.0, 3_272_000.0).unwrap();
    assert!((report.bounds[0] - corner.lon).abs() < 3e-4 && (report.bounds[3] - corner.lat).abs() < 3e-4);
}

#[test]
fn systems_that_do_not_fit_the_numbers_are_refused() {
    let refusal = |raster: Raster| {
        let folder = tempfile::tempdir().unwrap();
        raster.write(&folder.path().join("a.tif"));
        let error =
            import(&folder.path().join("a.tif"), &folder.path().join("terrain")).unwrap_err().to_string();
        assert_eq!(making::names(folder.path()), ["a.tif"], "something was left behind: {error}");
        error
    };
    let in_degrees = Raster::new((106.0, 30.0), 1.0 / 3600.0, (20, 20), relief_m);
    let refused = refusal(Raster { keys: projected(4547), ..in_degrees.clone() });
    assert!(refused.contains("degrees"), "{refused}");
    let in_metres = Raster { keys: degrees(1), ..sheet("EPSG:4547").0 };
    assert!(refusal(in_metres).contains("nowhere on the globe"));
    let across = Raster {
        keys: projected(32601),
        ..Raster::new((136_021.0, 1_200_000.0), 600.0, (100, 100), |_, _| 55.0)
    };
    assert!(refusal(across).contains("date line"));
    // A sheet of a metre and one on the other side of the globe make no one terrain.
    let folder = tempfile::tempdir().unwrap();
    Raster { keys: projected(4547), ..Raster::new((400_000.0, 3_270_000.0), 1.0, (20, 20), relief_m) }
        .write(&folder.path().join("a.tif"));
    Raster::new((-70.0, -30.0), 1.0 / 3600.0, (20, 20), relief_m).write(&folder.path().join("b.tif"));
    let error = import(folder.path(), &folder.path().join("terrain")).unwrap_err().to_string();
    assert!(error.contains("lie together"), "{error}");
}

#[test]
fn systems_of_degrees_by_another_name_keep_their_samples() {
    // CGCS2000 by its code, and a datum unknown here by its ellipsoid.
    let step = 1.0 / 1200.0;
    let raster = Raster::new((106.0, 30.0), step, (50, 40), relief_m);
    let keys = vec![[1024, 0, 1, 2], [1025, 0, 1, 1], [2048, 0, 1, 4490]];
    let (folder, _) = imported(&[Raster { keys, ..raster.clone() }]);
    assert!(making::largest_difference_m(&folder.path().join("terrain"), &raster) < 1.0 / 64.0 + 1e-4);
    let keys =
        vec![[1024, 0, 1, 2], [1025, 0, 1, 1], [2048, 0, 1, 32767], [2050, 0, 1, 6171], [2056, 0, 1, 7019]];
    let (folder, _) = imported(&[Raster { keys, ..raster.clone() }]);
    assert!(making::largest_difference_m(&folder.path().join("terrain"), &raster) < 1.0 / 64.0 + 1e-4);
}
