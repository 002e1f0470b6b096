//! Numbers, and scalars as a whole, travel as they are written: digit by digit, members in their order, from variables
//! and their defaults to subgraphs, and from subgraphs' data and errors to clients.

use crate::canned::{
    Graph,
    Reply::{self, Text},
    graph,
};

const A: &str = "
    scalar Long
    scalar Json
    type Query { echo(long: Long, json: Json, id: ID, float: Float, int: Int, in: In, list: [Long]): String }
    type Mutation { make(long: Long): String }
    input In { id: ID long: Long = 12345678901234567890123 json: Json n: Int more: In }
";

fn house(reply: Reply) -> Graph {
    graph(vec![("a", A, vec![("", reply)])])
}

/// The `variables` of the body that `a` was sent.
fn variables(house: &Graph) -> String {
    let written = house.subgraphs["a"].written.lock().unwrap();
    let (_, variables) = written[0].split_once("\"variables\":").unwrap();
    variables.strip_suffix('}').unwrap().to_owned()
}

#[tokio::test]
async fn variables_arrive_as_they_are_written() {
    for (argument, ty, value, sent) in [
        ("long", "Long", "12345678901234567890123", "12345678901234567890123"),
        ("long", "Long", "18446744073709551616", "18446744073709551616"),
        ("long", "Long", "-0.12345678901234567890", "-0.12345678901234567890"),
        ("long", "Long", "-0", "-0"),
        ("json", "Json", "{\"z\": 1.10, \"a\": 2}", "{\"z\":1.10,\"a\":2}"),
        (
            "json",
            "Json",
            "[{\"z\":{\"y\":[1.0,null],\"b\":\"\"}}, 100000000000000000000]",
            "[{\"z\":{\"y\":[1.0,null],\"b\":\"\"}},100000000000000000000]",
        ),
        ("id", "ID", "123456789012345678901234567890", "123456789012345678901234567890"),
        ("id", "ID", "-7", "-7"),
        ("float", "Float", "1.10", "1.10"),
        ("float", "Float", "12345678901234567890123", "12345678901234567890123"),
        ("int", "Int", "7.0", "7"),
        ("list", "[Long]", "[1.10, 99999999999999999999]", "[1.10,99999999999999999999]"),
        ("list", "[Long]", "99999999999999999999", "[99999999999999999999]"),
        (
            "in",
            "In",
            "{\"n\":1.0,\"json\":{\"b\":1.0,\"a\":1},\"id\":99999999999999999999,\"long\":1.50}",
            "{\"n\":1,\"json\":{\"b\":1.0,\"a\":1},\"id\":99999999999999999999,\"long\":1.50}",
        ),
        (
            "in",
            "In",
            "{\"more\":{\"id\":7},\"json\":1.0}",
            "{\"more\":{\"id\":7,\"long\":12345678901234567890123},\"json\":1.0,\"long\":12345678901234567890123}",
        ),
    ] {
        let house = house(Text("{\"data\":{\"echo\":\"e\"}}"));
        let request =
            format!("{{\"query\":\"query($v:{ty}){{echo({argument}:$v)}}\",\"variables\":{{\"v\":{value}}}}}");
        assert_eq!(house.written(&request).await, "{\"data\":{\"echo\":\"e\"}}", "{request}");
        assert_eq!(variables(&house), format!("{{\"v\":{sent}}}"), "{request}");
    }
}

#[tokio::test]
async fn defaults_arrive_as_they_are_written() {
    for (declared, sent) in [
        ("Long = 12345678901234567890123", "12345678901234567890123"),
        ("Long = 0.12345678901234567890", "0.12345678901234567890"),
        ("Long = {z: 1.10, a: [E, 2]}", "{\"z\":1.10,\"a\":[\"E\",2]}"),
    ] {
        let house = house(Text("{\"data\":{\"echo\":\"e\"}}"));
        house.written(&format!("{{\"query\":\"query($v:{declared}){{echo(long:$v)}}\"}}")).await;
        assert_eq!(variables(&house), format!("{{\"v\":{sent}}}"), "{declared}");
    }
}

