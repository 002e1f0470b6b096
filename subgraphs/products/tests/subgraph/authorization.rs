//! Who may do what. The list of mutations is compared with the schema, so that a new one cannot be forgotten.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::shop::{mutate, price, shops};

const ID: &str = "01900000000070008000000000000001";

/// Each mutation, and an input that is valid in form.
fn mutations() -> Vec<(&'static str, Value, bool)> {
    let (product, category, order) = (format!("prd_{ID}"), format!("cat_{ID}"), format!("ord_{ID}"));
    let image = json!({"filename": "a.png", "contentType": "image/png", "size": 1});
    let lines = json!([{"productId": product, "quantity": 1}]);
    let internal = true;
    vec![
        ("addProduct", json!({"title": "X", "price": price("1.00")}), !internal),
        ("updateProduct", json!({"id": product}), !internal),
        ("deleteProduct", json!({"id": product}), !internal),
        ("addCategory", json!({"name": "X"}), !internal),
        ("updateCategory", json!({"id": category}), !internal),
        ("deleteCategory", json!({"id": category}), !internal),
        ("adjustStock", json!({"productId": product, "delta": 1, "idempotencyKey": "12345678"}), !internal),
        ("uploadImage", image, !internal),
        ("updateImage", json!({"id": format!("img_{ID}"), "alt": ""}), !internal),
        ("deleteImage", json!({"id": format!("img_{ID}")}), !internal),
        ("reserve", json!({"orderId": order, "lines": lines, "expiresAt": "2027-01-15T09:00:00Z"}), internal),
        ("release", json!({"orderId": order}), internal),
        ("consume", json!({"orderId": order}), internal),
        ("undoConsume", json!({"orderId": order}), internal),
    ]
}

#[tokio::test]
async fn every_mutation_is_refused_to_those_who_may_not() {
    for shop in shops().await {
        let signer = shop.keys.signer("router");
        let router = shop.anonymous.clone().service(&signer, "products");
        let misdirected = shop.anonymous.clone().service(&shop.keys.signer("orders"), "users");
        for (name, input, internal) in mutations() {
            let codes = async |client| -> Vec<String> {
                let answer = mutate(client, name, "__typename", input.clone()).await;
                answer.codes().iter().map(ToString::to_string).collect()
            };
            let context = format!("{} {name}", shop.name);
            if internal {
                assert_eq!(codes(&shop.anonymous).await, ["UNAUTHENTICATED"], "{context}");
                for client in [&shop.customer, &shop.admin, &router] {
                    assert_eq!(codes(client).await, ["FORBIDDEN"], "{context}");
                }
                assert!(!codes(&misdirected).await.is_empty(), "{context}");
                assert!(codes(&shop.orders).await.is_empty(), "{context}");
            } else {
                assert_eq!(codes(&shop.anonymous).await, ["UNAUTHENTICATED"], "{context}");
                assert_eq!(codes(&shop.customer).await, ["FORBIDDEN"], "{context}");
                for client in [&router, &shop.orders] {
                    assert_eq!(codes(client).await, ["UNAUTHENTICATED"], "{context}");
                }
                assert!(codes(&shop.admin).await.is_empty(), "{context}");
            }
        }
    }
}

#[tokio::test]
async fn only_orders_sees_what_orders_hold() {
    for shop in shops().await {
        let query = "{ reservations { orderId } }";
        let router = shop.anonymous.clone().service(&shop.keys.signer("router"), "products");
        assert_eq!(shop.anonymous.send(query, Value::Null).await.codes(), ["UNAUTHENTICATED"], "{}", shop.name);
        for client in [&shop.customer, &shop.admin, &router] {
            assert_eq!(client.send(query, Value::Null).await.codes(), ["FORBIDDEN"], "{}", shop.name);
        }
        assert_eq!(shop.orders.send(query, Value::Null).await.data()["reservations"], json!([]), "{}", shop.name);
    }
}

#[tokio::test]
async fn the_list_above_is_complete() {
    let shop = shops().await.remove(0);
    let answer = shop.anonymous.send("{ __schema { mutationType { fields { name } } } }", Value::Null).await;
    let fields = answer.data()["__schema"]["mutationType"]["fields"].as_array().unwrap().clone();
    let known: BTreeSet<_> = mutations().into_iter().map(|(name, ..)| name.to_owned()).collect();
    let found: BTreeSet<_> = fields.iter().map(|field| field["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(known, found);
}

#[test]
fn the_schema_says_who_may() {
    let sdl = products::sdl();
    for (name, _, internal) in mutations() {
        // A field whose argument is described stands on several lines; its payload's type begins the last of them.
        let (_, field) = sdl.split_once(&format!("{name}(")).unwrap();
        let (_, payload) = field.split_once("Payload!").unwrap();
        let said = payload.lines().next().unwrap();
        let marker = if internal { "@inaccessible" } else { "@requiresScopes(scopes: [[\"catalog:write\"]])" };
        assert!(said.contains(marker), "{name}: {said}");
    }
    let payloads = ["ReservePayload", "ReleasePayload", "ConsumePayload", "UndoConsumePayload"];
    for kind in ["Reservation", "ReservationLine"].into_iter().chain(payloads) {
        assert!(sdl.contains(&format!("type {kind} @inaccessible")), "{kind}");
    }
}

#[tokio::test]
async fn counts_of_the_shelf_are_for_admins() {
    for shop in shops().await {
        shop.add("Chair", "1.00", 3).await;
        let query = "{ products { nodes { stock { available onHand reserved } } } }";
        let answer = shop.customer.send(query, Value::Null).await;
        assert_eq!(answer.codes(), ["FORBIDDEN", "FORBIDDEN"], "{}", shop.name);
        assert_eq!(answer.body["data"]["products"]["nodes"][0]["stock"]["available"], 3);
        let answer = shop.admin.send(query, Value::Null).await;
        assert_eq!(answer.data()["products"]["nodes"][0]["stock"]["onHand"], 3);
    }
}
