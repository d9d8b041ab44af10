#![allow(clippy::unwrap_used)]
use super::*;
use city::DistrictCode;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::json;

const YUZHONG: Jurisdiction = Jurisdiction::District(DistrictCode(500_103));

fn token(folder: &Path, valid_s: u32) -> String {
    issue(folder, Role::DutyOfficer, Level::District, YUZHONG, "li", valid_s).unwrap()
}

fn trust(folder: &Path) -> Trust {
    Trust::new(SigningKey::of_folder(folder).unwrap(), Vec::new())
}

fn check(trust: &Trust, token: &str) -> Result<Badge, TokenFault> {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(trust.check(token))
}

/// What a token of this backend says, for changing it.
fn said(now_s: i64) -> Value {
    json!({"iss": ISSUER, "aud": AUDIENCE, "sub": "li", "role": "commander", "level": "city",
           "jurisdiction": "city", "iat": now_s, "nbf": now_s, "exp": now_s + 60})
}

fn now_s() -> i64 {
    wall_clock().0.div_euclid(1_000)
}

#[test]
fn only_an_unchanged_token_in_time_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let good = token(folder.path(), 60);
    let trust = trust(folder.path());
    let badge = check(&trust, &good).unwrap();
    assert_eq!(
        (badge.actor.role, badge.actor.jurisdiction, badge.actor.name.as_str()),
        (Role::DutyOfficer, YUZHONG, "officer:li")
    );
    let left = badge.expires.unwrap().duration_since(SystemTime::now()).unwrap();
    assert!(left <= Duration::from_secs(60) && left > Duration::from_secs(50), "{left:?}");
    let over = check(&trust, &token(folder.path(), 0));
    assert_eq!(over, Err(TokenFault::Expired { whose: "officer:li".to_owned() }));
    for wrong in
        ["", "a", "a.b", "a.b.c", &format!("{good}A"), &good[..good.len() - 1], &good.replace('.', "..")]
    {
        assert!(matches!(check(&trust, wrong), Err(TokenFault::Wrong(_))), "{wrong}");
    }
    // Every character counts but the last, whose lowest bits are no part of the signature: those must be nought.
    let [head, body, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!("{good}") };
    let other_body = token(folder.path(), 61).split('.').nth(1).unwrap().to_owned();
    assert!(matches!(check(&trust, &format!("{head}.{other_body}.{signature}")), Err(TokenFault::Wrong(_))));
    assert!(matches!(check(&trust, &format!("{head}.{body}.")), Err(TokenFault::Wrong(_))));
}

