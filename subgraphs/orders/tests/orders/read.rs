//! Lists, and what they cost.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::world::*;

fn ids(list: &Value) -> Vec<&str> {
    list["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn orders_are_listed_by_date_page_by_page() {
    for world in worlds().await {
        let mut placed = Vec::new();
        for _ in 0..5 {
            placed.push(world.order(&[(LAMP, 1)]).await);
            world.clock.advance(TimeDelta::seconds(1));
        }
        let query = "query($after: String, $page: Int) { orders(first: 2, after: $after, page: $page) { \
            nodes { id } totalCount pageInfo { hasNextPage hasPreviousPage endCursor } } }";
        let (mut seen, mut after) = (Vec::new(), Value::Null);
        loop {
            let answer = world.ada().send(query, json!({"after": after})).await;
            let list = &answer.data()["orders"];
            assert_eq!(
                (&list["totalCount"], list["pageInfo"]["hasPreviousPage"] == true),
                (&json!(5), !seen.is_empty())
            );
            seen.extend(ids(list).into_iter().map(str::to_owned));
            after = list["pageInfo"]["endCursor"].clone();
            if list["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        assert_eq!(seen, placed, "{}", world.kind);

        let answer = world.ada().send(query, json!({"page": 3})).await;
        assert_eq!(ids(&answer.data()["orders"]), [&placed[4]]);
        assert_eq!(world.ada().send(query, json!({"page": 1001})).await.codes(), ["PAGE_TOO_DEEP"]);
        assert_eq!(world.ada().send(query, json!({"after": "nowhere"})).await.codes(), ["BAD_USER_INPUT"]);
        let newest = "{ orders(sort: {field: CREATED_AT, direction: DESC}, first: 1) { nodes { id } } }";
        assert_eq!(ids(&world.ada().send(newest, Value::Null).await.data()["orders"]), [&placed[4]]);
    }
}

#[tokio::test]
async fn lists_are_narrowed_by_status_customer_and_number() {
    for world in worlds().await {
        let paid = world.paid().await;
        let bobs = world.order_of(BOB, &[(LAMP, 1)]).await;
        let number = world.see(&bobs).await["number"].clone();
        let list = async |filter: Value| {
            let query = "query($where: OrderWhere) { orders(where: $where) { nodes { id } } }";
            let answer = world.admin().send(query, json!({"where": filter})).await;
            ids(&answer.data()["orders"]).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        let bob = format!("usr_{}", BOB.simple());
        assert_eq!(list(json!({"status": {"eq": "PAID"}})).await, [paid.as_str()]);
        assert_eq!(list(json!({"status": {"in": ["PAID", "AWAITING_PAYMENT"]}})).await.len(), 2);
        assert_eq!(list(json!({"status": {"eq": "PAID", "in": ["EXPIRED"]}})).await.len(), 0);
        assert_eq!(list(json!({"customerId": {"eq": bob}})).await, [bobs.as_str()]);
        assert_eq!(list(json!({"customerId": {"eq": bob}, "status": {"eq": "PAID"}})).await.len(), 0);
        assert_eq!(list(json!({"number": {"eq": number}})).await, [bobs.as_str()]);
        let wrong = "{ orders(where: {customerId: {eq: \"prd_1\"}}) { totalCount } }";
        assert_eq!(world.admin().send(wrong, Value::Null).await.codes(), ["BAD_USER_INPUT"]);
    }
}

/// The statements that a query costs.
async fn cost(world: &World, client: &kit::testing::TestClient, query: &str, variables: Value) -> (u64, Value) {
    let before = world.test.database.statements();
    let answer = client.send(query, variables).await;
    (world.test.database.statements() - before, answer.data().clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_list_costs_does_not_grow_with_it() {
    const NESTED: &str = "{ orders(first: 10) { nodes { id number status total { amount } customer { id } \
        items { title quantity product { id } } } } }";
    const WHOLE: &str = "{ orders(first: 10) { nodes { items { title } payments { status } timeline { status } } } }";
    for world in worlds().await {
        for round in 1..=2 {
            for _ in 0..round {
                world.paid().await;
                world.order(&[(LAMP, 1), (CHAIR, 1)]).await;
                let books = &mut world.products.books();
                books.stock.values_mut().for_each(|stock| stock.on_hand = 50);
            }
            let (statements, data) = cost(&world, &world.ada(), NESTED, Value::Null).await;
            assert_eq!(statements, 2, "{}: the page and the items", world.kind);
            assert_eq!(data["orders"]["nodes"][1]["items"].as_array().unwrap().len(), 2);
            let (statements, _) = cost(&world, &world.ada(), WHOLE, Value::Null).await;
            assert_eq!(statements, 4, "{}: the page, items, payments and timelines", world.kind);
            let (statements, _) = cost(&world, &world.ada(), "{ orders { totalCount } }", Value::Null).await;
            assert!(statements <= 2, "{}: {statements}", world.kind);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn entities_are_read_together() {
    for world in worlds().await {
        let mut representations = Vec::new();
        for _ in 0..6 {
            let order = world.order_of(if representations.len() % 2 == 0 { ADA } else { BOB }, &[(LAMP, 1)]).await;
            representations.push(json!({"__typename": "Order", "id": order}));
        }
        let query = "query($representations: [_Any!]!) { _entities(representations: $representations) { \
            ... on Order { id items { title } timeline { status } } \
            ... on User { orders(first: 2) { nodes { id items { title } } } } } }";
        let variables = json!({"representations": representations});
        let (statements, data) = cost(&world, &world.admin(), query, variables).await;
        assert_eq!(statements, 3, "{}: orders, items and timelines", world.kind);
        assert_eq!(data["_entities"][5]["items"][0]["title"], "Lamp");

        let user = |id: uuid::Uuid| json!({"__typename": "User", "id": format!("usr_{}", id.simple())});
        let variables = json!({"representations": [user(ADA), user(BOB), user(ADMIN)]});
        let (statements, data) = cost(&world, &world.admin(), query, variables).await;
        assert_eq!(statements, 2, "{}: everybody's first page, and the items", world.kind);
        let counts: Vec<_> =
            (0..3).map(|index| data["_entities"][index]["orders"]["nodes"].as_array().unwrap().len()).collect();
        assert_eq!(counts, [2, 2, 0]);
        assert_eq!(data["_entities"][0]["orders"]["nodes"][0]["id"], representations[0]["id"]);
    }
}

#[tokio::test]
async fn the_demo_customer_has_a_past_that_adds_up() {
    for world in worlds().await {
        orders::seed_demo(&world.test.database, &world.sandbox, &world.clock).await.unwrap();
        let demo = world.user(uuid::Uuid::from_u128(0x0189_0000_0000_7000_8000_0000_0000_0001));
        let query = "{ orders(first: 100) { nodes { status total { amount } payments { status } timeline { status } \
            items { lineTotal { amount } } } } }";
        let answer = demo.send(query, Value::Null).await;
        let orders = answer.data()["orders"]["nodes"].as_array().unwrap();
        assert_eq!(orders.len(), 6);
        for order in orders {
            let cents = |amount: &Value| amount.as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
            let lines = order["items"].as_array().unwrap().iter().map(|item| cents(&item["lineTotal"]["amount"]));
            assert_eq!(lines.sum::<i64>(), cents(&order["total"]["amount"]));
            let payment = match order["status"].as_str().unwrap() {
                "PAID" | "FULFILLED" => json!([{"status": "SUCCEEDED"}]),
                "REFUNDED" => json!([{"status": "REFUNDED"}]),
                _ => json!([]),
            };
            assert_eq!(order["payments"], payment);
            assert_eq!(order["timeline"].as_array().unwrap().last().unwrap()["status"], order["status"]);
        }
        assert_eq!(world.products.books().calls.len(), 0, "the past needs nothing of products");
        let paid = "{ orders(where: {status: {eq: PAID}}) { nodes { id } } }";
        let paid = demo.send(paid, Value::Null).await.data()["orders"]["nodes"][0]["id"].clone();
        refund(&world.admin(), paid.as_str().unwrap(), &key()).await.payload("refundOrder");
        assert_eq!(world.payments(paid.as_str().unwrap()).await, ["REFUNDED"], "the sandbox knows of it");
    }
}
