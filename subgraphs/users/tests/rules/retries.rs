//! What is sent again after its answer was lost.

use chrono::TimeDelta;
use kit::testing::{Answer, TestClient, databases};
use serde_json::{Value, json};
use users::Settings;

use crate::house::{House, PASSWORD, expected, problems, tokens};

const KEY: &str = "8a1f0c6e-first";

async fn register(client: &TestClient, changes: Value) -> Answer {
    let mut input = json!({
        "username": "ada", "email": "ada@example.org", "password": PASSWORD, "name": "Ada", "idempotencyKey": KEY,
    });
    input.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    let query = "mutation ($input: RegisterInput!) { register(input: $input) {
        accessToken refreshToken user { id name } replayed userErrors { __typename code path message } } }";
    client.send(query, json!({"input": input})).await
}

fn mismatch() -> Vec<(String, String)> {
    expected(&[("input.idempotencyKey", "IDEMPOTENCY_KEY_MISMATCH")])
}

#[tokio::test]
async fn a_registration_that_is_sent_again_begins_another_session_of_the_same_account() {
    for house in House::all().await {
        let client = house.anonymous();
        let first = register(&client, json!({})).await;
        let first = first.payload("register");
        assert_eq!(first["replayed"], false);
        for changes in [json!({}), json!({"username": " ada "})] {
            let again = register(&client, changes).await;
            let again = again.payload("register");
            assert_eq!(
                (&again["user"]["id"], &again["replayed"]),
                (&first["user"]["id"], &json!(true)),
                "{}",
                house.name
            );
            let (one, other) = (tokens(first), tokens(again));
            assert_ne!(one.refresh, other.refresh);
            assert!(house.me(&one.access).await.is_empty() && house.me(&other.access).await.is_empty());
        }
        for changes in [
            json!({"name": "Ada L."}),
            json!({"email": "other@example.org"}),
            json!({"username": "other"}),
            json!({"password": "another password"}),
        ] {
            let answer = register(&client, changes.clone()).await;
            assert_eq!(problems(&answer, "register"), mismatch(), "{changes} on {}", house.name);
            let payload = &answer.data()["register"];
            assert_eq!(payload["userErrors"][0]["__typename"], "IdempotencyError");
            assert!(payload["user"].is_null() && payload["accessToken"].is_null() && payload["replayed"] == false);
        }
        // Without the key, or with another, the account is somebody's.
        for key in [Value::Null, json!("another key")] {
            let answer = register(&client, json!({"idempotencyKey": key})).await;
            let told = expected(&[("input.username", "TAKEN"), ("input.email", "TAKEN")]);
            assert_eq!(problems(&answer, "register"), told, "{}", house.name);
        }
    }
}

#[tokio::test]
async fn a_key_is_no_way_around_the_password() {
    for store in databases().await {
        let house = House::on(store, Settings { login_failures: 3, ..Settings::default() }).await;
        let client = house.anonymous();
        register(&client, json!({})).await.payload("register");
        for number in 0..3 {
            let wrong = json!({"password": format!("wrong password {number}")});
            assert_eq!(problems(&register(&client, wrong).await, "register"), mismatch());
        }
        // They counted as failed log-ins: nothing is looked at until the window ends.
        assert_eq!(register(&client, json!({})).await.codes(), ["RATE_LIMITED"], "{}", house.name);
        assert_eq!(house.login("ada", PASSWORD).await.codes(), ["RATE_LIMITED"]);
        house.clock.advance(TimeDelta::seconds(900));
        register(&client, json!({})).await.payload("register");
    }
}

#[tokio::test]
async fn a_key_does_not_bring_back_a_password_that_was_changed() {
    for house in House::all().await {
        let client = house.anonymous();
        let pair = tokens(register(&client, json!({})).await.payload("register"));
        let change =
            "mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { userErrors { code } } }";
        let input = json!({"input": {"currentPassword": PASSWORD, "newPassword": "a better password"}});
        house.bearer(&pair.access).send(change, input).await.payload("changePassword");
        assert_eq!(problems(&register(&client, json!({})).await, "register"), mismatch(), "{}", house.name);
    }
}

