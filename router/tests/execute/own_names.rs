//! The router's own variables hold representations, beside the client's: whatever a client calls its variables, neither
//! takes the other's name, as a subgraph would then resolve entities of the client's choice.

use apollo_compiler::ExecutableDocument;
use serde_json::{Value, json};

use crate::{
    canned::{
        Graph,
        Reply::{Json, Text},
        graph,
    },
    served::served,
};

const A: &str = "
    type Query { ship: Ship ports: [Port!] hello(name: String): String }
    type Ship @key(fields: \"id\") { id: ID! }
    type Port @key(fields: \"id\") { id: ID! }
";
const B: &str = "
    scalar Anything
    type Ship @key(fields: \"id\") { id: ID! speed(unit: String): String note(any: Anything): String }
    type Port @key(fields: \"id\") { id: ID! name(language: String): String }
";

/// A ship and two ports. `b` answers as is said.
fn house(b: Value) -> Graph {
    let a = json!({"data": {"ship": {"id": "1"}, "ports": [{"id": "7"}, {"id": "8"}], "hello": "h"}});
    graph(vec![("a", A, vec![("", Json(a))]), ("b", B, vec![("", Json(b))])])
}

fn ship(id: &str) -> Value {
    json!([{"__typename": "Ship", "id": id}])
}

/// The variables of a request by name, after the request was validated by `b`'s schema.
fn variables(sent: &Value) -> Value {
    let schema = served(&format!(
        "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.7\", import: [\"@key\"]) {B}"
    ));
    let query = sent["query"].as_str().unwrap();
    let document = ExecutableDocument::parse_and_validate(&schema, query, "fetch.graphql");
    let document = document.unwrap_or_else(|error| panic!("{query}: {}", error.errors));
    let operation = document.operations.get(None).unwrap();
    let given = sent["variables"].as_object().unwrap();
    assert!(given.keys().all(|name| operation.variables.iter().any(|known| known.name == name.as_str())), "{sent}");
    sent["variables"].clone()
}

#[tokio::test]
async fn a_clients_variable_is_never_taken_for_a_list() {
    for name in ["r0", "r", "r1", "r00", "r0_0", "r_0", "r_", "representations", "e0", "_entities"] {
        let house = house(json!({"data": {"_entities": [{"speed": "knots:1"}]}}));
        let query = format!("query (${name}: String) {{ ship {{ speed(unit: ${name}) }} }}");
        let answer = house.run_with(&query, json!({ name: "knots" })).await;
        assert_eq!(answer, json!({"data": {"ship": {"speed": "knots:1"}}}), "{name}");
        let mut sent = variables(&house.sent("b")[0]);
        let sent = sent.as_object_mut().unwrap();
        assert_eq!(sent.remove(name), Some(json!("knots")), "{name}");
        assert_eq!(sent.values().collect::<Vec<_>>(), [&ship("1")], "{name}");
    }
}

#[tokio::test]
async fn nobody_writes_the_representations_but_the_router() {
    let house = house(json!({"data": {"_entities": [{"note": "n"}]}}));
    let query = "query ($r0: Anything, $r_0: Anything, $r1: Anything) { ship { note(any: $r0) a: note(any: $r_0) b: note(any: $r1) } }";
    let other = ship("somebody else's");
    house.run_with(query, json!({"r0": other, "r_0": other, "r1": other})).await;
    let sent = &house.sent("b")[0];
    let mut given = variables(sent);
    let given = given.as_object_mut().unwrap();
    for name in ["r0", "r_0", "r1"] {
        assert_eq!(given.remove(name), Some(other.clone()), "{sent}");
    }
    let (list, value) = given.iter().next().unwrap();
    assert_eq!((value, given.len()), (&ship("1"), 1));
    assert!(sent["query"].as_str().unwrap().contains(&format!("_entities(representations:${list})")), "{sent}");
}

#[tokio::test]
async fn lists_that_travel_together_keep_their_names_to_themselves() {
    let query = "query ($r0: String, $r1: String = \"l\", $r_1: String) {
        ship { speed(unit: $r0) } ports { name(language: $r1) other: name(language: $r_1) } }";
    let told =
        json!({"data": {"e0": [{"speed": "s"}], "e1": [{"name": "n", "name_1": "m"}, {"name": "o", "name_1": "p"}]}});
    let expected = json!({"ship": {"speed": "s"}, "ports": [{"name": "n", "other": "m"}, {"name": "o", "other": "p"}]});
    // With a value, with a default, and without any.
    for (given, own) in [
        (json!({"r0": "x", "r1": "y", "r_1": "z"}), json!({"r0": "x", "r1": "y", "r_1": "z"})),
        (json!({}), json!({"r1": "l"})),
    ] {
        let house = house(told.clone());
        assert_eq!(house.run_with(query, given).await["data"], expected);
        let sent = variables(&house.sent("b")[0]);
        let sent = sent.as_object().unwrap();
        let (lists, rest): (Vec<_>, Vec<_>) = sent.iter().partition(|(_, value)| value.is_array());
        assert_eq!(lists.len(), 2);
        assert_eq!(Value::Object(rest.into_iter().map(|(name, value)| (name.clone(), value.clone())).collect()), own);
    }
}

#[tokio::test]
async fn what_is_asked_again_has_names_of_its_own_too() {
    let query = "query ($r0: String, $r1: String, $r0_0: String, $r_0_0: String) {
        ship { speed(unit: $r0) a: speed(unit: $r0_0) } ports { name(language: $r1) b: name(language: $r_0_0) } }";
    let given = json!({"r0": "a", "r1": "b", "r0_0": "c", "r_0_0": "d"});
    let a = json!({"data": {"ship": {"id": "1"}, "ports": [{"id": "7"}, {"id": "8"}]}});
    let lost = json!({"data": null, "errors": [{"message": "lost"}]});
    let fewer = json!({"data": {"e0": [null], "e1": [null]}});
    // Together and each list alone; together and the ports one by one.
    for (first, requests) in [(lost, 3), (fewer, 2)] {
        let b = vec![("e1:", Json(first)), ("s0:", Text("{\"data\":{}}")), ("", Text("{\"data\":{\"_entities\":[]}}"))];
        let graph = graph(vec![("a", A, vec![("", Json(a.clone()))]), ("b", B, b)]);
        let answer = graph.run_with(query, given.clone()).await;
        let sent = graph.sent("b");
        assert_eq!(sent.len(), requests, "{sent:?}");
        for sent in &sent {
            let own = variables(sent);
            for (name, value) in given.as_object().unwrap() {
                assert!(own.get(name).is_none_or(|own| own == value), "{sent}");
            }
        }
        assert_eq!(answer["data"]["ports"], json!([{"name": null, "b": null}, {"name": null, "b": null}]));
    }
}

#[tokio::test]
async fn root_fields_take_any_name() {
    let house = house(json!(null));
    let answer = house.run_with("query ($r0: String) { hello(name: $r0) }", json!({"r0": "x"})).await;
    assert_eq!(answer, json!({"data": {"hello": "h"}}));
    assert_eq!(house.sent("a")[0]["variables"], json!({"r0": "x"}));
}
