use super::*;

#[test]
fn tiles_of_known_places_are_the_published_ones() {
    // The example of OpenStreetMap's page on tile names, and Chaotianmen by GDAL's web mercator.
    for (lon, lat, zoom, column, row) in [
        (139.7006793, 35.6590699, 18, 232_798, 103_246),
        (106.5878, 29.5657, 0, 0, 0),
        (106.5878, 29.5657, 12, 3260, 1695),
        (-180.0, 89.0, 3, 0, 0),
        (180.0, -89.0, 3, 7, 7),
        (f64::NAN, f64::NAN, 3, 0, 0),
    ] {
        let tile = TileAddress::containing(zoom, WorldFraction::of(LonLat::new(lon, lat)));
        assert_eq!((tile.column, tile.row), (column, row), "{lon} {lat}");
    }
    let mercator = WorldFraction::of(LonLat::new(106.5878, 29.5657));
    let half_m = 6_378_137.0 * PI;
    assert!(((mercator.x * 2.0 - 1.0) * half_m - 11_865_299.620_8).abs() < 0.001);
    assert!(((1.0 - mercator.y * 2.0) * half_m - 3_447_845.894_8).abs() < 0.001);
}

#[test]
fn bounds_meet_and_contain_what_lies_in_them() {
    let tile = TileAddress::new(12, 3260, 1695).unwrap();
    let (bounds, south) = (tile.bounds(), TileAddress { row: 1696, ..tile }.bounds());
    assert_eq!(bounds.south, south.north);
    assert!(bounds.west < 106.5878 && 106.5878 < bounds.east);
    assert!(bounds.south < 29.5657 && 29.5657 < bounds.north && bounds.touches(&south));
    let world = TileAddress::new(0, 0, 0).unwrap().bounds();
    assert!((world.north - LATITUDE_LIMIT).abs() < 1e-9 && (world.south + LATITUDE_LIMIT).abs() < 1e-9);
    assert_eq!((world.west, world.east), (-180.0, 180.0));
}

#[test]
fn there_and_back_and_up() {
    let at = LonLat::new(106.5, -29.5);
    let back = WorldFraction::of(at).lon_lat();
    assert!((back.lon - at.lon).abs() < 1e-12 && (back.lat - at.lat).abs() < 1e-12);
    let tile = TileAddress::new(3, 5, 6).unwrap();
    assert_eq!((tile.parent(), tile.row_from_south()), (TileAddress::new(2, 2, 3), 1));
    for none in [TileAddress::new(3, 8, 0), TileAddress::new(3, 0, 8), TileAddress::new(31, 0, 0)] {
        assert_eq!(none, None);
    }
}
