//! What is sent and what must come back, from the [specification](https://graphql.github.io/graphql-over-http/draft/).

use std::ops::RangeInclusive;

use axum::body::Body;
use http::{Request, header};
use serde_json::{Value, json};

/// One check, by the audit's id.
pub struct Check {
    pub id: &'static str,
    pub request: Request<Body>,
    pub wanted: Wanted,
}

/// What an answer must be. `None` leaves it open.
pub struct Wanted {
    pub status: RangeInclusive<u16>,
    /// Without the charset, which is always UTF-8.
    pub media: Option<&'static str>,
    pub errors: Option<bool>,
    pub data: Option<bool>,
}

const JSON: &str = "application/json";
const GRAPHQL: &str = "application/graphql-response+json";
const BROKEN: &str = "{ \"not a JSON";

fn status(status: RangeInclusive<u16>) -> Wanted {
    Wanted { status, media: None, errors: None, data: None }
}

/// A whole answer without errors.
fn fine(media: Option<&'static str>) -> Wanted {
    Wanted { media, errors: Some(false), data: Some(true), ..status(200..=200) }
}

/// Refused as a GraphQL request, before anything ran.
fn refused(code: u16) -> Wanted {
    Wanted { errors: Some(true), data: Some(false), ..status(code..=code) }
}

fn post(headers: &[(header::HeaderName, &str)], body: impl Into<Body>) -> Request<Body> {
    let request = Request::post("/graphql");
    headers.iter().fold(request, |request, (name, value)| request.header(name, *value)).body(body.into()).unwrap()
}

/// A POST of JSON that accepts one media type, or does not say.
fn json_post(accept: Option<&str>, body: &Value) -> Request<Body> {
    text_post(accept, &body.to_string())
}

fn text_post(accept: Option<&str>, body: &str) -> Request<Body> {
    let mut headers = vec![(header::CONTENT_TYPE, JSON)];
    headers.extend(accept.map(|accept| (header::ACCEPT, accept)));
    post(&headers, body.to_owned())
}

fn get(query: &str, accept: Option<&str>) -> Request<Body> {
    let request = Request::get(format!("/graphql?{query}"));
    let request = accept.into_iter().fold(request, |request, accept| request.header(header::ACCEPT, accept));
    request.body(Body::empty()).unwrap()
}

fn typename() -> Value {
    json!({"query": "{ __typename }"})
}

/// The simplest query, with one more parameter.
fn with(name: &str, value: &Value) -> Value {
    let mut body = typename();
    body[name] = value.clone();
    body
}

/// All 61.
pub fn checks() -> Vec<Check> {
    let all = [media_types(), methods(), wrong_types(), parameters(), variables(), not_well_formed(), refusals()];
    all.into_iter().flatten().map(|(id, request, wanted)| Check { id, request, wanted }).collect()
}

