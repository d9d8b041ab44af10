//! Warnings, notices and algorithms in the operator's words.

mod figures;

pub use figures::{chance, computed, distance, figure, rate, share};

use crate::view::WatchView;
use city::{
    Algorithm, AlgorithmId, CityTime, Field, Noted, NoticeArea, NoticeState, Place, RiskClass, RiskNotice,
    TwoTongues, Warning,
};
use shell::Words;
use shell::saying::keyed;

/// The words in the language shown; those of the other where this one has none.
pub fn told<'a>(words: &Words, both: &'a TwoTongues) -> &'a str {
    let shown = words.pick(&both.zh, &both.en);
    if shown.is_empty() { words.pick(&both.en, &both.zh) } else { shown }
}

/// The name of a class.
pub fn class<'a>(words: &Words, class: &'a RiskClass) -> &'a str {
    words.pick(class.zh(), class.en())
}

/// The name of a system of the city; its key where it has none.
pub fn system(words: &Words, key: &str) -> String {
    keyed(words, "system", key)
}

/// An instant: of today by its time of day, else with its date.
pub fn moment(at: CityTime, now: CityTime) -> String {
    let (then, now) = (at.shanghai_date_clock(), now.shanghai_date_clock());
    let from = match (then.get(..10) == now.get(..10), then.get(..4) == now.get(..4)) {
        (true, _) => 11,
        (false, true) => 5,
        _ => 0,
    };
    then.get(from..16).unwrap_or(&then).to_owned()
}

/// Where a warning is: its place, of a grouped one how many in how many districts, else whom it goes to.
pub fn place(view: &WatchView, warning: &Warning) -> String {
    let words = view.words;
    if let Some(members) = &warning.members {
        let (count, districts) = (members.count.to_string(), members.districts.len().to_string());
        return words.fill("watch.grouped", &[("n", &count), ("m", &districts)]);
    }
    match warning.place {
        Some(place) => view.places.place(words, place),
        None => view.places.jurisdiction(words, warning.centre),
    }
}

/// Who took note, and when; without a name where that is withheld.
pub fn noted(view: &WatchView, noted: &Noted) -> String {
    by(view, "watch.notedBy", &noted.by, noted.at)
}

/// Words with `{by}` and `{t}`; of somebody whose name is withheld it says so.
pub fn by(view: &WatchView, key: &str, by: &str, at: CityTime) -> String {
    let name = by.strip_prefix("officer:").unwrap_or(by);
    let name = if name.is_empty() { view.words.get("watch.somebody") } else { name };
    view.words.fill(key, &[("by", name), ("t", &moment(at, view.now))])
}

/// How a warning stands: new, noted by whom, or ended and why.
pub fn standing(view: &WatchView, warning: &Warning) -> String {
    match (&warning.ended, &warning.noted) {
        (Some(ended), _) => view.words.get(&format!("warningEnd.{}", ended.why.key())).to_owned(),
        (None, Some(noted)) => self::noted(view, noted),
        (None, None) => view.words.get("watch.isNew").to_owned(),
    }
}

/// What made a rule warn; why that is withheld, where it is.
pub fn reason(view: &WatchView, warning: &Warning) -> String {
    let reason = told(view.words, &warning.reason);
    if !reason.is_empty() {
        return reason.to_owned();
    }
    let withheld = view.on_duty.why_withheld(Field::DeviceValue).filter(|_| warning.device_id.is_some());
    withheld.map_or_else(String::new, |why| view.words.fill("board.withheld", &[("reason", why)]))
}

/// Where a notice holds.
pub fn area(view: &WatchView, notice: &RiskNotice) -> String {
    let words = view.words;
    match notice.area {
        NoticeArea::Circle { radius_m, .. } => {
            let (place, r) = (view.places.jurisdiction(words, notice.act.jurisdiction), distance(radius_m));
            words.fill("watch.circle", &[("place", &place), ("r", &r)])
        }
        NoticeArea::Township { code } => {
            view.places.place(words, Place { district: code.district(), township: code })
        }
        NoticeArea::District { code } => view.places.district(words, code),
        NoticeArea::City => words.get("board.wholeCity").to_owned(),
    }
}

/// Class and kind of a notice.
pub fn notice_title(words: &Words, notice: &RiskNotice) -> String {
    format!("{} · {}", class(words, &notice.class), keyed(words, "noticeKind", notice.kind.key()))
}

/// How a notice stands, and by whom.
pub fn notice_state(view: &WatchView, notice: &RiskNotice) -> String {
    let word = keyed(view.words, "noticeState", notice.state.key());
    match &notice.state {
        NoticeState::Issued => word,
        NoticeState::Expired { at } => format!("{word} {}", moment(*at, view.now)),
        NoticeState::Accepted { by, at }
        | NoticeState::Rejected { by, at, .. }
        | NoticeState::BecameIncident { by, at, .. } => {
            format!("{word} · {}", self::by(view, "watch.byAt", by, *at))
        }
    }
}

/// An algorithm by its name and identifier; by its identifier where the register has no entry.
pub fn algorithm(view: &WatchView, id: &AlgorithmId, version: &str) -> String {
    let name = view.city.algorithms.get(id).map(|entry: &Algorithm| told(view.words, &entry.name));
    let name = name.map_or_else(|| view.words.get("watch.noEntry").to_owned(), str::to_owned);
    format!("{name} · {id} {version}")
}
