//! Where errors are told: as deep as the subgraph said, by the client's names, and once.

use serde_json::{Value, json};

use crate::canned::{
    Graph,
    Reply::{Json, Text},
    graph,
};

const A: &str = "
    type Query { boxes: [Box] box: Box node: Node }
    type Box @key(fields: \"id\") { id: ID! label: String! inner: Inner name: String }
    type Inner { deep: [Inner!] must: String! }
    type Node @key(fields: \"id\") @interfaceObject { id: ID! seen: Int }
";
const B: &str = "
    type Query { b: Int }
    type Box @key(fields: \"id\") { id: ID! more: String! less: String }
    interface Node @key(fields: \"id\") { id: ID! title: String }
    type Page implements Node @key(fields: \"id\") { id: ID! title: String }
";

fn with(a: Value, b: Value) -> Graph {
    graph(vec![("a", A, vec![("", Json(a))]), ("b", B, vec![("", Json(b))])])
}

fn paths(answer: &Value) -> Vec<Value> {
    answer["errors"].as_array().unwrap().iter().map(|error| error["path"].clone()).collect()
}

#[tokio::test]
async fn a_null_that_went_up_in_the_subgraph_is_told_where_it_began() {
    let a = json!({
        "data": {"box": {"inner": {"deep": null}}},
        "errors": [
            {"message": "no", "path": ["box", "inner", "deep", 1, "must"]},
            {"message": "no", "path": ["box", "inner", "deep", 3, "must"]},
        ],
    });
    let answer = with(a, Value::Null).run("{ x: box { y: inner { z: deep { must } } } }").await;
    assert_eq!(answer["data"], json!({"x": {"y": {"z": null}}}));
    assert_eq!(paths(&answer), [json!(["x", "y", "z", 1, "must"]), json!(["x", "y", "z", 3, "must"])]);
}

#[tokio::test]
async fn an_entity_that_was_nulled_is_told_at_the_field_that_failed() {
    let a = json!({"data": {"boxes": [{"id": "1"}, {"id": "2"}]}});
    let b = json!({
        "data": {"_entities": [{"less": "l", "more": "m"}, null]},
        "errors": [{"message": "no", "path": ["_entities", 1, "more"]}],
    });
    let answer = with(a, b).run("{ boxes { small: less big: more } }").await;
    assert_eq!(answer["data"], json!({"boxes": [{"small": "l", "big": "m"}, null]}));
    assert_eq!(paths(&answer), [json!(["boxes", 1, "big"])]);
}

#[tokio::test]
async fn what_fails_under_one_alias_is_there_under_another() {
    let a = json!({
        "data": {"box": {"name": "n"}, "box_1": null},
        "errors": [{"message": "no", "path": ["box_1", "label"]}],
    });
    let answer = with(a, Value::Null).run("{ one: box { name } other: box { label } }").await;
    assert_eq!(answer["data"], json!({"one": {"name": "n"}, "other": null}));
    assert_eq!(paths(&answer), [json!(["other", "label"])]);
}

#[tokio::test]
async fn equal_selections_under_two_aliases_are_asked_once() {
    let graph = with(json!({"data": {"box": {"name": "n"}}}), Value::Null);
    let answer = graph.run("{ one: box { name } other: box { name } }").await;
    assert_eq!(answer, json!({"data": {"one": {"name": "n"}, "other": {"name": "n"}}}));
    assert_eq!(graph.sent("a")[0]["query"], "{box{name}}");
}

#[tokio::test]
async fn an_object_that_its_home_does_not_know_is_null_without_an_error() {
    let a = json!({"data": {"node": {"id": "1"}}});
    let answer = with(a, json!({"data": {"_entities": [null]}})).run("{ node { __typename id } }").await;
    assert_eq!(answer, json!({"data": {"node": null}}));
}

#[tokio::test]
async fn strings_that_look_different_are_one_entity() {
    let a = Text(r#"{"data":{"boxes":[{"id":"A\u00e9"},{"id":"\u0041\u00E9"},{"id":"Aé"}]}}"#);
    let b = Json(json!({"data": {"_entities": [{"less": "l"}]}}));
    let graph = graph(vec![("a", A, vec![("", a)]), ("b", B, vec![("", b)])]);
    let answer = graph.run("{ boxes { less } }").await;
    assert_eq!(answer["data"]["boxes"], json!([{"less": "l"}, {"less": "l"}, {"less": "l"}]));
    assert_eq!(graph.sent("b")[0]["variables"]["r0"], json!([{"__typename": "Box", "id": "Aé"}]));
}

#[tokio::test]
async fn the_number_of_errors_is_bounded_and_the_rest_is_counted() {
    let boxes: Vec<Value> = (0..250).map(|id| json!({"id": id})).collect();
    let answer = with(json!({"data": {"boxes": boxes}}), json!({"data": null})).run("{ boxes { less } }").await;
    let errors = answer["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 101);
    assert_eq!(errors[100]["message"], "150 more errors are not listed.");
    assert_eq!(errors[100]["extensions"]["code"], "ERRORS_UNLISTED");
}

#[tokio::test]
async fn one_error_that_cannot_be_read_does_not_hide_the_others() {
    let a = json!({"data": {"box": null}, "errors": [7, {"message": "no", "path": ["box"]}]});
    let answer = with(a, Value::Null).run("{ box { name } }").await;
    assert_eq!(answer["errors"][0]["message"], "no");
}

#[tokio::test]
async fn a_type_that_cannot_stand_there_is_an_error() {
    let a = json!({"data": {"node": {"id": "1"}}});
    let b = json!({"data": {"_entities": [{"__typename": "Box", "title": "t"}]}});
    let answer = with(a, b).run("{ node { __typename title } }").await;
    assert_eq!(answer["data"], json!({"node": null}));
    assert_eq!(answer["errors"][0]["extensions"]["code"], "INTERNAL");
    assert_eq!(paths(&answer), [json!(["node"])]);
}

#[tokio::test]
async fn an_object_whose_type_is_lost_with_a_field_is_told_at_the_field() {
    let a = json!({"data": {"node": {"id": "1", "seen": 3}}});
    let b = json!({"data": {"_entities": [null]}, "errors": [{"message": "no", "path": ["_entities", 0, "title"]}]});
    let answer = with(a, b).run("{ x: node { seen __typename y: title } }").await;
    assert_eq!(answer["data"], json!({"x": null}));
    assert_eq!(paths(&answer), [json!(["x", "y"])]);
}
