//! What the schema tells of itself (GraphQL specification, section 4).

use serde_json::{Value, json};

use crate::canned::{Graph, Reply::Json, graph};

const A: &str = r#"
    "Everything that can be asked."
    type Query {
        "One."
        one("How many." n: Int = 3 @deprecated(reason: "none"), m: [In!]! = [{a: 1}]): One @deprecated
        any: [Any!]
    }
    type Mutation { do: Int }
    "Named." interface Named { name: String }
    type One implements Named { name: String id: ID! old: Int @deprecated(reason: "too old") }
    union Both = One | Two
    type Two { both: Both hidden: Int @inaccessible }
    "Any value." scalar Any @specifiedBy(url: "https://example.com/any")
    enum E { "First." A B @deprecated(reason: "gone") C @inaccessible }
    input In { a: Int = 1 b: E @deprecated }
    type Hidden @inaccessible { n: Int }
"#;

fn house() -> Graph {
    graph(vec![("a", A, vec![("", Json(json!({"data": {"any": [1]}})))])])
}

async fn told(query: &str) -> Value {
    let answer = house().run(query).await;
    assert!(answer["errors"].is_null(), "{answer}");
    answer["data"].clone()
}

#[tokio::test]
async fn types_tell_what_they_are() {
    let data = told(
        "{ one: __type(name: \"One\") { kind name description fields { name } interfaces { name } possibleTypes { name } enumValues { name } inputFields { name } ofType { name } }
        named: __type(name: \"Named\") { kind description possibleTypes { name } fields { name type { name } } interfaces { name } }
        both: __type(name: \"Both\") { kind possibleTypes { name } fields { name } }
        any: __type(name: \"Any\") { kind description specifiedByURL }
        int: __type(name: \"Int\") { kind specifiedByURL }
        hidden: __type(name: \"Hidden\") { name } nobody: __type(name: \"Nobody\") { name } __typename }",
    )
    .await;
    let none = Value::Null;
    assert_eq!(
        data["one"],
        json!({"kind": "OBJECT", "name": "One", "description": none, "fields": [{"name": "name"}, {"name": "id"}],
            "interfaces": [{"name": "Named"}], "possibleTypes": none, "enumValues": none, "inputFields": none, "ofType": none})
    );
    assert_eq!(
        data["named"],
        json!({"kind": "INTERFACE", "description": "Named.", "possibleTypes": [{"name": "One"}],
            "fields": [{"name": "name", "type": {"name": "String"}}], "interfaces": []})
    );
    assert_eq!(
        data["both"],
        json!({"kind": "UNION", "possibleTypes": [{"name": "One"}, {"name": "Two"}], "fields": none})
    );
    let url = "https://example.com/any";
    assert_eq!(data["any"], json!({"kind": "SCALAR", "description": "Any value.", "specifiedByURL": url}));
    assert_eq!(data["int"], json!({"kind": "SCALAR", "specifiedByURL": none}));
    assert_eq!((&data["hidden"], &data["nobody"], &data["__typename"]), (&none, &none, &json!("Query")));
}

#[tokio::test]
async fn what_is_deprecated_is_shown_to_those_who_ask() {
    let query = |deprecated: &str| {
        format!(
            "{{ one: __type(name: \"One\") {{ fields{deprecated} {{ name isDeprecated deprecationReason }} }}
            e: __type(name: \"E\") {{ enumValues{deprecated} {{ name description isDeprecated deprecationReason }} }}
            in: __type(name: \"In\") {{ inputFields{deprecated} {{ name isDeprecated deprecationReason defaultValue type {{ kind }} }} }}
            query: __type(name: \"Query\") {{ fields(includeDeprecated: true) {{ name description isDeprecated args{deprecated} {{
                name description defaultValue isDeprecated type {{ kind ofType {{ kind ofType {{ kind ofType {{ name }} }} }} }} }} }} }} }}"
        )
    };
    for without in ["", "(includeDeprecated: false)"] {
        let data = told(&query(without)).await;
        let lengths = ["one", "e", "in"]
            .map(|key| data[key].as_object().unwrap().values().next().and_then(Value::as_array).map_or(0, Vec::len));
        assert_eq!(lengths, [2, 1, 1]);
        assert_eq!(data["query"]["fields"][0]["args"].as_array().map(Vec::len), Some(1));
    }
    let data = told(&query("(includeDeprecated: true)")).await;
    let old = json!({"name": "old", "isDeprecated": true, "deprecationReason": "too old"});
    assert_eq!(data["one"]["fields"][2], old);
    let values = json!([
        {"name": "A", "description": "First.", "isDeprecated": false, "deprecationReason": null},
        {"name": "B", "description": null, "isDeprecated": true, "deprecationReason": "gone"},
    ]);
    assert_eq!(data["e"]["enumValues"], values);
    let b = json!({"name": "b", "isDeprecated": true, "deprecationReason": "No longer supported", "defaultValue": null,
        "type": {"kind": "ENUM"}});
    assert_eq!(data["in"]["inputFields"][1], b);
    let one = &data["query"]["fields"][0];
    assert_eq!((&one["description"], &one["isDeprecated"]), (&json!("One."), &json!(true)));
    let n = json!({"name": "n", "description": "How many.", "defaultValue": "3", "isDeprecated": true,
        "type": {"kind": "SCALAR", "ofType": null}});
    assert_eq!(one["args"][0], n);
    assert_eq!(one["args"][1]["defaultValue"], "[{a: 1}]");
    let kinds = json!({"kind": "NON_NULL", "ofType": {"kind": "LIST", "ofType": {"kind": "NON_NULL", "ofType": {"name": "In"}}}});
    assert_eq!(one["args"][1]["type"], kinds);
}

