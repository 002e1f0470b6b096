//! Logging in: what it gives, and what it does not tell.

use serde_json::{Value, json};
use users::domain::Roles;

use crate::house::{House, PASSWORD, tokens};

#[tokio::test]
async fn a_session_begins_with_tokens_that_are_believed() {
    for house in House::all().await {
        let user = house.account("ada", Roles::admin()).await;
        let answer = house.login(" ADA ", PASSWORD).await;
        let payload = answer.payload("login");
        assert_eq!(payload["user"]["id"], user.id.to_string());
        assert_eq!(payload["user"]["roles"], json!(["ADMIN"]));
        let tokens = tokens(payload);
        let answer = house.bearer(&tokens.access).send("{ me { id username email } }", json!({})).await;
        assert_eq!(answer.data()["me"]["email"], "ada@example.org");
        let viewer = house.verifier().verify(&tokens.access).await.unwrap();
        let viewer = viewer.user().unwrap();
        assert_eq!(viewer.id, user.id.uuid());
        assert!(viewer.scopes.iter().any(|scope| scope == "catalog:write"));
        assert!(viewer.expires_at <= house.clock.now().timestamp() + 300);
    }
}

#[tokio::test]
async fn an_unknown_account_and_a_wrong_password_are_answered_alike_after_the_same_statements() {
    for house in House::all().await.into_iter().map(House::at_rest) {
        house.account("ada", Roles::customer()).await;
        let mut answers: Vec<(Value, u64)> = Vec::new();
        for (login, password) in [
            ("ada", "wrong password"),
            ("bob", "wrong password"),
            ("ada@example.org", "wrong password"),
            ("bob@example.org", "wrong password"),
            ("b\u{0}b", "wrong password"),
            ("ada", &"x".repeat(5000)),
            ("ada", ""),
        ] {
            let before = house.statements();
            let answer = house.login(login, password).await;
            answers.push((answer.data().clone(), house.statements() - before));
        }
        let errors = &answers[0].0["login"]["userErrors"];
        assert_eq!(errors[0]["code"], "INVALID_CREDENTIALS");
        assert_eq!(errors[0]["path"], json!(["input"]));
        assert_eq!(answers[0].0["login"]["accessToken"], Value::Null);
        for (index, answer) in answers.iter().enumerate() {
            assert_eq!(answer.0, answers[0].0, "{index}");
            // A name that no account can have needs no look-up.
            assert!(index == 4 || answer.1 == answers[0].1, "{index}: {answers:?}");
        }
    }
}

#[tokio::test]
async fn a_token_that_is_shown_must_be_good_even_where_none_is_needed() {
    for house in House::all().await {
        let (_, tokens) = house.customer("ada").await;
        assert!(house.me(&tokens.access).await.is_empty());
        let forged = format!("{}x", tokens.access);
        let answer = house.bearer(&forged).send("{ __typename }", json!({})).await;
        assert_eq!((answer.status.as_u16(), answer.codes()), (401, vec!["UNAUTHENTICATED"]));
        let answer = house.anonymous().send("{ me { id } }", json!({})).await;
        assert_eq!(*answer.data(), json!({"me": null}), "for a visitor it is no error");
    }
}
