//! Files as clients send and ask for them, and pictures to send.

use std::io::Cursor;

use axum::body::Body;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::shop::Shop;

/// One white pixel.
pub const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

/// A picture that is red on the left, blue on the right, and transparent at its foot where the format can be.
pub fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let pixel = |x, y| match (x < width / 2, y > height * 3 / 4) {
        (_, true) => Rgba([0, 0, 0, 0]),
        (true, _) => Rgba([220, 20, 20, 255]),
        (false, _) => Rgba([20, 20, 220, 255]),
    };
    let picture = DynamicImage::from(RgbaImage::from_fn(width, height, pixel));
    let picture = if format == ImageFormat::Jpeg { picture.into_rgb8().into() } else { picture };
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

pub async fn send(
    app: &axum::Router,
    method: Method,
    path: &str,
    headers: &[(header::HeaderName, &str)],
    body: Vec<u8>,
) -> (Response<()>, Vec<u8>) {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let response = app.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    (Response::from_parts(parts, ()), body.collect().await.unwrap().to_bytes().to_vec())
}

pub async fn put(shop: &Shop, url: &str, content_type: &str, bytes: &[u8]) -> StatusCode {
    send(&shop.app, Method::PUT, url, &[(header::CONTENT_TYPE, content_type)], bytes.to_vec()).await.0.status()
}

pub async fn get(shop: &Shop, url: &str) -> (Response<()>, Vec<u8>) {
    send(&shop.app, Method::GET, url, &[], Vec::new()).await
}

/// Permission for so many bytes under this name and type.
pub async fn permit(shop: &Shop, filename: &str, content_type: &str, size: usize) -> kit::testing::Answer {
    let input = json!({"filename": filename, "contentType": content_type, "size": size, "alt": "A thing"});
    shop.mutate("uploadImage", "image { id url alt } uploadUrl expiresAt replayed", input).await
}

/// A permission for these bytes: the image, and where to put it.
pub async fn permitted_for(shop: &Shop, filename: &str, content_type: &str, bytes: &[u8]) -> (Value, String) {
    let answer = permit(shop, filename, content_type, bytes.len()).await;
    let payload = answer.payload("uploadImage");
    (payload["image"].clone(), payload["uploadUrl"].as_str().unwrap().to_owned())
}

/// A permission for [`GIF`]: the image, and where to put it.
pub async fn permitted(shop: &Shop) -> (Value, String) {
    permitted_for(shop, "a.gif", "image/gif", GIF).await
}

/// An image that is stored.
pub async fn stored(shop: &Shop, filename: &str, content_type: &str, bytes: &[u8]) -> Value {
    let (image, upload) = permitted_for(shop, filename, content_type, bytes).await;
    assert_eq!(put(shop, &upload, content_type, bytes).await, StatusCode::CREATED, "{}: {filename}", shop.name);
    image
}
