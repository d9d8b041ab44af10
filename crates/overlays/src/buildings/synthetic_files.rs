//! Footprints as files, for tests and measurements.

use super::Footprint;
use flatgeobuf::geozero::{ColumnValue, FeatureProcessor, GeomProcessor, PropertyProcessor};
use flatgeobuf::{ColumnType, FgbCrs, FgbWriter, FgbWriterOptions, GeometryType};
use geo::LineString;
use std::fmt::Write;

/// A GeoJSON FeatureCollection, a building a line, to the centimetre.
pub fn to_geojson(footprints: &[Footprint]) -> String {
    let mut out = String::from("{\"type\":\"FeatureCollection\",\"features\":[");
    for (n, footprint) in footprints.iter().enumerate() {
        let polygon = &footprint.polygon;
        let rings: Vec<String> =
            std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect();
        // Writing to a string cannot fail.
        let _ = write!(
            out,
            "{}\n{{\"type\":\"Feature\",\"properties\":{{\"height\":{}}},\
             \"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[{}]}}}}",
            if n == 0 { "" } else { "," },
            footprint.height_m,
            rings.join(",")
        );
    }
    out.push_str("\n]}\n");
    out
}

fn ring(ring: &LineString<f64>) -> String {
    let places: Vec<String> = ring.0.iter().map(|c| format!("[{:.7},{:.7}]", c.x, c.y)).collect();
    format!("[{}]", places.join(","))
}

/// A FlatGeobuf with an index, in WGS-84 degrees.
pub fn to_flatgeobuf(footprints: &[Footprint]) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    let crs = FgbCrs { code: 4326, ..FgbCrs::default() };
    let options = FgbWriterOptions { crs, promote_to_multi: false, ..FgbWriterOptions::default() };
    let mut file = FgbWriter::create_with_options("buildings", GeometryType::Polygon, options)?;
    file.add_column("height", ColumnType::Double, |_, _| {});
    for (n, footprint) in footprints.iter().enumerate() {
        let polygon = &footprint.polygon;
        file.polygon_begin(true, 1 + polygon.interiors().len(), 0)?;
        for (r, ring) in std::iter::once(polygon.exterior()).chain(polygon.interiors()).enumerate() {
            file.linestring_begin(false, ring.0.len(), r)?;
            for (i, place) in ring.0.iter().enumerate() {
                file.xy(place.x, place.y, i)?;
            }
            file.linestring_end(false, r)?;
        }
        file.polygon_end(true, 0)?;
        file.property(0, "height", &ColumnValue::Double(footprint.height_m))?;
        file.feature_end(n as u64)?;
    }
    let mut bytes = Vec::new();
    file.write(&mut bytes)?;
    Ok(bytes)
}
