//! What clients may give: values of variables and literals, coerced by the letter of the GraphQL specification
//! (sections 3.5 to 3.12, 5.6, 5.8 and 6.1.2), and what of it travels on.

use serde_json::{Value, json};

use crate::canned::{Graph, Reply::Json, graph};

const A: &str = "
    type Query {
        f(int: Int, float: Float, id: ID, s: String, b: Boolean, e: E, any: Any, list: [Int], grid: [[Int]],
            strict: [Int!], in: In, ins: [In!], sure: Int! = 3): String
        must(n: Int!): String
    }
    enum E { A B HIDDEN @inaccessible }
    input In { n: Int! m: Int = 5 in: In list: [Int!] hidden: Int @inaccessible e: E = A }
    scalar Any
";

fn house() -> Graph {
    graph(vec![("a", A, vec![("", Json(json!({"data": {"f": "done", "must": "done"}})))])])
}

fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
}

/// Asserts that a request never ran, for this reason: there are no data, nothing was asked, and no error has a path.
fn is_refused(house: &Graph, answer: &Value, expected: &str, what: &str) {
    assert_eq!((code(answer), answer.get("data")), (expected, None), "{what}: {answer}");
    assert!(answer["errors"].as_array().unwrap().iter().all(|error| error.get("path").is_none()), "{what}");
    assert!(house.sent("a").is_empty(), "{what}");
}

/// An argument and its type, values with what is sent of them, and values that are refused.
type Row = (&'static str, &'static str, Vec<(Value, Value)>, Vec<Value>);

fn table() -> Vec<Row> {
    let same = |values: Value| values.as_array().unwrap().iter().map(|value| (value.clone(), value.clone())).collect();
    let of = |values: Value| values.as_array().unwrap().clone();
    let pairs = |values: Value| -> Vec<(Value, Value)> {
        values.as_array().unwrap().iter().map(|pair| (pair[0].clone(), pair[1].clone())).collect()
    };
    vec![
        (
            "int",
            "Int",
            pairs(json!([
                [0, 0],
                [-1, -1],
                [2_147_483_647, 2_147_483_647],
                [-2_147_483_648_i64, -2_147_483_648_i64],
                [1.0, 1],
                [-7.0, -7],
                [1e3, 1000],
                [null, null]
            ])),
            of(json!([2_147_483_648_i64, -2_147_483_649_i64, 2_147_483_648.0, 1.5, 1e10, "1", "1.0", true, [1], {}])),
        ),
        ("float", "Float", same(json!([0, -1, 1.5, 1e300, null])), of(json!(["1", true, [1.5], {}]))),
        ("id", "ID", same(json!(["x", "", 7, -4, null])), of(json!([1.5, true, ["x"], {}]))),
        ("s", "String", same(json!(["x", "", null])), of(json!([7, true, ["x"], {}]))),
        ("b", "Boolean", same(json!([true, false, null])), of(json!([0, 1, "true", [true]]))),
        ("e", "E", same(json!(["A", "B", null])), of(json!(["C", "HIDDEN", "a", 0, ["A"]]))),
        ("any", "Any", same(json!([{"a": [1, null, {"b": 1.5}]}, [], "x", 7, true, null])), Vec::new()),
        (
            "list",
            "[Int]",
            pairs(json!([[1, [1]], [[1, null], [1, null]], [[], []], [null, null]])),
            of(json!(["1", ["1"], [[1]], {}])),
        ),
        (
            "grid",
            "[[Int]]",
            pairs(json!([[1, [[1]]], [[1, 2], [[1], [2]]], [[[1], null], [[1], null]], [[null], [null]]])),
            of(json!([["a"], [[["1"]]], [[1.5]]])),
        ),
        (
            "strict",
            "[Int!]",
            pairs(json!([[1, [1]], [[1, 2], [1, 2]], [null, null]])),
            of(json!([[null], [1, null], ["1"]])),
        ),
        (
            "in",
            "In",
            pairs(json!([
                [{"n": 1}, {"n": 1, "m": 5, "e": "A"}],
                [{"n": 1, "m": null, "e": null}, {"n": 1, "m": null, "e": null}],
                [{"n": 1, "m": 2, "list": 3, "e": "B"}, {"n": 1, "m": 2, "list": [3], "e": "B"}],
                [{"n": 1, "in": {"n": 2}}, {"n": 1, "m": 5, "e": "A", "in": {"n": 2, "m": 5, "e": "A"}}],
                [null, null],
            ])),
            of(json!([{}, {"n": null}, {"n": "1"}, {"n": 1, "x": 1}, {"n": 1, "hidden": 1}, {"n": 1, "e": "HIDDEN"},
                {"n": 1, "list": [null]}, {"n": 1, "in": {}}, [{"n": 1}], 1, "n"])),
        ),
        ("ins", "[In!]", pairs(json!([[{"n": 1}, [{"n": 1, "m": 5, "e": "A"}]]])), of(json!([[null], [{}], {"m": 1}]))),
    ]
}

