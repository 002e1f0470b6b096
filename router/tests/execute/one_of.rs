//! `@oneOf` input objects: exactly one field, and not null, wherever a value comes from (GraphQL specification,
//! sections 3.10 and 5.8.5).

use serde_json::{Value, json};

use crate::canned::{Graph, Reply::Json, graph};

const A: &str = "
    type Query { find(by: By, all: [By!], deep: Deep, many: [[By]]): Int plain(by: Plain): Int }
    input By @oneOf { id: ID name: String range: Range tags: [String!] or: [By!] }
    input Range { from: Int! to: Int = 9 }
    input Deep { by: By! n: Int = 1 }
    input Plain { id: ID name: String }
";

fn house() -> Graph {
    graph(vec![("a", A, vec![("", Json(json!({"data": {"find": 1, "plain": 1}})))])])
}

fn found() -> Value {
    json!({"data": {"find": 1}})
}

/// The code of the only error of a request that never ran.
fn refusal(answer: &Value) -> &str {
    assert!(answer.get("data").is_none(), "{answer}");
    assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1), "{answer}");
    assert!(answer["errors"][0].get("path").is_none());
    answer["errors"][0]["extensions"]["code"].as_str().unwrap()
}

#[tokio::test]
async fn literals_give_exactly_one_field() {
    let house = house();
    for good in [
        "by: {id: 1}",
        "by: {name: \"\"}",
        "by: {range: {from: 1}}",
        "by: {tags: []}",
        "by: null",
        "all: [{id: 1}, {name: \"n\"}]",
        "all: {id: 1}",
        "many: [[{id: 1}], [null]]",
        "deep: {by: {or: [{id: 1}, {or: {name: \"n\"}}]}}",
    ] {
        assert_eq!(house.run(&format!("{{ find({good}) }}")).await, found(), "{good}");
    }
    let sent = house.sent("a").len();
    for wrong in [
        "by: {}",
        "by: {id: 1, name: \"n\"}",
        "by: {id: null}",
        "by: {id: 1, name: null}",
        "all: [{id: 1}, {}]",
        "all: {id: 1, name: \"n\"}",
        "many: {}",
        "many: [[{id: 1}], {id: null}]",
        "deep: {by: {}}",
        "deep: {by: {or: [{id: 1}, {or: {id: 1, tags: []}}]}}",
    ] {
        let answer = house.run(&format!("{{\n find({wrong}) }}")).await;
        assert_eq!(refusal(&answer), "GRAPHQL_VALIDATION_FAILED", "{wrong}");
        assert_eq!(answer["errors"][0]["locations"][0]["line"], 2, "{wrong}");
    }
    assert_eq!(house.sent("a").len(), sent, "what is refused reaches nobody");
    assert_eq!(house.run("{ plain(by: {}) }").await, json!({"data": {"plain": 1}}), "others are as they were");
}

#[tokio::test]
async fn variables_give_exactly_one_field() {
    let house = house();
    let query = "query($by: By, $all: [By!], $deep: Deep, $many: [[By]]) { find(by: $by, all: $all, deep: $deep, many: $many) }";
    for good in [
        json!({"by": {"id": 1}}),
        json!({"by": null}),
        json!({"by": {"range": {"from": 1}}}),
        json!({"all": [{"id": 1}, {"name": ""}]}),
        json!({"all": {"id": 1}}),
        json!({"many": [[{"id": 1}, null], null]}),
        json!({"deep": {"by": {"or": [{"id": 1}]}}}),
    ] {
        assert_eq!(house.run_with(query, good.clone()).await, found(), "{good}");
    }
    assert_eq!(house.sent("a")[2]["variables"]["by"], json!({"range": {"from": 1, "to": 9}}), "nothing is added to it");
    for wrong in [
        json!({"by": {}}),
        json!({"by": {"id": 1, "name": "n"}}),
        json!({"by": {"id": null}}),
        json!({"by": {"id": 1, "name": null}}),
        json!({"all": [{"id": 1}, {}]}),
        json!({"all": {}}),
        json!({"many": [[{"id": 1}, {"id": null}]]}),
        json!({"deep": {"by": {"or": [{"id": 1}, {"or": [{}]}]}}}),
    ] {
        assert_eq!(refusal(&house.run_with(query, wrong.clone()).await), "BAD_USER_INPUT", "{wrong}");
    }
}

#[tokio::test]
async fn a_variable_in_the_place_of_a_field_is_never_null() {
    let house = house();
    let good = "query($id: ID!, $name: String! = \"n\") { find(by: {id: $id}, all: [{name: $name}]) }";
    assert_eq!(house.run_with(good, json!({"id": 1})).await, found());
    for declared in ["ID", "ID = 1", "ID = null"] {
        for use_of in ["by: {id: $id}", "deep: {by: {or: [{id: $id}]}}"] {
            let query = format!("query($id: {declared}) {{ find({use_of}) }}");
            let answer = house.run_with(&query, json!({"id": 1})).await;
            assert_eq!(refusal(&answer), "GRAPHQL_VALIDATION_FAILED", "{query}");
        }
    }
    let spread = "query($id: ID) { ...F } fragment F on Query { find(by: {id: $id}) }";
    assert_eq!(refusal(&house.run(spread).await), "GRAPHQL_VALIDATION_FAILED");
    let whole = "query($by: By!) { find(deep: {by: $by}) }";
    assert_eq!(house.run_with(whole, json!({"by": {"id": 1}})).await, found());
}

#[tokio::test]
async fn defaults_of_variables_give_exactly_one_field() {
    let house = house();
    assert_eq!(house.run("query($by: By = {id: 1}) { find(by: $by) }").await, found());
    for wrong in ["{}", "{id: 1, name: \"n\"}", "{id: null}", "{or: [{}]}"] {
        let answer = house.run(&format!("query($by: By = {wrong}) {{ find(by: $by) }}")).await;
        assert_eq!(refusal(&answer), "GRAPHQL_VALIDATION_FAILED", "{wrong}");
    }
}

#[tokio::test]
async fn introspection_tells_which_types_take_one_field() {
    let house = house();
    let told = house
        .run(
            "{ by: __type(name: \"By\") { isOneOf name ...T } plain: __type(name: \"Plain\") { k: isOneOf ...T }
            query: __type(name: \"Query\") { isOneOf fields { args { type { isOneOf kind ofType { ...T } } } } }
            __schema { directives { name locations isRepeatable args { name } } } } fragment T on __Type { again: isOneOf }",
        )
        .await;
    let data = &told["data"];
    assert_eq!(data["by"], json!({"isOneOf": true, "name": "By", "again": true}));
    assert_eq!(data["plain"], json!({"k": false, "again": false}));
    assert_eq!(data["query"]["isOneOf"], Value::Null, "only input objects are either");
    let arguments = &data["query"]["fields"][0]["args"];
    assert_eq!(arguments[0]["type"], json!({"isOneOf": true, "kind": "INPUT_OBJECT", "ofType": null}));
    assert_eq!(arguments[1]["type"], json!({"isOneOf": null, "kind": "LIST", "ofType": {"again": null}}));
    let directives = data["__schema"]["directives"].as_array().unwrap();
    let one_of = directives.iter().find(|directive| directive["name"] == "oneOf").unwrap();
    let expected = json!({"name": "oneOf", "locations": ["INPUT_OBJECT"], "isRepeatable": false, "args": []});
    assert_eq!(*one_of, expected);
}
