//! What may cost too much is refused before anybody is asked; what it has cost is told to those who ask.

use std::{collections::HashMap, sync::Arc};

use rialto::{
    engine::{Engine, EngineSettings, Introspection, Limits, RequestContext, SubgraphTarget},
    request::{GraphQLRequest, Outcome},
};
use schema::{Caller, Viewer};
use serde_json::{Value, json};

use crate::canned::{Canned, Graph, Reply::Json, graph, graph_with, user};

const A: &str = "type Query { list: [T] one: T } type Mutation { change: T } type T { n: Int below: [T] }";

fn limited(cost: u64) -> Graph {
    let answers = vec![
        ("change", Json(json!({"data": {"change": {"n": 1}}}))),
        ("list", Json(json!({"data": {"list": [{"n": 1}, null, {"n": 2}]}}))),
        ("one", Json(json!({"data": {"one": {"n": 1}}}))),
    ];
    let limits = Limits { cost, ..Limits::default() };
    graph_with(EngineSettings { limits, ..EngineSettings::default() }, vec![("a", A, answers)])
}

async fn ask(graph: &Graph, request: Value) -> Value {
    serde_json::from_slice(&graph.answer(request, Viewer::Anonymous).await.body).unwrap()
}

#[tokio::test]
async fn what_may_cost_more_than_is_allowed_asks_nobody() {
    let graph = limited(10);
    let answer = graph.answer(json!({"query": "{ list { below { n } } }"}), Viewer::Anonymous).await;
    assert_eq!(answer.outcome, Outcome::Refused);
    let answer: Value = serde_json::from_slice(&answer.body).unwrap();
    let extensions = &answer["errors"][0]["extensions"];
    assert_eq!(
        (&extensions["code"], &extensions["limit"], &extensions["estimated"], &extensions["maximum"]),
        (&json!("COST_EXCEEDED"), &json!("cost"), &json!(110), &json!(10))
    );
    assert!(answer.get("data").is_none() && answer.get("extensions").is_none(), "{answer}");
    assert!(graph.sent("a").is_empty());
    assert!(ask(&graph, json!({"query": "{ list { n } }"})).await["errors"].is_null());
    // What is remembered of the operation is judged by each request's variables.
    let query = "query ($yes: Boolean!) { list { n below @include(if: $yes) { n } } }";
    for (yes, refused) in [(true, true), (false, false), (true, true)] {
        let answer = ask(&graph, json!({"query": query, "variables": {"yes": yes}})).await;
        assert_eq!(answer["errors"].is_array(), refused, "{answer}");
    }
}

#[tokio::test]
async fn costs_are_told_to_those_who_ask() {
    let asked = |query: &str| json!({"query": query, "extensions": {"cost": true}});
    let graph = limited(100);
    for (query, estimated, actual) in [
        ("{ list { n } }", 10, 2),
        ("{ one { n } }", 1, 1),
        ("mutation { change { n } }", 11, 11),
        ("{ __typename }", 0, 0),
    ] {
        let answer = ask(&graph, asked(query)).await;
        let expected = json!({"cost": {"estimated": estimated, "actual": actual, "maximum": 100}});
        assert_eq!(answer["extensions"], expected, "{query}");
    }
    let refused = ask(&graph, asked("{ list { below { n } } }")).await;
    assert_eq!(refused["extensions"]["cost"], json!({"estimated": 110, "actual": 0, "maximum": 100}));
    let open = ask(&limited(0), asked("{ list { n } }")).await;
    assert_eq!(open["extensions"]["cost"], json!({"estimated": 10, "actual": 2, "maximum": null}));
    assert!(ask(&graph, json!({"query": "{ list { n } }"})).await.get("extensions").is_none());
}

