//! OpenID Connect issuers: a real one over HTTP, its keys rotated, itself away.

use crate::authority::Authority;
use crate::client::*;
use backend::{Backend, Config, IssuerConfig};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, crypto, encode};
use rcgen::{KeyPair, PKCS_ED25519, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A key of an issuer, with the name and the algorithm of its tokens.
#[derive(Clone)]
struct Key {
    id: &'static str,
    algorithm: Algorithm,
    private: EncodingKey,
}

impl Key {
    fn rsa(id: &'static str) -> Self {
        let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
        let private = EncodingKey::from_rsa_pem(key.serialize_pem().as_bytes()).unwrap();
        Self { id, algorithm: Algorithm::RS256, private }
    }

    fn ed25519(id: &'static str) -> Self {
        // The 32 secret bytes of what was made, in the shape without the public half.
        let made = KeyPair::generate_for(&PKCS_ED25519).unwrap().serialize_der();
        let private = EncodingKey::from_ed_der(&[&PKCS8_HEAD[..], &made[16..48]].concat());
        Self { id, algorithm: Algorithm::EdDSA, private }
    }

    fn public(&self) -> Value {
        let mut jwk = Jwk::from_encoding_key(&self.private, self.algorithm).unwrap();
        jwk.common.key_id = Some(self.id.to_owned());
        serde_json::to_value(jwk).unwrap()
    }

    fn sign(&self, claims: &Value) -> String {
        let head = Header { kid: Some(self.id.to_owned()), ..Header::new(self.algorithm) };
        encode(&head, claims, &self.private).unwrap()
    }

    /// A token whose head calls the algorithm `named`.
    fn sign_as(&self, named: &str, claims: &Value) -> String {
        let [head, body] = [json!({"alg": named, "kid": self.id}), claims.clone()]
            .map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let message = format!("{head}.{body}");
        let signature = crypto::sign(message.as_bytes(), &self.private, self.algorithm).unwrap();
        format!("{message}.{signature}")
    }
}

const PKCS8_HEAD: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

/// An issuer that listens on a free port, publishes `keys` and counts how often it is asked for them.
struct Idp {
    at: SocketAddr,
    keys: Arc<Mutex<Vec<Value>>>,
    asked: Arc<AtomicUsize>,
    away: Arc<Mutex<bool>>,
    /// Whether whoever asks for the keys is left waiting.
    silent: Arc<Mutex<bool>>,
}

impl Idp {
    fn new(keys: &[&Key]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let idp = Self {
            at: listener.local_addr().unwrap(),
            keys: Arc::new(Mutex::new(keys.iter().map(|key| key.public()).collect())),
            asked: Arc::default(),
            away: Arc::default(),
            silent: Arc::default(),
        };
        let (at, keys, asked) = (idp.at, idp.keys.clone(), idp.asked.clone());
        let (away, silent) = (idp.away.clone(), idp.silent.clone());
        std::thread::spawn(move || {
            let mut waiting = Vec::new();
            for stream in listener.incoming().flatten() {
                let mut reader = BufReader::new(&stream);
                let mut line = String::new();
                let _ = reader.read_line(&mut line);
                let mut rest = String::new();
                while reader.read_line(&mut rest).is_ok_and(|n| n > 2) {
                    rest.clear();
                }
                if *away.lock().unwrap() {
                    continue;
                }
                let url = format!("http://{at}");
                let body = match line.split(' ').nth(1) {
                    Some("/.well-known/openid-configuration") => {
                        json!({"issuer": url, "jwks_uri": format!("{url}/keys")})
                    }
                    Some(path) if path.starts_with("/keys") => {
                        asked.fetch_add(1, Ordering::SeqCst);
                        if *silent.lock().unwrap() {
                            waiting.push(stream);
                            continue;
                        }
                        // Others' keys, and what is no key at all, stand beside.
                        let mut all = keys.lock().unwrap().clone();
                        all.push(json!({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "ec"}));
                        all.push(json!("no key"));
                        json!({ "keys": all })
                    }
                    _ => json!({}),
                }
                .to_string();
                let _ = write!(
                    &stream,
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
                     connection: close\r\n\r\n{body}",
                    body.len()
                );
            }
        });
        idp
    }

    fn url(&self) -> String {
        format!("http://{}", self.at)
    }

    fn config(&self) -> IssuerConfig {
        let (url, audience) = (self.url(), "city-backend".to_owned());
        IssuerConfig { url, audience, jwks: None, ca: None, claims: String::new() }
    }

    fn publish(&self, keys: &[&Key]) {
        *self.keys.lock().unwrap() = keys.iter().map(|key| key.public()).collect();
    }

    fn claims(&self) -> Value {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        json!({"iss": self.url(), "aud": ["other", "city-backend"], "sub": "li", "exp": now + 300, "nbf": now,
               "role": "dutyOfficer", "level": "district", "jurisdiction": "500103"})
    }
}

fn serve_for(issuers: Vec<IssuerConfig>) -> Served {
    serve_with(|config| (config.require_token, config.issuers) = (true, issuers))
}

fn about(served: &Served, token: &str) -> Reply {
    get_with(&served.at("/api/v1"), &[("authorization", &format!("Bearer {token}"))])
}

#[test]
fn tokens_of_an_issuer_by_rsa_and_ed25519_are_accepted_with_their_role_and_area() {
    let (rsa, ed) = (Key::rsa("r1"), Key::ed25519("e1"));
    let idp = Idp::new(&[&rsa, &ed]);
    let served = serve_for(vec![idp.config()]);
    for key in [&rsa, &ed] {
        let told = about(&served, &key.sign(&idp.claims()));
        assert_eq!(told.status, 200, "{}", told.text);
        let actor = &told.json()["actor"];
        assert_eq!((&actor["role"], &actor["level"]), (&json!("dutyOfficer"), &json!("district")));
        assert_eq!(actor["jurisdiction"], json!({"district": 500_103}));
        assert_eq!(actor["name"], json!(format!("officer:li@{}", idp.at)));
    }
    assert_eq!(idp.asked.load(Ordering::SeqCst), 1, "known keys are not asked for again");
    // The backend's own tokens go on being good.
    let data = served.folder.path().join("data");
    let own = backend::tokens::issue(
        &data,
        city::Role::Observer,
        city::Level::City,
        city::Jurisdiction::City,
        "wang",
        60,
    );
    assert_eq!(about(&served, &own.unwrap()).status, 200);
}

#[test]
fn what_the_issuer_did_not_sign_for_this_backend_is_refused() {
    let (rsa, ed, foreign) = (Key::rsa("r1"), Key::ed25519("e1"), Key::rsa("r1"));
    let idp = Idp::new(&[&rsa, &ed]);
    let served = serve_for(vec![idp.config()]);
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut claims = idp.claims();
        change(&mut claims);
        about(&served, &rsa.sign(&claims))
    };
    assert_eq!(changed(&|_| {}).status, 200);
    for wrong in [
        &(|c: &mut Value| c["aud"] = json!("another")) as &dyn Fn(&mut Value),
        &|c| drop(c.as_object_mut().unwrap().remove("aud")),
        &|c| c["iss"] = json!("https://evil.example"),
        &|c| c["iss"] = json!("urn:shancheng:city"),
        &|c| drop(c.as_object_mut().unwrap().remove("exp")),
        &|c| drop(c.as_object_mut().unwrap().remove("sub")),
        &|c| c["nbf"] = json!(4_000_000_000_u64),
        &|c| c["aud"] = json!(["city-backend", 1]),
    ] {
        let refused = changed(wrong);
        assert_eq!((refused.status, refused.reason().as_str()), (401, "unauthorized"), "{}", refused.text);
    }
    for (claim, value, words) in [
        ("sub", json!(7), "`sub` is no text"),
        ("sub", json!(" "), "`sub` is no name"),
        ("sub", json!("li\u{202e}gnaw"), "`sub` is no name"),
        ("exp", json!("4000000000"), "`exp` is no number"),
        ("aud", json!({"city-backend": true}), "`aud` is neither"),
    ] {
        let refused = changed(&|c| c[claim] = value.clone());
        assert!(refused.status == 401 && refused.text.contains(words), "{claim} {value}: {}", refused.text);
    }
    let nowhere = changed(&|c| c["jurisdiction"] = json!("999999"));
    assert_eq!((nowhere.status, nowhere.reason().as_str()), (403, "unfitToken"), "{}", nowhere.text);
    assert!(nowhere.text.contains("999999"), "{}", nowhere.text);
    let over = changed(&|c| c["exp"] = json!(1_000_000_000));
    assert_eq!((over.status, over.reason().as_str()), (401, "tokenExpired"));
    // Another key under the same name; the wrong algorithm for a key; a key nobody has; one of another kind.
    assert_eq!(about(&served, &foreign.sign(&idp.claims())).status, 401);
    assert_eq!(about(&served, &Key { id: "e1", ..rsa.clone() }.sign(&idp.claims())).status, 401);
    assert_eq!(about(&served, &Key { id: "r1", ..ed.clone() }.sign(&idp.claims())).status, 401);
    assert_eq!(about(&served, &Key { id: "nobody", ..rsa.clone() }.sign(&idp.claims())).status, 401);
    assert_eq!(about(&served, &Key { id: "ec", ..rsa.clone() }.sign(&idp.claims())).status, 401);
    let public = rsa.public().to_string();
    let head = Header { kid: Some("r1".to_owned()), ..Header::new(Algorithm::HS256) };
    let forged = encode(&head, &idp.claims(), &EncodingKey::from_secret(public.as_bytes())).unwrap();
    assert_eq!(about(&served, &forged).status, 401);
}

