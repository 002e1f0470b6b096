//! Corrections of stock.

use serde_json::{Value, json};

use crate::{
    reservations::reserve,
    shop::{Shop, refused, shops},
};

async fn adjust(shop: &Shop, product: &Value, key: &str, change: Value) -> kit::testing::Answer {
    let mut input = json!({"productId": product["id"], "idempotencyKey": key});
    input.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    shop.mutate("adjustStock", "replayed product { stock { onHand available } }", input).await
}

#[tokio::test]
async fn stock_is_corrected_by_a_difference_or_set_over_an_expected_count() {
    for shop in shops().await {
        let product = shop.add("Chair", "1.00", 5).await;
        let answer = adjust(&shop, &product, "key-00001", json!({"delta": 3})).await;
        let payload = answer.payload("adjustStock");
        assert_eq!(payload["product"]["stock"], json!({"onHand": 8, "available": 8}));
        assert_eq!(payload["replayed"], false);
        let answer = adjust(&shop, &product, "key-00002", json!({"onHand": 2, "expectedOnHand": 8})).await;
        assert_eq!(answer.payload("adjustStock")["product"]["stock"]["onHand"], 2);
        for (key, change, code, path) in [
            ("key-00003", json!({"onHand": 9, "expectedOnHand": 8}), "STOCK_CHANGED", "input.expectedOnHand"),
            ("key-00003", json!({"delta": -3}), "INVALID_QUANTITY", "input.delta"),
            ("key-00003", json!({"delta": 0}), "INVALID_QUANTITY", "input.delta"),
            ("key-00003", json!({"onHand": -1}), "INVALID_QUANTITY", "input.onHand"),
            ("key-00003", json!({"delta": 1_000_000_000}), "INVALID_QUANTITY", "input.delta"),
            ("key-00003", json!({}), "INVALID", "input"),
            ("key-00003", json!({"delta": 1, "onHand": 1}), "INVALID", "input"),
            ("key-00003", json!({"delta": 1, "expectedOnHand": 1}), "INVALID", "input.expectedOnHand"),
            ("short", json!({"delta": 1}), "INVALID_IDEMPOTENCY_KEY", "input.idempotencyKey"),
        ] {
            refused(&adjust(&shop, &product, key, change).await, "adjustStock", code, path);
        }
        // None of those used the key up.
        adjust(&shop, &product, "key-00003", json!({"delta": 1})).await.payload("adjustStock");
        assert_eq!(shop.stock(&product).await, [3, 3, 0], "{}", shop.name);
    }
}

#[tokio::test]
async fn the_same_key_corrects_once_even_when_sent_at_once() {
    for shop in shops().await {
        let product = shop.add("Chair", "1.00", 5).await;
        let attempts = (0..6).map(|_| adjust(&shop, &product, "key-00001", json!({"delta": 3})));
        let answers = futures_util::future::join_all(attempts).await;
        let replayed = answers.iter().filter(|answer| answer.payload("adjustStock")["replayed"] == true).count();
        assert_eq!(replayed, 5, "{}", shop.name);
        assert_eq!(shop.stock(&product).await, [8, 8, 0]);
        let other = adjust(&shop, &product, "key-00001", json!({"delta": 4})).await;
        refused(&other, "adjustStock", "IDEMPOTENCY_KEY_MISMATCH", "input.idempotencyKey");
        assert_eq!(other.data()["adjustStock"]["userErrors"][0]["__typename"], "IdempotencyError");
    }
}

#[tokio::test]
async fn what_is_reserved_cannot_be_taken_off_the_shelf() {
    for shop in shops().await {
        let product = shop.add("Chair", "1.00", 5).await;
        reserve(&shop, 1, 1, &[(&product, 3)]).await.payload("reserve");
        let less = adjust(&shop, &product, "key-00001", json!({"delta": -3})).await;
        refused(&less, "adjustStock", "STOCK_RESERVED", "input.delta");
        let set = adjust(&shop, &product, "key-00001", json!({"onHand": 2})).await;
        refused(&set, "adjustStock", "STOCK_RESERVED", "input.onHand");
        adjust(&shop, &product, "key-00001", json!({"onHand": 3})).await.payload("adjustStock");
        assert_eq!(shop.stock(&product).await, [0, 3, 3], "{}", shop.name);
    }
}

#[tokio::test]
async fn an_archived_or_unknown_product_has_no_stock_to_correct() {
    for shop in shops().await {
        let product = shop.add("Chair", "1.00", 5).await;
        shop.mutate("deleteProduct", "product { id }", json!({"id": product["id"]})).await.payload("deleteProduct");
        let answer = adjust(&shop, &product, "key-00001", json!({"delta": 1})).await;
        refused(&answer, "adjustStock", "PRODUCT_NOT_FOUND", "input.productId");
        let answer = adjust(&shop, &json!({"id": "cat_1"}), "key-00001", json!({"delta": 1})).await;
        refused(&answer, "adjustStock", "INVALID_ID", "input.productId");
    }
}

#[tokio::test]
async fn nothing_of_an_archived_product_is_available_by_any_path() {
    const STOCK: &str = "archived stock { available inStock onHand }";
    for shop in shops().await {
        let product = shop.add("Chair", "1.00", 5).await;
        let key = "key-00001";
        adjust(&shop, &product, key, json!({"delta": 4})).await.payload("adjustStock");
        reserve(&shop, 1, 1, &[(&product, 1)]).await.payload("reserve");
        let answer =
            shop.mutate("deleteProduct", &format!("product {{ {STOCK} }}"), json!({"id": product["id"]})).await;
        let gone = json!({"archived": true, "stock": {"available": 0, "inStock": false, "onHand": 9}});
        assert_eq!(answer.payload("deleteProduct")["product"], gone, "{}", shop.name);

        let query =
            format!("query($r: [_Any!]!) {{ _entities(representations: $r) {{ ... on Product {{ {STOCK} }} }} }}");
        let representations = json!({"r": [{"__typename": "Product", "id": product["id"]}]});
        assert_eq!(shop.admin.send(&query, representations).await.data()["_entities"][0], gone);
        let replayed = adjust(&shop, &product, key, json!({"delta": 4})).await;
        let stock = &replayed.payload("adjustStock")["product"]["stock"];
        assert_eq!(*stock, json!({"onHand": 9, "available": 0}));
        for filter in ["", "where: {inStock: true}", "where: {inStock: false}"] {
            assert!(shop.titles(filter).await.is_empty(), "{}: {filter}", shop.name);
        }
        refused(
            &reserve(&shop, 2, 1, &[(&product, 1)]).await,
            "reserve",
            "PRODUCT_NOT_FOUND",
            "input.lines.0.productId",
        );
    }
}
