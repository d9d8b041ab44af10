//! A recorded day, read and run.
//!
//! `steps` has a line a step, `expect` a line a change. Times are counted from `start`: `+3d`, `+1h30min`, `+0`.
//!
//! | step | what it does |
//! |---|---|
//! | `+T DEVICE VALUE [UNIT] [@LON,LAT] [in=TOWNSHIP] [at=+T]` | an observation that comes at that time; `at` when it was measured, if other |
//! | `+T..+T every D DEVICE VALUE…` | the same again and again; `VALUE` may be `A..B` for an even slope; `DEVICE` may be `G-*` |
//! | `+T tick`, `+T..+T every D tick` | time goes on |
//! | `+T replace NAME` | the rules of `[more] NAME` are read and taken, or refused with their faults |
//! | `+T withdraw ID`, `+T restore ID` | an algorithm of the register |
//! | `+T health` | tells what was not used |

use city::{CityTime, DeviceId, LonLat, Place, RiskClass, TownshipCode};
use std::path::{Path, PathBuf};
use watch::rules::{Change, DeviceHandle, DeviceInfo, Engine, Observation, RuleSet, Unit, What};

pub struct Day {
    file: PathBuf,
    text: String,
    table: toml::Table,
}

/// Runs a day and compares what it told with what it should.
pub fn check(file: &Path) -> Result<(), String> {
    let day = Day::read(file)?;
    let told = day.run(usize::MAX).map_err(|e| format!("{}: {e}", file.display()))?;
    let expect = day.table.get("expect").and_then(|e| e.as_str()).unwrap_or_default();
    if std::env::var_os("SHANCHENG_REWRITE").is_some() {
        let at = day.text.find("expect = '''").ok_or("no expect")?;
        let text = format!("{}expect = '''\n{told}'''\n", &day.text[..at]);
        return std::fs::write(&day.file, text).map_err(|e| e.to_string());
    }
    if told.trim() == expect.trim() {
        return Ok(());
    }
    Err(format!("{}: told\n{told}\nbut should have told\n{expect}", file.display()))
}

fn ms(text: &str) -> Result<i64, String> {
    let text = text.strip_prefix('+').ok_or(format!("`{text}` is no time"))?;
    let mut total = 0.0;
    let mut rest = text;
    while !rest.is_empty() {
        let n = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at(n);
        let m = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, next) = after.split_at(m);
        let size = match unit {
            "" if number == "0" => 0.0,
            "ms" => 1.0,
            "s" => 1e3,
            "min" => 60e3,
            "h" => 3600e3,
            "d" => 86400e3,
            _ => return Err(format!("`{text}` is no time")),
        };
        total += number.parse::<f64>().map_err(|_| format!("`{text}` is no time"))? * size;
        rest = next;
    }
    Ok(total as i64)
}

/// The time `+T` of an instant, short.
fn since(start: i64, at: CityTime) -> String {
    let mut left = at.0 - start;
    let mut text = String::from("+");
    for (size, unit) in [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s"), (1, "ms")] {
        if left >= size {
            text.push_str(&format!("{}{unit}", left / size));
            left %= size;
        }
    }
    if text.len() == 1 { "+0".to_owned() } else { text }
}

fn line(told: &mut String, said: String) {
    told.push_str(&said);
    told.push('\n');
}

impl Day {
    pub fn read(file: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(file).map_err(|e| e.to_string())?;
        let table: toml::Table = text.parse().map_err(|e| format!("{}: {e}", file.display()))?;
        Ok(Self { file: file.to_owned(), text, table })
    }

    fn text(&self, field: &str) -> &str {
        self.table.get(field).and_then(|v| v.as_str()).unwrap_or_default()
    }