#[test]
fn a_good_token_of_somebody_without_a_place_here_is_told_so_and_is_in_the_journal() {
    let key = Key::ed25519("e1");
    let idp = Idp::new(&[&key]);
    let served = serve_for(vec![IssuerConfig { claims: "https://city.example/".to_owned(), ..idp.config() }]);
    let with = |role: &str| {
        let mut claims = idp.claims();
        for claim in ["role", "level", "jurisdiction"] {
            claims[format!("https://city.example/{claim}")] = claims[claim].take();
        }
        claims["https://city.example/role"] = json!(role);
        about(&served, &key.sign(&claims))
    };
    assert_eq!(with("auditor").json()["actor"]["role"], "auditor");
    let king = with("king");
    assert_eq!((king.status, king.reason().as_str()), (403, "unfitToken"));
    assert!(
        king.text.contains("https://city.example/role") && king.text.contains("dutyOfficer"),
        "{}",
        king.text
    );
    let bare = about(&served, &key.sign(&idp.claims()));
    assert!(bare.status == 403 && bare.text.contains("lacks the claim"), "{}", bare.text);
    let file = served.folder.path().join("data/city.sqlite");
    served.running.stop();
    let mut journal = Vec::new();
    backend::archive::export(&backend::archive::JournalAt::from(&file), &mut journal).unwrap();
    let journal = String::from_utf8(journal).unwrap();
    assert!(journal.contains("unfitToken") && journal.contains("officer:li@127.0.0.1"), "{journal}");
}