#[tokio::test]
async fn variables_are_coerced_and_travel_on() {
    for (argument, ty, good, wrong) in table() {
        for (value, sent) in good {
            let house = house();
            let answer =
                house.run_with(&format!("query($v: {ty}) {{ f({argument}: $v) }}"), json!({ "v": value })).await;
            assert_eq!(answer, json!({"data": {"f": "done"}}), "{argument}: {value}");
            assert_eq!(house.sent("a")[0]["variables"], json!({ "v": sent }), "{argument}: {value}");
            let strict = format!("query($v: {ty}!) {{ f({argument}: $v) }}");
            let house = self::house();
            let answer = house.run_with(&strict, json!({ "v": value })).await;
            if value.is_null() {
                is_refused(&house, &answer, "BAD_USER_INPUT", argument);
            } else {
                assert_eq!(answer, json!({"data": {"f": "done"}}), "{argument}: {value}");
            }
        }
        for value in wrong {
            let house = house();
            let answer =
                house.run_with(&format!("query($v: {ty}) {{ f({argument}: $v) }}"), json!({ "v": value })).await;
            is_refused(&house, &answer, "BAD_USER_INPUT", &format!("{argument}: {value}"));
        }
    }
}

#[tokio::test]
async fn what_is_not_given_is_not_null() {
    for (declared, given, sent) in [
        ("Int", json!({}), Some(json!({}))),
        ("Int", json!({"v": null}), Some(json!({"v": null}))),
        ("Int = 7", json!({}), Some(json!({"v": 7}))),
        ("Int = 7", json!({"v": null}), Some(json!({"v": null}))),
        ("Int = null", json!({}), Some(json!({"v": null}))),
        ("Int! = 7", json!({}), Some(json!({"v": 7}))),
        ("Int! = 7", json!({"v": null}), None),
        ("Int!", json!({}), None),
        ("Int", json!({"other": [1]}), Some(json!({}))),
    ] {
        let house = house();
        let answer = house.run_with(&format!("query($v: {declared}) {{ f(int: $v) }}"), given.clone()).await;
        match sent {
            Some(sent) => assert_eq!(house.sent("a")[0]["variables"], sent, "{declared} with {given}: {answer}"),
            None => is_refused(&house, &answer, "BAD_USER_INPUT", declared),
        }
    }
}

#[tokio::test]
async fn literals_fit_where_they_stand() {
    for good in [
        "f(int: -2147483648, float: 1, id: 7, s: \"\", b: true, e: A, any: {a: [E, 1.5, null]}, list: 1, grid: 1)",
        "f(int: null, float: 1e3, id: \"x\", s: \"\"\"block\"\"\", any: ANY, list: [1, null], grid: [1, 2], strict: 1)",
        "f(float: -0.5, grid: [[1], null], strict: [], in: {n: 1}, ins: {n: 1, in: {n: 2, list: 1}}, sure: 1)",
        "must(n: 0)",
    ] {
        let house = house();
        let answer = house.run(&format!("{{ {good} }}")).await;
        assert!(answer["errors"].is_null(), "{good}: {answer}");
    }
    for wrong in [
        "f(int: 2147483648)",
        "f(int: 1.0)",
        "f(int: \"1\")",
        "f(int: true)",
        "f(int: [1])",
        "f(int: {})",
        "f(float: \"1\")",
        "f(float: 1e999)",
        "f(id: 1.5)",
        "f(id: A)",
        "f(s: 1)",
        "f(s: A)",
        "f(b: 1)",
        "f(b: \"true\")",
        "f(e: \"A\")",
        "f(e: C)",
        "f(e: HIDDEN)",
        "f(e: true)",
        "f(list: [\"1\"])",
        "f(list: [[1]])",
        "f(strict: [1, null])",
        "f(in: {})",
        "f(in: {n: null})",
        "f(in: {n: 1, x: 1})",
        "f(in: {n: 1, hidden: 1})",
        "f(in: {n: 1, n: 1})",
        "f(any: [{n: 1, n: 1}])",
        "f(in: {n: 1, in: {m: 1}})",
        "f(in: {n: 1, list: [null]})",
        "f(in: [{n: 1}])",
        "f(in: 1)",
        "f(ins: [null])",
        "f(sure: null)",
        "f(nothing: 1)",
        "f(int: 1, int: 1)",
        "must",
        "must(n: null)",
        "f(int: $v)",
    ] {
        let house = house();
        let answer = house.run(&format!("{{ {wrong} }}")).await;
        let codes = ["GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"];
        assert!(codes.contains(&code(&answer)), "{wrong}: {answer}");
        is_refused(&house, &answer, code(&answer), wrong);
        assert!(answer["errors"][0]["locations"][0]["column"].is_u64(), "{wrong}: {answer}");
    }
}

