//! The root of queries where other objects stand too: behind a union, an interface, and in lists.

use serde_json::{Value, json};

use crate::canned::{Graph, Reply::Json, graph};

fn house() -> Graph {
    let any =
        json!([{"__typename": "Query", "a": 1}, {"__typename": "Two", "x": 2}, null, {"__typename": "Query", "a": 1}]);
    graph(vec![
        (
            "a",
            "type Query { all: [Any] seen: I a: Int } type Mutation { change: Any } union Any = Query | Two
            interface I { a: Int } type Two implements I { x: Int a: Int }
            extend type Query implements I",
            vec![
                ("change", Json(json!({"data": {"change": {"__typename": "Query", "a": 1}}}))),
                ("all", Json(json!({"data": {"all": any}}))),
                ("seen", Json(json!({"data": {"seen": {"__typename": "Query", "a": 1}}}))),
            ],
        ),
        (
            "b",
            "type Query { b: Int below: Thing } type Thing { n: Int }",
            vec![("below", Json(json!({"data": {"below": {"n": 5}, "b": 4}}))), ("", Json(json!({"data": {"b": 4}})))],
        ),
    ])
}

async fn data(query: &str) -> Value {
    let house = house();
    let answer = house.run(query).await;
    assert!(answer.get("errors").is_none(), "{query}: {answer}");
    // Once for each place where a root stands, however many stand there.
    assert_eq!(house.sent("b").len(), query.matches(" b ").count(), "{query}");
    answer["data"].clone()
}

#[tokio::test]
async fn a_root_among_other_objects_is_asked_of_whoever_has_its_field() {
    let query = "{ all { __typename ... on Query { a b } ... on Two { x } } }";
    let root = json!({"__typename": "Query", "a": 1, "b": 4});
    assert_eq!(data(query).await, json!({"all": [root, {"__typename": "Two", "x": 2}, null, root]}));
    assert_eq!(
        data("{ seen { a ... on Query { b below { n } } } }").await,
        json!({"seen": {"a": 1, "b": 4, "below": {"n": 5}}})
    );
    // At the root itself, too.
    let query = "{ b all { ... on Query { b } } }";
    assert_eq!(data(query).await["all"], json!([{"b": 4}, {}, null, {"b": 4}]));
}

#[tokio::test]
async fn what_a_mutation_answers_is_asked_after_it() {
    let query = "mutation { change { ... on Query { a b } } }";
    assert_eq!(data(query).await, json!({"change": {"a": 1, "b": 4}}));
}
