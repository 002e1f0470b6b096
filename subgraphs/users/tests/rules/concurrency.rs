//! Many at once.

use serde_json::json;

use crate::house::{House, PASSWORD};

#[tokio::test]
async fn of_many_who_want_a_name_exactly_one_gets_it() {
    for house in House::all().await {
        let attempts = (0..8).map(|n| {
            let client = house.anonymous();
            tokio::spawn(async move {
                let query = "mutation ($input: RegisterInput!) { register(input: $input) {
                    user { id } userErrors { code path } } }";
                let username = if n % 2 == 0 { "Wanted" } else { "wANTED" };
                let email = format!("person{n}@example.org");
                client.send(query, json!({"input": {"username": username, "email": email, "password": PASSWORD}})).await
            })
        });
        let mut taken = 0;
        for attempt in attempts.collect::<Vec<_>>() {
            taken += usize::from(attempt.await.unwrap().user_error_codes("register") == ["TAKEN"]);
        }
        assert_eq!(taken, 7, "{}", house.name);
        house.tokens("wanted").await;
    }
}

#[tokio::test]
async fn defaults_that_are_set_at_once_leave_one() {
    for house in House::all().await {
        let (_, tokens) = house.customer("ada").await;
        let attempts = (0..8).map(|n| {
            let client = house.bearer(&tokens.access);
            tokio::spawn(async move {
                let query = "mutation ($city: String!) { addAddress(input: {
                    recipient: \"Ada\", line1: \"1\", city: $city, countryCode: \"GB\", isDefault: true
                }) { address { id } userErrors { code } } }";
                client.send(query, json!({"city": format!("City {n}")})).await
            })
        });
        for attempt in attempts.collect::<Vec<_>>() {
            attempt.await.unwrap().payload("addAddress");
        }
        let answer = house.bearer(&tokens.access).send("{ me { addresses { isDefault } } }", json!({})).await;
        let defaults = answer.data()["me"]["addresses"].as_array().unwrap().iter().map(|a| a["isDefault"] == true);
        assert_eq!(defaults.collect::<Vec<_>>(), [true, false, false, false, false, false, false, false]);
    }
}

#[tokio::test]
async fn two_admins_who_dismiss_each_other_leave_one() {
    for house in House::all().await {
        let (ada, ada_tokens) = house.admin("ada").await;
        let (bob, bob_tokens) = house.admin("bob").await;
        let query = "mutation ($id: ID!) { setUserRoles(input: {userId: $id, roles: [CUSTOMER]}) {
            user { id } userErrors { code } } }";
        let dismiss = |access: String, id: String| {
            let client = house.bearer(&access);
            tokio::spawn(async move { client.send(query, json!({"id": id})).await })
        };
        let one = dismiss(ada_tokens.access, bob.id.to_string());
        let other = dismiss(bob_tokens.access, ada.id.to_string());
        let dismissed = [one.await.unwrap(), other.await.unwrap()]
            .iter()
            .filter(|answer| answer.body["data"]["setUserRoles"]["user"].is_object())
            .count();
        assert_eq!(dismissed, 1, "{}", house.name);
    }
}
