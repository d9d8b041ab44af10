//! The columns an import knows, and the names they go by.

use std::collections::BTreeMap;

macro_rules! columns {
    ($($column:ident $doc:literal [$($name:literal),+]),+ $(,)?) => {
        /// What a column of a table, or a property of a feature, tells.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Column {
            $(#[doc = $doc] $column,)+
        }

        impl Column {
            /// All of them; the number of each is its place.
            pub const ALL: &'static [Column] = &[$(Column::$column),+];

            /// The names it is recognised by, as they are compared: small letters, no blanks, `_` or `-`.
            pub fn names(self) -> &'static [&'static str] {
                match self { $(Self::$column => &[$($name),+],)+ }
            }
        }
    };
}

columns! {
    Id "The id; every file has it." ["id", "编号", "设备编号"],
    Name "The name." ["name", "名称"],
    Lon "Longitude, decimal degrees." ["lon", "lng", "longitude", "经度"],
    Lat "Latitude, decimal degrees." ["lat", "latitude", "纬度"],
    Class "分类, by key or name." ["class", "分类", "类别"],
    Grade "分级, by key, name or colour." ["grade", "分级", "等级"],
    Segment "分段, by key or name." ["segment", "分段"],
    Layer "分层, by key or name." ["layer", "分层"],
    District "Six digits of GB/T 2260." ["districtcode", "区县代码"],
    Township "Nine digits." ["townshipcode", "镇街代码"],
    Value "The newest value, in the unit of its class." ["value", "数值"],
    Measured "When that was measured, RFC 3339; without an offset in the city's UTC+8." ["measured", "time", "观测时间"],
    Unit "The unit the value is said to be in." ["unit", "单位"],
}

impl Column {
    /// The column that goes by `name`, whatever its case; what stands in brackets, such as a unit, is passed over.
    pub fn of(name: &str) -> Option<Self> {
        let name = name.trim_start_matches('\u{feff}');
        let bare = name.split(['(', '（', '[', '【']).next().unwrap_or_default();
        let plain = plain(bare);
        Self::ALL.iter().copied().find(|column| column.names().contains(&plain.as_str()))
    }

    /// The column that goes by `name` where `given` may say more than the names known here.
    pub(super) fn among(name: &str, given: &BTreeMap<String, Column>) -> Option<Self> {
        let name = name.trim_start_matches('\u{feff}').trim();
        given.get(name).copied().or_else(|| Self::of(name))
    }
}

/// A word as it is compared: small letters, no blanks, `_` or `-`.
pub(super) fn plain(word: &str) -> String {
    let kept = word.chars().filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-'));
    kept.flat_map(char::to_lowercase).collect()
}

/// One record on its way in: the text of each column, empty where nothing is said.
#[derive(Clone, Debug, Default)]
pub(super) struct Record {
    /// Its line or number in the file, from 1.
    pub number: u64,
    texts: [String; 13],
}

const _: () = assert!(Column::ALL.len() == 13);

impl Record {
    /// Empties it for the record `number`.
    pub fn begin(&mut self, number: u64) {
        self.number = number;
        self.texts.iter_mut().for_each(String::clear);
    }

    /// What `column` says, without blanks around it.
    pub fn get(&self, column: Column) -> &str {
        self.texts[column as usize].trim()
    }

    /// Sets what `column` says.
    pub fn set(&mut self, column: Column, text: &str) {
        let held = &mut self.texts[column as usize];
        held.clear();
        held.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_recognised_in_both_languages_and_any_case() {
        for (name, column) in [
            ("ID", Column::Id),
            ("设备编号", Column::Id),
            (" Longitude ", Column::Lon),
            ("经度(°)", Column::Lon),
            ("District_Code", Column::District),
            ("观测时间", Column::Measured),
            ("\u{feff}id", Column::Id),
        ] {
            assert_eq!(Column::of(name), Some(column), "{name}");
        }
        assert_eq!(Column::of("longer"), None);
        let given = BTreeMap::from([("SBBH".to_owned(), Column::Id)]);
        assert_eq!(Column::among("SBBH", &given), Some(Column::Id));
    }
}
