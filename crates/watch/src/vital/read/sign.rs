//! Reading one `[[sign]]`.

use super::{read_id, read_kinds, read_unit};
use crate::rules::error::{Page, line_and_column, nearest};
use crate::rules::read::fields::Fields;
use crate::rules::{AlgorithmName, Unit};
use crate::vital::definition::{Baseline, Compare, DeviceKind, Grades, Least, VitalSign};
use crate::vital::gather::{Gather, Side};
use crate::vital::level::Reference;

const COLOURS: [&str; 4] = ["red", "orange", "yellow", "blue"];
const COMPARES: [(&str, Compare); 3] =
    [("yesterday", Compare::Yesterday), ("weeks", Compare::Weeks), ("last-year", Compare::LastYear)];

/// Reads a sign; `None` when something needed was wrong.
pub(super) fn read_sign(
    fields: &mut Fields,
    kinds: &[DeviceKind],
    before: &[VitalSign],
    page: &mut Page,
) -> Option<VitalSign> {
    let line = line_and_column(page.text, fields.span.start).0;
    let id = read_id(fields, |id| before.iter().any(|s| &*s.id == id), "id = \"traffic-index\"", page);
    let zh = fields.needed("zh", page, "zh = \"拥堵指数\"");
    let en = fields.needed("en", page, "en = \"Congestion index\"");
    let (mut definition_zh, mut definition_en) = (None, None);
    if let Some(mut words) = fields.table("definition", page) {
        definition_zh = words.needed("zh", page, "zh = \"…\"");
        definition_en = words.needed("en", page, "en = \"…\"");
        words.finish(page);
    } else if !fields.has("definition") {
        fields.missing("definition", page, "definition = { zh = \"…\", en = \"…\" }: what it is");
    }
    let source = fields.needed("source", page, "source = \"GB …\" or \"training value\"");
    let algorithm = fields.needed("algorithm", page, "algorithm = \"…\": its id in the register");
    let version = fields.needed("version", page, "version = \"1.0.0\"");
    let unit = read_unit(fields, page);
    let own = read_kinds(fields, kinds, page);
    let gather = read_gather(fields, page);
    let reference = fields.choice(
        "against",
        &[("warning", Reference::Warning), ("guarantee", Reference::Guarantee)],
        page,
    );
    let scale = read_scale(fields, gather, page);
    let least = read_least(fields, page);
    let grades = read_grades(fields, page);
    let refresh_ms = fields.duration("refresh", page);
    if !fields.has("refresh") {
        fields.missing("refresh", page, "refresh = \"1min\": how often it is computed");
    }
    let compare = read_compare(fields, page);
    let baseline = read_baseline(fields, page);
    if let (Some(unit), Some(gather)) = (unit, gather) {
        check_unit(fields, unit, gather, &own, kinds, page);
    }
    Some(VitalSign {
        id: id?.into(),
        zh: zh?.into(),
        en: en?.into(),
        definition_zh: definition_zh?.into(),
        definition_en: definition_en?.into(),
        unit: unit?,
        source: source?.into(),
        kinds: own,
        gather: gather?,
        reference,
        least: least?,
        grades: grades?,
        scale,
        refresh_ms: refresh_ms?,
        compare,
        baseline,
        algorithm: AlgorithmName { id: algorithm?.into(), version: version?.into() },
        line,
    })
}

fn read_gather(fields: &mut Fields, page: &mut Page) -> Option<Gather> {
    if !fields.has("gather") {
        fields.missing("gather", page, "gather = \"mean\": how devices become an area's value");
    }
    let choices = [
        ("mean", Gather::Mean),
        ("weighted-mean", Gather::WeightedMean),
        ("median", Gather::Quantile(0.5)),
        ("p95", Gather::Quantile(0.95)),
        ("p05", Gather::Quantile(0.05)),
        ("max", Gather::Max),
        ("min", Gather::Min),
        ("sum", Gather::Sum),
        ("share-above", Gather::Share(Side::Above, 0.0)),
        ("share-below", Gather::Share(Side::Below, 0.0)),
        ("online", Gather::Online),
        ("reporting", Gather::Reporting),
        ("count", Gather::Count),
    ];
    let gather = fields.choice("gather", &choices, page);
    let past = fields.number("past", page);
    match (gather, past) {
        (Some(Gather::Share(side, _)), Some(past)) => Some(Gather::Share(side, past)),
        (Some(Gather::Share(..)), None) => {
            if !fields.has("past") {
                fields.missing("past", page, "past = 25.0: from where on a device is counted");
            }
            None
        }
        (_, Some(_)) => {
            fields.wrong(page, "past", "does nothing here", "leave it out, or gather a share");
            None
        }
        _ => gather,
    }
}

