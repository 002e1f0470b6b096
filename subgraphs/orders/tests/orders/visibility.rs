//! Somebody else's order does not exist, by every path.

use kit::testing::TestClient;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::*;

const ENTITY: &str = "query($representations: [_Any!]!) { _entities(representations: $representations) { \
    ... on Order { id status items { title } } ... on User { id orders { nodes { id } } } } }";

async fn entity(client: &TestClient, typename: &str, id: &str) -> Value {
    let variables = json!({"representations": [{"__typename": typename, "id": id}]});
    client.send(ENTITY, variables).await.data()["_entities"][0].clone()
}

async fn orders_of(client: &TestClient, user: Uuid) -> Value {
    entity(client, "User", &format!("usr_{}", user.simple())).await["orders"].clone()
}

#[tokio::test]
async fn only_owners_and_admins_see_an_order() {
    for world in worlds().await {
        let order = world.order(&[(LAMP, 1)]).await;
        let variables = || json!({"id": order});
        for (client, sees) in [(world.ada(), true), (world.admin(), true), (world.bob(), false)] {
            assert_eq!(client.send(ORDER, variables()).await.data()["order"].is_object(), sees);
            assert_eq!(entity(&client, "Order", &order).await.is_object(), sees);
            let listed = client.send("{ orders { totalCount nodes { id } } }", Value::Null).await;
            assert_eq!(listed.data()["orders"]["totalCount"], u64::from(sees));
            let filter = "query($id: ID!) { orders(where: {customerId: {eq: $id}}) { totalCount nodes { id } } }";
            let listed = client.send(filter, json!({"id": format!("usr_{}", ADA.simple())})).await;
            assert_eq!(listed.data()["orders"]["totalCount"], u64::from(sees));
            assert_eq!(orders_of(&client, ADA).await.is_object(), sees);
        }
        assert_eq!(world.anonymous().send(ORDER, variables()).await.codes(), ["UNAUTHENTICATED"]);
        assert_eq!(world.anonymous().send("{ orders { totalCount } }", Value::Null).await.codes(), ["UNAUTHENTICATED"]);
        assert_eq!(entity(&world.anonymous(), "Order", &order).await, Value::Null);
        assert_eq!(orders_of(&world.anonymous(), ADA).await, Value::Null);
        let service = world.anonymous().service(&world.keys.signer("router"), "orders");
        assert_eq!(entity(&service, "Order", &order).await, Value::Null, "a process is nobody's customer");
    }
}

#[tokio::test]
async fn somebody_elses_order_is_answered_as_a_missing_one() {
    for world in worlds().await {
        let order = world.order(&[(LAMP, 1)]).await;
        let missing = "ord_00000000000000000000000000000000";
        for id in [order.as_str(), missing] {
            let paid = pay(&world.bob(), id, "tok_success", &key()).await;
            let cancelled = cancel(&world.bob(), id, &key()).await;
            for (answer, mutation) in [(paid, "payOrder"), (cancelled, "cancelOrder")] {
                let error = only_error(&answer, mutation);
                assert_eq!(
                    (&error["code"], &error["path"], &error["message"]),
                    (&json!("NOT_FOUND"), &json!(["input", "orderId"]), &json!("You have no such order."))
                );
            }
        }
        // An admin sees everybody's orders, and may give them up, but pays only their own.
        assert_eq!(only_error(&cancel(&world.admin(), missing, &key()).await, "cancelOrder")["code"], "NOT_FOUND");
        let reader = TestClient::new(&world.app).user(ADMIN, &["ADMIN"], &["orders:read"]);
        assert_eq!(only_error(&cancel(&reader, &order, &key()).await, "cancelOrder")["code"], "NOT_FOUND");
        assert_eq!(
            only_error(&pay(&world.admin(), &order, "tok_success", &key()).await, "payOrder")["code"],
            "NOT_FOUND"
        );
        assert_eq!(world.story(&order).await, ["PENDING", "AWAITING_PAYMENT"]);
        assert_eq!(only_error(&fulfill(&world.admin(), missing).await, "fulfillOrder")["code"], "NOT_FOUND");
    }
}

#[tokio::test]
async fn every_mutation_insists_on_who_is_calling() {
    for world in worlds().await {
        let (order, nobody) = (world.paid().await, world.anonymous());
        assert_eq!(place(&nobody, wish(&[(LAMP, 1)], &key())).await.codes(), ["UNAUTHENTICATED"]);
        assert_eq!(pay(&nobody, &order, "tok_success", &key()).await.codes(), ["UNAUTHENTICATED"]);
        assert_eq!(cancel(&nobody, &order, &key()).await.codes(), ["UNAUTHENTICATED"]);
        for (client, code) in [(nobody, "UNAUTHENTICATED"), (world.ada(), "FORBIDDEN")] {
            assert_eq!(refund(&client, &order, &key()).await.codes(), [code]);
            assert_eq!(fulfill(&client, &order).await.codes(), [code]);
        }
        let reader = TestClient::new(&world.app).user(ADMIN, &["ADMIN"], &["orders:read"]);
        assert_eq!(refund(&reader, &order, &key()).await.codes(), ["FORBIDDEN"]);
        assert_eq!(world.status(&order).await, "PAID");
    }
}

#[tokio::test]
async fn a_rejected_order_is_for_nobody() {
    for world in worlds().await {
        place(&world.ada(), wish(&[(GONE, 1)], &key())).await;
        for client in [world.ada(), world.admin()] {
            let listed = client.send("{ orders(where: {status: {eq: REJECTED}}) { totalCount } }", Value::Null).await;
            assert_eq!(listed.data()["orders"]["totalCount"], 0);
            let listed = orders_of(&client, ADA).await;
            assert_eq!(listed["nodes"], json!([]));
        }
    }
}

#[tokio::test]
async fn an_entity_that_is_malformed_or_unknown_is_null_without_an_error() {
    for world in worlds().await {
        let order = world.order(&[(LAMP, 1)]).await;
        let representations = json!({"representations": [
            {"__typename": "Order", "id": "nonsense"},
            {"__typename": "Order", "id": order},
            {"__typename": "Order", "id": LAMP},
            {"__typename": "Order", "id": "ord_00000000000000000000000000000000"},
            {"__typename": "User", "id": LAMP},
        ]});
        let answer = world.ada().send(ENTITY, representations).await;
        let entities = &answer.data()["_entities"];
        assert_eq!((&entities[1]["id"], &entities[1]["items"][0]["title"]), (&json!(order), &json!("Lamp")));
        for index in [0, 2, 3, 4] {
            assert_eq!(entities[index], Value::Null);
        }
        let unknown = json!({"id": "ord_00000000000000000000000000000000"});
        assert_eq!(world.ada().send(ORDER, unknown).await.data()["order"], Value::Null);
    }
}
