//! Products by words.

use chrono::Duration;
use products::{domain::CategoryId, repository::filing};
use serde_json::{Value, json};

use crate::shop::{Shop, price, shops, titles};

async fn add(shop: &Shop, title: &str, description: &str, categories: &[&Value]) -> Value {
    let ids: Vec<_> = categories.iter().map(|category| &category["id"]).collect();
    let input = json!({
        "title": title, "description": description, "price": price("1.00"), "initialStock": 1, "categoryIds": ids,
    });
    shop.add_with(input).await
}

/// What is found, in the order in which it is shown.
async fn found(shop: &Shop, text: &str) -> Vec<String> {
    let query = "query($where: ProductWhere) { products(first: 100, where: $where) { nodes { title } totalCount } }";
    let answer = shop.anonymous.send(query, json!({"where": {"search": text}})).await;
    let found = titles(&answer.data()["products"]);
    assert_eq!(answer.data()["products"]["totalCount"], found.len(), "{text} on {}", shop.name);
    // Sorted otherwise, it is the same products.
    let query =
        "query($where: ProductWhere) { products(first: 100, where: $where, sort: {field: TITLE}) { nodes { title } } }";
    let answer = shop.anonymous.send(query, json!({"where": {"search": text}})).await;
    let (mut one, mut other) = (found.clone(), titles(&answer.data()["products"]));
    one.sort();
    other.sort();
    assert_eq!(one, other, "{text} on {}", shop.name);
    found
}

#[tokio::test]
async fn all_words_are_found_in_any_order_and_place() {
    for shop in shops().await {
        let outdoor = shop.category("Outdoor", None).await;
        let bags = shop.category("Sacs à dos", Some(&outdoor["id"])).await;
        add(&shop, "Alpine Backpack", "A bag for every day.", &[&bags]).await;
        add(&shop, "Crème Brûlée Torch", "It caramelises sugar.\nWith gas.", &[]).await;
        add(&shop, "Chef's Knife No. 5", "Stainless steel, 20cm", &[]).await;
        add(&shop, "Łódź Straße", "İstanbul", &[]).await;
        for (text, expected) in [
            ("alpine backpack", vec!["Alpine Backpack"]),
            ("backpack alpine", vec!["Alpine Backpack"]),
            ("backpack ALPINE day", vec!["Alpine Backpack"]),
            ("sacs a dos outdoor alpine", vec!["Alpine Backpack"]),
            ("outdoor", vec!["Alpine Backpack"]),
            ("alp", vec!["Alpine Backpack"]),
            ("backpack alp", vec!["Alpine Backpack"]),
            ("alp backpack", vec![]),
            ("a", vec!["Alpine Backpack"]),
            ("alpine torch", vec![]),
            ("creme brulee", vec!["Crème Brûlée Torch"]),
            ("BRU\u{302}LE\u{301}E cre\u{300}me", vec!["Crème Brûlée Torch"]),
            ("gas sugar", vec!["Crème Brûlée Torch"]),
            ("chefs", vec!["Chef's Knife No. 5"]),
            ("chef’s 5", vec!["Chef's Knife No. 5"]),
            ("20c steel", vec![]),
            ("steel 20c", vec!["Chef's Knife No. 5"]),
            ("lodz STRASSE istanbul", vec!["Łódź Straße"]),
            ("lödz strasse", vec!["Łódź Straße"]),
            ("nothing", vec![]),
        ] {
            assert_eq!(found(&shop, text).await, expected, "{text} on {}", shop.name);
        }
        assert_eq!(found(&shop, " \u{a0} ").await.len(), 4, "nothing typed is no condition");
    }
}

#[tokio::test]
async fn what_cannot_be_searched_for_is_refused_or_matches_nothing() {
    for shop in shops().await {
        add(&shop, "Oak NEAR Chair", "title : a OR b AND c NOT d -e +f ^g {h}", &[]).await;
        for text in ["!", "\"", "*", "-", "👍", "\u{301}", "' '", "()", ":*", "\\", "%", "_", "…", "<->", "&|!"] {
            assert!(found(&shop, text).await.is_empty(), "{text} on {}", shop.name);
        }
        for text in [
            "\"oak\"",
            "oak*",
            "oak -near",
            "NEAR(oak chair)",
            "oak NEAR chair",
            "title : a",
            "oak OR b",
            "oak AND c",
            "NOT d",
            "{h} ^g",
            "+f",
            "oak'",
            "'oak':*",
            "oak & chair",
            "oak | chair",
            "oak <-> chair",
            "oak\\",
            "(oak",
            "oak :* )",
            "👍 oak",
        ] {
            assert_eq!(found(&shop, text).await, ["Oak NEAR Chair"], "{text} on {}", shop.name);
        }
        let words: Vec<_> = (0..100).map(|n| ["a", "b", "c", "d"][n % 4]).collect();
        assert!(found(&shop, &words.join(" ")).await.len() == 1, "{}", shop.name);
        let long = "x".repeat(10_000);
        for text in [long.as_str(), &"x ".repeat(101), "a\0b", "oak\nchair", "\u{202e}oak"] {
            for sort in ["", ", sort: {field: TITLE}", ", sort: {field: RELEVANCE}"] {
                let query = format!("query($where: ProductWhere) {{ products(where: $where{sort}) {{ totalCount }} }}");
                let answer = shop.anonymous.send(&query, json!({"where": {"search": text}})).await;
                assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{text:?} on {}", shop.name);
            }
        }
    }
}

