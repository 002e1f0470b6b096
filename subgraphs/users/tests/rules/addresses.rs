//! Address books, and their defaults.

use chrono::TimeDelta;
use kit::testing::Answer;
use serde_json::{Value, json};

use crate::house::{House, expected, problems};

const FIELDS: &str = "id recipient line1 line2 city region postalCode countryCode phone isDefault version";

async fn run(house: &House, access: &str, field: &str, input: Value) -> Answer {
    let kind = field[..1].to_uppercase() + &field[1..];
    let query = format!(
        "mutation ($input: {kind}Input!) {{ {field}(input: $input) {{
            address {{ {FIELDS} }} userErrors {{ code path ... on ConflictError {{ currentVersion }} }} }} }}"
    );
    house.bearer(access).send(&query, json!({"input": input})).await
}

async fn add(house: &House, access: &str, city: &str, is_default: Option<bool>) -> String {
    house.clock.advance(TimeDelta::seconds(1));
    let input = json!({
        "recipient": "Ada", "line1": "1 Square", "city": city, "countryCode": "gb", "isDefault": is_default,
    });
    let answer = run(house, access, "addAddress", input).await;
    answer.payload("addAddress")["address"]["id"].as_str().unwrap().to_owned()
}

/// The cities of the book, the default's with a star.
async fn book(house: &House, access: &str) -> Vec<String> {
    let answer = house.bearer(access).send("{ me { addresses { city isDefault } } }", json!({})).await;
    let addresses = answer.data()["me"]["addresses"].as_array().unwrap().clone();
    let star = |address: &Value| if address["isDefault"] == true { "*" } else { "" };
    addresses.iter().map(|address| format!("{}{}", address["city"].as_str().unwrap(), star(address))).collect()
}

#[tokio::test]
async fn a_book_with_entries_always_has_one_default() {
    for house in House::all().await {
        let (_, tokens) = house.customer("ada").await;
        let access = &tokens.access;
        assert!(book(&house, access).await.is_empty());
        let london = add(&house, access, "London", Some(false)).await;
        let bath = add(&house, access, "Bath", None).await;
        assert_eq!(book(&house, access).await, ["London*", "Bath"]);
        let york = add(&house, access, "York", Some(true)).await;
        assert_eq!(book(&house, access).await, ["York*", "London", "Bath"]);
        run(&house, access, "updateAddress", json!({"id": bath, "isDefault": true})).await.payload("updateAddress");
        assert_eq!(book(&house, access).await, ["Bath*", "London", "York"]);
        let none = run(&house, access, "updateAddress", json!({"id": bath, "isDefault": false})).await;
        assert_eq!(problems(&none, "updateAddress"), expected(&[("input.isDefault", "INVALID")]));
        let answer = run(&house, access, "deleteAddress", json!({"id": bath})).await;
        assert_eq!(answer.payload("deleteAddress")["address"]["city"], "Bath");
        assert_eq!(book(&house, access).await, ["London*", "York"]);
        for id in [&york, &london] {
            run(&house, access, "deleteAddress", json!({"id": id})).await.payload("deleteAddress");
        }
        assert!(book(&house, access).await.is_empty());
    }
}

#[tokio::test]
async fn an_update_touches_what_it_names_and_minds_the_version() {
    for house in House::all().await {
        let (_, tokens) = house.customer("ada").await;
        let id = add(&house, &tokens.access, "London", None).await;
        let input = json!({"id": id, "line2": "2nd floor", "phone": "+44 20 7946", "expectedVersion": 1});
        let answer = run(&house, &tokens.access, "updateAddress", input).await;
        let address = &answer.payload("updateAddress")["address"];
        assert_eq!(
            (&address["line2"], &address["city"], &address["version"]),
            (&json!("2nd floor"), &json!("London"), &json!(2))
        );
        let answer = run(&house, &tokens.access, "updateAddress", json!({"id": id, "line2": null})).await;
        let address = &answer.payload("updateAddress")["address"];
        assert_eq!((&address["line2"], &address["phone"]), (&Value::Null, &json!("+44 20 7946")));
        let stale =
            run(&house, &tokens.access, "updateAddress", json!({"id": id, "city": "Bath", "expectedVersion": 1})).await;
        assert_eq!(problems(&stale, "updateAddress"), expected(&[("input.expectedVersion", "CONFLICT")]));
        assert_eq!(stale.data()["updateAddress"]["userErrors"][0]["currentVersion"], 3);
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_by_field() {
    for house in House::all().await {
        let (_, tokens) = house.customer("ada").await;
        let input =
            json!({"recipient": " ", "line1": "x".repeat(201), "city": "a\u{0}b", "countryCode": "XX", "phone": "x"});
        let answer = run(&house, &tokens.access, "addAddress", input).await;
        let told = [
            ("input.recipient", "REQUIRED"),
            ("input.line1", "TOO_LONG"),
            ("input.city", "INVALID"),
            ("input.countryCode", "INVALID_COUNTRY_CODE"),
            ("input.phone", "INVALID"),
        ];
        assert_eq!(problems(&answer, "addAddress"), expected(&told));
        assert_eq!(answer.data()["addAddress"]["address"], Value::Null);
        for (id, code) in [("nonsense", "INVALID_ID"), ("usr_01890000000070008000000000000001", "INVALID_ID")] {
            let answer = run(&house, &tokens.access, "deleteAddress", json!({"id": id})).await;
            assert_eq!(problems(&answer, "deleteAddress"), expected(&[("input.id", code)]));
        }
    }
}

#[tokio::test]
async fn a_book_has_an_end() {
    for house in House::all().await {
        let (_, tokens) = house.customer("ada").await;
        for n in 0..50 {
            add(&house, &tokens.access, &format!("City {n}"), None).await;
        }
        let input = json!({"recipient": "Ada", "line1": "1 Square", "city": "Too far", "countryCode": "GB"});
        let answer = run(&house, &tokens.access, "addAddress", input).await;
        assert_eq!(problems(&answer, "addAddress"), expected(&[("input", "TOO_MANY")]));
    }
}

#[tokio::test]
async fn somebody_elses_address_does_not_exist() {
    for house in House::all().await {
        let (_, ada) = house.customer("ada").await;
        let (_, bob) = house.customer("bob").await;
        let (_, admin) = house.admin("root").await;
        let id = add(&house, &ada.access, "London", None).await;
        for (field, input) in
            [("updateAddress", json!({"id": id, "city": "Bath"})), ("deleteAddress", json!({"id": id}))]
        {
            let answer = run(&house, &bob.access, field, input).await;
            assert_eq!(problems(&answer, field), expected(&[("input.id", "NOT_FOUND")]));
        }
        let query = "query ($id: ID!) { address(id: $id) { city countryCode } }";
        let variables = json!({"id": id});
        let own = house.bearer(&ada.access).send(query, variables.clone()).await;
        assert_eq!(own.data()["address"], json!({"city": "London", "countryCode": "GB"}));
        for access in [&bob.access, &admin.access] {
            assert_eq!(house.bearer(access).send(query, variables.clone()).await.data()["address"], Value::Null);
        }
        for id in ["nonsense", "usr_01890000000070008000000000000001"] {
            let answer = house.bearer(&ada.access).send(query, json!({"id": id})).await;
            assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{id}");
        }
        assert_eq!(house.anonymous().send(query, variables).await.codes(), ["UNAUTHENTICATED"]);
    }
}
