//! Packs PROJ's database of reference systems into the program: PROJ itself would look for it in the folder it was
//! built in, where an installed program has none.

use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    // PROJ, a direct dependency with a `links` key, was built before, beside this: of …/build/geodesy-<hash>/out in
    // …/build/proj-sys-<hash>/out, and where cargo has a folder a crate, of …/build/geodesy/<hash>/out in
    // …/build/proj-sys/<hash>/out.
    let builds = out.ancestors().skip(1).find(|folder| folder.ends_with("build"));
    let builds = builds.expect("OUT_DIR lies in the build folder");
    let of_proj: Vec<PathBuf> = inside(builds)
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("proj-sys")))
        .collect();
    let newest = of_proj
        .iter()
        .flat_map(|folder| inside(folder))
        .flat_map(|folder| [folder.join("share/proj/proj.db"), folder.join("out/share/proj/proj.db")])
        .filter_map(|path| Some((fs::metadata(&path).ok()?.modified().ok()?, path)))
        .max();
    let Some((_, database)) = newest else {
        panic!(
            "PROJ's build left no proj.db under {}: run `cargo clean -p proj-sys` and build again",
            builds.display()
        );
    };
    let bytes = fs::read(&database).expect("proj.db can be read");
    let file = fs::File::create(out.join("proj.db.gz")).expect("OUT_DIR can be written");
    let mut packed = flate2::write::GzEncoder::new(file, flate2::Compression::best());
    packed.write_all(&bytes).and_then(|()| packed.finish()).expect("OUT_DIR can be written");
}

fn inside(folder: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path())
}
