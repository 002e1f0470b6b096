//! Tokens that a shop should not believe, and a few that it should: made with the shop's own keys, which the tests put
//! into its folder themselves.

use std::{path::Path, time::UNIX_EPOCH};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use schema::{
    keys::KeyPair,
    service::ServiceSigner,
    token::{AUDIENCE, Claims, ISSUER, sign},
};
use serde_json::json;
use uuid::Uuid;

/// A key pair, written into a file as an operator would.
///
/// # Panics
///
/// When the file cannot be written.
pub fn key_file(file: &Path) -> KeyPair {
    let pair = KeyPair::generate();
    std::fs::write(file, pair.to_pem()).expect("a key can be written");
    pair
}

/// What an access token of this account says, with every scope there is.
pub fn claims(user_id: &str) -> Claims {
    let now = now();
    let scopes = "catalog:write orders:read orders:write users:read users:write";
    Claims {
        iss: ISSUER.to_owned(),
        aud: AUDIENCE.to_owned(),
        sub: Uuid::parse_str(user_id.trim_start_matches("usr_")).unwrap_or_default(),
        sid: Uuid::from_u128(1),
        iat: now,
        exp: now + 60,
        roles: vec!["ADMIN".to_owned()],
        scope: scopes.to_owned(),
    }
}

/// Every token for `user_id` that nobody may believe, by what is wrong with it. `pair` is what the shop really signs with.
pub fn unbelievable(pair: &KeyPair, user_id: &str) -> Vec<(&'static str, String)> {
    let claims = claims(user_id);
    let signed = |claims: &Claims| sign(claims, pair).expect("an Ed25519 key always signs");
    let genuine = signed(&claims);
    let stranger = KeyPair::generate();
    let now = claims.iat;
    let mut changed: Vec<&str> = genuine.split('.').collect();
    let payload = encoded(&json!({"iss": ISSUER, "aud": AUDIENCE, "sub": Uuid::nil(), "exp": now + 60, "iat": now}));
    changed[1] = &payload;
    vec![
        ("signed by somebody else", sign(&claims, &stranger).expect("an Ed25519 key always signs")),
        ("signed by somebody else under our key's name", signed_under(&claims, &stranger, &pair.kid)),
        ("changed after it was signed", changed.join(".")),
        ("algorithm none", unsigned(&claims)),
        ("HS256 with the public key as its secret", symmetric(&claims, pair)),
        ("another issuer", signed(&Claims { iss: "https://elsewhere.example".to_owned(), ..claims.clone() })),
        ("another audience", signed(&Claims { aud: "elsewhere".to_owned(), ..claims.clone() })),
        ("expired", signed(&Claims { iat: now - 300, exp: now - 100, ..claims.clone() })),
        ("a longer life than we give", signed(&Claims { exp: now + 100_000, ..claims.clone() })),
        ("nonsense", "nonsense".to_owned()),
    ]
}

/// A service token of the process `name`, as the process `audience` wants it.
pub fn service_token(name: &str, pair: &KeyPair, audience: &str) -> String {
    ServiceSigner::new(name, pair.clone()).token(audience).to_string()
}

/// The same, as a process makes it whose clock is so many seconds ahead (or behind, where that is less than 0).
pub fn skewed_service_token(name: &str, pair: &KeyPair, audience: &str, seconds: i64) -> String {
    let made = now() + seconds;
    let claims = json!({"iss": name, "aud": audience, "iat": made, "exp": made + 60});
    sign(&claims, pair).expect("an Ed25519 key always signs")
}

fn now() -> i64 {
    i64::try_from(UNIX_EPOCH.elapsed().unwrap_or_default().as_secs()).unwrap_or(0)
}

fn signed_under(claims: &Claims, pair: &KeyPair, kid: &str) -> String {
    let header = Header { kid: Some(kid.to_owned()), ..Header::new(Algorithm::EdDSA) };
    let key = EncodingKey::from_ed_pem(pair.to_pem().as_bytes()).expect("a private key");
    jsonwebtoken::encode(&header, claims, &key).expect("an Ed25519 key always signs")
}

fn unsigned(claims: &Claims) -> String {
    let header = encoded(&json!({"alg": "none", "typ": "JWT"}));
    format!("{header}.{}.", encoded(&serde_json::to_value(claims).unwrap_or_default()))
}

fn symmetric(claims: &Claims, pair: &KeyPair) -> String {
    let public = pair.public_jwk()["x"].as_str().map(|x| URL_SAFE_NO_PAD.decode(x).unwrap_or_default());
    let header = Header { kid: Some(pair.kid.clone()), ..Header::new(Algorithm::HS256) };
    let key = EncodingKey::from_secret(&public.unwrap_or_default());
    jsonwebtoken::encode(&header, claims, &key).expect("any secret signs")
}

fn encoded(value: &serde_json::Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}
