//! Lists of products: pages, cursors, filters, sorts.

use serde_json::{Value, json};

use crate::shop::{Shop, price, shops, titles};

/// Nine products a1…a9 from cheap to dear, made one after the other.
async fn fill(shop: &Shop) {
    for n in 1..=9 {
        shop.add(&format!("a{n}"), &format!("{n}.00"), n % 3).await;
    }
}

async fn list(shop: &Shop, arguments: &str) -> Value {
    let fields =
        "nodes { title } edges { cursor } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
    let answer = shop.anonymous.send(&format!("{{ products({arguments}) {{ {fields} }} }}"), Value::Null).await;
    answer.data()["products"].clone()
}

fn info(page: &Value) -> (bool, bool) {
    let info = &page["pageInfo"];
    (info["hasPreviousPage"].as_bool().unwrap(), info["hasNextPage"].as_bool().unwrap())
}

#[tokio::test]
async fn pages_go_forward_backward_and_by_number() {
    for shop in shops().await {
        fill(&shop).await;
        let first = list(&shop, "first: 4").await;
        assert_eq!(titles(&first), ["a1", "a2", "a3", "a4"]);
        assert_eq!((info(&first), &first["totalCount"]), ((false, true), &json!(9)));
        let end = first["pageInfo"]["endCursor"].as_str().unwrap();
        let second = list(&shop, &format!("first: 4, after: \"{end}\"")).await;
        assert_eq!(
            (titles(&second), info(&second)),
            (["a5", "a6", "a7", "a8"].map(String::from).to_vec(), (true, true))
        );
        let start = second["pageInfo"]["startCursor"].as_str().unwrap();
        let back = list(&shop, &format!("last: 3, before: \"{start}\"")).await;
        assert_eq!((titles(&back), info(&back)), (["a2", "a3", "a4"].map(String::from).to_vec(), (true, true)));
        let last = list(&shop, "last: 2").await;
        assert_eq!((titles(&last), info(&last)), (["a8", "a9"].map(String::from).to_vec(), (true, false)));
        let third = list(&shop, "first: 4, page: 3").await;
        assert_eq!((titles(&third), info(&third)), (["a9"].map(String::from).to_vec(), (true, false)));
        assert!(titles(&list(&shop, "page: 1000").await).is_empty(), "{}", shop.name);
    }
}

#[tokio::test]
async fn cursors_stay_where_they_are_when_products_are_added() {
    for shop in shops().await {
        fill(&shop).await;
        for sort in ["TITLE", "PRICE", "CREATED_AT", "UPDATED_AT"] {
            let sort = format!("sort: {{field: {sort}, direction: DESC}}");
            let first = list(&shop, &format!("first: 3, {sort}")).await;
            assert_eq!(titles(&first), ["a9", "a8", "a7"], "{} {sort}", shop.name);
            let end = first["pageInfo"]["endCursor"].as_str().unwrap().to_owned();
            let added = shop.add("z", "99.00", 1).await;
            let next = list(&shop, &format!("first: 3, after: \"{end}\", {sort}")).await;
            assert_eq!(titles(&next), ["a6", "a5", "a4"], "{} {sort}", shop.name);
            assert!(next["pageInfo"]["hasPreviousPage"].as_bool().unwrap());
            shop.mutate("deleteProduct", "product { id }", json!({"id": added["id"]})).await.payload("deleteProduct");
        }
    }
}

#[tokio::test]
async fn what_no_page_can_be_is_refused() {
    for shop in shops().await {
        fill(&shop).await;
        let by_title = list(&shop, "first: 1").await["pageInfo"]["endCursor"].as_str().unwrap().to_owned();
        let other_order = format!("after: \"{by_title}\", sort: {{field: PRICE}}");
        for (arguments, code) in [
            ("first: 101", "BAD_USER_INPUT"),
            ("first: -1", "BAD_USER_INPUT"),
            ("page: 0", "BAD_USER_INPUT"),
            ("page: 1001", "PAGE_TOO_DEEP"),
            ("after: \"nowhere\"", "BAD_USER_INPUT"),
            (&other_order, "BAD_USER_INPUT"),
            ("where: {category: {eq: \"prd_01900000000070008000000000000001\"}}", "BAD_USER_INPUT"),
            ("where: {price: {gte: \"1e3\"}}", "BAD_USER_INPUT"),
            ("where: {price: {currencyCode: \"ZZZ\"}}", "BAD_USER_INPUT"),
        ] {
            let answer =
                shop.anonymous.send(&format!("{{ products({arguments}) {{ nodes {{ id }} }} }}"), Value::Null).await;
            assert_eq!(answer.codes(), [code], "{} {arguments}", shop.name);
        }
    }
}