#[test]
fn a_new_key_is_found_a_withdrawn_one_forgotten_and_strangers_do_not_make_it_ask_all_the_time() {
    let (first, second) = (Key::rsa("first"), Key::ed25519("second"));
    let idp = Idp::new(&[&first]);
    let served = serve_for(vec![idp.config()]);
    assert_eq!(about(&served, &first.sign(&idp.claims())).status, 200);
    idp.publish(&[&second]);
    let began = Instant::now();
    for n in 0..30 {
        let stranger = Key { id: ["x", "y", "z"][n % 3], ..first.clone() };
        assert_eq!(about(&served, &stranger.sign(&idp.claims())).status, 401);
    }
    // Once at first, once for the strangers, and once more each five seconds that a busy machine may take.
    assert!(idp.asked.load(Ordering::SeqCst) as u64 <= 2 + began.elapsed().as_secs() / 5);
    let end = Instant::now() + Duration::from_secs(60);
    while about(&served, &second.sign(&idp.claims())).status != 200 {
        assert!(Instant::now() < end, "the new key is never found");
        std::thread::sleep(Duration::from_millis(250));
    }
    assert_eq!(about(&served, &first.sign(&idp.claims())).status, 401, "what was withdrawn is good no more");
}

#[test]
fn while_the_issuer_is_away_its_known_keys_are_good_and_unknown_ones_wait() {
    let (known, later) = (Key::rsa("known"), Key::ed25519("later"));
    let idp = Idp::new(&[&known, &later]);
    let served = serve_for(vec![idp.config()]);
    *idp.away.lock().unwrap() = true;
    let early = about(&served, &known.sign(&idp.claims()));
    assert_eq!((early.status, early.reason().as_str()), (503, "issuerAway"));
    assert!(early.headers.contains_key("retry-after"));
    *idp.away.lock().unwrap() = false;
    let end = Instant::now() + Duration::from_secs(60);
    while about(&served, &known.sign(&idp.claims())).status != 200 {
        assert!(Instant::now() < end, "the issuer that came back is never asked");
        std::thread::sleep(Duration::from_millis(250));
    }
    *idp.away.lock().unwrap() = true;
    assert_eq!(about(&served, &known.sign(&idp.claims())).status, 200);
    assert_eq!(about(&served, &later.sign(&idp.claims())).status, 200);
}

