//! The status that is true now, by every path, whether the expiry worker has run or not.

use std::sync::Arc;

use chrono::TimeDelta;
use orders::{
    provider::{Charge, PaymentProvider},
    worker::{expire_due, reconcile},
};
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use crate::{fakes::Script, world::*};

const LIST: &str = "query($where: OrderWhere) { orders(where: $where) { totalCount nodes { id status } } }";

/// The ids of the orders in one of these states, as a list and its `totalCount` give them.
async fn listed(world: &World, statuses: Value) -> Vec<String> {
    let variables = json!({"where": {"status": {"in": statuses}}});
    let answer = world.ada().send(LIST, variables.clone()).await;
    let list = &answer.data()["orders"];
    let ids: Vec<_> =
        list["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(list["totalCount"], ids.len());
    for node in list["nodes"].as_array().unwrap() {
        assert!(statuses.as_array().unwrap().contains(&node["status"]), "{node}");
    }
    let nested = "query($r: [_Any!]!, $where: OrderWhere) { _entities(representations: $r) { ... on User { \
        orders(where: $where) { nodes { id } } } } }";
    let user = json!([{"__typename": "User", "id": format!("usr_{}", ADA.simple())}]);
    let nested = world.ada().send(nested, json!({"r": user, "where": variables["where"]})).await;
    let nodes = nested.data()["_entities"][0]["orders"]["nodes"].as_array().unwrap().clone();
    assert_eq!(nodes.iter().map(|node| node["id"].as_str().unwrap()).collect::<Vec<_>>(), ids, "{}", world.kind);
    ids
}

#[tokio::test]
async fn an_overdue_order_is_expired_everywhere_before_and_after_the_worker_has_run() {
    for world in worlds().await {
        let (unpaid, declined) = (world.order(&[(LAMP, 1)]).await, world.order(&[(LAMP, 1)]).await);
        pay(&world.ada(), &declined, "tok_declined", &key()).await.payload("payOrder");
        let paid = world.paid().await;
        world.clock.advance(TimeDelta::minutes(30));
        let later = world.order(&[(LAMP, 1)]).await;
        let expires_at = world.see(&unpaid).await["expiresAt"].clone();

        let mut before = Vec::new();
        for round in ["before", "after"] {
            for (order, status) in
                [(&unpaid, "EXPIRED"), (&declined, "EXPIRED"), (&paid, "PAID"), (&later, "AWAITING_PAYMENT")]
            {
                let seen = world.see(order).await;
                assert_eq!(seen["status"], status, "{} {round}", world.kind);
                assert_eq!(seen["timeline"].as_array().unwrap().last().unwrap()["status"], status, "{round}");
                let entity =
                    "query($r: [_Any!]!) { _entities(representations: $r) { ... on Order { status updatedAt } } }";
                let entity = world.ada().send(entity, json!({"r": [{"__typename": "Order", "id": order}]})).await;
                assert_eq!(entity.data()["_entities"][0], json!({"status": status, "updatedAt": seen["updatedAt"]}));
                if round == "before" {
                    before.push(seen);
                } else {
                    assert!(before.contains(&seen), "storing the expiry changes nothing that was shown: {seen:#}");
                }
            }
            assert_eq!(world.see(&unpaid).await["updatedAt"], expires_at);
            assert_eq!(listed(&world, json!(["EXPIRED"])).await, [unpaid.as_str(), &declined], "{round}");
            assert_eq!(listed(&world, json!(["AWAITING_PAYMENT"])).await, [later.as_str()], "{round}");
            assert_eq!(listed(&world, json!(["PAYMENT_FAILED"])).await.len(), 0, "{round}");
            assert_eq!(listed(&world, json!(["PAID", "EXPIRED", "AWAITING_PAYMENT"])).await.len(), 4, "{round}");
            assert_eq!(listed(&world, json!([])).await.len(), 0);
            for (answer, mutation) in [
                (pay(&world.ada(), &unpaid, "tok_success", &key()).await, "payOrder"),
                (cancel(&world.ada(), &unpaid, &key()).await, "cancelOrder"),
                (fulfill(&world.admin(), &unpaid).await, "fulfillOrder"),
                (refund(&world.admin(), &unpaid, &key()).await, "refundOrder"),
            ] {
                assert_eq!(only_error(&answer, mutation)["from"], "EXPIRED", "{mutation} {round}");
            }
            if round == "before" {
                assert_eq!(expire_due(&world.shop).await.unwrap(), 2);
            }
        }
    }
}

#[tokio::test]
async fn a_list_is_narrowed_by_the_times_that_its_orders_show() {
    for world in worlds().await {
        let unpaid = world.order(&[(LAMP, 1)]).await;
        world.clock.advance(TimeDelta::minutes(5));
        let paid = world.paid().await;
        world.clock.advance(TimeDelta::minutes(26));
        let query = "query($where: OrderWhere) { orders(where: $where) { nodes { id } } }";
        let found = async |condition: Value| {
            let answer = world.ada().send(query, json!({"where": condition})).await;
            let nodes = answer.data()["orders"]["nodes"].as_array().unwrap().clone();
            nodes.iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        for round in ["before", "after"] {
            let (unpaid_now, paid_now) = (world.see(&unpaid).await, world.see(&paid).await);
            let (early, late) = (&unpaid_now["createdAt"], &paid_now["createdAt"]);
            assert_eq!(found(json!({"createdAt": {"gte": early, "lte": early}})).await, [unpaid.as_str()], "{round}");
            assert_eq!(found(json!({"createdAt": {"gte": late}})).await, [paid.as_str()], "{round}");
            // The one that was paid changed last minutes before the other's time was over, which nobody has written down.
            let (changed, expired) = (&paid_now["updatedAt"], &unpaid_now["updatedAt"]);
            assert_eq!(*expired, unpaid_now["expiresAt"], "{round}");
            assert_eq!(found(json!({"updatedAt": {"lte": changed}})).await, [paid.as_str()], "{round} {}", world.kind);
            assert_eq!(found(json!({"updatedAt": {"gte": expired}})).await, [unpaid.as_str()], "{round}");
            assert_eq!(found(json!({"updatedAt": {"gte": changed, "lte": expired}})).await.len(), 2, "{round}");
            expire_due(&world.shop).await.unwrap();
        }
    }
}

#[tokio::test]
async fn money_between_expiry_and_worker_buys_what_is_still_held() {
    let provider = || Some(Script::says(Charge::Unknown, Charge::Succeeded) as Arc<dyn PaymentProvider>);
    for world in worlds_with(provider).await {
        let order = world.order(&[(CHAIR, 2)]).await;
        pay(&world.ada(), &order, "any", &key()).await.payload("payOrder");
        world.wait();
        assert_eq!(world.status(&order).await, "EXPIRED");
        reconcile(&world.shop).await.unwrap();
        assert_eq!(world.story(&order).await, ["PENDING", "AWAITING_PAYMENT", "EXPIRED", "PAID"], "{}", world.kind);
        assert_eq!((world.products.state(&order), world.products.stock(CHAIR)), (Some("CONSUMED"), (1, 0)));
        assert_eq!(
            (world.products.count("reserve"), world.products.count("release")),
            (1, 0),
            "it was held all the time"
        );
        assert_eq!(expire_due(&world.shop).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_decline_after_the_expiry_leaves_the_order_expired() {
    let declined = Charge::Declined { code: "NO_FUNDS".into() };
    let provider = || Some(Script::says(Charge::Unknown, declined.clone()) as Arc<dyn PaymentProvider>);
    for world in worlds_with(provider).await {
        let order = world.order(&[(CHAIR, 2)]).await;
        pay(&world.ada(), &order, "any", &key()).await.payload("payOrder");
        world.wait();
        reconcile(&world.shop).await.unwrap();
        assert_eq!(expire_due(&world.shop).await.unwrap(), 1);
        assert_eq!(world.story(&order).await, ["PENDING", "AWAITING_PAYMENT", "EXPIRED"], "{}", world.kind);
        assert_eq!((world.payments(&order).await, world.products.stock(CHAIR)), (vec!["FAILED".to_owned()], (3, 0)));
    }
}

#[tokio::test]
async fn a_decline_code_of_any_length_is_stored_in_64_characters() {
    let declined = Charge::Declined { code: "é\n".repeat(500) };
    let provider = || Some(Script::says(declined.clone(), Charge::Unknown) as Arc<dyn PaymentProvider>);
    for world in worlds_with(provider).await {
        let order = world.order(&[(LAMP, 1)]).await;
        let answer = pay(&world.ada(), &order, "any", &key()).await;
        let payload = answer.payload("payOrder");
        assert_eq!(
            (&payload["order"]["status"], &payload["payment"]["status"]),
            (&json!("PAYMENT_FAILED"), &json!("FAILED"))
        );
        assert_eq!(payload["payment"]["failureCode"], "DECLINED", "what no client knows the word for");
        let db = world.test.database.schema();
        let read = "SELECT failure_code AS code FROM payments".to_owned();
        let row = db.query_one_raw(sea_orm::Statement::from_string(db.get_database_backend(), read)).await.unwrap();
        let code: String = row.unwrap().try_get("", "code").unwrap();
        assert!((32..=64).contains(&code.chars().count()) && !code.contains('\n'), "{}: {code:?}", world.kind);
    }
}