type Checks = Vec<(&'static str, Request<Body>, Wanted)>;

fn media_types() -> Checks {
    let unicode = json!({"query": "{ __type(name: \"Run🏃Swim🏊\") { name } }"}).to_string();
    let in_utf_8 = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
    vec![
        ("22EB", json_post(Some(GRAPHQL), &typename()), fine(Some(GRAPHQL))),
        ("4655", json_post(Some(JSON), &typename()), fine(Some(JSON))),
        ("47DE", json_post(Some("*/*"), &typename()), fine(Some(JSON))),
        ("80D8", json_post(None, &typename()), fine(Some(JSON))),
        ("82A3", json_post(None, &typename()), fine(Some(JSON))),
        ("BF61", post(&in_utf_8, unicode.clone()), fine(None)),
        ("78D5", text_post(None, &unicode), fine(None)),
    ]
}

fn methods() -> Checks {
    let untyped = post(&[], typename().to_string());
    vec![
        ("2C94", json_post(None, &typename()), fine(None)),
        ("5A70", get("query=%7B%20__typename%20%7D", None), fine(None)),
        ("9C48", get("query=mutation%20%7B%20__typename%20%7D", Some(GRAPHQL)), status(405..=405)),
        ("9ABE", untyped, status(415..=415)),
        ("03D4", json_post(None, &typename()), fine(None)),
        ("A5BF", text_post(None, ""), status(400..=400)),
    ]
}

/// Each parameter with values of every type that it cannot have.
fn wrong_types() -> Checks {
    let families = [
        ("query", ["LKJ0", "LKJ1", "LKJ2", "LKJ3"], json!({"obj": "ect"})),
        ("operationName", ["6C00", "6C01", "6C02", "6C03"], json!({"obj": "ect"})),
        ("variables", ["4760", "4761", "4762", "4763"], json!("string")),
        ("extensions", ["58B0", "58B1", "58B2", "58B3"], json!("string")),
    ];
    let mut checks = Checks::new();
    for (name, ids, first) in families {
        let values = [first, json!(0), json!(false), json!(["array"])];
        checks.extend(
            ids.into_iter().zip(values).map(|(id, value)| (id, json_post(None, &with(name, &value)), refused(400))),
        );
    }
    checks
}

fn parameters() -> Checks {
    let named = json!({"query": "query Query { __typename }", "operationName": "Query"});
    let extended = with("extensions", &json!({"some": "value"}));
    let mut checks = vec![
        ("34A2", json_post(Some(GRAPHQL), &typename()), fine(None)),
        ("13EE", json_post(Some(JSON), &typename()), fine(None)),
        ("8161", json_post(Some(GRAPHQL), &named), fine(None)),
        ("B8B3", json_post(Some(JSON), &named), fine(None)),
        ("428F", json_post(Some(GRAPHQL), &extended), fine(None)),
        ("1B7A", json_post(Some(JSON), &extended), fine(None)),
    ];
    for (name, graphql, json) in
        [("variables", "94B0", "0220"), ("operationName", "94B1", "0221"), ("extensions", "94B2", "0222")]
    {
        checks.push((graphql, json_post(Some(GRAPHQL), &with(name, &Value::Null)), fine(None)));
        checks.push((json, json_post(Some(JSON), &with(name, &Value::Null)), fine(None)));
    }
    checks
}

fn variables() -> Checks {
    let query = "query Type($name: String!) { __type(name: $name) { name } }";
    let body = json!({"query": query, "variables": {"name": "sometype"}});
    let encoded = "query=query%20Type(%24name%3A%20String!)%20%7B%20__type(name%3A%20%24name)%20%7B%20name%20%7D%20%7D\
                   &variables=%7B%22name%22%3A%22sometype%22%7D";
    vec![
        ("2EA1", json_post(Some(GRAPHQL), &body), fine(None)),
        ("28B9", json_post(Some(JSON), &body), fine(None)),
        ("D6D5", get(encoded, Some(GRAPHQL)), fine(None)),
        ("6A70", get(encoded, Some(JSON)), fine(None)),
    ]
}

/// What is no GraphQL request has the same status in both media types.
fn not_well_formed() -> Checks {
    let misspelt = json!({"qeury": "{ __typename }"});
    vec![
        ("423L", json_post(Some(GRAPHQL), &json!({"notquery": "{ __typename }"})), refused(400)),
        ("B6DC", text_post(Some(JSON), BROKEN), refused(400)),
        ("BCF8", text_post(Some(JSON), BROKEN), refused(400)),
        ("B7N8", text_post(Some(GRAPHQL), BROKEN), refused(400)),
        ("8764", json_post(None, &misspelt), refused(400)),
        ("3E3A", json_post(None, &misspelt), refused(400)),
    ]
}

/// What is a request and cannot be run: 200 where the client knows JSON only, else a status that says so.
fn refusals() -> Checks {
    let broken = json!({"query": "{"});
    let unknown = json!({"query": "{ nobodyHasSuchAField }"});
    let missing = json!({"query": "query CoerceFailure($id: ID!) { __typename }", "variables": {"id": null}});
    vec![
        ("572B", json_post(Some(JSON), &broken), refused(200)),
        ("FDE2", json_post(Some(JSON), &unknown), refused(200)),
        ("7B9B", json_post(Some(JSON), &missing), refused(200)),
        ("865D", json_post(Some(GRAPHQL), &broken), refused(400)),
        ("556A", json_post(Some(GRAPHQL), &broken), refused(400)),
        ("D586", json_post(Some(GRAPHQL), &broken), refused(400)),
        ("51FE", json_post(Some(GRAPHQL), &unknown), refused(400)),
        ("74FF", json_post(Some(GRAPHQL), &unknown), refused(400)),
        ("5E5B", json_post(Some(GRAPHQL), &unknown), refused(400)),
        ("86EE", json_post(Some(GRAPHQL), &missing), refused(400)),
    ]
}