#[tokio::test]
async fn relevance_is_the_order_of_a_search_of_all_products_alone() {
    for shop in shops().await {
        let wood = shop.category("Wood", None).await;
        add(&shop, "A chair", "", &[&wood]).await;
        for (arguments, codes) in [
            ("products(sort: {field: RELEVANCE})", vec!["BAD_USER_INPUT"]),
            ("products(sort: {field: RELEVANCE}, where: {search: \" \"})", vec!["BAD_USER_INPUT"]),
            ("products(sort: {field: RELEVANCE}, where: {search: \"!\"})", vec![]),
            ("products(sort: {field: RELEVANCE, direction: DESC}, where: {search: \"chair\"})", vec![]),
        ] {
            let answer = shop.anonymous.send(&format!("{{ {arguments} {{ totalCount }} }}"), Value::Null).await;
            assert_eq!(answer.codes(), codes, "{arguments} on {}", shop.name);
        }
        let own = "category(slug: \"wood\") { products(where: {search: \"chair\"}";
        let answer = shop.anonymous.send(&format!("{{ {own}) {{ nodes {{ title }} }} }} }}"), Value::Null).await;
        assert_eq!(titles(&answer.data()["category"]["products"]), ["A chair"], "{}", shop.name);
        let answer = shop
            .anonymous
            .send(&format!("{{ {own}, sort: {{field: RELEVANCE}}) {{ totalCount }} }} }}"), Value::Null)
            .await;
        assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{}", shop.name);
    }
}

/// Thirty products, of which every third has the word in its title, every other third elsewhere.
async fn fill(shop: &Shop) -> Vec<String> {
    let wood = shop.category("Wood", None).await;
    let steel = shop.category("Steel", None).await;
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for n in 0..30 {
        let category = if n % 2 == 0 { &wood } else { &steel };
        let (title, description) = match n % 3 {
            0 => (format!("Oak chair {n}"), ""),
            1 => (format!("Thing {n}"), "Oak, like a chair."),
            _ => (format!("Chair {n}"), ""),
        };
        add(shop, &title, description, &[category]).await;
        match n % 3 {
            0 => first.push(title),
            1 => second.push(title),
            _ => {}
        }
    }
    first.into_iter().rev().chain(second.into_iter().rev()).collect()
}

#[tokio::test]
async fn titles_come_first_and_the_newest_before_the_older_on_every_page() {
    for shop in shops().await {
        let all = fill(&shop).await;
        assert_eq!(found(&shop, "chair oak").await, all, "{}", shop.name);
        let fields = "nodes { title } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount";
        let page = async |arguments: &str| {
            let query = format!("{{ products({arguments}, where: {{search: \"oak chair\"}}) {{ {fields} }} }}");
            shop.anonymous.send(&query, Value::Null).await.data()["products"].clone()
        };
        for size in [1, 3, 10, 12, 20] {
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            while seen.len() < all.len() {
                let next = page(&format!("first: {size}{cursor}")).await;
                let info = &next["pageInfo"];
                assert_eq!(info["hasPreviousPage"], json!(!seen.is_empty()), "{} {size}", shop.name);
                seen.extend(titles(&next));
                assert_eq!(info["hasNextPage"], json!(seen.len() < all.len()), "{} {size}", shop.name);
                cursor = format!(", after: {}", info["endCursor"]);
            }
            assert_eq!(seen, all, "{} {size}", shop.name);
            let last = page(&format!("last: {size}")).await;
            assert_eq!(titles(&last), all[all.len() - size..], "{} {size}", shop.name);
            let before = page(&format!("last: 2, before: {}", last["pageInfo"]["startCursor"])).await;
            let end = all.len() - size;
            assert_eq!(titles(&before), all[end.saturating_sub(2)..end], "{} {size}", shop.name);
            for (number, expected) in (1..).zip(all.chunks(size)) {
                assert_eq!(titles(&page(&format!("first: {size}, page: {number}")).await), expected, "{}", shop.name);
            }
        }
        // What is added meanwhile does not move a cursor.
        let first = page("first: 3").await;
        add(&shop, "The oak chair", "", &[]).await;
        let second = page(&format!("first: 3, after: {}", first["pageInfo"]["endCursor"])).await;
        assert_eq!(titles(&second), all[3..6], "{}", shop.name);
        assert_eq!(titles(&page("first: 1").await), ["The oak chair"]);
    }
}

