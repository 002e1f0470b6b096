//! Responses that are compressed where asked for, and compressed requests.

use http::StatusCode;
use http_body_util::BodyExt as _;
use rialto::http::DoorSettings;
use serde_json::json;
use tower::{Service as _, ServiceExt as _, service_fn};
use tower_http::{compression::Compression, decompression::Decompression};

use crate::house::{Answer, House, Recorder, house, house_with, post};

const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
const INTROSPECTION: &str = r#"{"query":"{ __schema { types { name description fields { name description } } } }"}"#;

/// The answer as it was before it was compressed.
async fn decoded(answer: Answer) -> String {
    let mut response = http::Response::new(axum::body::Body::from(answer.body));
    *response.headers_mut() = answer.headers;
    let mut given = Some(response);
    let mut decoding =
        Decompression::new(service_fn(move |_: http::Request<()>| std::future::ready(given.take().ok_or("twice"))));
    let decoded = decoding.call(http::Request::new(())).await.unwrap();
    String::from_utf8(decoded.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

/// A text in a coding, as a client would send it.
async fn encoded(text: &str, coding: &str) -> Vec<u8> {
    let text = text.to_owned();
    let answer = service_fn(move |_: http::Request<()>| {
        std::future::ready(Ok::<_, ()>(http::Response::new(axum::body::Body::from(text.clone()))))
    });
    let request = http::Request::get("/").header("accept-encoding", coding).body(()).unwrap();
    let response = Compression::new(answer).oneshot(request).await.unwrap();
    assert_eq!(response.headers()["content-encoding"], coding);
    response.into_body().collect().await.unwrap().to_bytes().to_vec()
}

#[tokio::test]
async fn a_long_response_is_compressed_as_asked_for() {
    let house = house(DoorSettings::default());
    let plain = house.post(INTROSPECTION, &[]).await;
    assert_eq!((plain.header("content-encoding"), plain.status), ("", StatusCode::OK));
    assert_eq!(plain.header("vary"), "accept, authorization, accept-encoding");
    let text = plain.text();
    assert!(text.len() > 1024);
    for (accepted, coding) in [
        ("gzip", "gzip"),
        ("br", "br"),
        ("zstd", "zstd"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=1, br;q=0.5", "gzip"),
        ("br;q=1, *;q=0", "br"),
        ("deflate", ""),
        ("identity", ""),
        ("identity;q=0, *;q=0", ""),
        ("gzip;q=0", ""),
    ] {
        let answer = house.post(INTROSPECTION, &[("accept-encoding", accepted)]).await;
        assert_eq!((answer.status, answer.header("content-encoding")), (StatusCode::OK, coding), "{accepted}");
        assert_eq!(answer.header("vary"), "accept, authorization, accept-encoding", "{accepted}");
        assert_eq!(answer.headers.get_all("vary").iter().count(), 1, "{accepted}");
        assert!(coding.is_empty() || answer.body.len() < text.len() / 2, "{accepted}: {}", answer.body.len());
        assert_eq!(decoded(answer).await, text, "{accepted}");
    }
}

#[tokio::test]
async fn a_short_response_is_not() {
    let at_the_bound = "x".repeat(1024 - r#"{"data":{"hello":""}}"#.len());
    for (more, coding) in [("", ""), ("x", "gzip")] {
        let answer = format!(r#"{{"data":{{"hello":"{at_the_bound}{more}"}}}}"#);
        let house =
            house_with(DoorSettings::default(), Recorder::answering(Box::leak(answer.clone().into_boxed_str())));
        let answered = house.post(r#"{"query":"{ hello }"}"#, &[("accept-encoding", "gzip")]).await;
        assert_eq!(answered.header("content-encoding"), coding, "{}", answer.len());
        assert_eq!(decoded(answered).await, answer);
    }
}

/// The path of the page's own script, whose name changes with its content.
async fn script_of(house: &House) -> String {
    let page = house.get("/graphql", &[BROWSER]).await.text();
    let path =
        page.split('"').find(|part| part.starts_with("/graphql/assets/page-") && part.strip_suffix(".js").is_some());
    path.expect("the page loads its script").to_owned()
}

#[tokio::test]
async fn graphiql_is_compressed_too() {
    let house = house(DoorSettings::default());
    let asked = ("accept-encoding", "gzip, br");
    let page = house.get("/graphql", &[BROWSER, asked]).await;
    assert_eq!((page.header("content-encoding"), page.header("vary")), ("br", "accept, accept-encoding"));
    let script = script_of(&house).await;
    let plain = house.get(&script, &[]).await;
    assert_eq!((plain.header("content-encoding"), plain.header("vary")), ("", "accept-encoding"));
    for _ in 0..2 {
        let script = house.get(&script, &[asked]).await;
        let coding = if plain.body.len() > 1024 { "br" } else { "" };
        assert_eq!((script.header("content-encoding"), script.header("vary")), (coding, "accept-encoding"));
        assert_eq!(decoded(script).await, plain.text());
    }
}

#[tokio::test]
async fn it_can_be_left_to_a_proxy() {
    let house = house(DoorSettings { compress: false, ..DoorSettings::default() });
    let asked = ("accept-encoding", "gzip");
    for answer in [
        house.post(INTROSPECTION, &[asked]).await,
        house.get("/graphql", &[BROWSER, asked]).await,
        house.get(&script_of(&house).await, &[asked]).await,
    ] {
        assert_eq!((answer.status, answer.header("content-encoding")), (StatusCode::OK, ""));
        assert!(!answer.header("vary").contains("encoding"));
    }
}

#[tokio::test]
async fn the_origin_of_a_page_and_the_coding_both_decide() {
    let cors_origins = vec!["https://shop.example".parse().unwrap()];
    let house = house(DoorSettings { cors_origins, ..DoorSettings::default() });
    let headers = [("accept-encoding", "gzip"), ("origin", "https://shop.example")];
    let answer = house.post(INTROSPECTION, &headers).await;
    let varies: Vec<_> = answer.headers.get_all("vary").iter().map(|value| value.to_str().unwrap()).collect();
    let varies = varies.join(", ");
    for name in ["accept", "authorization", "accept-encoding", "origin"] {
        assert!(varies.split(", ").any(|varied| varied == name), "{varies}");
    }
}

async fn send(house: &House, body: Vec<u8>, coding: &str) -> Answer {
    let mut request = post("", &[("content-encoding", coding)]);
    *request.body_mut() = body.into();
    house.send(request).await
}

#[tokio::test]
async fn a_compressed_request_is_read() {
    let house = house(DoorSettings::default());
    let text = json!({"query": "{ hello }", "variables": {"filler": "x".repeat(2_000)}}).to_string();
    for coding in ["gzip", "br", "zstd"] {
        let body = encoded(&text, coding).await;
        let answer = send(&house, body.clone(), &coding.to_uppercase()).await;
        assert_eq!((answer.status, &answer.json()["data"]["hello"]), (StatusCode::OK, &"world".into()), "{coding}");
        let cut = send(&house, body[..body.len() / 2].to_vec(), coding).await;
        assert_eq!((cut.status, cut.code().as_str()), (StatusCode::BAD_REQUEST, "BAD_USER_INPUT"), "{coding}");
        let garbage = send(&house, b"no such thing".to_vec(), coding).await;
        assert_eq!((garbage.status, garbage.code().as_str()), (StatusCode::BAD_REQUEST, "BAD_USER_INPUT"), "{coding}");
    }
    for coding in ["deflate", "compress", "gzip, br"] {
        let answer = send(&house, b"{}".to_vec(), coding).await;
        let expected = (StatusCode::UNSUPPORTED_MEDIA_TYPE, "BAD_USER_INPUT");
        assert_eq!((answer.status, answer.code().as_str()), expected, "{coding}");
    }
}

#[tokio::test]
async fn what_a_compressed_request_holds_is_bounded() {
    let house = house(DoorSettings { body_limit: 10_000, ..DoorSettings::default() });
    let bomb = format!(r#"{{"query":"{{ hello }}{}"}}"#, " ".repeat(50_000_000));
    for coding in ["gzip", "br", "zstd"] {
        let body = encoded(&bomb, coding).await;
        let answer = send(&house, body, coding).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE"));
        let small = encoded(&format!(r#"{{"query":"{{ hello }}{}"}}"#, " ".repeat(9_000)), coding).await;
        assert_eq!(send(&house, small, coding).await.status, StatusCode::OK, "{coding}");
    }
    assert_eq!(house.subgraph.started.lock().unwrap().len(), 3);
}
