//! Uploads whose answers were lost: the same bytes again, and the same permission again.

use chrono::Duration;
use http::{Method, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    files::{GIF, get, permitted, put, send},
    shop::{refused, shops},
};

#[tokio::test]
async fn the_same_bytes_are_answered_alike_until_the_permission_ends() {
    for shop in shops().await {
        let (image, upload) = permitted(&shop).await;
        let content_type = [(header::CONTENT_TYPE, "image/gif")];
        let again = async |bytes: Vec<u8>| {
            let (response, body) = send(&shop.app, Method::PUT, &upload, &content_type, bytes).await;
            let location =
                response.headers().get(header::LOCATION).map(|location| location.to_str().unwrap().to_owned());
            (response.status().as_u16(), location, serde_json::from_slice::<Value>(&body).unwrap())
        };
        let first = again(GIF.to_vec()).await;
        assert_eq!((first.0, &first.2["id"]), (201, &image["id"]), "{}", shop.name);
        assert_eq!(again(GIF.to_vec()).await, first);
        let mut other = GIF.to_vec();
        other[13] = 0;
        for bytes in [other, GIF[1..].to_vec(), Vec::new()] {
            let (status, _, body) = again(bytes).await;
            assert_eq!((status, &body["error"]["code"]), (409, &json!("CONFLICT")), "{}", shop.name);
        }
        let changed = json!({"id": image["id"], "alt": "Other words"});
        shop.mutate("updateImage", "image { alt }", changed).await.payload("updateImage");
        assert_eq!(again(GIF.to_vec()).await.2["alt"], "Other words");
        shop.clock.advance(Duration::minutes(15));
        let (status, _, body) = again(GIF.to_vec()).await;
        assert_eq!((status, &body["error"]["code"]), (404, &json!("NOT_FOUND")), "{}", shop.name);
        assert_eq!(get(&shop, image["url"].as_str().unwrap()).await.1, GIF);
    }
}

#[tokio::test]
async fn a_key_permits_once_while_the_address_is_good() {
    for shop in shops().await {
        let ask = async |key: &str, size: usize| {
            let input = json!({"filename": "a.gif", "contentType": "image/gif", "size": size, "idempotencyKey": key});
            shop.mutate("uploadImage", "image { id } uploadUrl expiresAt replayed", input).await
        };
        let first = ask("upload-key-1", GIF.len()).await.payload("uploadImage").clone();
        let again = async |key: &str| ask(key, GIF.len()).await.payload("uploadImage").clone();
        let same = json!({
            "image": first["image"], "uploadUrl": first["uploadUrl"], "expiresAt": first["expiresAt"], "replayed": true,
            "userErrors": [],
        });
        assert_eq!(first["replayed"], false);
        shop.clock.advance(Duration::minutes(5));
        assert_eq!(again("upload-key-1").await, same, "{}", shop.name);
        let other = ask("upload-key-1", 7).await;
        refused(&other, "uploadImage", "IDEMPOTENCY_KEY_MISMATCH", "input.idempotencyKey");
        refused(&ask("short", 7).await, "uploadImage", "INVALID_IDEMPOTENCY_KEY", "input.idempotencyKey");
        // The whole way again, as a client goes it that has heard nothing.
        let upload = first["uploadUrl"].as_str().unwrap();
        assert_eq!(put(&shop, upload, "image/gif", GIF).await, StatusCode::CREATED);
        assert_eq!(again("upload-key-1").await, same);
        assert_eq!(put(&shop, upload, "image/gif", GIF).await, StatusCode::CREATED);
        // Later the image is there, and nothing to be done.
        shop.clock.advance(Duration::minutes(15));
        let later = again("upload-key-1").await;
        assert_eq!(later["image"], first["image"]);
        assert_eq!((&later["uploadUrl"], &later["replayed"]), (&Value::Null, &json!(true)), "{}", shop.name);
        // An upload that never came, or an image that was deleted, leaves the key free.
        let unused = again("upload-key-2").await;
        shop.clock.advance(Duration::minutes(15));
        let anew = again("upload-key-2").await;
        assert_eq!(anew["replayed"], false);
        assert_ne!(anew["image"], unused["image"]);
        let gone = json!({"id": first["image"]["id"]});
        shop.mutate("deleteImage", "image { id }", gone).await.payload("deleteImage");
        let anew = again("upload-key-1").await;
        assert_eq!(anew["replayed"], false);
        assert_ne!(anew["image"], first["image"], "{}", shop.name);
    }
}

#[tokio::test]
async fn of_many_who_ask_with_one_key_all_hear_the_same() {
    for shop in shops().await {
        let input = json!({"filename": "a.gif", "contentType": "image/gif", "size": 9, "idempotencyKey": "upload-key"});
        let ask = || shop.mutate("uploadImage", "image { id } uploadUrl replayed", input.clone());
        let answers = futures_util::future::join_all((0..8).map(|_| ask())).await;
        let payloads: Vec<_> = answers.iter().map(|answer| answer.payload("uploadImage")).collect();
        assert!(payloads.iter().all(|payload| payload["uploadUrl"] == payloads[0]["uploadUrl"]), "{}", shop.name);
        let new = payloads.iter().filter(|payload| payload["replayed"] == false).count();
        assert_eq!(new, 1, "{}", shop.name);
    }
}