#[tokio::test]
async fn filters_narrow_and_sorts_order() {
    for shop in shops().await {
        let wood = shop.category("Wood", None).await;
        let steel = shop.category("Steel", None).await;
        let add = async |title: &str, price: Value, stock: i64, categories: &[&Value]| {
            let ids: Vec<_> = categories.iter().map(|category| &category["id"]).collect();
            shop.add_with(json!({"title": title, "price": price, "initialStock": stock, "categoryIds": ids})).await
        };
        add("Oak Chair", price("50.00"), 5, &[&wood]).await;
        let table = add("Oak 100% Table", price("120.50"), 0, &[&wood, &steel]).await;
        add("ÖLLAMPE", price("9.99"), 2, &[&steel]).await;
        add("Yen Fan", json!({"amount": "60", "currencyCode": "JPY"}), 1, &[]).await;
        let (wood, steel, id) = (&wood["id"], &steel["id"], &table["id"]);
        for (filter, expected) in [
            ("{}".to_owned(), vec!["Oak 100% Table", "Oak Chair", "Yen Fan", "ÖLLAMPE"]),
            ("{title: {contains: \"oak\"}}".to_owned(), vec!["Oak 100% Table", "Oak Chair"]),
            ("{title: {contains: \"öl\"}}".to_owned(), vec!["ÖLLAMPE"]),
            ("{title: {contains: \"0%\"}}".to_owned(), vec!["Oak 100% Table"]),
            ("{title: {contains: \"_\"}}".to_owned(), vec![]),
            ("{title: {eq: \"oak CHAIR\"}}".to_owned(), vec!["Oak Chair"]),
            ("{title: {in: [\"yen fan\", \"Öllampe\"]}}".to_owned(), vec!["Yen Fan", "ÖLLAMPE"]),
            ("{slug: {eq: \"OAK-chair\"}}".to_owned(), vec!["Oak Chair"]),
            ("{slug: {contains: \"table\"}}".to_owned(), vec!["Oak 100% Table"]),
            ("{price: {gte: \"10\", lte: 60}}".to_owned(), vec!["Oak Chair", "Yen Fan"]),
            ("{price: {gte: \"10\", lte: \"60\", currencyCode: \"EUR\"}}".to_owned(), vec!["Oak Chair"]),
            ("{price: {eq: \"9.99\"}}".to_owned(), vec!["ÖLLAMPE"]),
            ("{price: {lte: \"9.989\"}}".to_owned(), vec![]),
            ("{inStock: false}".to_owned(), vec!["Oak 100% Table"]),
            ("{inStock: true, title: {contains: \"oak\"}}".to_owned(), vec!["Oak Chair"]),
            (format!("{{category: {{eq: {wood}}}}}"), vec!["Oak 100% Table", "Oak Chair"]),
            (format!("{{category: {{in: [{wood}, {steel}]}}}}"), vec!["Oak 100% Table", "Oak Chair", "ÖLLAMPE"]),
            ("{category: {slug: \"STEEL\"}}".to_owned(), vec!["Oak 100% Table", "ÖLLAMPE"]),
            ("{createdAt: {gte: \"2027-01-15T08:00:03Z\"}}".to_owned(), vec!["Yen Fan", "ÖLLAMPE"]),
            ("{createdAt: {lte: \"2027-01-15T08:00:01Z\"}}".to_owned(), vec!["Oak Chair"]),
            (format!("{{id: {{in: [{id}]}}}}"), vec!["Oak 100% Table"]),
        ] {
            let mut found = shop.titles(&format!("where: {filter}")).await;
            found.sort();
            assert_eq!(found, expected, "{} {filter}", shop.name);
        }
        let by_price =
            shop.titles("sort: {field: PRICE, direction: DESC}, where: {price: {currencyCode: \"EUR\"}}").await;
        assert_eq!(by_price, ["Oak 100% Table", "Oak Chair", "ÖLLAMPE"]);
        let newest = shop.titles("first: 2, sort: {field: CREATED_AT, direction: DESC}").await;
        assert_eq!(newest, ["Yen Fan", "ÖLLAMPE"], "{}", shop.name);
    }
}

