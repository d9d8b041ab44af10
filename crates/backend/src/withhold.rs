//! The file of the negative list (数据共享负面清单): read and checked at the start, each fault with its line.

use crate::BackendError;
use city::{NegativeList, Withholding};
use serde::Deserialize;
use std::path::Path;
use toml::Spanned;

/// The largest file read, bytes.
const LARGEST: u64 = 1 << 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    #[serde(default)]
    withhold: Vec<Spanned<Withholding>>,
}

/// Reads and checks a file.
pub fn read(file: &Path) -> Result<NegativeList, BackendError> {
    let wrong = |why: String| BackendError::Withhold { file: file.to_owned(), why };
    let size = std::fs::metadata(file).map_err(|e| wrong(e.to_string()))?.len();
    if size > LARGEST {
        return Err(wrong(format!("{size} bytes; at most {LARGEST}")));
    }
    let text = std::fs::read_to_string(file).map_err(|e| wrong(e.to_string()))?;
    parse(&text).map_err(wrong)
}

/// Reads and checks TOML text.
fn parse(text: &str) -> Result<NegativeList, String> {
    let words: Words = toml::from_str(text).map_err(|e| e.to_string().trim_end().to_owned())?;
    let mut list = NegativeList::default();
    for entry in words.withhold {
        let line = text[..entry.span().start].matches('\n').count() + 1;
        let entry = entry.into_inner();
        if entry.from.is_empty() {
            return Err(format!("line {line}: from names nobody: give levels, departments or roles"));
        }
        if entry
            .from
            .departments
            .iter()
            .any(|department| department.is_empty() || department.trim() != department)
        {
            return Err(format!(
                "line {line}: a department is empty or has blanks around it: none is called so"
            ));
        }
        if entry.reason.trim().is_empty() {
            return Err(format!("line {line}: reason is empty: say why, for those who ask"));
        }
        list.withhold.push(entry);
    }
    if list.withhold.is_empty() {
        return Err("it holds no [[withhold]]: leave --withhold out to withhold nothing".to_owned());
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const GOOD: &str = r#"
[[withhold]]
what = "device.value"
from = { levels = ["township", "grid"] }
reason = "原始监测数据不下发"

[[withhold]]
what = "incident.reporter"
from = { departments = ["住建委"], roles = ["observer", "planner"] }
reason = "举报人信息保护"
"#;

    #[test]
    fn a_good_one_is_read_and_what_is_wrong_is_said_with_line_and_field() {
        let list = parse(GOOD).unwrap();
        assert_eq!(list.withhold.len(), 2);
        assert_eq!(list.withhold[1].what, city::Field::IncidentReporter);
        let wrong = |from: &str, to: &str| parse(&GOOD.replace(from, to)).unwrap_err();
        let unknown = wrong("device.value", "device.colour");
        assert!(unknown.contains("line 3") && unknown.contains("device.colour"), "{unknown}");
        for field in city::Field::ALL {
            assert!(unknown.contains(field.key()), "{}: {unknown}", field.key());
        }
        let nobody = wrong(r#"{ levels = ["township", "grid"] }"#, "{}");
        assert!(nobody.contains("line 2") && nobody.contains("names nobody"), "{nobody}");
        let misspelt = wrong("departments", "department");
        assert!(misspelt.contains("line 9") && misspelt.contains("department"), "{misspelt}");
        assert!(wrong("住建委", "住建委 ").contains("line 7: a department"));
        assert!(wrong("\"grid\"", "\"street\"").contains("line 4"));
        assert!(wrong("举报人信息保护", " ").contains("line 7: reason"));
        assert!(wrong("reason", "because").contains("line 5"));
        assert!(parse("").unwrap_err().contains("holds no [[withhold]]"));
    }
}