#[test]
fn strangers_that_name_unknown_keys_wait_for_one_asking_and_not_behind_one_another() {
    let key = Key::ed25519("known");
    let idp = Idp::new(&[&key]);
    let served = serve_for(vec![idp.config()]);
    *idp.silent.lock().unwrap() = true;
    let began = Instant::now();
    std::thread::scope(|scope| {
        for id in ["a", "b", "c", "d", "e", "f", "g", "h"] {
            let (served, token) = (&served, Key { id, ..key.clone() }.sign(&idp.claims()));
            scope.spawn(move || {
                let told = about(served, &token);
                assert_eq!((told.status, told.reason().as_str()), (503, "issuerAway"), "{}", told.text);
            });
        }
    });
    // An asking is given up after five seconds, and the next begins five seconds later at the earliest.
    let asked = idp.asked.load(Ordering::SeqCst) as u64;
    assert!(asked <= 1 + began.elapsed().as_secs() / 10, "asked {asked} times in {:?}", began.elapsed());
}

#[test]
fn an_answer_begins_in_time_also_while_the_issuer_is_asked() {
    let key = Key::ed25519("known");
    let idp = Idp::new(&[&key]);
    *idp.silent.lock().unwrap() = true;
    let served = serve_with(|config| {
        (config.require_token, config.issuers) = (true, vec![idp.config()]);
        config.limits.answer_within = Duration::from_millis(700);
    });
    let told = about(&served, &key.sign(&idp.claims()));
    assert_eq!((told.status, told.reason().as_str()), (408, "tooSlow"), "{}", told.text);
}

#[test]
fn where_the_keys_are_is_told_to_nobody_who_is_not_known() {
    let key = Key::ed25519("known");
    let idp = Idp::new(&[&key]);
    *idp.away.lock().unwrap() = true;
    let jwks = Some(format!("{}/keys?key=SECRET", idp.url()));
    let served = serve_for(vec![IssuerConfig { jwks, ..idp.config() }]);
    let told = about(&served, &key.sign(&idp.claims()));
    assert_eq!((told.status, told.reason().as_str()), (503, "issuerAway"));
    for secret in ["SECRET", "/keys", &idp.at.to_string()] {
        assert!(!told.text.contains(secret), "{}", told.text);
    }
}

#[test]
fn an_issuer_that_publishes_no_key_any_more_has_withdrawn_all() {
    let key = Key::ed25519("known");
    let idp = Idp::new(&[&key]);
    let served = serve_for(vec![idp.config()]);
    assert_eq!(about(&served, &key.sign(&idp.claims())).status, 200);
    idp.publish(&[]);
    let stranger = Key { id: "nobody", ..key.clone() };
    let end = Instant::now() + Duration::from_secs(60);
    while about(&served, &key.sign(&idp.claims())).status != 401 {
        assert!(Instant::now() < end, "the withdrawn key is good for ever");
        assert_eq!(about(&served, &stranger.sign(&idp.claims())).status, 401);
        std::thread::sleep(Duration::from_millis(500));
    }
}

