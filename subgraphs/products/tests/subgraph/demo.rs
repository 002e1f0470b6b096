//! The demo shop.

use std::{collections::HashSet, time::Instant};

use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::shop::shops;

#[tokio::test]
async fn the_demo_fills_an_empty_shop_once_and_quickly() {
    for shop in shops().await {
        let start = Instant::now();
        assert!(products::seed_demo(&shop.settings, &shop.database).await.unwrap());
        let took = start.elapsed();
        assert!(took.as_secs() < 5, "{}: {took:?}", shop.name);
        assert!(!products::seed_demo(&shop.settings, &shop.database).await.unwrap());
        let query = "{ products(first: 100) { totalCount nodes { categories { id } images { url alt width height } price { currencyCode } description } }
            categories { slug children { slug products(deep: true) { totalCount } } products(deep: true) { totalCount } }
            deep: category(slug: \"hats-and-scarves\") { ancestors { name } products { totalCount } }
            an: products(where: {search: \"alpine backpack\"}) { nodes { title description } }
            first: product(slug: \"pine-dining-chair\") { id title price { amount } stock { inStock } } }";
        let answer = shop.anonymous.send(query, Value::Null).await;
        let data = answer.data();
        assert_eq!(data["products"]["totalCount"], 288);
        for product in data["products"]["nodes"].as_array().unwrap() {
            assert_eq!(product["categories"].as_array().unwrap().len(), 1);
            assert_eq!(product["price"]["currencyCode"], "EUR");
        }
        assert_eq!(data["categories"].as_array().unwrap().len(), 6);
        for root in data["categories"].as_array().unwrap() {
            assert_eq!(root["products"]["totalCount"], 48);
            assert_eq!(root["children"].as_array().unwrap().len(), 4);
            assert_eq!(root["children"][0]["products"]["totalCount"], 12);
        }
        let above = json!([{"name": "Clothing"}, {"name": "Accessories"}, {"name": "For Winter"}]);
        assert_eq!(data["deep"], json!({"ancestors": above, "products": {"totalCount": 6}}));
        assert_eq!(data["an"]["nodes"][0]["title"], "Alpine Backpack");
        let text = data["an"]["nodes"][0]["description"].as_str().unwrap();
        assert!(text.starts_with("An alpine backpack for every day. "), "{text}");
        let first = json!({
            "id": "prd_01900000000070008000000000000001", "title": "Pine Dining Chair", "price": {"amount": "89.90"},
            "stock": {"inStock": true},
        });
        assert_eq!(data["first"], first, "{}", shop.name);
        let images = data["products"]["nodes"].as_array().unwrap().iter().map(|product| &product["images"][0]);
        let pictures: HashSet<_> = images.clone().map(|image| image["url"].as_str().unwrap()).collect();
        assert_eq!(pictures.len(), 100, "{}: each product has its own", shop.name);
        for image in images {
            assert_eq!((&image["width"], &image["height"]), (&json!(400), &json!(400)));
            let request = Request::get(image["url"].as_str().unwrap()).body(Body::empty()).unwrap();
            assert_eq!(shop.app.clone().oneshot(request).await.unwrap().status(), StatusCode::OK);
        }
    }
}

#[tokio::test]
async fn the_demo_leaves_a_shop_alone_that_has_something() {
    for shop in shops().await {
        shop.category("Mine", None).await;
        assert!(!products::seed_demo(&shop.settings, &shop.database).await.unwrap());
        assert!(shop.titles("first: 1").await.is_empty(), "{}", shop.name);
    }
}
