//! The file that ships is whole, and a wrong one is told by line.

use crate::city_of_tests::{ABOVE, GAS, sign};
use watch::vital::{Datum, Definitions};

#[test]
fn the_file_that_ships_has_every_sign_of_the_issue() {
    let shipped = Definitions::shipped()
        .unwrap_or_else(|faults| panic!("{}", faults.iter().map(|f| format!("{f}\n")).collect::<String>()));
    let wanted = [
        "traffic-index",
        "traffic-speed",
        "air-quality",
        "water-oxygen",
        "water-ammonia",
        "water-failing",
        "river-warning",
        "river-guarantee",
        "rain-1h",
        "rain-3h",
        "crowd-density",
        "septic-gas",
        "gas-pressure",
        "bridge-strain",
        "parking",
        "devices-online",
        "devices-reporting",
    ];
    let ids: Vec<&str> = shipped.signs().iter().map(|sign| &*sign.id).collect();
    assert_eq!(ids, wanted);
    for sign in shipped.signs() {
        assert!(sign.grades.levels.iter().any(Option::is_some), "{}", sign.id);
        assert!(!sign.kinds.is_empty() && !sign.compare.is_empty(), "{}", sign.id);
    }
    let cuntan = shipped.station("cuntan").unwrap();
    assert_eq!((cuntan.datum, cuntan.warning_m, cuntan.guarantee_m), (Datum::Wusong, 180.5, Some(183.5)));
    assert!((cuntan.in_own_datum(166.30, Datum::YellowSea1985).unwrap() - 167.79).abs() < 1e-9);
    assert_eq!(cuntan.in_own_datum(166.30, Datum::Egm96), None);
}

#[test]
fn a_wrong_file_is_told_by_line_column_field_and_what_was_meant() {
    let whole = GAS.to_owned() + &sign("a", "gas", "%LEL", &format!("gather = \"mean\"\n{ABOVE}"));
    assert!(Definitions::read("f", &whole).is_ok());
    for (from, to, line, says) in [
        ("devices = [\"gas\"]", "devices = [\"gass\"]", 15, "did you mean `gas`?"),
        ("gather = \"mean\"", "gather = \"meen\"", 21, "did you mean `mean`?"),
        ("gather = \"mean\"", "gather = \"p95\"", 8, "add scale"),
        ("gather = \"mean\"", "gather = \"share-above\"", 8, "add past"),
        ("source = ", "sorce = ", 14, "did you mean `source`?"),
        ("yellow = 20.0", "yellow = 60.0", 22, "not past the 60"),
        ("yellow = 20.0", "yelow = 20.0", 22, "did you mean `yellow`?"),
        ("unit = \"%LEL\"\nsource", "unit = \"mg/L\"\nsource", 13, "`gas` is measured in `%LEL`"),
        ("\"last-year\"", "\"last-yaer\"", 20, "did you mean `last-year`?"),
        ("city = 1,", "city = 0,", 17, "from 1 to 1000000"),
        ("stale = \"10min\"", "stale = \"10m\"", 7, "minutes or months"),
        ("max = 100.0", "max = -1.0", 6, "greater max"),
        ("class = \"gas\"", "class = \"gaz\"", 3, "did you mean `gas`?"),
        ("refresh = \"1ms\"", "refresh = 1", 16, "not a duration"),
        ("definition = {", "definition = ", 12, ""),
    ] {
        assert!(whole.contains(from), "{from}");
        let faults = Definitions::read("f.toml", &whole.replace(from, to)).unwrap_err();
        let text: String = faults.iter().map(|f| format!("{f}\n")).collect();
        assert!(faults.iter().any(|f| f.line == line && f.column > 0), "{to}: line {line} wanted\n{text}");
        assert!(text.contains(says), "{to}: {says}\n{text}");
        assert!(text.starts_with("f.toml:"), "{text}");
    }
    let twice = whole.clone() + &sign("a", "gas", "%LEL", &format!("gather = \"max\"\n{ABOVE}"));
    let faults = Definitions::read("f.toml", &twice).unwrap_err();
    assert_eq!((faults.len(), faults[0].field.as_str()), (1, "sign[1].id"));
    let station = "[[station]]\nid = \"s\"\nzh = \"站\"\nen = \"S\"\ndistrict = 500105\ndatum = \"wusung\"\n\
                   warning_m = 5.0\nguarantee_m = 4.0\nsource = \"training value\"\n";
    let faults = Definitions::read("f.toml", &(whole + station)).unwrap_err();
    let text: String = faults.iter().map(|f| format!("{f}\n")).collect();
    assert!(
        text.contains("did you mean `wusong`?") && text.contains("not above the warning level"),
        "{text}"
    );
}