#[test]
fn people_of_two_issuers_on_one_host_are_not_one_person() {
    let (key, other_key) = (Key::ed25519("k"), Key::ed25519("k"));
    let (idp, other) = (Idp::new(&[&key]), Idp::new(&[&other_key]));
    let served = serve_for(vec![idp.config(), other.config()]);
    let name =
        |key: &Key, idp: &Idp| about(&served, &key.sign(&idp.claims())).json()["actor"]["name"].clone();
    assert_eq!(name(&key, &idp), format!("officer:li@{}", idp.at));
    assert_eq!(name(&other_key, &other), format!("officer:li@{}", other.at));
}

#[test]
fn a_department_that_cannot_be_read_lets_nobody_past_the_negative_list() {
    let key = Key::ed25519("k");
    let idp = Idp::new(&[&key]);
    let served = serve_for(vec![idp.config()]);
    let with = |department: Value| {
        let mut claims = idp.claims();
        claims["department"] = department;
        about(&served, &key.sign(&claims))
    };
    for same in [json!("住建委"), json!(["住建委"]), json!("住建委 ")] {
        let told = with(same);
        assert_eq!(told.json()["actor"]["department"], "住建委", "{}", told.text);
    }
    for none in [json!({"x": 1}), json!(""), json!(["住建委", "气象局"]), json!(7)] {
        let refused = with(none);
        assert_eq!((refused.status, refused.reason().as_str()), (403, "unfitToken"), "{}", refused.text);
        assert!(refused.text.contains("department"), "{}", refused.text);
    }
}

#[test]
fn a_key_is_chosen_by_name_and_kind_and_only_one_that_is_meant_for_it() {
    let (rsa, ed, sealing) = (Key::rsa("same"), Key::ed25519("same"), Key::ed25519("sealing"));
    let (named, checking) = (Key::ed25519("named"), Key::ed25519("checking"));
    let idp = Idp::new(&[&rsa, &ed, &sealing, &named, &checking]);
    {
        let mut published = idp.keys.lock().unwrap();
        published[2]["key_ops"] = json!(["encrypt"]);
        published[3]["alg"] = json!("Ed25519");
        published[4]["key_ops"] = json!(["verify"]);
    }
    let served = serve_for(vec![idp.config()]);
    let claims = idp.claims();
    for token in [
        rsa.sign(&claims),
        ed.sign(&claims),
        named.sign(&claims),
        named.sign_as("Ed25519", &claims),
        checking.sign_as("EdDSA", &claims),
    ] {
        let told = about(&served, &token);
        assert_eq!(told.status, 200, "{}", told.text);
    }
    for token in [
        sealing.sign(&claims),
        rsa.sign_as("Ed25519", &claims),
        ed.sign_as("RS256", &claims),
        ed.sign_as("none", &claims),
        ed.sign_as("ed25519", &claims),
        named.sign_as("Ed448", &claims),
    ] {
        assert_eq!(about(&served, &token).status, 401);
    }
}

#[test]
fn keys_come_from_a_file_or_by_tls_from_an_authority_of_ones_own_too() {
    let key = Key::rsa("r1");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys.json");
    std::fs::write(&file, json!({"keys": [key.public()]}).to_string()).unwrap();
    let of_file = IssuerConfig {
        url: "https://idp.example".to_owned(),
        audience: "city-backend".to_owned(),
        jwks: Some(file.display().to_string()),
        ca: None,
        claims: String::new(),
    };
    // Another backend publishes its keys by TLS: with them, and the key it signs with, it plays the issuer.
    let authority = Authority::new();
    let other = tempfile::tempdir().unwrap();
    let tls = Some(authority.certify(&["127.0.0.1"], other.path()));
    let publishing = serve_in(other.path(), |config| config.tls = tls);
    let by_tls = IssuerConfig {
        url: "https://by-tls.example".to_owned(),
        jwks: Some(format!("{}/.well-known/jwks.json", publishing.url())),
        ca: Some(authority.file(other.path())),
        ..of_file.clone()
    };
    let served = serve_for(vec![of_file, by_tls.clone()]);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let claims = |issuer: &str| {
        json!({"iss": issuer, "aud": "city-backend", "sub": "li", "exp": now + 300,
               "role": "observer", "level": "city", "jurisdiction": "city"})
    };
    assert_eq!(about(&served, &key.sign(&claims("https://idp.example"))).status, 200);
    let pem = std::fs::read(other.path().join("data/signing-key.pem")).unwrap();
    let private = EncodingKey::from_ed_pem(&pem).unwrap();
    // It names no key: there is only one.
    let bare = encode(&Header::new(Algorithm::EdDSA), &claims("https://by-tls.example"), &private).unwrap();
    let told = about(&served, &bare);
    assert_eq!(told.status, 200, "{}", told.text);
    // Without the authority nobody believes the address.
    let distrusting =
        serve_for(vec![IssuerConfig { ca: Some(Authority::new().file(other.path())), ..by_tls }]);
    let refused = about(&distrusting, &bare);
    assert_eq!((refused.status, refused.reason().as_str()), (503, "issuerAway"), "{}", refused.text);
}

