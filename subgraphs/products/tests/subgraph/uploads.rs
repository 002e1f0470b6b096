//! Images: permission, bytes, form, what is refused, and what is left behind.

use chrono::Duration;
use http::{Method, StatusCode, header};
use image::ImageFormat;
use products::{
    orphans::{self, Collected},
    storage::{Folder, Storage as _, copy_name},
};
use serde_json::{Value, json};

use crate::{
    files::{GIF, get, permit, permitted, permitted_for, picture, put, send},
    shop::{ADMIN, Shop, price, refused, shops},
};

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

        assert_eq!(put(&shop, &upload, "image/gif", GIF).await, StatusCode::CREATED, "{}", shop.name);
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
            ("a.png", "image/png", 16_001, "TOO_LARGE", "input.size"),
        ] {
            refused(&permit(&shop, filename, content_type, size).await, "uploadImage", code, path);
        }
    }
}

#[tokio::test]
async fn bytes_must_be_what_was_announced_and_come_in_time() {
    for shop in shops().await {
        let (image, upload) = permitted(&shop).await;
        let png = picture(64, 64, ImageFormat::Png);
        let mut wrong = png.clone();
        wrong.truncate(GIF.len());
        assert_eq!(put(&shop, &upload, "image/png", GIF).await, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_eq!(put(&shop, &upload, "image/gif", &wrong).await, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_eq!(put(&shop, &upload, "image/gif", &GIF[1..]).await, StatusCode::BAD_REQUEST);
        assert_eq!(put(&shop, &upload, "image/gif", b"").await, StatusCode::BAD_REQUEST);
        assert_eq!(put(&shop, &upload, "image/gif", &[b'x'; 16_001]).await, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(put(&shop, &upload, "image/gif", &b"x".repeat(63_999)).await, StatusCode::PAYLOAD_TOO_LARGE);
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
async fn of_many_who_put_at_once_one_stores() {
    let red = picture(8, 8, ImageFormat::Gif);
    let blue = [&red[..red.len() - 1], b"\x21\xfe\x01x\0;"].concat();
    for shop in shops().await {
        let (image, upload) = permitted_for(&shop, "a.gif", "image/gif", &red).await;
        let attempts = (0..6).map(|_| put(&shop, &upload, "image/gif", &red));
        let answers = futures_util::future::join_all(attempts).await;
        // Who comes while it is being stored may come again, and hears the same as the one who stored.
        let expected = [StatusCode::CREATED, StatusCode::SERVICE_UNAVAILABLE];
        assert!(answers.iter().all(|status| expected.contains(status)), "{}: {answers:?}", shop.name);
        assert!(answers.contains(&StatusCode::CREATED), "{}: {answers:?}", shop.name);
        assert_eq!(put(&shop, &upload, "image/gif", &blue).await, StatusCode::CONFLICT);
        assert_eq!(get(&shop, image["url"].as_str().unwrap()).await.1, red);
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
    let (response, body) = send(&shop.app, Method::POST, "/files", &headers, body).await;
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
            (form("photo.gif", "image/gif", &[GIF, &[0; 16_000]].concat()), StatusCode::PAYLOAD_TOO_LARGE),
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

#[tokio::test]
async fn the_type_that_is_sent_is_the_one_that_was_declared_or_none() {
    for shop in shops().await {
        for content_type in
            ["text/html", "application/octet-stream", "image/png", "application/x-www-form-urlencoded", ""]
        {
            let (_, upload) = permitted(&shop).await;
            let status = put(&shop, &upload, content_type, GIF).await;
            assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{content_type:?}");
        }
        let (_, upload) = permitted(&shop).await;
        let two = [(header::CONTENT_TYPE, "image/gif"), (header::CONTENT_TYPE, "text/html")];
        let (response, body) = send(&shop.app, Method::PUT, &upload, &two, GIF.to_vec()).await;
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((response.status().as_u16(), &body["error"]["code"]), (415, &json!("TYPE_NOT_ALLOWED")));
        for content_type in ["image/gif", "IMAGE/GIF; charset=binary"] {
            let (_, upload) = permitted(&shop).await;
            assert_eq!(put(&shop, &upload, content_type, GIF).await, StatusCode::CREATED, "{content_type}");
        }
        let (_, upload) = permitted(&shop).await;
        let unnamed = send(&shop.app, Method::PUT, &upload, &[], GIF.to_vec()).await.0;
        assert_eq!(unnamed.status(), StatusCode::CREATED, "{}", shop.name);
    }
}

/// A PNG whose header promises so many pixels.
fn huge_png() -> Vec<u8> {
    let mut png = picture(64, 64, ImageFormat::Png);
    png[16..24].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
    png
}

#[tokio::test]
async fn what_is_no_whole_image_is_refused_however_it_comes() {
    let png = picture(64, 64, ImageFormat::Png);
    let cases: [(&str, &str, Vec<u8>); 7] = [
        ("a.png", "image/png", b"\x89PNG\r\n\x1a\n".to_vec()),
        ("a.png", "image/png", b"\x89PNG\r\n\x1a\n<html><script>alert(1)</script></html>".to_vec()),
        ("a.png", "image/png", huge_png()),
        ("a.png", "image/png", png[..png.len() - 20].to_vec()),
        ("a.png", "image/png", [&png[..], b"<script>alert(1)</script>"].concat()),
        ("a.gif", "image/gif", b"GIF89a=1;alert(1)//".to_vec()),
        ("a.jpg", "image/jpeg", b"\xff\xd8\xff\xe0 and nothing else".to_vec()),
    ];
    for shop in shops().await {
        let admin = shop.keys.authorization(ADMIN, &["ADMIN"], &["catalog:write"]);
        for (filename, content_type, bytes) in &cases {
            let (image, upload) = permitted_for(&shop, filename, content_type, bytes).await;
            let content_types = [(header::CONTENT_TYPE, *content_type)];
            let (response, body) = send(&shop.app, Method::PUT, &upload, &content_types, bytes.clone()).await;
            let body: Value = serde_json::from_slice(&body).unwrap();
            let refused = (response.status().as_u16(), &body["error"]["code"]);
            assert_eq!(refused, (415, &json!("INVALID_IMAGE")), "{content_type} {bytes:?}");
            assert_eq!(get(&shop, image["url"].as_str().unwrap()).await.0.status(), StatusCode::NOT_FOUND);
            let (status, body) = post(&shop, Some(&admin), form(filename, content_type, bytes)).await;
            let refused = (status.as_u16(), &body["error"]["code"]);
            assert_eq!(refused, (415, &json!("INVALID_IMAGE")), "{content_type} {bytes:?}");
        }
    }
}

#[tokio::test]
async fn an_image_is_served_whole_in_parts_and_only_where_it_is_not_known() {
    for shop in shops().await {
        let (image, upload) = permitted(&shop).await;
        let url = image["url"].as_str().unwrap();
        assert_eq!(put(&shop, &upload, "image/gif", GIF).await, StatusCode::CREATED);
        let (whole, _) = get(&shop, url).await;
        let etag = whole.headers()[header::ETAG].to_str().unwrap().to_owned();
        assert_eq!(whole.headers()[header::ACCEPT_RANGES], "bytes");
        let ask =
            async |headers: &[(header::HeaderName, &str)]| send(&shop.app, Method::GET, url, headers, Vec::new()).await;

        let (known, body) = ask(&[(header::IF_NONE_MATCH, &etag)]).await;
        assert_eq!((known.status(), body.len()), (StatusCode::NOT_MODIFIED, 0));
        assert_eq!(known.headers()[header::ETAG], etag);
        assert!(known.headers()[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        assert_eq!(ask(&[(header::IF_NONE_MATCH, "\"other\"")]).await.1, GIF);
        assert_eq!(ask(&[(header::IF_MATCH, "\"other\"")]).await.0.status(), StatusCode::PRECONDITION_FAILED);

        let (part, body) = ask(&[(header::RANGE, "bytes=6-9"), (header::IF_RANGE, &etag)]).await;
        assert_eq!((part.status(), &body[..]), (StatusCode::PARTIAL_CONTENT, &GIF[6..10]));
        assert_eq!(part.headers()[header::CONTENT_RANGE], format!("bytes 6-9/{}", GIF.len()));
        assert_eq!(part.headers()[header::CONTENT_LENGTH], "4");
        assert_eq!(ask(&[(header::RANGE, "bytes=-1")]).await.1, b";");
        assert_eq!(ask(&[(header::RANGE, "bytes=0-1"), (header::IF_RANGE, "\"other\"")]).await.1, GIF);
        let (none, _) = ask(&[(header::RANGE, "bytes=999-")]).await;
        assert_eq!(none.status(), StatusCode::RANGE_NOT_SATISFIABLE);
        assert_eq!(none.headers()[header::CONTENT_RANGE], format!("bytes */{}", GIF.len()));

        let (head, body) = send(&shop.app, Method::HEAD, url, &[(header::RANGE, "bytes=0-1")], Vec::new()).await;
        assert_eq!((head.status(), body.len()), (StatusCode::OK, 0));
        assert_eq!(head.headers()[header::CONTENT_LENGTH], GIF.len().to_string());
        assert_eq!(head.headers()[header::ETAG], etag);
    }
}

#[tokio::test]
async fn an_upload_that_could_not_be_kept_may_be_tried_again() {
    for shop in shops().await {
        let (image, upload) = permitted(&shop).await;
        let files = &shop.settings.files_dir;
        std::fs::remove_dir(files).unwrap();
        assert_eq!(put(&shop, &upload, "image/gif", GIF).await, StatusCode::INTERNAL_SERVER_ERROR, "{}", shop.name);
        std::fs::create_dir(files).unwrap();
        assert_eq!(get(&shop, image["url"].as_str().unwrap()).await.0.status(), StatusCode::NOT_FOUND);
        assert_eq!(put(&shop, &upload, "image/gif", GIF).await, StatusCode::CREATED, "{}", shop.name);
    }
}

#[tokio::test]
async fn an_upload_whose_process_died_may_be_tried_again_when_its_claim_ends() {
    use sea_orm::ConnectionTrait as _;
    for shop in shops().await {
        let (image, upload) = permitted(&shop).await;
        // What a process leaves behind that dies while it stores.
        let until = shop.clock.now() + Duration::seconds(30);
        let sql = format!("UPDATE images SET claimed_until = '{}'", until.format("%Y-%m-%dT%H:%M:%S+00:00"));
        shop.database.connection().execute_unprepared(&sql).await.unwrap();
        assert_eq!(put(&shop, &upload, "image/gif", GIF).await, StatusCode::SERVICE_UNAVAILABLE, "{}", shop.name);
        shop.clock.advance(Duration::seconds(31));
        assert_eq!(put(&shop, &upload, "image/gif", GIF).await, StatusCode::CREATED, "{}", shop.name);
        assert_eq!(get(&shop, image["url"].as_str().unwrap()).await.1, GIF);
    }
}

/// Writes a file as if it had been there for so long.
fn old_file(shop: &Shop, name: &str, age: Duration) {
    let path = shop.settings.files_dir.join(name);
    std::fs::write(&path, GIF).unwrap();
    let modified = std::time::SystemTime::from(shop.clock.now() - age);
    std::fs::File::options().write(true).open(path).unwrap().set_modified(modified).unwrap();
}

#[tokio::test]
async fn what_uploads_leave_behind_is_collected() {
    for shop in shops().await {
        let folder = Folder::open(&shop.settings.files_dir).unwrap();
        let collect = async || orphans::collect(&shop.database, &folder, shop.clock.now()).await.unwrap();
        let file_name = |image: &Value| image["url"].as_str().unwrap().trim_start_matches("/files/").to_owned();

        // Stored and shown, stored and not shown, permitted and unused, permitted and lost on the way to its row.
        let (shown, upload) = permitted(&shop).await;
        assert_eq!(put(&shop, &upload, "image/gif", GIF).await, StatusCode::CREATED);
        shop.add_with(json!({"title": "Chair", "price": price("1.00"), "imageIds": [shown["id"]]})).await;
        let (spare, upload) = permitted(&shop).await;
        assert_eq!(put(&shop, &upload, "image/gif", GIF).await, StatusCode::CREATED);
        permitted(&shop).await;
        let (crashed, _) = permitted(&shop).await;
        let unknown = "0123456789abcdef0123456789abcdef.png";
        let part = format!(".{unknown}.abc");
        old_file(&shop, &file_name(&crashed), Duration::zero());
        old_file(&shop, unknown, Duration::hours(25));
        old_file(&shop, &copy_name(unknown, 640), Duration::hours(25));
        let copy = copy_name(&file_name(&shown), 320);
        old_file(&shop, &copy, Duration::hours(25));
        old_file(&shop, &part, Duration::hours(25));
        old_file(&shop, "fedcba98765432100123456789abcdef.png", Duration::hours(1));
        std::fs::write(shop.settings.files_dir.join("README"), "not ours").unwrap();

        assert_eq!(collect().await, Collected { unused: 0, files: 3, lost: 0 }, "{}", shop.name);
        assert_eq!(folder.length(unknown).await.unwrap(), None);
        assert_eq!(folder.length(&copy_name(unknown, 640)).await.unwrap(), None);
        assert!(folder.length(&copy).await.unwrap().is_some(), "the copy of an image that is there");
        shop.clock.advance(Duration::hours(25));
        for name in [file_name(&shown), file_name(&spare), file_name(&crashed)] {
            old_file(&shop, &name, Duration::hours(25));
        }
        assert_eq!(collect().await, Collected { unused: 2, files: 1, lost: 0 }, "{}", shop.name);
        assert_eq!(folder.length(&file_name(&crashed)).await.unwrap(), None);
        assert_eq!(get(&shop, shown["url"].as_str().unwrap()).await.1, GIF);
        assert_eq!(get(&shop, spare["url"].as_str().unwrap()).await.1, GIF);
        assert!(shop.settings.files_dir.join("README").exists());
        assert_eq!(collect().await, Collected::default(), "{}", shop.name);

        // Without any file, it is the folder that is missing; with some, the others are lost.
        folder.remove(&file_name(&spare)).await.unwrap();
        let kept = std::fs::read(shop.settings.files_dir.join(file_name(&shown))).unwrap();
        folder.remove(&file_name(&shown)).await.unwrap();
        assert_eq!(collect().await, Collected::default(), "{}", shop.name);
        folder.put(&file_name(&shown), kept.into()).await.unwrap();
        assert_eq!(collect().await, Collected { unused: 0, files: 0, lost: 1 }, "{}", shop.name);
        let gone = json!({"title": "Table", "price": price("1.00"), "imageIds": [spare["id"]]});
        refused(
            &shop.mutate("addProduct", "product { id }", gone).await,
            "addProduct",
            "IMAGE_NOT_FOUND",
            "input.imageIds.0",
        );
    }
}

#[tokio::test]
async fn a_sender_who_hangs_up_leaves_nothing_that_blocks() {
    for shop in shops().await {
        let (image, upload) = permitted(&shop).await;
        // Dropped at its first pause, wherever that is, and at later ones.
        for polls in 1..12 {
            let mut sending = Box::pin(put(&shop, &upload, "image/gif", GIF));
            for _ in 0..polls {
                if futures_util::poll!(&mut sending).is_ready() {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            }
        }
        // Whatever was begun goes to its end; then the image is there, or may be sent.
        let mut status = put(&shop, &upload, "image/gif", GIF).await;
        for _ in 0..500 {
            if status != StatusCode::SERVICE_UNAVAILABLE {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            status = put(&shop, &upload, "image/gif", GIF).await;
        }
        assert_eq!(status, StatusCode::CREATED, "{}", shop.name);
        assert_eq!(get(&shop, image["url"].as_str().unwrap()).await.1, GIF, "{}", shop.name);
    }
}
