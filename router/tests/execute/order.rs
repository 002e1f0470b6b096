//! Answers come in any order, some fetches are never sent, some objects are sent twice: what is known is put together
//! all the same.

use rialto::engine::EngineSettings;
use serde_json::{Value, json};

use crate::canned::{
    Reply::{Json, Late},
    graph, graph_with,
};

const A: &str = "
    type Query { shops: [Shop] @shareable }
    type Shop @shareable { name: String }
";
const B: &str = "
    type Query { shops: [Shop] @shareable }
    type Shop @shareable { address: Address }
    type Address @shareable { street: String city: City }
    type City @shareable { name: String }
";
const C: &str = "
    type Query { shops: [Shop] @shareable }
    type Shop @shareable { address: Address owner: Owner }
    type Address @shareable { city: City }
    type City @shareable { zip: Int }
    type Owner @key(fields: \"id\") { id: ID! }
";
const D: &str = "type Owner @key(fields: \"id\") { id: ID! age: Int }";

#[tokio::test]
async fn values_in_values_are_matched_whoever_answers_last() {
    let answers = [
        json!({"data": {"shops": [{"name": "n"}]}}),
        json!({"data": {"shops": [{"address": {"street": "s", "city": {"name": "c"}}}]}}),
        json!({"data": {"shops": [{"address": {"city": {"zip": 7}}, "owner": {"id": "1"}}]}}),
    ];
    for late in 0..8 {
        let reply = |at: usize| {
            let answer = answers[at].clone();
            vec![("", if late >> at & 1 == 1 { Late(answer) } else { Json(answer) })]
        };
        let owners = vec![("", Json(json!({"data": {"_entities": [{"age": 1}]}})))];
        let graph = graph(vec![("a", A, reply(0)), ("b", B, reply(1)), ("c", C, reply(2)), ("d", D, owners)]);
        let answer = graph.run("{ shops { name address { street city { name zip } } owner { age } } }").await;
        let address = json!({"street": "s", "city": {"name": "c", "zip": 7}});
        let shop = json!({"name": "n", "address": address, "owner": {"age": 1}});
        assert_eq!(answer, json!({"data": {"shops": [shop]}}), "{late:b} are late");
    }
}

#[tokio::test]
async fn why_nothing_was_asked_is_told() {
    let (a, b) = (
        "type Query { boxes: [Box] } type Box @key(fields: \"id\") { id: ID! label: String }",
        "type Box @key(fields: \"id\") { id: ID! less: String }",
    );
    let error = json!({"message": "no id", "path": ["boxes", 0, "id"]});
    let told = json!({"data": {"boxes": [{"id": null, "label": "l"}]}, "errors": [error]});
    let graph = graph(vec![("a", a, vec![("", Json(told))]), ("b", b, vec![("", Json(Value::Null))])]);
    let answer = graph.run("{ boxes { label less } }").await;
    assert_eq!(answer["data"], json!({"boxes": [{"label": "l", "less": null}]}));
    assert_eq!(answer["errors"][0]["path"], json!(["boxes", 0, "less"]));
    assert_eq!(answer["errors"][0]["message"], "no id");
    assert!(graph.sent("b").is_empty());
}

#[tokio::test]
async fn an_entity_is_sent_once_unless_it_is_to_be_sent_for_each_place() {
    let (a, b) = (
        "type Query { boxes: [Box] } type Box @key(fields: \"id\") { id: ID! }",
        "type Box @key(fields: \"id\") { id: ID! less: String }",
    );
    let places = json!({"data": {"boxes": [{"id": "1"}, {"id": "2"}, {"id": "1"}]}});
    for (deduplicate, ids) in [(true, vec!["1", "2"]), (false, vec!["1", "2", "1"])] {
        let entities: Vec<Value> = ids.iter().map(|id| json!({"less": id})).collect();
        let told = json!({"data": {"_entities": entities}});
        let settings = EngineSettings { deduplicate, ..EngineSettings::default() };
        let subgraphs = vec![("a", a, vec![("", Json(places.clone()))]), ("b", b, vec![("", Json(told))])];
        let graph = graph_with(settings, subgraphs);
        let answer = graph.run("{ boxes { less } }").await;
        assert_eq!(answer, json!({"data": {"boxes": [{"less": "1"}, {"less": "2"}, {"less": "1"}]}}));
        let sent: Vec<Value> = ids.iter().map(|id| json!({"__typename": "Box", "id": id})).collect();
        assert_eq!(graph.sent("b")[0]["variables"]["r0"], json!(sent));
    }
}
