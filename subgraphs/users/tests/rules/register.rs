//! New accounts.

use kit::testing::Answer;
use serde_json::{Value, json};

use crate::house::{House, PASSWORD, expected, problems};

async fn register(house: &House, input: Value) -> Answer {
    let query = "mutation ($input: RegisterInput!) { register(input: $input) {
        user { id username email name roles addresses { id } version createdAt updatedAt }
        userErrors { __typename code message path } } }";
    house.anonymous().send(query, json!({"input": input})).await
}

#[tokio::test]
async fn everybody_can_register_and_is_a_customer() {
    for house in House::all().await {
        let input = json!({"username": "Ada", "email": "ada@example.org", "password": PASSWORD, "name": " Ada L. "});
        let answer = register(&house, input).await;
        let user = &answer.payload("register")["user"];
        assert!(user["id"].as_str().unwrap().starts_with("usr_"));
        assert_eq!(user["name"], "Ada L.");
        assert_eq!(user["roles"], json!(["CUSTOMER"]));
        assert_eq!((&user["addresses"], &user["version"]), (&json!([]), &json!(1)));
        house.tokens("ADA@example.ORG").await;
        house.tokens("aDa").await;
    }
}

#[tokio::test]
async fn names_are_unique_without_regard_to_case() {
    for house in House::all().await {
        let input = |username: &str, email: &str| json!({"username": username, "email": email, "password": PASSWORD});
        register(&house, input("Ärger", "Jürgen@example.org")).await.payload("register");
        for (username, email, path) in
            [("äRGER", "other@example.org", "input.username"), ("other", "jÜRGEN@EXAMPLE.ORG", "input.email")]
        {
            let answer = register(&house, input(username, email)).await;
            assert_eq!(problems(&answer, "register"), expected(&[(path, "TAKEN")]), "{}", house.name);
            assert_eq!(answer.data()["register"]["user"], Value::Null);
        }
        register(&house, input("arger", "jurgen@example.org")).await.payload("register");
    }
}

#[tokio::test]
async fn one_name_has_one_form_however_it_is_typed() {
    for house in House::all().await {
        let input = |username: &str, email: &str| json!({"username": username, "email": email, "password": PASSWORD});
        let user = register(&house, input("jose\u{301}", "andre\u{301}@example.org")).await;
        let user = &user.payload("register")["user"];
        assert_eq!((&user["username"], &user["name"]), (&json!("jos\u{e9}"), &json!("jos\u{e9}")), "{}", house.name);
        assert_eq!(user["email"], "andr\u{e9}@example.org");
        for (username, email, path) in
            [("JOS\u{c9}", "other@example.org", "input.username"), ("other", "ANDR\u{c9}@example.org", "input.email")]
        {
            let answer = register(&house, input(username, email)).await;
            assert_eq!(problems(&answer, "register"), expected(&[(path, "TAKEN")]), "{}", house.name);
        }
        for login in ["jose\u{301}", "JOS\u{c9}", "ANDRE\u{301}@example.org", " jos\u{e9} "] {
            house.tokens(login).await;
        }
    }
}

#[tokio::test]
async fn everything_wrong_is_told_and_nothing_written() {
    for house in House::all().await {
        let statements = house.statements();
        let input = json!({"username": "a b", "email": "nowhere", "password": "short", "name": "x".repeat(100_000)});
        let answer = register(&house, input).await;
        let told = [
            ("input.username", "INVALID"),
            ("input.email", "INVALID"),
            ("input.password", "TOO_SHORT"),
            ("input.name", "TOO_LONG"),
        ];
        assert_eq!(problems(&answer, "register"), expected(&told));
        assert_eq!(answer.data()["register"]["userErrors"][0]["__typename"], "InputError");
        let input =
            json!({"username": "nul\u{0}", "email": "a\u{0}@example.org", "password": PASSWORD, "name": "\u{0}"});
        let told = [("input.username", "INVALID"), ("input.email", "INVALID"), ("input.name", "INVALID")];
        assert_eq!(problems(&register(&house, input).await, "register"), expected(&told));
        assert_eq!(house.statements(), statements);
    }
}
