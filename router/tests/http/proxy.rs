//! Paths that somebody else answers.

use std::sync::Arc;

use axum::body::Body;
use http::{Request, StatusCode};
use rialto::{
    Rialto,
    http::{DoorSettings, Proxy},
};
use schema::{keys::KeyPair, service::ServiceSigner, transport::HttpTransport};
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::house::{House, Recorder, house};

fn with_files(files: &Recorder) -> House {
    let signer = Arc::new(ServiceSigner::new("router", KeyPair::generate()));
    let proxy = Proxy {
        prefix: "/files".to_owned(),
        base: String::new(),
        transport: Arc::new(files.clone()),
        signer: Some((signer, "products".to_owned())),
    };
    house(DoorSettings { proxies: vec![proxy], proxy_body_limit: 10, ..DoorSettings::default() })
}

#[tokio::test]
async fn path_query_body_and_sender_arrive() {
    let files = Recorder::answering("stored");
    let house = with_files(&files);
    let request = Request::put("/files/abc?x=1")
        .header("authorization", house.token(60))
        .header("rialto-service", "forged")
        .header("content-type", "image/png");
    let answer = house.send(request.body(Body::from("pixels")).unwrap()).await;
    assert_eq!((answer.status, answer.text().as_str()), (StatusCode::OK, "stored"));
    let (headers, caller) = files.last();
    assert_eq!(caller.viewer.id(), Some(Uuid::from_u128(1)));
    assert_eq!(headers["content-type"], "image/png");
    assert_eq!(headers["x-request-id"], answer.header("x-request-id"));
    assert_ne!(headers["rialto-service"], "forged");
    let started = files.started.lock().unwrap();
    assert_eq!(
        (started[0].uri().to_string(), started[0].body().as_ref()),
        ("/files/abc?x=1".to_owned(), &b"pixels"[..])
    );
}

#[tokio::test]
async fn cookies_of_subgraphs_stay_behind() {
    let files = Recorder::answering("stored");
    let proxy =
        Proxy { prefix: "/files".to_owned(), base: String::new(), transport: Arc::new(files.clone()), signer: None };
    let cookies = vec!["session=users".parse().unwrap()];
    let builder = Rialto::builder().subgraph("users", axum::Router::new()).schema("users", "type Query { a: Int }");
    let settings = DoorSettings { proxies: vec![proxy], cookies, ..DoorSettings::default() };
    let app = builder.door(settings).build().await.unwrap().into_router();
    let request = Request::get("/files/abc").header("origin", "https://shop.example").header("host", "shop.example");
    let request = request.header("cookie", "session=secret; theme=dark").body(Body::empty()).unwrap();
    assert_eq!(app.oneshot(request).await.unwrap().status(), StatusCode::OK);
    assert_eq!(files.last().0["cookie"], "theme=dark");
}

#[tokio::test]
async fn what_the_door_refuses_does_not_arrive() {
    let files = Recorder::answering("stored");
    let house = with_files(&files);
    let long = Request::post("/files").body(Body::from("longer than ten")).unwrap();
    assert_eq!(house.send(long).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let answer = house.get("/files/abc", &[("authorization", "Bearer wrong")]).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"));
    assert!(files.started.lock().unwrap().is_empty());
}

#[tokio::test]
async fn silence_behind_a_path_is_503() {
    let transport = Arc::new(HttpTransport::new("http://127.0.0.1:9").unwrap());
    let proxy = Proxy { prefix: "/files".to_owned(), base: String::new(), transport, signer: None };
    let house = house(DoorSettings { proxies: vec![proxy], ..DoorSettings::default() });
    let answer = house.get("/files/abc", &[]).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE"));
    assert_eq!(answer.header("retry-after"), "2");
}
