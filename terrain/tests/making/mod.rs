//! Makes elevation models as surveys deliver them, and reads what an import made of them with another reader.
#![allow(dead_code, clippy::unwrap_used)]

use std::{fs, path::Path};
use terrain::{
    TerrainError,
    import::{self, Import, ImportReport},
};

/// A made-up relief, metres, smooth enough that a hundred-metre grid tells it to the decimetre.
pub fn relief_m(lon: f64, lat: f64) -> f64 {
    400.0 + 200.0 * (lon * 9.0).sin() + 150.0 * (lat * 7.0).cos()
}

/// What a number of a raster is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    I16,
    U16,
    I32,
    F32,
    F64,
}

/// Tiles of so many columns and rows, or strips of so many rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Layout {
    Tiles(usize, usize),
    Strips(usize),
}

/// A GeoTIFF to be written.
#[derive(Clone)]
pub struct Raster {
    pub size: (usize, usize),
    pub values: Vec<f64>,
    pub kind: Kind,
    pub layout: Layout,
    /// TIFF's codes: 1 none, 5 LZW, 8 deflate; predictors 1 to 3.
    pub packing: (u16, u16),
    pub is_big_endian: bool,
    pub is_big_tiff: bool,
    /// GeoTIFF's keys, and the doubles they point to.
    pub keys: Vec<[u16; 4]>,
    pub doubles: Vec<f64>,
    /// Tags of doubles that say where it lies.
    pub place: Vec<(u16, Vec<f64>)>,
    pub no_data: Option<&'static str>,
    pub metadata: Option<&'static str>,
    /// Chunks of nothing but this value are left out.
    pub hole: Option<f64>,
}

/// Keys of WGS-84 degrees whose pixels are areas (1) or points (2).
pub fn degrees(pixels_are: u16) -> Vec<[u16; 4]> {
    vec![[1024, 0, 1, 2], [1025, 0, 1, pixels_are], [2048, 0, 1, 4326]]
}

/// Keys of a projected system by its EPSG code, pixels are areas.
pub fn projected(code: u16) -> Vec<[u16; 4]> {
    vec![[1024, 0, 1, 1], [1025, 0, 1, 1], [3072, 0, 1, code]]
}

impl Raster {
    /// Floats whose pixel corner lies there, with a height for the middle of each pixel.
    pub fn new(
        corner: (f64, f64),
        step: f64,
        size: (usize, usize),
        height_m: impl Fn(f64, f64) -> f64,
    ) -> Self {
        let at = |i: usize| {
            let (column, row) = ((i % size.0) as f64 + 0.5, (i / size.0) as f64 + 0.5);
            height_m(corner.0 + column * step, corner.1 - row * step)
        };
        Self {
            size,
            values: (0..size.0 * size.1).map(at).collect(),
            kind: Kind::F32,
            layout: Layout::Tiles(256, 256),
            packing: (8, 1),
            is_big_endian: false,
            is_big_tiff: false,
            keys: degrees(1),
            doubles: Vec::new(),
            place: vec![
                (33550, vec![step, step, 0.0]),
                (33922, vec![0.0, 0.0, 0.0, corner.0, corner.1, 0.0]),
            ],
            no_data: None,
            metadata: None,
            hole: None,
        }
    }

    fn number<const N: usize>(&self, little: [u8; N], out: &mut Vec<u8>) {
        let mut bytes = little;
        if self.is_big_endian {
            bytes.reverse();
        }
        out.extend(bytes);
    }

    fn size_of(&self) -> usize {
        match self.kind {
            Kind::I16 | Kind::U16 => 2,
            Kind::I32 | Kind::F32 => 4,
            Kind::F64 => 8,
        }
    }

    /// The bits of a value.
    fn bits(&self, value: f64) -> u64 {
        match self.kind {
            Kind::I16 => u64::from(value as i16 as u16),
            Kind::U16 => u64::from(value as u16),
            Kind::I32 => u64::from(value as i32 as u32),
            Kind::F32 => u64::from((value as f32).to_bits()),
            Kind::F64 => value.to_bits(),
        }
    }

