//! Whom the router and the subgraphs believe: nobody without proof.

use serde_json::{Value, json};
use tests::{
    Program, Shop, binaries,
    client::text,
    forge,
    recorder::Recorder,
    shop::{address, new_folder},
    shopping::add_product,
};

everywhere! { a_token_that_is_not_ours_is_refused_even_where_none_is_needed, clients_cannot_reserve }

const PUBLIC: &str = "{ products(first: 1) { totalCount } }";

async fn a_token_that_is_not_ours_is_refused_even_where_none_is_needed(shop: &Shop) {
    let alice = shop.customer("alice").await;
    // What is forged below differs from this in one thing each.
    let genuine = schema::token::sign(&forge::claims(&alice.user_id), shop.key("access")).unwrap();
    let believed = alice.with_token(Some(&genuine)).ask("{ me { id } users(first: 1) { totalCount } }").await;
    assert_eq!(believed.data()["me"]["id"], json!(alice.user_id));
    for (what, token) in forge::unbelievable(shop.key("access"), &alice.user_id) {
        let answer = shop.anonymous().with_token(Some(&token)).ask(PUBLIC).await;
        assert_eq!((answer.code(), answer.status.as_u16()), ("UNAUTHENTICATED", 401), "{what}");
        assert!(answer.body.get("data").is_none(), "{what}");
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{what}");
    }
    let basic = shop.anonymous().with_header("authorization", "Basic YWRtaW46YWRtaW4=").ask(PUBLIC).await;
    assert_eq!(basic.code(), "UNAUTHENTICATED");
}

/// The same tokens at the subgraphs' own doors.
#[tokio::test]
async fn subgraphs_refuse_them_too() {
    let shop = Shop::four();
    let alice = shop.customer("alice").await;
    let genuine = schema::token::sign(&forge::claims(&alice.user_id), shop.key("access")).unwrap();
    for (name, url) in &shop.subgraphs {
        let believed = alice.at(url).with_token(Some(&genuine)).ask("{ __typename }").await;
        assert_eq!(believed.data()["__typename"], "Query", "{name}");
        for (what, token) in forge::unbelievable(shop.key("access"), &alice.user_id) {
            let answer = shop.anonymous().at(url).with_token(Some(&token)).ask("{ __typename }").await;
            assert_eq!((answer.code(), answer.status.as_u16()), ("UNAUTHENTICATED", 401), "{name}: {what}");
        }
    }
}

const RESERVE: &str = "mutation Reserve($input: ReserveInput!) {
    reserve(input: $input) { reservation { state } userErrors { code } } }";

fn reservation(product: &str) -> Value {
    let lines = json!([{"productId": product, "quantity": 1}]);
    let order = format!("ord_{}", uuid::Uuid::from_u128(u128::from(std::process::id())).simple());
    json!({"input": {"orderId": order, "lines": lines, "expiresAt": "2030-01-01T00:00:00Z"}})
}

async fn clients_cannot_reserve(shop: &Shop) {
    let product = add_product(shop, "5", 3).await;
    for client in [shop.anonymous(), shop.customer("alice").await, shop.admin().await] {
        let answer = client.query(RESERVE, reservation(&product)).await;
        assert!(answer.codes().iter().all(|code| *code == "GRAPHQL_VALIDATION_FAILED"), "{:#}", answer.body);
    }
    assert_eq!(tests::shopping::available(&shop.anonymous(), &product).await, 3);
}

#[tokio::test]
async fn products_reserves_for_orders_alone() {
    let shop = Shop::four();
    let product = add_product(shop, "5", 3).await;
    let at_products =
        |token: &str| shop.anonymous().at(&shop.subgraphs["products"]).with_header("rialto-service", token);
    let orders = shop.key("orders");
    let router = shop.key("router");
    let stranger = schema::keys::KeyPair::generate();
    let refused = [
        ("nonsense", "nonsense".to_owned()),
        ("the router", forge::service_token("router", router, "products")),
        ("a stranger who says to be orders", forge::service_token("orders", &stranger, "products")),
        ("the router, which says to be orders", forge::service_token("orders", router, "products")),
        ("orders, speaking to users", forge::service_token("orders", orders, "users")),
        ("somebody unknown", forge::service_token("billing", orders, "products")),
    ];
    for (who, token) in refused {
        let answer = at_products(&token).query(RESERVE, reservation(&product)).await;
        assert!(["UNAUTHENTICATED", "FORBIDDEN"].contains(&answer.code()), "{who}: {:#}", answer.body);
    }
    let as_admin = shop.admin().await.at(&shop.subgraphs["products"]);
    assert_eq!(as_admin.query(RESERVE, reservation(&product)).await.code(), "FORBIDDEN");
    assert_eq!(tests::shopping::available(&shop.anonymous(), &product).await, 3);
    let token = forge::service_token("orders", orders, "products");
    let held = at_products(&token).query(RESERVE, reservation(&product)).await;
    assert_eq!(held.payload("reserve")["reservation"]["state"], "HELD");
    assert_eq!(tests::shopping::available(&shop.anonymous(), &product).await, 2);
    // Through the router the very same token proves nothing, because it does not get through.
    let admin = shop.admin().await.with_header("rialto-service", &token);
    let answer = admin.query(RESERVE, reservation(&product)).await;
    assert_eq!(answer.codes()[0], "GRAPHQL_VALIDATION_FAILED");
}

#[tokio::test]
async fn internal_headers_of_clients_are_left_at_the_door() {
    let heard = Recorder::answering(r#"{"data":{"products":{"totalCount":7}}}"#);
    let folder = new_folder();
    let key = folder.join("router.pem");
    let pair = forge::key_file(&key);
    let supergraph = binaries::workspace().join("schema/supergraph.graphql").display().to_string();
    let router = Program::new("rialto").args(["serve", "--listen", "127.0.0.1:0", "--supergraph", &supergraph]);
    let router = router.args(["--subgraph".to_owned(), format!("products={}/graphql", heard.url)]);
    let router = router.args(["--no-authorization".to_owned(), "--proxy".to_owned(), format!("/files={}", heard.url)]);
    let router = router.env("SERVICE_KEY_FILE", key.display().to_string()).start();
    let url = address(&router.says("Rialto is ready"));
    let client = tests::Client::anonymous(&url)
        .with_header("rialto-service", "forged")
        .with_header("rialto-client-address", "203.0.113.9")
        .with_header("rialto-anything", "forged")
        .with_header("x-forwarded-for", "203.0.113.9");
    assert_eq!(client.ask(PUBLIC).await.data()["products"]["totalCount"], 7);
    assert_eq!(client.get("/files/picture.png").await.status().as_u16(), 200);
    let heard = heard.heard();
    assert_eq!(heard.len(), 2);
    let verifier = schema::service::ServiceVerifier::new("products");
    let verifier = verifier.trust("router", schema::keys::KeySet::fixed([&pair]));
    for headers in heard {
        assert_eq!(headers.get("rialto-client-address").map(String::as_str), Some("127.0.0.1"), "{headers:?}");
        assert_eq!(headers.get("rialto-anything"), None);
        let token = text(&json!(headers["rialto-service"])).to_owned();
        assert_eq!(verifier.verify(&token).await.unwrap().as_deref(), Some("router"));
    }
}
