//! Reads what the command line lays on the ground: what is wrong in a file is one line on standard error; a file that
//! cannot be read at all is an error. The console remembers it.

use crate::arguments::Laid as Words;
use crate::failure::Failure;
use crate::laid::{
    Laid, Read, Remembered, lines_of, read_buildings, read_imagery, read_models, read_points, read_shapes,
};
use crate::settings::{LaidSettings, Settings};
use anyhow::Context;
use shell::{LaidKind, LaidThing};

/// Reads it all.
pub fn laid(words: &Words) -> Result<Laid, Failure> {
    let mut laid = Laid { inquiry: words.inquiry(), ..Laid::default() };
    laid.things.usual_display = words.display;
    let mut lay = |read: anyhow::Result<Read>| -> anyhow::Result<()> {
        let Read { thing, told } = read?;
        if let Some(told) = told {
            eprintln!("shancheng: {}: {told}", thing.given);
        }
        let id = laid.things.next_id();
        laid.things.lay(LaidThing { id, ..thing });
        Ok(())
    };
    words.imagery().iter().flatten().try_for_each(|line| lay(read_imagery(line).context("--imagery")))?;
    words.shapes().iter().flatten().try_for_each(|file| lay(read_shapes(file)))?;
    words.buildings().iter().flatten().try_for_each(|file| lay(read_buildings(file)))?;
    words.models().iter().flatten().try_for_each(|line| lay(read_models(line).context("--models")))?;
    words.points().iter().flatten().try_for_each(|file| lay(read_points(file)))?;
    Ok(laid)
}

/// What the console lays besides: of each kind what is remembered, where the command line names nothing of it. What it
/// names is remembered from now on.
pub fn remembered(words: &Words, laid: &Laid) -> Remembered {
    let file = match Settings::file() {
        Ok(file) => file,
        Err(error) => return Remembered { problem: Some(format!("{error:#}")), ..Remembered::default() },
    };
    let mut lines = match Settings::read(&file) {
        Ok(settings) => settings.laid,
        // What cannot be read is not written over: whoever wrote it is to mend it.
        Err(error) => return Remembered { problem: Some(format!("{error:#}")), ..Remembered::default() },
    };
    let named = lines_of(laid.things.all().iter());
    let mut kept = lines.clone();
    for (kind, is_named) in [
        (LaidKind::Imagery, words.imagery().is_some()),
        (LaidKind::Shapes, words.shapes().is_some()),
        (LaidKind::Buildings, words.buildings().is_some()),
        (LaidKind::Models, words.models().is_some()),
        (LaidKind::Points, words.points().is_some()),
    ] {
        if is_named {
            list(&mut lines, kind).clear();
            let now = std::mem::take(list(&mut named.clone(), kind));
            // What is named is to be seen.
            kept.off.retain(|line| !now.contains(line));
            *list(&mut kept, kind) = now;
        }
    }
    let written = Settings::change(&file, |settings| settings.laid = kept.clone());
    Remembered { lines, file: Some(file), problem: written.err().map(|error| format!("{error:#}")) }
}

fn list(lines: &mut LaidSettings, kind: LaidKind) -> &mut Vec<String> {
    match kind {
        LaidKind::Imagery => &mut lines.imagery,
        LaidKind::Shapes => &mut lines.shapes,
        LaidKind::Buildings => &mut lines.buildings,
        LaidKind::Models => &mut lines.models,
        LaidKind::Points => &mut lines.points,
    }
}