#[tokio::test]
async fn the_schema_is_told_once_and_a_type_a_few_times() {
    let graph = limited(20_000);
    let types = |count: usize| {
        (0..count).map(|n| format!("t{n}: __type(name: \"T\") {{ name }} ")).collect::<Vec<_>>().concat()
    };
    for (query, refused) in [
        ("{ __schema { queryType { name } } __schema { types { name } } }".to_owned(), false),
        ("{ a: __schema { queryType { name } } b: __schema { queryType { name } } }".to_owned(), true),
        (
            "{ ...F a: __schema { queryType { name } } } fragment F on Query { ... { __schema { types { name } } } }"
                .to_owned(),
            true,
        ),
        (format!("{{ {} }}", types(20)), false),
        (format!("{{ {} }}", types(21)), true),
        (format!("{{ {} ...F }} fragment F on Query {{ __type(name: \"T\") {{ name }} }}", types(20)), true),
    ] {
        let answer = ask(&graph, json!({ "query": query })).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"] == "COST_EXCEEDED", refused, "{query}: {answer}");
    }
}

/// The bound of a response holds for introspection before it is made, under however many names parts of it are asked.
#[tokio::test]
async fn introspection_that_would_not_fit_is_refused() {
    let settings = EngineSettings { max_response_bytes: 20_000, ..EngineSettings::default() };
    let graph = graph_with(settings, vec![("a", A, Vec::new())]);
    let many = (0..60).map(|n| format!("t{n}: types {{ name fields {{ name }} }} ")).collect::<Vec<_>>().concat();
    let deep = "{ __schema { types { fields { type { fields { type { name ofType { name } } } } } } } }";
    for (query, refused) in [
        ("{ __schema { types { name fields { name } } } }".to_owned(), false),
        (deep.to_owned(), false),
        (format!("{{ __schema {{ {many} }} }}"), true),
        (format!("{{ __schema {{ ...M }} }} fragment M on __Schema {{ {many} }}"), true),
        ("query ($n: String!) { __type(name: $n) { name } }".to_owned(), false),
    ] {
        let answer = ask(&graph, json!({ "query": query, "variables": {"n": "T"} })).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"] == "COST_EXCEEDED", refused, "{query}: {answer}");
    }
}

#[tokio::test]
async fn introspection_is_for_those_who_may() {
    let query = json!({"query": "query ($yes: Boolean = true) { __schema @include(if: $yes) { queryType { name } } one { __typename n } }"});
    let left_out = json!({"query": query["query"], "variables": {"yes": false}});
    for (introspection, anonymous, authenticated) in [
        (Introspection::All, None, None),
        (Introspection::Authenticated, Some("UNAUTHENTICATED"), None),
        (Introspection::None, Some("FORBIDDEN"), Some("FORBIDDEN")),
    ] {
        let answers = vec![("", Json(json!({"data": {"one": {"n": 1}}})))];
        let graph = graph_with(EngineSettings { introspection, ..EngineSettings::default() }, vec![("a", A, answers)]);
        for (viewer, code) in [(Viewer::Anonymous, anonymous), (user(&[]), authenticated)] {
            let answer = graph.answer(query.clone(), viewer.clone()).await;
            let answer: Value = serde_json::from_slice(&answer.body).unwrap();
            assert_eq!(answer["errors"][0]["extensions"]["code"].as_str(), code, "{introspection:?}: {answer}");
            assert_eq!(answer.get("data").is_none(), code.is_some(), "{answer}");
            // Names of types are no introspection, and what is left out is not asked for.
            let answer = graph.answer(left_out.clone(), viewer.clone()).await;
            let answer: Value = serde_json::from_slice(&answer.body).unwrap();
            assert_eq!(answer, json!({"data": {"one": {"__typename": "T", "n": 1}}}));
            let context = RequestContext {
                caller: Arc::new(Caller { viewer, ..Caller::default() }),
                ..RequestContext::anonymous()
            };
            assert_eq!(graph.engine.may_introspect(&context), code.is_none());
        }
    }
}

