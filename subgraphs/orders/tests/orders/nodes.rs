//! `node` and `nodes`, as far as orders alone can tell.

use serde_json::{Value, json};

use crate::world::*;

const NODES: &str = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";

#[tokio::test]
async fn an_owner_that_does_not_answer_is_the_trouble_of_its_own_things() {
    for world in worlds().await {
        let order = world.order(&[(LAMP, 1)]).await;
        world.products_down(true);
        let missing = "ord_00000000000000000000000000000000";
        let answer = world.ada().send(NODES, json!({"ids": [order, LAMP, missing, CHAIR]})).await;
        assert_eq!(answer.codes(), ["UNAVAILABLE", "UNAVAILABLE"], "{}", world.kind);
        assert_eq!(answer.body["errors"][0]["path"], json!(["nodes", 1]));
        let found = json!({"__typename": "Order", "id": order});
        assert_eq!(answer.body["data"]["nodes"], json!([found, null, null, null]));
        for client in [world.bob(), world.anonymous()] {
            let answer = client.send(NODES, json!({"ids": [order]})).await;
            assert_eq!(*answer.data(), json!({"nodes": [Value::Null]}));
        }
    }
}
