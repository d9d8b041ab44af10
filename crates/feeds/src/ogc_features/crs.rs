//! Names of reference systems, and which axis comes first in them (18-058r1; OGC 09-048r5 and 05-010 for the names).
//!
//! Where a coordinate's first number is a latitude and is taken for a longitude, the thing lies in another country; so
//! the order is said, and where it is not known here that is said too: `geodesy` knows all of them.

use super::request::BadRequest;

/// Which axis comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AxisOrder {
    /// Longitude or easting.
    EastFirst,
    /// Latitude or northing.
    NorthFirst,
    /// Not known here.
    Unknown,
}

/// A reference system by name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CrsUri {
    /// Who named it, such as `OGC` or `EPSG`; empty where the name is none that is understood.
    pub authority: String,
    /// The version of the names, `0` where any.
    pub version: String,
    /// Its code, such as `CRS84` or `4490`.
    pub code: String,
    /// The name as it stood there.
    pub text: String,
}

impl CrsUri {
    /// WGS 84, longitude first: what features are in where nothing else is said.
    pub fn crs84() -> Self {
        Self::parse("http://www.opengis.net/def/crs/OGC/1.3/CRS84")
    }

    /// A system of EPSG.
    pub fn epsg(code: u32) -> Self {
        Self::parse(&format!("http://www.opengis.net/def/crs/EPSG/0/{code}"))
    }

    /// Reads an address (`http://www.opengis.net/def/crs/EPSG/0/4490`), a URN (`urn:ogc:def:crs:EPSG::4490`), a safe
    /// CURIE (`[EPSG:4490]`) or a bare one; brackets `<…>` of a header around it too. What is none of these keeps its text.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let bare = text.strip_prefix('<').and_then(|bare| bare.strip_suffix('>')).unwrap_or(text).trim();
        let lower = bare.to_ascii_lowercase();
        let path = ["http://www.opengis.net/def/crs/", "https://www.opengis.net/def/crs/"];
        let parts: Vec<&str> = if let Some(prefix) = path.iter().find(|prefix| lower.starts_with(**prefix)) {
            bare.get(prefix.len()..).unwrap_or_default().trim_end_matches('/').split('/').collect()
        } else if lower.starts_with("urn:ogc:def:crs:") {
            bare.get("urn:ogc:def:crs:".len()..).unwrap_or_default().split(':').collect()
        } else {
            let curie = bare.strip_prefix('[').and_then(|bare| bare.strip_suffix(']')).unwrap_or(bare);
            match curie.split_once(':') {
                Some((authority, code)) if !code.contains([':', '/']) => vec![authority, "0", code],
                _ => Vec::new(),
            }
        };
        let (authority, version, code) = match parts[..] {
            [authority, version, code] if !authority.is_empty() && !code.is_empty() => {
                (authority, version, code)
            }
            _ => ("", "", ""),
        };
        let version = if version.is_empty() { "0" } else { version };
        let version = if authority.is_empty() { "" } else { version };
        Self {
            authority: authority.to_ascii_uppercase(),
            version: version.to_owned(),
            code: code.to_owned(),
            text: bare.to_owned(),
        }
    }

    /// The EPSG code, where it is of EPSG.
    pub fn epsg_code(&self) -> Option<u32> {
        if self.authority == "EPSG" { self.code.parse().ok() } else { None }
    }

    /// True for CRS84 and its form with heights (`CRS84h`): what [`city::LonLat`] holds.
    pub fn is_crs84(&self) -> bool {
        self.authority == "OGC" && ["CRS84", "CRS84H"].contains(&self.code.to_ascii_uppercase().as_str())
    }

    /// The address that stands for it in a request.
    pub fn uri(&self) -> Result<String, BadRequest> {
        if self.authority.is_empty() {
            return Err(BadRequest::Crs { text: crate::problems::beginning(&self.text) });
        }
        let version = match (self.authority.as_str(), self.version.as_str()) {
            ("OGC", "0") => "1.3",
            (_, version) => version,
        };
        Ok(format!("http://www.opengis.net/def/crs/{}/{version}/{}", self.authority, self.code))
    }

    /// Which axis comes first, by the registers' definitions.
    pub fn axis_order(&self) -> AxisOrder {
        if self.authority == "OGC" {
            // OGC's own systems (CRS84, CRS83, CRS27) exist in order to have the longitude first.
            return AxisOrder::EastFirst;
        }
        match self.epsg_code() {
            // Geographic systems: WGS 84 (2D, 3D), CGCS2000 (2D, 3D), Xian 1980, New Beijing, Beijing 1954, ETRS89,
            // NAD83, NAD27, China Geodetic Coordinate System's neighbours JGD2011, KGD2002, GDA2020, SIRGAS 2000.
            Some(
                4326 | 4979 | 4490 | 4480 | 4610 | 4555 | 4214 | 4258 | 4937 | 4269 | 4267 | 6668 | 4737
                | 7844 | 4674,
            ) => AxisOrder::NorthFirst,
            // Gauss-Kruger in China, northing first: CGCS2000, Xian 1980, New Beijing, Beijing 1954.
            Some(
                4491..=4554
                | 2327..=2390
                | 4568..=4589
                | 4652..=4656
                | 4766..=4800
                | 2401..=2442
                | 21413..=21423
                | 21453..=21463,
            ) => AxisOrder::NorthFirst,
            // LAEA Europe, LCC Europe; Gauss-Kruger of Germany.
            Some(3035 | 3034 | 31466..=31469) => AxisOrder::NorthFirst,
            // Web Mercator, UTM on WGS 84 and ETRS89, Britain, the Netherlands, Switzerland, France.
            Some(
                3857 | 32601..=32660 | 32701..=32760 | 25828..=25838 | 27700 | 28992 | 2056 | 21781 | 2154,
            ) => AxisOrder::EastFirst,
            _ => AxisOrder::Unknown,
        }
    }
}

