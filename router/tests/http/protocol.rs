//! GraphQL over HTTP: media types, statuses, parameters.

use http::StatusCode;
use rialto::http::DoorSettings;

use crate::house::{House, house};

const GRAPHQL: (&str, &str) = ("accept", "application/graphql-response+json");
const JSON: (&str, &str) = ("accept", "application/json");

fn plain() -> House {
    house(DoorSettings::default())
}

#[tokio::test]
async fn an_answer_travels_as_asked_for() {
    let house = plain();
    for (accept, kind) in [(GRAPHQL, "application/graphql-response+json"), (JSON, "application/json")] {
        let answer = house.post(r#"{"query":"{ hello }"}"#, &[accept]).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("content-type"), format!("{kind}; charset=utf-8"));
        assert_eq!(answer.text(), r#"{"data":{"hello":"world"}}"#);
    }
    let refused = house.post(r#"{"query":"{ hello }"}"#, &[("accept", "image/png")]).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::NOT_ACCEPTABLE, "BAD_USER_INPUT"));
}

#[tokio::test]
async fn a_refused_operation_has_the_status_of_its_media_type() {
    let house = plain();
    for (body, code) in [
        (r#"{"query":"{ hello "}"#, "GRAPHQL_PARSE_FAILED"),
        (r#"{"query":"{ nothing }"}"#, "GRAPHQL_VALIDATION_FAILED"),
        (r#"{"query":"query($n: String!) { hello(name: $n) }","variables":{"n":null}}"#, "BAD_USER_INPUT"),
        (r#"{"query":"query A { hello } query B { hello }","operationName":"C"}"#, "BAD_USER_INPUT"),
    ] {
        let strict = house.post(body, &[GRAPHQL]).await;
        let lenient = house.post(body, &[JSON]).await;
        assert_eq!((strict.status, lenient.status), (StatusCode::BAD_REQUEST, StatusCode::OK), "{body}");
        assert_eq!((strict.code(), lenient.code()), (code.to_owned(), code.to_owned()), "{body}");
        assert!(strict.json().get("data").is_none());
    }
}

#[tokio::test]
async fn what_is_no_request_is_a_bad_request_in_any_media_type() {
    let house = plain();
    for body in ["", "{ \"not a JSON", "{}", r#"{"query":1}"#, "[]", "[{"] {
        for accept in [GRAPHQL, JSON] {
            let answer = house.post(body, &[accept]).await;
            assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "BAD_USER_INPUT"), "{body}");
        }
    }
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        let answer = house.post(r#"{"query":"{ hello }"}"#, &[("content-type", kind)]).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
    }
    assert!(house.subgraph.started.lock().unwrap().is_empty());
}

#[tokio::test]
async fn get_runs_queries_only() {
    let house = plain();
    let answer = house.get("/graphql?query=%7Bhello%7D&variables=%7B%7D", &[]).await;
    assert_eq!(answer.text(), r#"{"data":{"hello":"world"}}"#);
    let asked = house.subgraph.started.lock().unwrap().len();
    for accept in [GRAPHQL, JSON] {
        let answer = house.get("/graphql?query=mutation%7Bgreet%7D", &[accept]).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(answer.header("allow"), "POST");
    }
    assert_eq!(house.subgraph.started.lock().unwrap().len(), asked);
}

#[tokio::test]
async fn other_methods_are_told_which_there_are() {
    let request = http::Request::delete("/graphql").body(axum::body::Body::empty()).unwrap();
    let answer = plain().send(request).await;
    assert_eq!((answer.status, answer.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET, HEAD, POST"));
}

#[tokio::test]
async fn a_page_of_another_site_cannot_ask_blindly() {
    let blind = [("sec-fetch-mode", "no-cors"), ("sec-fetch-site", "cross-site")];
    let answer = plain().get("/graphql?query=%7Bhello%7D", &blind).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, "FORBIDDEN"));
}
