//! Images: permission, bytes, form, and what is refused.

use axum::body::Body;
use chrono::Duration;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use products::demo;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::shop::{ADMIN, Shop, price, refused, shops};

const GIF: &[u8] = b"GIF89a-and-some-more";

async fn send(
    shop: &Shop,
    method: Method,
    path: &str,
    headers: &[(header::HeaderName, &str)],
    body: Vec<u8>,
) -> (Response<()>, Vec<u8>) {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let response = shop.app.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    (Response::from_parts(parts, ()), body.collect().await.unwrap().to_bytes().to_vec())
}

async fn put(shop: &Shop, url: &str, content_type: &str, bytes: &[u8]) -> StatusCode {
    send(shop, Method::PUT, url, &[(header::CONTENT_TYPE, content_type)], bytes.to_vec()).await.0.status()
}

async fn get(shop: &Shop, url: &str) -> (Response<()>, Vec<u8>) {
    send(shop, Method::GET, url, &[], Vec::new()).await
}

async fn permit(shop: &Shop, filename: &str, content_type: &str, size: usize) -> kit::testing::Answer {
    let input = json!({"filename": filename, "contentType": content_type, "size": size, "alt": "A thing"});
    shop.mutate("uploadImage", "image { id url alt } uploadUrl expiresAt", input).await
}

