//! Images that are there: how large they are, their smaller copies, their words, and that they go.

use futures_util::future::join_all;
use http::{StatusCode, header};
use image::{Delay, Frame, GenericImageView as _, ImageFormat, codecs::gif::GifEncoder};
use kit::testing::TestClient;
use products::{
    Deps,
    orphans::{self, Collected},
    storage::{Folder, Storage as _, copy_name},
};
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use crate::{
    files::{GIF, get, permitted, picture, put, send, stored},
    shop::{Shop, price, refused, shops},
};

const FIELDS: &str = "width height own: url small: url(width: 320) middle: url(width: 640) large: url(width: 1280)";

/// What a product that shows this image says of it.
async fn seen(shop: &Shop, image: &Value) -> Value {
    let title = kit::random::token();
    let product = shop.add_with(json!({"title": title, "price": price("1.00"), "imageIds": [image["id"]]})).await;
    let query = format!("query($id: ID!) {{ product(id: $id) {{ images {{ {FIELDS} }} }} }}");
    shop.anonymous.send(&query, json!({"id": product["id"]})).await.data()["product"]["images"][0].clone()
}

fn address<'a>(image: &'a Value, name: &str) -> &'a str {
    image[name].as_str().unwrap()
}

fn names(shop: &Shop) -> Vec<String> {
    let entries = std::fs::read_dir(&shop.settings.files_dir).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A JPEG whose Exif metadata ask to turn it by a quarter.
fn on_its_side(width: u32, height: u32) -> Vec<u8> {
    let bytes = picture(width, height, ImageFormat::Jpeg);
    let tiff = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let payload = [&b"Exif\0\0"[..], tiff].concat();
    let length = u16::try_from(payload.len() + 2).unwrap().to_be_bytes();
    [&bytes[..2], &[0xFF, 0xE1], &length, &payload, &bytes[2..]].concat()
}

fn animation(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    for shade in [0, 255] {
        let buffer = image::RgbaImage::from_pixel(width, height, image::Rgba([shade, 0, 0, 255]));
        encoder.encode_frame(Frame::from_parts(buffer, 0, 0, Delay::from_numer_denom_ms(100, 1))).unwrap();
    }
    drop(encoder);
    bytes
}

#[tokio::test]
async fn the_size_is_that_of_the_picture_as_it_is_shown() {
    for shop in shops().await {
        let cases: [(&str, &str, Vec<u8>, [u32; 2]); 6] = [
            ("a.png", "image/png", picture(40, 20, ImageFormat::Png), [40, 20]),
            ("a.webp", "image/webp", picture(41, 21, ImageFormat::WebP), [41, 21]),
            ("a.jpg", "image/jpeg", picture(42, 22, ImageFormat::Jpeg), [42, 22]),
            ("turned.jpg", "image/jpeg", on_its_side(43, 23), [23, 43]),
            ("a.gif", "image/gif", GIF.to_vec(), [1, 1]),
            ("moving.gif", "image/gif", animation(44, 24), [44, 24]),
        ];
        for (filename, content_type, bytes, [width, height]) in cases {
            let image = stored(&shop, filename, content_type, &bytes).await;
            let seen = seen(&shop, &image).await;
            assert_eq!([&seen["width"], &seen["height"]], [&json!(width), &json!(height)], "{}: {filename}", shop.name);
            let (_, served) = get(&shop, address(&seen, "own")).await;
            assert_eq!(image::load_from_memory(&served).unwrap().dimensions(), (width, height), "{filename}");
        }
        // Before its bytes are there, nobody knows.
        let input = json!({"filename": "a.gif", "contentType": "image/gif", "size": 1});
        let answer = shop.mutate("uploadImage", &format!("image {{ {FIELDS} }}"), input).await;
        let image = &answer.payload("uploadImage")["image"];
        assert_eq!((&image["width"], &image["height"]), (&json!(0), &json!(0)));
        assert_eq!(image["small"], image["own"]);
    }
}

#[tokio::test]
async fn an_image_that_was_stored_without_its_size_gets_it_from_its_file() {
    for shop in shops().await {
        let image = stored(&shop, "a.png", "image/png", &picture(400, 100, ImageFormat::Png)).await;
        let forget = "UPDATE images SET width = NULL, height = NULL, frames = NULL";
        shop.database.connection().execute_unprepared(forget).await.unwrap();
        let seen = seen(&shop, &image).await;
        assert_eq!((&seen["width"], &seen["height"]), (&json!(400), &json!(100)), "{}", shop.name);
        assert_ne!(seen["small"], seen["own"]);
        assert_eq!(get(&shop, address(&seen, "small")).await.0.status(), StatusCode::OK);
        let written = "SELECT 1 FROM images WHERE width = 400 AND height = 100 AND frames = 1";
        let query = sea_orm::Statement::from_string(shop.database.connection().get_database_backend(), written);
        assert!(shop.database.connection().query_one_raw(query).await.unwrap().is_some(), "{}", shop.name);
        // Of one whose file is gone nobody can tell; the rest of the answer is there.
        shop.database.connection().execute_unprepared(forget).await.unwrap();
        std::fs::remove_dir_all(&shop.settings.files_dir).unwrap();
        assert_eq!(self::seen(&shop, &image).await["width"], 0);
    }
}

#[tokio::test]
async fn smaller_copies_are_made_when_they_are_asked_for_and_kept() {
    for shop in shops().await {
        let image = stored(&shop, "a.png", "image/png", &picture(1000, 300, ImageFormat::Png)).await;
        let seen = seen(&shop, &image).await;
        assert_eq!(seen["large"], seen["own"], "nothing is enlarged");
        assert_eq!(names(&shop).len(), 1, "nothing is made before it is asked for");
        for (name, width, height) in [("small", 320, 96), ("middle", 640, 192)] {
            let url = address(&seen, name);
            let (response, bytes) = get(&shop, url).await;
            let header = |name| response.headers().get(name).unwrap().to_str().unwrap();
            assert_eq!(response.status(), StatusCode::OK, "{}: {name}", shop.name);
            assert_eq!(header(header::CONTENT_TYPE), "image/webp");
            assert_eq!(header(header::CACHE_CONTROL), "public, max-age=31536000, immutable");
            assert_eq!(header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
            let copy = image::load_from_memory_with_format(&bytes, ImageFormat::WebP).unwrap();
            assert_eq!(copy.dimensions(), (width, height), "{name}");
            let pixel = |x, y| copy.get_pixel(x, y).0;
            let [left, right, foot] = [pixel(20, 20), pixel(width - 20, 20), pixel(20, height - 4)];
            assert!(left[0] > 180 && left[2] < 80 && left[3] == 255, "{name}: {left:?}");
            assert!(right[2] > 180 && right[0] < 80 && right[3] == 255, "{name}: {right:?}");
            assert_eq!(foot[3], 0, "{name}: transparency stays");
            let etag = header(header::ETAG).to_owned();
            let known = send(&shop.app, http::Method::GET, url, &[(header::IF_NONE_MATCH, &etag)], Vec::new()).await;
            assert_eq!(known.0.status(), StatusCode::NOT_MODIFIED);
            assert_eq!(get(&shop, url).await.1, bytes);
        }
        assert_eq!(names(&shop).len(), 3);
        // A picture without transparency needs none.
        let image = stored(&shop, "a.jpg", "image/jpeg", &on_its_side(200, 330)).await;
        let seen = self::seen(&shop, &image).await;
        let (_, bytes) = get(&shop, address(&seen, "small")).await;
        let copy = image::load_from_memory_with_format(&bytes, ImageFormat::WebP).unwrap();
        assert_eq!((copy.dimensions(), copy.color().has_alpha()), ((320, 194), false), "{}", shop.name);
    }
}

#[tokio::test]
async fn an_animation_has_its_own_size_only() {
    for shop in shops().await {
        let image = stored(&shop, "a.gif", "image/gif", &animation(400, 10)).await;
        let seen = seen(&shop, &image).await;
        assert_eq!(seen["small"], seen["own"], "{}", shop.name);
        let forced = copy_url(&seen, 320);
        assert_eq!(get(&shop, &forced).await.0.status(), StatusCode::NOT_FOUND);
    }
}

/// The address that a copy would have.
fn copy_url(image: &Value, width: u32) -> String {
    let name = address(image, "own").strip_prefix("/files/").unwrap();
    format!("/files/{}", copy_name(name, width))
}

#[tokio::test]
async fn there_are_three_widths_and_no_others() {
    for shop in shops().await {
        let image = stored(&shop, "a.png", "image/png", &picture(330, 10, ImageFormat::Png)).await;
        let seen = seen(&shop, &image).await;
        for width in ["0", "-320", "1", "321", "100000", "2147483647"] {
            let query = format!("{{ products {{ nodes {{ images {{ url(width: {width}) }} }} }} }}");
            let answer = shop.anonymous.send(&query, Value::Null).await;
            assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{width}");
            assert_eq!(answer.body["errors"][0]["message"], "\"width\" must be 320, 640 or 1280.");
            let path = &answer.body["errors"][0]["path"];
            assert_eq!(path, &json!(["products", "nodes", 0, "images", 0, "url"]), "{width}");
        }
        let stem = address(&seen, "own").split('.').next().unwrap();
        for name in ["-321.webp", "-0.webp", "-640.webp", "-1280.webp", "-320.png", "-320.webp.webp", "-00320.webp"] {
            let (response, body) = get(&shop, &format!("{stem}{name}")).await;
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{name}");
            assert_eq!(serde_json::from_slice::<Value>(&body).unwrap()["error"]["code"], "NOT_FOUND");
        }
        let unknown = "/files/0123456789abcdef0123456789abcdef-320.webp";
        assert_eq!(get(&shop, unknown).await.0.status(), StatusCode::NOT_FOUND);
        assert_eq!(names(&shop).len(), 1, "{}", shop.name);
    }
}

#[tokio::test]
async fn many_who_ask_several_replicas_at_once_get_the_same_copy() {
    for shop in shops().await {
        let image = stored(&shop, "a.png", "image/png", &picture(1400, 300, ImageFormat::Png)).await;
        let seen = seen(&shop, &image).await;
        let deps =
            Deps { database: shop.database.clone(), clock: shop.clock.clone(), trust: shop.keys.trust("products") };
        let replica = products::start(&shop.settings, deps).await.unwrap().app;
        let urls = ["small", "middle", "large"].map(|name| address(&seen, name));
        let asked = (0..24).map(|number| {
            let app = if number % 2 == 0 { &shop.app } else { &replica };
            send(app, http::Method::GET, urls[number % 3], &[], Vec::new())
        });
        let answers = join_all(asked).await;
        for (number, (response, bytes)) in answers.iter().enumerate() {
            assert_eq!(response.status(), StatusCode::OK, "{}: {number}", shop.name);
            assert_eq!(bytes, &answers[number % 3].1, "{}: {number}", shop.name);
        }
        assert_eq!(names(&shop).len(), 4, "no half files: {:?}", names(&shop));
        // What one replica deletes the other does not bring back.
        let input = json!({"id": image["id"]});
        shop.mutate("deleteImage", "image { id }", input).await.payload("deleteImage");
        for url in urls {
            let (response, _) = send(&replica, http::Method::GET, url, &[], Vec::new()).await;
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{}", shop.name);
        }
        assert!(names(&shop).is_empty(), "{:?}", names(&shop));
    }
}

#[tokio::test]
async fn an_image_that_is_deleted_while_copies_are_made_leaves_none() {
    for shop in shops().await {
        for _ in 0..4 {
            let image = stored(&shop, "a.png", "image/png", &picture(1400, 300, ImageFormat::Png)).await;
            let seen = seen(&shop, &image).await;
            let urls = ["small", "middle", "large"].map(|name| address(&seen, name));
            let making = join_all(urls.iter().map(|url| get(&shop, url)));
            let input = json!({"id": image["id"]});
            let (made, deleted) = tokio::join!(making, shop.mutate("deleteImage", "image { id }", input));
            deleted.payload("deleteImage");
            for (response, _) in made {
                assert!([StatusCode::OK, StatusCode::NOT_FOUND].contains(&response.status()), "{response:?}");
            }
            assert!(names(&shop).is_empty(), "{}: {:?}", shop.name, names(&shop));
        }
    }
}

#[tokio::test]
async fn words_can_be_changed() {
    for shop in shops().await {
        let image = stored(&shop, "a.gif", "image/gif", GIF).await;
        let update = async |id: &Value, alt: &str| {
            shop.mutate("updateImage", "image { id alt url }", json!({"id": id, "alt": alt})).await
        };
        let updated = update(&image["id"], "A lamp").await.payload("updateImage")["image"].clone();
        assert_eq!(updated, json!({"id": image["id"], "alt": "A lamp", "url": image["url"]}), "{}", shop.name);
        assert_eq!(update(&image["id"], "").await.payload("updateImage")["image"]["alt"], "");
        refused(&update(&image["id"], &"x".repeat(301)).await, "updateImage", "TOO_LONG", "input.alt");
        refused(&update(&json!("none"), "x").await, "updateImage", "INVALID_ID", "input.id");
        let unknown = json!("img_01900000000070008000000000000fff");
        refused(&update(&unknown, "x").await, "updateImage", "IMAGE_NOT_FOUND", "input.id");
    }
}

#[tokio::test]
async fn a_deleted_image_is_taken_from_its_products_and_nowhere_to_be_found() {
    for shop in shops().await {
        let bytes = picture(400, 20, ImageFormat::Png);
        let [first, second] =
            [stored(&shop, "a.png", "image/png", &bytes).await, stored(&shop, "b.png", "image/png", &bytes).await];
        let add = async |title: &str, images: Value| {
            shop.add_with(json!({"title": title, "price": price("1.00"), "imageIds": images})).await
        };
        let both = add("Both", json!([first["id"], second["id"]])).await;
        let one = add("One", json!([second["id"]])).await;
        let small = copy_url(&json!({"own": first["url"]}), 320);
        assert_eq!(get(&shop, &small).await.0.status(), StatusCode::OK);

        let delete = async |id: &Value| shop.mutate("deleteImage", "image { id alt }", json!({"id": id})).await;
        let deleted = delete(&first["id"]).await.payload("deleteImage")["image"].clone();
        assert_eq!(deleted, json!({"id": first["id"], "alt": "A thing"}), "{}", shop.name);
        for url in [address(&first, "url"), &small] {
            assert_eq!(get(&shop, url).await.0.status(), StatusCode::NOT_FOUND, "{}: {url}", shop.name);
        }
        assert_eq!(names(&shop).len(), 1);
        let query = "query($id: ID!) { product(id: $id) { version images { id } } }";
        let now = async |product: &Value| shop.anonymous.send(query, json!({"id": product["id"]})).await.data().clone();
        assert_eq!(now(&both).await["product"], json!({"version": 2, "images": [{"id": second["id"]}]}));
        assert_eq!(now(&one).await["product"], json!({"version": 1, "images": [{"id": second["id"]}]}));
        refused(&delete(&first["id"]).await, "deleteImage", "IMAGE_NOT_FOUND", "input.id");
        refused(&delete(&json!("prd_01900000000070008000000000000001")).await, "deleteImage", "INVALID_ID", "input.id");

        // An upload that has not come yet comes too late.
        let (image, upload) = permitted(&shop).await;
        delete(&image["id"]).await.payload("deleteImage");
        assert_eq!(put(&shop, &upload, "image/gif", GIF).await, StatusCode::NOT_FOUND);
        let folder = Folder::open(&shop.settings.files_dir).unwrap();
        assert_eq!(folder.list().await.unwrap().len(), 1);
        let collected = orphans::collect(&shop.database, &folder, shop.clock.now()).await.unwrap();
        assert_eq!(collected, Collected::default(), "{}", shop.name);
    }
}

#[tokio::test]
async fn an_image_may_be_deleted_while_products_come_to_show_it() {
    for shop in shops().await {
        let product = shop.add("Chair", "1.00", 1).await;
        let other = shop.add("Table", "1.00", 1).await;
        for _ in 0..6 {
            let [first, second] =
                [stored(&shop, "a.gif", "image/gif", GIF).await, stored(&shop, "b.gif", "image/gif", GIF).await];
            let show = |product: &Value| {
                let input = json!({"id": product["id"], "imageIds": [first["id"], second["id"]]});
                shop.mutate("updateProduct", "product { id }", input)
            };
            let delete = |image: &Value| shop.mutate("deleteImage", "image { id }", json!({"id": image["id"]}));
            let (shown, also_shown, gone, also_gone) =
                tokio::join!(show(&product), show(&other), delete(&first), delete(&second));
            for deleted in [gone, also_gone] {
                deleted.payload("deleteImage");
            }
            for answer in [shown, also_shown] {
                let errors = answer.data()["updateProduct"]["userErrors"].as_array().unwrap();
                assert!(errors.iter().all(|error| error["code"] == "IMAGE_NOT_FOUND"), "{}: {errors:?}", shop.name);
            }
            let images = "{ products { nodes { images { id } } } }";
            let answer = shop.anonymous.send(images, Value::Null).await;
            for node in answer.data()["products"]["nodes"].as_array().unwrap() {
                assert_eq!(node["images"], json!([]), "{}", shop.name);
            }
        }
    }
}

#[tokio::test]
async fn addresses_begin_with_the_public_one_or_the_one_that_the_client_asked() {
    for shop in shops().await {
        let image = stored(&shop, "a.gif", "image/gif", GIF).await;
        shop.add_with(json!({"title": "Chair", "price": price("1.00"), "imageIds": [image["id"]]})).await;
        let query = "{ products { nodes { images { url } } } }";
        let url = async |client: TestClient| {
            let answer = client.header("rialto-client-origin", "https://shop.example").send(query, Value::Null).await;
            answer.data()["products"]["nodes"][0]["images"][0]["url"].as_str().unwrap().to_owned()
        };
        let path = address(&image, "url");
        let router = shop.keys.signer("router");
        assert_eq!(
            url(TestClient::from_network(&shop.app).service(&router, "products")).await,
            format!("https://shop.example{path}")
        );
        assert_eq!(
            url(TestClient::from_network(&shop.app)).await,
            path,
            "{}: whoever calls may say anything",
            shop.name
        );
        let settings = products::Settings { public_url: "https://cdn.example/".into(), ..shop.settings.clone() };
        let deps =
            Deps { database: shop.database.clone(), clock: shop.clock.clone(), trust: shop.keys.trust("products") };
        let public = products::start(&settings, deps).await.unwrap().app;
        let client = TestClient::from_network(&public).service(&router, "products");
        assert_eq!(url(client).await, format!("https://cdn.example{path}"));
    }
}
