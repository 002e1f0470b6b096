//! What other domains reach by `_entities`.

use serde_json::{Value, json};

use crate::shop::shops;

const QUERY: &str = "query($r: [_Any!]!) { _entities(representations: $r) {
    ... on Product { title archived price { amount } categories { name } images { url } stock { available } } ... on Category { name } } }";

fn product(id: impl Into<Value>) -> Value {
    json!({"__typename": "Product", "id": id.into()})
}

#[tokio::test]
async fn what_is_unknown_or_no_id_is_null_and_spoils_nothing_else() {
    for shop in shops().await {
        let chair = shop.add("Chair", "1.00", 3).await;
        let gone = shop.add("Gone", "2.00", 3).await;
        let wood = shop.category("Wood", None).await;
        shop.mutate("deleteProduct", "product { id }", json!({"id": gone["id"]})).await.payload("deleteProduct");
        let representations = json!([
            product(chair["id"].clone()),
            product("prd_01900000000070008000000000000001"),
            product("nonsense"),
            product(wood["id"].clone()),
            {"__typename": "Category", "id": wood["id"]},
            {"__typename": "Category", "id": chair["id"]},
            product(gone["id"].clone()),
        ]);
        let answer = shop.anonymous.send(QUERY, json!({"r": representations})).await;
        let entities = answer.data()["_entities"].as_array().unwrap();
        let names: Vec<_> = entities.iter().map(|entity| entity.get("title").or(entity.get("name"))).collect();
        let (chair, wood, gone) = (json!("Chair"), json!("Wood"), json!("Gone"));
        assert_eq!(names, [Some(&chair), None, None, None, Some(&wood), None, Some(&gone)], "{}", shop.name);
        assert_eq!(entities[6]["archived"], true);
    }
}

#[tokio::test]
async fn the_number_of_statements_does_not_depend_on_the_number_of_entities() {
    for shop in shops().await {
        let category = shop.category("Wood", None).await;
        let mut ids = Vec::new();
        for n in 0..20 {
            let price = crate::shop::price("1.00");
            let input = json!({"title": format!("P{n}"), "price": price, "categoryIds": [category["id"]]});
            ids.push(product(shop.add_with(input).await["id"].clone()));
        }
        let mut counts = Vec::new();
        for representations in [&ids[..1], &ids[..5], &ids[..]] {
            let before = shop.database.statements();
            let answer = shop.anonymous.send(QUERY, json!({"r": representations})).await;
            assert_eq!(answer.data()["_entities"].as_array().unwrap().len(), representations.len());
            counts.push(shop.database.statements() - before);
        }
        assert_eq!(counts, [4, 4, 4], "{}: products, categories, images, stock", shop.name);
        let before = shop.database.statements();
        let query = "query($r: [_Any!]!) { _entities(representations: $r) { ... on Product { title } } }";
        shop.anonymous.send(query, json!({"r": ids})).await.data();
        assert_eq!(shop.database.statements() - before, 1, "{}", shop.name);
    }
}
