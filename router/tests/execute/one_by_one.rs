//! `_entities` that holds another number of entities than there were representations, or no list: nothing tells which
//! is which, so that no object is given another's data. A few are asked for one by one.

use rialto::engine::EngineSettings;
use serde_json::{Value, json};

use crate::canned::{
    Graph,
    Reply::{self, Hang, Json, Raw, Refuse},
    graph, graph_with, graph_within,
};

const A: &str = "
    type Query { products: [Product] best: Product shops: [Shop] }
    type Mutation { restock: [Product] }
    type Product @key(fields: \"id\") { id: ID! name: String }
    type Shop @key(fields: \"id\") { id: ID! }
";
const B: &str = "
    type Product @key(fields: \"id\") { id: ID! stock(in: String): Int must: Int! }
    type Shop @key(fields: \"id\") { id: ID! open: Boolean }
";

fn products(count: usize) -> Value {
    (1..=count).map(|id| json!({"id": id.to_string(), "name": format!("n{id}")})).collect()
}

/// `a` knows so many products. `b` answers to their list, and then to single ones.
fn with(count: usize, list: &Value, singles: Reply) -> Graph {
    let a = json!({"data": {"products": products(count), "restock": products(count), "best": {"id": "1"}}});
    let b = vec![("s0:_entities", singles), ("", Json(json!({ "data": { "_entities": list } })))];
    graph(vec![("a", A, vec![("", Json(a))]), ("b", B, b)])
}

fn stocks(answer: &Value) -> Vec<Option<i64>> {
    let products = answer["data"]["products"].as_array().unwrap();
    products.iter().map(|product| product["stock"].as_i64()).collect()
}

fn errors(answer: &Value) -> Vec<(&str, &Value, &str)> {
    let errors = answer["errors"].as_array().map_or(&[][..], Vec::as_slice);
    let told = |error| {
        let error: &Value = error;
        let code = error["extensions"]["code"].as_str().unwrap();
        (code, &error["path"], error["message"].as_str().unwrap())
    };
    errors.iter().map(told).collect()
}

#[tokio::test]
async fn no_object_is_given_anothers_data() {
    for (list, got) in [
        (json!([{"stock": 20}, {"stock": 30}]), "expected 3, got 2"),
        (json!([{"stock": 1}, {"stock": 2}, {"stock": 3}, {"stock": 4}]), "expected 3, got 4"),
        (json!([]), "expected 3, got 0"),
        (Value::Null, "expected 3, got null"),
        (json!({"stock": 1}), "expected 3, got something that is not a list"),
        (json!("no"), "expected 3, got something that is not a list"),
    ] {
        // The second answer is no better, whatever is wrong with it.
        for singles in [
            Refuse,
            Raw(500, b"oh"),
            Json(json!({"data": null, "errors": [{"message": "no"}]})),
            Json(json!({"data": {"_entities": [{"stock": 1}, {"stock": 2}, {"stock": 3}]}})),
            Json(json!({"data": {"s0": [], "s1": [{"stock": 1}, {"stock": 2}], "s2": null}})),
            Json(json!({"data": {"s0": {"stock": 1}, "s1": 7, "s2": [[{"stock": 1}]]}})),
        ] {
            let graph = with(3, &list, singles);
            let answer = graph.run("{ products { name stock } }").await;
            let expected: Value = (1..4).map(|id| json!({"name": format!("n{id}"), "stock": null})).collect();
            assert_eq!(answer["data"]["products"], expected, "{list}: {answer}");
            let errors = errors(&answer);
            assert_eq!(errors.len(), 3, "{answer}");
            for (index, (code, path, message)) in errors.into_iter().enumerate() {
                assert_eq!((code, path), ("INTERNAL", &json!(["products", index, "stock"])), "{answer}");
                assert!(message.contains(got) || message.contains("expected 1, got") || index == 2, "{got}: {message}");
            }
            assert_eq!(graph.sent("b").len(), 2);
        }
    }
}

#[tokio::test]
async fn few_are_asked_for_one_by_one() {
    for list in [json!([{"stock": 20}, {"stock": 30}]), Value::Null, json!(7)] {
        let singles = json!({"data": {"s0": [null], "s1": [{"stock": 20}], "s2": [{"stock": null}]},
            "errors": [{"message": "lost", "path": ["s2", 0, "stock"]}, {"message": "no such thing", "path": ["s0"]}]});
        let graph = with(3, &list, Json(singles));
        let answer =
            graph.run_with("query ($in: String) { products { name stock(in: $in) } }", json!({"in": "x"})).await;
        assert_eq!(stocks(&answer), [None, Some(20), None]);
        let (first, third) = (json!(["products", 0, "stock"]), json!(["products", 2, "stock"]));
        assert_eq!(errors(&answer), [("INTERNAL", &first, "no such thing"), ("INTERNAL", &third, "lost")]);
        let sent = graph.sent("b");
        assert_eq!(sent.len(), 2);
        assert_eq!(
            sent[1]["query"],
            "query($r0_0:[_Any!]! $r0_1:[_Any!]! $r0_2:[_Any!]! $in:String){\
             s0:_entities(representations:$r0_0){...on Product{stock(in:$in)}}\
             s1:_entities(representations:$r0_1){...on Product{stock(in:$in)}}\
             s2:_entities(representations:$r0_2){...on Product{stock(in:$in)}}}"
        );
        let one = |id: &str| json!([{"__typename": "Product", "id": id}]);
        assert_eq!(sent[1]["variables"], json!({"r0_0": one("1"), "r0_1": one("2"), "r0_2": one("3"), "in": "x"}));
    }
}

#[tokio::test]
async fn a_list_that_is_as_it_should_be_is_kept() {
    let a = json!({"data": {"products": products(2), "shops": [{"id": "1"}, {"id": "2"}]}});
    let list = json!({"data": {"e0": [{"stock": 1}, null], "e1": [{"open": true}]},
        "errors": [{"message": "why", "path": ["e0", 1, "stock"]}, {"message": "fewer", "path": ["e1"]}]});
    let singles = json!({"data": {"s0": [{"open": false}], "s1": [{"open": true}]}});
    let b = vec![("s0:_entities", Json(singles)), ("", Json(list))];
    let graph = graph(vec![("a", A, vec![("", Json(a))]), ("b", B, b)]);
    let answer = graph.run("{ products { stock } shops { open } }").await;
    let data = json!({"products": [{"stock": 1}, {"stock": null}], "shops": [{"open": false}, {"open": true}]});
    assert_eq!(answer["data"], data);
    assert_eq!(errors(&answer), [("INTERNAL", &json!(["products", 1, "stock"]), "why")]);
    let asked = graph.sent("b")[1]["query"].as_str().unwrap().to_owned();
    assert!(asked.contains("open") && !asked.contains("stock"), "{asked}");
}

#[tokio::test]
async fn many_are_not_asked_for_again() {
    for (count, requests) in [(20, 2), (21, 1)] {
        let singles: serde_json::Map<_, _> =
            (0..count).map(|at| (format!("s{at}"), json!([{ "stock": at }]))).collect();
        let graph = with(count, &json!([]), Json(json!({ "data": singles })));
        let answer = graph.run("{ products { stock } }").await;
        assert_eq!(graph.sent("b").len(), requests);
        let found = stocks(&answer).into_iter().flatten().count();
        assert_eq!((found, errors(&answer).len()), if requests == 2 { (20, 0) } else { (0, 21) });
    }
}

#[tokio::test]
async fn the_same_question_is_not_asked_twice() {
    for list in [json!([]), json!([{"stock": 1}, {"stock": 2}]), Value::Null] {
        let graph = with(1, &list, Refuse);
        let answer = graph.run("{ best { stock } }").await;
        assert_eq!(answer["data"], json!({"best": {"stock": null}}));
        assert_eq!((errors(&answer)[0].0, graph.sent("b").len()), ("INTERNAL", 1));
    }
}

#[tokio::test]
async fn a_mutation_asks_for_nothing_again() {
    let graph = with(3, &json!([{"stock": 20}, {"stock": 30}]), Refuse);
    let answer = graph.run("mutation { restock { stock } }").await;
    assert_eq!(answer["data"], json!({"restock": [{"stock": null}, {"stock": null}, {"stock": null}]}));
    assert_eq!((errors(&answer)[0].0, graph.sent("b").len()), ("INTERNAL", 1));
}

#[tokio::test]
async fn a_null_that_must_not_be_goes_up() {
    let graph = with(2, &json!([{"must": 1}]), Refuse);
    let answer = graph.run("{ products { name must } }").await;
    assert_eq!(answer["data"], json!({"products": [null, null]}));
    assert_eq!(errors(&answer)[1].1, &json!(["products", 1, "must"]));
}

#[tokio::test]
async fn the_subgraphs_own_reason_for_null_is_told() {
    let list = json!({"data": {"_entities": null}, "errors": [{"message": "asleep", "path": ["_entities"]}]});
    let a = json!({"data": {"products": products(2)}});
    let b = vec![("s0:", Refuse), ("", Json(list))];
    let graph = graph(vec![("a", A, vec![("", Json(a))]), ("b", B, b)]);
    let answer = graph.run("{ products { stock } }").await;
    assert_eq!(stocks(&answer), [None, None]);
    assert!(errors(&answer).iter().all(|(_, _, message)| *message == "asleep"), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn single_entities_are_waited_for_no_longer_than_the_request() {
    let a = json!({"data": {"products": products(2)}});
    let b = vec![("s0:", Hang), ("", Json(json!({"data": {"_entities": [{"stock": 1}]}})))];
    let graph = graph_within(std::time::Duration::from_secs(1), vec![("a", A, vec![("", Json(a))]), ("b", B, b)]);
    let answer = graph.run("{ products { stock } }").await;
    assert_eq!((stocks(&answer), errors(&answer).len()), (vec![None, None], 2));
}

#[tokio::test]
async fn places_of_one_entity_are_filled_from_one_answer() {
    let a = json!({"data": {"products": [{"id": "1"}, {"id": "2"}, {"id": "1"}]}});
    let b = || {
        vec![
            ("s2:", Json(json!({"data": {"s0": [{"stock": 1}], "s1": [{"stock": 2}], "s2": [{"stock": 1}]}}))),
            ("s1:", Json(json!({"data": {"s0": [{"stock": 1}], "s1": [{"stock": 2}]}}))),
            ("", Json(json!({"data": {"_entities": [{"stock": 2}]}}))),
        ]
    };
    for deduplicate in [true, false] {
        let settings = EngineSettings { deduplicate, ..EngineSettings::default() };
        let graph = graph_with(settings, vec![("a", A, vec![("", Json(a.clone()))]), ("b", B, b())]);
        let answer = graph.run("{ products { stock } }").await;
        assert_eq!((stocks(&answer), errors(&answer).len()), (vec![Some(1), Some(2), Some(1)], 0));
    }
}
