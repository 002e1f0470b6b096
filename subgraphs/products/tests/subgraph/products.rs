//! Adding, changing and deleting products.

use chrono::Duration;
use serde_json::{Value, json};

use crate::shop::{Shop, price, problems, refused, shops};

#[tokio::test]
async fn a_product_is_added_with_everything_and_found_again() {
    for shop in shops().await {
        let furniture = shop.category("Furniture", None).await;
        let chairs = shop.category("Chairs", Some(&furniture["id"])).await;
        let input = json!({
            "title": "  Oak Chair ", "description": "To sit on.", "price": price("12.5"),
            "categoryIds": [furniture["id"], chairs["id"], chairs["id"]], "initialStock": 3,
        });
        let product = shop.add_with(input).await;
        assert_eq!(product["slug"], "oak-chair");
        let fields = "{ id title slug description price { amount currencyCode } categories { name parent { name } }
            images { url } stock { available inStock } createdAt updatedAt version archived }";
        let query = format!(
            "query($id: ID) {{ byId: product(id: $id) {fields} bySlug: product(slug: \"Oak-CHAIR\") {fields} }}"
        );
        let answer = shop.anonymous.send(&query, json!({"id": product["id"]})).await;
        let data = answer.data();
        assert_eq!(data["byId"], data["bySlug"]);
        let mut seen = data["byId"].clone();
        assert_eq!(seen["createdAt"], seen["updatedAt"]);
        for field in ["id", "createdAt", "updatedAt"] {
            seen.as_object_mut().unwrap().remove(field);
        }
        let expected = json!({
            "title": "Oak Chair", "slug": "oak-chair", "description": "To sit on.",
            "price": {"amount": "12.50", "currencyCode": "EUR"},
            "categories": [{"name": "Furniture", "parent": null}, {"name": "Chairs", "parent": {"name": "Furniture"}}],
            "images": [], "stock": {"available": 3, "inStock": true}, "version": 1, "archived": false,
        });
        assert_eq!(seen["title"], expected["title"]);
        let mut names: Vec<_> = seen["categories"].as_array().unwrap().clone();
        names.sort_by_key(|category| category["name"].to_string());
        let mut wanted: Vec<_> = expected["categories"].as_array().unwrap().clone();
        wanted.sort_by_key(|category| category["name"].to_string());
        assert_eq!(names, wanted);
        seen["categories"] = Value::Null;
        let mut expected = expected;
        expected["categories"] = Value::Null;
        assert_eq!(seen, expected, "{}", shop.name);
    }
}

async fn add(shop: &Shop, change: Value) -> kit::testing::Answer {
    let mut input =
        json!({"title": "A", "description": "", "price": price("1.00"), "categoryIds": [], "initialStock": 1});
    input.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    shop.mutate("addProduct", "product { id }", input).await
}

