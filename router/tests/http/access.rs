//! Who calls, and what of a client's headers a subgraph gets to see.

use http::StatusCode;
use rialto::http::DoorSettings;
use schema::Viewer;
use uuid::Uuid;

use crate::house::house;

const HELLO: &str = r#"{"query":"{ hello }"}"#;

#[tokio::test]
async fn a_wrong_token_is_refused_even_on_public_fields() {
    let house = house(DoorSettings::default());
    let expired = house.token(-61);
    for token in ["Bearer nonsense", "Basic eDp5", "Bearer", &expired] {
        for accept in ["application/json", "application/graphql-response+json"] {
            let answer = house.post(HELLO, &[("authorization", token), ("accept", accept)]).await;
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"),
                "{token}"
            );
            assert!(answer.header("www-authenticate").starts_with("Bearer"));
        }
    }
    assert!(house.subgraph.started.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_valid_token_makes_a_viewer_and_travels_on() {
    let house = house(DoorSettings::default());
    let token = house.token(60);
    let answer = house.post(HELLO, &[("authorization", &token)]).await;
    assert_eq!(answer.status, StatusCode::OK);
    let (headers, caller) = house.subgraph.last();
    assert_eq!(caller.viewer.id(), Some(Uuid::from_u128(1)));
    assert_eq!(headers["authorization"], token);
    house.post(HELLO, &[]).await;
    assert_eq!(house.subgraph.last().1.viewer, Viewer::Anonymous);
}

#[tokio::test]
async fn internal_headers_of_clients_never_arrive() {
    let house = house(DoorSettings::default());
    let forged = [
        ("rialto-service", "forged"),
        ("rialto-client-address", "203.0.113.9"),
        ("rialto-forged", "1"),
        ("x-forwarded-for", "203.0.113.9"),
        ("x-user-id", "1"),
    ];
    house.post(HELLO, &forged).await;
    let (headers, caller) = house.subgraph.last();
    for (name, _) in forged {
        assert!(!headers.contains_key(name), "{name}");
    }
    assert_eq!((&caller.service, caller.address), (&None, None));
}

#[tokio::test]
async fn a_subgraph_learns_how_long_it_is_waited_for() {
    let house = house(DoorSettings::default());
    house.post(HELLO, &[("rialto-deadline-ms", "999999999")]).await;
    let left: Vec<u64> = house.subgraph.last().0.get_all("rialto-deadline-ms").iter().map(milliseconds).collect();
    let all = 30_000;
    assert!(left.len() == 1 && (all / 2..=all).contains(&left[0]), "{left:?}");
}

fn milliseconds(value: &http::HeaderValue) -> u64 {
    value.to_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn every_response_has_an_id_and_a_sane_one_is_kept() {
    let house = house(DoorSettings::default());
    let answer = house.post(HELLO, &[("x-request-id", "checkout-17")]).await;
    assert_eq!(answer.header("x-request-id"), "checkout-17");
    assert_eq!(&*house.subgraph.last().1.request_id, "checkout-17");
    let replaced = house.post(HELLO, &[("x-request-id", "two words")]).await;
    assert_eq!(replaced.header("x-request-id").len(), 32);
    assert!(!house.get("/health/live", &[]).await.header("x-request-id").is_empty());
    assert!(!house.get("/nowhere", &[]).await.header("x-request-id").is_empty());
}
