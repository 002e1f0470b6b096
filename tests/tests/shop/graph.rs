//! One graph out of three domains: what crosses their borders, and the language in which it is asked.

use serde_json::{Value, json};
use tests::{
    Shop,
    client::{items, text},
    shopping::{add_product, add_product_in, buy, place_order},
};

everywhere! {
    the_nested_query_crosses_all_domains,
    users_and_their_orders_under_a_list,
    aliases_fragments_and_conditions,
    interfaces_tell_their_types,
    mutations_of_several_domains_run_one_after_the_other,
    variables_have_defaults_and_are_checked,
    operations_are_chosen_by_name,
    the_schema_explains_itself,
}

/// The query that the benchmarks measure too.
pub const NESTED: &str = "query Nested($first: Int!) { orders(first: $first) { nodes {
    id number status customer { id name }
    items { quantity title product { id title price { amount currencyCode } categories { id name } } } } } }";

async fn the_nested_query_crosses_all_domains(shop: &Shop) {
    let category = shop.anonymous().ask("{ categories { id name } }").await;
    let category = category.data()["categories"][0].clone();
    let admin = shop.admin().await;
    let (one, two) =
        (add_product_in(&admin, "1", 100, &[text(&category["id"])]).await, add_product(shop, "2", 100).await);
    let alice = shop.customer("alice").await;
    for _ in 0..3 {
        place_order(&alice, &[(&one, 1), (&two, 2)]).await;
    }
    let answer = alice.query(NESTED, json!({"first": 10})).await;
    let orders = items(&answer.data()["orders"]["nodes"]);
    assert_eq!(orders.len(), 3);
    for order in orders {
        assert_eq!(order["customer"], json!({"id": alice.user_id, "name": alice.username}));
        let [first, second] = items(&order["items"]) else { panic!("{order:#}") };
        assert_eq!((&first["product"]["id"], &first["product"]["categories"]), (&json!(one), &json!([category])));
        assert_eq!((&second["product"]["id"], &second["product"]["categories"]), (&json!(two), &json!([])));
    }
    // A response has its fields in the order in which they were asked for.
    let first = answer.text.find(r#"{"id":"ord_"#).map(|start| &answer.text[start..]).unwrap_or_default();
    let places = ["number", "status", "customer", "items"].map(|key| first.find(&format!("\"{key}\":")));
    assert!(places.is_sorted() && places[0].is_some(), "{first}");
}

async fn users_and_their_orders_under_a_list(shop: &Shop) {
    let (alice, order) = buy(shop, "alice").await;
    let admin = shop.admin().await;
    let document = "query People($name: String!) { users(where: {username: {eq: $name}}) { totalCount nodes {
        id username orders(first: 5) { totalCount nodes { id customer { username } items { product { title } } } } } } }";
    let answer = admin.query(document, json!({"name": alice.username})).await;
    let found = &answer.data()["users"]["nodes"][0];
    assert_eq!(found["orders"]["totalCount"], 1);
    assert_eq!(found["orders"]["nodes"][0]["id"], order["id"]);
    assert_eq!(found["orders"]["nodes"][0]["customer"]["username"], json!(alice.username));
}

async fn aliases_fragments_and_conditions(shop: &Shop) {
    let (alice, order) = buy(shop, "alice").await;
    let document = "query Both($id: ID!, $yes: Boolean!, $no: Boolean = false) {
        mine: order(id: $id) { __typename ...Head again: status @include(if: $yes) never: status @include(if: $no) }
        other: order(id: $id) { ... on Order { number @skip(if: $yes) items { product { __typename name: title } } } }
        me { ... @include(if: $no) { username } ... { id } }
    } fragment Head on Order { n: number total { amount } }";
    let answer = alice.query(document, json!({"id": order["id"], "yes": true})).await;
    let expected = json!({
        "mine": {"__typename": "Order", "n": order["number"], "total": {"amount": "25.00"}, "again": "PAID"},
        "other": {"items": [{"product": {"__typename": "Product", "name": order["items"][0]["title"]}}]},
        "me": {"id": alice.user_id},
    });
    assert_eq!(*answer.data(), expected);
}

async fn interfaces_tell_their_types(shop: &Shop) {
    let product = add_product(shop, "5", 1).await;
    let alice = shop.customer("alice").await;
    let refused = tests::shopping::place(&alice, &tests::shopping::order_input(&[(&product, 2)])).await;
    assert_eq!(refused.user_error("placeOrder")["__typename"], "StockError");
    let refused = tests::shopping::place(&alice, &tests::shopping::order_input(&[(&product, 0)])).await;
    assert_eq!(refused.user_error("placeOrder")["__typename"], "InputError");
}

