//! Tokens of other issuers: other algorithms, other claims, and no belief in what another one has signed.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::future::BoxFuture;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Revocations, RevokedSessions, Transport, TransportError, Viewer,
    keys::{KeyPair, KeySet},
    token::{Issuer, TokenError, Verifier},
    transport::{Request, Response},
};

const RSA: &str = include_str!("../../../tests/keys/rsa.pem");
const P256: &str = include_str!("../../../tests/keys/p256.pem");
const P384: &str = include_str!("../../../tests/keys/p384.pem");

/// What somebody signs with.
struct Signer {
    kid: &'static str,
    algorithm: Algorithm,
    key: EncodingKey,
    public: Value,
}

impl Signer {
    fn new(kid: &'static str, algorithm: Algorithm) -> Self {
        let (key, public) = if algorithm == Algorithm::EdDSA {
            let pair = KeyPair::generate();
            (pair.encoding_key(), pair.public_jwk())
        } else {
            let key = match algorithm {
                Algorithm::ES256 => EncodingKey::from_ec_pem(P256.as_bytes()),
                Algorithm::ES384 => EncodingKey::from_ec_pem(P384.as_bytes()),
                _ => EncodingKey::from_rsa_pem(RSA.as_bytes()),
            };
            let key = key.unwrap();
            let jwk = Jwk::from_encoding_key(&key, algorithm).unwrap();
            (key, serde_json::to_value(jwk).unwrap())
        };
        Self { kid, algorithm, key, public }
    }

    /// The public key, without saying for which algorithm.
    fn jwk(&self) -> Value {
        let mut jwk = self.public.clone();
        jwk["kid"] = self.kid.into();
        jwk.as_object_mut().unwrap().remove("alg");
        jwk
    }

    fn sign(&self, claims: &Value) -> String {
        let header = Header { kid: Some(self.kid.to_owned()), ..Header::new(self.algorithm) };
        encode(&header, claims, &self.key).unwrap()
    }
}

/// Answers whatever it holds.
struct Published(Mutex<Value>);

impl Transport for Published {
    fn send(&self, _: Request) -> BoxFuture<'static, Result<Response, TransportError>> {
        let body = self.0.lock().unwrap().to_string();
        Box::pin(async { Ok(Response::new(body.into())) })
    }
}

fn key_set(keys: &[Value]) -> KeySet {
    KeySet::fetched(Arc::new(Published(Mutex::new(json!({ "keys": keys })))), "/")
}

fn issuer(signers: &[&Signer]) -> Issuer {
    let keys: Vec<_> = signers.iter().map(|signer| signer.jwk()).collect();
    Issuer::new("idp", &["api"], key_set(&keys))
}