/// A permission for [`GIF`]: the image, and where to put it.
async fn permitted(shop: &Shop) -> (Value, String) {
    let answer = permit(shop, "a.gif", "image/gif", GIF.len()).await;
    let payload = answer.payload("uploadImage");
    (payload["image"].clone(), payload["uploadUrl"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn an_image_is_permitted_put_once_served_and_shown() {
    for shop in shops().await {
        let (image, upload) = permitted(&shop).await;
        let url = image["url"].as_str().unwrap();
        let name = url.strip_prefix("/files/").unwrap();
        assert!(products::storage::is_file_name(name) && upload.starts_with("/files/uploads/"));
        let product = json!({"title": "Chair", "price": price("1.00"), "imageIds": [image["id"]]});
        // Before its bytes are there, nobody sees it and nothing shows it.
        assert_eq!(get(&shop, url).await.0.status(), StatusCode::NOT_FOUND);
        let early = shop.mutate("addProduct", "product { id }", product.clone()).await;
        refused(&early, "addProduct", "IMAGE_NOT_FOUND", "input.imageIds.0");

        assert_eq!(put(&shop, &upload, "application/octet-stream", GIF).await, StatusCode::CREATED, "{}", shop.name);
        assert_eq!(put(&shop, &upload, "image/gif", GIF).await, StatusCode::NOT_FOUND);
        let (response, bytes) = get(&shop, url).await;
        assert_eq!((response.status(), &bytes[..]), (StatusCode::OK, GIF));
        let header = |name| response.headers().get(name).unwrap().to_str().unwrap();
        assert_eq!(header(header::CONTENT_TYPE), "image/gif");
        assert_eq!(header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert!(header(header::CACHE_CONTROL).contains("immutable"));
        shop.add_with(product).await;
        let query = "{ products { nodes { images { url alt } } } }";
        let answer = shop.anonymous.send(query, Value::Null).await;
        assert_eq!(answer.data()["products"]["nodes"][0]["images"], json!([{"url": url, "alt": "A thing"}]));
    }
}

#[tokio::test]
async fn what_may_not_be_uploaded_is_refused_before_a_byte_is_sent() {
    for shop in shops().await {
        for (filename, content_type, size, code, path) in [
            ("a.svg", "image/svg+xml", 10, "TYPE_NOT_ALLOWED", "input.filename"),
            ("a.png", "text/html", 10, "TYPE_NOT_ALLOWED", "input.contentType"),
            ("a.png", "image/gif", 10, "TYPE_NOT_ALLOWED", "input.contentType"),
            ("png", "image/png", 10, "TYPE_NOT_ALLOWED", "input.filename"),
            ("a.png", "image/png", 0, "INVALID", "input.size"),
            ("a.png", "image/png", 1001, "TOO_LARGE", "input.size"),
        ] {
            refused(&permit(&shop, filename, content_type, size).await, "uploadImage", code, path);
        }
    }
}

#[tokio::test]
async fn bytes_must_be_what_was_announced_and_come_in_time() {
    for shop in shops().await {
        let (image, upload) = permitted(&shop).await;
        let png = demo::picture(1);
        let mut wrong = png.clone();
        wrong.truncate(GIF.len());
        assert_eq!(put(&shop, &upload, "image/png", GIF).await, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_eq!(put(&shop, &upload, "image/gif", &wrong).await, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_eq!(put(&shop, &upload, "image/gif", &GIF[1..]).await, StatusCode::BAD_REQUEST);
        assert_eq!(put(&shop, &upload, "image/gif", b"").await, StatusCode::BAD_REQUEST);
        assert_eq!(put(&shop, &upload, "image/gif", &[b'x'; 1001]).await, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(put(&shop, &upload, "image/gif", &[b'x'; 9999]).await, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(put(&shop, "/files/uploads/guessed", "image/gif", GIF).await, StatusCode::NOT_FOUND);
        assert_eq!(get(&shop, image["url"].as_str().unwrap()).await.0.status(), StatusCode::NOT_FOUND);
        // None of those used the permission up; time does.
        let (_, expiring) = permitted(&shop).await;
        assert_eq!(put(&shop, &upload, "image/gif", GIF).await, StatusCode::CREATED);
        shop.clock.advance(Duration::minutes(15));
        assert_eq!(put(&shop, &expiring, "image/gif", GIF).await, StatusCode::NOT_FOUND, "{}", shop.name);
    }
}

#[tokio::test]
async fn of_many_who_put_at_once_one_gets_through() {
    for shop in shops().await {
        let (_, upload) = permitted(&shop).await;
        let attempts = (0..6).map(|_| put(&shop, &upload, "image/gif", GIF));
        let answers = futures_util::future::join_all(attempts).await;
        let stored = answers.iter().filter(|status| **status == StatusCode::CREATED).count();
        assert_eq!(stored, 1, "{}: {answers:?}", shop.name);
    }
}

#[tokio::test]
async fn no_path_leads_out_of_the_folder() {
    for shop in shops().await {
        for path in [
            "/files/../products.sqlite",
            "/files/..%2Fx.png",
            "/files/%2e%2e%2fx.png",
            "/files/.hidden.png",
            "/files/a.png",
        ] {
            assert_eq!(get(&shop, path).await.0.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }
}

fn form(filename: &str, content_type: &str, bytes: &[u8]) -> Vec<u8> {
    let mut form = format!(
        "--b\r\nContent-Disposition: form-data; name=\"alt\"\r\n\r\nA chair\r\n--b\r\nContent-Disposition: form-data; \
         name=\"file\"; filename=\"{filename}\"\r\nContent-Type: {content_type}\r\n\r\n"
    )
    .into_bytes();
    form.extend(bytes);
    form.extend(b"\r\n--b--\r\n");
    form
}

async fn post(shop: &Shop, authorization: Option<&str>, body: Vec<u8>) -> (StatusCode, Value) {
    let mut headers = vec![(header::CONTENT_TYPE, "multipart/form-data; boundary=b")];
    headers.extend(authorization.map(|value| (header::AUTHORIZATION, value)));
    let (response, body) = send(shop, Method::POST, "/files", &headers, body).await;
    (response.status(), serde_json::from_slice(&body).unwrap_or_default())
}

#[tokio::test]
async fn an_admin_may_post_a_form() {
    for shop in shops().await {
        let admin = shop.keys.authorization(ADMIN, &["ADMIN"], &["catalog:write"]);
        let customer = shop.keys.authorization(ADMIN, &["CUSTOMER"], &[]);
        let good = || form("photo.GIF", "image/gif", GIF);
        assert_eq!(post(&shop, None, good()).await.0, StatusCode::UNAUTHORIZED);
        assert_eq!(post(&shop, Some("Bearer nonsense"), good()).await.0, StatusCode::UNAUTHORIZED);
        assert_eq!(post(&shop, Some(&customer), good()).await.0, StatusCode::FORBIDDEN);
        for (body, status) in [
            (form("photo.gif", "image/png", GIF), StatusCode::UNSUPPORTED_MEDIA_TYPE),
            (form("photo.svg", "image/svg+xml", GIF), StatusCode::UNSUPPORTED_MEDIA_TYPE),
            (form("photo.png", "image/png", GIF), StatusCode::UNSUPPORTED_MEDIA_TYPE),
            (form("photo.gif", "image/gif", &[GIF, &[0; 1000]].concat()), StatusCode::PAYLOAD_TOO_LARGE),
            (form("photo.gif", "image/gif", &[GIF, &vec![0; 200_000]].concat()), StatusCode::PAYLOAD_TOO_LARGE),
            (b"--b--\r\n".to_vec(), StatusCode::BAD_REQUEST),
            (b"nonsense".to_vec(), StatusCode::BAD_REQUEST),
        ] {
            let (answered, body) = post(&shop, Some(&admin), body).await;
            assert_eq!(answered, status, "{}: {body}", shop.name);
            assert!(body["error"]["code"].is_string());
        }
        let (status, image) = post(&shop, Some(&admin), good()).await;
        assert_eq!((status, &image["alt"]), (StatusCode::CREATED, &json!("A chair")), "{}", shop.name);
        assert_eq!(get(&shop, image["url"].as_str().unwrap()).await.1, GIF);
        shop.add_with(json!({"title": "Chair", "price": price("1.00"), "imageIds": [image["id"]]})).await;
    }
}
