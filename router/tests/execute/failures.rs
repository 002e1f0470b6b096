//! Subgraphs that fail: data as far as it goes, an error at the client's path, nothing of the inside.

use rialto::request::Outcome;
use schema::Viewer;
use serde_json::{Value, json};

use crate::canned::{
    Graph,
    Reply::{self, Hang, Json, Refuse, Text},
    graph, graph_within,
};

const A: &str = "
    type Query { things: [Thing!] one: Thing must: Thing! number: Int names: [String!] color: Color }
    type Thing @key(fields: \"id\") { id: ID! own: String! }
    enum Color { RED }
";
const B: &str = "
    type Query { other: String }
    type Thing @key(fields: \"id\") { id: ID! extra: String needed: String! }
";

fn with(a: Value, b: Reply) -> Graph {
    let b = vec![("_entities", b), ("other", Json(json!({"data": {"other": "o"}})))];
    graph(vec![("a", A, vec![("", Json(a))]), ("b", B, b)])
}

fn things() -> Value {
    json!({"data": {"things": [{"id": "1", "own": "x"}, {"id": "2", "own": "y"}]}})
}

fn first_error(answer: &Value) -> (&str, &Value, &str) {
    let error = &answer["errors"][0];
    assert_eq!(error["extensions"]["requestId"], "req");
    (error["extensions"]["code"].as_str().unwrap(), &error["path"], error["message"].as_str().unwrap())
}

#[tokio::test]
async fn a_subgraph_that_is_down_nulls_only_what_it_owed() {
    let answer = with(things(), Refuse).run("{ t: things { own more: extra } other }").await;
    assert_eq!(answer["data"], json!({"t": [{"own": "x", "more": null}, {"own": "y", "more": null}], "other": "o"}));
    let (code, path, message) = first_error(&answer);
    assert_eq!((code, path), ("UNAVAILABLE", &json!(["t", 0, "more"])));
    assert!(!message.contains("refused"), "the inside stays inside: {message}");
    assert_eq!(answer["errors"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_missing_non_null_field_nulls_up_to_the_next_nullable() {
    let answer = with(things(), Refuse).run("{ things { own needed } other }").await;
    assert_eq!(answer["data"], json!({"things": null, "other": "o"}));
    assert_eq!(first_error(&answer).1, &json!(["things", 0, "needed"]));
}

#[tokio::test]
async fn null_reaches_the_top_where_nothing_is_nullable() {
    let answer = with(json!({"data": {"must": null}}), Refuse).run("{ must { own } }").await;
    assert_eq!(answer["data"], Value::Null);
    assert_eq!(first_error(&answer).1, &json!(["must"]));
}

#[tokio::test]
async fn an_entity_that_is_not_known_is_null_without_an_error() {
    let b = Json(json!({"data": {"_entities": [null, {"extra": "e"}]}}));
    let answer = with(things(), b).run("{ things { extra } }").await;
    assert_eq!(answer, json!({"data": {"things": [{"extra": null}, {"extra": "e"}]}}));
}

#[tokio::test]
async fn an_error_under_entities_finds_its_object() {
    for path in [json!(["_entities", 1, "extra"]), json!(["_entities", "extra"])] {
        let b = Json(json!({
            "data": {"_entities": [{"extra": "e"}, {"extra": null}]},
            "errors": [{"message": "no extra", "path": path, "extensions": {"code": "FORBIDDEN", "stacktrace": "secret"}}],
        }));
        let answer = with(things(), b).run("{ things { x: extra } }").await;
        assert_eq!(answer["data"]["things"], json!([{"x": "e"}, {"x": null}]));
        assert_eq!(first_error(&answer), ("FORBIDDEN", &json!(["things", 1, "x"]), "no extra"));
        assert_eq!(answer["errors"][0]["extensions"]["subgraph"], "b");
        assert!(!answer.to_string().contains("secret"));
        assert_eq!(answer["errors"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn errors_without_data_or_path_are_not_lost() {
    let b = Json(json!({"errors": [{"message": "all is lost"}]}));
    let answer = with(things(), b).run("{ things { extra } }").await;
    assert_eq!(answer["data"]["things"], json!([{"extra": null}, {"extra": null}]));
    assert_eq!(first_error(&answer).2, "all is lost");
    let b =
        Json(json!({"data": {"_entities": [{"extra": "e"}, {"extra": "f"}]}, "errors": [{"message": "by the way"}]}));
    let answer = with(things(), b).run("{ things { extra } }").await;
    assert_eq!((answer["data"]["things"][1]["extra"].as_str(), first_error(&answer).2), (Some("f"), "by the way"));
}

#[tokio::test]
async fn an_answer_that_is_no_graphql_is_an_error() {
    for text in ["<html>", "", "{\"data\":{\"_entities\":[{\"extra\":\"e", "[]", "{\"data\":7}", "{}"] {
        let answer = with(things(), Text(text)).run("{ things { own extra } }").await;
        assert_eq!(answer["data"]["things"][0], json!({"own": "x", "extra": null}), "{text}");
        assert_eq!(first_error(&answer).0, "INTERNAL", "{text}");
    }
}

#[tokio::test]
async fn values_of_another_type_are_errors() {
    let answer = with(json!({"data": {"number": "7", "names": ["a", 3], "color": "BLUE"}}), Refuse);
    let answer = answer.run("{ number names color }").await;
    assert_eq!(answer["data"], json!({"number": null, "names": null, "color": null}));
    assert_eq!(answer["errors"].as_array().unwrap().len(), 3);
    assert_eq!(answer["errors"][1]["path"], json!(["names", 1]));
}

#[tokio::test(start_paused = true)]
async fn what_is_not_there_in_time_is_missed_alone() {
    let slow = with(things(), Hang);
    let answer = slow.run("{ things { own extra } }").await;
    assert_eq!(answer["data"]["things"][1], json!({"own": "y", "extra": null}));
    let (code, path, message) = first_error(&answer);
    assert_eq!((code, path), ("TIMEOUT", &json!(["things", 0, "extra"])));
    assert_eq!(message, "The subgraph \"b\" did not answer in time.");
}

#[tokio::test]
async fn a_request_without_any_time_asks_nobody() {
    let graph = graph_within(std::time::Duration::ZERO, vec![("a", A, vec![("", Json(things()))])]);
    let answer = graph.answer(json!({"query": "{ things { own } }"}), Viewer::Anonymous).await;
    assert_eq!(answer.outcome, Outcome::TimedOut);
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!((first_error(&body).0, body.get("data")), ("TIMEOUT", None));
    assert!(graph.sent("a").is_empty());
}
