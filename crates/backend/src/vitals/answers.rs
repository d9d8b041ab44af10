//! What is told of the signs and of data quality to those who may see an area.

use super::Vitals;
use city::{Field, Jurisdiction};
use watch::quality::told::QualityTold;
use watch::vital::told::{
    PartKind, PartTold, Past, PointTold, SignInDepth, SignTold, SignsTold, Span, area_key,
};
use watch::vital::{Child, Gather, Part, SignHandle, VitalSign, VitalSigns};

/// Of the parts of an area so many are told, the worst.
const MOST_PARTS: usize = 2_000;

/// What is asked of a sign, and by whom.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The identifier of the sign.
    pub sign: &'a str,
    /// The area, which whoever asks may see.
    pub area: Jurisdiction,
    /// How far back.
    pub span: Span,
    /// The area of whoever asks: no other district is told.
    pub jurisdiction: Jurisdiction,
    /// True when values of devices are withheld from them.
    pub without_values: bool,
}

impl Vitals {
    /// The signs of an area, for those from whom values of devices are withheld or not.
    pub fn signs(&self, area: Jurisdiction, without_values: bool) -> SignsTold {
        let signs = self.shared.signs();
        let all = (0..signs.definitions().signs().len() as u16).map(SignHandle);
        SignsTold {
            now: signs.now(),
            area: area_key(area),
            past: Past::Training,
            past_ready: self.past_is_ready(),
            signs: all.filter_map(|sign| told(&signs, sign, area, without_values)).collect(),
            withheld: withheld(without_values),
        }
    }

    /// The identifiers of all signs.
    pub fn sign_ids(&self) -> Vec<String> {
        let signs = self.shared.signs();
        signs.definitions().signs().iter().map(|sign| sign.id.to_string()).collect()
    }

    /// A sign with its past and its parts; `None` where there is no such sign. Who asks for the past first has it filled in.
    pub fn in_depth(&self, asked: Asked<'_>) -> Option<SignInDepth> {
        self.want_past();
        let signs = self.shared.signs();
        let sign = signs.sign(asked.sign)?;
        let mut children = signs.drill(sign, asked.area);
        let parts_left_out = children.len().saturating_sub(MOST_PARTS);
        children.truncate(MOST_PARTS);
        let sees = |ranked: &watch::vital::Ranked| asked.jurisdiction.covers_district(ranked.district);
        let ranking = signs.ranking(sign).into_iter().filter(sees).map(|ranked| Child {
            part: Part::Area(Jurisdiction::District(ranked.district)),
            value: ranked.reading.value,
            colour: ranked.reading.colour,
            devices: ranked.reading.devices,
            reporting: ranked.reading.reporting,
        });
        let definition = signs.definition(sign)?;
        let gather = definition.gather;
        let is_hidden = asked.without_values && past_reveals(definition, asked.area);
        // A list by value would tell what is taken out of it: that comes last, in the order of its names.
        let told_parts = |children: Vec<Child>| -> Vec<PartTold> {
            let hides = |child: &Child| {
                let is_device = matches!(child.part, Part::Device(_));
                asked.without_values && (is_device || reveals(gather, child.reporting))
            };
            let (hidden, told): (Vec<Child>, Vec<Child>) = children.into_iter().partition(hides);
            let hidden = hidden.into_iter().map(|child| Child { value: None, ..child });
            let mut hidden: Vec<_> = hidden.map(|child| self.part(child, asked.without_values)).collect();
            hidden.sort_by(|a, b| a.id.cmp(&b.id));
            told.into_iter().map(|child| self.part(child, asked.without_values)).chain(hidden).collect()
        };
        Some(SignInDepth {
            now: signs.now(),
            area: area_key(asked.area),
            past: Past::Training,
            past_ready: self.past_is_ready(),
            sign: told(&signs, sign, asked.area, asked.without_values)?,
            span: asked.span,
            trend: match is_hidden {
                true => Vec::new(),
                false => PointTold::trend(&signs, sign, asked.area, asked.span),
            },
            comparison: signs.compare(sign, asked.area).filter(|_| !is_hidden).map(Into::into),
            ranking: told_parts(ranking.collect()),
            parts: told_parts(children),
            parts_left_out,
            withheld: withheld(asked.without_values),
        })
    }

    /// The quality of the sources, as those of a jurisdiction may know it.
    pub fn quality(&self, whose: Jurisdiction) -> QualityTold {
        let now = self.shared.signs().now();
        QualityTold { now, sources: self.shared.sources().told(&self.shared.surroundings, whose, now) }
    }

    fn part(&self, child: Child, without_values: bool) -> PartTold {
        let layers = &self.shared.surroundings.layers;
        let Child { part, value, colour, devices, reporting } = child;
        let told = PartTold { value, colour, devices, reporting, ..PartTold::default() };
        match part {
            Part::Area(area) => {
                let (kind, names) = match area {
                    Jurisdiction::Township(code) => {
                        let found = layers.townships.binary_search_by_key(&code, |township| township.code);
                        let township = found.ok().and_then(|at| layers.townships.get(at));
                        (PartKind::Township, township.map(|known| (known.zh.clone(), known.en.clone())))
                    }
                    Jurisdiction::District(code) => {
                        let known = layers.district(code);
                        (PartKind::District, known.map(|known| (known.zh.clone(), known.en.clone())))
                    }
                    Jurisdiction::City => (PartKind::District, None),
                };
                let (zh, en) = names.unwrap_or_default();
                PartTold { kind, id: area_key(area), zh, en, ..told }
            }
            Part::Device(handle) => {
                let known = self.shared.roster.known(&self.shared.surroundings, handle.0 as usize);
                let Some((id, at)) = known else { return told };
                let id = id.to_string();
                let told =
                    PartTold { kind: PartKind::Device, id, lon: Some(at.lon), lat: Some(at.lat), ..told };
                match without_values {
                    // Its colour would tell between which levels the value lies.
                    true => PartTold { value: None, colour: None, ..told },
                    false => told,
                }
            }
        }
    }
}

/// Of fewer devices than this a mean says what one of them measured.
const MANY: u32 = 3;

/// True where an area's value is what one device measured, or nearly.
fn reveals(gather: Gather, reporting: u32) -> bool {
    match gather {
        Gather::Max | Gather::Min => true,
        // With so few that none lies beyond it, it is the value of the greatest or the least.
        Gather::Quantile(share) if f64::from(reporting) * share.min(1.0 - share) < 1.0 => true,
        _ => gather.asks_values() && reporting < MANY,
    }
}

/// True where the past of an area may hold what one device measured. How many reported then is not kept, but never fewer
/// than the sign needs: with fewer its value was unknown.
fn past_reveals(sign: &VitalSign, area: Jurisdiction) -> bool {
    reveals(sign.gather, sign.least.of(area))
}

/// A sign of an area, whose value is left out where it is that of a device which is withheld. Its colour stays: it says no
/// more than a warning does.
fn told(signs: &VitalSigns, sign: SignHandle, area: Jurisdiction, without_values: bool) -> Option<SignTold> {
    let definition = signs.definition(sign)?;
    let mut told = SignTold::of(signs, sign, area)?;
    if without_values && reveals(definition.gather, told.reporting) {
        (told.value, told.error) = (None, None);
    }
    if without_values && (told.value.is_none() || past_reveals(definition, area)) {
        // With the value it would tell what was usual.
        told.usual_z = None;
    }
    Some(told)
}

/// What is withheld, as answers name it.
fn withheld(without_values: bool) -> Vec<String> {
    without_values.then(|| Field::DeviceValue.key().to_owned()).into_iter().collect()
}
