//! Errors of execution say where in the client's document their fields are selected (GraphQL specification, section
//! 7.1.2).

use serde_json::{Value, json};

use crate::canned::{Graph, Reply::Json, graph, user};

const A: &str = "
    type Query { pets: [Pet] one: Cat secret: Int @authenticated must: Strict }
    interface Pet { name: String }
    type Cat implements Pet @key(fields: \"id\") { id: ID! name: String }
    type Dog implements Pet { name: String }
    type Strict { n: Int! }
";
const B: &str = "type Cat @key(fields: \"id\") { id: ID! lives: Int }";

/// What `a` fails at is told at these paths.
fn house(failed: &[Value]) -> Graph {
    let errors: Vec<Value> = failed.iter().map(|path| json!({"message": format!("no {path}"), "path": path})).collect();
    let a = json!({"data": {"pets": [
            {"__typename": "Cat", "id": "1", "name": null}, {"__typename": "Dog", "name": null}, null],
        "one": {"id": "1", "name": null}, "must": {"n": null}}, "errors": errors});
    let b = json!({"data": {"_entities": [{"lives": "nine"}]}});
    graph(vec![("a", A, vec![("", Json(a))]), ("b", B, vec![("", Json(b))])])
}

/// For each error its path, and its places as line and column.
fn places(answer: &Value) -> Vec<(String, Vec<(u64, u64)>)> {
    let place = |place: &Value| (place["line"].as_u64().unwrap(), place["column"].as_u64().unwrap());
    let told = answer["errors"].as_array().unwrap().iter().map(|error| {
        let places = error["locations"].as_array().map_or(&[][..], Vec::as_slice).iter().map(place).collect();
        (error["path"].to_string(), places)
    });
    told.collect()
}

#[tokio::test]
async fn each_error_has_the_place_of_its_field() {
    let graph = house(&[json!(["one", "name"])]);
    let answer = graph.run("{\n  one {\n    n: name\n    lives\n  }\n  must { n }\n  secret\n}").await;
    let mut told = places(&answer);
    told.sort();
    let expected = [
        ("[\"must\",\"n\"]", vec![(6, 10)]),
        ("[\"one\",\"lives\"]", vec![(4, 5)]),
        ("[\"one\",\"n\"]", vec![(3, 5)]),
        ("[\"secret\"]", vec![(7, 3)]),
    ];
    assert_eq!(told, expected.map(|(path, places)| (path.to_owned(), places)), "{answer}");
}

#[tokio::test]
async fn a_field_that_is_selected_twice_has_two_places() {
    let query = "query ($no: Boolean = false) {\n one { name ...F }\n one { ... { name } }\n ...G\n one @include(if: $no) { name } }
fragment F on Cat { name }
fragment G on Query { one { name @skip(if: true) } }";
    let answer = house(&[json!(["one", "name"])]).answer(json!({ "query": query }), user(&[])).await;
    let answer: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(places(&answer), [("[\"one\",\"name\"]".to_owned(), vec![(2, 8), (6, 21), (3, 14)])], "{answer}");
}

#[tokio::test]
async fn only_the_fields_of_the_objects_type_count() {
    let query =
        "{ pets {\n ... on Cat { name }\n ... on Dog { name }\n ...P } }\nfragment P on Pet { __typename\n name }";
    let graph = house(&[json!(["pets", 0, "name"]), json!(["pets", 1, "name"]), json!(["pets", 2])]);
    let told = places(&graph.run(query).await);
    let expected = [
        ("[\"pets\",0,\"name\"]", vec![(2, 15), (6, 2)]),
        ("[\"pets\",1,\"name\"]", vec![(3, 15), (6, 2)]),
        ("[\"pets\",2]", vec![(1, 3)]),
    ];
    assert_eq!(told, expected.map(|(path, places)| (path.to_owned(), places)));
}
