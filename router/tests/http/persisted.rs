//! Documents by their hash: automatic persisted queries.

use http::StatusCode;
use rialto::{engine::EngineSettings, http::DoorSettings};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::house::{Answer, House, Recorder, house_over};

fn house(persisted_queries: bool, cached: usize) -> House {
    let settings = EngineSettings { persisted_queries, cached, ..EngineSettings::default() };
    let subgraph = Recorder::answering(r#"{"data":{"hello":"world","greet":"hi"}}"#);
    house_over(DoorSettings::default(), settings, subgraph)
}

fn hash(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

fn extensions(hash: &str) -> Value {
    json!({"persistedQuery": {"version": 1, "sha256Hash": hash}})
}

async fn send(house: &House, body: Value) -> Answer {
    house.post(&body.to_string(), &[]).await
}

#[tokio::test]
async fn a_document_is_found_by_its_hash_once_it_was_sent() {
    let house = house(true, 100);
    let (query, hash) = ("query Hello { hello }", hash("query Hello { hello }"));
    let by_hash = json!({"extensions": extensions(&hash)});
    let missing = send(&house, by_hash.clone()).await;
    assert_eq!((missing.status, missing.code().as_str()), (StatusCode::OK, "PERSISTED_QUERY_NOT_FOUND"));
    assert_eq!(missing.json()["errors"][0]["message"], "PersistedQueryNotFound");
    let both = send(&house, json!({"query": query, "extensions": extensions(&hash)})).await;
    assert_eq!(both.text(), r#"{"data":{"hello":"world"}}"#);
    for hash in [hash.clone(), hash.to_uppercase()] {
        let found =
            send(&house, json!({"query": null, "operationName": "Hello", "extensions": extensions(&hash)})).await;
        assert_eq!(found.text(), r#"{"data":{"hello":"world"}}"#);
    }
    let encoded = extensions(&hash).to_string().replace('"', "%22").replace('{', "%7B").replace('}', "%7D");
    let by_get = house.get(&format!("/graphql?operationName=Hello&extensions={encoded}"), &[]).await;
    assert_eq!(by_get.text(), r#"{"data":{"hello":"world"}}"#);
    // Whoever sent it, and however.
    send(&house, json!({"query": "{ __typename }"})).await;
    let found = send(&house, json!({"extensions": extensions(&self::hash("{ __typename }"))})).await;
    assert_eq!(found.text(), r#"{"data":{"__typename":"Query"}}"#);
}

#[tokio::test]
async fn a_mutation_by_hash_is_a_mutation() {
    let house = house(true, 100);
    let query = "mutation { greet }";
    let by_hash = json!({"extensions": extensions(&hash(query))});
    send(&house, json!({"query": query})).await;
    assert_eq!(send(&house, by_hash.clone()).await.json()["data"]["greet"], "hi");
    let encoded = by_hash["extensions"].to_string().replace('"', "%22").replace('{', "%7B").replace('}', "%7D");
    let by_get = house.get(&format!("/graphql?extensions={encoded}"), &[]).await;
    assert_eq!(by_get.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_hash_must_be_that_of_the_document() {
    let house = house(true, 100);
    let right = hash("{ hello }");
    for (query, extensions) in [
        ("{ other: hello }", extensions(&right)),
        ("{ hello } ", extensions(&right)),
        ("{ hello }", extensions("abc")),
        ("{ hello }", json!({"persistedQuery": {"sha256Hash": right}})),
        ("{ hello }", json!({"persistedQuery": {"version": 2, "sha256Hash": right}})),
        ("{ hello }", json!({"persistedQuery": {"version": 1}})),
        ("{ hello }", json!({"persistedQuery": right})),
    ] {
        let answer = send(&house, json!({"query": query, "extensions": extensions})).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::OK, "BAD_USER_INPUT"), "{extensions}");
    }
    assert_eq!(send(&house, json!({"extensions": extensions(&right)})).await.code(), "PERSISTED_QUERY_NOT_FOUND");
    assert!(house.subgraph.started.lock().unwrap().is_empty());
    let none = send(&house, json!({"query": "{ hello }", "extensions": {"persistedQuery": null}})).await;
    assert_eq!(none.json()["data"]["hello"], "world");
}

#[tokio::test]
async fn what_was_refused_by_text_is_refused_by_hash() {
    let house = house(true, 100);
    assert_eq!(send(&house, json!({"query": "{ nothing }"})).await.code(), "GRAPHQL_VALIDATION_FAILED");
    let by_hash = send(&house, json!({"extensions": extensions(&hash("{ nothing }"))})).await;
    assert_eq!(by_hash.code(), "GRAPHQL_VALIDATION_FAILED");
}

#[tokio::test]
async fn where_it_is_off_clients_are_told_to_send_texts() {
    let house = house(false, 100);
    send(&house, json!({"query": "{ hello }"})).await;
    let refused = send(&house, json!({"extensions": extensions(&hash("{ hello }"))})).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::OK, "PERSISTED_QUERY_NOT_SUPPORTED"));
    assert_eq!(refused.json()["errors"][0]["message"], "PersistedQueryNotSupported");
    let both = send(&house, json!({"query": "{ hello }", "extensions": extensions(&hash("{ hello }"))})).await;
    assert_eq!(both.json()["data"]["hello"], "world");
}

#[tokio::test]
async fn without_a_memory_no_hash_is_found() {
    let house = house(true, 0);
    let both = send(&house, json!({"query": "{ hello }", "extensions": extensions(&hash("{ hello }"))})).await;
    assert_eq!(both.json()["data"]["hello"], "world");
    let missing = send(&house, json!({"extensions": extensions(&hash("{ hello }"))})).await;
    assert_eq!(missing.code(), "PERSISTED_QUERY_NOT_FOUND");
}

#[tokio::test]
async fn documents_by_other_names_are_not_known() {
    let house = house(true, 100);
    for name in ["documentId", "doc_id"] {
        let refused = send(&house, json!({name: "123abc", "variables": {}})).await;
        assert_eq!((refused.status, refused.code().as_str()), (StatusCode::OK, "PERSISTED_QUERY_NOT_SUPPORTED"));
        let by_get = house.get(&format!("/graphql?{name}=123abc"), &[]).await;
        assert_eq!(by_get.code(), "PERSISTED_QUERY_NOT_SUPPORTED");
        let both = send(&house, json!({name: "123abc", "query": "{ hello }"})).await;
        assert_eq!(both.json()["data"]["hello"], "world");
    }
    assert_eq!(send(&house, json!({"variables": {}})).await.status, StatusCode::BAD_REQUEST);
}
