//! Operations over subgraphs that answer well.

use rialto::engine::EngineSettings;
use serde_json::json;

use crate::canned::{Graph, Reply::Json, graph, graph_with, user};

const ORDERS: &str = "
    type Query { orders: [Order!]! node(id: ID!): Node }
    interface Node { id: ID! }
    type Order implements Node @key(fields: \"id\") { id: ID! items: [Item!]! }
    type Item { quantity: Int! product: Product }
    type Product @key(fields: \"id\", resolvable: false) { id: ID! }
    type Mutation { place(n: Int): Order cancel: Order }
";
const PRODUCTS: &str = "
    type Query { top: Product any(ids: [Int]): [Thing] }
    type Product @key(fields: \"id\") { id: ID! title: String! price(currency: String = \"EUR\"): Int maker: Maker }
    type Maker { name: String }
    union Thing = Product | Maker
    type Mutation { add(title: String!): Product @requiresScopes(scopes: [[\"catalog:write\"]]) }
";

fn shop() -> Graph {
    let orders = json!({"data": {"orders": [
        {"items": [{"quantity": 1, "product": {"id": "a"}}, {"quantity": 2, "product": {"id": "b"}}]},
        {"items": [{"quantity": 3, "product": {"id": "a"}}, {"quantity": 4, "product": null}]},
    ]}});
    let entities = json!({"data": {"_entities": [{"title": "A", "price": 1}, {"title": "B", "price": null}]}});
    graph(vec![
        (
            "orders",
            ORDERS,
            vec![
                ("orders", Json(orders)),
                ("node", Json(json!({"data": {"node": {"__typename": "Order", "id": "o1"}}}))),
                ("place", Json(json!({"data": {"place": {"items": [{"product": {"id": "a"}}]}}}))),
                ("cancel", Json(json!({"data": {"cancel": {"id": "o2"}, "cancel_1": {"id": "o3"}}}))),
            ],
        ),
        (
            "products",
            PRODUCTS,
            vec![
                ("add", Json(json!({"data": {"add": {"id": "n"}}}))),
                ("$r0){...on Product{title}", Json(json!({"data": {"_entities": [{"title": "A"}]}}))),
                ("_entities", Json(entities)),
                ("top", Json(json!({"data": {"top": {"title": "T"}}}))),
                (
                    "any",
                    Json(json!({"data": {"any": [
                        {"__typename": "Maker", "name": "M"}, {"__typename": "Product", "title": "P"}, null,
                    ]}})),
                ),
            ],
        ),
    ])
}

#[tokio::test]
async fn entities_are_asked_for_once_and_written_wherever_they_stand() {
    let shop = shop();
    let text = shop.text("{ orders { items { n: quantity product { title price id } } } }").await;
    let expected = r#"{"data":{"orders":[{"items":[{"n":1,"product":{"title":"A","price":1,"id":"a"}},{"n":2,"product":{"title":"B","price":null,"id":"b"}}]},{"items":[{"n":3,"product":{"title":"A","price":1,"id":"a"}},{"n":4,"product":null}]}]}}"#;
    assert_eq!(text, expected);
    let sent = shop.sent("products");
    assert_eq!(sent.len(), 1);
    let representations = json!([{"__typename": "Product", "id": "a"}, {"__typename": "Product", "id": "b"}]);
    assert_eq!(sent[0]["variables"]["r0"], representations);
}

#[tokio::test]
async fn roots_of_two_subgraphs_and_aliases_keep_the_clients_order() {
    let text = shop().text("{ b: top { t: title __typename } a: __typename node(id: 1) { __typename id } }").await;
    let expected =
        r#"{"data":{"b":{"t":"T","__typename":"Product"},"a":"Query","node":{"__typename":"Order","id":"o1"}}}"#;
    assert_eq!(text, expected);
}

#[tokio::test]
async fn unions_fragments_and_conditions() {
    let query = "query($x: Boolean!, $y: Boolean = false) { any { ...M ... on Product { title @include(if: $x) } } top @skip(if: $x) { title }
        also: top @include(if: $y) { title } } fragment M on Maker { name kind: __typename }";
    let shop = shop();
    let answer = shop.run_with(query, json!({"x": true})).await;
    assert_eq!(answer, json!({"data": {"any": [{"name": "M", "kind": "Maker"}, {"title": "P"}, null]}}));
    assert!(!shop.sent("products")[0]["query"].as_str().unwrap().contains("top"), "a skipped field is not asked for");
}

#[tokio::test]
async fn mutations_run_one_after_the_other_each_with_its_entities() {
    let shop = shop();
    let mutation =
        "mutation { first: place(n: 1) { items { product { title } } } second: cancel { id } third: cancel { id } }";
    let answer = shop.run(mutation).await;
    assert_eq!(answer["data"]["first"]["items"][0]["product"]["title"], "A");
    assert_eq!((&answer["data"]["second"]["id"], &answer["data"]["third"]["id"]), (&json!("o2"), &json!("o3")));
    // The first needs an entity, so the second waits for it; the second and the third need none and travel together,
    // as two effects.
    assert_eq!(shop.sent("orders").len(), 2);
}

#[tokio::test]
async fn variables_travel_with_their_types_and_defaults() {
    let shop = shop();
    let query = "query Q($c: String = \"USD\") { orders { items { product { price(currency: $c) } } } }";
    shop.run(query).await;
    let sent = &shop.sent("products")[0];
    assert!(sent["query"].as_str().unwrap().starts_with("query($r0:[_Any!]! $c:String=\"USD\")"), "{sent}");
    assert_eq!(sent["variables"]["c"], "USD");
}

#[tokio::test]
async fn introspection_shows_the_clients_schema() {
    let answer = shop().run("{ __schema { queryType { name } } __type(name: \"Product\") { fields { name } } }").await;
    assert_eq!(answer["data"]["__schema"]["queryType"]["name"], "Query");
    assert_eq!(answer["data"]["__type"]["fields"][0]["name"], "id");
    let none = shop().run("{ __type(name: \"join__Graph\") { name } }").await;
    assert_eq!(none, json!({"data": {"__type": null}}));
}

#[tokio::test]
async fn what_a_caller_may_not_do_is_not_asked_for() {
    let shop = shop();
    let request = json!({"query": "mutation { add(title: \"x\") { id } }"});
    let run = async |viewer| -> serde_json::Value {
        serde_json::from_slice(&shop.answer(request.clone(), viewer).await.body).unwrap()
    };
    let anonymous = run(schema::Viewer::Anonymous).await;
    assert_eq!(anonymous["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    assert_eq!(anonymous["data"], json!({"add": null}));
    let customer = run(user(&["orders:read"])).await;
    assert_eq!(customer["errors"][0]["extensions"]["code"], "FORBIDDEN");
    assert_eq!(customer["errors"][0]["path"], json!(["add"]));
    assert!(shop.sent("products").is_empty());
    let admin = run(user(&["catalog:write"])).await;
    assert_eq!(admin, json!({"data": {"add": {"id": "n"}}}));
}

#[tokio::test]
async fn refusals_have_codes_and_positions() {
    let shop = shop();
    let code = async |query: &str| {
        let answer = shop.run(query).await;
        assert!(answer.get("data").is_none(), "{answer}");
        (
            answer["errors"][0]["extensions"]["code"].as_str().unwrap().to_owned(),
            answer["errors"][0]["locations"].clone(),
        )
    };
    assert_eq!(code("{ top ").await.0, "GRAPHQL_PARSE_FAILED");
    let (validation, locations) = code("{\n  topp { title } }").await;
    assert_eq!((validation.as_str(), &locations[0]["line"]), ("GRAPHQL_VALIDATION_FAILED", &json!(2)));
    assert_eq!(code("query($n: Int!) { node(id: $n) { id } }").await.0, "GRAPHQL_VALIDATION_FAILED");
    assert_eq!(code("query($n: ID!) { node(id: $n) { id } }").await.0, "BAD_USER_INPUT");
    assert_eq!(code("").await.0, "BAD_USER_INPUT");
    let aliases: Vec<String> = (0..300).map(|n| format!("a{n}: __typename")).collect();
    assert_eq!(code(&format!("{{ {} }}", aliases.join(" "))).await.0, "COST_EXCEEDED");
}

#[tokio::test]
async fn every_bound_of_a_document_is_kept() {
    let shop = shop();
    let deep = format!("{{{}a{}}}", "a{".repeat(40), "}".repeat(40));
    let cases = [
        ("tokens", format!("{{ {} }}", "top ".repeat(15_001))),
        ("levels of nesting", deep),
        ("aliases", format!("{{ a {{ {} }} }}", "x:top ".repeat(201))),
        ("root fields", format!("{{ {} }}", "top ".repeat(61))),
        ("mutations", format!("mutation {{ {} }}", "cancel ".repeat(11))),
        ("items in a list", format!("{{ top(x: [{}]) }}", "1 ".repeat(1_001))),
        ("directives", format!("{{ a {{ {} }} }}", "top @a ".repeat(201))),
    ];
    for (limit, query) in cases {
        let answer = shop.run(&query).await;
        let errors = answer["errors"].as_array().unwrap();
        assert!(errors.iter().all(|error| error["extensions"]["code"] == "COST_EXCEEDED"), "{limit}: {answer}");
        assert!(errors.iter().any(|error| error["extensions"]["limit"] == limit), "{limit}: {answer}");
    }
    let list = json!({"ids": vec![1; 1_001]});
    let answer = shop.run_with("query($ids: [Int]) { any(ids: $ids) { __typename } }", list).await;
    assert_eq!(answer["errors"][0]["extensions"]["limit"], "items in a list", "variables count too");
}

#[tokio::test]
async fn subgraphs_may_name_their_roots_as_they_like() {
    const ONE: &str = "
        schema { query: Asking mutation: Doing }
        type Asking { things: [Thing] }  type Doing { make: Thing }  type Thing @key(fields: \"id\") { id: ID! a: Int }
    ";
    const OTHER: &str = "type Query { other: Thing }  type Thing @key(fields: \"id\") { id: ID! b: Int }";
    let graph = graph(vec![
        (
            "one",
            ONE,
            vec![
                ("things", Json(json!({"data": {"things": [{"id": "1", "a": 1}]}}))),
                ("make", Json(json!({"data": {"make": {"id": "1"}}}))),
                ("_entities", Json(json!({"data": {"_entities": [{"a": 1}]}}))),
            ],
        ),
        (
            "other",
            OTHER,
            vec![
                ("other", Json(json!({"data": {"other": {"id": "1"}}}))),
                ("_entities", Json(json!({"data": {"_entities": [{"b": 2}]}}))),
            ],
        ),
    ]);
    let read = graph.run("{ things { a b } other { a } __typename }").await;
    assert_eq!(read, json!({"data": {"things": [{"a": 1, "b": 2}], "other": {"a": 1}, "__typename": "Query"}}));
    let written = graph.run("mutation { make { b } __typename }").await;
    assert_eq!(written, json!({"data": {"make": {"b": 2}, "__typename": "Mutation"}}));
}

#[tokio::test]
async fn a_label_says_who_is_asked_for_a_field_that_moves() {
    const OLD: &str = "type Query { t: T }  type T @key(fields: \"id\") { id: ID! a: Int }";
    const NEW: &str = "type T @key(fields: \"id\") { id: ID! a: Int @override(from: \"old\", label: \"moved\") }";
    for (label, told, asked) in [("moved", 2, 1), ("another", 1, 0)] {
        let settings = EngineSettings { override_labels: vec![label.to_owned()], ..EngineSettings::default() };
        let graph = graph_with(
            settings,
            vec![
                ("old", OLD, vec![("t", Json(json!({"data": {"t": {"id": "1", "a": 1}}})))]),
                ("new", NEW, vec![("_entities", Json(json!({"data": {"_entities": [{"a": 2}]}})))]),
            ],
        );
        assert_eq!(graph.run("{ t { a } }").await, json!({"data": {"t": {"a": told}}}), "{label}");
        assert_eq!(graph.sent("new").len(), asked, "{label}");
    }
}

#[tokio::test]
async fn a_plan_is_shown_to_those_who_ask_where_it_is_allowed() {
    const ONE: &str = "type Query { t: T }  type T @key(fields: \"id\") { id: ID! }";
    const OTHER: &str = "type T @key(fields: \"id\") { id: ID! a(n: Int): Int }";
    for (allowed, asked) in [(true, true), (true, false), (false, true)] {
        let graph = graph_with(
            EngineSettings { show_plans: allowed, ..EngineSettings::default() },
            vec![
                ("one", ONE, vec![("t", Json(json!({"data": {"t": {"id": "1"}}})))]),
                ("other", OTHER, vec![("_entities", Json(json!({"data": {"_entities": [{"a": 2}]}})))]),
            ],
        );
        let query = "query($n: Int) { t { a(n: $n) } }";
        let request = json!({"query": query, "variables": {"n": 1}, "extensions": {"queryPlan": asked}});
        let answer: serde_json::Value =
            serde_json::from_slice(&graph.answer(request, schema::Viewer::Anonymous).await.body).unwrap();
        assert_eq!(answer["data"], json!({"t": {"a": 2}}));
        let plan = &answer["extensions"]["queryPlan"]["fetches"];
        if allowed && asked {
            assert_eq!(plan[0], json!({"subgraph": "one", "operation": "{t{id}}", "variables": [], "after": []}));
            assert_eq!((&plan[1]["variables"], &plan[1]["after"]), (&json!(["n"]), &json!([0])));
            assert!(plan[2].is_null());
        } else {
            assert!(answer["extensions"].is_null(), "{answer}");
        }
    }
}

#[tokio::test]
async fn directives_that_all_subgraphs_define_are_valid_and_stay_with_the_router() {
    let sdl = "directive @note(n: Int) repeatable on FIELD | QUERY | INLINE_FRAGMENT type Query { a: Int }";
    let other = "directive @note(n: Int) repeatable on FIELD | QUERY | INLINE_FRAGMENT type Query { b: Int }";
    let graph = graph(vec![
        ("one", sdl, vec![("a", Json(json!({"data": {"a": 1}})))]),
        ("two", other, vec![("b", Json(json!({"data": {"b": 2}})))]),
    ]);
    let query = "query($n: Int) @note { a @note(n: $n) @note ... @note(n: 2) { b } c: a @note(n: 3) }";
    let answer = graph.run_with(query, json!({"n": 1})).await;
    assert_eq!(answer, json!({"data": {"a": 1, "b": 2, "c": 1}}));
    let sent = &graph.sent("one")[0];
    assert!(!sent["query"].as_str().unwrap().contains("note"), "{sent}");
    assert!(sent["variables"].get("n").is_none(), "{sent}");
    let schema = graph.run("{ __schema { directives { name args { name } isRepeatable } } }").await;
    let known =
        schema["data"]["__schema"]["directives"].as_array().unwrap().iter().find(|known| known["name"] == "note");
    assert_eq!(known, Some(&json!({"name": "note", "args": [{"name": "n"}], "isRepeatable": true})));
}
