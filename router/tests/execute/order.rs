//! Answers come in any order, and some fetches are never sent: what is known is put together all the same.

use serde_json::{Value, json};

use crate::canned::{
    Reply::{Json, Late},
    graph,
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
