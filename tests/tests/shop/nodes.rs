//! Anything that has a page of its own, by its id alone.

use serde_json::{Value, json};
use tests::{
    Shop,
    client::{items, text},
    shopping::{add_product, buy, somewhere},
};

everywhere! { each_thing_is_found_by_those_who_may_see_it, what_is_no_node_is_an_error, nodes_keep_their_places }

const FIELDS: &str = "
    fragment Fields on Node {
        __typename id
        ... on User { username orders { totalCount } }
        ... on Address { city }
        ... on Product { title stock { available } }
        ... on Category { name }
        ... on Order { number customer { username } }
    }";

async fn each_thing_is_found_by_those_who_may_see_it(shop: &Shop) {
    let (alice, order) = buy(shop, "alice").await;
    let (bob, admin, nobody) = (shop.customer("bob").await, shop.admin().await, shop.anonymous());
    let address = alice.add_address(&somewhere()).await;
    let category = nobody.ask("{ categories { id name } }").await.data()["categories"][0].clone();
    let item = &order["items"][0]["product"];
    // Who sees it: alice, bob, the administrator, nobody.
    let cases = [
        (alice.user_id.as_str(), "User", "username", json!(alice.username), [true, false, true, false]),
        (&address, "Address", "city", json!("Venezia"), [true, false, false, false]),
        (text(&item["id"]), "Product", "title", item["title"].clone(), [true; 4]),
        (text(&category["id"]), "Category", "name", category["name"].clone(), [true; 4]),
        (text(&order["id"]), "Order", "number", order["number"].clone(), [true, false, true, false]),
    ];
    for (id, typename, field, value, sees) in cases {
        for (client, sees) in [&alice, &bob, &admin, &nobody].into_iter().zip(sees) {
            let query = format!("query($id: ID!) {{ node(id: $id) {{ ...Fields }} }} {FIELDS}");
            let answer = client.query(&query, json!({"id": id})).await;
            let node = &answer.data()["node"];
            assert_eq!(node.is_object(), sees, "{id} as {}: {:#}", client.username, answer.body);
            if sees {
                assert_eq!((&node["id"], &node["__typename"], &node[field]), (&json!(id), &json!(typename), &value));
            }
            // Not even that it exists is told, whatever is selected.
            for selection in ["__typename", "id"] {
                let query = format!("query($id: ID!) {{ node(id: $id) {{ {selection} }} }}");
                let answer = client.query(&query, json!({"id": id})).await;
                assert_eq!(answer.data()["node"].is_object(), sees, "{id} {selection}");
            }
        }
    }
}

async fn what_is_no_node_is_an_error(shop: &Shop) {
    let alice = shop.customer("alice").await;
    for prefix in ["usr", "adr", "prd", "cat", "ord"] {
        let query = format!("{{ node(id: \"{prefix}_0190000000007000800000000000ffff\") {{ __typename id }} }}");
        assert_eq!(*alice.ask(&query).await.data(), json!({"node": null}), "{prefix}");
    }
    for id in
        ["", "junk", "itm_0190000000007000800000000000ffff", "xyz_0190000000007000800000000000ffff", "prd_1", "\0"]
    {
        let answer = alice.query("query($id: ID!) { node(id: $id) { id } }", json!({"id": id})).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{id:?}");
        assert_eq!(answer.body["data"], json!({"node": null}));
    }
    let many = vec!["prd_0190000000007000800000000000ffff"; 101];
    let answer = alice.query("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({"ids": many})).await;
    assert_eq!(answer.code(), "BAD_USER_INPUT");
    let answer = alice.query("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({"ids": many[1..]})).await;
    assert!(items(&answer.data()["nodes"]).iter().all(Value::is_null));
}

async fn nodes_keep_their_places(shop: &Shop) {
    let product = add_product(shop, "5", 3).await;
    let alice = shop.customer("alice").await;
    let missing = "prd_0190000000007000800000000000ffff";
    let ids = json!([product, missing, alice.user_id, "junk", product, "ord_0190000000007000800000000000ffff"]);
    let query = format!("query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ...Fields }} }} {FIELDS}");
    let answer = alice.query(&query, json!({"ids": ids})).await;
    assert_eq!(answer.code(), "BAD_USER_INPUT");
    assert_eq!(answer.body["errors"][0]["path"], json!(["nodes", 3]));
    let nodes = items(&answer.body["data"]["nodes"]);
    let shown: Vec<_> = nodes.iter().map(|node| node["id"].as_str()).collect();
    assert_eq!(shown, [Some(product.as_str()), None, Some(alice.user_id.as_str()), None, Some(product.as_str()), None]);
    assert_eq!(nodes[0]["stock"]["available"], 3);
    assert_eq!(nodes[2]["username"], json!(alice.username));
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    assert_eq!(*alice.query(query, json!({"ids": []})).await.data(), json!({"nodes": []}));
}