#[tokio::test]
async fn a_registration_that_was_refused_does_not_use_its_key_up() {
    for house in House::all().await {
        let client = house.anonymous();
        register(&client, json!({"idempotencyKey": null})).await.payload("register");
        let taken = register(&client, json!({"email": "two@example.org"})).await;
        assert_eq!(problems(&taken, "register"), expected(&[("input.username", "TAKEN")]));
        let other = register(&client, json!({"username": "ada2", "email": "two@example.org"})).await;
        assert_eq!(other.payload("register")["replayed"], false, "{}", house.name);
        let short = json!({"password": "short", "idempotencyKey": "short"});
        let told = [("input.password", "TOO_SHORT"), ("input.idempotencyKey", "INVALID_IDEMPOTENCY_KEY")];
        assert_eq!(problems(&register(&client, short).await, "register"), expected(&told));
    }
}

#[tokio::test]
async fn of_many_equal_registrations_at_once_one_makes_the_account() {
    for house in House::all().await {
        let attempts = (0..4).map(|_| {
            let client = house.anonymous();
            tokio::spawn(async move { register(&client, json!({})).await })
        });
        let (mut ids, mut replayed) = (Vec::new(), 0);
        for attempt in attempts.collect::<Vec<_>>() {
            let answer = attempt.await.unwrap();
            let payload = answer.payload("register");
            ids.push(payload["user"]["id"].clone());
            replayed += usize::from(payload["replayed"] == true);
            assert!(house.me(payload["accessToken"].as_str().unwrap()).await.is_empty());
        }
        ids.dedup();
        assert_eq!((ids.len(), replayed), (1, 3), "{}", house.name);
    }
}

async fn add(house: &House, access: &str, changes: Value) -> Answer {
    let mut input = json!({
        "recipient": "Ada", "line1": "1 Square", "city": "London", "countryCode": "GB", "idempotencyKey": KEY,
    });
    input.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    let query = "mutation ($input: AddAddressInput!) { addAddress(input: $input) {
        address { id city } replayed userErrors { __typename code path } } }";
    house.bearer(access).send(query, json!({"input": input})).await
}

async fn book(house: &House, access: &str) -> usize {
    let answer = house.bearer(access).send("{ me { addresses { id } } }", json!({})).await;
    answer.data()["me"]["addresses"].as_array().unwrap().len()
}

#[tokio::test]
async fn an_address_is_added_once_for_each_key() {
    for house in House::all().await {
        let ((_, ada), (_, bob)) = (house.customer("ada").await, house.customer("bob").await);
        let first = add(&house, &ada.access, json!({})).await;
        let first = first.payload("addAddress");
        assert_eq!(first["replayed"], false);
        // The same as it is stored is the same.
        let again = add(&house, &ada.access, json!({"countryCode": "gb", "line2": " "})).await;
        assert_eq!(
            again.payload("addAddress"),
            &json!({"address": first["address"], "replayed": true, "userErrors": []})
        );
        for changes in [json!({"city": "Bath"}), json!({"isDefault": true})] {
            let answer = add(&house, &ada.access, changes).await;
            assert_eq!(problems(&answer, "addAddress"), mismatch(), "{}", house.name);
        }
        let bad = add(&house, &ada.access, json!({"idempotencyKey": "short"})).await;
        assert_eq!(problems(&bad, "addAddress"), expected(&[("input.idempotencyKey", "INVALID_IDEMPOTENCY_KEY")]));
        assert_eq!(book(&house, &ada.access).await, 1);
        // Somebody else's equal key is another one.
        assert_eq!(add(&house, &bob.access, json!({})).await.payload("addAddress")["replayed"], false);
        // Without a key, an equal address is another address.
        add(&house, &ada.access, json!({"idempotencyKey": null})).await.payload("addAddress");
        assert_eq!(book(&house, &ada.access).await, 2);
        // What was taken out since does not come back.
        let delete = "mutation ($id: ID!) { deleteAddress(input: {id: $id}) { userErrors { code } } }";
        house.bearer(&ada.access).send(delete, json!({"id": first["address"]["id"]})).await.payload("deleteAddress");
        let gone = add(&house, &ada.access, json!({})).await;
        assert_eq!(gone.payload("addAddress"), &json!({"address": null, "replayed": true, "userErrors": []}));
        assert_eq!(book(&house, &ada.access).await, 1);
    }
}
