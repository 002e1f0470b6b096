//! Pictures: asked for in GraphQL, sent and served as plain HTTP, all through the router.

use reqwest::{Method, multipart};
use serde_json::{Value, json};
use tests::{
    Client, Shop,
    client::{items, text},
    pictures::png,
    shop::unique,
};

everywhere! {
    a_picture_is_uploaded_once_and_served,
    what_cannot_be_a_picture_is_refused_when_it_is_announced,
    what_is_not_what_was_announced_is_refused,
    a_picture_is_served_in_parts_and_where_it_is_not_known,
    a_form_uploads_too,
    only_those_who_write_the_catalogue_upload,
    a_picture_is_had_in_several_widths_until_it_is_deleted,
    addresses_lead_back_to_where_the_client_found_the_shop,
}

const LIMIT: usize = 5 * 1024 * 1024;

async fn announce(client: &Client, filename: &str, content_type: &str, size: usize) -> tests::Answer {
    let document = "mutation Upload($input: UploadImageInput!) { uploadImage(input: $input) {
        image { id url alt } uploadUrl expiresAt userErrors { code path } } }";
    let input = json!({"filename": filename, "contentType": content_type, "size": size, "alt": "A lamp"});
    client.query(document, json!({"input": input})).await
}

async fn send(client: &Client, upload: &Value, content_type: &str, bytes: Vec<u8>) -> reqwest::Response {
    let request = client.request(Method::PUT, text(&upload["uploadUrl"]));
    request.header("content-type", content_type).body(bytes).send().await.expect("the shop answers")
}

async fn a_picture_is_uploaded_once_and_served(shop: &Shop) {
    let admin = shop.admin().await;
    let announced = announce(&admin, "Lamp.PNG", "image/png", 1000).await;
    let upload = announced.payload("uploadImage");
    let url = text(&upload["image"]["url"]);
    assert!(!url.to_lowercase().contains("lamp"), "a random name: {url}");
    assert_eq!(shop.anonymous().get(url).await.status().as_u16(), 404, "not before its bytes are there");
    // Whoever holds the address may send; the token has done its part.
    let sent = send(&shop.anonymous(), upload, "image/png", png(1000)).await;
    assert_eq!(sent.status().as_u16(), 201);
    let served = shop.anonymous().get(url).await;
    assert_eq!(served.status().as_u16(), 200);
    assert_eq!(served.headers()["content-type"], "image/png");
    assert_eq!(served.headers()["x-content-type-options"], "nosniff");
    assert_eq!(served.bytes().await.unwrap(), png(1000));
    // Whoever did not hear the answer sends the same again; another picture needs another address.
    let again = send(&shop.anonymous(), upload, "image/png", png(1000)).await;
    assert_eq!(again.status().as_u16(), 201);
    let receipt: Value = again.json().await.unwrap();
    assert_eq!(receipt, upload["image"]);
    let other = send(&shop.anonymous(), upload, "image/png", png(1001)).await;
    assert_eq!(other.status().as_u16(), 409);
    assert_eq!(other.json::<Value>().await.unwrap()["error"]["code"], "CONFLICT");

    let document = "mutation Add($input: AddProductInput!) { addProduct(input: $input) {
        product { images { id url alt } } userErrors { code } } }";
    let price = json!({"amount": "5", "currencyCode": "EUR"});
    let input = json!({"title": unique("Pictured"), "price": price, "imageIds": [upload["image"]["id"]]});
    let added = admin.query(document, json!({"input": input})).await;
    assert_eq!(added.payload("addProduct")["product"]["images"], json!([upload["image"]]));
}

async fn what_cannot_be_a_picture_is_refused_when_it_is_announced(shop: &Shop) {
    let admin = shop.admin().await;
    for (filename, content_type, size, code) in [
        ("lamp.svg", "image/svg+xml", 10, "TYPE_NOT_ALLOWED"),
        ("lamp.png", "text/html", 10, "TYPE_NOT_ALLOWED"),
        ("lamp.jpg", "image/png", 10, "TYPE_NOT_ALLOWED"),
        ("lamp", "image/png", 10, "TYPE_NOT_ALLOWED"),
        ("lamp.png", "image/png", LIMIT + 1, "TOO_LARGE"),
    ] {
        let refused = announce(&admin, filename, content_type, size).await;
        assert_eq!(refused.user_error("uploadImage")["code"], code, "{filename} {content_type} {size}");
    }
}

