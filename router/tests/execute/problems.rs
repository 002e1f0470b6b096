//! What is wrong with variables is told: all of it, with the variable, the path in it, and what was perhaps meant.

use rialto::engine::{EngineSettings, Introspection};
use serde_json::{Value, json};

use crate::canned::{Graph, Reply::Json, graph, graph_with, user};

const A: &str = "
    type Query { f(order: Order, id: ID, n: Int, size: Size, one: One): Int }
    input Order { items: [Item!]! note: String size: Size }
    input Item { productId: ID! quantity: Int! = 1 more: Item }
    input One @oneOf { id: ID email: String }
    enum Size { SMALL MEDIUM LARGE }
";

fn house() -> Graph {
    graph(vec![("a", A, vec![("", Json(json!({"data": {"f": 1}})))])])
}

/// The errors of a request with these variables: the variable, the path within, the message.
async fn problems(declared: &str, used: &str, variables: Value) -> Vec<(Value, Value, String)> {
    let house = house();
    let answer = house.run_with(&format!("query ({declared}) {{ f({used}) }}"), variables).await;
    assert!(house.sent("a").is_empty() && answer.get("data").is_none(), "{answer}");
    let told = answer["errors"].as_array().unwrap().iter().map(|error| {
        let known = &error["extensions"];
        assert_eq!((&known["code"], known["requestId"].is_string()), (&json!("BAD_USER_INPUT"), true), "{answer}");
        assert!(error["locations"][0]["line"].is_u64() && error.get("path").is_none(), "{answer}");
        (known["variable"].clone(), known["path"].clone(), error["message"].as_str().unwrap().to_owned())
    });
    told.collect()
}

#[tokio::test]
async fn everything_is_told_with_its_place() {
    let order = json!({"items": [{"productID": "1"}, {"productId": 1.5, "quantity": null}, null, {"productId": "1", "more": {}}], "size": "HUGE"});
    let told = problems(
        "$order: Order, $id: ID!, $n: Int",
        "order: $order, id: $id, n: $n",
        json!({"order": order, "n": "seven"}),
    )
    .await;
    let expected = [
        (
            "order",
            json!(["items", 0]),
            "\"productID\" is not a field of Item. Did you mean \"productId\"?",
            "order.items[0]",
        ),
        ("order", json!(["items", 0, "productId"]), "required type ID! was not provided", "order.items[0].productId"),
        ("order", json!(["items", 1, "productId"]), "a number is not a value of type ID", "order.items[1].productId"),
        ("order", json!(["items", 1, "quantity"]), "null is not a value of type Int!", "order.items[1].quantity"),
        ("order", json!(["items", 2]), "null is not a value of type Item!", "order.items[2]"),
        ("order", json!(["items", 3, "more", "productId"]), "was not provided", "order.items[3].more.productId"),
        ("order", json!(["size"]), "\"HUGE\" is not a value of the enum Size", "order.size"),
        ("id", json!([]), "\"$id\" of required type ID! was not provided", "id"),
        ("n", json!([]), "a string is not a value of type Int", "n"),
    ];
    assert_eq!(told.len(), expected.len(), "{told:?}");
    for ((variable, path, message), (name, place, part, shown)) in told.iter().zip(&expected) {
        assert_eq!((variable, path), (&json!(name), place), "{message}");
        assert!(
            message.contains(part) && message.contains(shown) && message.contains(&format!("\"${name}\"")),
            "{message}"
        );
    }
}

#[tokio::test]
async fn what_resembles_a_name_is_suggested() {
    for (variables, suggested) in [
        (json!({"size": "SMAL"}), Some("\"SMALL\"")),
        (json!({"size": "small"}), Some("\"SMALL\"")),
        (json!({"size": "MEDIUN"}), Some("\"MEDIUM\"")),
        (json!({"size": "GIGANTIC"}), None),
        (json!({"size": "x".repeat(100_000)}), None),
        (json!({"order": {"items": [], "nota": ""}}), Some("\"note\"")),
        (json!({"order": {"items": [], "itmes": []}}), Some("\"items\"")),
    ] {
        let told = problems("$size: Size, $order: Order", "size: $size, order: $order", variables.clone()).await;
        assert_eq!(told.len(), 1, "{told:?}");
        let message = &told[0].2;
        assert_eq!(message.contains("Did you mean"), suggested.is_some(), "{message}");
        assert!(suggested.is_none_or(|name| message.contains(name)) && message.len() < 300, "{message}");
    }
}

