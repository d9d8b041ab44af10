//! Packs PROJ's database of reference systems into the program: PROJ itself would look for it in the folder it was
//! built in, where an installed program has none.

use std::{env, fs, io::Write, path::PathBuf};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    // …/build/geodesy-<hash>/out: PROJ, a direct dependency with a `links` key, was built before, beside it.
    let builds = out.ancestors().nth(2).expect("OUT_DIR lies in the build folder");
    let newest = fs::read_dir(builds)
        .expect("the build folder can be read")
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("proj-sys-"))
        .map(|entry| entry.path().join("out/share/proj/proj.db"))
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