async fn what_is_not_what_was_announced_is_refused(shop: &Shop) {
    let admin = shop.admin().await;
    let html = b"<html><script>alert(1)</script></html>".to_vec();
    let cases = [
        ("another length", "image/png", png(99), 400),
        ("no picture's type", "text/html", png(100), 415),
        ("no whole picture", "image/png", [&png(100)[..80], &[7; 20]].concat(), 415),
        ("another content", "image/png", [html.clone(), vec![b' '; 100 - html.len()]].concat(), 415),
        ("another type", "image/jpeg", png(100), 415),
        ("too much", "image/png", vec![7; LIMIT + 1], 413),
    ];
    for (what, content_type, bytes, status) in cases {
        let announced = announce(&admin, "lamp.png", "image/png", 100).await;
        let upload = announced.payload("uploadImage");
        let refused = send(&shop.anonymous(), upload, content_type, bytes).await;
        assert_eq!(refused.status().as_u16(), status, "{what}");
        let body: Value = refused.json().await.unwrap();
        assert!(body["error"]["code"].is_string(), "{what}: {body}");
        assert_eq!(shop.anonymous().get(text(&upload["image"]["url"])).await.status().as_u16(), 404, "{what}");
    }
    let nowhere = json!({"uploadUrl": "/files/uploads/0123456789"});
    assert_eq!(send(&admin, &nowhere, "image/png", png(100)).await.status().as_u16(), 404);
    let paths = [("/files/none.png", 404), ("/files/..%2f..%2fCargo.toml", 400), ("/files/users.sqlite", 404)];
    for (path, status) in paths {
        assert_eq!(shop.anonymous().get(path).await.status().as_u16(), status, "{path}");
    }
}

async fn a_picture_is_served_in_parts_and_where_it_is_not_known(shop: &Shop) {
    let admin = shop.admin().await;
    let announced = announce(&admin, "lamp.png", "image/png", 1000).await;
    let upload = announced.payload("uploadImage");
    assert_eq!(send(&shop.anonymous(), upload, "image/png", png(1000)).await.status().as_u16(), 201);
    let url = text(&upload["image"]["url"]);
    let client = shop.anonymous();
    let ask = async |method, headers: &[(&str, &str)]| {
        let request =
            headers.iter().fold(client.request(method, url), |request, (name, value)| request.header(*name, *value));
        request.send().await.expect("the shop answers")
    };
    let whole = ask(Method::GET, &[]).await;
    let etag = whole.headers()["etag"].to_str().unwrap().to_owned();
    let known = ask(Method::GET, &[("if-none-match", &etag)]).await;
    assert_eq!(known.status().as_u16(), 304);
    assert_eq!(known.headers()["etag"].to_str().unwrap(), etag);
    assert_eq!(known.bytes().await.unwrap().len(), 0);
    let part = ask(Method::GET, &[("range", "bytes=10-19"), ("if-range", &etag)]).await;
    assert_eq!(part.status().as_u16(), 206);
    assert_eq!(part.headers()["content-range"], "bytes 10-19/1000");
    assert_eq!(part.bytes().await.unwrap(), png(1000)[10..20]);
    let stale = ask(Method::GET, &[("range", "bytes=10-19"), ("if-range", "\"other\"")]).await;
    assert_eq!((stale.status().as_u16(), stale.bytes().await.unwrap().len()), (200, 1000));
    let none = ask(Method::GET, &[("range", "bytes=1000-")]).await;
    assert_eq!((none.status().as_u16(), &none.headers()["content-range"]), (416, &"bytes */1000".parse().unwrap()));
    assert_eq!(ask(Method::GET, &[("if-match", "\"other\"")]).await.status().as_u16(), 412);
    let head = ask(Method::HEAD, &[]).await;
    assert_eq!((head.status().as_u16(), &head.headers()["content-length"]), (200, &"1000".parse().unwrap()));
}

async fn post(client: &Client, filename: &str, content_type: &str, bytes: Vec<u8>) -> reqwest::Response {
    let part = multipart::Part::bytes(bytes).file_name(filename.to_owned()).mime_str(content_type).unwrap();
    let form = multipart::Form::new().text("alt", "A lamp").part("file", part);
    client.request(Method::POST, "/files").multipart(form).send().await.expect("the shop answers")
}

async fn a_form_uploads_too(shop: &Shop) {
    let admin = shop.admin().await;
    let stored = post(&admin, "lamp.png", "image/png", png(500)).await;
    assert_eq!(stored.status().as_u16(), 201);
    let stored: Value = stored.json().await.unwrap();
    assert_eq!(stored["alt"], "A lamp");
    let served = shop.anonymous().get(text(&stored["url"])).await;
    assert_eq!(served.bytes().await.unwrap(), png(500));
    for (filename, content_type, bytes, status) in [
        ("lamp.svg", "image/svg+xml", b"<svg/>".to_vec(), 415),
        ("lamp.png", "image/png", b"<svg/>".to_vec(), 415),
        ("lamp.png", "image/jpeg", png(500), 415),
        ("lamp.png", "image/png", vec![7; LIMIT + 1], 413),
    ] {
        let refused = post(&admin, filename, content_type, bytes).await;
        assert_eq!(refused.status().as_u16(), status, "{filename} {content_type}");
    }
}