/// Whence the reference system of a page is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CrsSource {
    /// The header `Content-Crs` (18-058r1).
    Header,
    /// The member `crs` of old GeoJSON (2008), which fixed easting first whatever the system.
    OldGeoJson,
    /// Nothing said it: CRS84 by the standard.
    Standard,
}

/// The reference system of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageCrs {
    /// Which.
    pub crs: CrsUri,
    /// Which axis comes first in its coordinates.
    pub axes: AxisOrder,
    /// Whence that is known.
    pub source: CrsSource,
}

impl PageCrs {
    /// From the header's value, the old member's, or the standard.
    pub(super) fn of(header: Option<&str>, old_member: Option<&str>) -> Self {
        if let Some(header) = header.filter(|header| !header.trim().is_empty()) {
            let crs = CrsUri::parse(header);
            return Self { axes: crs.axis_order(), crs, source: CrsSource::Header };
        }
        match old_member {
            Some(name) => {
                Self { crs: CrsUri::parse(name), axes: AxisOrder::EastFirst, source: CrsSource::OldGeoJson }
            }
            None => Self { crs: CrsUri::crs84(), axes: AxisOrder::EastFirst, source: CrsSource::Standard },
        }
    }

    /// True when coordinates are longitude and latitude of WGS 84 in degrees, as they stand.
    pub fn is_lon_lat(&self) -> bool {
        let wgs84 = self.crs.is_crs84() || matches!(self.crs.epsg_code(), Some(4326 | 4979));
        wgs84 && self.axes == AxisOrder::EastFirst
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_way_to_write_a_name_is_understood() {
        for text in [
            "http://www.opengis.net/def/crs/EPSG/0/4490",
            "https://www.opengis.net/def/crs/EPSG/0/4490/",
            "[EPSG:4490]",
            "EPSG:4490",
            "urn:ogc:def:crs:EPSG::4490",
            "<http://www.opengis.net/def/crs/EPSG/0/4490>",
            " [epsg:4490] ",
            "HTTP://www.opengis.net/def/crs/epsg/0/4490",
        ] {
            let crs = CrsUri::parse(text);
            assert_eq!((crs.epsg_code(), crs.axis_order()), (Some(4490), AxisOrder::NorthFirst), "{text}");
            assert_eq!(crs.uri().unwrap(), "http://www.opengis.net/def/crs/EPSG/0/4490");
        }
        for text in [
            "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
            "urn:ogc:def:crs:OGC:1.3:CRS84",
            "[OGC:CRS84]",
            "http://www.opengis.net/def/crs/OGC/0/CRS84h",
        ] {
            let crs = CrsUri::parse(text);
            assert!(crs.is_crs84() && crs.axis_order() == AxisOrder::EastFirst, "{text}");
            assert!(
                crs.uri().unwrap().starts_with("http://www.opengis.net/def/crs/OGC/1.3/CRS84")
                    || text.ends_with('h')
            );
        }
        assert_eq!(CrsUri::epsg(4326).axis_order(), AxisOrder::NorthFirst);
        assert_eq!(CrsUri::epsg(3857).axis_order(), AxisOrder::EastFirst);
        assert_eq!(
            CrsUri::epsg(4524).axis_order(),
            AxisOrder::NorthFirst,
            "CGCS2000, three degrees, zone 36"
        );
        assert_eq!(CrsUri::epsg(31370).axis_order(), AxisOrder::Unknown);
        for odd in [
            "",
            "<>",
            "[]",
            "a/b",
            "http://www.opengis.net/def/crs/",
            "http://www.opengis.net/def/crs/EPSG/0/",
            "urn:ogc:def:crs:",
            "山",
        ] {
            let crs = CrsUri::parse(odd);
            assert!(crs.uri().is_err() && crs.axis_order() == AxisOrder::Unknown && !crs.is_crs84(), "{odd}");
        }
    }

    #[test]
    fn a_page_says_which_axis_comes_first() {
        let of = |header, member| PageCrs::of(header, member);
        assert!(of(None, None).is_lon_lat());
        assert!(of(Some("<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"), None).is_lon_lat());
        let north =
            of(Some("<http://www.opengis.net/def/crs/EPSG/0/4326>"), Some("urn:ogc:def:crs:EPSG::4326"));
        assert_eq!(
            (north.axes, north.source, north.is_lon_lat()),
            (AxisOrder::NorthFirst, CrsSource::Header, false)
        );
        let old = of(None, Some("urn:ogc:def:crs:EPSG::4326"));
        assert!(old.is_lon_lat() && old.source == CrsSource::OldGeoJson);
        assert!(!of(Some("<http://www.opengis.net/def/crs/EPSG/0/4490>"), None).is_lon_lat());
    }
}
