//! Which operation of a document runs, which documents do not, and what a response holds then (GraphQL specification,
//! sections 5, 6.1 and 7.1).

use serde_json::{Value, json};

use crate::canned::{Graph, Reply::Json, graph};

const A: &str = "
    type Query { one: One must: One! n(x: Int): Int many: [Two] }
    type Mutation { make: Int }
    interface Named { name: String }
    type One implements Named { name: String one: One n: Int must: Int! list: [Int] }
    type Two { name: Int! two: Two both: Both }
    type Three { three: Int }
    union Both = One | Three
";

fn house() -> Graph {
    let data = json!({"n": 1, "one": {"name": "n", "n": 2, "must": null}, "must": {"must": null}, "make": 3});
    graph(vec![("a", A, vec![("", Json(json!({ "data": data })))])])
}

async fn ask(house: &Graph, request: Value) -> Value {
    serde_json::from_slice(&house.answer(request, schema::Viewer::Anonymous).await.body).unwrap()
}

#[tokio::test]
async fn the_operation_that_is_named_runs_or_the_only_one() {
    let house = house();
    let two = "query A { n } query B { n one { name } }";
    for (query, name, shown) in [
        ("{ n }", json!(null), Some(json!({"n": 1}))),
        ("query A { n }", json!(null), Some(json!({"n": 1}))),
        ("query A { n }", json!("A"), Some(json!({"n": 1}))),
        (two, json!("B"), Some(json!({"n": 1, "one": {"name": "n"}}))),
        ("mutation A { make } query B { n }", json!("A"), Some(json!({"make": 3}))),
        (two, json!(null), None),
        (two, json!("C"), None),
        (two, json!(""), None),
        ("{ n }", json!("A"), None),
        ("query A { n }", json!("a"), None),
        ("fragment F on Query { n }", json!(null), None),
    ] {
        let answer = ask(&house, json!({"query": query, "operationName": name})).await;
        match shown {
            Some(shown) => assert_eq!(answer, json!({ "data": shown }), "{query} {name}"),
            None => assert!(answer.get("data").is_none() && answer["errors"][0]["path"].is_null(), "{query}: {answer}"),
        }
    }
}

#[tokio::test]
async fn what_is_not_valid_does_not_run() {
    let house = house();
    for query in [
        // Operations (5.2).
        "query A { n } query A { n }",
        "{ n } query A { n }",
        "{ n } { n }",
        "subscription { n }",
        "type Query { n: Int } query { n }",
        // Fields (5.3).
        "{ nothing }",
        "{ one { nothing } }",
        "{ many { both { name } } }",
        "{ n: one { name } n }",
        "{ a: n(x: 1) a: n(x: 2) }",
        "{ a: n(x: 1) a: n }",
        "{ one { a: name a: n } }",
        "{ one { ... on Named { a: name } ... on One { a: n } } }",
        "{ many { both { ... on One { a: n } ... on Three { a: __typename } } } }",
        "{ one { one { a: n } } one { one { a: name } } }",
        "{ one }",
        "{ n { x } }",
        "{ one {} }",
        // Fragments (5.5).
        "{ one { ...F } } fragment F on One { n } fragment F on One { name }",
        "{ ...F } fragment F on Nothing { n }",
        "{ one { ... on Nothing { n } } }",
        "{ one { ... on Int { n } } }",
        "{ one { ...F } } fragment F on Int { n }",
        "{ n } fragment F on One { n }",
        "{ ...F }",
        "{ one { ...F } } fragment F on One { ...G } fragment G on One { one { ...F } }",
        "{ one { ... on Two { two { name } } } }",
        "{ many { ...F } } fragment F on Named { name }",
        // Directives (5.7).
        "{ n @nothing }",
        "{ n @skip }",
        "{ n @skip(if: 1) }",
        "{ n @skip(if: true, if: true) }",
        "{ n @skip(if: true) @skip(if: false) }",
        "query @skip(if: true) { n }",
        "query($v: Int @deprecated) { n(x: $v) }",
        // Variables (5.8).
        "query($v: Int, $v: Int) { n(x: $v) }",
        "query($v: One) { n(x: $v) }",
        "query($v: Int) { n }",
        "{ n(x: $v) }",
        "query A($v: Int) { ...F } query B { ...F } fragment F on Query { n(x: $v) }",
        "query($v: Int = $w, $w: Int) { n(x: $v) a: n(x: $w) }",
        // The grammar (2).
        "{ n(x: 01) }",
        "{ n(x: 1) ",
        "query { n } extra",
        "{ n(x: 1.) }",
        "{ one { name } } fragment on on One { n }",
        "{ n @include(if: true }",
    ] {
        let answer = ask(
            &house,
            json!({"query": query, "operationName": if query.contains("query A") { json!("A") } else { json!(null) }}),
        )
        .await;
        assert!(answer.get("data").is_none(), "{query}: {answer}");
        for error in answer["errors"].as_array().unwrap() {
            assert!(error["message"].is_string() && error.get("path").is_none(), "{query}: {answer}");
        }
        assert!(house.sent("a").is_empty(), "{query}");
    }
}

#[tokio::test]
async fn what_is_strange_but_valid_runs() {
    let house = house();
    for query in [
        "\u{feff}{ n } # a comment",
        "query Q @include(if: true) { n }",
        "{ n, n, ,, n: n }",
        "{ ... { n } ... on Query { n } ...F ...F } fragment F on Query { n ...G } fragment G on Query { n }",
        "query A($v: Int) { n(x: $v) }",
        "{ n(x: null) }",
        "{ many { both { ... on One { a: n } ... on Three { a: three } } } one { name ... on Named { name } } }",
    ] {
        let answer = ask(&house, json!({ "query": query })).await;
        let refused = query.contains("Q @include");
        assert_eq!(answer.get("data").is_none(), refused, "{query}: {answer}");
    }
}

#[tokio::test]
async fn errors_say_where() {
    let house = house();
    // In the document, if it did not run.
    let answer = ask(&house, json!({"query": "{\n  n\n  é: nothing\n}"})).await;
    assert_eq!(answer["errors"][0]["locations"][0]["line"], 3, "{answer}");
    let answer = ask(&house, json!({"query": "query(\n $v: Int!) { n(x: $v) }"})).await;
    assert_eq!(answer["errors"][0]["locations"], json!([{"line": 2, "column": 2}]));
    // In the response, if it ran: null where it may be, up to all of the data.
    let answer = ask(&house, json!({"query": "{ n a: one { name b: must } }"})).await;
    assert_eq!(answer["data"], json!({"n": 1, "a": null}));
    assert_eq!(answer["errors"][0]["path"], json!(["a", "b"]));
    let answer = ask(&house, json!({"query": "{ n m: must { must } }"})).await;
    assert_eq!((answer.get("data"), &answer["errors"][0]["path"]), (Some(&Value::Null), &json!(["m", "must"])));
}