async fn mutations_of_several_domains_run_one_after_the_other(shop: &Shop) {
    let product = add_product(shop, "5", 2).await;
    let alice = shop.customer("alice").await;
    let document = "mutation Both($order: PlaceOrderInput!, $again: PlaceOrderInput!, $name: UpdateProfileInput!) {
        first: placeOrder(input: $order) { order { status } userErrors { code } }
        renamed: updateProfile(input: $name) { user { name } userErrors { code } }
        second: placeOrder(input: $again) { order { status customer { name } } userErrors { code } }
    }";
    let order = || tests::shopping::order_input(&[(&product, 1)]);
    let variables = json!({"order": order(), "again": order(), "name": {"name": "Alice the Second"}});
    let answer = alice.query(document, variables).await;
    let data = answer.data();
    assert_eq!(data["first"]["order"]["status"], "AWAITING_PAYMENT");
    assert_eq!(data["renamed"]["user"]["name"], "Alice the Second");
    assert_eq!(data["second"]["order"]["customer"]["name"], "Alice the Second");
}

async fn variables_have_defaults_and_are_checked(shop: &Shop) {
    let nobody = shop.anonymous();
    let document = "query Some($first: Int! = 3, $where: ProductWhere) { products(first: $first, where: $where) { nodes { id } } }";
    let answer = nobody.query(document, json!({})).await;
    assert_eq!(items(&answer.data()["products"]["nodes"]).len(), 3);
    for wrong in
        [json!({"first": "3"}), json!({"first": null}), json!({"first": 1.5}), json!({"where": {"colour": "red"}})]
    {
        let refused = nobody.query(document, wrong.clone()).await;
        assert_eq!(refused.code(), "BAD_USER_INPUT", "{wrong}");
        assert!(refused.body.get("data").is_none(), "{:#}", refused.body);
    }
}

async fn operations_are_chosen_by_name(shop: &Shop) {
    let document = "query A { a: __typename } query B { b: __typename }";
    let send = async |name: Value| {
        let body = json!({"query": document, "operationName": name});
        shop.anonymous().post(&body.to_string()).await
    };
    assert_eq!(*send(json!("B")).await.data(), json!({"b": "Query"}));
    assert!(!send(Value::Null).await.codes().is_empty());
    assert!(!send(json!("C")).await.codes().is_empty());
}

async fn the_schema_explains_itself(shop: &Shop) {
    let document = "{ __schema { queryType { name } mutationType { name } types {
        kind name description fields { name description args { name description } }
        inputFields { name description } enumValues { name description } } } }";
    let answer = shop.anonymous().ask(document).await;
    let schema = &answer.data()["__schema"];
    let mut undescribed = Vec::new();
    for kind in items(&schema["types"]).iter().filter(|kind| !text(&kind["name"]).starts_with("__")) {
        let name = text(&kind["name"]);
        let fields = kind["fields"].as_array().into_iter().flatten();
        let arguments = fields.clone().flat_map(|field| items(&field["args"]).iter().map(move |it| (field, it)));
        undescribed.extend(described(kind, name.to_owned()));
        undescribed.extend(
            arguments.filter_map(|(field, it)| described(it, format!("{name}.{}({})", field["name"], it["name"]))),
        );
        for list in ["inputFields", "enumValues"] {
            let members = kind[list].as_array().into_iter().flatten();
            undescribed.extend(members.filter_map(|it| described(it, format!("{name}.{}", it["name"]))));
        }
        undescribed.extend(fields.filter_map(|it| described(it, format!("{name}.{}", it["name"]))));
    }
    assert!(undescribed.is_empty(), "without a description: {undescribed:#?}");
    let names: Vec<_> = items(&schema["types"]).iter().map(|kind| text(&kind["name"])).collect();
    for internal in
        ["_Entity", "_Any", "_Service", "Reservation", "ReserveInput", "join__Graph", "requiresScopes__Scope"]
    {
        assert!(!names.contains(&internal), "{internal} is nothing for clients");
    }
}

fn described(thing: &Value, name: String) -> Option<String> {
    thing["description"].as_str().is_none_or(|text| text.trim().is_empty()).then_some(name)
}
