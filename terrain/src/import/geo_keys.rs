//! What a GeoTIFF (OGC 19-008r4) says of where it lies: its keys, its tie points, its transformation.

use super::affine::Affine;
use std::io::{Read, Seek};
use tiff::{decoder::Decoder, tags::Tag};

/// The directory of keys with the doubles it points to.
struct Keys {
    entries: Vec<u16>,
    doubles: Vec<f64>,
}

/// Where a file lies.
pub(super) struct Place {
    pub affine: Affine,
    /// Empty where the file does not say.
    pub reference_system: String,
    /// The vertical datum, in words.
    pub datum: &'static str,
    /// Metres of one unit of height.
    pub unit_m: f32,
}

impl Keys {
    fn short(&self, number: u16) -> Option<u16> {
        self.entry(number).filter(|entry| entry[1] == 0).map(|entry| entry[3])
    }

    fn double(&self, number: u16) -> Option<f64> {
        // 34736 is the tag in which doubles lie.
        let entry = self.entry(number).filter(|entry| entry[1] == 34736)?;
        self.doubles.get(usize::from(entry[3])).copied()
    }

    /// Entries of four after a header of four: key, where its value is (0: here), count, value.
    fn entry(&self, number: u16) -> Option<&[u16]> {
        self.entries.chunks_exact(4).skip(1).find(|entry| entry[0] == number)
    }
}

/// Reads where a file lies, or says what is wrong with it.
pub(super) fn place<R: Read + Seek>(decoder: &mut Decoder<R>) -> Result<Place, String> {
    let keys = Keys {
        entries: decoder.get_tag_u16_vec(Tag::GeoKeyDirectoryTag).unwrap_or_default(),
        doubles: decoder.get_tag_f64_vec(Tag::GeoDoubleParamsTag).unwrap_or_default(),
    };
    let affine = affine(decoder, keys.short(1025) == Some(2))?;
    let reference_system = match keys.short(1024) {
        Some(1) => projected(&keys)?,
        Some(2) => geographic(&keys)?,
        Some(3) => return Err("it is in geocentric coordinates; write it anew with gdalwarp".to_owned()),
        _ => String::new(),
    };
    let datum = match keys.short(4096) {
        Some(5773) => "heights above EGM96",
        Some(3855) => "heights above EGM2008",
        Some(5737) => "heights above the 1985 Yellow Sea datum",
        Some(5736) => "heights above the 1956 Yellow Sea datum",
        _ => "datum of the heights not said",
    };
    let unit_m = match keys.short(4099) {
        Some(9002) => 0.3048,
        Some(9003) => 0.304_800_6,
        _ => 1.0,
    };
    Ok(Place { affine, reference_system, datum, unit_m })
}

fn affine<R: Read + Seek>(decoder: &mut Decoder<R>, pixels_are_points: bool) -> Result<Affine, String> {
    let mut numbers = |tag| decoder.get_tag_f64_vec(tag).unwrap_or_default();
    let (scale, tie, matrix) = (
        numbers(Tag::ModelPixelScaleTag),
        numbers(Tag::ModelTiepointTag),
        numbers(Tag::ModelTransformationTag),
    );
    let affine = if let &[a, b, _, c, d, e, _, f, ..] = matrix.as_slice() {
        Affine { x: [a, b, c], y: [d, e, f] }
    } else if let (&[east, south, ..], &[column, row, _, x, y, ..]) = (scale.as_slice(), tie.as_slice()) {
        {
            // GDAL too takes the second scale as southwards, whatever its sign.
            let south = south.abs();
            Affine::north_up((x - column * east, y + row * south), (east, south))
        }
    } else {
        return Err(
            "it does not say where it lies (no GeoTIFF tie point); a plain picture is no elevation model"
                .to_owned(),
        );
    };
    if !affine.is_sound() {
        return Err(format!("its pixel scale of {:?} makes no sense", affine.steps()));
    }
    // A pixel that is an area has its sample in its middle.
    Ok(if pixels_are_points { affine } else { affine.corner_to_middle() })
}

fn geographic(keys: &Keys) -> Result<String, String> {
    match keys.short(2048) {
        Some(32767) => match (keys.short(2050), ellipsoid(keys)) {
            // Datums by their own code: WGS-84 and CGCS2000.
            (Some(6326 | 1043), _) => Ok("EPSG:4326".to_owned()),
            (_, Some(ellipsoid)) => Ok(format!("+proj=longlat {ellipsoid} +type=crs")),
            _ => Err("its reference system is one of its own; reproject it with gdalwarp -t_srs EPSG:4326"
                .to_owned()),
        },
        Some(code) => Ok(format!("EPSG:{code}")),
        None => Ok("EPSG:4326".to_owned()),
    }
}

fn projected(keys: &Keys) -> Result<String, String> {
    match keys.short(3072) {
        Some(code) if code != 32767 => return Ok(format!("EPSG:{code}")),
        _ => {}
    }
    // A zone of its own, as surveys on Gauss–Krüger have them.
    let unknown = || {
        "its map projection has no EPSG code and is no transverse Mercator; reproject it with gdalwarp -t_srs EPSG:4326"
            .to_owned()
    };
    let ellipsoid = ellipsoid(keys).ok_or_else(unknown)?;
    match keys.short(3074) {
        Some(zone @ 16001..=16060) => {
            return Ok(format!("+proj=utm +zone={} {ellipsoid} +type=crs", zone - 16000));
        }
        Some(zone @ 16101..=16160) => {
            return Ok(format!("+proj=utm +zone={} +south {ellipsoid} +type=crs", zone - 16100));
        }
        _ => {}
    }
    if keys.short(3075) != Some(1) {
        return Err(unknown());
    }
    let metres = match keys.short(3076) {
        None | Some(9001) => "m",
        Some(9002) => "ft",
        Some(9003) => "us-ft",
        Some(_) => return Err(unknown()),
    };
    let number = |key: u16, or: f64| keys.double(key).unwrap_or(or);
    Ok(format!(
        "+proj=tmerc +lat_0={} +lon_0={} +k={} +x_0={} +y_0={} {ellipsoid} +units={metres} +type=crs",
        number(3081, 0.0),
        number(3080, 0.0),
        number(3092, 1.0),
        number(3082, 0.0),
        number(3083, 0.0),
    ))
}

/// The ellipsoid, as PROJ wants it: by its code, its axes, or the code of its geographic system; by default GRS80, of
/// which WGS-84 and CGCS2000 differ by a tenth of a millimetre.
fn ellipsoid(keys: &Keys) -> Option<String> {
    let known = match (keys.short(2056), keys.short(2048)) {
        (Some(7030), _) => "WGS84",
        (Some(7024), _) => "krass",
        (Some(7049), _) => "IAU76",
        (Some(7019 | 1024), _) => "GRS80",
        (_, Some(4214)) => "krass",
        (_, Some(4610)) => "IAU76",
        (_, Some(4326)) => "WGS84",
        (_, Some(4490)) => "GRS80",
        (_, code) => {
            return match (keys.double(2057), keys.double(2059)) {
                (Some(a), Some(rf)) => Some(format!("+a={a} +rf={rf}")),
                _ => matches!(code, None | Some(32767)).then(|| "+ellps=GRS80".to_owned()),
            };
        }
    };
    Some(format!("+ellps={known}"))
}
