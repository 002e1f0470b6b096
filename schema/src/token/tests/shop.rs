//! Tokens of users of the shop.

use std::sync::Arc;

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use uuid::Uuid;

use crate::{
    Revocations as _, RevokedSessions, Viewer,
    keys::{KeyPair, KeySet},
    token::{AUDIENCE, Claims, ISSUER, MAX_LIFE, TokenError, Verifier, sign},
};

fn claims() -> Claims {
    let now = crate::now();
    Claims {
        iss: ISSUER.into(),
        aud: AUDIENCE.into(),
        sub: Uuid::from_u128(7),
        sid: Uuid::from_u128(8),
        iat: now,
        exp: now + 60,
        roles: vec!["ADMIN".into()],
        scope: "catalog:write orders:read".into(),
    }
}

fn verifier(pair: &KeyPair, revoked: &Arc<RevokedSessions>) -> Verifier {
    Verifier::new(KeySet::fixed([pair]), ISSUER, AUDIENCE, revoked.clone())
}

async fn verdict(verifier: &Verifier, token: &str) -> Result<Viewer, TokenError> {
    verifier.viewer(Some(&format!("Bearer {token}"))).await
}

#[tokio::test]
async fn a_token_of_ours_is_believed_until_its_session_is_revoked() {
    let (pair, revoked) = (KeyPair::generate(), Arc::new(RevokedSessions::default()));
    let verifier = verifier(&pair, &revoked);
    let token = sign(&claims(), &pair).unwrap();
    let viewer = verdict(&verifier, &token).await.unwrap();
    assert_eq!(viewer.id(), Some(Uuid::from_u128(7)));
    assert!(viewer.has_scope("orders:read") && !viewer.has_scope("orders"));
    revoked.revoke(Uuid::from_u128(8), i64::MAX);
    assert_eq!(verdict(&verifier, &token).await, Err(TokenError::Revoked));
}

#[tokio::test]
async fn what_is_not_ours_is_refused() {
    let (pair, revoked) = (KeyPair::generate(), Arc::new(RevokedSessions::default()));
    let verifier = verifier(&pair, &revoked);
    let forged = sign(&claims(), &KeyPair::generate().with_kid(&pair.kid)).unwrap();
    let issuer = sign(&Claims { iss: "elsewhere".into(), ..claims() }, &pair).unwrap();
    let audience = sign(&Claims { aud: "elsewhere".into(), ..claims() }, &pair).unwrap();
    let long = sign(&Claims { exp: claims().exp + MAX_LIFE, ..claims() }, &pair).unwrap();
    let future = sign(&Claims { iat: claims().iat + 3600, exp: claims().iat + 3660, ..claims() }, &pair).unwrap();
    let public = pair.public_jwk()["x"].as_str().unwrap().to_owned();
    let header = Header { kid: Some(pair.kid.clone()), ..Header::new(Algorithm::HS256) };
    let confused = encode(&header, &claims(), &EncodingKey::from_secret(public.as_bytes())).unwrap();
    let none = format!("eyJhbGciOiJub25lIn0.{}.", sign(&claims(), &pair).unwrap().split('.').nth(1).unwrap());
    let critical = Header {
        kid: Some(pair.kid.clone()),
        crit: Some(vec!["http://example.com/terms".to_owned()]),
        ..Header::new(Algorithm::EdDSA)
    };
    let critical = encode(&critical, &claims(), &pair.encoding_key()).unwrap();
    let huge = format!("{}{}", sign(&claims(), &pair).unwrap(), "A".repeat(10_000));
    for token in
        [&forged, &issuer, &audience, &long, &future, &confused, &none, &critical, &huge, "", "a.b.c", "...", "é.é.é"]
    {
        assert_eq!(verdict(&verifier, token).await, Err(TokenError::Invalid), "{token}");
    }
    for header in ["Basic eDp5", "Bearer", "", " ", "bearer"] {
        assert_eq!(verifier.viewer(Some(header)).await, Err(TokenError::Invalid), "{header}");
    }
    assert_eq!(verifier.viewer(None).await, Ok(Viewer::Anonymous));
}

#[tokio::test]
async fn a_token_of_the_shop_speaks_of_an_account_and_a_session() {
    let pair = KeyPair::generate();
    let verifier = verifier(&pair, &Arc::default());
    for (member, value) in [("sub", "auth0|123"), ("sid", "session-1")] {
        let mut changed = serde_json::to_value(claims()).unwrap();
        changed[member] = value.into();
        let header = Header { kid: Some(pair.kid.clone()), ..Header::new(Algorithm::EdDSA) };
        let token = encode(&header, &changed, &pair.encoding_key()).unwrap();
        assert_eq!(verdict(&verifier, &token).await, Err(TokenError::Invalid), "{member}");
        changed.as_object_mut().unwrap().remove(member);
        let token = encode(&header, &changed, &pair.encoding_key()).unwrap();
        assert_eq!(verdict(&verifier, &token).await, Err(TokenError::Invalid), "no {member}");
    }
}

#[tokio::test]
async fn an_expired_token_is_refused_even_when_its_signature_is_remembered() {
    let pair = KeyPair::generate();
    let verifier = verifier(&pair, &Arc::default());
    let now = crate::now();
    let token = sign(&Claims { iat: now - 10, exp: now - 9, ..claims() }, &pair).unwrap();
    for _ in 0..2 {
        let error = verdict(&verifier, &token).await.unwrap_err();
        assert_eq!((error, error.is_outlived()), (TokenError::Expired, true));
    }
    // One that is expired and forged is forged.
    let forged = sign(&Claims { iat: now - 10, exp: now - 9, ..claims() }, &KeyPair::generate()).unwrap();
    assert_eq!(verdict(&verifier, &forged).await, Err(TokenError::Invalid));
}

/// An issuer and a verifier within a minute of each other, and beyond.
#[tokio::test]
async fn clocks_may_differ_by_a_minute_and_no_more() {
    const DAY: i64 = 24 * 60 * 60;
    let pair = KeyPair::generate();
    let verifier = verifier(&pair, &Arc::default());
    let now = crate::now();
    let verdict = async |iat: i64, exp: i64| {
        let token = sign(&Claims { iat, exp, ..claims() }, &pair).unwrap();
        verdict(&verifier, &token).await.map(drop)
    };
    // Made a moment ago, by a clock that is ahead or behind.
    for (skew, expected) in [
        (30, Ok(())),
        (55, Ok(())),
        (-30, Ok(())),
        (-50, Ok(())),
        (75, Err(TokenError::Invalid)),
        (DAY, Err(TokenError::Invalid)),
        (-DAY, Err(TokenError::Expired)),
    ] {
        for life in [60, MAX_LIFE] {
            assert_eq!(verdict(now + skew, now + skew + life).await, expected, "{skew} {life}");
        }
    }
    // At its end.
    for (over, expected) in
        [(1, Ok(())), (30, Ok(())), (50, Ok(())), (61, Err(TokenError::Expired)), (75, Err(TokenError::Expired))]
    {
        assert_eq!(verdict(now - over - 60, now - over).await, expected, "{over}");
    }
    // What lives for seconds is not believed for a minute.
    assert_eq!(verdict(now - 5, now - 3).await, Err(TokenError::Expired));
}
