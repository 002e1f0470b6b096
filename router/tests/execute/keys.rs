//! Several keys toward one receiver, each null for some objects: a fetch tells all by one key, the same in every plan,
//! and an object whose key is null has no fields there, which is no fault.

use serde_json::{Value, json};

use crate::canned::{Graph, Reply::Json, graph};

/// Each object has a code, a number, both or none.
fn items() -> Value {
    json!([{"code": "x", "number": null, "own": 1}, {"code": null, "number": 2, "own": 2},
        {"code": "y", "number": 3, "own": 3}, {"code": null, "number": null, "own": 4}, null])
}

/// The house whose receiver knows items by these keys.
fn house(a: &'static str, b: &'static str, c: &'static str, told: &Value) -> Graph {
    graph(vec![
        ("a", a, vec![("items", Json(json!({"data": {"items": items()}})))]),
        ("b", b, vec![("", Json(json!({"data": {"_entities": told}})))]),
        ("c", c, vec![("", Json(json!({"data": {"_entities": [{"number": 1}]}})))]),
    ])
}

const A: &str = "type Query { items: [Item] }
    type Item @key(fields: \"code\") @key(fields: \"number\") { code: String number: Int own: Int }";
const NOBODY: &str = "type Query { c: Int }";

fn sent(house: &Graph) -> Value {
    let all = house.sent("b");
    assert_eq!(all.len(), 1);
    all[0]["variables"]["r0"].clone()
}

#[tokio::test]
async fn all_objects_are_told_by_the_key_that_the_receiver_declares_first() {
    let by_code = "type Item @key(fields: \"code\") @key(fields: \"number\") { code: String number: Int b: Int }";
    let by_number = "type Item @key(fields: \"number\") @key(fields: \"code\") { code: String number: Int b: Int }";
    let told = |key: &str, values: Value| -> Value {
        values.as_array().unwrap().iter().map(|value| json!({"__typename": "Item", key: value})).collect()
    };
    for query in ["{ items { own b } }", "{ items { code own b } }", "{ items { number own b code } }"] {
        let house = house(A, by_code, NOBODY, &json!([{"b": 10}, null, {"b": 30}]));
        let answer = house.run(query).await;
        assert_eq!(sent(&house), told("code", json!(["x", null, "y"])), "{query}");
        let fields: Vec<&Value> = answer["data"]["items"].as_array().unwrap().iter().map(|item| &item["b"]).collect();
        assert_eq!(fields, [&json!(10), &Value::Null, &json!(30), &Value::Null, &Value::Null], "{query}");
        assert_eq!(answer["data"]["items"][1]["own"], 2, "the rest of the object is there");
        assert!(answer["errors"].is_null(), "{answer}");
        let house = self::house(A, by_number, NOBODY, &json!([null, {"b": 20}, {"b": 30}]));
        let answer = house.run(query).await;
        assert_eq!(sent(&house), told("number", json!([null, 2, 3])), "{query}");
        let fields: Vec<&Value> = answer["data"]["items"].as_array().unwrap().iter().map(|item| &item["b"]).collect();
        assert_eq!(fields, [&Value::Null, &json!(20), &json!(30), &Value::Null, &Value::Null], "{query}");
        assert!(answer["errors"].is_null(), "{answer}");
    }
}

#[tokio::test]
async fn a_key_that_is_never_null_goes_before_one_that_may_be() {
    let a = "type Query { items: [Item] }
        type Item @key(fields: \"code\") @key(fields: \"own\") { code: String own: Int! }";
    let b = "type Item @key(fields: \"code\") @key(fields: \"own\") { code: String own: Int! b: Int }";
    let house = house(a, b, NOBODY, &json!([{"b": 1}, {"b": 2}, {"b": 3}, {"b": 4}]));
    let answer = house.run("{ items { code b } }").await;
    assert_eq!(answer["data"]["items"][1], json!({"code": null, "b": 2}));
    let expected: Vec<Value> = (1..5).map(|own| json!({"__typename": "Item", "own": own})).collect();
    assert_eq!(sent(&house), json!(expected));
}

#[tokio::test]
async fn a_receiver_that_allows_no_null_is_not_told_one() {
    let b = "type Item @key(fields: \"code\") @key(fields: \"number\") { code: String! number: Int! b: Int }";
    let house = house(A, b, NOBODY, &json!([{"b": 10}, {"b": 30}]));
    let answer = house.run("{ items { b } }").await;
    assert_eq!(answer, json!({"data": {"items": [{"b": 10}, {"b": null}, {"b": 30}, {"b": null}, null]}}));
    assert_eq!(sent(&house), json!([{"__typename": "Item", "code": "x"}, {"__typename": "Item", "code": "y"}]));
}

#[tokio::test]
async fn a_cheaper_key_is_taken_although_it_may_be_null() {
    // Nobody but the third subgraph could tell the other key.
    let a = "type Query { items: [Item] } type Item @key(fields: \"code\") { code: String own: Int }";
    let b = "type Item @key(fields: \"number\") @key(fields: \"code\") { code: String number: Int! b: Int }";
    let c = "type Item @key(fields: \"code\") @key(fields: \"number\") { code: String number: Int! }";
    let house = house(a, b, c, &json!([{"b": 10}, null, {"b": 30}]));
    let answer = house.run("{ items { b } }").await;
    assert_eq!(answer["data"]["items"][2], json!({"b": 30}));
    assert!(house.sent("c").is_empty());
}
