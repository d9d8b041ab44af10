//! One model, as far as it was read, and what comes of reading.

use super::Standing;
use crate::material::{Light, ModelMaterial};
use crate::upload::{Shown, upload};
use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, futures::check_ready};
use models::{Disk, Model, ModelError, gltf};
use shell::{Notice, NoticeKind};

/// A model as far as it was read.
pub(super) enum Read {
    Not,
    Reading(Task<Result<Model, ModelError>>),
    Ready { parts: Vec<Shown>, reach_m: f64 },
    Failed,
}

/// A model, wherever it stands.
pub(super) struct OneModel {
    pub address: String,
    pub read: Read,
    /// What was wrong with it.
    pub told: Option<String>,
    /// Whom to thank for it, as it says itself.
    pub thanks: Option<String>,
}

impl OneModel {
    pub fn new(address: &str) -> Self {
        Self { address: address.to_owned(), read: Read::Not, told: None, thanks: None }
    }

    /// Has it read, where nobody did.
    pub fn want(&mut self) {
        if let Read::Not = self.read {
            let address = self.address.clone();
            let work = async move { gltf::read(&address, &Disk) };
            self.read = Read::Reading(AsyncComputeTaskPool::get().spawn(work));
        }
    }

    /// Its triangles, where it is there.
    pub fn triangles(&self) -> usize {
        match &self.read {
            Read::Ready { parts, .. } => parts.iter().map(|part| part.triangles).sum(),
            _ => 0,
        }
    }

    fn take(&mut self, result: Result<Model, ModelError>, upload: impl FnOnce(Model) -> Vec<Shown>) {
        match result {
            Ok(mut model) => {
                let is_whole = model.problems.is_empty();
                self.told = (!is_whole).then(|| format!("{}: {}", self.address, model.problems));
                self.thanks = model.copyright.take();
                let reach_m = reach_m(&model);
                self.read = Read::Ready { parts: upload(model), reach_m };
            }
            Err(why) => (self.read, self.told) = (Read::Failed, Some(why.to_string())),
        }
    }
}

/// How far it reaches from its place.
fn reach_m(model: &Model) -> f64 {
    model.bounds().map_or(0.0, |(low, high)| {
        let far: [f32; 3] = std::array::from_fn(|i| low[i].abs().max(high[i].abs()));
        f64::from(Vec3::from(far).length())
    })
}

/// Takes in what was measured and read.
pub(crate) fn receive(
    mut standing: ResMut<Standing>,
    light: Res<Light>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<ModelMaterial>>,
    mut images: ResMut<Assets<Image>>,
    mut notices: MessageWriter<Notice>,
) {
    let mut came = false;
    let whole = &mut standing;
    let standing = whole.bypass_change_detection();
    for set in &mut standing.sets {
        if let Some(spots) = set.measuring.as_mut().and_then(check_ready) {
            (set.spots, set.measuring, standing.changed) = (spots, None, true);
        }
    }
    for model in &mut standing.models {
        let Read::Reading(task) = &mut model.read else { continue };
        let Some(result) = check_ready(task) else { continue };
        (standing.changed, came) = (true, true);
        model.take(result, |model| upload(model, &light, &mut meshes, &mut materials, &mut images));
        if let Some(text) = model.told.clone() {
            warn!("{text}");
            notices.write(Notice { kind: NoticeKind::Attention, text });
        }
    }
    if came {
        whole.set_changed();
    }
}