#[test]
fn an_issuer_that_cannot_be_trusted_as_configured_is_told_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let good = IssuerConfig {
        url: "https://idp.example".to_owned(),
        audience: "city-backend".to_owned(),
        jwks: None,
        ca: None,
        claims: String::new(),
    };
    let no_keys = folder.path().join("none.json");
    std::fs::write(&no_keys, r#"{"keys": []}"#).unwrap();
    let file = |path: &std::path::Path| Some(path.display().to_string());
    for (issuer, words) in [
        (IssuerConfig { url: "http://idp.example".into(), ..good.clone() }, "https://"),
        (IssuerConfig { url: "idp".into(), ..good.clone() }, "no address"),
        (IssuerConfig { url: "https://li:SECRET@idp.example".into(), ..good.clone() }, "password"),
        (IssuerConfig { url: "http://li:SECRET@idp.example".into(), ..good.clone() }, "password"),
        (IssuerConfig { url: "https://li:SECRET@idp.example:x".into(), ..good.clone() }, "no address"),
        (IssuerConfig { url: "https://idp.example?key=SECRET".into(), ..good.clone() }, "`?`"),
        (IssuerConfig { jwks: Some("https://li:SECRET@keys.example".into()), ..good.clone() }, "password"),
        (IssuerConfig { jwks: Some("HTTP://li:SECRET@keys.example".into()), ..good.clone() }, "password"),
        (IssuerConfig { jwks: Some("http://keys.example?key=SECRET".into()), ..good.clone() }, "https://"),
        (IssuerConfig { jwks: Some("https://li:SECRET@:1".into()), ..good.clone() }, "no address"),
        (IssuerConfig { audience: " ".into(), ..good.clone() }, "audience"),
        (IssuerConfig { jwks: Some("http://keys.example".into()), ..good.clone() }, "https://"),
        (IssuerConfig { jwks: Some("/nowhere.json".into()), ..good.clone() }, "/nowhere.json"),
        (IssuerConfig { jwks: file(&no_keys), ..good.clone() }, "no key"),
        (IssuerConfig { ca: Some("/nowhere.pem".into()), ..good.clone() }, "/nowhere.pem"),
    ] {
        let config = Config { issuers: vec![issuer], ..Config::embedded(folder.path().join("data")) };
        let said = Backend::start(config).err().unwrap().to_string();
        assert!(said.contains(words) && !said.contains("SECRET"), "{words}: {said}");
    }
    let table = folder.path().join("issuers.toml");
    std::fs::write(&table, "[[issuer]]\nurl = 'https://a.example'\naudience = 'city'\njwks = 'keys.json'\n")
        .unwrap();
    let read = IssuerConfig::read(&table).unwrap();
    assert_eq!((read.len(), read[0].url.as_str(), read[0].claims.as_str()), (1, "https://a.example", ""));
    std::fs::write(&table, "[[issuer]]\nurl = 'https://a.example'\naudiense = 'city'\n").unwrap();
    let said = IssuerConfig::read(&table).unwrap_err().to_string();
    assert!(said.contains("line 3") && said.contains("audiense"), "{said}");
}
