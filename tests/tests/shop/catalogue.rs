//! Looking around: categories, pages, filters, sorts.

use serde_json::{Value, json};
use tests::{
    Answer, Shop,
    client::{items, text},
    shop::unique,
};

everywhere! {
    the_demo_shop_has_shelves_in_a_tree,
    products_are_found_by_id_and_by_slug,
    pages_have_numbers_and_cursors,
    products_are_filtered_and_sorted,
    products_are_searched_by_words,
    a_category_lists_its_products,
    what_changes_under_a_reader_is_not_overwritten,
    orders_have_pages,
}

async fn the_demo_shop_has_shelves_in_a_tree(shop: &Shop) {
    let answer =
        shop.anonymous().ask("{ categories { name slug parent { id } children { name parent { name } } } }").await;
    let demo: Vec<_> =
        items(&answer.data()["categories"]).iter().filter(|top| !items(&top["children"]).is_empty()).collect();
    assert!(demo.len() >= 6, "{answer:?}");
    for top in demo {
        assert_eq!(top["parent"], Value::Null);
        assert!(items(&top["children"]).iter().all(|shelf| shelf["parent"]["name"] == top["name"]), "{top:#}");
    }
    let all = shop
        .anonymous()
        .ask("{ products(first: 100) { totalCount nodes { categories { id } images { url } } } }")
        .await;
    assert!(all.data()["products"]["totalCount"].as_i64() >= Some(200));
    let first = items(&all.data()["products"]["nodes"]).iter().filter(|product| !items(&product["images"]).is_empty());
    let first = first.clone().next().expect("a product with a picture");
    let picture = shop.anonymous().get(text(&first["images"][0]["url"])).await;
    assert_eq!((picture.status().as_u16(), picture.headers()["content-type"].as_bytes()), (200, &b"image/png"[..]));
}

async fn products_are_found_by_id_and_by_slug(shop: &Shop) {
    let nobody = shop.anonymous();
    let first = nobody.ask("{ products(first: 1) { nodes { id slug title } } }").await;
    let first = &first.data()["products"]["nodes"][0];
    let document = "query Find($id: ID, $slug: String) { product(id: $id, slug: $slug) { id slug title } }";
    for variables in [json!({"id": first["id"]}), json!({"slug": text(&first["slug"]).to_uppercase()})] {
        assert_eq!(nobody.query(document, variables).await.data()["product"], *first);
    }
    let unknown = json!({"id": "prd_ffffffffffffffffffffffffffffffff"});
    assert_eq!(nobody.query(document, unknown).await.data()["product"], Value::Null);
    assert_eq!(nobody.query(document, json!({"slug": "no such thing"})).await.data()["product"], Value::Null);
    assert_eq!(nobody.query(document, json!({})).await.code(), "BAD_USER_INPUT");
}