#[test]
fn no_other_algorithm_can_be_talked_in() {
    let folder = tempfile::tempdir().unwrap();
    let trust = trust(folder.path());
    let key = &trust.own_keys()["keys"][0];
    let (id, public) = (key["kid"].as_str().unwrap(), key["x"].as_str().unwrap());
    assert_eq!((&key["alg"], &key["use"], &key["crv"]), (&json!("EdDSA"), &json!("sig"), &json!("Ed25519")));
    assert!(key.get("d").is_none(), "the secret half is not told");

    let good = token(folder.path(), 60);
    let body = good.split('.').nth(1).unwrap();
    use base64::Engine as _;
    let url_safe = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    for alg in ["none", "None", "NONE", ""] {
        let head = url_safe.encode(format!(r#"{{"alg":"{alg}","kid":"{id}"}}"#));
        assert!(matches!(check(&trust, &format!("{head}.{body}.")), Err(TokenFault::Wrong(_))), "{alg}");
    }
    // The public key, which everybody knows, as the secret of an HMAC.
    let secrets =
        [url_safe.decode(public).unwrap(), public.as_bytes().to_vec(), key.to_string().into_bytes()];
    for (secret, alg) in secrets.iter().zip([Algorithm::HS256, Algorithm::HS384, Algorithm::HS512]) {
        let head = Header { kid: Some(id.to_owned()), ..Header::new(alg) };
        let forged = encode(&head, &said(now_s()), &EncodingKey::from_secret(secret)).unwrap();
        assert!(matches!(check(&trust, &forged), Err(TokenFault::Wrong(_))), "{alg:?}");
    }
    // A token that brings its own key, or names one elsewhere.
    let other = tempfile::tempdir().unwrap();
    let stranger = SigningKey::of_folder(other.path()).unwrap();
    let pem = std::fs::read(SigningKey::file(other.path())).unwrap();
    let brought = Header {
        kid: Some(id.to_owned()),
        jku: Some("http://evil.example/keys".to_owned()),
        jwk: serde_json::from_value(stranger.public()["keys"][0].clone()).ok(),
        ..Header::new(Algorithm::EdDSA)
    };
    let forged = encode(&brought, &said(now_s()), &EncodingKey::from_ed_pem(&pem).unwrap()).unwrap();
    assert!(matches!(check(&trust, &forged), Err(TokenFault::Wrong(_))));
}

#[test]
fn key_issuer_audience_and_times_must_fit() {
    let folder = tempfile::tempdir().unwrap();
    let trust = trust(folder.path());
    let pem = std::fs::read(SigningKey::file(folder.path())).unwrap();
    let key = EncodingKey::from_ed_pem(&pem).unwrap();
    let id = trust.own.trusted().id().unwrap().to_owned();
    let checked = |kid: Option<&str>, change: &dyn Fn(&mut Value)| {
        let mut claims = said(now_s());
        change(&mut claims);
        let head = Header { kid: kid.map(ToOwned::to_owned), ..Header::new(Algorithm::EdDSA) };
        check(&trust, &encode(&head, &claims, &key).unwrap())
    };
    checked(Some(&id), &|_| {}).unwrap();
    let wrong = |kid, change: &dyn Fn(&mut Value)| {
        let found = checked(kid, change);
        assert!(matches!(found, Err(TokenFault::Wrong(_))), "{found:?}");
    };
    wrong(None, &|_| {});
    wrong(Some("another"), &|_| {});
    wrong(Some(&id), &|claims| claims["aud"] = json!("another"));
    wrong(Some(&id), &|claims| claims["iss"] = json!("https://evil.example"));
    wrong(Some(&id), &|claims| claims["iss"] = json!([ISSUER, "https://evil.example"]));
    wrong(Some(&id), &|claims| claims["role"] = json!("king"));
    wrong(Some(&id), &|claims| claims["exp"] = json!("never"));
    for needed in ["exp", "iss", "aud", "sub", "role", "level", "jurisdiction"] {
        wrong(Some(&id), &|claims| drop(claims.as_object_mut().unwrap().remove(needed)));
    }
    let early = checked(Some(&id), &|claims| claims["nbf"] = json!(now_s() + 600));
    assert_eq!(early, Err(TokenFault::Early));
    let over = checked(Some(&id), &|claims| claims["exp"] = json!(now_s() - 1));
    assert!(matches!(over, Err(TokenFault::Expired { .. })), "{over:?}");
    let head = Header { kid: Some(id), crit: Some(vec!["b64".to_owned()]), ..Header::new(Algorithm::EdDSA) };
    let strange = check(&trust, &encode(&head, &said(now_s()), &key).unwrap());
    assert!(matches!(strange, Err(TokenFault::Wrong(_))), "{strange:?}");
    let other = tempfile::tempdir().unwrap();
    let foreign = check(&trust, &token(other.path(), 60));
    assert!(matches!(foreign, Err(TokenFault::Wrong(_))), "{foreign:?}");
}

#[test]
fn a_key_is_named_by_its_thumbprint() {
    // RFC 8037, appendix A.1 and A.3.
    let jwk: jsonwebtoken::jwk::Jwk = serde_json::from_value(json!({
        "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    }))
    .unwrap();
    let thumbprint = jwk.thumbprint(jsonwebtoken::jwk::ThumbprintHash::SHA256).unwrap();
    assert_eq!(thumbprint, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

#[cfg(unix)]
#[test]
fn the_key_is_its_owners_alone_and_the_first_of_many_makers_wins() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let keys: Vec<Value> = std::thread::scope(|scope| {
        let makers: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| SigningKey::of_folder(folder.path()).map(|k| k.public().clone())))
            .collect();
        makers.into_iter().filter_map(|maker| maker.join().unwrap().ok()).collect()
    });
    let file = SigningKey::file(folder.path());
    let kept = SigningKey::of_folder(folder.path()).unwrap();
    assert!(!keys.is_empty() && keys.iter().all(|key| key == kept.public()));
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(left, [file]);
}

#[test]
fn a_damaged_key_is_told_with_its_file_and_what_to_do_and_nothing_of_it() {
    let folder = tempfile::tempdir().unwrap();
    SigningKey::of_folder(folder.path()).unwrap();
    let file = SigningKey::file(folder.path());
    let whole = std::fs::read_to_string(&file).unwrap();
    let secret = whole.lines().nth(1).unwrap();
    let cut = whole.replace(secret, &secret[..20]);
    for damaged in ["", "garbage", &cut, &whole[..60]] {
        std::fs::write(&file, damaged).unwrap();
        let said = SigningKey::of_folder(folder.path()).err().unwrap().to_string();
        assert!(said.contains("signing-key.pem") && said.contains("issue every token anew"), "{said}");
        assert!(!said.contains(&secret[..20]), "{said}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), damaged, "a damaged key is not written over");
    }
}