    fn row(&self, values: &[f64]) -> Vec<u8> {
        let size = self.size_of();
        let mut out = Vec::new();
        let mut before = 0_u64;
        if self.packing.1 == 3 {
            for plane in 0..size {
                out.extend(values.iter().map(|v| (self.bits(*v) >> (8 * (size - 1 - plane))) as u8));
            }
            (1..out.len()).rev().for_each(|i| out[i] = out[i].wrapping_sub(out[i - 1]));
            return out;
        }
        for value in values {
            let bits = self.bits(*value);
            let word = if self.packing.1 == 2 { bits.wrapping_sub(before) } else { bits };
            before = bits;
            let bytes = &word.to_le_bytes()[..size];
            if self.is_big_endian { out.extend(bytes.iter().rev()) } else { out.extend(bytes) }
        }
        out
    }

    fn pack(&self, plain: Vec<u8>) -> Vec<u8> {
        match self.packing.0 {
            5 => {
                weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8).encode(&plain).unwrap()
            }
            8 => {
                let mut compressor = libdeflater::Compressor::new(libdeflater::CompressionLvl::fastest());
                let mut packed = vec![0; compressor.zlib_compress_bound(plain.len())];
                let length = compressor.zlib_compress(&plain, &mut packed).unwrap();
                packed.truncate(length);
                packed
            }
            _ => plain,
        }
    }

    /// The packed chunks; those left out are empty.
    fn chunks(&self) -> Vec<Vec<u8>> {
        let (columns, rows) = self.size;
        let (wide, high) = match self.layout {
            Layout::Tiles(wide, high) => (wide, high),
            Layout::Strips(high) => (columns, high),
        };
        let corners = (0..rows.div_ceil(high))
            .flat_map(|y| (0..columns.div_ceil(wide)).map(move |x| (x * wide, y * high)));
        let chunk = |(x, y): (usize, usize)| {
            let is_tiled = matches!(self.layout, Layout::Tiles(..));
            let high = if is_tiled { high } else { high.min(rows - y) };
            // A tile hangs over the edge with its last values.
            let value = |i: usize| {
                let (column, row) = ((x + i % wide).min(columns - 1), (y + i / wide).min(rows - 1));
                self.values[row * columns + column]
            };
            let values: Vec<f64> = (0..wide * high).map(value).collect();
            if self.hole.is_some_and(|hole| values.iter().all(|v| *v == hole)) {
                return Vec::new();
            }
            self.pack(values.chunks(wide).flat_map(|row| self.row(row)).collect())
        };
        corners.map(chunk).collect()
    }

    /// Its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = if self.is_big_endian { b"MM".to_vec() } else { b"II".to_vec() };
        if self.is_big_tiff {
            [43_u16, 8, 0].iter().for_each(|v| self.number(v.to_le_bytes(), &mut out));
        } else {
            self.number(42_u16.to_le_bytes(), &mut out);
        }
        let pointer_at = out.len();
        out.resize(pointer_at + if self.is_big_tiff { 8 } else { 4 }, 0);
        let chunks = self.chunks();
        let mut offsets = Vec::new();
        for chunk in &chunks {
            offsets.push(if chunk.is_empty() { 0 } else { out.len() as u64 });
            out.extend(chunk);
        }
        let lengths: Vec<u64> = chunks.iter().map(|chunk| chunk.len() as u64).collect();
        let (format, bits) = match self.kind {
            Kind::U16 => (1, 16),
            Kind::I16 => (2, 16),
            Kind::I32 => (2, 32),
            Kind::F32 => (3, 32),
            Kind::F64 => (3, 64),
        };
        let longs = |values: &[u64]| (4_u16, values.to_vec());
        let shorts = |values: &[u64]| (3_u16, values.to_vec());
        let doubles = |values: &[f64]| (12_u16, values.iter().map(|v| v.to_bits()).collect::<Vec<u64>>());
        let text = |text: &str| (2_u16, text.bytes().chain([0]).map(u64::from).collect::<Vec<u64>>());
        let mut tags = vec![
            (256, longs(&[self.size.0 as u64])),
            (257, longs(&[self.size.1 as u64])),
            (258, shorts(&[bits])),
            (259, shorts(&[u64::from(self.packing.0)])),
            (262, shorts(&[1])),
            (277, shorts(&[1])),
            (317, shorts(&[u64::from(self.packing.1)])),
            (339, shorts(&[format])),
        ];
        match self.layout {
            Layout::Tiles(wide, high) => tags.extend([
                (322, longs(&[wide as u64])),
                (323, longs(&[high as u64])),
                (324, longs(&offsets)),
                (325, longs(&lengths)),
            ]),
            Layout::Strips(rows) => {
                tags.extend([(273, longs(&offsets)), (278, longs(&[rows as u64])), (279, longs(&lengths))]);
            }
        }
        tags.extend(self.place.iter().map(|(tag, values)| (*tag, doubles(values))));
        if !self.keys.is_empty() {
            let head = [1, 1, 0, self.keys.len() as u16];
            let words: Vec<u64> =
                head.iter().chain(self.keys.iter().flatten()).map(|v| u64::from(*v)).collect();
            tags.push((34735, shorts(&words)));
        }
        if !self.doubles.is_empty() {
            tags.push((34736, doubles(&self.doubles)));
        }
        tags.extend(self.metadata.map(|words| (42112, text(words))));
        tags.extend(self.no_data.map(|words| (42113, text(words))));
        tags.sort_by_key(|(tag, _)| *tag);
        self.directory(out, pointer_at, tags)
    }

    fn directory(&self, mut out: Vec<u8>, pointer_at: usize, tags: Vec<(u16, (u16, Vec<u64>))>) -> Vec<u8> {
        let inside = if self.is_big_tiff { 8 } else { 4 };
        let mut directory = Vec::new();
        let word = |value: u64, to: &mut Vec<u8>| {
            if self.is_big_tiff {
                self.number(value.to_le_bytes(), to);
            } else {
                self.number((value as u32).to_le_bytes(), to);
            }
        };
        if self.is_big_tiff {
            word(tags.len() as u64, &mut directory);
        } else {
            self.number((tags.len() as u16).to_le_bytes(), &mut directory);
        }
        for (tag, (kind, values)) in tags {
            let mut bytes = Vec::new();
            for value in &values {
                match kind {
                    2 => bytes.push(*value as u8),
                    3 => self.number((*value as u16).to_le_bytes(), &mut bytes),
                    4 => self.number((*value as u32).to_le_bytes(), &mut bytes),
                    _ => self.number(value.to_le_bytes(), &mut bytes),
                }
            }
            self.number(tag.to_le_bytes(), &mut directory);
            self.number(kind.to_le_bytes(), &mut directory);
            word(values.len() as u64, &mut directory);
            if bytes.len() > inside {
                word(out.len() as u64, &mut directory);
                out.extend(bytes);
            } else {
                bytes.resize(inside, 0);
                directory.extend(bytes);
            }
        }
        word(0, &mut directory);
        let mut pointer = Vec::new();
        word(out.len() as u64, &mut pointer);
        out[pointer_at..pointer_at + pointer.len()].copy_from_slice(&pointer);
        out.extend(directory);
        out
    }

    /// Writes it.
    pub fn write(&self, path: &Path) {
        fs::write(path, self.bytes()).unwrap();
    }
}

