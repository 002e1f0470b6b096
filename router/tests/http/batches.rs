//! Batches: JSON arrays of requests.

use std::time::Duration;

use http::StatusCode;
use rialto::{
    engine::{EngineSettings, Limits},
    http::DoorSettings,
};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::house::{Answer, House, Recorder, house_over, house_with, post};

const GRAPHQL: (&str, &str) = ("accept", "application/graphql-response+json");

fn taking(max_batch: usize) -> House {
    let settings = DoorSettings { max_batch, ..DoorSettings::default() };
    house_with(settings, Recorder::answering(r#"{"data":{"hello":"world","greet":"hi"}}"#))
}

async fn send(house: &House, requests: Value, headers: &[(&str, &str)]) -> Answer {
    house.post(&requests.to_string(), headers).await
}

fn codes(answer: &Answer) -> Vec<String> {
    let code = |entry: &Value| entry["errors"][0]["extensions"]["code"].as_str().unwrap_or("none").to_owned();
    answer.json().as_array().unwrap().iter().map(code).collect()
}

#[tokio::test]
async fn each_request_of_a_batch_has_its_own_answer() {
    let house = taking(10);
    let requests = json!([
        {"query": "{ hello }"},
        {"query": "{ nothing }"},
        {"query": "query A { hello } query B { other: hello }", "operationName": "B"},
        {"variables": {}},
        7,
        {"query": "{"},
        {"query": "query ($n: String) { hello(name: $n) }", "variables": {"n": 1}},
        {"query": "{ hello }"},
    ]);
    let answer = send(&house, requests, &[GRAPHQL]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "application/graphql-response+json; charset=utf-8");
    let read = answer.json();
    assert_eq!((&read[0], &read[7]), (&json!({"data": {"hello": "world"}}), &read[0]));
    assert_eq!(read.as_array().unwrap().len(), 8);
    assert_eq!(codes(&answer)[3..5], ["BAD_USER_INPUT", "BAD_USER_INPUT"]);
    assert_eq!(
        (codes(&answer)[1].as_str(), codes(&answer)[5].as_str()),
        ("GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED")
    );
    assert_eq!(codes(&answer)[6], "BAD_USER_INPUT");
    let id = answer.header("x-request-id");
    assert_eq!(read[1]["errors"][0]["extensions"]["requestId"], id);
}

#[tokio::test]
async fn where_batches_are_not_taken_each_request_is_told() {
    let house = taking(0);
    for (headers, status) in [(&[][..], StatusCode::OK), (&[GRAPHQL], StatusCode::BAD_REQUEST)] {
        let answer = send(&house, json!([{"query": "{ hello }"}, {"query": "{ hello }"}]), headers).await;
        assert_eq!((answer.status, codes(&answer)), (status, vec!["BAD_USER_INPUT".to_owned(); 2]));
    }
    let many = json!(vec![json!({"query": "{ hello }"}); 1_000]);
    assert_eq!(codes(&send(&house, many.clone(), &[]).await).len(), 100);
    let few = taking(2);
    let answer = send(&few, json!(vec![json!({"query": "{ hello }"}); 3]), &[]).await;
    assert_eq!(codes(&answer), vec!["COST_EXCEEDED"; 3]);
    assert_eq!(answer.json()[2]["errors"][0]["extensions"]["maximum"], 2);
    assert_eq!(codes(&send(&few, many, &[]).await).len(), 100);
    for house in [house, few] {
        assert!(house.subgraph.started.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn the_mutations_of_a_batch_count_together() {
    let limits = Limits { mutations: 3, ..Limits::default() };
    let settings = EngineSettings { limits, ..EngineSettings::default() };
    let door = DoorSettings { max_batch: 10, ..DoorSettings::default() };
    let house = house_over(door, settings, Recorder::answering(r#"{"data":{"greet":"hi","m0":"a","m1":"b"}}"#));
    let two = json!({"query": "mutation { greet ...F } fragment F on Mutation { again: greet }"});
    let answer = send(&house, json!([two, {"query": "{ hello }"}, two]), &[]).await;
    assert_eq!((answer.status, codes(&answer)), (StatusCode::OK, vec!["COST_EXCEEDED".to_owned(); 3]));
    assert_eq!(answer.json()[1]["errors"][0]["extensions"]["limit"], "mutations");
    assert!(house.subgraph.started.lock().unwrap().is_empty(), "none of it ran");
    let one = json!({"query": "mutation { greet }"});
    let answer = send(&house, json!([one, one, one]), &[]).await;
    assert_eq!(codes(&answer), vec!["none"; 3]);
    // An operation that is not chosen does not count.
    let many = json!({"query": "mutation M { a: greet b: greet c: greet } mutation N { greet }", "operationName": "N"});
    assert_eq!(codes(&send(&house, json!([many, one, one]), &[]).await), vec!["none"; 3]);
}

#[tokio::test]
async fn the_costs_of_a_batch_are_summed() {
    let house = |cost: u64| {
        let settings = EngineSettings { limits: Limits { cost, ..Limits::default() }, ..EngineSettings::default() };
        let door = DoorSettings { max_batch: 10, ..DoorSettings::default() };
        house_over(door, settings, Recorder::answering(r#"{"data":{"hello":"world","greet":"hi"}}"#))
    };
    // A mutation costs 10, a query of leaves nothing.
    let (change, read) = (json!({"query": "mutation { greet }"}), json!({"query": "{ hello }"}));
    let batch = json!([change, read, change, {"query": "{ nothing }"}]);
    let within = house(20);
    let answer = send(&within, batch.clone(), &[GRAPHQL]).await;
    assert_eq!(codes(&answer), ["none", "none", "none", "GRAPHQL_VALIDATION_FAILED"]);
    assert_eq!(within.subgraph.started.lock().unwrap().len(), 3);

    let beyond = house(19);
    let answer = send(&beyond, batch, &[]).await;
    assert_eq!((answer.status, codes(&answer)), (StatusCode::OK, vec!["COST_EXCEEDED".to_owned(); 4]));
    for entry in answer.json().as_array().unwrap() {
        let extensions = &entry["errors"][0]["extensions"];
        assert_eq!(
            (&extensions["limit"], &extensions["estimated"], &extensions["maximum"]),
            (&json!("cost"), &json!(20), &json!(19)),
            "{entry}"
        );
        assert!(entry.get("data").is_none(), "{entry}");
    }
    assert!(beyond.subgraph.started.lock().unwrap().is_empty(), "none of it ran");
    assert_eq!(codes(&send(&beyond, json!([change, read, read]), &[]).await), vec!["none"; 3]);
    // The operation that is not chosen costs nothing, and neither does what a variable leaves out.
    let chosen = json!({"query": "mutation M { a: greet b: greet } query Q { hello }", "operationName": "Q"});
    let left_out = json!({
        "query": "mutation ($yes: Boolean!) { a: greet b: greet @include(if: $yes) }", "variables": {"yes": false}
    });
    assert_eq!(codes(&send(&beyond, json!([chosen, left_out]), &[]).await), vec!["none"; 2]);
}

#[tokio::test]
async fn a_batch_is_one_request_and_its_mutations_are_carried_through_in_order() {
    let slow = Recorder { pause: Duration::from_millis(50), ..Recorder::answering(r#"{"data":{"greet":"hi"}}"#) };
    let settings = DoorSettings { max_batch: 10, max_in_flight: 1, ..DoorSettings::default() };
    let house = house_with(settings, slow);
    let body = json!(vec![json!({"query": "mutation { greet }"}); 3]).to_string();
    let client = tokio::spawn(house.app.clone().oneshot(post(&body, &[])));
    while house.subgraph.started.lock().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(house.subgraph.started.lock().unwrap().len(), 1, "one after the other");
    client.abort();
    let all = async {
        while *house.subgraph.finished.lock().unwrap() < 3 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), all).await.unwrap();
}
