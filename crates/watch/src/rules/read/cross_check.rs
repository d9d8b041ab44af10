//! What rules say of one another: ids said twice, rules that do not exist, circles.

use super::Draft;
use crate::rules::condition::Condition;
use crate::rules::error::{Page, nearest};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Checks the rules of all files together; `complete` when every rule of every file could be read.
pub(super) fn check(drafts: &mut [(usize, Draft)], pages: &mut [Page], complete: bool) {
    let mut first: BTreeMap<Arc<str>, usize> = BTreeMap::new();
    for n in 0..drafts.len() {
        let id = drafts[n].1.rule.id.clone();
        let Some(&earlier) = first.get(&id) else {
            first.insert(id, n);
            continue;
        };
        let (file, line) = drafts[earlier].1.rule.stands.clone();
        let (page, draft) = &drafts[n];
        pages[*page].wrong(
            draft.span.clone(),
            "rule.id",
            format!("`{id}` is the id of the rule at {file}:{line} too"),
            "give one of them another id",
        );
    }
    if !complete {
        return;
    }
    for (page, draft) in drafts.iter() {
        let page = &mut pages[*page];
        for (id, span) in &draft.drivers {
            if !first.contains_key(id) {
                page.wrong(span.clone(), "rule.drivers", missing(id), meant(id, &first));
            }
        }
        let Condition::Together { of, .. } = &draft.rule.logic.condition else { continue };
        for id in of.iter().filter(|id| !first.contains_key(*id)) {
            page.wrong(draft.span_of(id, page.text), "rule.when.of", missing(id), meant(id, &first));
        }
        if reaches_itself(&draft.rule.id, drafts, &first) {
            page.wrong(
                draft.span.clone(),
                "rule.when.of",
                format!("`{}` depends on itself through the rules it names", draft.rule.id),
                "take one of them out",
            );
        }
    }
}

fn missing(id: &str) -> String {
    format!("names the rule `{id}`, which no file has")
}

fn meant(id: &str, known: &BTreeMap<Arc<str>, usize>) -> String {
    match nearest(id, known.keys().map(|id| &**id)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "name a rule of these files".to_owned(),
    }
}

fn reaches_itself(id: &Arc<str>, drafts: &[(usize, Draft)], known: &BTreeMap<Arc<str>, usize>) -> bool {
    let mut seen = vec![false; drafts.len()];
    let mut open = vec![id.clone()];
    while let Some(next) = open.pop() {
        let Some(&n) = known.get(&next) else { continue };
        let Condition::Together { of, .. } = &drafts[n].1.rule.logic.condition else { continue };
        if of.contains(id) {
            return true;
        }
        if !std::mem::replace(&mut seen[n], true) {
            open.extend(of.iter().cloned());
        }
    }
    false
}

impl Draft {
    /// Where the name `id` stands in the rule; the rule itself when it cannot be found.
    fn span_of(&self, id: &str, text: &str) -> std::ops::Range<usize> {
        let quoted = [format!("\"{id}\""), format!("'{id}'")];
        let from = text.get(self.span.start..).unwrap_or_default();
        match quoted.iter().find_map(|name| from.find(name.as_str())) {
            Some(at) => self.span.start + at + 1..self.span.start + at + 1 + id.len(),
            None => self.span.clone(),
        }
    }
}
