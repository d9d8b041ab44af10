//! Schemathesis asks the backend whatever its own description allows, and what it does not: no answer is a fault of the
//! server, of an undescribed status, type or shape.

use crate::running::Backend;
use std::path::PathBuf;
use std::process::Command;

/// What is judged. What is refused though the description would allow it (a filter that is none, an incident that is
/// not there) is no fault: a description cannot say it.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance,unsupported_method";

#[test]
fn the_backend_answers_as_it_describes_itself() {
    let peers =
        std::env::var_os("SHANCHENG_PEERS").map(|folder| PathBuf::from(folder).join("bin/schemathesis"));
    let program = peers.filter(|file| file.exists()).unwrap_or_else(|| PathBuf::from("schemathesis"));
    let home = tempfile::tempdir().unwrap();
    let backend = Backend::start(home.path(), &[]);
    let output = Command::new(&program)
        .current_dir(home.path())
        .args(["run", &format!("{}/openapi.json", backend.url), "--url", &backend.url, "--checks", CHECKS])
        // Streams never end.
        .args(["--exclude-path-regex", "/api/v1/(events|telemetry)", "--max-examples", "15", "--seed", "1"])
        .args(["--request-timeout", "30", "--suppress-health-check", "all", "--no-color"])
        .output()
        .unwrap_or_else(|why| panic!("{}: {why}; tools/peers.sh installs it", program.display()));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(backend.get("/health").0, 200);
}
