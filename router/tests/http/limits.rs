//! Every limit has a typed error, whatever of a request exceeds it.

use http::StatusCode;
use rialto::{
    engine::{EngineSettings, Limits},
    http::DoorSettings,
};
use serde_json::{Value, json};

use crate::house::{Answer, House, Recorder, house_over};

fn small() -> House {
    let limits = Limits {
        tokens: 60,
        depth: 3,
        aliases: 2,
        root_fields: 4,
        mutations: 1,
        list_items: 3,
        directives: 2,
        cost: 1,
    };
    let settings = EngineSettings { limits, ..EngineSettings::default() };
    let door = DoorSettings { body_limit: 4_000, ..DoorSettings::default() };
    house_over(door, settings, Recorder::answering(r#"{"data":{"hello":"world","greet":"hi"}}"#))
}

async fn send(house: &House, body: &Value) -> Answer {
    house.post(&body.to_string(), &[("accept", "application/graphql-response+json")]).await
}

#[tokio::test]
async fn what_exceeds_a_limit_is_refused_with_its_name_and_asks_nobody() {
    let house = small();
    let long = "hello ".repeat(70);
    for (query, limit, maximum) in [
        (format!("{{ {long} }}").as_str(), "tokens", 60),
        ("{ __schema { types { fields { name } } } }", "levels of nesting", 3),
        ("{ a: hello b: hello c: hello }", "aliases", 2),
        ("{ ...A ...A ...A } fragment A on Query { x: hello }", "aliases", 2),
        ("{ hello hello hello hello hello }", "root fields", 4),
        ("mutation { greet other: greet }", "mutations", 1),
        ("{ hello(name: [1, 2, 3, 4]) }", "items in a list", 3),
        ("{ hello @a @b @c }", "directives", 2),
    ] {
        let answer = send(&house, &json!({ "query": query })).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "COST_EXCEEDED"), "{query}");
        let extensions = &answer.json()["errors"][0]["extensions"];
        assert_eq!((&extensions["limit"], &extensions["maximum"]), (&json!(limit), &json!(maximum)), "{query}");
    }
    let variables = json!({"query": "query ($n: String) { hello(name: $n) }", "variables": {"n": [[1, 2, 3, 4]]}});
    let answer = send(&house, &variables).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "COST_EXCEEDED"));
    let answer = send(&house, &json!({"query": format!("{{ hello }} #{}", "x".repeat(4_000))})).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE"));
    assert!(house.subgraph.started.lock().unwrap().is_empty());
    assert_eq!(send(&house, &json!({"query": "{ a: hello b: hello hello }"})).await.status, StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn time_is_limited_too() {
    let slow = Recorder { pause: std::time::Duration::from_mins(1), ..Recorder::answering("{}") };
    let house = house_over(DoorSettings::default(), EngineSettings::default(), slow);
    let answer = send(&house, &json!({"query": "{ hello }"})).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::OK, "TIMEOUT"));
    assert_eq!(answer.json()["data"], json!({"hello": null}));
    let settings = EngineSettings { timeout: std::time::Duration::ZERO, ..EngineSettings::default() };
    let hasty = house_over(DoorSettings::default(), settings, Recorder::answering("{}"));
    let answer = send(&hasty, &json!({"query": "{ hello }"})).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::GATEWAY_TIMEOUT, "TIMEOUT"));
    assert!(hasty.subgraph.started.lock().unwrap().is_empty());
}
