//! A set of rules: files that were read and found right together.

use super::read::read_files;
use super::{Area, Quantity, Rule, RuleError};
use std::sync::Arc;

/// Rules, areas and quantities of some files, all checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleSet {
    pub(super) rules: Vec<Arc<Rule>>,
    pub(super) areas: Vec<Area>,
    pub(super) quantities: Vec<Quantity>,
}

impl RuleSet {
    /// Reads files given as `(name, text)`. One fault is enough for no set at all, so that whoever holds an older set
    /// keeps it; every fault of every file is told, in the order of files and lines.
    pub fn read(files: &[(&str, &str)]) -> Result<RuleSet, Vec<RuleError>> {
        read_files(files)
    }

    /// The rules, in the order of files and lines.
    pub fn rules(&self) -> &[Arc<Rule>] {
        &self.rules
    }

    /// The areas the files draw.
    pub fn areas(&self) -> &[Area] {
        &self.areas
    }

    /// The quantities the files declare.
    pub fn quantities(&self) -> &[Quantity] {
        &self.quantities
    }

    /// The rule `id`.
    pub fn rule(&self, id: &str) -> Option<&Arc<Rule>> {
        self.rules.iter().find(|rule| &*rule.id == id)
    }
}
