//! What a point is: class, grade, segment and layer (分类、分级、分段、分层), said once for all points that share it.

use super::Standing;
use city::{Layer, RiskClass, RiskGrade, Segment};
use std::collections::HashMap;

/// What a point is. Many points share few kinds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Kind {
    /// 分类.
    pub class: RiskClass,
    /// 分级; devices have none.
    pub grade: Option<RiskGrade>,
    /// 分段.
    pub segment: Segment,
    /// 分层.
    pub layer: Layer,
}

impl Kind {
    /// A device of `class` that nothing more is said of: it monitors, and stands where such devices do.
    pub fn device(class: RiskClass) -> Self {
        let layer = match class {
            RiskClass::Gas | RiskClass::SepticGas => Layer::Underground,
            RiskClass::Fire => Layer::Building,
            _ => Layer::Surface,
        };
        Self { class, grade: None, segment: Segment::Monitor, layer }
    }

    /// The colour its grade has beside those of values: red for a major risk, blue for a low one.
    pub fn rank(&self) -> Standing {
        match self.grade {
            None => Standing::Usual,
            Some(RiskGrade::Low) => Standing::Blue,
            Some(RiskGrade::General) => Standing::Yellow,
            Some(RiskGrade::Considerable) => Standing::Orange,
            Some(RiskGrade::Major) => Standing::Red,
        }
    }
}

/// Things said once, each with a number.
#[derive(Clone, Debug)]
pub struct Dictionary<T> {
    all: Vec<T>,
    numbers: HashMap<T, u16>,
}

impl<T> Default for Dictionary<T> {
    fn default() -> Self {
        Self { all: Vec::new(), numbers: HashMap::new() }
    }
}

impl<T: Clone + Eq + std::hash::Hash> Dictionary<T> {
    /// The number of `thing`, which is a new one where it was not said before; `None` where 65,536 were.
    pub fn number(&mut self, thing: &T) -> Option<u16> {
        if let Some(number) = self.numbers.get(thing) {
            return Some(*number);
        }
        let number = u16::try_from(self.all.len()).ok()?;
        self.all.push(thing.clone());
        self.numbers.insert(thing.clone(), number);
        Some(number)
    }

    /// All of them, by their number.
    pub fn all(&self) -> &[T] {
        &self.all
    }
}
