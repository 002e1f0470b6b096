//! What the router serves beside answers: health, keys, the page for people, and whose pages may call.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Client, Program, Shop, binaries, shop::address};

everywhere! {
    it_says_how_it_is,
    it_shows_people_a_page,
    keys_are_public_and_only_their_public_halves,
    every_answer_names_its_request,
}

async fn it_says_how_it_is(shop: &Shop) {
    for path in ["/health/live", "/health/ready"] {
        let answer = shop.anonymous().get(path).await;
        assert_eq!(answer.status().as_u16(), 200, "{path}");
    }
    assert_eq!(shop.anonymous().get("/nothing/here").await.status().as_u16(), 404);
}

async fn it_shows_people_a_page(shop: &Shop) {
    let browser = shop.anonymous().with_header("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    let page = browser.get("/graphql").await;
    assert_eq!(page.status().as_u16(), 200);
    assert!(page.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    let html = page.text().await.unwrap();
    assert!(html.contains("GraphiQL"), "{html}");
    // What the page names on this server is there.
    for asset in html.split('"').filter(|part| part.starts_with("/graphql/assets/")) {
        assert_eq!(shop.anonymous().get(asset).await.status().as_u16(), 200, "{asset}");
    }
}

async fn keys_are_public_and_only_their_public_halves(shop: &Shop) {
    let keys: Value = shop.anonymous().get("/.well-known/jwks.json").await.json().await.unwrap();
    let key = &keys["keys"][0];
    assert_eq!((&key["crv"], &key["kid"]), (&json!("Ed25519"), &json!(shop.key("access").kid)));
    assert!(key.get("d").is_none(), "a private key is nobody's business");
}

async fn every_answer_names_its_request(shop: &Shop) {
    let answer = shop.anonymous().ask("{ orders { totalCount } }").await;
    let id = answer.header("x-request-id");
    assert!(!id.is_empty());
    assert_eq!(answer.body["errors"][0]["extensions"]["requestId"], id);
    let again = shop.anonymous().ask("{ orders { totalCount } }").await;
    assert_ne!(again.header("x-request-id"), id);
}

#[tokio::test]
async fn only_pages_of_named_origins_may_call() {
    let supergraph = binaries::workspace().join("schema/supergraph.graphql").display().to_string();
    let open = |more: &[&str]| {
        let args =
            [&["serve", "--listen", "127.0.0.1:0", "--no-authorization", "--supergraph", &supergraph], more].concat();
        let process = Program::new("rialto").args(args).start();
        let client = Client::anonymous(&address(&process.says("Rialto is ready")));
        (process, client)
    };
    let ask = async |client: &Client, origin: &str| {
        let request = client.request(Method::OPTIONS, "/graphql").header("origin", origin);
        let request = request.header("access-control-request-method", "POST");
        let request = request.header("access-control-request-headers", "authorization,content-type");
        let answer = request.send().await.unwrap();
        answer.headers().get("access-control-allow-origin").map(|origin| origin.to_str().unwrap().to_owned())
    };
    let (_closed, closed) = open(&[]);
    assert_eq!(ask(&closed, "https://shop.example").await, None);
    let (_named, named) = open(&["--cors-origin", "https://shop.example"]);
    assert_eq!(ask(&named, "https://shop.example").await.as_deref(), Some("https://shop.example"));
    assert_eq!(ask(&named, "https://evil.example").await, None);
    let (_any, any) = open(&["--cors-origin", "*"]);
    assert_eq!(ask(&any, "https://evil.example").await.as_deref(), Some("*"));
}
