//! `shancheng terrain profile`.

use super::{answered, ground_of, print_json, print_line};
use crate::arguments::Profile;
use crate::failure::{Outcome, words};
use terrain::ask;

/// How many characters the drawn line is wide, and how many rows the table has.
const WIDE: usize = 72;
const ROWS: usize = 12;

/// Answers along the path.
pub fn run(words_given: &Profile, json: bool) -> Outcome {
    let path = match (&words_given.along, words_given.from, words_given.to) {
        (Some(path), ..) => path.0.clone(),
        (None, Some(from), Some(to)) => vec![from, to],
        _ => return Err(words("name a path with --along, or --from and --to")),
    };
    let ground = ground_of(&words_given.asked)?;
    let profile = answered(ground.profile(&path, words_given.step))?;
    if json {
        return print_json(&profile);
    }
    let (Some(min), Some(max)) = (profile.min, profile.max) else {
        return print_line(&format!("{:.0} m, all of it outside the ground", profile.length_m));
    };
    let (min_m, max_m) = (min.height_m.unwrap_or_default(), max.height_m.unwrap_or_default());
    let count = profile.samples.len();
    print_line(&format!(
        "length    {:.0} m in {count} samples of {:.1} m",
        profile.length_m, profile.step_m
    ))?;
    print_line(&format!("climbs    {:.0} m up, {:.0} m down", profile.ascent_m, profile.descent_m))?;
    print_line(&format!("lowest    {min_m:.1} m after {:.0} m", min.distance_m))?;
    print_line(&format!("highest   {max_m:.1} m after {:.0} m", max.distance_m))?;
    if let Some(steepest) = profile.steepest {
        print_line(&format!(
            "steepest  {:+.1}° ({:+.0} %) after {:.0} m",
            steepest.slope_deg, steepest.slope_percent, steepest.distance_m
        ))?;
    }
    print_line(&drawn(&profile, min_m, max_m))?;
    let step = (count - 1).div_ceil(ROWS - 1).max(1);
    let rows = profile.samples.iter().step_by(step).chain(profile.samples.last());
    let mut last_m = -1.0;
    for row in rows.filter(|row| std::mem::replace(&mut last_m, row.distance_m) < row.distance_m) {
        let height = row.height_m.map_or("outside".to_owned(), |height_m| format!("{height_m:.1} m"));
        print_line(&format!("{:>9.0} m  {height:>9}  {:.5},{:.5}", row.distance_m, row.lon, row.lat))?;
    }
    Ok(())
}

/// The heights as a line of bars; a gap outside the ground.
fn drawn(profile: &ask::Profile, min_m: f64, max_m: f64) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let last = profile.samples.len() - 1;
    let bar = |k: usize| {
        let sample = &profile.samples[k * last / (WIDE - 1)];
        sample.height_m.map_or(' ', |height_m| {
            let share = (height_m - min_m) / (max_m - min_m).max(1e-9);
            BARS[((share * 8.0) as usize).min(7)]
        })
    };
    (0..WIDE).map(bar).collect()
}