#[tokio::test]
async fn bad_input_is_refused_with_code_and_path_and_nothing_is_written() {
    for shop in shops().await {
        let huge = "x".repeat(100_000);
        for (change, code, path) in [
            (json!({"title": ""}), "REQUIRED", "input.title"),
            (json!({"title": " \t "}), "REQUIRED", "input.title"),
            (json!({"title": huge}), "TOO_LONG", "input.title"),
            (json!({"title": "a\u{0}b"}), "INVALID", "input.title"),
            (json!({"description": huge}), "TOO_LONG", "input.description"),
            (json!({"price": price("-0.01")}), "INVALID_AMOUNT", "input.price.amount"),
            (json!({"price": price("1.001")}), "INVALID_AMOUNT", "input.price.amount"),
            (json!({"price": price("1000000000.01")}), "INVALID_AMOUNT", "input.price.amount"),
            (json!({"price": {"amount": "1", "currencyCode": "ZZZ"}}), "INVALID_CURRENCY", "input.price.currencyCode"),
            (json!({"initialStock": -1}), "INVALID_QUANTITY", "input.initialStock"),
            (json!({"initialStock": 1_000_000_000}), "INVALID_QUANTITY", "input.initialStock"),
            (json!({"slug": "no slug"}), "INVALID", "input.slug"),
            (json!({"categoryIds": ["nonsense"]}), "INVALID_ID", "input.categoryIds.0"),
            (json!({"categoryIds": ["prd_01900000000070008000000000000001"]}), "INVALID_ID", "input.categoryIds.0"),
            (
                json!({"categoryIds": ["cat_01900000000070008000000000000001"]}),
                "CATEGORY_NOT_FOUND",
                "input.categoryIds.0",
            ),
            (json!({"imageIds": ["img_01900000000070008000000000000001"]}), "IMAGE_NOT_FOUND", "input.imageIds.0"),
            (json!({"categoryIds": vec!["x"; 21]}), "TOO_MANY", "input.categoryIds"),
        ] {
            let answer = add(&shop, change).await;
            refused(&answer, "addProduct", code, path);
            assert!(answer.data()["addProduct"]["product"].is_null());
        }
        let both = add(&shop, json!({"title": "", "price": price("-1")})).await;
        assert_eq!(problems(&both, "addProduct").len(), 2);
        let exponent = add(&shop, json!({"price": {"amount": "1e3", "currencyCode": "EUR"}})).await;
        refused(&exponent, "addProduct", "INVALID_AMOUNT", "input.price.amount");
        let answer = shop.anonymous.send("{ products { totalCount } }", Value::Null).await;
        assert_eq!(answer.data()["products"]["totalCount"], 0, "{}", shop.name);
    }
}

#[tokio::test]
async fn titles_and_slugs_are_unique_whatever_the_case_until_the_product_is_archived() {
    for shop in shops().await {
        let first = shop.add("Étagère Blanche", "10.00", 1).await;
        refused(&add(&shop, json!({"title": "ÉTAGÈRE  blanche"})).await, "addProduct", "TAKEN", "input.title");
        let clash = add(&shop, json!({"title": "Other", "slug": "Etagere-Blanche"})).await;
        refused(&clash, "addProduct", "TAKEN", "input.slug");
        // Another title that would make the same slug gets a number.
        assert_eq!(shop.add("Etagere Blanche", "10.00", 1).await["slug"], "etagere-blanche-2");
        assert_eq!(shop.add("Etagere-Blanche", "10.00", 1).await["slug"], "etagere-blanche-3");
        let gone = shop.mutate("deleteProduct", "product { archived }", json!({"id": first["id"]})).await;
        assert_eq!(gone.payload("deleteProduct")["product"]["archived"], true);
        assert_eq!(shop.add("étagère blanche", "10.00", 1).await["slug"], "etagere-blanche", "{}", shop.name);
        let again = shop.mutate("deleteProduct", "product { id }", json!({"id": first["id"]})).await;
        refused(&again, "deleteProduct", "PRODUCT_NOT_FOUND", "input.id");
    }
}

#[tokio::test]
async fn of_many_who_add_the_same_title_at_once_one_succeeds() {
    for shop in shops().await {
        let attempts = (0..8).map(|_| add(&shop, json!({"title": "The Only One"})));
        let answers = futures_util::future::join_all(attempts).await;
        let added = answers.iter().filter(|answer| answer.data()["addProduct"]["product"].is_object()).count();
        assert_eq!(added, 1, "{}", shop.name);
        for answer in answers.iter().filter(|answer| answer.data()["addProduct"]["product"].is_null()) {
            refused(answer, "addProduct", "TAKEN", "input.title");
        }
        // Different titles that make the same slug do not disturb each other.
        let titles = ["x y", "x-y", "x.y", "x, y", "x  y!", "x/y"];
        let answers = futures_util::future::join_all(titles.map(|title| add(&shop, json!({"title": title})))).await;
        for answer in answers {
            answer.payload("addProduct");
        }
    }
}

