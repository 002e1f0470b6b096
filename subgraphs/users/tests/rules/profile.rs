//! What a person says about themselves.

use kit::testing::Answer;
use serde_json::{Value, json};
use users::domain::Roles;

use crate::house::{House, expected, problems};

async fn update(house: &House, access: &str, input: Value) -> Answer {
    let query = "mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) {
        user { username email name version } userErrors { code path ... on ConflictError { currentVersion } } } }";
    house.bearer(access).send(query, json!({"input": input})).await
}

#[tokio::test]
async fn what_is_given_changes_and_the_rest_stays() {
    for house in House::all().await {
        let (_, tokens) = house.customer("ada").await;
        let answer = update(&house, &tokens.access, json!({"name": "Countess", "email": null})).await;
        let user = &answer.payload("updateProfile")["user"];
        assert_eq!(user, &json!({"username": "ada", "email": "ada@example.org", "name": "Countess", "version": 2}));
        let answer = update(&house, &tokens.access, json!({"username": "Countess", "email": "c@example.org"})).await;
        let user = &answer.payload("updateProfile")["user"];
        assert_eq!(user, &json!({"username": "Countess", "email": "c@example.org", "name": "Countess", "version": 3}));
        house.tokens("countess").await;
        // Another case of one's own name is no other's.
        update(&house, &tokens.access, json!({"username": "COUNTESS"})).await.payload("updateProfile");
    }
}

#[tokio::test]
async fn what_is_taken_wrong_or_outdated_is_refused() {
    for house in House::all().await {
        let (_, tokens) = house.customer("ada").await;
        house.account("bob", Roles::customer()).await;
        for (input, path, code) in [
            (json!({"username": "BOB"}), "input.username", "TAKEN"),
            (json!({"email": "BOB@example.org"}), "input.email", "TAKEN"),
            (json!({"username": "BOB", "email": "ADA@example.org"}), "input.username", "TAKEN"),
            (json!({"email": "nowhere"}), "input.email", "INVALID"),
            (json!({"name": " "}), "input.name", "REQUIRED"),
            (json!({"name": "x", "expectedVersion": 7}), "input.expectedVersion", "CONFLICT"),
        ] {
            let answer = update(&house, &tokens.access, input).await;
            assert_eq!(problems(&answer, "updateProfile"), expected(&[(path, code)]), "{}", house.name);
            if code == "CONFLICT" {
                assert_eq!(answer.data()["updateProfile"]["userErrors"][0]["currentVersion"], 1);
            }
        }
        let both = update(&house, &tokens.access, json!({"username": "bob", "email": "bob@example.org"})).await;
        let told = expected(&[("input.username", "TAKEN"), ("input.email", "TAKEN")]);
        assert_eq!(problems(&both, "updateProfile"), told, "{}", house.name);
        let answer = house.bearer(&tokens.access).send("{ me { username name version } }", json!({})).await;
        assert_eq!(answer.data()["me"], json!({"username": "ada", "name": "ada", "version": 1}));
        update(&house, &tokens.access, json!({"name": "x", "expectedVersion": 1})).await.payload("updateProfile");
    }
}