#[tokio::test]
async fn variables_stand_where_their_types_allow() {
    for good in [
        "($v: Int!) { f(int: $v, list: [$v, 1], strict: [$v], in: {n: $v}) }",
        "($v: Int) { f(int: $v, list: [$v], sure: $v, in: {n: 1, m: $v}) }",
        "($v: Int = 1) { must(n: $v) f(strict: [$v], in: {n: $v}) }",
        "($v: [Int!]!) { f(list: $v, strict: $v, grid: [$v], in: {n: 1, list: $v}) }",
        "($v: In!) { f(in: $v, ins: [$v]) also: f(in: {n: 1, in: $v}) }",
        "($v: String) { f(any: {a: [$v]}) also: f(s: $v) }",
        "($v: Boolean = true) { f @include(if: $v) ... @skip(if: $v) { must(n: 1) } }",
    ] {
        let house = house();
        let answer = house.run_with(&format!("query{good}"), json!({"v": null})).await;
        let refused = code(&answer) == "GRAPHQL_VALIDATION_FAILED";
        assert!(!refused, "{good}: {answer}");
    }
    for wrong in [
        "($v: Int) { must(n: $v) }",
        "($v: Int = null) { must(n: $v) }",
        "($v: Int) { f(strict: [$v]) }",
        "($v: Int) { f(in: {n: $v}) }",
        "($v: Int) { f(in: {n: 1, in: {n: $v}}) }",
        "($v: Int) { f(ins: [{n: $v}]) }",
        "($v: Int) { f(list: $v) }",
        "($v: [Int]) { f(int: $v) }",
        "($v: [Int]) { f(list: [$v]) }",
        "($v: [Int]) { f(strict: $v) }",
        "($v: [Int!]) { f(in: {n: 1, list: [$v]}) }",
        "($v: Int) { f(float: $v) }",
        "($v: Int) { f(id: $v) }",
        "($v: String) { f(e: $v) }",
        "($v: String) { f(any: $v) }",
        "($v: Boolean) { f @include(if: $v) }",
        "($v: Boolean = null) { f @include(if: $v) }",
        "($v: [Boolean!]!) { ... @skip(if: $v) { f } }",
        "($v: Query) { f(any: $v) }",
        "($v: Nothing) { f(any: $v) }",
        "($v: Int = \"1\") { f(int: $v) }",
        "($v: In = {}) { f(in: $v) }",
        "($v: Int! = null) { f(int: $v) }",
        "($v: Int, $v: Int) { f(int: $v) }",
        "($v: Int, $w: Int) { f(int: $v) }",
        "($v: Int) { ...F } fragment F on Query { must(n: $v) }",
        "($v: Int) { ...F } fragment F on Query { ... { f(in: {n: $v}) } }",
    ] {
        let house = house();
        let answer = house.run_with(&format!("query{wrong}"), json!({})).await;
        is_refused(&house, &answer, "GRAPHQL_VALIDATION_FAILED", wrong);
        assert!(answer["errors"][0]["locations"][0]["column"].is_u64(), "{wrong}: {answer}");
    }
}

#[tokio::test]
async fn each_operation_has_its_own_variables() {
    let house = house();
    let query = "query A($v: Int!) { ...F } query B($v: Int) { f(int: $v) } fragment F on Query { must(n: $v) }";
    let run = async |name: &str, variables: Value| -> Value {
        let request = json!({"query": query, "operationName": name, "variables": variables});
        serde_json::from_slice(&house.answer(request, schema::Viewer::Anonymous).await.body).unwrap()
    };
    assert_eq!(run("B", json!({})).await, json!({"data": {"f": "done"}}));
    assert_eq!(code(&run("A", json!({})).await), "BAD_USER_INPUT");
    assert_eq!(run("A", json!({"v": 1})).await, json!({"data": {"must": "done"}}));
}

#[tokio::test]
async fn conditions_take_the_defaults_of_their_variables() {
    for (declared, given, shown) in [
        ("Boolean! = true", json!({}), json!({"f": "done"})),
        ("Boolean! = false", json!({}), json!({"must": "done"})),
        ("Boolean! = false", json!({"v": true}), json!({"f": "done"})),
        ("Boolean = true", json!({}), json!({"f": "done"})),
        ("Boolean = true", json!({"v": false}), json!({"must": "done"})),
        // Neither is true.
        ("Boolean = true", json!({"v": null}), json!({"must": "done"})),
    ] {
        let house = house();
        let query = format!("query($v: {declared}) {{ f @include(if: $v) ... @skip(if: $v) {{ must(n: 1) }} }}");
        let answer = house.run_with(&query, given.clone()).await;
        assert_eq!(answer, json!({ "data": shown }), "{declared} with {given}");
    }
}
