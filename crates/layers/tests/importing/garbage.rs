//! Whatever bytes come, the import tells of them and never stops the program.

use super::imported;
use super::shifted::Dice;
use city::RiskClass;
use layers::points::import::ImportOptions;

const TABLE: &str = "id,name,lon,lat,class,grade,value,measured,unit,district_code,township_code\n\
    a,\"a \"\"b\"\", c\",106.577,29.557,fire,重大,1,2027-01-15T07:00:00Z,%/m,500103,500103001\n\
    b,桥,106.588,29.566,bridge,red,35,2027-01-15 15:00:00,%,,\nc,,,,gas,,,,,,\n";

const POINTS: &[u8] = include_bytes!("../data/points.fgb");

fn collection() -> String {
    let feature = |n: usize| {
        format!(
            r#"{{"type":"Feature","id":{n},"geometry":{{"type":"Point","coordinates":[106.{n},29.5]}},"properties":{{"class":"fire","name":"\u4e00\"{n}","value":1.5}}}}"#
        )
    };
    let all: Vec<String> = (0..6).map(feature).collect();
    format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}", all.join(",\n"))
}

fn mutated(text: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for _ in 0..=dice.below(8) {
        let at = dice.below(bytes.len());
        match dice.below(6) {
            0 => bytes.truncate(at),
            1 => bytes[at] = dice.next() as u8,
            2 => bytes.insert(at, b"\",;\t\n{}[]\\\x1e\xef-0eE"[dice.below(16)]),
            3 => drop(bytes.remove(at)),
            4 => {
                let end = (at + dice.below(80)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                let to = dice.below(bytes.len());
                bytes.splice(to..to, piece);
            }
            _ => {
                let end = (at + dice.below(40)).min(bytes.len());
                bytes.drain(at..end);
            }
        }
        if bytes.is_empty() {
            break;
        }
    }
    bytes
}

#[test]
fn no_bytes_stop_the_program() {
    let lines =
        collection().lines().skip(1).map(|l| l.trim_end_matches(',').to_owned() + "\n").collect::<String>();
    let (gb, _, _) = encoding_rs::GB18030.encode(TABLE);
    let seeds: [Vec<u8>; 4] = [TABLE.into(), collection().into(), lines.into(), gb.into_owned()];
    let options = ImportOptions { class: Some(RiskClass::Fire), ..ImportOptions::default() };
    let dice = &mut Dice(42);
    let (mut read, mut refused) = (0, 0);
    for n in 0..4_000 {
        let text = match n % 8 {
            0 => (0..dice.below(2_000)).map(|_| dice.next() as u8).collect(),
            1 => {
                let seed = &seeds[dice.below(4)];
                seed[..dice.below(seed.len())].to_vec()
            }
            2 => [b"id,lon,lat\n".to_vec(), (0..dice.below(999)).map(|_| dice.next() as u8 | 1).collect()]
                .concat(),
            3 if n % 16 == 3 => mutated(POINTS, dice),
            3 => [b"fgb\x03fgb\x00".to_vec(), (0..dice.below(999)).map(|_| dice.next() as u8).collect()]
                .concat(),
            _ => mutated(&seeds[n % 4], dice),
        };
        match imported(&[&text], &options) {
            Ok((_, report)) => {
                read += 1;
                let lost: u64 = report.refused.values().map(|tally| tally.count).sum();
                assert_eq!(report.rows, report.taken + lost, "{report}\n{}", String::from_utf8_lossy(&text));
            }
            Err(error) => {
                refused += 1;
                assert!(error.to_string().contains("points-0"), "{error}");
            }
        }
    }
    println!("{read} read in part, {refused} refused");
    assert!(read > 1_000 && refused > 500);
}