async fn a_picture_is_had_in_several_widths_until_it_is_deleted(shop: &Shop) {
    let admin = shop.admin().await;
    let announced = announce(&admin, "lamp.png", "image/png", 2000).await;
    let upload = announced.payload("uploadImage");
    assert_eq!(send(&shop.anonymous(), upload, "image/png", png(2000)).await.status().as_u16(), 201);
    let document = "mutation Add($input: AddProductInput!) { addProduct(input: $input) {
        product { id version images { url width height small: url(width: 320) large: url(width: 1280) own: url(width: 640) } }
        userErrors { code } } }";
    let price = json!({"amount": "5", "currencyCode": "EUR"});
    let input = json!({"title": unique("Pictured"), "price": price, "imageIds": [upload["image"]["id"]]});
    let added = admin.query(document, json!({"input": input})).await;
    let product = &added.payload("addProduct")["product"];
    let image = &product["images"][0];
    assert_eq!((&image["width"], &image["height"]), (&json!(1931), &json!(1)));
    let addresses = ["small", "large", "own"].map(|name| text(&image[name]));
    for address in addresses {
        let served = shop.anonymous().get(address).await;
        assert_eq!(served.status().as_u16(), 200, "{address}");
        assert_eq!(served.headers()["content-type"], "image/webp");
        assert_eq!(served.headers()["cache-control"], "public, max-age=31536000, immutable");
    }
    let document = "mutation Delete($input: DeleteImageInput!) {
        deleteImage(input: $input) { image { id } userErrors { code } } }";
    let deleted = admin.query(document, json!({"input": {"id": upload["image"]["id"]}})).await;
    assert_eq!(deleted.payload("deleteImage")["image"]["id"], upload["image"]["id"]);
    for address in addresses.into_iter().chain([text(&image["url"])]) {
        assert_eq!(shop.anonymous().get(address).await.status().as_u16(), 404, "{address}");
    }
    let document = "query Now($id: ID!) { product(id: $id) { version images { id } } }";
    let now = shop.anonymous().query(document, json!({"id": product["id"]})).await;
    assert_eq!(now.data()["product"], json!({"version": 2, "images": []}));
}

async fn addresses_lead_back_to_where_the_client_found_the_shop(shop: &Shop) {
    let query = "{ products(first: 1) { nodes { images { url } } } }";
    let visitor = shop.anonymous();
    let url = async |client: &Client| {
        let answer = client.ask(query).await;
        text(&answer.data()["products"]["nodes"][0]["images"][0]["url"]).to_owned()
    };
    let own = url(&visitor).await;
    let path = own.strip_prefix(&visitor.url).expect("the address that was asked");
    assert!(path.starts_with("/files/"), "{own}");
    assert_eq!(url(&visitor.with_header("host", "shop.example")).await, format!("http://shop.example{path}"));
    // Whoever is behind a proxy of which the router knows nothing gets what is right at any address.
    assert_eq!(url(&visitor.with_header("x-forwarded-proto", "https")).await, path);
    // Nobody's host is in anybody else's answer, however many ask at once.
    let askers = (0..20).map(|number| {
        let client = visitor.with_header("host", &format!("shop{number}.example"));
        async move { (number, url(&client).await) }
    });
    for (number, url) in futures_util::future::join_all(askers).await {
        assert_eq!(url, format!("http://shop{number}.example{path}"));
    }
}

async fn only_those_who_write_the_catalogue_upload(shop: &Shop) {
    let customer = shop.customer("alice").await;
    assert_eq!(post(&shop.anonymous(), "lamp.png", "image/png", png(90)).await.status().as_u16(), 401);
    assert_eq!(post(&customer, "lamp.png", "image/png", png(90)).await.status().as_u16(), 403);
    assert_eq!(announce(&shop.anonymous(), "lamp.png", "image/png", 9).await.code(), "UNAUTHENTICATED");
    assert_eq!(announce(&customer, "lamp.png", "image/png", 9).await.code(), "FORBIDDEN");
    let forged = shop.anonymous().with_token(Some("nonsense"));
    assert_eq!(post(&forged, "lamp.png", "image/png", png(90)).await.status().as_u16(), 401);
    let unknown = customer.ask("{ products(first: 1) { nodes { images { id } } } }").await;
    assert_eq!(items(&unknown.data()["products"]["nodes"]).len(), 1);
}