#[tokio::test]
async fn products_of_many_categories_are_read_together() {
    for shop in shops().await {
        for letter in ["a", "b", "c"] {
            let category = shop.category(letter, None).await;
            for n in 1..=4 {
                let title = format!("{letter}{n}");
                shop.add_with(json!({"title": title, "price": price("1.00"), "categoryIds": [category["id"]]})).await;
            }
        }
        shop.category("empty", None).await;
        let query = "{ categories { name products(first: 2, sort: {field: TITLE, direction: DESC}) {
            nodes { title categories { name } stock { available } images { url } } totalCount pageInfo { hasNextPage endCursor } } } }";
        let before = shop.database.statements();
        let answer = shop.anonymous.send(query, Value::Null).await;
        let statements = shop.database.statements() - before;
        let categories = answer.data()["categories"].as_array().unwrap();
        let seen: Vec<_> = categories.iter().map(|category| titles(&category["products"]).join(" ")).collect();
        assert_eq!(seen, ["a4 a3", "b4 b3", "c4 c3", ""], "{}", shop.name);
        assert_eq!(categories[0]["products"]["totalCount"], 4);
        assert_eq!(categories[0]["products"]["nodes"][0]["categories"], json!([{"name": "a"}]));
        assert!(categories[0]["products"]["pageInfo"]["hasNextPage"].as_bool().unwrap());
        assert_eq!(statements, 6, "{}: categories, products, counts, and one for each field of theirs", shop.name);
        let end = categories[0]["products"]["pageInfo"]["endCursor"].as_str().unwrap();
        let next = format!(
            "{{ category(slug: \"a\") {{ products(first: 2, after: \"{end}\", sort: {{field: TITLE, direction: DESC}}) {{ nodes {{ title }} }} }} }}"
        );
        let answer = shop.anonymous.send(&next, Value::Null).await;
        assert_eq!(titles(&answer.data()["category"]["products"]), ["a2", "a1"]);
    }
}

#[tokio::test]
async fn whoever_names_products_gets_all_of_them() {
    for shop in shops().await {
        let mut ids = Vec::new();
        for n in 10..24 {
            ids.push(shop.add(&format!("a{n}"), "1.00", 1).await["id"].clone());
        }
        let twice = [ids.clone(), ids.clone()].concat();
        for arguments in ["", ", page: 1"] {
            let arguments = format!("where: {{id: {{in: {}}}}}{arguments}", json!(twice));
            assert_eq!(shop.titles(&arguments).await.len(), 14, "{} {arguments}", shop.name);
        }
        let some = format!("where: {{id: {{in: {}}}}}", json!(ids));
        assert_eq!(shop.titles(&format!("{some}, last: 3")).await, ["a21", "a22", "a23"]);
        assert_eq!(shop.titles(&format!("{some}, first: 2")).await, ["a10", "a11"]);
        assert_eq!(shop.titles("where: {id: {in: []}}").await, Vec::<String>::new());
        assert_eq!(shop.titles("").await.len(), 10);
        let many = format!("{{ products(where: {{id: {{in: {}}}}}) {{ totalCount }} }}", json!(vec!["x"; 101]));
        assert_eq!(shop.anonymous.send(&many, Value::Null).await.codes(), ["BAD_USER_INPUT"]);
    }
}

async fn price_range(shop: &Shop, arguments: &str) -> Value {
    let arguments = if arguments.is_empty() { String::new() } else { format!("(where: {{{arguments}}})") };
    let query =
        format!("{{ products{arguments} {{ priceRange {{ min {{ amount currencyCode }} max {{ amount }} }} }} }}");
    let answer = shop.anonymous.send(&query, Value::Null).await;
    answer.data()["products"]["priceRange"].clone()
}