#[tokio::test]
async fn a_response_beyond_its_bound_is_an_error_and_nothing_else() {
    let long = "x".repeat(900);
    let lines = |count: usize| Value::from(vec![json!({"s": long, "tags": [long]}); count]);
    let a =
        vec![("many", Json(json!({"data": {"many": lines(4)}}))), ("huge", Json(json!({"data": {"huge": lines(8)}})))];
    let b = vec![("more", Json(json!({"data": {"more": lines(4)}})))];
    let (of_a, of_b) = (
        "type Query { many: [T!]! huge: [T] } type T { s: String! tags: [String!]! }",
        "type Query { more: [U] } type U { s: String tags: [String] }",
    );
    let settings = EngineSettings { max_response_bytes: 10_000, ..EngineSettings::default() };
    let graph = graph_with(settings, vec![("a", of_a, a), ("b", of_b, b)]);
    for query in [
        "{ many { s tags } more { s tags } }",
        "{ more { s tags } many { tags } }",
        "{ more { tags } many { s tags } __typename }",
    ] {
        let answer = graph.answer(json!({ "query": query }), Viewer::Anonymous).await;
        assert!(answer.body.len() < 1_000, "{query}");
        let answer: Value = serde_json::from_slice(&answer.body).unwrap();
        let extensions = &answer["errors"][0]["extensions"];
        assert_eq!(
            (&answer["data"], &extensions["code"]),
            (&Value::Null, &json!("COST_EXCEEDED")),
            "{query}: {answer}"
        );
        assert_eq!((&extensions["maximum"], &extensions["requestId"]), (&json!(10_000), &json!("req")));
        assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1));
    }
    assert_eq!(graph.run("{ many { s tags } }").await["data"]["many"][3], json!({"s": long, "tags": [long]}));
    // No more than that is read from one subgraph either: its field fails by itself.
    let answer = graph.run("{ huge { s } more { tags } }").await;
    assert_eq!((&answer["data"]["huge"], &answer["errors"][0]["path"]), (&Value::Null, &json!(["huge"])), "{answer}");
    assert_eq!(answer["data"]["more"][0]["tags"], json!([long]));
}

/// The shop's schema, over subgraphs of which none may be asked.
fn shop() -> (Engine, Vec<Canned>) {
    let silent = graph(vec![("users", A, Vec::new())]).subgraphs["users"].clone();
    let target = SubgraphTarget { transport: Arc::new(silent.clone()), path: "/graphql".into() };
    let targets: HashMap<_, _> =
        ["users", "products", "orders"].map(|name| (name.to_owned(), target.clone())).into_iter().collect();
    let supergraph = include_str!("../../../schema/supergraph.graphql");
    let settings = EngineSettings { authorize: false, ..EngineSettings::default() };
    (Engine::new(supergraph, &targets, settings).unwrap(), vec![silent])
}

/// A selection inside of others, so many times; `*` is where the inner one stands.
fn nested(times: usize, around: &str, innermost: &str) -> String {
    (0..times).fold(innermost.to_owned(), |inner, _| around.replace('*', &inner))
}

#[tokio::test]
async fn no_short_query_multiplies_the_shop() {
    let (engine, subgraphs) = shop();
    for query in [
        format!(
            "{{ products(first: 100, where: {{category: {{slug: \"kitchen\"}}}}) {{ nodes {{ {} }} }} }}",
            nested(4, "categories { products(first: 100) { nodes { * } } }", "id")
        ),
        // A hundred things by their ids, each with a hundred others.
        "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Category { products(first: 100) { nodes { stock { available }
            categories { id } } } } } }"
            .to_owned(),
        format!("{{ categories {{ {} }} }}", nested(8, "children { parent { * } }", "name")),
        format!("{{ {} }}", nested(5, "orders(first: 100) { nodes { customer { * } } }", "id")),
        format!("{{ me {{ {} }} }}", nested(4, "orders(last: 100) { edges { node { customer { * } } } }", "id")),
        format!(
            "{{ {} }}",
            (0..60)
                .map(|n| format!("p{n}: products(first: 100) {{ nodes {{ categories {{ name }} }} }} "))
                .collect::<Vec<_>>()
                .concat()
        ),
    ] {
        let request: GraphQLRequest =
            serde_json::from_value(json!({"query": query, "variables": {"ids": ["cat_1"]}})).unwrap();
        let answer = engine.execute(request, RequestContext::anonymous()).await;
        let answer: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(answer["errors"][0]["extensions"]["code"], "COST_EXCEEDED", "{query}: {answer}");
        assert_eq!(answer["errors"][0]["extensions"]["limit"], "cost", "{query}: {answer}");
        assert!(answer.get("data").is_none());
    }
    assert!(subgraphs.iter().all(|subgraph| subgraph.sent.lock().unwrap().is_empty()));
}
