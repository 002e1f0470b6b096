//! Addresses that things had before.

use serde_json::{Value, json};

use crate::shop::{Shop, refused, shops};

/// The slug of what is found by `slug`; null where nothing is.
async fn found(shop: &Shop, kind: &str, slug: &str) -> Value {
    let answer = shop.anonymous.send(&format!("{{ {kind}(slug: \"{slug}\") {{ slug }} }}"), Value::Null).await;
    answer.data()[kind]["slug"].clone()
}

async fn move_to(shop: &Shop, mutation: &str, thing: &Value, slug: &str) {
    let kind = if mutation == "updateProduct" { "product" } else { "category" };
    let answer = shop.mutate(mutation, &format!("{kind} {{ slug }}"), json!({"id": thing["id"], "slug": slug})).await;
    answer.payload(mutation);
}

#[tokio::test]
async fn an_old_slug_leads_to_the_product_until_another_one_takes_it() {
    for shop in shops().await {
        let chair = shop.add("Oak Chair", "1.00", 1).await;
        for slug in ["chair", "best-chair", "chair", "oak"] {
            move_to(&shop, "updateProduct", &chair, slug).await;
        }
        for old in ["oak-chair", "CHAIR", "best-chair", "oak"] {
            assert_eq!(found(&shop, "product", old).await, "oak", "{old} on {}", shop.name);
        }
        assert!(found(&shop, "product", "table").await.is_null());
        // A new product may have it, and then it is the new one's.
        let other = shop.add("Chair", "1.00", 1).await;
        assert_eq!(other["slug"], "chair");
        assert_eq!(found(&shop, "product", "chair").await, "chair");
        // What the new one leaves behind is its own too.
        move_to(&shop, "updateProduct", &other, "stool").await;
        assert_eq!(found(&shop, "product", "chair").await, "stool");
        // One that is in use cannot be taken, whatever else it was.
        let clash = json!({"id": other["id"], "slug": "oak"});
        refused(&shop.mutate("updateProduct", "product { id }", clash).await, "updateProduct", "TAKEN", "input.slug");
        // Nor does an old address show what is no longer sold.
        shop.mutate("deleteProduct", "product { id }", json!({"id": chair["id"]})).await.payload("deleteProduct");
        assert!(found(&shop, "product", "oak-chair").await.is_null(), "{}", shop.name);
    }
}

#[tokio::test]
async fn of_many_new_slugs_at_once_every_one_leads_to_the_product() {
    for shop in shops().await {
        let chair = shop.add("Chair", "1.00", 1).await;
        let slugs: Vec<String> = (0..8).map(|n| format!("chair-number-{n}")).collect();
        futures_util::future::join_all(slugs.iter().map(|slug| move_to(&shop, "updateProduct", &chair, slug))).await;
        let last = found(&shop, "product", "chair").await;
        for slug in &slugs {
            assert_eq!(found(&shop, "product", slug).await, last, "{slug} on {}", shop.name);
        }
    }
}

#[tokio::test]
async fn an_old_slug_leads_to_the_category_until_another_one_takes_it() {
    for shop in shops().await {
        let chairs = shop.category("Chairs", None).await;
        move_to(&shop, "updateCategory", &chairs, "seats").await;
        move_to(&shop, "updateCategory", &chairs, "to-sit-on").await;
        for old in ["chairs", "Seats"] {
            assert_eq!(found(&shop, "category", old).await, "to-sit-on", "{old} on {}", shop.name);
        }
        shop.category("Seats", None).await;
        assert_eq!(found(&shop, "category", "seats").await, "seats");
        let gone = shop.mutate("deleteCategory", "category { id }", json!({"id": chairs["id"]})).await;
        gone.payload("deleteCategory");
        assert!(found(&shop, "category", "chairs").await.is_null(), "{}", shop.name);
    }
}
