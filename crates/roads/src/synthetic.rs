//! Made-up extracts, to test and measure with: a small writer of OpenStreetMap PBF, and a city of any size.

/// An extract as OpenStreetMap has it: nodes, ways, relations, each with tags.
#[derive(Clone, Debug, Default)]
pub struct Extract {
    /// Number, longitude and latitude in degrees, tags.
    pub nodes: Vec<(i64, f64, f64, Tags)>,
    /// Number, the numbers of its nodes, tags.
    pub ways: Vec<(i64, Vec<i64>, Tags)>,
    /// Number, members, tags.
    pub relations: Vec<(i64, Vec<Member>, Tags)>,
}

/// A member of a relation: its kind (0 node, 1 way), its number, its role.
pub type Member = (u8, i64, &'static str);

/// Keys and values.
pub type Tags = Vec<(&'static str, &'static str)>;

/// How many records stand in one block.
const BLOCK: usize = 8_000;

impl Extract {
    /// The extract as an OpenStreetMap PBF file: dense nodes, uncompressed blocks.
    pub fn to_pbf(&self) -> Vec<u8> {
        let mut header = Vec::new();
        for feature in ["OsmSchema-V0.6", "DenseNodes"] {
            bytes(&mut header, 4, feature.as_bytes());
        }
        let mut file = Vec::new();
        blob(&mut file, "OSMHeader", &header);
        for nodes in self.nodes.chunks(BLOCK) {
            block(&mut file, |table| dense(nodes, table));
        }
        for ways in self.ways.chunks(BLOCK) {
            block(&mut file, |table| {
                let mut group = Vec::new();
                for (id, refs, tags) in ways {
                    let mut way = record(*id, tags, table);
                    packed(&mut way, 8, deltas(refs.iter().copied()).map(zigzag));
                    bytes(&mut group, 3, &way);
                }
                group
            });
        }
        for relations in self.relations.chunks(BLOCK) {
            block(&mut file, |table| {
                let mut group = Vec::new();
                for (id, members, tags) in relations {
                    let mut relation = record(*id, tags, table);
                    let roles: Vec<u64> = members.iter().map(|member| table.number(member.2)).collect();
                    packed(&mut relation, 8, roles.into_iter());
                    packed(&mut relation, 9, deltas(members.iter().map(|member| member.1)).map(zigzag));
                    packed(&mut relation, 10, members.iter().map(|member| u64::from(member.0)));
                    bytes(&mut group, 4, &relation);
                }
                group
            });
        }
        file
    }
}

/// The strings of a block; the first stands for none.
#[derive(Default)]
struct Table(Vec<&'static str>, std::collections::HashMap<&'static str, u64>);

impl Table {
    fn number(&mut self, text: &'static str) -> u64 {
        let next = self.0.len() as u64 + 1;
        *self.1.entry(text).or_insert_with(|| {
            self.0.push(text);
            next
        })
    }
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value > 127 {
        out.push(value as u8 | 128);
        value >>= 7;
    }
    out.push(value as u8);
}

fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

fn deltas(values: impl Iterator<Item = i64>) -> impl Iterator<Item = i64> {
    let mut before = 0;
    values.map(move |value| value - std::mem::replace(&mut before, value))
}

fn bytes(out: &mut Vec<u8>, field: u64, value: &[u8]) {
    varint(out, field << 3 | 2);
    varint(out, value.len() as u64);
    out.extend(value);
}

fn packed(out: &mut Vec<u8>, field: u64, values: impl Iterator<Item = u64>) {
    let mut list = Vec::new();
    values.for_each(|value| varint(&mut list, value));
    bytes(out, field, &list);
}

fn record(id: i64, tags: &Tags, table: &mut Table) -> Vec<u8> {
    let mut record = vec![1 << 3];
    varint(&mut record, id as u64);
    let numbers: Vec<(u64, u64)> =
        tags.iter().map(|tag| (table.number(tag.0), table.number(tag.1))).collect();
    packed(&mut record, 2, numbers.iter().map(|n| n.0));
    packed(&mut record, 3, numbers.iter().map(|n| n.1));
    record
}

fn dense(nodes: &[(i64, f64, f64, Tags)], table: &mut Table) -> Vec<u8> {
    let units = |degrees: f64| (degrees * 1e7).round() as i64;
    let mut dense = Vec::new();
    packed(&mut dense, 1, deltas(nodes.iter().map(|node| node.0)).map(zigzag));
    packed(&mut dense, 8, deltas(nodes.iter().map(|node| units(node.2))).map(zigzag));
    packed(&mut dense, 9, deltas(nodes.iter().map(|node| units(node.1))).map(zigzag));
    let mut words = Vec::new();
    for node in nodes {
        words.extend(node.3.iter().flat_map(|tag| [tag.0, tag.1]).map(|word| table.number(word)));
        words.push(0);
    }
    packed(&mut dense, 10, words.into_iter());
    let mut group = Vec::new();
    bytes(&mut group, 2, &dense);
    group
}

fn block(file: &mut Vec<u8>, group: impl FnOnce(&mut Table) -> Vec<u8>) {
    let mut table = Table::default();
    let group = group(&mut table);
    let mut strings = Vec::new();
    bytes(&mut strings, 1, b"");
    table.0.iter().for_each(|text| bytes(&mut strings, 1, text.as_bytes()));
    let mut block = Vec::new();
    bytes(&mut block, 1, &strings);
    bytes(&mut block, 2, &group);
    blob(file, "OSMData", &block);
}

fn blob(file: &mut Vec<u8>, kind: &str, content: &[u8]) {
    let mut blob = Vec::new();
    bytes(&mut blob, 1, content);
    let mut header = Vec::new();
    bytes(&mut header, 1, kind.as_bytes());
    varint(&mut header, 3 << 3);
    varint(&mut header, blob.len() as u64);
    file.extend((header.len() as u32).to_be_bytes());
    file.extend(header);
    file.extend(blob);
}

/// A city of some `edges` pieces of road about 106.55 E, 29.57 N: streets every 90 m, bent and with gaps, main roads
/// between them, expressways on decks right above main roads with ramps, footways a storey up with stairs and lifts,
/// low bridges. The same `seed` gives the same city.
pub fn city(edges: usize, seed: u64) -> Extract {
    let side = ((edges as f64 / 1.95).sqrt().ceil() as i64).max(4);
    let mut dice = Dice(seed.wrapping_mul(2).wrapping_add(1));
    let mut out = Extract::default();
    let step = 90.0 / 111_195.0;
    let (west, south) = (106.55 - step * 1.15 * side as f64 / 2.0, 29.57 - step * side as f64 / 2.0);
    let id = |x: i64, y: i64| y * side + x + 1;
    for y in 0..side {
        for x in 0..side {
            let lon = west + (x as f64 + 0.5 * dice.share()) * step * 1.15;
            out.nodes.push((id(x, y), lon, south + (y as f64 + 0.5 * dice.share()) * step, Vec::new()));
        }
    }
    let mut way = 0;
    let mut add = |out: &mut Extract, refs: Vec<i64>, tags: Tags| {
        way += 1;
        out.ways.push((way, refs, tags));
    };
    for line in 0..side {
        for east in [true, false] {
            let class = match line {
                _ if line % 32 == 0 => "primary",
                _ if line % 8 == 0 => "secondary",
                _ => "residential",
            };
            let local = class == "residential";
            let mut run = Vec::new();
            for place in 0..side {
                run.push(if east { id(place, line) } else { id(line, place) });
                // A gap ends the street; after some blocks another begins.
                let gap = local && dice.share() < 0.04;
                if gap || run.len() == 24 || place + 1 == side {
                    let refs = std::mem::take(&mut run);
                    let last = refs[refs.len() - 1];
                    if refs.len() > 1 {
                        add(&mut out, refs, street(class, local, &mut dice));
                    }
                    run.extend((!gap).then_some(last));
                }
            }
        }
    }
    decks(&mut out, side, &mut add);
    storeys(&mut out, side, &mut dice, &mut add);
    out
}

fn street(class: &'static str, local: bool, dice: &mut Dice) -> Tags {
    let mut tags = vec![("highway", class)];
    match dice.share() {
        share if local && share < 0.12 => tags.push(("oneway", "yes")),
        share if local && share < 0.14 => tags.push(("maxheight", "3.2")),
        share if local && share < 0.15 => tags.push(("maxweight", "10")),
        share if share > 0.97 => tags.push(("maxspeed", "20")),
        _ => {}
    }
    tags
}

/// Expressways right above every second primary road, on nodes of their own; ramps every 32 blocks.
fn decks(out: &mut Extract, side: i64, add: &mut impl FnMut(&mut Extract, Vec<i64>, Tags)) {
    for y in (0..side).step_by(64) {
        let begin = out.nodes.len() as i64 + 1;
        for x in 0..side {
            let (_, lon, lat, _) = out.nodes[(y * side + x) as usize];
            out.nodes.push((begin + x, lon, lat, Vec::new()));
        }
        for x in (0..side - 1).step_by(32) {
            let refs: Vec<i64> = (x..=(x + 32).min(side - 1)).map(|x| begin + x).collect();
            let deck = vec![("highway", "trunk"), ("bridge", "yes"), ("layer", "1"), ("name", "高架快速路")];
            add(out, refs, deck);
            let ramp = vec![("highway", "trunk_link"), ("bridge", "yes"), ("layer", "1")];
            add(out, vec![y * side + x + 1, begin + x + 1], ramp);
        }
    }
}

/// Footways a storey up above some streets: stairs at one end, a lift at the other.
fn storeys(
    out: &mut Extract,
    side: i64,
    dice: &mut Dice,
    add: &mut impl FnMut(&mut Extract, Vec<i64>, Tags),
) {
    for y in 1..side - 1 {
        for x in 1..side - 2 {
            if dice.share() > 0.01 {
                continue;
            }
            let (from, to) = (y * side + x, y * side + x + 1);
            let upper = out.nodes.len() as i64 + 1;
            let (_, lon, lat, _) = out.nodes[from as usize];
            out.nodes.push((upper, lon, lat, Vec::new()));
            out.nodes[to as usize].3 = vec![("highway", "elevator")];
            add(out, vec![from + 1, upper], vec![("highway", "steps"), ("step_count", "28")]);
            add(out, vec![upper, to + 1], vec![("highway", "footway"), ("level", "1"), ("layer", "1")]);
        }
    }
}

/// Numbers that look thrown (xorshift64*).
struct Dice(u64);

impl Dice {
    /// 0–1.
    fn share(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
