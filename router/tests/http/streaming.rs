//! Bodies that take their time: those of GraphQL requests, and those that are passed on to other services.

use std::{sync::Arc, time::Duration};

use axum::{Router, body::Body, routing::any};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use rialto::{
    auth::{Auth, TrustedProxies},
    engine::{Engine, EngineSettings},
    http::{Door, DoorSettings, Peer, Proxy},
};
use schema::transport::InProcess;
use serde_json::json;
use tokio::time::Instant;
use tower::ServiceExt as _;

use crate::house::{Answer, House, Recorder, house, house_over};

/// A body whose pieces arrive `pause` after one another.
fn slow(pieces: Vec<String>, pause: u64) -> Body {
    Body::from_stream(stream::iter(pieces).then(move |piece| async move {
        tokio::time::sleep(Duration::from_secs(pause)).await;
        Ok::<_, std::io::Error>(piece)
    }))
}

/// A request for `hello` whose body takes `pieces` times `pause` seconds.
fn slow_query(pieces: usize, pause: u64) -> Request<Body> {
    let text = json!({"query": "{ hello }"}).to_string();
    let size = text.len().div_ceil(pieces);
    let pieces = text.as_bytes().chunks(size).map(|piece| String::from_utf8(piece.to_vec()).unwrap()).collect();
    Request::post("/graphql").header("content-type", "application/json").body(slow(pieces, pause)).unwrap()
}

#[tokio::test(start_paused = true)]
async fn the_body_of_an_operation_may_pause_and_ends_with_the_operations_time() {
    let house = house(DoorSettings::default());
    for (pieces, pause, status) in
        [(2, 14, StatusCode::OK), (2, 16, StatusCode::REQUEST_TIMEOUT), (4, 10, StatusCode::REQUEST_TIMEOUT)]
    {
        let answer = house.send(slow_query(pieces, pause)).await;
        assert_eq!(answer.status, status, "{pieces} x {pause} s: {}", answer.text());
    }
}

#[tokio::test(start_paused = true)]
async fn time_is_counted_from_the_arrival_of_the_head() {
    let subgraph = Recorder { pause: Duration::from_secs(20), ..Recorder::answering(r#"{"data":{"hello":"world"}}"#) };
    let house = house_over(DoorSettings::default(), EngineSettings::default(), subgraph);
    let started = Instant::now();
    let answer = house.send(slow_query(2, 10)).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::OK, "TIMEOUT"));
    assert_eq!(started.elapsed().as_secs(), 30);
    let told: u64 = house.subgraph.last().0["rialto-deadline-ms"].to_str().unwrap().parse().unwrap();
    assert!((9_000..=10_000).contains(&told), "{told}");
    // The same subgraph is in time for a request whose body comes at once.
    assert_eq!(house.send(slow_query(1, 5)).await.json(), json!({"data": {"hello": "world"}}));
}

