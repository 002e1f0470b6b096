//! Objects of which somebody must tell the type: behind interface objects, and roots under other names.

use serde_json::{Value, json};

use crate::canned::{Reply::Json, graph};

#[tokio::test]
async fn what_an_interface_object_alone_leads_to_is_had_from_it() {
    let graph = graph(vec![
        (
            "catalog",
            "interface Medium @key(fields: \"id\") { id: ID! } type Query { listed: Medium }",
            vec![("", Json(json!({"data": {"listed": {"__typename": "Film", "id": "m2"}}})))],
        ),
        (
            "ratings",
            "type Medium @key(fields: \"id\", resolvable: false) @interfaceObject { id: ID! stars: Int other: Medium } \
             type Query { best: Medium }",
            vec![("", Json(json!({"data": {"best": {"id": "m1", "stars": 5, "other": {"stars": 4}}}})))],
        ),
    ]);
    for (query, expected) in [
        ("{ best { id stars } }", json!({"best": {"id": "m1", "stars": 5}})),
        ("{ best { id } }", json!({"best": {"id": "m1"}})),
        ("{ best { other { stars } } }", json!({"best": {"other": {"stars": 4}}})),
    ] {
        let answer = graph.run(query).await;
        assert_eq!(answer, json!({"data": expected}), "{query}");
    }
    for query in ["{ listed { stars } }", "{ best { __typename id } }", "{ best { ... on Medium { __typename } } }"] {
        let answer = graph.run(query).await;
        assert!(answer["errors"][0]["message"].is_string(), "{query}: {answer}");
        assert!(answer["data"].as_object().is_some_and(|data| data.values().all(Value::is_null)), "{query}: {answer}");
    }
    assert!(graph.sent("ratings").iter().all(|sent| !sent["query"].as_str().unwrap().contains("_entities")));
}

#[tokio::test]
async fn roots_under_other_names_are_what_clients_call_them() {
    let behind_interface = graph(vec![(
        "a",
        "schema { query: QA } interface Has { n: Int } type QA implements Has { n: Int has: [Has] } \
         type T implements Has { n: Int }",
        vec![(
            "",
            Json(json!({"data": {"has": [
                {"__typename": "QA", "n": 1, "has": null},
                {"__typename": "T", "n": 2},
                {"__typename": "Query", "n": 3},
            ]}})),
        )],
    )]);
    let answer = behind_interface.run("{ has { __typename n ... on Query { has { n } } } }").await;
    assert_eq!(answer["data"]["has"][0], json!({"__typename": "Query", "n": 1, "has": null}), "{answer}");
    assert_eq!(answer["data"]["has"][1], json!({"__typename": "T", "n": 2}));
    // A name that the subgraph does not have is no type of its.
    assert_eq!(answer["data"]["has"][2], Value::Null);
    let sent = behind_interface.sent("a")[0]["query"].as_str().unwrap().to_owned();
    assert!(sent.contains("...on QA{") && !sent.contains("Query"), "{sent}");

    let in_union = graph(vec![(
        "b",
        "schema { query: QB } type QB { m: Int any: Any } union Any = QB",
        vec![("", Json(json!({"data": {"any": {"__typename": "QB", "m": 7}}})))],
    )]);
    let answer = in_union.run("{ any { __typename ... on Query { m } } }").await;
    assert_eq!(answer, json!({"data": {"any": {"__typename": "Query", "m": 7}}}));
}
