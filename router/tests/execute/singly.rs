//! Lists of entities that travel together: one that fails takes the others along, and is left alone then.

use std::time::Duration;

use serde_json::{Value, json};

use crate::canned::{
    Graph,
    Reply::{self, Hang, Json, Later, Raw, Refuse, Text},
    graph, graph_within,
};

const A: &str = "
    type Query { cat: Cat dogs: [Dog!] }
    type Cat @key(fields: \"id\") { id: ID! }
    type Dog @key(fields: \"id\") { id: ID! }
";
const B: &str = "
    type Query { other: Int }
    type Cat @key(fields: \"id\") { id: ID! purr(times: Int): String }
    type Dog @key(fields: \"id\") { id: ID! bark: String }
";
const QUERY: &str = "query ($n: Int) { cat { sound: purr(times: $n) } dogs { bark } }";

/// What `b` answers to both, to the cat alone, and to the dogs alone.
fn with(both: Reply, cat: Reply, dogs: Reply) -> Graph {
    let a = json!({"data": {"cat": {"id": "1"}, "dogs": [{"id": "1"}, {"id": "2"}]}});
    let b = vec![("e1:_entities", both), ("purr", cat), ("bark", dogs)];
    graph_within(Duration::from_secs(1), vec![("a", A, vec![("", Json(a))]), ("b", B, b)])
}

fn lost() -> Reply {
    Json(json!({"data": null, "errors": [{"message": "all is lost", "path": ["e1", 0, "bark"]}]}))
}

fn cat() -> Reply {
    Json(json!({"data": {"_entities": [{"sound": "p", "purr": "p", "__typename": "Cat"}]}}))
}

/// Messages and paths.
fn errors(answer: &Value) -> Vec<(&str, &Value)> {
    let errors = answer["errors"].as_array().map_or(&[][..], Vec::as_slice);
    errors.iter().map(|error| (error["message"].as_str().unwrap(), &error["path"])).collect()
}

async fn run(graph: &Graph) -> Value {
    graph.run_with(QUERY, json!({"n": 3})).await
}

#[tokio::test]
async fn what_failed_alone_takes_nothing_else_along() {
    let dogs = json!({"data": null, "errors": [{"message": "no dogs", "path": ["_entities", 1, "bark"]}]});
    let graph = with(lost(), cat(), Json(dogs));
    let answer = run(&graph).await;
    assert_eq!(answer["data"], json!({"cat": {"sound": "p"}, "dogs": [{"bark": null}, {"bark": null}]}));
    let (one, two) = (json!(["dogs", 0, "bark"]), json!(["dogs", 1, "bark"]));
    assert_eq!(errors(&answer), [("no dogs", &one), ("no dogs", &two)]);
    let sent = graph.sent("b");
    assert_eq!(sent.len(), 3);
    let document = |index: usize| sent[index]["query"].as_str().unwrap();
    assert_eq!(document(1), "query($r0:[_Any!]! $n:Int){_entities(representations:$r0){...on Cat{purr(times:$n)}}}");
    assert_eq!(sent[1]["variables"], json!({"r0": [{"__typename": "Cat", "id": "1"}], "n": 3}));
    assert_eq!(document(2), "query($r1:[_Any!]!){_entities(representations:$r1){...on Dog{bark}}}");
    let dogs = json!([{"__typename": "Dog", "id": "1"}, {"__typename": "Dog", "id": "2"}]);
    assert_eq!(sent[2]["variables"], json!({"r1": dogs}));
}

#[tokio::test]
async fn each_list_that_fails_tells_its_own_errors_and_is_asked_once() {
    let cat = json!({"data": null, "errors": [{"message": "no cat"}]});
    let dogs = json!({"data": {"_entities": [{"bark": "w"}, null]},
        "errors": [{"message": "no dog", "path": ["_entities", 1, "bark"]}]});
    let graph = with(lost(), Json(cat), Json(dogs));
    let answer = run(&graph).await;
    assert_eq!(answer["data"], json!({"cat": {"sound": null}, "dogs": [{"bark": "w"}, {"bark": null}]}));
    let (cat, dog) = (json!(["cat", "sound"]), json!(["dogs", 1, "bark"]));
    assert_eq!(errors(&answer), [("no cat", &cat), ("no dog", &dog)]);
    assert_eq!(graph.sent("b").len(), 3);
}

#[tokio::test]
async fn whatever_the_single_answers_are_every_field_has_its_reason() {
    for (reply, code) in [
        (Refuse, "UNAVAILABLE"),
        (Text("<html>"), "INTERNAL"),
        (Text("{}"), "INTERNAL"),
        (Text("{\"data\":null,\"errors\":[7]}"), "INTERNAL"),
        (Text("{\"data\":null,\"errors\":{}}"), "INTERNAL"),
        (Text("{\"data\":{\"_entities\":null},\"errors\":[]}"), "INTERNAL"),
        (Raw(503, b"{}"), "UNAVAILABLE"),
    ] {
        let graph = with(lost(), reply.clone(), reply);
        let answer = run(&graph).await;
        assert_eq!(answer["data"], json!({"cat": {"sound": null}, "dogs": [{"bark": null}, {"bark": null}]}));
        let paths: Vec<&Value> = errors(&answer).into_iter().map(|(_, path)| path).collect();
        assert_eq!(paths, [&json!(["cat", "sound"]), &json!(["dogs", 0, "bark"]), &json!(["dogs", 1, "bark"])]);
        let codes = answer["errors"].as_array().unwrap().iter().map(|error| &error["extensions"]["code"]);
        assert!(codes.clone().all(|known| known == code), "{code}: {answer}");
        assert!(!answer.to_string().contains("all is lost"), "{answer}");
        assert_eq!(graph.sent("b").len(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn a_single_question_waits_no_longer_than_the_request() {
    let graph = with(lost(), cat(), Hang);
    let answer = run(&graph).await;
    assert_eq!(answer["data"], json!({"cat": {"sound": "p"}, "dogs": [{"bark": null}, {"bark": null}]}));
    assert_eq!(answer["errors"][0]["extensions"]["code"], "TIMEOUT");
}

#[tokio::test]
async fn nothing_is_asked_again_where_that_could_bring_nothing() {
    // Some of it came; the subgraph refused the request; there is no error.
    for text in [
        "{\"data\":{\"e0\":[{\"purr\":\"p\"}],\"e1\":[null,null]},\"errors\":[{\"message\":\"no\"}]}",
        "{\"errors\":[{\"message\":\"no\"}]}",
        "{\"data\":null}",
        "{\"data\":null,\"errors\":[ ]}",
        "<html>",
    ] {
        let graph = with(Text(text), Refuse, Refuse);
        assert!(!errors(&run(&graph).await).is_empty());
        assert_eq!(graph.sent("b").len(), 1, "{text}");
    }
}

#[tokio::test]
async fn a_list_that_was_asked_for_alone_is_not_asked_for_again() {
    let a = json!({"data": {"cat": {"id": "1"}, "dogs": []}});
    let b = vec![("e1:_entities", lost())];
    let graph = graph(vec![("a", A, vec![("", Json(a))]), ("b", B, b)]);
    let answer = run(&graph).await;
    assert_eq!(answer["data"], json!({"cat": {"sound": null}, "dogs": []}));
    assert_eq!((answer["errors"][0]["message"].as_str(), graph.sent("b").len()), (Some("all is lost"), 1));
}

#[tokio::test(start_paused = true)]
async fn equal_requests_share_the_single_questions_too() {
    let lost = json!({"data": null, "errors": [{"message": "all is lost"}]});
    let cat = Later(10, json!({"data": {"_entities": [{"purr": "p"}]}}));
    let dogs = Later(20, json!({"data": null, "errors": [{"message": "no dogs"}]}));
    let graph = with(Later(10, lost), cat, dogs);
    let (one, other) = tokio::join!(run(&graph), run(&graph));
    assert_eq!(one, other);
    assert_eq!(one["data"], json!({"cat": {"sound": "p"}, "dogs": [{"bark": null}, {"bark": null}]}));
    assert_eq!((errors(&one)[0].0, graph.sent("b").len()), ("no dogs", 3));
}
