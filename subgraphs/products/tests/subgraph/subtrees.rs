//! What stands above and below: crumbs, and lists of whole subtrees.

use serde_json::{Value, json};

use crate::shop::{Shop, price, refused, shops, titles};

/// A → B → C and A → D, a product in each that is called like it, and one in both C and D.
struct Forest {
    a: Value,
    b: Value,
    c: Value,
    d: Value,
}

async fn plant(shop: &Shop) -> Forest {
    let a = shop.category("A", None).await;
    let b = shop.category("B", Some(&a["id"])).await;
    let c = shop.category("C", Some(&b["id"])).await;
    let d = shop.category("D", Some(&a["id"])).await;
    for (title, categories) in
        [("a", vec![&a]), ("b", vec![&b]), ("c", vec![&c]), ("d", vec![&d]), ("cd", vec![&c, &d])]
    {
        add_to(shop, title, &categories).await;
    }
    shop.add("nowhere", "1.00", 1).await;
    Forest { a, b, c, d }
}

async fn add_to(shop: &Shop, title: &str, categories: &[&Value]) -> Value {
    let ids: Vec<_> = categories.iter().map(|category| &category["id"]).collect();
    shop.add_with(json!({"title": title, "price": price("1.00"), "categoryIds": ids})).await
}

/// The titles in or below a category, which the filter and the category's own list agree on.
async fn under(shop: &Shop, category: &Value) -> String {
    let query = "query($id: ID!, $where: ProductWhere) {
        products(where: $where) { nodes { title } totalCount }
        category(id: $id) { products(deep: true) { nodes { title } totalCount } } }";
    let id = &category["id"];
    let answer = shop.anonymous.send(query, json!({"id": id, "where": {"category": {"under": id}}})).await;
    let (filtered, own) = (&answer.data()["products"], &answer.data()["category"]["products"]);
    assert_eq!(filtered, own, "{}", shop.name);
    titles(filtered).join(" ")
}

#[tokio::test]
async fn a_category_lists_what_stands_below_it_once_each() {
    for shop in shops().await {
        let Forest { a, b, c, d } = plant(&shop).await;
        for (category, expected) in [(&a, "a b c cd d"), (&b, "b c cd"), (&c, "c cd"), (&d, "cd d")] {
            assert_eq!(under(&shop, category).await, expected, "{}", shop.name);
        }
        let direct = format!("where: {{category: {{eq: {}}}}}", b["id"]);
        assert_eq!(shop.titles(&direct).await, ["b"]);
        let both = format!("where: {{category: {{under: {}, eq: {}}}}}", b["id"], d["id"]);
        assert_eq!(shop.titles(&both).await, ["cd"], "{}", shop.name);
        for wrong in ["nonsense", "prd_01900000000070008000000000000001"] {
            let query = format!("{{ products(where: {{category: {{under: \"{wrong}\"}}}}) {{ totalCount }} }}");
            assert_eq!(shop.anonymous.send(&query, Value::Null).await.codes(), ["BAD_USER_INPUT"], "{wrong}");
        }
        let before = shop.database.statements();
        let query = "{ categories { products(deep: true, first: 2) { nodes { title } priceRange { min { amount } } }
            children { products(deep: true) { nodes { title } totalCount } } } }";
        let answer = shop.anonymous.send(query, Value::Null).await;
        assert_eq!(titles(&answer.data()["categories"][0]["products"]), ["a", "b"]);
        assert_eq!(titles(&answer.data()["categories"][0]["children"][0]["products"]), ["b", "c", "cd"]);
        assert_eq!(shop.database.statements() - before, 6, "{}: two levels, two lists, counts, prices", shop.name);
    }
}

#[tokio::test]
async fn products_that_come_change_and_go_are_listed_above_accordingly() {
    for shop in shops().await {
        let Forest { a, b, c, d } = plant(&shop).await;
        let new = add_to(&shop, "new", &[&c]).await;
        assert_eq!(under(&shop, &b).await, "b c cd new");
        let update = async |ids: Vec<&Value>| {
            let input = json!({"id": new["id"], "categoryIds": ids});
            shop.mutate("updateProduct", "product { id }", input).await.payload("updateProduct");
        };
        update(vec![&d["id"]]).await;
        assert_eq!((under(&shop, &b).await, under(&shop, &d).await), ("b c cd".into(), "cd d new".into()));
        update(vec![]).await;
        assert_eq!(under(&shop, &a).await, "a b c cd d", "{}", shop.name);
        update(vec![&a["id"], &c["id"]]).await;
        shop.mutate("deleteProduct", "product { id }", json!({"id": new["id"]})).await.payload("deleteProduct");
        assert_eq!((under(&shop, &a).await, under(&shop, &c).await), ("a b c cd d".into(), "c cd".into()));
        // A refusal leaves everything as it was.
        let input = json!({"title": "c", "price": price("1.00"), "categoryIds": [d["id"]]});
        refused(&shop.mutate("addProduct", "product { id }", input).await, "addProduct", "TAKEN", "input.title");
        assert_eq!(under(&shop, &d).await, "cd d", "{}", shop.name);
    }
}

