//! Tokens that were good once, and tokens that cannot be checked.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use http::StatusCode;
use rialto::{
    auth::Auth,
    http::{Door, DoorSettings, Proxy},
};
use schema::{
    Revocations as _, RevokedSessions, Transport, TransportError, Viewer,
    keys::{KeyPair, KeySet},
    token::{AUDIENCE, ISSUER, Verifier},
    transport::{Request, Response},
};
use serde_json::{Value, json};

use crate::house::{Answer, House, Recorder, SESSION, house, house_with};

async fn ask(house: &House, token: &str, body: &Value) -> Answer {
    house.post(&body.to_string(), &[("authorization", token)]).await
}

fn is_refused(answer: &Answer) -> bool {
    answer.status == StatusCode::UNAUTHORIZED && answer.code() == "UNAUTHENTICATED"
}

/// Operations that ask for nothing but what is open, here `greet`.
fn open() -> Vec<Value> {
    vec![
        json!({"query": "mutation { greet }"}),
        json!({"query": "mutation { __typename a: greet b: greet }"}),
        json!({"query": "mutation { ... on Mutation { ... { greet } } }"}),
        json!({"query": "mutation { ...A } fragment A on Mutation { ...B } fragment B on Mutation { greet ...C }
            fragment C on Mutation { __typename }"}),
        json!({"query": "query Q { hello } mutation M { greet }", "operationName": "M"}),
    ]
}

/// Operations that ask for something else, or for nothing.
fn closed() -> Vec<Value> {
    vec![
        json!({"query": "{ hello }"}),
        json!({"query": "{ greet: hello }"}),
        json!({"query": "mutation { __typename }"}),
        json!({"query": "{ __schema { queryType { name } } }"}),
        json!({"query": "query Q { hello } mutation M { greet }", "operationName": "Q"}),
        json!({"query": "query Q { hello } mutation M { greet }"}),
        json!({"query": "query ($no: Boolean = false) { hello @include(if: $no) }"}),
        json!({"query": "mutation { ...A } fragment A on Mutation { other }"}),
        json!({"query": "mutation { greet"}),
        json!({"query": ""}),
        json!({}),
    ]
}

#[tokio::test]
async fn a_token_that_has_expired_or_was_revoked_counts_as_none_where_only_open_fields_are_asked_for() {
    for is_revoked in [false, true] {
        let house = house(DoorSettings::default());
        let token = house.token(if is_revoked { 60 } else { -61 });
        if is_revoked {
            house.revoked.revoke(SESSION, i64::MAX);
        }
        for operation in closed() {
            assert!(is_refused(&ask(&house, &token, &operation).await), "{operation}");
        }
        assert!(house.subgraph.started.lock().unwrap().is_empty());
        for operation in open() {
            let answer = ask(&house, &token, &operation).await;
            assert_eq!(answer.status, StatusCode::OK, "{operation}: {}", answer.text());
            let (headers, caller) = house.subgraph.last();
            assert!(!headers.contains_key("authorization"), "{operation}");
            assert_eq!(caller.viewer, Viewer::Anonymous);
        }
    }
}

#[tokio::test]
async fn a_forged_token_is_refused_everywhere() {
    let house = house(DoorSettings::default());
    let stranger = House { keys: KeyPair::generate(), ..self::house(DoorSettings::default()) };
    for token in [stranger.token(60), stranger.token(-61), "Bearer nonsense".to_owned(), "Basic eDp5".to_owned()] {
        for operation in open().into_iter().chain(closed()) {
            assert!(is_refused(&ask(&house, &token, &operation).await), "{operation}");
        }
    }
}

#[tokio::test]
async fn a_proxied_path_has_no_open_fields() {
    let proxy = Recorder::answering("a file");
    let proxies =
        vec![Proxy { prefix: "/files".to_owned(), base: String::new(), transport: Arc::new(proxy), signer: None }];
    let house = house(DoorSettings { proxies, ..DoorSettings::default() });
    assert!(is_refused(&house.get("/files/a", &[("authorization", &house.token(-61))]).await));
    assert_eq!(house.get("/files/a", &[]).await.status, StatusCode::OK);
}

/// A publisher of keys that nobody reaches.
struct Gone;

impl Transport for Gone {
    fn send(&self, _: Request) -> BoxFuture<'static, Result<Response, TransportError>> {
        Box::pin(async { Err(TransportError::Timeout) })
    }
}

#[tokio::test]
async fn a_token_that_cannot_be_checked_is_not_called_wrong() {
    let hello = Recorder::answering(r#"{"data":{"hello":"world"}}"#);
    let house = house_with(DoorSettings::default(), hello);
    let keys = KeySet::fetched(Arc::new(Gone), "/jwks.json");
    let verifier = Verifier::new(keys, ISSUER, AUDIENCE, Arc::new(RevokedSessions::default()));
    let auth = Auth { verifier: Some(Arc::new(verifier)), ..Auth::default() };
    let proxies = vec![Proxy {
        prefix: "/files".to_owned(),
        base: String::new(),
        transport: Arc::new(Recorder::answering("a file")),
        signer: None,
    }];
    let door = Door::new(house.door.engine().clone(), auth, DoorSettings { proxies, ..DoorSettings::default() });
    let house = House { app: door.app(), door, ..house };
    let token = house.token(60);
    for answer in [
        ask(&house, &token, &json!({"query": "{ hello }"})).await,
        ask(&house, &token, &json!({"query": "mutation { greet }"})).await,
        house.get("/files/a", &[("authorization", &token)]).await,
    ] {
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE"));
        assert!(answer.header("retry-after").parse::<u32>().unwrap() > 0);
        assert_eq!(answer.header("www-authenticate"), "");
    }
    assert_eq!(house.post(r#"{"query":"{ hello }"}"#, &[]).await.status, StatusCode::OK);
    assert!(is_refused(&ask(&house, "Bearer nonsense", &json!({"query": "{ hello }"})).await));
}
