//! What is laid on the ground: shapes that follow it from every distance, imagery from a server of tiles and without it.

use crate::running::{errors, run};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

fn draw(home: &Path, name: &str, words: &[&str]) -> image::RgbImage {
    let file = home.join(name);
    let mut all = vec!["snapshot", "--out", file.to_str().unwrap(), "--size", "640x360", "--bare"];
    all.extend(words);
    let out = run(home, &all);
    assert!(out.status.success(), "{}", errors(&out));
    image::open(file).unwrap().into_rgb8()
}

/// Red is what stands out in a pixel.
fn is_red(pixel: &image::Rgb<u8>) -> bool {
    let [red, green, blue] = pixel.0.map(i32::from);
    red > 2 * green.max(blue) && red > 40
}

/// A square around the centre with a hole in it, filled with red that nothing shows through, and a line of blue.
fn shapes(home: &Path, around_deg: f64, hole_deg: f64) -> String {
    let ring = |reach: f64| {
        let [w, s, e, n] = [106.6 - reach, 29.55 - reach, 106.6 + reach, 29.55 + reach];
        format!("[[{w},{s}],[{e},{s}],[{e},{n}],[{w},{n}],[{w},{s}]]")
    };
    let text = format!(
        r##"{{"type":"FeatureCollection","features":[
        {{"type":"Feature","properties":{{"fill":"#ff0000","fill-opacity":1,"stroke-opacity":0}},
         "geometry":{{"type":"Polygon","coordinates":[{},{}]}}}},
        {{"type":"Feature","properties":{{"stroke":"#0000ff","stroke-width":6}},
         "geometry":{{"type":"LineString","coordinates":[[106.5,29.56],[106.7,29.56]]}}}}]}}"##,
        ring(around_deg),
        ring(hole_deg),
    );
    let file = home.join(format!("{around_deg}.geojson"));
    std::fs::write(&file, text).unwrap();
    file.to_str().unwrap().to_owned()
}

#[test]
fn an_area_covers_the_ground_from_every_distance_and_nothing_shows_through() {
    let home = tempfile::tempdir().unwrap();
    let file = shapes(home.path(), 2.0, 1e-5);
    for (distance, pitch) in [("90000", "35"), ("9000", "20"), ("1500", "50")] {
        let looks = ["--look-at", "106.62,29.53", "--distance", distance, "--pitch", pitch];
        let looks = [&looks[..], &["--layers", "shapes", "--exaggeration", "3", "--shapes", &file]].concat();
        let picture = draw(home.path(), "a.png", &looks);
        // What is neither red nor the blue line, in the lower two thirds, where there is ground only.
        let below = picture.enumerate_pixels().filter(|(_, y, _)| (130..330).contains(y));
        let other = below.filter(|(.., p)| !is_red(p) && p.0[2] < 60).count();
        assert!(other < 64, "{other} pixels show through from {distance} m");
    }
}

#[test]
fn an_area_leaves_its_hole_and_a_line_lies_on_it() {
    let home = tempfile::tempdir().unwrap();
    let file = shapes(home.path(), 0.02, 0.005);
    let looks = ["--look-at", "106.6,29.55", "--distance", "8000", "--pitch", "90", "--layers", "shapes"];
    let bare = draw(home.path(), "a.png", &looks);
    let laid = draw(home.path(), "b.png", &[&looks[..], &["--shapes", &file]].concat());
    // 360 pixels are 2 × 8000 m × tan 22.5°: 18.4 m each; the hole is ±26 pixels wide, the area ±105.
    assert_eq!(laid.get_pixel(320, 180), bare.get_pixel(320, 180), "the hole is not empty");
    assert!(is_red(laid.get_pixel(320 + 60, 180)) && is_red(laid.get_pixel(320 - 60, 180 + 60)));
    assert_eq!(laid.get_pixel(320 - 150, 180), bare.get_pixel(320 - 150, 180), "outside");
    // The line lies 0.01° (1,109 m) north of the middle.
    let blue = (100..140).filter(|y| laid.get_pixel(320, *y).0[2] > 150).count();
    assert!((4..=10).contains(&blue), "{blue} pixels of the line");
    let off = draw(home.path(), "c.png", &[&looks[..7], &["none", "--shapes", &file]].concat());
    assert!(off == draw(home.path(), "d.png", &[&looks[..7], &["none"]].concat()), "the layer stays on");
}

/// A server of tiles, each wholly orange, until it is dropped; and how many were asked for.
fn tile_server() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/{{z}}/{{x}}/{{y}}.png", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let mut png = std::io::Cursor::new(Vec::new());
    let orange = image::RgbImage::from_pixel(256, 256, image::Rgb([250, 120, 0]));
    orange.write_to(&mut png, image::ImageFormat::Png).unwrap();
    let counted = asked.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, png, counted) = (stream.unwrap(), png.get_ref().clone(), counted.clone());
            std::thread::spawn(move || {
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                while let Some(Ok(line)) = lines.next() {
                    if line.starts_with("GET") {
                        counted.fetch_add(1, Ordering::SeqCst);
                    }
                    if line.is_empty() {
                        let head = format!(
                            "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nCache-Control: max-age=3600\r\n\
                             Content-Length: {}\r\n\r\n",
                            png.len()
                        );
                        let _ = stream.write_all(&[head.as_bytes(), &png].concat());
                    }
                }
            });
        }
    });
    (url, asked)
}

