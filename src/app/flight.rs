//! Flights over the ground while its tiles come and go: no frame shows what lies behind it, and no ridge jumps.

use super::{CityOnScreen, Offscreen};
use crate::commands::snapshot::only;
use city::LonLat;
use shell::theme::Colour;
use shell::{MapCamera, Theme};
use std::time::Duration;

/// No ground, water or haze is of this colour.
const BEHIND: [u8; 4] = [255, 0, 255, 255];
const LONGEST: Duration = Duration::from_secs(120);
/// The eye nears by 0.2 % a step; a ridge may jump by this much in one.
const STEPS: usize = 200;
const MOST_JUMP_PX: usize = 2;
const DOWN: usize = 40;
const ACROSS: usize = 40;

/// From 80 km down to 60 m, then 30 km over ridges; always looking down so far that ground fills the picture.
fn pose(frame: usize) -> MapCamera {
    let over = |lon, lat| LonLat::new(lon, lat);
    if frame < DOWN {
        let part = frame as f64 / (DOWN - 1) as f64;
        let distance_m = 80_000.0 * (60.0_f64 / 80_000.0).powf(part);
        let focus = over(106.9, 29.6);
        return MapCamera {
            focus,
            focus_height_m: 300.0,
            distance_m,
            heading_deg: 120.0 * part,
            pitch_deg: 55.0,
        };
    }
    let part = (frame - DOWN) as f64 / ACROSS as f64;
    let focus = over(106.9 + 0.31 * part, 29.6 + 0.05 * part);
    MapCamera { focus, focus_height_m: 500.0, distance_m: 2_500.0, heading_deg: 80.0, pitch_deg: 50.0 }
}

/// The ground alone, in front of a colour it does not have.
fn ground(eye: MapCamera) -> anyhow::Result<Offscreen> {
    let mut city = CityOnScreen::load(terrain::Ground::shipped()?, eye, false)?;
    city.layers = only(&["terrain.water"]).map_err(|_| anyhow::anyhow!("the layer of water is gone"))?;
    city.layers.switch("panels", false);
    city.exaggeration = 2.0;
    let mut screen = Offscreen::new((320, 200), city, |_| {});
    screen.app.world_mut().resource_mut::<Theme>().ground.sky = Colour(BEHIND);
    screen.settle(LONGEST)?;
    Ok(screen)
}

fn look(screen: &mut Offscreen, eye: MapCamera) {
    *screen.app.world_mut().resource_mut::<MapCamera>() = eye;
}

/// Column by column, whether each point under the band shows what lies behind the ground.
fn behind(screen: &mut Offscreen) -> anyhow::Result<Vec<Vec<bool>>> {
    let image = screen.picture()?.try_into_dynamic()?.into_rgb8();
    let is_behind = |x, y| {
        let [red, green, blue] = image.get_pixel(x, y).0;
        red > 200 && green < 60 && blue > 200
    };
    Ok((0..image.width()).map(|x| (31..image.height()).map(|y| is_behind(x, y)).collect()).collect())
}

fn holes(screen: &mut Offscreen) -> anyhow::Result<usize> {
    Ok(behind(screen)?.iter().flatten().filter(|is_behind| **is_behind).count())
}

#[test]
fn no_frame_of_a_flight_shows_what_lies_behind_the_ground() -> anyhow::Result<()> {
    let mut screen = ground(MapCamera { pitch_deg: 8.0, ..pose(0) })?;
    assert!(holes(&mut screen)? > 1_000, "what lies behind is not seen where it is");
    look(&mut screen, pose(0));
    screen.settle(LONGEST)?;
    for frame in 0..DOWN + ACROSS {
        look(&mut screen, pose(frame));
        // Nothing is waited for: coarser tiles stand in for those that have not come.
        let found = holes(&mut screen)?;
        assert_eq!(found, 0, "frame {frame}: {found} points show what lies behind the ground");
    }
    Ok(())
}

/// In a gorge the skyline is of near peaks. It is the highest of all ridges, so it moves as evenly as the eye does,
/// whichever of them it is: where it jumps, a tile has come in another form than the one before it had.
#[test]
fn the_skyline_does_not_jump_on_the_way_into_a_gorge() -> anyhow::Result<()> {
    let nearing = |step: usize| MapCamera {
        focus: LonLat::new(109.92, 31.05),
        focus_height_m: 100.0,
        distance_m: 14_000.0 * 0.998_f64.powi(step as i32),
        heading_deg: 0.0,
        pitch_deg: 8.0,
    };
    let mut screen = ground(nearing(0))?;
    let mut before: Option<Vec<usize>> = None;
    let mut furthest = 0;
    for step in 0..STEPS {
        look(&mut screen, nearing(step));
        screen.settle(LONGEST)?;
        let columns = behind(&mut screen)?;
        let skyline: Vec<usize> =
            columns.iter().map(|c| c.iter().take_while(|behind| **behind).count()).collect();
        assert!(
            skyline.iter().all(|y| (1..160).contains(y)),
            "the skyline leaves the picture at step {step}"
        );
        for (x, (now, then)) in skyline.iter().zip(before.iter().flatten()).enumerate() {
            let jump = now.abs_diff(*then);
            assert!(jump <= MOST_JUMP_PX, "step {step}, column {x}: the skyline jumps by {jump} points");
            furthest = furthest.max(jump);
        }
        before = Some(skyline);
    }
    println!("the skyline moved by {furthest} points a step at most");
    Ok(())
}
