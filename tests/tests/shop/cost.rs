//! What honest pages cost, and what nobody may multiply.

use serde_json::{Value, json};
use tests::{
    Client, Shop,
    client::items,
    shopping::{add_product, place_order},
};

everywhere! {
    honest_pages_are_within_the_default_cost,
    short_queries_multiply_nothing,
    introspection_is_whole_and_once,
}

/// The answer, with what it may have cost at most and what it has cost.
async fn costs(client: &Client, query: &str) -> (Value, u64, u64) {
    let body = json!({"query": query, "extensions": {"cost": true}}).to_string();
    let answer = client.post(&body).await;
    let cost = &answer.body["extensions"]["cost"];
    assert_eq!(cost["maximum"], 20_000, "{:#}", answer.body);
    let cost = |name: &str| cost[name].as_u64().unwrap_or_else(|| panic!("no {name} in {:#}", answer.body));
    (answer.data().clone(), cost("estimated"), cost("actual"))
}

async fn honest_pages_are_within_the_default_cost(shop: &Shop) {
    let products = "{ products(first: 100) { totalCount pageInfo { hasNextPage endCursor } nodes { id title slug
        price { amount currencyCode } stock { available inStock } categories { id name slug parent { name } } images { id url } } } }";
    let (data, estimated, actual) = costs(&shop.anonymous(), products).await;
    let nodes = items(&data["products"]["nodes"]);
    assert_eq!(nodes.len(), 100);
    let objects: usize = nodes
        .iter()
        .map(|node| {
            let categories = items(&node["categories"]);
            let parents = categories.iter().filter(|category| !category["parent"].is_null()).count();
            3 + categories.len() + parents + items(&node["images"]).len()
        })
        .sum();
    assert_eq!((estimated, actual), (2 + 100 * (3 + 20 + 10), 2 + objects as u64));

    let alice = shop.customer("alice").await;
    let product = add_product(shop, "5", 10).await;
    place_order(&alice, &[(&product, 2)]).await;
    let orders = "{ orders(first: 50) { totalCount edges { cursor node { id number status total { amount } customer { id name }
        items { quantity unitPrice { amount } product { id title price { amount } images { url } } } payments { status } } } } }";
    let (data, estimated, actual) = costs(&alice, orders).await;
    assert_eq!(items(&data["orders"]["edges"]).len(), 1);
    assert!(estimated <= 20_000 && (8..30).contains(&actual), "{estimated} {actual}");
    // A tree of categories as a menu shows it.
    let (_, estimated, actual) =
        costs(&shop.anonymous(), "{ categories { name slug children { name slug children { name } } } }").await;
    assert!(estimated <= 2_000 && actual >= 6, "{estimated} {actual}");
}

async fn short_queries_multiply_nothing(shop: &Shop) {
    let alice = shop.customer("alice").await;
    let around = |times: usize, around: &str, innermost: &str| {
        (0..times).fold(innermost.to_owned(), |inner, _| around.replace('*', &inner))
    };
    for query in [
        format!(
            "{{ products(first: 100, where: {{category: {{slug: \"kitchen\"}}}}) {{ nodes {{ {} }} }} }}",
            around(4, "categories { products(first: 100) { nodes { * } } }", "id")
        ),
        format!("{{ categories {{ {} }} }}", around(8, "children { parent { * } }", "name")),
        format!("{{ {} }}", around(5, "orders(first: 100) { nodes { customer { * } } }", "id")),
    ] {
        let answer = alice.ask(&query).await;
        assert_eq!(answer.code(), "COST_EXCEEDED", "{query}");
        assert!(answer.body.get("data").is_none(), "{query}");
    }
}

async fn introspection_is_whole_and_once(shop: &Shop) {
    let anonymous = shop.anonymous();
    let whole = "{ __schema { types { name fields { name args { name type { name ofType { name } } } type { name ofType { name ofType { name } } } } } } }";
    assert!(items(&anonymous.ask(whole).await.data()["__schema"]["types"]).len() > 50);
    let twice = "{ a: __schema { queryType { name } } b: __schema { queryType { name } } }";
    assert_eq!(anonymous.ask(twice).await.code(), "COST_EXCEEDED");
    // Asked once, but for all of its texts and the fields of the types of all fields, and that under many names.
    let known = "fragment Known on __Field { name description isDeprecated deprecationReason args { name description defaultValue } }";
    let types = "fragment Types on __Type { kind name description enumValues { name description } inputFields { name description }
        fields { name description args { name description } type { fields { ...Known } ofType { fields { ...Known }
        ofType { fields { ...Known } ofType { fields { ...Known } } } } } } }";
    let inside = (0..190).map(|n| format!("t{n}: types {{ ...Types }} ")).collect::<Vec<_>>().concat();
    let many = anonymous.ask(&format!("{known} {types} {{ __schema {{ {inside} }} }}")).await;
    assert_eq!((many.code(), many.body["data"]["__schema"].is_null()), ("COST_EXCEEDED", true));
}