async fn pages_have_numbers_and_cursors(shop: &Shop) {
    let nobody = shop.anonymous();
    // Only what was there at the start, because other tests add products.
    let document = "query Page($first: Int, $after: String, $last: Int, $before: String, $page: Int) {
        products(first: $first, after: $after, last: $last, before: $before, page: $page, where: {createdAt: {lte: \"2026-01-01T00:00:00Z\"}}) {
            totalCount nodes { id } edges { cursor node { id } }
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
    let page = async |variables: Value| {
        let answer = nobody.query(document, variables).await;
        answer.data()["products"].clone()
    };
    let ids = |page: &Value| -> Vec<String> {
        items(&page["nodes"]).iter().map(|node| text(&node["id"]).to_owned()).collect()
    };
    let (one, two) = (page(json!({"first": 7})).await, page(json!({"first": 7, "page": 2})).await);
    assert_eq!(page(json!({})).await["nodes"].as_array().map(Vec::len), Some(10));
    let total = one["totalCount"].as_i64().unwrap();
    assert!(total >= 200);
    assert_eq!((&one["pageInfo"]["hasNextPage"], &one["pageInfo"]["hasPreviousPage"]), (&json!(true), &json!(false)));
    assert_eq!(two["pageInfo"]["hasPreviousPage"], true);
    let after = page(json!({"first": 7, "after": one["pageInfo"]["endCursor"]})).await;
    assert_eq!((ids(&after), &after["pageInfo"]["hasPreviousPage"]), (ids(&two), &json!(true)));
    let before = page(json!({"last": 7, "before": two["pageInfo"]["startCursor"]})).await;
    assert_eq!((ids(&before), &before["pageInfo"]["hasPreviousPage"]), (ids(&one), &json!(false)));
    assert_eq!(one["edges"][6]["cursor"], one["pageInfo"]["endCursor"]);

    let mut all = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let next = page(json!({"first": 100, "after": cursor})).await;
        all.extend(ids(&next));
        cursor = next["pageInfo"]["endCursor"].clone();
        if next["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(i64::try_from(all.len()).unwrap(), total);
    all.sort();
    all.dedup();
    assert_eq!(i64::try_from(all.len()).unwrap(), total, "nothing comes twice");

    let code = async |variables: Value| nobody.query(document, variables).await.code().to_owned();
    assert_eq!(code(json!({"first": 1, "page": 1001})).await, "PAGE_TOO_DEEP");
    for wrong in
        [json!({"first": 101}), json!({"first": -1}), json!({"first": 3, "last": 3}), json!({"after": "from nowhere"})]
    {
        assert_eq!(code(wrong.clone()).await, "BAD_USER_INPUT", "{wrong}");
    }
}

async fn products_are_filtered_and_sorted(shop: &Shop) {
    let nobody = shop.anonymous();
    let document = "query Find($where: ProductWhere, $sort: ProductSort) {
        products(first: 100, where: $where, sort: $sort) {
            totalCount nodes { id title price { amount } stock { inStock } categories { slug } } } }";
    let find = async |filter: Value, sort: Value| {
        let answer = nobody.query(document, json!({"where": filter, "sort": sort})).await;
        items(&answer.data()["products"]["nodes"]).to_vec()
    };
    let price = |product: &Value| text(&product["price"]["amount"]).parse::<f64>().unwrap();
    let cheap = json!({"price": {"gte": "10", "lte": "20.00", "currencyCode": "EUR"}});
    let found = find(cheap.clone(), json!({"field": "PRICE", "direction": "DESC"})).await;
    assert!(found.len() > 2 && found.iter().all(|product| (10.0..=20.0).contains(&price(product))));
    assert!(found.is_sorted_by(|one, next| price(one) >= price(next)));
    let titles = find(json!({"title": {"contains": "CHAIR"}}), json!({"field": "TITLE"})).await;
    assert!(!titles.is_empty());
    assert!(titles.iter().all(|product| text(&product["title"]).to_lowercase().contains("chair")));
    let some = find(json!({"id": {"in": [found[0]["id"], titles[0]["id"]]}}), Value::Null).await;
    assert_eq!(some.len(), 2);
    assert!(find(json!({"inStock": false}), Value::Null).await.iter().all(|it| it["stock"]["inStock"] == false));
    let shelf = found[0]["categories"][0]["slug"].clone();
    let on_shelf = find(json!({"category": {"slug": shelf}}), Value::Null).await;
    assert!(!on_shelf.is_empty());
    assert!(on_shelf.iter().all(|product| items(&product["categories"]).iter().any(|it| it["slug"] == shelf)));
    // A cursor belongs to the order of its own list.
    let cursor = nobody.ask("{ products(first: 1) { edges { cursor } } }").await;
    let other = "query Next($after: String) { products(after: $after, sort: {field: PRICE}) { nodes { id } } }";
    let refused = nobody.query(other, json!({"after": cursor.data()["products"]["edges"][0]["cursor"]})).await;
    assert_eq!(refused.code(), "BAD_USER_INPUT");
}

async fn products_are_searched_by_words(shop: &Shop) {
    let document = "query Search($text: String!, $after: String) { products(first: 2, after: $after, where: {search: $text}) {
        nodes { title } pageInfo { hasNextPage endCursor } priceRange { min { amount currencyCode } max { amount } } } }";
    let search = async |text: &str, after: Value| {
        let answer = shop.anonymous().query(document, json!({"text": text, "after": after})).await;
        answer.data()["products"].clone()
    };
    let titles = |page: &Value| -> Vec<String> {
        items(&page["nodes"]).iter().map(|node| text(&node["title"]).to_owned()).collect()
    };
    let found = search("backpack ALPÍN", Value::Null).await;
    assert_eq!(titles(&found), ["Alpine Backpack"]);
    assert_eq!(found["priceRange"]["min"]["currencyCode"], "EUR");
    // The three of the demo: the newest comes first.
    let page = search("rocking furniture", Value::Null).await;
    let next = search("rocking furniture", page["pageInfo"]["endCursor"].clone()).await;
    let all = [titles(&page), titles(&next)].concat();
    assert_eq!(all, ["Walnut Rocking Chair", "Oak Rocking Chair", "Pine Rocking Chair"]);
    assert_eq!(next["pageInfo"]["hasNextPage"], false);
    assert!(titles(&search("\"*' -", Value::Null).await).is_empty());
    let refused = shop.anonymous().query(document, json!({"text": "x".repeat(10_000)})).await;
    assert_eq!(refused.code(), "BAD_USER_INPUT");
    // A whole part of the shop, and the way back up.
    let below = "{ category(slug: \"accessories\") { ancestors { name } products(deep: true) { totalCount }
        children { children { slug ancestors { slug } } } } }";
    let category = shop.anonymous().ask(below).await.data()["category"].clone();
    assert_eq!(category["ancestors"], json!([{"name": "Clothing"}]));
    assert_eq!(category["products"]["totalCount"], 12);
    let above = ["clothing", "accessories", "for-winter"].map(|slug| json!({"slug": slug}));
    assert_eq!(category["children"][0]["children"][0], json!({"slug": "hats-and-scarves", "ancestors": above}));
}

