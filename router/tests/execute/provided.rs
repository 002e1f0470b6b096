//! Where several subgraphs share a root, the one is asked that provides what is selected; here the other refuses.

use serde_json::{Value, json};

use crate::canned::{Graph, Reply::Json, graph};

/// A subgraph of the public case, without its link: every graph of these tests has its own.
macro_rules! sdl {
    ($file:literal) => {{
        let sdl = include_str!(concat!("../federation/provides-on-interface/", $file));
        sdl.find("type Query").or_else(|| sdl.find("interface")).map_or(sdl, |start| &sdl[start..])
    }};
}

fn zoo() -> Graph {
    let refused = json!({"data": null, "errors": [{"message": "media is asked of b"}]});
    let animals = json!([
        {"__typename": "Dog", "id": "a1", "name": "Fido"},
        {"__typename": "Cat", "id": "a2", "name": "Whiskers"}
    ]);
    let media = json!({"data": {"media": {"__typename": "Book", "id": "m1", "animals": animals}}});
    let cats = json!({"data": {"_entities": [{"__typename": "Cat", "age": 6}]}});
    graph(vec![
        ("a", sdl!("a.graphql"), vec![("media", Json(refused))]),
        ("b", sdl!("b.graphql"), vec![("media", Json(media))]),
        ("c", sdl!("c.graphql"), vec![("_entities", Json(cats))]),
    ])
}

#[tokio::test]
async fn both_queries_are_answered_though_a_refuses() {
    let queries: Vec<Value> =
        serde_json::from_str(include_str!("../federation/provides-on-interface/queries.json")).unwrap();
    for listed in &queries {
        let zoo = zoo();
        assert_eq!(zoo.run(listed["query"].as_str().unwrap()).await, listed["expected"]);
        assert!(zoo.sent("a").is_empty());
    }
    assert_eq!(queries.len(), 2);
}

#[tokio::test]
async fn only_the_kind_that_lacks_a_field_is_asked_for_by_key() {
    let zoo = zoo();
    zoo.run("{ media { animals { name ... on Cat { age } } } }").await;
    let sent = zoo.sent("c");
    let representations = sent[0]["variables"].as_object().unwrap().values().next().unwrap().clone();
    assert_eq!((sent.len(), representations), (1, json!([{"__typename": "Cat", "id": "a2"}])));
}
