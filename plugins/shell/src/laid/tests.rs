use super::*;
use crate::{GivenBuildings, GivenImagery, GivenModels, GivenPlaces, MapShapes, Pending, PointSets};
use overlays::imagery::{ImageryHealth, ImagerySource, Lookup, TileAddress, Tiles};

struct Source(ImagerySource);

impl Tiles for Source {
    fn lookup(&self, _: TileAddress) -> Lookup {
        Lookup::Absent
    }
}

impl Store for Source {
    fn source(&self) -> &ImagerySource {
        &self.0
    }

    fn generation(&self) -> u64 {
        0
    }

    fn health(&self) -> ImageryHealth {
        ImageryHealth::default()
    }
}

fn thing(id: u64, name: &str, kind: LaidKind, content: LaidContent) -> LaidThing {
    let (given, name) = (name.to_owned(), name.to_owned());
    LaidThing { id, given, name, kind, shown: true, opacity: 1.0, content }
}

fn imagery(id: u64, name: &str) -> LaidThing {
    let Ok(source) = format!("https://{name}/{{z}}/{{x}}/{{y}}").parse() else { panic!() };
    thing(id, name, LaidKind::Imagery, LaidContent::Imagery(Arc::new(Source(source))))
}

fn shapes(id: u64) -> LaidThing {
    thing(id, "plan", LaidKind::Shapes, LaidContent::Shapes(Arc::default()))
}

fn names(things: &LaidThings) -> Vec<&str> {
    things.all().iter().map(|thing| thing.name.as_str()).collect()
}

#[test]
fn what_was_asked_for_first_lies_below_and_imagery_changes_places_with_imagery() {
    let mut things = LaidThings::default();
    things.lay(imagery(3, "c.example"));
    things.lay(imagery(1, "a.example"));
    things.lay(shapes(2));
    assert_eq!(names(&things), ["a.example", "plan", "c.example"]);
    assert_eq!(things.next_id(), 4);
    things.shift(1, true);
    assert_eq!(names(&things), ["c.example", "plan", "a.example"]);
    things.shift(3, true);
    things.shift(2, false);
    assert_eq!(names(&things), ["c.example", "plan", "a.example"], "nothing lies beyond, and shapes stay");
    things.shift(3, false);
    assert_eq!(names(&things), ["a.example", "plan", "c.example"]);
}

/// A world in which things are handed over, and how often each kind was.
fn world() -> (World, impl FnMut(&mut World) -> [bool; 3]) {
    AsyncComputeTaskPool::get_or_init(Default::default);
    let mut world = World::new();
    world.init_resource::<LaidThings>();
    world.init_resource::<GivenImagery>();
    world.init_resource::<GivenBuildings>();
    world.init_resource::<MapShapes>();
    world.init_resource::<GivenModels>();
    world.init_resource::<PointSets>();
    world.init_resource::<Pending>();
    let system = world.register_system(give);
    let step = move |world: &mut World| {
        world.clear_trackers();
        world.increment_change_tick();
        assert!(world.run_system(system).is_ok());
        [
            world.is_resource_changed::<GivenImagery>(),
            world.is_resource_changed::<MapShapes>(),
            world.is_resource_changed::<GivenBuildings>(),
        ]
    };
    (world, step)
}

#[test]
fn only_what_is_another_is_handed_over() {
    let (mut world, mut step) = world();
    step(&mut world);
    assert_eq!(step(&mut world), [false; 3]);
    let mut things = world.resource_mut::<LaidThings>();
    things.lay(imagery(1, "a.example"));
    things.lay(shapes(2));
    assert_eq!(step(&mut world), [true, true, false]);
    assert!(world.resource::<MapShapes>().get("laid 2").is_some());
    world.resource_mut::<LaidThings>().fade(1, 0.5);
    assert_eq!(step(&mut world), [true, false, false]);
    assert_eq!(world.resource::<GivenImagery>().layers[0].opacity, 0.5);
    world.resource_mut::<LaidThings>().switch(2, false);
    assert_eq!(step(&mut world), [false, true, false]);
    assert!(world.resource::<MapShapes>().get("laid 2").is_none());
    world.resource_mut::<LaidThings>().remove(1);
    assert_eq!(step(&mut world), [true, false, false]);
    assert!(world.resource::<GivenImagery>().layers.is_empty());
}

#[test]
fn buildings_of_two_files_stand_together() {
    let (mut world, mut step) = world();
    let houses = overlays::buildings::synthetic(1, 2, &|_| true);
    for id in [1, 2] {
        let content = LaidContent::Buildings(Arc::new(houses.clone()));
        world.resource_mut::<LaidThings>().lay(thing(id, &format!("{id}.fgb"), LaidKind::Buildings, content));
    }
    while world.resource::<GivenBuildings>().footprints.len() != 4 {
        step(&mut world);
    }
    world.resource_mut::<LaidThings>().switch(1, false);
    step(&mut world);
    assert_eq!(world.resource::<GivenBuildings>().footprints.len(), 2);
}

#[test]
fn models_are_handed_over_in_their_order_and_only_when_they_are_others() {
    let (mut world, mut step) = world();
    let sets: Vec<_> = (0..3).map(|_| Arc::new(GivenPlaces::default())).collect();
    for (id, set) in (1..).zip(&sets) {
        let content = LaidContent::Models(ModelSet::Places(set.clone()));
        world.resource_mut::<LaidThings>().lay(thing(id, &format!("{id}.glb"), LaidKind::Models, content));
    }
    step(&mut world);
    let given = |world: &World| world.resource::<GivenModels>().places.clone();
    let is = |given: &[Arc<GivenPlaces>], those: &[usize]| {
        given.len() == those.len() && given.iter().zip(those).all(|(a, n)| Arc::ptr_eq(a, &sets[*n]))
    };
    assert!(is(&given(&world), &[0, 1, 2]));
    let before = world.resource_ref::<GivenModels>().last_changed();
    world.resource_mut::<LaidThings>().lay(shapes(9));
    step(&mut world);
    assert_eq!(world.resource_ref::<GivenModels>().last_changed(), before, "they are others for nothing");
    world.resource_mut::<LaidThings>().switch(2, false);
    step(&mut world);
    assert!(is(&given(&world), &[0, 2]));
    world.resource_mut::<LaidThings>().remove(1);
    world.resource_mut::<LaidThings>().switch(2, true);
    step(&mut world);
    assert!(is(&given(&world), &[1, 2]));
}

#[test]
fn points_are_handed_over_shown_as_asked_and_taken_back() {
    let (mut world, mut step) = world();
    let points = Arc::new(layers::points::PointsBuilder::default().finish().0);
    let content = LaidContent::Points(points.clone());
    world.resource_mut::<LaidThings>().lay(thing(1, "devices.arrow", LaidKind::Points, content));
    step(&mut world);
    let shown =
        |world: &World| world.resource::<PointSets>().all.iter().map(|set| set.display).collect::<Vec<_>>();
    assert_eq!(shown(&world), [Display::Auto]);
    world.resource_mut::<LaidThings>().show_as(1, Display::Hexagons);
    step(&mut world);
    assert_eq!(shown(&world), [Display::Hexagons]);
    world.resource_mut::<LaidThings>().switch(1, false);
    step(&mut world);
    assert!(shown(&world).is_empty());
}