fn read_scale(fields: &mut Fields, gather: Option<Gather>, page: &mut Page) -> Option<(f64, f64)> {
    let quantile = matches!(gather, Some(Gather::Quantile(_)));
    let Some(mut table) = fields.table("scale", page) else {
        if quantile && !fields.has("scale") {
            fields.missing("scale", page, "scale = { from = 0.0, to = 10.0 }: 256 buckets between them");
        }
        return None;
    };
    let from = table.number("from", page);
    let to = table.number("to", page);
    if !matches!((from, to), (Some(from), Some(to)) if from < to) {
        table.wrong(page, "to", "and `from` are no scale", "write from = 0.0, to = 10.0");
    }
    table.finish(page);
    if !quantile && gather.is_some() {
        fields.wrong(page, "scale", "does nothing here", "leave it out, or gather a quantile");
    }
    Some((from?, to?))
}

fn read_least(fields: &mut Fields, page: &mut Page) -> Option<Least> {
    let Some(mut table) = fields.table("least", page) else {
        if !fields.has("least") {
            let example = "least = { city = 10, district = 3, township = 1 }: devices that must report";
            fields.missing("least", page, example);
        }
        return None;
    };
    let mut one = |name| {
        let least = table.whole(name, 1, 1_000_000, page);
        if !table.has(name) {
            table.missing(name, page, "a number of devices from 1 on");
        }
        least
    };
    let (city, district, township) = (one("city"), one("district"), one("township"));
    table.finish(page);
    Some(Least { city: city?, district: district?, township: township? })
}

fn read_grades(fields: &mut Fields, page: &mut Page) -> Option<Grades> {
    let Some(mut table) = fields.table("grades", page) else {
        if !fields.has("grades") {
            let example = "grades = { worse = \"above\", yellow = 4.0, red = 6.5 }";
            fields.missing("grades", page, example);
        }
        return None;
    };
    let side = table.choice("worse", &[("above", Side::Above), ("below", Side::Below)], page);
    if !table.has("worse") {
        table.missing("worse", page, "worse = \"above\" or \"below\"");
    }
    let levels = COLOURS.map(|colour| table.number(colour, page));
    if let Some(side) = side {
        let used: Vec<(usize, f64)> =
            levels.iter().enumerate().filter_map(|(n, l)| Some((n, (*l)?))).collect();
        for pair in used.windows(2) {
            let ((graver, g), (milder, m)) = (pair[0], pair[1]);
            if side.badness(g) <= side.badness(m) {
                let what = format!("is {g}, which is not past the {m} of `{}`", COLOURS[milder]);
                let fix = format!("order them so that {} comes first", COLOURS[milder]);
                table.wrong(page, COLOURS[graver], what, fix);
            }
        }
    }
    table.finish(page);
    Some(Grades { side: side?, levels })
}

fn read_compare(fields: &mut Fields, page: &mut Page) -> Vec<Compare> {
    let mut found = Vec::new();
    for (name, span) in fields.texts("compare", page) {
        match COMPARES.iter().find(|(known, _)| *known == name) {
            Some((_, compare)) => found.push(*compare),
            None => {
                let names = || COMPARES.iter().map(|(name, _)| *name);
                let meant = nearest(name, names()).map(|name| format!("did you mean `{name}`? "));
                let all = names().collect::<Vec<_>>().join(", ");
                let fix = format!("{}it is one of {all}", meant.unwrap_or_default());
                let path = fields.name("compare");
                page.wrong(span, &path, format!("names `{name}`"), fix);
            }
        }
    }
    found
}

fn read_baseline(fields: &mut Fields, page: &mut Page) -> Option<Baseline> {
    let mut table = fields.table("baseline", page)?;
    let value = table.number("value", page);
    if !table.has("value") {
        table.missing("value", page, "value = 1.43");
    }
    let source = table.needed("source", page, "source = \"…\": where it comes from");
    table.finish(page);
    Some(Baseline { value: value?, source: source?.into() })
}

/// Values are in a unit that the devices' can be turned into, shares in per cent, counts in 件.
fn check_unit(
    fields: &Fields,
    unit: Unit,
    gather: Gather,
    own: &[u16],
    kinds: &[DeviceKind],
    page: &mut Page,
) {
    let wanted = match gather {
        Gather::Online | Gather::Reporting => "%",
        Gather::Count => "件",
        Gather::Share(..) => "%",
        _ => "",
    };
    if !wanted.is_empty() {
        if unit.symbol() != wanted {
            let what = format!("is `{unit}`, but what is gathered here is counted in `{wanted}`");
            fields.wrong(page, "unit", what, format!("write unit = \"{wanted}\""));
        }
        let mut units = own.iter().map(|kind| kinds[usize::from(*kind)].unit);
        let first = units.next();
        if matches!(gather, Gather::Share(..)) && units.any(|unit| Some(unit) != first) {
            fields.wrong(page, "devices", "have units of their own", "name devices of one unit for a share");
        }
        return;
    }
    for kind in own.iter().map(|kind| &kinds[usize::from(*kind)]).filter(|kind| !unit.fits(kind.unit)) {
        let what = format!("is `{unit}`, but `{}` is measured in `{}`", kind.id, kind.unit);
        fields.wrong(page, "unit", what, "write a unit the devices' can be turned into");
    }
}
