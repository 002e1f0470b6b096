//! Limits, health, GraphiQL, and pages of other origins.

use std::{sync::Arc, time::Duration};

use axum::body::Body;
use bytes::Bytes;
use http::{Request, StatusCode};
use rialto::http::{DoorSettings, Origin, Probe};
use schema::transport::{HttpTransport, InProcess};
use serde_json::json;
use tower::ServiceExt as _;

use crate::house::{Recorder, house, house_with, post};

const HELLO: &str = r#"{"query":"{ hello }"}"#;
const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

#[tokio::test]
async fn a_body_that_is_too_long_is_refused_announced_or_not() {
    let house = house(DoorSettings { body_limit: 100, ..DoorSettings::default() });
    let long = format!(r#"{{"query":"{{ hello }} #{}"}}"#, "x".repeat(100));
    let answer = house.post(&long, &[("content-length", &long.len().to_string())]).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE"));
    let piece = || Ok::<_, std::io::Error>(Bytes::from(vec![b' '; 64]));
    let pieces = futures_util::stream::iter([piece(), piece(), piece()]);
    let request = Request::post("/graphql").header("content-type", "application/json");
    let answer = house.send(request.body(Body::from_stream(pieces)).unwrap()).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE"));
}

#[tokio::test]
async fn who_finds_no_place_is_told_to_come_back() {
    let slow = Recorder { pause: Duration::from_secs(5), ..Recorder::answering("{}") };
    let house = house_with(DoorSettings { max_in_flight: 1, ..DoorSettings::default() }, slow);
    let first = tokio::spawn(house.app.clone().oneshot(post(HELLO, &[])));
    while house.subgraph.started.lock().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    let answer = house.post(HELLO, &[]).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE"));
    assert_eq!(answer.header("retry-after"), "1");
    assert_eq!(house.get("/health/live", &[]).await.status, StatusCode::OK);
    first.abort();
}

#[tokio::test]
async fn a_mutation_is_carried_through_though_its_client_hangs_up() {
    for (body, finished) in [(r#"{"query":"mutation { greet }"}"#, 1), (HELLO, 0)] {
        let slow = Recorder { pause: Duration::from_millis(50), ..Recorder::answering(r#"{"data":{"greet":"hi"}}"#) };
        let house = house_with(DoorSettings::default(), slow);
        let client = tokio::spawn(house.app.clone().oneshot(post(body, &[])));
        while house.subgraph.started.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        client.abort();
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(*house.subgraph.finished.lock().unwrap(), finished, "{body}");
    }
}

#[tokio::test]
async fn a_mutation_keeps_its_place_until_it_ends_though_its_client_hangs_up() {
    for (body, keeps) in [(r#"{"query":"mutation { greet }"}"#, true), (HELLO, false)] {
        let slow = Recorder { pause: Duration::from_millis(500), ..Recorder::answering(r#"{"data":{"greet":"hi"}}"#) };
        let house = house_with(DoorSettings { max_in_flight: 1, ..DoorSettings::default() }, slow);
        let client = tokio::spawn(house.app.clone().oneshot(post(body, &[])));
        while house.subgraph.started.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        client.abort();
        assert!(client.await.unwrap_err().is_cancelled());
        let status = if keeps { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
        assert_eq!(house.post(r#"{"query":"{ __typename }"}"#, &[]).await.status, status, "{body}");
        while keeps && *house.subgraph.finished.lock().unwrap() == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let answered = async {
            while house.post(r#"{"query":"{ __typename }"}"#, &[]).await.status != StatusCode::OK {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), answered).await.unwrap();
    }
}

#[tokio::test]
async fn it_is_ready_when_those_it_must_ask_are_and_until_it_closes() {
    let ready = || Probe {
        name: "near".to_owned(),
        transport: Arc::new(Recorder::answering("{}")),
        path: "/health/ready".to_owned(),
        is_required: true,
    };
    let unreachable = HttpTransport::new("http://127.0.0.1:9").unwrap();
    let down = Probe { name: "far".to_owned(), transport: Arc::new(unreachable), ..ready() };
    let house_of = |probes| house(DoorSettings { probes, ..DoorSettings::default() });
    let good = house_of(vec![ready()]);
    let answer = good.get("/health/ready", &[]).await;
    assert_eq!((answer.status, &answer.json()["subgraphs"]["near"]), (StatusCode::OK, &"ready".into()));
    good.door.close();
    let answer = good.get("/health/ready", &[]).await;
    assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "1"));
    assert_eq!(good.get("/health/live", &[]).await.status, StatusCode::OK);
    let bad = house_of(vec![ready(), down]).get("/health/ready", &[]).await;
    assert_eq!((bad.status, &bad.json()["subgraphs"]["far"]), (StatusCode::SERVICE_UNAVAILABLE, &"not ready".into()));
}

#[tokio::test]
async fn it_passes_on_why_a_subgraph_is_not_ready() {
    let answer = |body: &'static str| {
        let route = axum::routing::get(move || async move { (StatusCode::SERVICE_UNAVAILABLE, body) });
        Arc::new(InProcess(axum::Router::new().route("/health/ready", route)))
    };
    let checks = r#"{"status": "not ready", "checks": {"disk": {"status": "fail", "reason": "the disk is full"},
        "database": {"status": "pass"}, "clocks": {"status": "warn", "reason": "75 s ahead"}}}"#;
    let probe = |name: &str, body, is_required| Probe {
        name: name.into(),
        transport: answer(body),
        path: "/health/ready".into(),
        is_required,
    };
    for is_required in [true, false] {
        let probes = vec![probe("products", checks, is_required), probe("foreign", "no", false)];
        let answer = house(DoorSettings { probes, ..DoorSettings::default() }).get("/health/ready", &[]).await;
        let status = if is_required { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
        let body = answer.json();
        assert_eq!(answer.status, status);
        assert_eq!(body["subgraphs"], json!({"products": "not ready", "foreign": "not ready"}));
        let reasons = json!({"products": {"disk": "the disk is full", "clocks": "75 s ahead"}});
        assert_eq!(body["reasons"], reasons);
    }
}

#[tokio::test]
async fn browsers_get_graphiql_with_its_tabs() {
    let tabs = r#"[{"query":"{ hello(name: \"</script>\") }"}]"#.to_owned();
    let house = house(DoorSettings { graphiql: Some(tabs), ..DoorSettings::default() });
    let page = house.get("/graphql", &[BROWSER]).await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.header("content-security-policy").starts_with("default-src 'none'; script-src 'self'"));
    assert!(page.text().contains(r#"hello(name: \"\u003c/script>\")"#));
    let text = page.text();
    let files: Vec<_> = text.split('"').filter(|part| part.starts_with("/graphql/assets/")).collect();
    assert!(files.len() >= 2 && files.iter().all(|file| !file.ends_with("/page.js")), "{files:?}");
    for file in files {
        let asset = house.get(file, &[]).await;
        assert_eq!(asset.status, StatusCode::OK, "{file}");
        assert_eq!(asset.header("cache-control"), "public, max-age=31536000, immutable", "{file}");
    }
    assert_eq!(house.get("/graphql/assets/other.js", &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_browser_is_led_to_graphiql_and_a_program_is_not() {
    let house = house(DoorSettings::default());
    for path in ["/", "/graphql/"] {
        let led = house.get(path, &[BROWSER]).await;
        assert_eq!((led.status, led.header("location")), (StatusCode::TEMPORARY_REDIRECT, "/graphql"), "{path}");
        assert_eq!(led.header("vary"), "accept");
        for accept in [("accept", "application/json"), ("accept", "*/*")] {
            let answer = house.get(path, &[accept]).await;
            assert_eq!((answer.status, answer.header("location")), (StatusCode::NOT_FOUND, ""), "{path}");
            assert_eq!(answer.json()["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
        }
        let request = Request::post(path).header("accept", BROWSER.1).body(Body::empty()).unwrap();
        assert_eq!(house.send(request).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(house.get("/elsewhere", &[BROWSER]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn only_pages_of_named_origins_may_call() {
    let shop: Origin = "https://shop.example".parse().unwrap();
    let house = house(DoorSettings { cors_origins: vec![shop], ..DoorSettings::default() });
    let ask = async |origin: &str| {
        let request = Request::options("/graphql")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type");
        house.send(request.body(Body::empty()).unwrap()).await
    };
    let answer = ask("https://shop.example").await;
    assert_eq!(answer.header("access-control-allow-origin"), "https://shop.example");
    assert_eq!(answer.header("access-control-allow-headers"), "authorization,content-type");
    assert_eq!(answer.header("access-control-allow-credentials"), "");
    assert_eq!(ask("https://evil.example").await.header("access-control-allow-origin"), "");
    let answer = house.post(HELLO, &[("origin", "https://shop.example")]).await;
    assert!(answer.header("access-control-expose-headers").contains("x-request-id"));
}

#[tokio::test]
async fn an_app_of_this_process_can_be_probed() {
    let app = axum::Router::new().route("/health/ready", axum::routing::get(|| async { "ready" }));
    let probe = Probe {
        name: "app".into(),
        transport: Arc::new(InProcess(app)),
        path: "/health/ready".into(),
        is_required: true,
    };
    let house = house(DoorSettings { probes: vec![probe], ..DoorSettings::default() });
    assert_eq!(house.get("/health/ready", &[]).await.status, StatusCode::OK);
}