#[tokio::test]
async fn a_category_that_moves_takes_its_products_along() {
    for shop in shops().await {
        let Forest { a, b, c, d } = plant(&shop).await;
        let other = shop.category("Other", None).await;
        let move_to = async |category: &Value, parent: &Value| {
            let input = json!({"id": category["id"], "parentId": parent["id"]});
            shop.mutate("updateCategory", "category { ancestors { name } }", input).await
        };
        let moved = move_to(&b, &other).await;
        assert_eq!(moved.payload("updateCategory")["category"]["ancestors"], json!([{"name": "Other"}]));
        // "cd" is still in D, and so below A.
        assert_eq!((under(&shop, &a).await, under(&shop, &other).await), ("a cd d".into(), "b c cd".into()));
        assert_eq!(under(&shop, &b).await, "b c cd");
        move_to(&b, &d).await.payload("updateCategory");
        for (category, expected) in [(&a, "a b c cd d"), (&d, "b c cd d"), (&other, ""), (&c, "c cd")] {
            assert_eq!(under(&shop, category).await, expected, "{}", shop.name);
        }
        refused(&move_to(&a, &c).await, "updateCategory", "CATEGORY_CYCLE", "input.parentId");
        move_to(&b, &Value::Null).await.payload("updateCategory");
        assert_eq!((under(&shop, &a).await, under(&shop, &b).await), ("a cd d".into(), "b c cd".into()));
    }
}

#[tokio::test]
async fn crumbs_go_from_the_root_downwards_in_one_statement_for_all() {
    for shop in shops().await {
        let Forest { c, .. } = plant(&shop).await;
        let before = shop.database.statements();
        let query = "{ products { nodes { title categories { name ancestors { name parent { name } } } } } }";
        let answer = shop.anonymous.send(query, Value::Null).await;
        assert_eq!(shop.database.statements() - before, 4, "{}: products, categories, ancestors, parents", shop.name);
        let nodes = answer.data()["products"]["nodes"].as_array().unwrap();
        let crumbs = |title: &str| {
            let node = nodes.iter().find(|node| node["title"] == title).unwrap();
            let names = |category: &Value| {
                let above = category["ancestors"].as_array().unwrap().iter().chain([category]);
                above.map(|it| it["name"].as_str().unwrap()).collect::<Vec<_>>().join("/")
            };
            let mut all: Vec<_> = node["categories"].as_array().unwrap().iter().map(names).collect();
            all.sort();
            all.join(" ")
        };
        assert_eq!([crumbs("a"), crumbs("c"), crumbs("cd"), crumbs("nowhere")], ["A", "A/B/C", "A/B/C A/D", ""]);
        let input = json!({"id": c["id"], "name": "See"});
        let renamed = shop.mutate("updateCategory", "category { name ancestors { name } }", input).await;
        let expected = json!({"name": "See", "ancestors": [{"name": "A"}, {"name": "B"}]});
        assert_eq!(renamed.payload("updateCategory")["category"], expected, "{}", shop.name);
    }
}

#[tokio::test]
async fn a_product_that_is_added_while_its_category_moves_is_listed_where_it_stands() {
    for shop in shops().await {
        let (a, b) = (shop.category("A", None).await, shop.category("B", None).await);
        let c = shop.category("C", Some(&a["id"])).await;
        for round in 0..6 {
            let (from, to) = if round % 2 == 0 { (&a, &b) } else { (&b, &a) };
            let change = shop.mutate("updateCategory", "category { id }", json!({"id": c["id"], "parentId": to["id"]}));
            let news = (0..4).map(|n| {
                let input = json!({"title": format!("{round} {n}"), "price": price("1.00"), "categoryIds": [c["id"]]});
                shop.mutate("addProduct", "product { id }", input)
            });
            let (moved, added) = tokio::join!(change, futures_util::future::join_all(news));
            moved.payload("updateCategory");
            for answer in added {
                answer.payload("addProduct");
            }
            let all = under(&shop, &c).await;
            assert_eq!((under(&shop, to).await, under(&shop, from).await), (all, String::new()), "{}", shop.name);
        }
    }
}