#[tokio::test]
async fn a_product_is_added_once_per_key() {
    for shop in shops().await {
        let send = async |change: Value| {
            let mut input = json!({"title": "Chair", "price": price("1.00"), "idempotencyKey": "my-key-1"});
            input.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            shop.mutate("addProduct", "product { id title } replayed", input).await
        };
        // An attempt that is refused leaves the key free.
        refused(&send(json!({"categoryIds": ["x"]})).await, "addProduct", "INVALID_ID", "input.categoryIds.0");
        let missing = json!({"imageIds": ["img_01900000000070008000000000000001"]});
        refused(&send(missing).await, "addProduct", "IMAGE_NOT_FOUND", "input.imageIds.0");
        let answers = futures_util::future::join_all((0..6).map(|_| send(json!({})))).await;
        let ids: Vec<_> = answers.iter().map(|answer| &answer.payload("addProduct")["product"]["id"]).collect();
        assert!(ids.iter().all(|id| *id == ids[0]), "{}: {ids:?}", shop.name);
        let new = answers.iter().filter(|answer| answer.data()["addProduct"]["replayed"] == false).count();
        assert_eq!(new, 1, "{}", shop.name);
        for change in [json!({"title": "Table"}), json!({"price": price("2.00")}), json!({"initialStock": 1})] {
            refused(&send(change).await, "addProduct", "IDEMPOTENCY_KEY_MISMATCH", "input.idempotencyKey");
        }
        refused(
            &send(json!({"idempotencyKey": "short"})).await,
            "addProduct",
            "INVALID_IDEMPOTENCY_KEY",
            "input.idempotencyKey",
        );
        // What became of it is what is answered.
        let change = json!({"id": ids[0], "title": "Armchair"});
        shop.mutate("updateProduct", "product { id }", change).await.payload("updateProduct");
        let again = send(json!({})).await;
        let expected = json!({"id": ids[0], "title": "Armchair"});
        assert_eq!(again.payload("addProduct")["product"], expected, "{}", shop.name);
        assert_eq!(again.data()["addProduct"]["replayed"], true);
        // Without a key, a repeated request is another product.
        refused(
            &send(json!({"title": "Armchair", "idempotencyKey": null})).await,
            "addProduct",
            "TAKEN",
            "input.title",
        );
    }
}

#[tokio::test]
async fn messages_are_sentences_for_people() {
    for shop in shops().await {
        let input = json!({
            "title": "", "slug": "no slug", "initialStock": -1, "price": price("-1"), "categoryIds": vec!["x"; 21],
            "imageIds": ["x"], "description": "x".repeat(10_001), "idempotencyKey": "",
        });
        let answer = shop.mutate("addProduct", "product { id }", input).await;
        let errors = answer.data()["addProduct"]["userErrors"].as_array().unwrap().clone();
        assert_eq!(errors.len(), 8, "{errors:#?}");
        let adjust = async |change: Value| {
            let mut input = json!({"productId": "x", "idempotencyKey": "12345678"});
            input.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            let answer = shop.mutate("adjustStock", "product { id }", input).await;
            answer.data()["adjustStock"]["userErrors"].as_array().unwrap().clone()
        };
        let mut all = errors;
        for change in [json!({"delta": 0}), json!({"delta": 1, "expectedOnHand": 1}), json!({}), json!({"onHand": -1})]
        {
            all.extend(adjust(change).await);
        }
        for error in all {
            let (message, path) = (error["message"].as_str().unwrap(), error["path"].as_array().unwrap());
            assert!(message.ends_with('.') && message.starts_with(|c: char| c.is_uppercase()), "{message}");
            let names =
                path.iter().map(|step| step.as_str().unwrap()).filter(|step| step.chars().any(char::is_uppercase));
            assert!(names.chain(["onHand", "expectedOnHand"]).all(|name| !message.contains(name)), "{message}");
        }
    }
}

