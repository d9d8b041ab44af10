//! Who is let in: tokens, and nobody else's page.

use crate::client::*;
use city::{Actor, Jurisdiction, Level, Role};

#[test]
fn tokens_bind_and_pages_from_elsewhere_stay_out() {
    let served = serve_with(|config| config.require_token = true);
    let about = served.at("/api/v1");
    let none = get(&about);
    assert_eq!((none.status, none.reason().as_str()), (401, "unauthorized"));
    assert!(none.headers.contains_key("www-authenticate"));
    let data = served.folder.path().join("data");
    let bearer = |role, valid_s| {
        let token = backend::tokens::issue(&data, role, Level::City, Jurisdiction::City, "test", valid_s);
        format!("Bearer {}", token.unwrap())
    };
    let observer = bearer(Role::Observer, 60);
    let told = get_with(&about, &[("authorization", &observer)]).json();
    assert_eq!(
        (&told["actor"]["role"], &told["actor"]["name"]),
        (&"observer".into(), &"officer:test".into())
    );
    let over = get_with(&about, &[("authorization", &bearer(Role::Observer, 0))]);
    assert_eq!((over.status, over.reason().as_str()), (401, "tokenExpired"));
    assert_eq!(get_with(&about, &[("authorization", "Bearer nonsense")]).status, 401);
    let headers = [("content-type", "application/json"), ("authorization", observer.as_str())];
    let body = r#"{"type":"report","riskClass":"gas","lon":106.577,"lat":29.557,"text":"x"}"#;
    let forbidden = post_with(&served.at("/api/v1/commands"), &headers, body);
    assert_eq!((forbidden.status, forbidden.reason().as_str()), (403, "forbidden"));

    let open = serve();
    let about = open.at("/api/v1");
    assert_eq!(get_with(&about, &[("authorization", "Bearer nonsense")]).status, 401);
    assert_eq!(get_with(&about, &[("host", "evil.example")]).reason(), "crossOrigin");
    assert_eq!(get_with(&about, &[("origin", "https://evil.example")]).reason(), "crossOrigin");
    let welcome = get_with(&about, &[("origin", "http://localhost:3000")]).json();
    assert_eq!((welcome["version"].as_u64(), welcome["status"].as_str()), (Some(1), Some("Exercise")));
    assert_eq!(welcome["actor"]["role"], "commander");
}

#[test]
fn the_keys_of_its_tokens_are_open_to_everybody_and_nothing_else_is() {
    let served = serve_with(|config| config.require_token = true);
    let keys = get(&served.at("/.well-known/jwks.json"));
    assert_eq!((keys.status, keys.kind.as_str()), (200, "application/jwk-set+json"));
    let keys = keys.json();
    assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
    assert_eq!(keys["keys"][0]["kty"], "OKP");
    assert!(keys["keys"][0].get("d").is_none(), "{keys}");
    for path in ["/", "/health", "/openapi.json", "/api/v1/snapshot", "/api/v1/events", "/nowhere"] {
        assert_eq!(get(&served.at(path)).status, 401, "{path}");
    }
    assert_eq!(post_with(&served.at("/.well-known/jwks.json"), &[], "{}").status, 405);
}

#[test]
fn a_department_is_the_one_the_negative_list_names_also_with_a_blank() {
    let served = serve_with(|config| config.require_token = true);
    let data = served.folder.path().join("data");
    let with = |department: &str| {
        let li = Actor { department: Some(department.to_owned()), ..Actor::city_commander("li") };
        let bearer = format!("Bearer {}", backend::tokens::issue_to(&data, &li, 60).unwrap());
        get_with(&served.at("/api/v1"), &[("authorization", &bearer)])
    };
    assert_eq!(with("住建委 ").json()["actor"]["department"], "住建委");
    let refused = with(" ");
    assert_eq!((refused.status, refused.reason().as_str()), (403, "unfitToken"), "{}", refused.text);
}
