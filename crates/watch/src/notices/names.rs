//! What districts and townships are called.

use city::{DistrictCode, Jurisdiction, TownshipCode, TwoTongues};
use layers::StaticLayers;
use std::collections::HashMap;

/// Names of districts and townships; a code stands for one that is not known.
#[derive(Clone, Debug, Default)]
pub struct Names {
    districts: HashMap<DistrictCode, TwoTongues>,
    townships: HashMap<TownshipCode, TwoTongues>,
}

impl Names {
    /// The names in `layers`.
    pub fn of(layers: &StaticLayers) -> Self {
        let names = |zh: &str, en: &str| TwoTongues { zh: zh.to_owned(), en: en.to_owned() };
        Self {
            districts: layers.districts.iter().map(|d| (d.code, names(&d.zh, &d.en))).collect(),
            townships: layers.townships.iter().map(|t| (t.code, names(&t.zh, &t.en))).collect(),
        }
    }

    /// What `area` is called: a township with its district.
    pub fn name(&self, area: Jurisdiction) -> TwoTongues {
        let coded = |code: u32| TwoTongues { zh: code.to_string(), en: code.to_string() };
        match area {
            Jurisdiction::City => TwoTongues { zh: "重庆市".to_owned(), en: "Chongqing".to_owned() },
            Jurisdiction::District(code) => {
                self.districts.get(&code).cloned().unwrap_or_else(|| coded(code.0))
            }
            Jurisdiction::Township(code) => {
                let district = self.name(Jurisdiction::District(code.district()));
                let township = self.townships.get(&code).cloned().unwrap_or_else(|| coded(code.0));
                TwoTongues {
                    zh: format!("{}{}", district.zh, township.zh),
                    en: format!("{}, {}", township.en, district.en),
                }
            }
        }
    }
}
