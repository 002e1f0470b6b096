//! Who may see what: decided for each type of object by itself, on every way to it.

use schema::Viewer;
use serde_json::json;

use crate::canned::{Graph, Reply, graph, user};

fn house() -> Graph {
    let a = "type Query { all: [I!] any: [U!] b: B key: K }
        interface I { id: ID! n: Int }
        union U = A | B
        type A implements I @key(fields: \"id\") { id: ID! n: Int own: Int @requiresScopes(scopes: [[\"own\"]]) }
        type B implements I @key(fields: \"id\") { id: ID! n: Int @authenticated c: C }
        type C @authenticated { x: Int }
        type K @key(fields: \"secret\") { secret: ID! @authenticated }";
    let k = "type K @key(fields: \"secret\") { secret: ID! @authenticated open: Int }";
    let all = json!({ "data": { "all": [
        { "__typename": "A", "id": "1", "n": 1, "own": 5 }, { "__typename": "B", "id": "2", "n": 2, "c": { "x": 3 } } ] } });
    let any = json!({ "data": { "any": [{ "__typename": "B", "n": 2 }, { "__typename": "A", "n": 1, "own": 5 }] } });
    graph(vec![
        (
            "a",
            a,
            vec![
                ("all", Reply::Json(all)),
                ("any", Reply::Json(any)),
                ("key", Reply::Json(json!({ "data": { "key": { "secret": "s" } } }))),
                ("{b{", Reply::Json(json!({ "data": { "b": { "id": "2", "n": 2, "c": { "x": 3 } } } }))),
            ],
        ),
        ("k", k, vec![("_entities", Reply::Json(json!({ "data": { "_entities": [{ "open": 7 }] } })))]),
    ])
}

#[tokio::test]
async fn what_one_type_hides_is_hidden_behind_its_interfaces() {
    let house = house();
    let told = house.run("{ all { id n } }").await;
    assert_eq!(told["data"]["all"], json!([{ "id": "1", "n": 1 }, { "id": "2", "n": null }]));
    assert_eq!(told["errors"][0]["path"], json!(["all", 1, "n"]));
    assert_eq!(told["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    let sent = house.subgraphs["a"].sent.lock().unwrap()[0]["query"].to_string();
    assert!(sent.contains("on A{n}") && !sent.contains("on B{n}"), "it is not even asked for: {sent}");
}

#[tokio::test]
async fn fragments_and_aliases_are_no_way_around() {
    let house = house();
    for query in ["{ any { ... on I { m: n } } }", "{ any { ... on B { m: n } ... on A { m: n } } }"] {
        let told = house.run(query).await;
        assert_eq!(told["data"]["any"], json!([{ "m": null }, { "m": 1 }]), "{query}");
    }
    let told = house.run("{ b { c { x } } }").await;
    assert_eq!(told["data"]["b"], json!({ "c": null }), "the type of the result is hidden");
}

#[tokio::test]
async fn who_may_sees() {
    let house = house();
    let ask = async |query: &str, viewer: Viewer| {
        let answer = house.answer(json!({ "query": query }), viewer).await;
        serde_json::from_slice::<serde_json::Value>(&answer.body).unwrap()["data"]["all"].clone()
    };
    let query = "{ all { n ... on A { own } } }";
    assert_eq!(ask(query, user(&[])).await, json!([{ "n": 1, "own": null }, { "n": 2 }]));
    assert_eq!(ask(query, user(&["own"])).await, json!([{ "n": 1, "own": 5 }, { "n": 2 }]));
}

#[tokio::test]
async fn a_hidden_key_serves_the_router_and_is_not_shown() {
    let told = house().run("{ key { open secret } }").await;
    assert_eq!(told["errors"][0]["path"], json!(["key", "secret"]));
    assert_eq!(told["data"]["key"], json!(null), "the key may not be null");
    assert_eq!(house().run("{ key { open } }").await, json!({ "data": { "key": { "open": 7 } } }));
}

/// Two objects behind a union, of which clients may see one.
fn half_hidden() -> Graph {
    let a = "type Query { all: [U] one: U! }
        union U = Seen | Hidden
        type Seen @key(fields: \"id\") { id: ID! n: Int }
        type Hidden @inaccessible @key(fields: \"id\") { id: ID! n: Int }";
    let seen = json!({ "__typename": "Seen", "n": 1 });
    let hidden = json!({ "__typename": "Hidden" });
    let all = json!({ "data": { "all": [seen, hidden, null] } });
    let answers = vec![("all", Reply::Json(all)), ("one", Reply::Json(json!({ "data": { "one": hidden } })))];
    graph(vec![("a", a, answers)])
}

#[tokio::test]
async fn an_object_of_an_inaccessible_type_is_not_there_nor_is_it_named() {
    for query in ["{ all { __typename ... on Seen { n } } }", "{ all { ... on Seen { __typename n } } }"] {
        let told = half_hidden().run(query).await;
        assert_eq!(told["data"]["all"], json!([{ "__typename": "Seen", "n": 1 }, null, null]), "{query}");
        assert_eq!(told["errors"][0]["path"], json!(["all", 1]));
        assert!(
            told["errors"].as_array().is_some_and(|errors| errors.len() == 1) && !told.to_string().contains("Hidden")
        );
    }
    let told = half_hidden().run("{ one { __typename } }").await;
    assert_eq!(told["data"], json!(null));
}

#[tokio::test]
async fn nobody_meets_a_policy_that_nobody_can_decide() {
    let a = "type Query { open: Int closed: Int @federation__policy(policies: [[\"staff\"]]) }";
    let house = graph(vec![("a", a, vec![("open", Reply::Json(json!({ "data": { "open": 1, "closed": 2 } })))])]);
    for viewer in [Viewer::Anonymous, user(&["staff"])] {
        let answer = house.answer(json!({ "query": "{ open closed }" }), viewer).await;
        let told: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(told["data"], json!({ "open": 1, "closed": null }));
        assert_eq!(told["errors"][0]["path"], json!(["closed"]));
    }
}