async fn a_category_lists_its_products(shop: &Shop) {
    let (admin, category) = new_category(shop).await;
    let mut added = Vec::new();
    for price in ["3", "1", "2"] {
        added.push(tests::shopping::add_product_in(&admin, price, 1, &[&category]).await);
    }
    let document = "query Shelf($id: ID!) { category(id: $id) { products(first: 2, sort: {field: PRICE}) {
        totalCount nodes { id categories { id } } pageInfo { hasNextPage } } } }";
    let answer = shop.anonymous().query(document, json!({"id": category})).await;
    let of = |index: usize| json!({"id": added[index], "categories": [{"id": category}]});
    let expected = json!({"totalCount": 3, "nodes": [of(1), of(2)], "pageInfo": {"hasNextPage": true}});
    assert_eq!(answer.data()["category"]["products"], expected);
}

async fn new_category(shop: &Shop) -> (tests::Client, String) {
    let admin = shop.admin().await;
    let document = "mutation Add($input: AddCategoryInput!) {
        addCategory(input: $input) { category { id } userErrors { code message } } }";
    let answer = admin.query(document, json!({"input": {"name": unique("Shelf")}})).await;
    let id = text(&answer.payload("addCategory")["category"]["id"]).to_owned();
    (admin, id)
}

async fn what_changes_under_a_reader_is_not_overwritten(shop: &Shop) {
    let admin = shop.admin().await;
    let product = tests::shopping::add_product(shop, "5", 1).await;
    let document = "mutation Change($input: UpdateProductInput!) { updateProduct(input: $input) {
        product { version description } userErrors { __typename code ... on ConflictError { currentVersion } } } }";
    let change = async |description: &str| -> Answer {
        let input = json!({"id": product, "expectedVersion": 1, "description": description});
        admin.query(document, json!({"input": input})).await
    };
    assert_eq!(change("first").await.payload("updateProduct")["product"]["version"], 2);
    let late = change("second").await;
    let error = json!({"__typename": "ConflictError", "code": "CONFLICT", "currentVersion": 2});
    assert_eq!(*late.user_error("updateProduct"), error);
}

async fn orders_have_pages(shop: &Shop) {
    let product = tests::shopping::add_product(shop, "5", 100).await;
    let alice = shop.customer("alice").await;
    let mut placed = Vec::new();
    for _ in 0..5 {
        placed.push(tests::shopping::place_order(&alice, &[(&product, 1)]).await["id"].clone());
    }
    let document = "query Mine($page: Int, $sort: OrderSort) { orders(first: 2, page: $page, sort: $sort) {
        totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage } } }";
    let page = async |page: i32, sort: Value| -> Value {
        let answer = alice.query(document, json!({"page": page, "sort": sort})).await;
        let orders = &answer.data()["orders"];
        assert_eq!(orders["totalCount"], 5);
        orders["nodes"].clone()
    };
    let nodes = |indexes: &[usize]| indexes.iter().map(|index| json!({"id": placed[*index]})).collect::<Value>();
    assert_eq!(page(1, Value::Null).await, nodes(&[0, 1]));
    assert_eq!(page(3, Value::Null).await, nodes(&[4]));
    assert_eq!(page(1, json!({"field": "CREATED_AT", "direction": "DESC"})).await, nodes(&[4, 3]));
    let filtered = alice.ask("{ orders(where: {status: {in: [PAID]}}) { totalCount } }").await;
    assert_eq!(filtered.data()["orders"]["totalCount"], 0);
}