#[tokio::test]
async fn the_schema_tells_its_roots_and_directives_and_no_machinery() {
    let data = told(
        "{ __schema { description queryType { name description } mutationType { name } subscriptionType { name } types { name }
        directives { name isRepeatable locations args { name type { kind ofType { name } } defaultValue } } } }",
    )
    .await;
    let schema = &data["__schema"];
    assert_eq!(schema["queryType"], json!({"name": "Query", "description": "Everything that can be asked."}));
    assert_eq!((&schema["mutationType"], &schema["subscriptionType"]), (&json!({"name": "Mutation"}), &Value::Null));
    let names = |key: &str| -> Vec<&str> {
        schema[key].as_array().unwrap().iter().map(|known| known["name"].as_str().unwrap()).collect()
    };
    let types = names("types");
    for known in ["Query", "One", "In", "Any", "Int", "__Type", "__DirectiveLocation"] {
        assert!(types.contains(&known), "{known}");
    }
    assert!(!types.iter().any(|name| name.contains("join") || name.contains("link") || *name == "Hidden"), "{types:?}");
    let mut directives = names("directives");
    directives.sort_unstable();
    assert_eq!(directives, ["deprecated", "include", "skip", "specifiedBy"]);
    let all = schema["directives"].as_array().unwrap();
    let skip = all.iter().find(|directive| directive["name"] == "skip").unwrap();
    assert_eq!(skip["locations"], json!(["FIELD", "FRAGMENT_SPREAD", "INLINE_FRAGMENT"]));
    assert_eq!((&skip["isRepeatable"], &skip["args"][0]["type"]["ofType"]["name"]), (&json!(false), &json!("Boolean")));
}

#[tokio::test]
async fn it_goes_with_fragments_variables_aliases_and_data() {
    let house = house();
    let query = "query($name: String!, $no: Boolean = false) { any t: __type(name: $name) { ...T name @include(if: $no) } __typename
        u: __type(name: \"Two\") { ...T } } fragment T on __Type { __typename n: name fields { ... on __Field { n: name type { n: name } } } }";
    let answer = house.run_with(query, json!({"name": "One"})).await;
    let t = json!({"__typename": "__Type", "n": "One",
        "fields": [{"n": "name", "type": {"n": "String"}}, {"n": "id", "type": {"n": null}}]});
    let u = json!({"__typename": "__Type", "n": "Two", "fields": [{"n": "both", "type": {"n": "Both"}}]});
    assert_eq!(answer, json!({"data": {"any": [1], "t": t, "__typename": "Query", "u": u}}));
    assert_eq!(house.sent("a").len(), 1);
    assert_eq!(house.run("mutation { __typename }").await, json!({"data": {"__typename": "Mutation"}}));
    for wrong in
        ["mutation { __schema { types { name } } }", "{ one { __schema { types { name } } } }", "{ __type { name } }"]
    {
        let answer = house.run(wrong).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED", "{wrong}: {answer}");
    }
    let deep = format!("{{ __schema {{ types {{ {} name {} }} }} }}", "fields { type {".repeat(6), "} }".repeat(6));
    assert_eq!(house.run(&deep).await["errors"][0]["extensions"]["code"], "COST_EXCEEDED");
}

#[tokio::test]
async fn members_stand_in_the_order_in_which_they_were_asked_for() {
    for (query, expected) in [
        (
            "{ __type(name: \"Two\") { name kind fields { type { name kind } name } } }",
            r#"{"__type":{"name":"Two","kind":"OBJECT","fields":[{"type":{"name":"Both","kind":"UNION"},"name":"both"}]}}"#,
        ),
        (
            "{ z: __type(name: \"In\") { ...F kind a: name isOneOf } __schema { queryType { name kind } description } }
            fragment F on __Type { x: isOneOf inputFields(includeDeprecated: true) { ...G defaultValue name } name }
            fragment G on __InputValue { type { ofType { name } name kind } name }",
            r#"{"z":{"x":false,"inputFields":[{"type":{"ofType":null,"name":"Int","kind":"SCALAR"},"name":"a","defaultValue":"1"},{"type":{"ofType":null,"name":"E","kind":"ENUM"},"name":"b","defaultValue":null}],"name":"In","kind":"INPUT_OBJECT","a":"In","isOneOf":false},"__schema":{"queryType":{"name":"Query","kind":"OBJECT"},"description":null}}"#,
        ),
    ] {
        let text = house().text(query).await;
        assert_eq!(text, format!("{{\"data\":{expected}}}"), "{query}");
    }
}