#[tokio::test]
async fn values_are_not_repeated() {
    for (declared, used, value) in [
        ("$v: Int", "n: $v", json!("secret")),
        ("$v: ID", "id: $v", json!({"secret": "secret"})),
        ("$v: Order", "order: $v", json!("secret")),
        ("$v: Size", "size: $v", json!(["secret"])),
    ] {
        let told = problems(declared, used, json!({ "v": value })).await;
        assert!(told.iter().all(|(_, _, message)| !message.contains("secret")), "{told:?}");
    }
}

#[tokio::test]
async fn of_one_field_exactly_one_is_given() {
    for value in [json!({}), json!({"id": "1", "email": "e"}), json!({"id": null}), json!({"id": "1", "email": null})] {
        let told = problems("$v: One", "one: $v", json!({ "v": value })).await;
        assert_eq!((told.len(), &told[0].1), (1, &json!([])), "{told:?}");
        assert!(told[0].2.contains("@oneOf"), "{told:?}");
    }
}

#[tokio::test]
async fn there_is_an_end_to_it() {
    let items: Vec<Value> = (0..500).map(|_| json!({"productID": 1})).collect();
    let house = house();
    let answer = house.run_with("query ($o: Order) { f(order: $o) }", json!({"o": {"items": items}})).await;
    let errors = answer["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 21);
    assert_eq!(errors[20]["extensions"]["code"], "ERRORS_UNLISTED");
    assert!(errors[20]["message"].as_str().unwrap().starts_with("980 "), "{}", errors[20]);
}

#[tokio::test]
async fn names_in_documents_are_suggested_too() {
    for (query, suggested) in [
        ("{ g }", Some("\"f\"")),
        ("{ f(idd: 1) }", Some("\"id\"")),
        ("{ f(size: SMAL) }", Some("\"SMALL\"")),
        ("{ f(order: {items: [{productID: 1}]}) }", Some("\"productId\"")),
        ("{ ...F } fragment F on Query { ff }", Some("\"f\"")),
        ("{ ... on Qery { f } }", Some("\"Query\"")),
        ("{ somethingElse }", None),
        ("query ($n: Int) { f(n: $m) }", None),
    ] {
        let answer = house().run(query).await;
        let messages: Vec<&str> =
            answer["errors"].as_array().unwrap().iter().map(|error| error["message"].as_str().unwrap()).collect();
        let suggests = messages.iter().any(|message| message.contains("Did you mean"));
        assert_eq!(suggests, suggested.is_some(), "{query}: {messages:?}");
        let all = messages.concat();
        assert!(suggested.is_none_or(|name| all.contains(name)), "{query}: {messages:?}");
    }
}

#[tokio::test]
async fn nothing_is_suggested_to_those_who_may_not_ask_for_the_schema() {
    let document = json!({"query": "{ g }"});
    let variables = json!({"query": "query ($s: Size) { f(size: $s) }", "variables": {"s": "SMAL"}});
    for (introspection, anonymous, known) in [
        (Introspection::All, [true, true], [true, true]),
        // A document is refused for everybody alike, the values of variables for each caller.
        (Introspection::Authenticated, [false, false], [false, true]),
        (Introspection::None, [false, false], [false, false]),
    ] {
        let settings = EngineSettings { introspection, ..EngineSettings::default() };
        let graph = graph_with(settings, vec![("a", A, vec![("", Json(json!({"data": {"f": 1}})))])]);
        for (viewer, expected) in [(schema::Viewer::Anonymous, anonymous), (user(&[]), known)] {
            for (request, suggests) in [&document, &variables].into_iter().zip(expected) {
                let answer = graph.answer(request.clone(), viewer.clone()).await;
                let text = String::from_utf8(answer.body.to_vec()).unwrap();
                assert_eq!(text.contains("Did you mean"), suggests, "{introspection:?}: {text}");
            }
        }
    }
}
