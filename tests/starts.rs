//! The console starts whatever is wrong around it, or says in one line why it cannot.

use crate::running::{errors, json, shancheng};
use std::io::{Read, Write};
use std::path::Path;
use std::process::Output;

/// Draws a console on `backend` for a second.
fn start(home: &Path, backend: &str, more: &[&str]) -> Output {
    let picture = home.join("console.png");
    shancheng(home)
        .args(["--json", "--offscreen", "1", "--size", "640x360", "--backend", backend, "--out"])
        .arg(&picture)
        .args(more)
        .output()
        .unwrap()
}

/// A server that answers whatever it is asked with the same bytes.
fn answering(bytes: &'static [u8]) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(bytes);
        }
    });
    address
}

#[test]
fn without_a_city_to_follow_the_console_starts_and_draws() {
    let home = tempfile::tempdir().unwrap();
    let garbage = answering(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nmoo");
    let other = answering(
        b"HTTP/1.1 200 OK\r\ncontent-length: 37\r\n\r\n{\"name\":\"x\",\"version\":99,\"speed\":1.0}",
    );
    let refusing = answering(b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n");
    let cases = [
        ("http://127.0.0.1:1", "unreachable", "refused"),
        (&garbage, "stranger", "no city backend"),
        (&other, "stranger", "version 99"),
        (&refusing, "token", "--token"),
    ];
    for (backend, cause, why) in cases {
        let out = start(home.path(), backend, &[]);
        assert!(out.status.success(), "{backend}: {}", errors(&out));
        let said = json(&out);
        let events = said["feeds"].as_array().unwrap().iter().find(|feed| feed["name"] == "events").unwrap();
        assert_eq!((&events["state"], &events["cause"]), (&"lost".into(), &cause.into()), "{events}");
        assert!(events["message"].as_str().unwrap().contains(why), "{events}");
        assert!(std::fs::metadata(home.path().join("console.png")).unwrap().len() > 10_000);
        std::fs::remove_file(home.path().join("console.png")).unwrap();
    }
}

#[test]
fn without_a_graphics_adapter_one_line_says_what_to_install() {
    let home = tempfile::tempdir().unwrap();
    let out = shancheng(home.path())
        .args(["--offscreen", "1", "--backend", "http://127.0.0.1:1"])
        .env("VK_DRIVER_FILES", "/nowhere.json")
        .env("VK_ICD_FILENAMES", "/nowhere.json")
        .output()
        .unwrap();
    let said = errors(&out);
    assert_eq!(out.status.code(), Some(1), "{said}");
    let last = said.lines().last().unwrap_or_default();
    assert!(last.starts_with("shancheng: ") && last.contains("mesa-vulkan-drivers"), "{said}");
}

#[test]
fn without_a_chinese_font_one_line_says_what_to_install_and_english_goes() {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("fonts")).unwrap();
    let config = home.path().join("fonts.conf");
    let folder = home.path().join("fonts");
    std::fs::write(&config, format!("<fontconfig><dir>{}</dir></fontconfig>", folder.display())).unwrap();
    let start = |more: &[&str]| {
        shancheng(home.path())
            .args(["--offscreen", "0", "--size", "640x360", "--backend", "http://127.0.0.1:1", "--out"])
            .arg(home.path().join("a.png"))
            .args(more)
            .env("FONTCONFIG_FILE", &config)
            .output()
            .unwrap()
    };
    let refused = start(&[]);
    let said = errors(&refused);
    assert_eq!(refused.status.code(), Some(1), "{said}");
    let last = said.lines().last().unwrap_or_default();
    assert!(last.starts_with("shancheng: ") && last.contains("fonts-noto-cjk"), "{said}");
    assert!(!home.path().join("a.png").exists());
    let english = start(&["--english"]);
    assert!(english.status.success() && home.path().join("a.png").exists(), "{}", errors(&english));
}
