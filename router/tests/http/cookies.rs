//! Cookies: who may have them, and which subgraph sees and sets them.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Json, Router, body::Body, extract::State, response::IntoResponse as _, routing::post};
use http::{HeaderMap, Request, StatusCode, header::SET_COOKIE};
use http_body_util::BodyExt as _;
use rialto::{
    Rialto,
    assemble::BuildError,
    http::{DoorSettings, Origin},
};
use serde_json::{Value, json};
use tower::ServiceExt as _;

const HOST: &str = "shop.example";
const OWN: &str = "https://shop.example";
const LISTED: &str = "https://app.example";
const BOTH: &str = r#"{"query":"{ a b }"}"#;

/// The headers of the requests that a subgraph got.
type Seen = Arc<Mutex<Vec<HeaderMap>>>;

async fn answer(State(seen): State<Seen>, headers: HeaderMap) -> axum::response::Response {
    seen.lock().unwrap().push(headers);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut response = Json(json!({"data": {"a": 1, "b": 2}})).into_response();
    for cookie in ["mine=new; HttpOnly", "yours=new", "other=new"] {
        response.headers_mut().append(SET_COOKIE, cookie.parse().unwrap());
    }
    response
}

/// A router over two subgraphs, which both set every cookie; `mine` is of `one`, and `yours` of `two`.
struct House {
    app: Router,
    one: Seen,
    two: Seen,
}

async fn house(settings: DoorSettings) -> House {
    let (one, two) = (Seen::default(), Seen::default());
    let app = |seen: &Seen| Router::new().route("/graphql", post(answer)).with_state(seen.clone());
    let settings =
        DoorSettings { cookies: vec!["mine=one".parse().unwrap(), "yours=two".parse().unwrap()], ..settings };
    let builder = Rialto::builder().subgraph("one", app(&one)).schema("one", "type Query { a: Int }").share("one");
    let builder = builder.subgraph("two", app(&two)).schema("two", "type Query { b: Int }").share("two");
    let rialto = builder.door(settings).build().await.unwrap();
    House { app: rialto.into_router(), one, two }
}

async fn listing() -> House {
    let cors_origins = vec![LISTED.parse::<Origin>().unwrap()];
    house(DoorSettings { cors_origins, ..DoorSettings::default() }).await
}

impl House {
    async fn send(&self, request: http::request::Builder, body: &str) -> (StatusCode, HeaderMap, Value) {
        let response = self.app.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (head.status, head.headers, serde_json::from_slice(&body).unwrap_or_default())
    }

    /// What is set by the answer to a page of `origin` that shows all cookies.
    async fn ask(&self, origin: Option<&str>) -> Vec<String> {
        let mut request = Request::post("/graphql").header("host", HOST).header("content-type", "application/json");
        request = request.header("cookie", "other=old; mine=old; yours=old");
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        let (status, headers, body) = self.send(request, BOTH).await;
        assert_eq!((status, &body["data"]), (StatusCode::OK, &json!({"a": 1, "b": 2})));
        set(&headers)
    }

    /// The `Origin` and the cookies that each subgraph was shown last.
    fn shown(&self) -> [(String, String); 2] {
        [&self.one, &self.two].map(|seen| {
            let seen = seen.lock().unwrap();
            let headers = seen.last().unwrap();
            let text = |name| headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
            (text("origin"), text("cookie"))
        })
    }
}