    /// Runs the day with observations of one time in batches of at most `batch`; what was told, a line a change.
    pub fn run(&self, batch: usize) -> Result<String, String> {
        let start = CityTime::parse(self.text("start"))?.0;
        let mut told = String::new();
        let shipped = watch::rules::shipped_files();
        let name = self.text("shipped");
        let mut files: Vec<(&str, &str)> =
            shipped.into_iter().filter(|(file, _)| name.split(' ').any(|name| name == *file)).collect();
        if !self.text("rules").is_empty() {
            files.push(("day.toml", self.text("rules")));
        }
        let rules = RuleSet::read(&files);
        let rules = match rules {
            Ok(rules) => rules,
            Err(errors) => {
                for error in errors {
                    line(&mut told, format!("{error}"));
                }
                RuleSet::default()
            }
        };
        let mut engine = Engine::new(rules, CityTime(start));
        self.enrol(&mut engine)?;
        let mut steps = self.steps(start)?;
        steps.sort_by_key(|step| step.0);
        let mut waiting: Vec<Observation> = Vec::new();
        let mut last = start;
        for (n, (at, step)) in steps.iter().enumerate() {
            let now = CityTime(*at);
            let words: Vec<&str> = step.split_whitespace().collect();
            if !matches!(words[0], "tick" | "replace" | "withdraw" | "restore" | "health") {
                self.observe(&engine, &words, *at, start, &mut waiting)?;
                let more = steps.get(n + 1).is_some_and(|next| next.0 == *at);
                if !more || waiting.len() >= batch {
                    self.tell(start, engine.observe(&waiting, now), &mut told);
                    waiting.clear();
                }
                last = *at;
                continue;
            }
            if !waiting.is_empty() {
                self.tell(start, engine.observe(&waiting, CityTime(last)), &mut told);
                waiting.clear();
            }
            match words[0] {
                "tick" => self.tell(start, engine.tick(now), &mut told),
                "withdraw" => self.tell(start, engine.withdraw(words[1], now), &mut told),
                "restore" => self.tell(start, engine.restore(words[1], now), &mut told),
                "replace" => {
                    let more = self.table.get("more").and_then(|more| more.get(words[1]));
                    let text = more.and_then(|text| text.as_str()).ok_or("no such rules")?;
                    match RuleSet::read(&[(words[1], text)]) {
                        Ok(rules) => {
                            let changes = engine.replace(rules, now);
                            self.tell(start, changes, &mut told);
                        }
                        Err(errors) => {
                            for error in errors {
                                line(&mut told, format!("refused {error}"));
                            }
                        }
                    }
                }
                _ => {
                    let health = engine.health();
                    line(
                        &mut told,
                        format!("used {} late {} clock {}", health.used, health.late, health.clock_off),
                    );
                    for (why, (count, sample)) in &health.unused {
                        line(&mut told, format!("{why:?} {count}: {}", sample.reason(*why)));
                    }
                    for fault in &health.faults {
                        line(&mut told, format!("fault {fault}"));
                    }
                }
            }
        }
        Ok(told)
    }

    fn enrol(&self, engine: &mut Engine) -> Result<(), String> {
        for device in self.table.get("device").and_then(|d| d.as_array()).into_iter().flatten() {
            let text = |field: &str| device.get(field).and_then(|v| v.as_str());
            let number = |field: &str, usual: f64| {
                let value = device.get(field);
                value.and_then(|v| v.as_float().or(v.as_integer().map(|n| n as f64))).unwrap_or(usual)
            };
            let township = number("township", 500103001.0) as u32;
            let township = TownshipCode(township);
            let place = Place { district: township.district(), township };
            let class = RiskClass::from(text("class").ok_or("a device without a class")?);
            for n in 0..number("count", 1.0) as u32 {
                let id = text("id").ok_or("a device without an id")?.replace('*', &n.to_string());
                let spread = f64::from(n) * number("spread", 0.0);
                let at = LonLat::new(number("lon", 106.577) + spread, number("lat", 29.557));
                let mut info = DeviceInfo::new(id.as_str(), class.clone(), place, at);
                info.source = number("source", 0.0) as u16;
                info.gateway = number("gateway", 0.0) as u16;
                info.property = text("property").map(Into::into);
                info.unit = match text("unit") {
                    Some(unit) => Some(Unit::read(unit).ok_or(format!("no unit {unit}"))?),
                    None => None,
                };
                engine.enrol(info).map_err(|e| e.to_string())?;
            }
        }
        Ok(())
    }

    /// The steps, those that are said again and again written out, with their times.
    fn steps(&self, start: i64) -> Result<Vec<(i64, String)>, String> {
        let mut steps = Vec::new();
        for line in self.text("steps").lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'))
        {
            let (time, rest) = line.split_once(' ').ok_or(format!("`{line}` says nothing"))?;
            let Some((from, to)) = time.split_once("..") else {
                steps.push((start + ms(time)?, rest.to_owned()));
                continue;
            };
            let (from, to) = (ms(from)?, ms(to)?);
            let rest = rest.strip_prefix("every ").ok_or(format!("`{line}`: every how long?"))?;
            let (every, rest) = rest.split_once(' ').ok_or(format!("`{line}` says nothing"))?;
            let every = ms(&format!("+{every}"))?;
            let count = (to - from) / every;
            for n in 0..=count {
                let mut step = String::new();
                for word in rest.split_whitespace() {
                    match word.split_once("..").map(|(a, b)| (a.parse::<f64>(), b.parse::<f64>())) {
                        Some((Ok(a), Ok(b))) => {
                            let value = a + (b - a) * n as f64 / (count.max(1)) as f64;
                            step.push_str(&format!("{value} "));
                        }
                        _ => step.push_str(&format!("{word} ")),
                    }
                }
                steps.push((start + from + n * every, step));
            }
        }
        Ok(steps)
    }

