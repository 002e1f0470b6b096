//! Subgraphs that do not keep to the protocol: what of their answers can be used is used, the rest is an error, and
//! nothing takes the router down.

use serde_json::{Value, json};

use crate::canned::{
    Graph,
    Reply::{self, Json, Raw, Text},
    graph,
};

const A: &str = "
    type Query { one: Thing things: [Thing] id: ID int: Int float: Float bool: Boolean color: Color any: Any
        grid: [[Int!]] strict: [[Int!]!] cells: [[Thing!]] node: Node }
    type Thing @key(fields: \"id\") { id: ID! own: String }
    interface Node { name: String }
    type Page implements Node { name: String pages: Int }
    type Book implements Node { name: String }
    enum Color { RED SECRET @inaccessible }
    scalar Any
";
const B: &str = "
    type Query { other: Int }
    type Thing @key(fields: \"id\") { id: ID! extra: String needed: String! }
";

fn with(a: Reply, b: Reply) -> Graph {
    graph(vec![("a", A, vec![("", a)]), ("b", B, vec![("", b)])])
}

/// The answer when the first subgraph answers with this text.
async fn read(text: &'static str, query: &str) -> Value {
    with(Text(text), Text("{}")).run(query).await
}

fn things() -> Reply {
    Json(json!({"data": {"things": [{"id": "1"}, {"id": "2"}]}}))
}

fn codes(answer: &Value) -> Vec<&str> {
    let errors = answer["errors"].as_array().map_or(&[][..], Vec::as_slice);
    errors.iter().map(|error| error["extensions"]["code"].as_str().unwrap()).collect()
}

fn paths(answer: &Value) -> Vec<Value> {
    let errors = answer["errors"].as_array().map_or(&[][..], Vec::as_slice);
    errors.iter().map(|error| error["path"].clone()).collect()
}

#[tokio::test]
async fn keys_are_compared_decoded_and_the_last_of_equal_ones_wins() {
    let text = r#"{"d\u0061ta":{"int":1,"\u0069nt":2,"one":{"own":"a"},"one":{"\u006fwn":"b"}}}"#;
    assert_eq!(read(text, "{ int one { own } }").await, json!({"data": {"int": 2, "one": {"own": "b"}}}));
    let text =
        r#"{"data":{"int":1,"things":[{"own":"a"}]},"errors":[{"message":"no"}],"data":{"int":2},"errors":null}"#;
    assert_eq!(read(text, "{ int things { own } }").await, json!({"data": {"int": 2, "things": null}}));
}

#[tokio::test]
async fn scalars_are_what_their_type_allows() {
    for (field, good, wrong) in [
        (
            "int",
            &["2147483647", "-2147483648", "0"][..],
            &["2147483648", "2147483648.0", "1.5", "1e-2", "\"1\"", "\"1.0\"", "true", "[1]", "[1.0]", "{}"][..],
        ),
        ("float", &["1", "-0.5", "1e300"], &["1e999", "-1e999", "\"1\"", "\"NaN\"", "false"]),
        ("bool", &["true", "false"], &["0", "\"true\"", "[]"]),
        ("id", &["\"x\"", "\"\""], &["1.5", "1e3", "true", "{}", "[\"x\"]"]),
        ("color", &["\"RED\""], &["\"BLUE\"", "\"SECRET\"", "RED1", "0", "\"red\""]),
        ("any", &["{\"a\":[1e999,null]}", "\"\"", "0"], &[]),
    ] {
        let query = format!("{{ k: {field} }}");
        for value in good {
            let graph = with(Text(format!("{{\"data\":{{\"{field}\":{value}}}}}").leak()), Text("{}"));
            assert_eq!(graph.text(&query).await, format!("{{\"data\":{{\"k\":{value}}}}}"));
        }
        for value in wrong {
            let answer = read(format!("{{\"data\":{{\"{field}\":{value}}}}}").leak(), &query).await;
            assert_eq!((&answer["data"]["k"], codes(&answer)), (&Value::Null, vec!["INTERNAL"]), "{field}: {value}");
            assert!(paths(&answer) == [json!(["k"])], "{field}: {value}");
        }
    }
    let answer = read(r#"{"data":{"id":12345678901234567890,"color":"R\u0045D"}}"#, "{ id color }").await;
    assert_eq!(answer, json!({"data": {"id": "12345678901234567890", "color": "RED"}}));
}

#[tokio::test]
async fn integral_numbers_are_integers_however_they_are_written() {
    for (written, told) in [("1.0", "1"), ("-7.00", "-7"), ("1e2", "100"), ("0.5E1", "5"), ("-0.0", "0")] {
        let graph = with(Text(format!("{{\"data\":{{\"int\":{written},\"grid\":[[{written}]]}}}}").leak()), Text("{}"));
        assert_eq!(graph.text("{ int grid }").await, format!("{{\"data\":{{\"int\":{told},\"grid\":[[{told}]]}}}}"));
    }
}

#[tokio::test]
async fn nulls_in_lists_of_lists_go_up_as_far_as_they_must() {
    let text = r#"{"data":{"grid":[[1],[2,null],null],"strict":[[1],[null]],"cells":[[{"own":"a"}],[null],null,[]]}}"#;
    let answer = read(text, "{ g: grid s: strict c: cells { own } }").await;
    assert_eq!(answer["data"], json!({"g": [[1], null, null], "s": null, "c": [[{"own": "a"}], null, null, []]}));
    assert_eq!(paths(&answer), [json!(["g", 1, 1]), json!(["s", 1, 0]), json!(["c", 1, 0])]);
    let text = r#"{"data":{"grid":[1],"strict":1,"cells":[{"own":"a"}]}}"#;
    let answer = read(text, "{ grid strict cells { own } }").await;
    assert_eq!(answer["data"], json!({"grid": [null], "strict": null, "cells": [null]}));
    assert_eq!(paths(&answer), [json!(["grid", 0]), json!(["strict"]), json!(["cells", 0])]);
}

#[tokio::test]
async fn the_type_may_be_told_last_but_must_be_one_that_can_stand_there() {
    let query = "{ node { name ... on Page { pages } } }";
    let text = r#"{"data":{"node":{"pages":3,"name":"n","__typename":"Page"}}}"#;
    assert_eq!(read(text, query).await, json!({"data": {"node": {"name": "n", "pages": 3}}}));
    for ty in ["\"Thing\"", "\"Nobody\"", "\"Node\"", "null", "7"] {
        let text = format!("{{\"data\":{{\"node\":{{\"__typename\":{ty},\"name\":\"n\"}}}}}}");
        let answer = read(text.leak(), query).await;
        assert_eq!((&answer["data"], codes(&answer)), (&json!({"node": null}), vec!["INTERNAL"]), "{ty}");
        assert_eq!(paths(&answer), [json!(["node"])], "{ty}");
    }
}

#[tokio::test]
async fn errors_of_any_form_are_read_as_far_as_they_go() {
    for (error, message, path) in [
        (json!({"message": 7, "path": ["int"]}), "The subgraph reported an error.", json!(["int"])),
        (json!({"message": "m", "path": "int", "extensions": []}), "m", json!(["int"])),
        (json!({"message": "m", "path": ["nowhere", -1, null, 1.5]}), "m", json!(["int"])),
        (json!("m"), "The subgraph's errors could not be read.", json!(["int"])),
        (json!(null), "The subgraph's errors could not be read.", json!(["int"])),
        (json!({}), "The subgraph reported an error.", json!(["int"])),
    ] {
        let told = Json(json!({"data": {"int": null}, "errors": [error]}));
        let answer = with(told, Text("{}")).run("{ int }").await;
        assert_eq!(answer["data"], json!({"int": null}));
        assert_eq!((&answer["errors"][0]["message"], &paths(&answer)), (&json!(message), &vec![path]), "{error}");
    }
    for errors in ["7", "{}", "\"no\"", "[[]]"] {
        let text = format!("{{\"data\":{{\"int\":null}},\"errors\":{errors}}}");
        let answer = read(text.leak(), "{ int }").await;
        assert_eq!((&answer["data"], codes(&answer)), (&json!({"int": null}), vec!["INTERNAL"]), "{errors}");
    }
    for errors in ["[]", " [ ] ", "null"] {
        let text = format!("{{\"data\":{{\"int\":null}},\"errors\":{errors}}}");
        assert_eq!(read(text.leak(), "{ int }").await, json!({"data": {"int": null}}), "{errors}");
    }
}

#[tokio::test]
async fn nothing_is_null_without_a_reason_where_there_are_no_data() {
    for text in
        ["{}", "{\"data\":null}", "{\"data\":null,\"errors\":[]}", "{\"data\":[],\"errors\":null}", "{\"errors\":[]}"]
    {
        let answer = read(text, "{ int }").await;
        assert_eq!((&answer["data"], codes(&answer)), (&json!({"int": null}), vec!["INTERNAL"]), "{text}");
        let answer = with(things(), Text(text)).run("{ things { extra } }").await;
        assert_eq!(answer["data"], json!({"things": [{"extra": null}, {"extra": null}]}));
        assert_eq!(paths(&answer), [json!(["things", 0, "extra"]), json!(["things", 1, "extra"])], "{text}");
    }
    for list in ["null", "7", "{}", "\"no\""] {
        let text = format!("{{\"data\":{{\"_entities\":{list}}}}}");
        let answer = with(things(), Text(text.leak())).run("{ things { extra } }").await;
        assert_eq!(answer["data"], json!({"things": [{"extra": null}, {"extra": null}]}));
        assert_eq!(codes(&answer), ["INTERNAL", "INTERNAL"], "{list}");
    }
}

#[tokio::test]
async fn what_stands_for_an_entity_and_is_none_is_told() {
    for wrong in [json!(7), json!("e"), json!([{"extra": "e"}]), json!([])] {
        let b = Json(json!({"data": {"_entities": [wrong, {"extra": "f"}]}}));
        let answer = with(things(), b).run("{ things { e: extra } }").await;
        assert_eq!(answer["data"], json!({"things": [{"e": null}, {"e": "f"}]}));
        assert_eq!((codes(&answer), paths(&answer)), (vec!["INTERNAL"], vec![json!(["things", 0, "e"])]), "{wrong}");
    }
}

#[tokio::test]
async fn what_is_told_of_a_value_that_is_there_is_not_lost() {
    let a = json!({"data": {"things": [{"own": "x"}], "int": 7}, "errors": [
        {"message": "old", "path": ["things", 0, "own"]}, {"message": "guessed", "path": ["int"]}, {"message": "slow"}]});
    let answer = with(Json(a), Text("{}")).run("{ t: things { o: own } int }").await;
    assert_eq!(answer["data"], json!({"t": [{"o": "x"}], "int": 7}));
    assert_eq!(paths(&answer), [Value::Null, json!(["t", 0, "o"]), json!(["int"])]);
    let b = json!({"data": {"_entities": [{"extra": "e"}, {"extra": "f"}]},
        "errors": [{"message": "old", "path": ["_entities", 1, "extra"]}, {"message": "slow", "path": ["_entities"]}]});
    let answer = with(things(), Json(b)).run("{ things { extra } }").await;
    assert_eq!(answer["data"], json!({"things": [{"extra": "e"}, {"extra": "f"}]}));
    let messages: Vec<_> = answer["errors"].as_array().unwrap().iter().map(|error| &error["message"]).collect();
    assert_eq!(messages, ["old", "slow"]);
}

#[tokio::test]
async fn several_errors_without_a_path_are_all_told() {
    let a = json!({"data": {"int": null}, "errors": [{"message": "one"}, {"message": "two"}]});
    let answer = with(Json(a), Text("{}")).run("{ int }").await;
    let messages: Vec<_> = answer["errors"].as_array().unwrap().iter().map(|error| &error["message"]).collect();
    assert_eq!(messages, ["one", "two"]);
}

#[tokio::test]
async fn a_required_field_of_an_entity_that_is_not_known_nulls_the_entity() {
    let b = Json(json!({"data": {"_entities": [null, {"needed": null}]}}));
    let answer = with(things(), b).run("{ things { needed } }").await;
    assert_eq!(answer["data"], json!({"things": [null, null]}));
    assert_eq!(paths(&answer), [json!(["things", 0, "needed"]), json!(["things", 1, "needed"])]);
}

#[tokio::test]
async fn graphql_is_read_under_any_status_and_all_else_is_told_by_it() {
    for status in [200, 400, 401, 404, 500, 503] {
        let answer = with(Raw(status, b"{\"data\":{\"int\":1}}"), Text("{}")).run("{ int }").await;
        assert_eq!(answer, json!({"data": {"int": 1}}));
        let refused = br#"{"errors":[{"message":"log in","extensions":{"code":"UNAUTHENTICATED"}}]}"#;
        let answer = with(Raw(status, refused), Text("{}")).run("{ int }").await;
        assert_eq!((codes(&answer), &answer["errors"][0]["message"]), (vec!["UNAUTHENTICATED"], &json!("log in")));
        for body in [&b"<html>"[..], b"{}", b"{\"message\":\"oh\"}", b""] {
            let answer = with(Raw(status, body), Text("{}")).run("{ int }").await;
            let code = if status < 500 { "INTERNAL" } else { "UNAVAILABLE" };
            assert_eq!((&answer["data"], codes(&answer)), (&json!({"int": null}), vec![code]), "{status}");
        }
    }
    // Nobody is followed elsewhere.
    let graph = with(Raw(302, b""), Text("{}"));
    assert_eq!((codes(&graph.run("{ int }").await), graph.sent("a").len()), (vec!["INTERNAL"], 1));
}

#[tokio::test]
async fn bytes_that_are_no_json_text_are_refused() {
    for body in [
        &b"\xef\xbb\xbf{\"data\":{\"int\":1}}"[..],
        b"{\"data\":{\"int\":1,\"x\":\"\xff\"}}",
        b"{\"data\":{\"int\":1,\"x\":\"\xed\xa0\xbd\"}}",
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
        b"{\"data\":{\"int\":1}}{}",
        b"{\"data\":{\"int\":1}}\0",
        b"{\"data\":{\"int\":NaN}}",
        b"\xff\xfe{\x00}\x00",
    ] {
        let answer = with(Raw(200, body), Text("{}")).run("{ int }").await;
        assert_eq!((&answer["data"], codes(&answer)), (&json!({"int": null}), vec!["INTERNAL"]), "{body:?}");
    }
}

#[tokio::test]
async fn half_a_surrogate_pair_travels_as_it_came() {
    let text = r#"{"data":{"things":[{"own":"\udd8a\ud83e"}]}}"#;
    assert_eq!(with(Text(text), Text("{}")).text("{ things { own } }").await, text);
}

#[tokio::test]
async fn deep_answers_are_refused_without_harm() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = |depth: usize| format!("{}1{}", open.repeat(depth), close.repeat(depth));
        let answer = read(format!("{{\"data\":{{\"any\":{}}}}}", deep(100)).leak(), "{ any }").await;
        assert!(answer["errors"].is_null(), "{answer}");
        for text in [
            format!("{{\"data\":{{\"any\":{}}}}}", deep(100_000)),
            format!("{{\"data\":{{\"any\":null}},\"errors\":[{{\"extensions\":{}}}]}}", deep(100_000)),
            format!("{{\"data\":{{\"things\":{}}}}}", deep(100_000)),
        ] {
            let answer = read(text.leak(), "{ any things { own } }").await;
            assert_eq!(answer["data"], json!({"any": null, "things": null}));
            assert!(codes(&answer).contains(&"INTERNAL"));
        }
    }
}

#[tokio::test]
async fn values_that_no_client_may_see_still_reach_subgraphs() {
    const HOME: &str = "
        type Query { one: Thing }
        type Thing @key(fields: \"color\") { color: Color! }
        enum Color { RED SECRET @inaccessible }
    ";
    const OTHER: &str = "
        type Query { other: Int }
        type Thing @key(fields: \"color\") { color: Color! extra: Int }
        enum Color { RED SECRET }
    ";
    let home = Json(json!({"data": {"one": {"color": "SECRET"}}}));
    let other = Json(json!({"data": {"_entities": [{"extra": 7}]}}));
    let graph = graph(vec![("home", HOME, vec![("", home)]), ("other", OTHER, vec![("", other)])]);
    assert_eq!(graph.run("{ one { extra } }").await, json!({"data": {"one": {"extra": 7}}}));
    assert_eq!(graph.sent("other")[0]["variables"]["r0"], json!([{"__typename": "Thing", "color": "SECRET"}]));
}

#[tokio::test]
async fn halves_of_lists_that_differ_in_length_are_not_put_together() {
    const ONE: &str = "type Query { items: [Item] @shareable } type Item { name: String @shareable left: Int }";
    const TWO: &str = "type Query { items: [Item] @shareable } type Item { name: String @shareable right: Int }";
    let left = Json(json!({"data": {"items": [{"left": 1}, {"left": 2}]}}));
    for (right, expected, failed) in [
        (json!([{"right": 3}, {"right": 4}]), json!([{"left": 1, "right": 3}, {"left": 2, "right": 4}]), 0),
        (json!([{"right": 3}, null]), json!([{"left": 1, "right": 3}, {"left": 2, "right": null}]), 0),
        (json!([{"right": 3}]), json!([{"left": 1, "right": null}, {"left": 2, "right": null}]), 2),
        (json!([{"right": 3}, null, null]), json!([{"left": 1, "right": null}, {"left": 2, "right": null}]), 2),
    ] {
        let right = Json(json!({"data": {"items": right}}));
        let graph = graph(vec![("one", ONE, vec![("", left.clone())]), ("two", TWO, vec![("", right)])]);
        let answer = graph.run("{ items { left right } }").await;
        assert_eq!(answer["data"]["items"], expected);
        let due = [json!(["items", 0, "right"]), json!(["items", 1, "right"])];
        assert_eq!(paths(&answer), due[..failed]);
    }
}