/// Imports one source.
pub fn import(source: &Path, out: &Path) -> Result<ImportReport, TerrainError> {
    import::import(&Import::new([source.to_owned()], out), &|_| {})
}

/// Writes rasters as a.tif, b.tif, …, and imports them in that order, in a folder of their own.
pub fn imported(rasters: &[Raster]) -> (tempfile::TempDir, ImportReport) {
    let folder = tempfile::tempdir().unwrap();
    let place = |i: usize| folder.path().join(format!("{}.tif", char::from(b'a' + i as u8)));
    rasters.iter().enumerate().for_each(|(i, raster)| raster.write(&place(i)));
    let wanted = Import::new((0..rasters.len()).map(place), folder.path().join("terrain"));
    let report = import::import(&wanted, &|_| {}).unwrap();
    (folder, report)
}

/// Columns, rows and the finest heights of what was made, by the `tiff` crate.
pub fn heights_m(out: &Path) -> (usize, usize, Vec<f32>) {
    let file = fs::File::open(out.join("terrain.tif")).unwrap();
    let mut decoder = tiff::decoder::Decoder::new(std::io::BufReader::new(file)).unwrap();
    let (columns, rows) = decoder.dimensions().unwrap();
    match decoder.read_image().unwrap() {
        tiff::decoder::DecodingResult::F32(heights) => (columns as usize, rows as usize, heights),
        other => panic!("{other:?}"),
    }
}

/// The largest difference of what was made from the raster's own values; infinite where one is unknown.
pub fn largest_difference_m(out: &Path, raster: &Raster) -> f64 {
    let (columns, rows, heights) = heights_m(out);
    assert_eq!((columns, rows), raster.size);
    let pairs = heights.iter().zip(&raster.values);
    let differences = pairs.map(|(a, b)| (f64::from(*a) - b).abs());
    differences.map(|d| if d.is_nan() { f64::INFINITY } else { d }).fold(0.0, f64::max)
}

/// Everything in a folder, by name.
pub fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