#[tokio::test]
async fn mutations_and_literals_are_no_different() {
    let house = house(Text("{\"data\":{\"make\":\"m\"}}"));
    let number = "12345678901234567890123";
    house
        .written(&format!("{{\"query\":\"mutation($v:Long){{make(long:$v)}}\",\"variables\":{{\"v\":{number}}}}}"))
        .await;
    assert_eq!(variables(&house), format!("{{\"v\":{number}}}"));
    let house = self::house(Text("{\"data\":{\"echo\":\"e\"}}"));
    house.written(&format!("{{\"query\":\"{{echo(long:{number} json:{{z:1.10 a:2}})}}\"}}")).await;
    assert!(house.sent("a")[0]["query"].as_str().unwrap().contains(number));
    // A literal with a point is a Float (section 3.5.1), whatever its value.
    let answer = house.written("{\"query\":\"{echo(int:1.0)}\"}").await;
    assert!(answer.contains("GRAPHQL_VALIDATION_FAILED"), "{answer}");
}

#[tokio::test]
async fn what_is_no_id_and_no_float_is_refused() {
    for (argument, ty, value) in
        [("id", "ID", "1.0"), ("id", "ID", "1e3"), ("float", "Float", "1e999"), ("int", "Int", "1e999")]
    {
        let house = house(Text("{}"));
        let request =
            format!("{{\"query\":\"query($v:{ty}){{echo({argument}:$v)}}\",\"variables\":{{\"v\":{value}}}}}");
        let answer = house.written(&request).await;
        assert!(answer.contains("BAD_USER_INPUT") && house.sent("a").is_empty(), "{request}: {answer}");
    }
}

#[tokio::test]
async fn of_equal_keys_the_last_counts_and_is_sent_once() {
    let house = house(Text("{\"data\":{\"echo\":\"e\"}}"));
    house
        .written(
            "{\"query\":\"query($v:Json){echo(json:$v)}\",\"variables\":{\"v\":1,\"v\":{\"a\":1,\"b\":2,\"a\":3}}}",
        )
        .await;
    assert_eq!(variables(&house), "{\"v\":{\"a\":3,\"b\":2}}");
}

#[tokio::test]
async fn what_a_subgraph_tells_of_its_errors_is_told_as_it_is_written() {
    let extensions = "\"big\":12345678901234567890123,\"price\":1.10,\"a\":{\"z\":[1e999],\"b\":-0}";
    let house = house(Text(
        format!("{{\"data\":{{\"echo\":null}},\"errors\":[{{\"message\":\"no\",\"path\":[\"echo\"],\"extensions\":{{{extensions}}}}}]}}").leak(),
    ));
    let answer = house.written("{\"query\":\"{echo}\"}").await;
    assert!(answer.contains(&format!("\"extensions\":{{{extensions},\"code\":\"INTERNAL\"")), "{answer}");
    // Lists that are asked for singly, too.
    let a = "type Query { cat: Cat dog: Dog } type Cat @key(fields: \"id\") { id: ID! } type Dog @key(fields: \"id\") { id: ID! }";
    let b = "type Cat @key(fields: \"id\") { id: ID! purr: Int } type Dog @key(fields: \"id\") { id: ID! bark: Int }";
    let told = Text("{\"data\":{\"cat\":{\"id\":\"1\"},\"dog\":{\"id\":\"2\"}}}");
    let alone = format!(
        "{{\"data\":{{\"_entities\":[null]}},\"errors\":[{{\"message\":\"no\",\"path\":[\"_entities\",0],\"extensions\":{{{extensions}}}}}]}}"
    );
    let lost = Text("{\"data\":null,\"errors\":[{\"message\":\"lost\"}]}");
    let graph = graph(vec![("a", a, vec![("", told)]), ("b", b, vec![("e1:", lost), ("", Text(alone.leak()))])]);
    let answer = graph.written("{\"query\":\"{cat{purr} dog{bark}}\"}").await;
    assert_eq!(answer.matches(&format!("\"extensions\":{{{extensions},\"code\":\"INTERNAL\"")).count(), 2, "{answer}");
}
