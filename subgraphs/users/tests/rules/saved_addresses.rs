//! Addresses of orders that their customers want to keep, as orders gives them.

use kit::testing::{Answer, TestClient};
use serde_json::{Value, json};
use users::domain::User;

use crate::house::{House, Tokens, expected, problems};

fn order(number: u32) -> String {
    format!("ord_{number:032x}")
}

fn somewhere(city: &str) -> Value {
    json!({"recipient": "Ada", "line1": "1 Square", "city": city, "countryCode": "GB"})
}

async fn save(client: &TestClient, user: &str, order: &str, address: Value) -> Answer {
    let query =
        "mutation ($input: SaveAddressInput!) { saveAddress(input: $input) { success userErrors { code path } } }";
    client.send(query, json!({"input": {"orderId": order, "userId": user, "address": address}})).await
}

/// The house's orders, a customer, and what they call themselves.
async fn at_home(house: &House) -> (TestClient, User, Tokens) {
    let orders = house.anonymous().service(&house.services.signer("orders"), "users");
    let (user, tokens) = house.customer("ada").await;
    (orders, user, tokens)
}

/// The ids and cities of the book.
async fn book(house: &House, tokens: &Tokens) -> Vec<(String, String)> {
    let answer = house.bearer(&tokens.access).send("{ me { addresses { id city } } }", json!({})).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let addresses = answer.data()["me"]["addresses"].as_array().unwrap();
    addresses.iter().map(|address| (text(&address["id"]), text(&address["city"]))).collect()
}

#[tokio::test]
async fn the_address_of_an_order_is_saved_once_and_an_equal_one_is_not_doubled() {
    for house in House::all().await {
        let (orders, user, tokens) = at_home(&house).await;
        let id = user.id.to_string();
        for _ in 0..2 {
            save(&orders, &id, &order(1), somewhere("Bath")).await.payload("saveAddress");
        }
        // Equal when it is tidied up as an address is.
        save(&orders, &id, &order(2), somewhere(" Bath ")).await.payload("saveAddress");
        save(&orders, &id, &order(3), somewhere("York")).await.payload("saveAddress");
        let cities: Vec<_> = book(&house, &tokens).await.into_iter().map(|(_, city)| city).collect();
        assert_eq!(cities, ["Bath", "York"], "{}", house.name);
        // Whoever deletes it does not find it again, though the message comes late and twice.
        let (bath, _) = book(&house, &tokens).await.remove(0);
        let delete = "mutation ($input: DeleteAddressInput!) { deleteAddress(input: $input) { userErrors { code } } }";
        house.bearer(&tokens.access).send(delete, json!({"input": {"id": bath}})).await.payload("deleteAddress");
        save(&orders, &id, &order(1), somewhere("Bath")).await.payload("saveAddress");
        assert_eq!(book(&house, &tokens).await.len(), 1, "{}", house.name);
    }
}

#[tokio::test]
async fn what_is_not_wanted_is_said_and_only_orders_may_say_it() {
    for house in House::all().await {
        let (orders, user, tokens) = at_home(&house).await;
        let id = user.id.to_string();
        for (client, code) in [
            (house.anonymous(), "UNAUTHENTICATED"),
            (house.bearer(&tokens.access), "FORBIDDEN"),
            (house.anonymous().service(&house.services.signer("router"), "users"), "FORBIDDEN"),
        ] {
            assert_eq!(save(&client, &id, &order(1), somewhere("Bath")).await.codes(), [code]);
        }
        let nobody = "usr_ffffffffffffffffffffffffffffffff";
        for (user, order, address, problem) in [
            ("junk", &*order(1), somewhere("Bath"), ("input.userId", "INVALID_ID")),
            (&*id, "prd_00000000000000000000000000000001", somewhere("Bath"), ("input.orderId", "INVALID_ID")),
            (nobody, &*order(1), somewhere("Bath"), ("input.userId", "NOT_FOUND")),
            (&*id, &*order(1), somewhere(" "), ("input.city", "REQUIRED")),
        ] {
            let answer = save(&orders, user, order, address).await;
            assert_eq!(problems(&answer, "saveAddress"), expected(&[problem]), "{}", house.name);
            assert_eq!(answer.data()["saveAddress"]["success"], false);
        }
        for number in 0..50 {
            save(&orders, &id, &order(100 + number), somewhere(&format!("City {number}"))).await.payload("saveAddress");
        }
        let full = save(&orders, &id, &order(1), somewhere("Bath")).await;
        assert_eq!(problems(&full, "saveAddress"), expected(&[("input", "TOO_MANY")]), "{}", house.name);
        assert_eq!(book(&house, &tokens).await.len(), 50);
    }
}
