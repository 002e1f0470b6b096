//! The category tree.

use serde_json::{Value, json};

use crate::shop::{price, refused, shops};

#[tokio::test]
async fn the_tree_is_read_from_its_roots_in_a_statement_per_level() {
    for shop in shops().await {
        for root in ["Garden", "Attic"] {
            let parent = shop.category(root, None).await;
            for child in ["b", "A"] {
                shop.category(&format!("{root} {child}"), Some(&parent["id"])).await;
            }
        }
        let before = shop.database.statements();
        let query = "{ categories { name parent { name } children { name slug parent { name } children { name } } } }";
        let answer = shop.anonymous.send(query, Value::Null).await;
        let statements = shop.database.statements() - before;
        let child = |root: &str, name: &str, slug: &str| json!({"name": format!("{root} {name}"), "slug": slug, "parent": {"name": root}, "children": []});
        let expected = json!([
            {"name": "Attic", "parent": null, "children": [child("Attic", "A", "attic-a"), child("Attic", "b", "attic-b")]},
            {"name": "Garden", "parent": null, "children": [child("Garden", "A", "garden-a"), child("Garden", "b", "garden-b")]},
        ]);
        assert_eq!(answer.data()["categories"], expected, "{}", shop.name);
        assert_eq!(statements, 4, "{}: roots, children, their children, their parents", shop.name);
    }
}

#[tokio::test]
async fn a_category_never_stands_below_itself_nor_too_deep() {
    for shop in shops().await {
        let mut chain = vec![shop.category("level 1", None).await];
        for level in 2..=6 {
            let parent = chain.last().unwrap()["id"].clone();
            chain.push(shop.category(&format!("level {level}"), Some(&parent)).await);
        }
        let deeper = json!({"name": "level 7", "parentId": chain[5]["id"]});
        let answer = shop.mutate("addCategory", "category { id }", deeper).await;
        refused(&answer, "addCategory", "CATEGORY_TOO_DEEP", "input.parentId");
        let move_to = async |id: &Value, parent: &Value| {
            shop.mutate("updateCategory", "category { parent { name } }", json!({"id": id, "parentId": parent})).await
        };
        refused(&move_to(&chain[0]["id"], &chain[3]["id"]).await, "updateCategory", "CATEGORY_CYCLE", "input.parentId");
        refused(&move_to(&chain[2]["id"], &chain[2]["id"]).await, "updateCategory", "CATEGORY_CYCLE", "input.parentId");
        let root = shop.category("other", None).await;
        refused(&move_to(&chain[0]["id"], &root["id"]).await, "updateCategory", "CATEGORY_TOO_DEEP", "input.parentId");
        let moved = move_to(&chain[1]["id"], &root["id"]).await;
        assert_eq!(moved.payload("updateCategory")["category"]["parent"]["name"], "other");
        let free = move_to(&chain[1]["id"], &Value::Null).await;
        assert!(free.payload("updateCategory")["category"]["parent"].is_null());
        let unknown = json!({"name": "x", "parentId": "cat_01900000000070008000000000000001"});
        let answer = shop.mutate("addCategory", "category { id }", unknown).await;
        refused(&answer, "addCategory", "CATEGORY_NOT_FOUND", "input.parentId");
    }
}

#[tokio::test]
async fn two_moves_at_once_cannot_close_a_circle() {
    for shop in shops().await {
        for round in 0..5 {
            let a = shop.category(&format!("a{round}"), None).await;
            let b = shop.category(&format!("b{round}"), None).await;
            let move_to = |id: &Value, parent: &Value| {
                shop.mutate("updateCategory", "category { id }", json!({"id": id, "parentId": parent}))
            };
            let (one, two) = tokio::join!(move_to(&a["id"], &b["id"]), move_to(&b["id"], &a["id"]));
            let moved =
                [&one, &two].iter().filter(|answer| answer.data()["updateCategory"]["category"].is_object()).count();
            assert_eq!(moved, 1, "{}", shop.name);
        }
    }
}

#[tokio::test]
async fn names_are_unique_among_siblings_and_slugs_everywhere() {
    for shop in shops().await {
        let root = shop.category("Tools", None).await;
        let add = async |input: Value| shop.mutate("addCategory", "category { slug }", input).await;
        refused(&add(json!({"name": "TOOLS"})).await, "addCategory", "TAKEN", "input.name");
        let below = add(json!({"name": "Tools", "parentId": root["id"]})).await;
        assert_eq!(below.payload("addCategory")["category"]["slug"], "tools-2");
        refused(&add(json!({"name": "Other", "slug": "TOOLS"})).await, "addCategory", "TAKEN", "input.slug");
        refused(&add(json!({"name": ""})).await, "addCategory", "REQUIRED", "input.name");
        let wrong = add(json!({"name": "X", "parentId": "prd_01900000000070008000000000000001"})).await;
        refused(&wrong, "addCategory", "INVALID_ID", "input.parentId");
        let by_slug = shop.anonymous.send("{ category(slug: \"Tools-2\") { parent { slug } } }", Value::Null).await;
        assert_eq!(by_slug.data()["category"]["parent"]["slug"], "tools", "{}", shop.name);
    }
}

#[tokio::test]
async fn a_category_changes_with_its_version() {
    for shop in shops().await {
        let category = shop.category("Tools", None).await;
        let input =
            json!({"id": category["id"], "expectedVersion": 1, "name": "Hand Tools", "description": "For hands."});
        let answer = shop.mutate("updateCategory", "category { name slug description version }", input.clone()).await;
        let expected = json!({"name": "Hand Tools", "slug": "tools", "description": "For hands.", "version": 2});
        assert_eq!(answer.payload("updateCategory")["category"], expected);
        let stale = shop.mutate("updateCategory", "category { name }", input).await;
        refused(&stale, "updateCategory", "CONFLICT", "input.expectedVersion");
        assert_eq!(stale.data()["updateCategory"]["userErrors"][0]["currentVersion"], 2, "{}", shop.name);
    }
}

#[tokio::test]
async fn a_category_in_use_is_not_deleted() {
    for shop in shops().await {
        let root = shop.category("Root", None).await;
        let leaf = shop.category("Leaf", Some(&root["id"])).await;
        let input = json!({"title": "Chair", "price": price("1.00"), "categoryIds": [leaf["id"]]});
        let product = shop.add_with(input).await;
        let delete = async |id: &Value| shop.mutate("deleteCategory", "category { name }", json!({"id": id})).await;
        refused(&delete(&root["id"]).await, "deleteCategory", "CATEGORY_IN_USE", "input.id");
        refused(&delete(&leaf["id"]).await, "deleteCategory", "CATEGORY_IN_USE", "input.id");
        shop.mutate("deleteProduct", "product { id }", json!({"id": product["id"]})).await.payload("deleteProduct");
        assert_eq!(delete(&leaf["id"]).await.payload("deleteCategory")["category"]["name"], "Leaf", "{}", shop.name);
        delete(&root["id"]).await.payload("deleteCategory");
        refused(&delete(&root["id"]).await, "deleteCategory", "CATEGORY_NOT_FOUND", "input.id");
    }
}
