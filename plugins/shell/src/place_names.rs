//! Names of districts and townships by their codes, in both languages.

use crate::{StaticCity, Words};
use bevy::platform::collections::HashMap;
use bevy::prelude::*;
use city::{DistrictCode, Jurisdiction, Place, TownshipCode};
use layers::StaticLayers;

/// Names by code; a code without a name is shown as its number.
#[derive(Resource, Clone, Debug, Default)]
pub struct PlaceNames {
    districts: HashMap<DistrictCode, [String; 2]>,
    townships: HashMap<TownshipCode, [String; 2]>,
}

/// Takes the names from the static layers, when they come.
pub(crate) fn name_places(city: Res<StaticCity>, mut names: ResMut<PlaceNames>) {
    *names = PlaceNames::of(&city.layers);
}

impl PlaceNames {
    /// The names of the districts and townships of the static layers.
    pub fn of(layers: &StaticLayers) -> Self {
        let mut names = Self::default();
        for district in &layers.districts {
            names.name_district(district.code, &district.zh, &district.en);
        }
        for township in &layers.townships {
            names.name_township(township.code, &township.zh, &township.en);
        }
        names
    }

    /// Notes the Chinese and English name of a district.
    pub fn name_district(&mut self, code: DistrictCode, zh: &str, en: &str) {
        self.districts.insert(code, [zh.to_owned(), en.to_owned()]);
    }

    /// Notes the Chinese and English name of a township.
    pub fn name_township(&mut self, code: TownshipCode, zh: &str, en: &str) {
        self.townships.insert(code, [zh.to_owned(), en.to_owned()]);
    }

    /// The name of a district.
    pub fn district(&self, words: &Words, code: DistrictCode) -> String {
        named(words, self.districts.get(&code), code.0)
    }

    /// District and township, such as 渝中区 · 解放碑街道.
    pub fn place(&self, words: &Words, place: Place) -> String {
        let district = self.district(words, place.district);
        if place.township == TownshipCode::default() {
            return district;
        }
        format!("{district} · {}", named(words, self.townships.get(&place.township), place.township.0))
    }
}

impl PlaceNames {
    /// The area that somebody answers for: the whole city, a district, or a township with its district.
    pub fn jurisdiction(&self, words: &Words, area: Jurisdiction) -> String {
        match area {
            Jurisdiction::City => words.get("board.wholeCity").to_owned(),
            Jurisdiction::District(code) => self.district(words, code),
            Jurisdiction::Township(code) => {
                self.place(words, Place { district: code.district(), township: code })
            }
        }
    }
}

fn named(words: &Words, names: Option<&[String; 2]>, code: u32) -> String {
    names.map_or_else(|| code.to_string(), |[zh, en]| words.pick(zh, en).to_owned())
}