#[test]
fn imagery_is_fetched_draped_and_kept() {
    let home = tempfile::tempdir().unwrap();
    let (url, asked) = tile_server();
    let looks = ["--view", "yuzhong", "--layers", "imagery", "--imagery", &url];
    let first = draw(home.path(), "a.png", &looks);
    let orange = first.pixels().filter(|p| p.0[0] > 90 && p.0[0] > p.0[1] && p.0[2] < 60).count();
    assert!(orange > 640 * 360 / 2, "{orange} pixels of imagery");
    let before = asked.swap(0, Ordering::SeqCst);
    assert!(before > 10, "{before} tiles were asked for");
    let again = draw(home.path(), "b.png", &looks);
    assert_eq!(asked.load(Ordering::SeqCst), 0, "fresh tiles are asked for again");
    assert!(first == again, "two runs differ");
}

#[test]
fn without_its_server_the_ground_is_drawn_all_the_same() {
    let home = tempfile::tempdir().unwrap();
    let dead = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/{{z}}/{{x}}/{{y}}.png", listener.local_addr().unwrap())
    };
    let looks = ["--view", "yuzhong", "--layers", "imagery", "--imagery", &dead];
    let picture = draw(home.path(), "a.png", &looks);
    let colours: std::collections::HashSet<_> = picture.pixels().map(|p| p.0).collect();
    assert!(colours.len() > 500, "{} colours", colours.len());
}

#[test]
fn what_is_wrong_with_what_is_laid_is_told_on_one_line() {
    let home = tempfile::tempdir().unwrap();
    let (bad, picture) = (home.path().join("bad.mbtiles"), home.path().join("x.png"));
    std::fs::write(&bad, b"no tiles").unwrap();
    let bad = bad.to_str().unwrap();
    for (words, code, what) in [
        (["--imagery", "http://tiles.example/{z}/{x}.png"], 2, "{y}"),
        (["--imagery", "somewhere.tif"], 2, "somewhere.tif"),
        (["--imagery", bad], 1, "bad.mbtiles"),
        (["--shapes", bad], 1, "bad.mbtiles"),
        (["--shapes", "/nowhere/x.geojson"], 1, "/nowhere/x.geojson"),
    ] {
        let all =
            [&["snapshot", "--size", "320x200", "--out", picture.to_str().unwrap()][..], &words].concat();
        let out = run(home.path(), &all);
        let said = errors(&out);
        assert_eq!(out.status.code(), Some(code), "{said}");
        assert!(said.lines().count() == 1 && said.contains(what), "{said}");
        assert!(!picture.exists());
    }
}

/// How much of the map a console shows in red; it is opened for a moment without a window.
fn red_on_a_console(home: &Path, words: &[&str]) -> (usize, String) {
    let file = home.join("console.png");
    let all =
        ["--offscreen", "0.1", "--size", "640x360", "--view", "yuzhong", "--out", file.to_str().unwrap()];
    let out = run(home, &[&all[..], words].concat());
    assert!(out.status.success(), "{}", errors(&out));
    let picture = image::open(&file).unwrap().into_rgb8();
    // Left of the work place, right of the layers, below the lines at the top.
    let map = picture.enumerate_pixels().filter(|(x, y, _)| (0..258).contains(x) && (140..320).contains(y));
    (map.filter(|(.., pixel)| is_red(pixel)).count(), errors(&out))
}

#[test]
fn what_is_laid_is_remembered_until_it_is_taken_away() {
    let home = tempfile::tempdir().unwrap();
    let file = shapes(home.path(), 2.0, 1e-5);
    let (red, _) = red_on_a_console(home.path(), &["--shapes", &file]);
    assert!(red > 20_000, "{red} red pixels with the words");
    let (red, said) = red_on_a_console(home.path(), &[]);
    assert!(red > 20_000, "{red} red pixels from memory: {said}");
    let kept = std::fs::read_to_string(home.path().join("config/shancheng/settings.toml")).unwrap();
    assert!(kept.contains(&file), "{kept}");
    std::fs::remove_file(&file).unwrap();
    let (red, said) = red_on_a_console(home.path(), &[]);
    assert!(red < 20_000 && said.matches("2.geojson").count() >= 1, "{red}: {said}");
    let (_, said) = red_on_a_console(home.path(), &["--shapes", "none"]);
    assert!(!said.contains("2.geojson"), "{said}");
    let kept = std::fs::read_to_string(home.path().join("config/shancheng/settings.toml")).unwrap();
    assert!(!kept.contains("2.geojson"), "{kept}");
}
