//! Tells the pulse what is looked at, and takes in what it felt.

use bevy::prelude::*;
use link::{Felt, Pulse, Wish};
use shell::{CityClock, CitySet, Repaint, Vitals, VitalsWish};

/// The running pulse, and how much of what it felt was taken in.
#[derive(Resource)]
struct Feeling {
    pulse: Pulse,
    revision: u64,
}

/// Has `app` take in the vital signs that somebody looks at; nothing is fetched while nobody does.
pub fn feel(app: &mut App, pulse: Pulse) {
    app.insert_resource(Feeling { pulse, revision: 0 });
    let looking = look.run_if(resource_changed::<Vitals>);
    app.add_systems(Update, (looking, take_in).chain().in_set(CitySet::Ingest));
}

fn look(feeling: Res<Feeling>, vitals: Res<Vitals>) {
    feeling.pulse.look(vitals.wish.as_ref().map(wished));
}

fn wished(wish: &VitalsWish) -> Wish {
    let VitalsWish { area, sign, span, quality } = wish.clone();
    Wish { area, sign, span, quality }
}

/// Touches the answers only where there are newer ones, so that a frame without news costs a look at a number.
fn take_in(
    mut feeling: ResMut<Feeling>,
    mut vitals: ResMut<Vitals>,
    mut repaint: ResMut<Repaint>,
    clock: Res<CityClock>,
) {
    if clock.fixed {
        return;
    }
    let feeling = feeling.bypass_change_detection();
    if let Some(felt) = feeling.pulse.newer_than(feeling.revision) {
        feeling.revision = felt.revision;
        keep(&mut vitals, felt);
        repaint.ask();
    }
}

fn keep(vitals: &mut Vitals, felt: Felt) {
    let Felt { revision: _, signs, sign, quality, trouble } = felt;
    (vitals.signs, vitals.sign, vitals.quality, vitals.trouble) = (signs, sign, quality, trouble);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use link::{Credentials, LinkConfig, StateDir};
    use std::time::{Duration, Instant};

    /// A console whose backend nobody can reach: port 1 of the own machine.
    fn console() -> App {
        let config = LinkConfig {
            backend: "http://127.0.0.1:1".to_owned(),
            credentials: Credentials::default(),
            state_dir: StateDir::of_user(None),
            console: "test".to_owned(),
            map: false,
        };
        let mut app = App::new();
        app.init_resource::<Vitals>().init_resource::<Repaint>().init_resource::<CityClock>();
        feel(&mut app, Pulse::start(&config).unwrap());
        app
    }

    #[test]
    fn nothing_is_asked_before_somebody_looks_and_then_trouble_is_told() {
        let mut app = console();
        for _ in 0..20 {
            app.update();
            std::thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(app.world().resource::<Vitals>().trouble, None, "nobody looks");
        app.world_mut().resource_mut::<Vitals>().wish = Some(VitalsWish::default());
        let until = Instant::now() + Duration::from_secs(20);
        while app.world().resource::<Vitals>().trouble.is_none() && Instant::now() < until {
            app.update();
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(app.world().resource::<Vitals>().trouble.is_some());
    }

    #[test]
    fn what_is_wished_reaches_the_link_as_it_is() {
        let wish = VitalsWish {
            area: "500103".to_owned(),
            sign: Some("rain-1h".to_owned()),
            quality: true,
            ..VitalsWish::default()
        };
        let told = wished(&wish);
        assert_eq!((told.area, told.sign, told.quality), (wish.area, wish.sign, true));
    }
}