    fn observe(
        &self,
        engine: &Engine,
        words: &[&str],
        now: i64,
        start: i64,
        waiting: &mut Vec<Observation>,
    ) -> Result<(), String> {
        let (mut at, mut unit, mut position, mut place) = (now, None, None, None);
        for word in &words[2..] {
            if let Some(time) = word.strip_prefix("at=") {
                at = match time.strip_prefix('-') {
                    Some(before) => start - ms(&format!("+{before}"))?,
                    None => start + ms(time)?,
                };
            } else if let Some(code) = word.strip_prefix("in=") {
                let township = TownshipCode(code.parse().map_err(|_| format!("`{code}` is no township"))?);
                place = Some(Place { district: township.district(), township });
            } else if let Some(spot) = word.strip_prefix('@') {
                let (lon, lat) = spot.split_once(',').ok_or("no position")?;
                let read = |text: &str| text.parse::<f64>().map_err(|_| format!("`{text}` is no degree"));
                position = Some(LonLat::new(read(lon)?, read(lat)?));
            } else {
                unit = Some(Unit::read(word).ok_or(format!("`{word}` is no unit"))?);
            }
        }
        let value: f64 = words[1].parse().map_err(|_| format!("`{}` is no value", words[1]))?;
        let mut one = |device: DeviceHandle| {
            waiting.push(Observation { device, at: CityTime(at), value, unit, position, place });
        };
        match words[0].strip_suffix('*') {
            None => match engine.device(&DeviceId::from(words[0])) {
                Some(device) => one(device),
                None => one(DeviceHandle(u32::MAX)),
            },
            Some(beginning) => {
                let ids = (0..).map_while(|n| engine.device(&DeviceId::from(format!("{beginning}{n}"))));
                ids.for_each(&mut one);
            }
        }
        Ok(())
    }

    fn tell(&self, start: i64, changes: Vec<Change>, told: &mut String) {
        let brief = self.table.get("brief").and_then(|b| b.as_bool()).unwrap_or(false);
        let short = |id: &str| id.rsplit_once('/').map_or(id, |(name, _)| name).to_owned();
        for change in changes {
            let at = since(start, change.at);
            let raises = change.raises().map(|r| format!(" raises {r:?}")).unwrap_or_default();
            let said = match &change.what {
                What::Raised(w) => {
                    let began = since(start, w.since);
                    let held = since(start, w.evidence.since);
                    let again = if w.times > 1 { format!(" time {}", w.times) } else { String::new() };
                    format!(
                        "{at} raised {} {} began {began} held {held}{again} to {:?}{raises}: {}",
                        w.colour.key(),
                        short(&w.id),
                        w.centre,
                        w.reason_en()
                    )
                }
                What::Recoloured(w, from) => {
                    let (from, to) = (from.key(), w.colour.key());
                    format!("{at} recoloured {from} to {to} {}{raises}: {}", short(&w.id), w.reason_en())
                }
                What::Joined(..) if brief => continue,
                What::Joined(w, group) => format!("{at} joined {} {}", short(&w.id), short(group)),
                What::Flapping(w) => {
                    format!("{at} flapping {} raised {} times", short(&w.id), w.times)
                }
                What::Cleared(_, _) if brief => continue,
                What::Cleared(w, why) => format!("{at} cleared {} {why:?}", short(&w.id)),
                What::Grouped(g) | What::GroupChanged(g) | What::GroupCleared(g) => {
                    let what = match change.what {
                        What::Grouped(_) => "grouped",
                        What::GroupChanged(_) => "group-changed",
                        _ => "group-cleared",
                    };
                    let (count, up, worst) = (g.count, g.up, g.worst.key());
                    format!(
                        "{at} {what} {} count {count} up {up} worst {worst} districts {} to {:?}{raises}: {}",
                        short(&g.id),
                        g.districts.len(),
                        g.centre,
                        g.cause.en()
                    )
                }
            };
            line(told, said);
        }
    }
}