#[tokio::test]
async fn the_ends_of_a_price_slider_mind_every_filter_but_the_amounts() {
    for shop in shops().await {
        let range =
            |min: &str, max: &str| json!({"min": {"amount": min, "currencyCode": "EUR"}, "max": {"amount": max}});
        assert!(price_range(&shop, "").await.is_null());
        fill(&shop).await;
        let gone = shop.add("gone", "100.00", 1).await;
        shop.mutate("deleteProduct", "product { id }", json!({"id": gone["id"]})).await.payload("deleteProduct");
        for (filter, expected) in [
            ("", range("1.00", "9.00")),
            ("price: {gte: 3, lte: 4}", range("1.00", "9.00")),
            ("price: {eq: 1000}", range("1.00", "9.00")),
            ("inStock: true, price: {gte: 3}", range("1.00", "8.00")),
            ("title: {eq: \"a4\"}", range("4.00", "4.00")),
            ("title: {eq: \"none\"}", Value::Null),
        ] {
            assert_eq!(price_range(&shop, filter).await, expected, "{filter} on {}", shop.name);
        }
        let yen = json!({"amount": "60", "currencyCode": "JPY"});
        shop.add_with(json!({"title": "fan", "price": yen, "initialStock": 1})).await;
        assert!(price_range(&shop, "").await.is_null(), "{}: two currencies have no common range", shop.name);
        assert_eq!(price_range(&shop, "price: {currencyCode: \"EUR\", lte: 2}").await, range("1.00", "9.00"));
        assert_eq!(price_range(&shop, "price: {currencyCode: \"JPY\"}").await["max"]["amount"], "60");
    }
}

#[tokio::test]
async fn the_price_ranges_of_many_categories_are_read_together() {
    for shop in shops().await {
        for (letter, prices) in [("a", ["1.00", "3.00"]), ("b", ["2.00", "2.00"])] {
            let category = shop.category(letter, None).await;
            for (n, amount) in prices.iter().enumerate() {
                let input =
                    json!({"title": format!("{letter}{n}"), "price": price(amount), "categoryIds": [category["id"]]});
                shop.add_with(input).await;
            }
        }
        shop.category("c", None).await;
        let before = shop.database.statements();
        let query =
            "{ categories { products(first: 1) { nodes { title } priceRange { min { amount } max { amount } } } } }";
        let answer = shop.anonymous.send(query, Value::Null).await;
        assert_eq!(shop.database.statements() - before, 3, "{}: categories, products, prices", shop.name);
        let ranges: Vec<_> = answer.data()["categories"]
            .as_array()
            .unwrap()
            .iter()
            .map(|category| {
                let range = &category["products"]["priceRange"];
                (range["min"]["amount"].clone(), range["max"]["amount"].clone())
            })
            .collect();
        let expected = [(json!("1.00"), json!("3.00")), (json!("2.00"), json!("2.00")), (Value::Null, Value::Null)];
        assert_eq!(ranges, expected, "{}", shop.name);
        let before = shop.database.statements();
        shop.anonymous.send("{ categories { products(first: 1) { nodes { title } } } }", Value::Null).await.data();
        assert_eq!(shop.database.statements() - before, 2, "{}: prices only when asked for", shop.name);
    }
}

#[tokio::test]
async fn an_archived_product_is_in_no_list() {
    for shop in shops().await {
        let category = shop.category("Wood", None).await;
        let input = json!({"title": "Chair", "price": price("1.00"), "categoryIds": [category["id"]]});
        let product = shop.add_with(input).await;
        shop.mutate("deleteProduct", "product { id }", json!({"id": product["id"]})).await.payload("deleteProduct");
        let query = "query($id: ID) { product(id: $id) { id } products { totalCount nodes { id } } categories { products { totalCount } } }";
        let answer = shop.anonymous.send(query, json!({"id": product["id"]})).await;
        let expected = json!({
            "product": null, "products": {"totalCount": 0, "nodes": []}, "categories": [{"products": {"totalCount": 0}}],
        });
        assert_eq!(*answer.data(), expected, "{}", shop.name);
    }
}