fn claims() -> Value {
    let now = crate::now();
    json!({"iss": "idp", "aud": "api", "sub": "auth0|123", "iat": now, "exp": now + 3600, "scope": "a b"})
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

async fn verdict(verifier: &Verifier, token: &str) -> Result<Viewer, TokenError> {
    verifier.viewer(Some(&format!("Bearer {token}"))).await
}

const SUPPORTED: [(&str, Algorithm); 7] = [
    ("rs256", Algorithm::RS256),
    ("rs384", Algorithm::RS384),
    ("rs512", Algorithm::RS512),
    ("ps256", Algorithm::PS256),
    ("es256", Algorithm::ES256),
    ("es384", Algorithm::ES384),
    ("eddsa", Algorithm::EdDSA),
];

#[tokio::test]
async fn every_algorithm_is_verified_by_the_key_that_it_fits() {
    let signers = SUPPORTED.map(|(kid, algorithm)| Signer::new(kid, algorithm));
    let verifier = Verifier::of([issuer(&signers.each_ref())]);
    for signer in &signers {
        let Ok(Viewer::External(viewer)) = verdict(&verifier, &signer.sign(&claims())).await else {
            panic!("{:?}", signer.algorithm)
        };
        assert_eq!((&*viewer.issuer, viewer.subject.as_str()), ("idp", "auth0|123"));
        // Under the name of a key of another type it is nobody's.
        for other in signers.iter().filter(|other| other.algorithm.family() != signer.algorithm.family()) {
            let header = Header { kid: Some(other.kid.to_owned()), ..Header::new(signer.algorithm) };
            let token = encode(&header, &claims(), &signer.key).unwrap();
            assert_eq!(verdict(&verifier, &token).await, Err(TokenError::Invalid), "{header:?}");
        }
    }
}

#[tokio::test]
async fn an_algorithm_must_be_the_keys_and_the_issuers() {
    let signer = Signer::new("r", Algorithm::RS256);
    let ps512 = Signer { algorithm: Algorithm::PS512, ..Signer::new("r", Algorithm::RS256) };
    let mut only_ps256 = signer.jwk();
    only_ps256["alg"] = "PS256".into();
    let refusing = [
        Issuer::new("idp", &["api"], key_set(&[only_ps256])),
        issuer(&[&signer]).algorithms(vec![Algorithm::ES256, Algorithm::RS512]),
    ];
    for issuer in refusing {
        assert_eq!(verdict(&Verifier::of([issuer]), &signer.sign(&claims())).await, Err(TokenError::Invalid));
    }
    let verifier = Verifier::of([issuer(&[&signer]).algorithms(vec![Algorithm::RS256])]);
    assert!(verdict(&verifier, &signer.sign(&claims())).await.is_ok());
    assert_eq!(verdict(&verifier, &ps512.sign(&claims())).await, Err(TokenError::Invalid));
}

#[tokio::test]
async fn claims_may_have_every_form_that_the_standards_allow() {
    let signer = Signer::new("e", Algorithm::EdDSA);
    let verifier = Verifier::of([issuer(&[&signer])]);
    let now = crate::now();
    for good in [
        with("aud", json!(["api", "other"])),
        with("aud", json!(["other", "api"])),
        with("sub", json!(Uuid::from_u128(1))),
        with("sub", json!("")),
        with("sid", json!("a session of theirs")),
        with("sid", json!(7)),
        with("roles", json!({"not": "a list"})),
        with("exp", json!(f64::from(i32::try_from(now).unwrap()) + 100.5)),
        with("iat", Value::Null),
        with("nbf", json!(now + 55)),
        with("iat", json!(now + 55)),
        with("scope", json!(["a", "b", 3])),
    ] {
        assert!(verdict(&verifier, &signer.sign(&good)).await.is_ok(), "{good}");
    }
    for bad in [
        with("aud", json!("other")),
        with("aud", json!([])),
        with("aud", json!(["other"])),
        with("aud", Value::Null),
        with("sub", Value::Null),
        with("sub", json!(7)),
        with("exp", Value::Null),
        with("exp", json!("soon")),
        with("exp", json!(now + Issuer::MAX_LIFE + 100)),
        with("exp", json!(u64::MAX)),
        with("exp", json!(1e300)),
        with("nbf", json!(now + 75)),
        with("iat", json!(now + 75)),
        with("iss", json!("idp2")),
        with("iss", json!(["idp"])),
        with("iss", Value::Null),
    ] {
        assert_eq!(verdict(&verifier, &signer.sign(&bad)).await, Err(TokenError::Invalid), "{bad}");
    }
    let expired = signer.sign(&json!({"iss": "idp", "aud": "api", "sub": "x", "iat": now - 600, "exp": now - 75}));
    assert_eq!(verdict(&verifier, &expired).await, Err(TokenError::Expired));
}

#[tokio::test]
async fn the_longest_life_is_a_setting() {
    let signer = Signer::new("e", Algorithm::EdDSA);
    let verifier = Verifier::of([issuer(&[&signer]).max_life(600)]);
    let now = crate::now();
    let mut without_iat = with("exp", json!(now + 500));
    without_iat.as_object_mut().unwrap().remove("iat");
    assert!(verdict(&verifier, &signer.sign(&without_iat)).await.is_ok());
    without_iat["exp"] = json!(now + 700);
    let future = json!({"iss": "idp", "aud": "api", "sub": "x", "iat": now + 3600, "exp": now + 3700});
    for long in [claims(), without_iat, future] {
        assert_eq!(verdict(&verifier, &signer.sign(&long)).await, Err(TokenError::Invalid), "{long}");
    }
}

#[tokio::test]
async fn scopes_are_read_where_the_issuer_puts_them() {
    let signer = Signer::new("e", Algorithm::EdDSA);
    for (claim, claims, expected) in [
        (None, with("scope", json!("a  b")), vec!["a", "b"]),
        (None, with("scope", json!(["a", "b c"])), vec!["a", "b c"]),
        (None, with("scp", json!("c")), vec!["a", "b"]),
        (None, json!({"scp": "c d"}), vec!["c", "d"]),
        (None, json!({"scp": ["c", "d"]}), vec!["c", "d"]),
        (None, json!({}), vec![]),
        (Some("permissions"), with("permissions", json!(["p"])), vec!["p"]),
        (Some("https://idp.example/scopes"), json!({"https://idp.example/scopes": "p q"}), vec!["p", "q"]),
        (Some("permissions"), with("scope", json!("a")), vec![]),
    ] {
        let issuer = issuer(&[&signer]);
        let issuer = if let Some(claim) = claim { issuer.scopes_claim(claim) } else { issuer };
        let mut all = self::claims();
        all.as_object_mut().unwrap().remove("scope");
        all.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
        let viewer = verdict(&Verifier::of([issuer]), &signer.sign(&all)).await.unwrap();
        assert_eq!(viewer.granted().unwrap(), expected, "{all}");
        // To the shop's domains it is nobody.
        assert!(viewer.user().is_none() && viewer.id().is_none() && expected.iter().all(|it| !viewer.has_scope(it)));
    }
}

#[tokio::test]
async fn an_issuer_is_believed_by_its_own_keys_only() {
    let (one, other) = (Signer::new("k", Algorithm::EdDSA), Signer::new("k", Algorithm::EdDSA));
    let theirs = Issuer::new("other", &["api"], key_set(&[other.jwk()]));
    let verifier = Verifier::of([issuer(&[&one]), theirs]);
    let of_other = with("iss", json!("other"));
    assert!(verdict(&verifier, &one.sign(&claims())).await.is_ok());
    assert!(verdict(&verifier, &other.sign(&of_other)).await.is_ok());
    assert_eq!(verdict(&verifier, &other.sign(&claims())).await, Err(TokenError::Invalid));
    assert_eq!(verdict(&verifier, &one.sign(&of_other)).await, Err(TokenError::Invalid));
}

#[tokio::test]
async fn a_token_without_the_name_of_a_key_is_verified_by_the_only_one_that_fits() {
    let (ed, rsa) = (Signer::new("e", Algorithm::EdDSA), Signer::new("r", Algorithm::RS256));
    let verifier = Verifier::of([issuer(&[&ed, &rsa])]);
    for signer in [&ed, &rsa] {
        let token = encode(&Header::new(signer.algorithm), &claims(), &signer.key).unwrap();
        assert!(verdict(&verifier, &token).await.is_ok());
    }
    let second = Signer::new("f", Algorithm::EdDSA);
    let verifier = Verifier::of([issuer(&[&ed, &second])]);
    let token = encode(&Header::new(Algorithm::EdDSA), &claims(), &ed.key).unwrap();
    assert_eq!(verdict(&verifier, &token).await, Err(TokenError::Invalid));
}

#[tokio::test(start_paused = true)]
async fn a_remembered_token_ends_with_its_key() {
    let (old, new) = (Signer::new("old", Algorithm::EdDSA), Signer::new("new", Algorithm::EdDSA));
    let published = Arc::new(Published(Mutex::new(json!({"keys": [old.jwk()]}))));
    let keys = KeySet::fetched(published.clone(), "/");
    let verifier = Verifier::of([Issuer::new("idp", &["api"], keys)]);
    let token = old.sign(&claims());
    assert!(verdict(&verifier, &token).await.is_ok());
    *published.0.lock().unwrap() = json!({"keys": [new.jwk()]});
    assert!(verdict(&verifier, &token).await.is_ok());
    tokio::time::advance(Duration::from_mins(5)).await;
    assert_eq!(verdict(&verifier, &token).await, Err(TokenError::Invalid));
    assert!(verdict(&verifier, &new.sign(&claims())).await.is_ok());
}

/// Knows of revocations, and whether it has heard of them lately.
#[derive(Default)]
struct Feed {
    sessions: RevokedSessions,
    is_current: Mutex<bool>,
}

impl Revocations for Feed {
    fn revoke(&self, session: Uuid, until: i64) {
        self.sessions.revoke(session, until);
    }

    fn is_revoked(&self, session: Uuid) -> bool {
        self.sessions.is_revoked(session)
    }

    fn is_current(&self) -> bool {
        *self.is_current.lock().unwrap()
    }
}

#[tokio::test]
async fn without_news_of_revocations_a_token_is_neither_good_nor_bad() {
    let signer = Signer::new("e", Algorithm::EdDSA);
    let feed = Arc::new(Feed::default());
    let verifier = Verifier::of([issuer(&[&signer]).revocations(feed.clone())]);
    let (plain, now) = (signer.sign(&claims()), crate::now());
    let session = Uuid::from_u128(9);
    let with_session = signer.sign(&with("sid", json!(session)));
    let expired = signer.sign(&json!({"iss": "idp", "aud": "api", "sub": "x", "iat": now - 600, "exp": now - 75}));
    for token in [&plain, &with_session] {
        assert_eq!(verdict(&verifier, token).await, Err(TokenError::Unavailable));
    }
    assert_eq!(verdict(&verifier, &expired).await, Err(TokenError::Expired));
    assert_eq!(verdict(&verifier, "nonsense").await, Err(TokenError::Invalid));
    feed.revoke(session, i64::MAX);
    assert_eq!(verdict(&verifier, &with_session).await, Err(TokenError::Revoked));
    *feed.is_current.lock().unwrap() = true;
    assert!(verdict(&verifier, &plain).await.is_ok());
    assert_eq!(verdict(&verifier, &with_session).await, Err(TokenError::Revoked));
}