#[tokio::test]
async fn other_conditions_narrow_a_search() {
    for shop in shops().await {
        let all = fill(&shop).await;
        let wooden = |title: &&String| title.rsplit(' ').next().unwrap().parse::<u32>().unwrap() % 2 == 0;
        let wooden: Vec<_> = all.iter().filter(wooden).cloned().collect();
        for size in [2, 100] {
            let query = format!(
                "{{ products(first: {size}, where: {{search: \"oak chair\", category: {{slug: \"wood\"}}, inStock: true}}) {{
                    nodes {{ title }} totalCount priceRange {{ min {{ amount }} }} }} }}"
            );
            let answer = shop.anonymous.send(&query, Value::Null).await;
            let page = &answer.data()["products"];
            assert_eq!(titles(page), wooden[..size.min(wooden.len())], "{}", shop.name);
            assert_eq!(
                (&page["totalCount"], &page["priceRange"]["min"]["amount"]),
                (&json!(wooden.len()), &json!("1.00"))
            );
        }
        let none = "{ products(where: {search: \"oak chair\", price: {gte: 2}}) { totalCount priceRange { max { amount } } } }";
        let answer = shop.anonymous.send(none, Value::Null).await;
        assert_eq!(*answer.data(), json!({"products": {"totalCount": 0, "priceRange": {"max": {"amount": "1.00"}}}}));
        let before = shop.database.statements();
        shop.titles("first: 5, where: {search: \"oak chair\"}").await;
        // PostgreSQL is asked first how frequent the words are.
        let expected = if shop.name == "postgres" { 3 } else { 2 };
        assert!(shop.database.statements() - before <= expected, "{}: matches, products", shop.name);
    }
}

#[tokio::test]
async fn what_changes_is_found_by_its_new_words() {
    for shop in shops().await {
        let seats = shop.category("Seats", None).await;
        let chairs = shop.category("Chairs", Some(&seats["id"])).await;
        let other = shop.category("Other", None).await;
        let oak = add(&shop, "Oak", "Sturdy.", &[&chairs]).await;
        let pine = add(&shop, "Pine", "", &[]).await;
        assert_eq!(found(&shop, "seats chairs").await, ["Oak"], "{}", shop.name);
        let update = async |mutation: &str, input: Value| {
            let kind = if mutation == "updateProduct" { "product" } else { "category" };
            shop.mutate(mutation, &format!("{kind} {{ id }}"), input).await.payload(mutation);
        };
        update("updateProduct", json!({"id": oak["id"], "title": "Ash", "description": "Light."})).await;
        for (text, expected) in [("oak", vec![]), ("sturdy", vec![]), ("ash light seats", vec!["Ash"])] {
            assert_eq!(found(&shop, text).await, expected, "{text} on {}", shop.name);
        }
        update("updateProduct", json!({"id": pine["id"], "categoryIds": [chairs["id"]]})).await;
        assert_eq!(found(&shop, "seats").await, ["Pine", "Ash"]);
        update("updateProduct", json!({"id": pine["id"], "categoryIds": []})).await;
        assert_eq!(found(&shop, "seats").await, ["Ash"]);
        update("updateCategory", json!({"id": seats["id"], "name": "Benches"})).await;
        for (text, expected) in [("seats", vec![]), ("benches chairs", vec!["Ash"])] {
            assert_eq!(found(&shop, text).await, expected, "{text} on {}", shop.name);
        }
        update("updateCategory", json!({"id": chairs["id"], "parentId": other["id"]})).await;
        for (text, expected) in [("benches", vec![]), ("other chairs", vec!["Ash"])] {
            assert_eq!(found(&shop, text).await, expected, "{text} on {}", shop.name);
        }
        shop.mutate("deleteProduct", "product { id }", json!({"id": oak["id"]})).await.payload("deleteProduct");
        assert!(found(&shop, "ash").await.is_empty(), "{}", shop.name);
        shop.clock.advance(Duration::seconds(1));
        add(&shop, "Ash", "", &[]).await;
        assert_eq!(found(&shop, "ash").await, ["Ash"], "{}", shop.name);
    }
}

#[tokio::test]
async fn products_of_a_category_are_filed_in_batches() {
    for shop in shops().await {
        let wood = shop.category("Wood", None).await;
        for n in 0..7 {
            add(&shop, &format!("Thing {n}"), "", &[&wood]).await;
        }
        let run =
            async |sql: &str| sea_orm::ConnectionTrait::execute_unprepared(shop.database.writer(), sql).await.unwrap();
        run("UPDATE categories SET name = 'Timber'").await;
        let id = CategoryId::parse(wood["id"].as_str().unwrap()).unwrap();
        let (mut after, mut batches) = (None, 0);
        loop {
            after = filing::file_next(&shop.database, id, after, 3).await.unwrap();
            if after.is_none() {
                break;
            }
            batches += 1;
            assert_eq!(found(&shop, "timber").await.len(), (batches * 3).min(7), "{}", shop.name);
        }
        assert_eq!((batches, found(&shop, "wood").await.len()), (3, 0), "{}", shop.name);
    }
}
