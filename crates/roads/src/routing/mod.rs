//! Exact shortest paths, quick on any weights: customizable contraction hierarchies.
//!
//! [`order`] finds once, at import, in which order junctions are contracted; [`hierarchy`] which shortcuts follow from
//! it; [`metric`] what every shortcut costs for one profile and its closures; [`query`] asks. Dibbelt, Strasser,
//! Wagner: Customizable Contraction Hierarchies, ACM JEA 21 (2016), 1.5. [`plain`] is Dijkstra on the same weights.

pub(crate) mod flow;
pub(crate) mod hierarchy;
pub(crate) mod metric;
pub(crate) mod order;
pub(crate) mod plain;
pub(crate) mod query;

#[cfg(test)]
mod proof;

/// The time of what cannot be passed. Two of them can be added without running over, even as signed numbers.
pub(crate) const NEVER: u32 = (1 << 30) - 1;