fn set(headers: &HeaderMap) -> Vec<String> {
    headers.get_all(SET_COOKIE).iter().map(|value| value.to_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn each_subgraph_sees_and_sets_its_own_cookies_for_pages_that_may_have_them() {
    let house = listing().await;
    for origin in [OWN, LISTED] {
        assert_eq!(house.ask(Some(origin)).await, ["mine=new; HttpOnly", "yours=new"], "{origin}");
        let shown = ["mine=old", "yours=old"].map(|cookie| (origin.to_owned(), cookie.to_owned()));
        assert_eq!(house.shown(), shown);
    }
}

#[tokio::test]
async fn for_everybody_else_there_are_no_cookies() {
    let nothing = || [(); 2].map(|()| (String::new(), String::new()));
    let house = listing().await;
    for origin in [
        None,
        Some("https://evil.example"),
        Some("null"),
        Some("http://shop.example"),
        Some("https://shop.example:8443"),
    ] {
        assert_eq!(house.ask(origin).await, [""; 0], "{origin:?}");
        assert_eq!(house.shown(), nothing(), "{origin:?}");
    }
    let request = Request::get("/graphql?query={a%20b}").header("host", HOST).header("origin", OWN);
    let (status, headers, _) = house.send(request.header("cookie", "mine=old"), "").await;
    assert_eq!((status, set(&headers), house.shown()), (StatusCode::OK, Vec::new(), nothing()));
    let asked = house.one.lock().unwrap().len();
    for content_type in ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"] {
        let request = Request::post("/graphql").header("host", HOST).header("origin", OWN).header("cookie", "mine=old");
        let (status, headers, _) = house.send(request.header("content-type", content_type), BOTH).await;
        assert_eq!((status, set(&headers)), (StatusCode::UNSUPPORTED_MEDIA_TYPE, Vec::new()), "{content_type}");
    }
    assert_eq!(house.one.lock().unwrap().len(), asked, "nobody was asked");
}

#[tokio::test]
async fn where_every_page_may_call_only_the_routers_own_have_cookies() {
    let cors_origins = vec![Origin::Any, LISTED.parse().unwrap()];
    let house = house(DoorSettings { cors_origins, ..DoorSettings::default() }).await;
    assert_eq!(house.ask(Some(LISTED)).await, [""; 0]);
    assert_eq!(house.ask(Some(OWN)).await.len(), 2);
    let request = Request::options("/graphql").header("origin", LISTED);
    let (_, headers, _) = house.send(request.header("access-control-request-method", "POST"), "").await;
    assert_eq!(headers["access-control-allow-origin"], "*");
    assert!(!headers.contains_key("access-control-allow-credentials"));
}

#[tokio::test]
async fn a_router_behind_a_proxy_knows_its_own_pages_by_its_public_url() {
    let public_origin = Some(Origin::of_url("https://www.shop.example/api").unwrap());
    let house = house(DoorSettings { public_origin, ..DoorSettings::default() }).await;
    assert_eq!(house.ask(Some("https://www.shop.example")).await.len(), 2);
    assert_eq!(house.ask(Some("https://api.shop.example")).await.len(), 0);
}

#[tokio::test]
async fn browsers_are_told_that_listed_pages_may_have_cookies() {
    let house = listing().await;
    let ask = async |origin: &str| {
        let request = Request::options("/graphql").header("host", HOST).header("origin", origin);
        let (_, headers, _) = house.send(request.header("access-control-request-method", "POST"), "").await;
        let text = |name: &str| headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        (text("access-control-allow-origin"), text("access-control-allow-credentials"))
    };
    assert_eq!(ask(LISTED).await, (LISTED.to_owned(), "true".to_owned()));
    assert_eq!(ask("https://evil.example").await, (String::new(), String::new()));
}

#[tokio::test]
async fn a_fetch_for_a_page_with_cookies_is_nobody_elses() {
    let house = listing().await;
    let (one, other) = tokio::join!(house.ask(Some(OWN)), house.ask(Some(OWN)));
    assert_eq!((one.len(), other.len()), (2, 2));
    assert_eq!(house.one.lock().unwrap().len(), 2);
    let _ = tokio::join!(house.ask(None), house.ask(None));
    assert_eq!(house.one.lock().unwrap().len(), 3, "equal reads of others are one");
}

#[tokio::test]
async fn a_cookie_of_a_subgraph_that_there_is_not_is_refused() {
    let settings = DoorSettings { cookies: vec!["mine=none".parse().unwrap()], ..DoorSettings::default() };
    let builder = Rialto::builder().subgraph("one", Router::new()).schema("one", "type Query { a: Int }");
    let error = builder.door(settings).build().await.err().unwrap();
    assert!(matches!(&error, BuildError::Unknown { name, .. } if name == "none"), "{error}");
}