#[tokio::test]
async fn an_update_changes_what_is_given_and_minds_the_version() {
    for shop in shops().await {
        let product = shop.add("Chair", "10.00", 1).await;
        shop.add("Table", "10.00", 1).await;
        let id = &product["id"];
        let update = async |change: Value| {
            let mut input = json!({"id": id});
            input.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            shop.mutate("updateProduct", "product { title slug version price { amount } updatedAt createdAt }", input)
                .await
        };
        shop.clock.advance(Duration::seconds(5));
        let answer = update(json!({"title": "Armchair", "price": price("20"), "expectedVersion": 1})).await;
        let changed = &answer.payload("updateProduct")["product"];
        assert_eq!(changed["title"], "Armchair");
        assert_eq!(changed["slug"], "chair");
        assert_eq!(changed["version"], 2);
        assert_eq!(changed["price"]["amount"], "20.00");
        assert_ne!(changed["createdAt"], changed["updatedAt"]);
        let stale = update(json!({"title": "Stool", "expectedVersion": 1})).await;
        refused(&stale, "updateProduct", "CONFLICT", "input.expectedVersion");
        let error = &stale.data()["updateProduct"]["userErrors"][0];
        assert_eq!((&error["__typename"], &error["currentVersion"]), (&json!("ConflictError"), &json!(2)));
        refused(&update(json!({"title": "TABLE"})).await, "updateProduct", "TAKEN", "input.title");
        refused(&update(json!({"slug": "table"})).await, "updateProduct", "TAKEN", "input.slug");
        refused(&update(json!({"title": ""})).await, "updateProduct", "REQUIRED", "input.title");
        let missing = json!({"id": "prd_01900000000070008000000000000001", "title": "X"});
        let answer = shop.mutate("updateProduct", "product { id }", missing).await;
        refused(&answer, "updateProduct", "PRODUCT_NOT_FOUND", "input.id");
        let wrong = shop.mutate("updateProduct", "product { id }", json!({"id": "ord_1", "title": "X"})).await;
        refused(&wrong, "updateProduct", "INVALID_ID", "input.id");
        // Its own title in another case is no clash.
        assert_eq!(update(json!({"title": "ARMCHAIR"})).await.payload("updateProduct")["product"]["version"], 3);
    }
}

#[tokio::test]
async fn of_two_who_update_the_same_version_one_hears_of_the_conflict() {
    for shop in shops().await {
        let product = shop.add("Chair", "10.00", 1).await;
        let attempt = |amount: &'static str| {
            let input = json!({"id": product["id"], "expectedVersion": 1, "price": price(amount)});
            shop.mutate("updateProduct", "product { version }", input)
        };
        let answers = futures_util::future::join_all(["1.00", "2.00", "3.00", "4.00"].map(attempt)).await;
        let conflicts =
            answers.iter().filter(|answer| answer.user_error_codes("updateProduct") == ["CONFLICT"]).count();
        assert_eq!(conflicts, 3, "{}", shop.name);
    }
}

#[tokio::test]
async fn a_handle_is_one_id_or_one_slug() {
    for shop in shops().await {
        let codes = async |arguments: &str| {
            let answer = shop.anonymous.send(&format!("{{ product{arguments} {{ id }} }}"), Value::Null).await;
            answer.codes().iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(codes("").await, ["BAD_USER_INPUT"]);
        assert_eq!(codes("(id: \"x\")").await, ["BAD_USER_INPUT"]);
        assert_eq!(codes("(id: \"usr_01900000000070008000000000000001\")").await, ["BAD_USER_INPUT"]);
        assert_eq!(codes("(id: \"prd_01900000000070008000000000000001\", slug: \"x\")").await, ["BAD_USER_INPUT"]);
        assert!(codes("(id: \"prd_01900000000070008000000000000001\")").await.is_empty());
        assert!(codes("(slug: \"not a slug!\")").await.is_empty());
    }
}