#[tokio::test(start_paused = true)]
async fn a_subgraph_may_take_all_of_the_operations_time() {
    for (answers_after, timeout, expected) in [(16, 60, "world"), (59, 60, "world"), (61, 60, "null"), (4, 3, "null")] {
        let pause = Duration::from_secs(answers_after);
        let subgraph = Recorder { pause, ..Recorder::answering(r#"{"data":{"hello":"world"}}"#) };
        let settings = EngineSettings { timeout: Duration::from_secs(timeout), ..EngineSettings::default() };
        let answer =
            house_over(DoorSettings::default(), settings, subgraph).post(r#"{"query":"{ hello }"}"#, &[]).await;
        assert!(
            answer.text().contains(&format!("\"hello\":{}", if expected == "null" { "null" } else { "\"world\"" }))
        );
    }
}

/// A router with `service` behind `/files`.
fn proxied(service: Router, settings: DoorSettings) -> House {
    let transport = Arc::new(InProcess(service));
    let proxy = Proxy { prefix: "/files".into(), base: "/base".into(), transport, signer: None };
    house(DoorSettings { proxies: vec![proxy], proxy_body_limit: 100, ..settings })
}

/// A service that sends back what it gets, while it gets it.
fn echo() -> Router {
    Router::new().route("/base/files/{name}", any(async |request: axum::extract::Request| request.into_body()))
}

#[tokio::test]
async fn bodies_stream_in_both_directions() {
    let house = proxied(echo(), DoorSettings::default());
    let (mut send, receive) = tokio::io::duplex(16);
    let body = Body::from_stream(stream::unfold(receive, async |mut receive| {
        let mut piece = vec![0; 16];
        let read = tokio::io::AsyncReadExt::read(&mut receive, &mut piece).await.unwrap();
        (read > 0).then(|| (Ok::<_, std::io::Error>(Bytes::copy_from_slice(&piece[..read])), receive))
    }));
    let answer = house.app.clone().oneshot(Request::put("/files/a").body(body).unwrap()).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let mut body = answer.into_body();
    for piece in ["first", "second"] {
        tokio::io::AsyncWriteExt::write_all(&mut send, piece.as_bytes()).await.unwrap();
        assert_eq!(
            body.frame().await.unwrap().unwrap().into_data().unwrap(),
            piece,
            "it comes back before more is sent"
        );
    }
    drop(send);
    assert!(body.frame().await.is_none());
}

#[tokio::test]
async fn the_bound_of_bytes_is_counted_while_they_arrive() {
    let pieces = |count| Body::from_stream(stream::iter((0..count).map(|_| Ok::<_, std::io::Error>("0123456789"))));
    let whole = Router::new().route("/base/files/a", any(async |body: Bytes| body.len().to_string()));
    let house = proxied(whole, DoorSettings::default());
    let send = async |body| house.send(Request::put("/files/a").body(body).unwrap()).await;
    let answer = send(pieces(10)).await;
    assert_eq!((answer.status, answer.text().as_str()), (StatusCode::OK, "100"));
    let answer = send(pieces(11)).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE"));
    assert_eq!(send(Body::from("x".repeat(101))).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    // Where the response has begun, it is cut off.
    let house = proxied(echo(), DoorSettings::default());
    let answer = house.app.clone().oneshot(Request::put("/files/a").body(pieces(1000)).unwrap()).await.unwrap();
    assert!(answer.into_body().collect().await.is_err());
}

#[tokio::test(start_paused = true)]
async fn proxied_bodies_have_minutes_and_pauses_have_seconds() {
    let whole = || Router::new().route("/base/files/a", any(async |body: Bytes| body.len().to_string()));
    let house = proxied(whole(), DoorSettings::default());
    let send = async |pieces: usize, pause| {
        house.send(Request::put("/files/a").body(slow(vec!["x".to_owned(); pieces], pause)).unwrap()).await
    };
    assert_eq!(send(40, 14).await.text(), "40");
    assert_eq!(send(2, 16).await.status, StatusCode::REQUEST_TIMEOUT);
    assert_eq!(send(50, 14).await.status, StatusCode::REQUEST_TIMEOUT);
    let silent = Router::new().route("/base/files/a", any(std::future::pending::<&'static str>));
    let started = Instant::now();
    let answer = proxied(silent, DoorSettings::default()).get("/files/a", &[]).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::GATEWAY_TIMEOUT, "TIMEOUT"));
    assert_eq!(started.elapsed().as_secs(), 600);
    let endless = Router::new().route("/base/files/a", any(async || slow(vec!["x".to_owned(); 100_000], 10)));
    let answer = proxied(endless, DoorSettings::default()).app;
    let answer = answer.oneshot(Request::get("/files/a").body(Body::empty()).unwrap()).await.unwrap();
    let started = Instant::now();
    assert!(answer.into_body().collect().await.is_err());
    assert_eq!(started.elapsed().as_secs(), 600);
}

#[tokio::test]
async fn proxied_requests_have_permits_of_their_own() {
    let settings = DoorSettings { max_proxied: 1, max_in_flight: 1, ..DoorSettings::default() };
    let endless = any(async || Body::from_stream(stream::repeat_with(|| Ok::<_, std::io::Error>("x"))));
    let house = proxied(Router::new().route("/base/files/a", endless), settings);
    let open = house.app.clone().oneshot(Request::get("/files/a").body(Body::empty()).unwrap()).await.unwrap();
    let refused = house.get("/files/a", &[]).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE"));
    assert_eq!(house.post(r#"{"query":"{ hello }"}"#, &[]).await.status, StatusCode::OK);
    // The permit is held until the response's body has been sent.
    drop(open);
    let again = house.app.clone().oneshot(Request::get("/files/a").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(again.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_panic_behind_a_path_is_an_error_of_its_request() {
    let broken = Router::new().route("/base/files/a", any(async || -> &'static str { panic!("a handler") }));
    let answer = proxied(broken, DoorSettings::default()).get("/files/a", &[]).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL"));
}

#[tokio::test]
async fn a_path_in_the_address_is_honoured_and_dot_segments_are_refused() {
    let files = Recorder::answering("found");
    let (base, transport) = (Proxy::checked_base("/base/").unwrap(), Arc::new(files.clone()));
    let proxy = Proxy { prefix: "/files".into(), base, transport, signer: None };
    let house = house(DoorSettings { proxies: vec![proxy], ..DoorSettings::default() });
    for (path, asked) in
        [("/files/a", "/base/files/a"), ("/files", "/base/files"), ("/files/a?b=/../c", "/base/files/a?b=/../c")]
    {
        assert_eq!(house.get(path, &[]).await.status, StatusCode::OK);
        assert_eq!(files.started.lock().unwrap().last().unwrap().uri().to_string(), asked);
    }
    let before = files.started.lock().unwrap().len();
    for path in [
        "/files/../graphql",
        "/files/%2e%2e/admin",
        "/files/%2E%2e/x",
        "/files/a%2f..%2Fb",
        "/files/a%5C..",
        "/files/./a",
    ] {
        let Answer { status, .. } = house.get(path, &[]).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{path}");
    }
    assert_eq!(files.started.lock().unwrap().len(), before);
}

#[tokio::test]
async fn services_learn_from_where_a_request_came() {
    let files = Recorder::answering("found");
    let proxy =
        Proxy { prefix: "/files".into(), base: String::new(), transport: Arc::new(files.clone()), signer: None };
    let engine =
        Engine::new(crate::house::SUPERGRAPH, &house(DoorSettings::default()).targets(), EngineSettings::default());
    let proxies = TrustedProxies(vec!["10.0.0.0/8".parse().unwrap()]);
    let settings = DoorSettings { proxies: vec![proxy], ..DoorSettings::default() };
    let app = Door::new(Arc::new(engine.unwrap()), Auth { proxies, ..Auth::default() }, settings).app();
    for (peer, chain, proto) in [([192, 0, 2, 1], "192.0.2.1", "http"), ([10, 0, 0, 7], "6.6.6.6, 10.0.0.7", "https")] {
        let request = Request::get("/files/a")
            .extension(Peer(peer.into()))
            .header("host", "shop.example")
            .header("x-forwarded-for", "6.6.6.6")
            .header("x-forwarded-proto", "https");
        app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let headers = files.last().0;
        let told =
            ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"].map(|name| headers[name].to_str().unwrap());
        assert_eq!(told, [chain, proto, "shop.example"]);
    }
}
