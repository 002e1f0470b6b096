//! New accounts.

use chrono::TimeDelta;
use kit::testing::{Answer, TestClient, databases};
use serde_json::{Value, json};
use users::Settings;

use crate::house::{House, PASSWORD, expected, problems, tokens};

async fn register(house: &House, input: Value) -> Answer {
    register_from(&house.anonymous(), input).await
}

async fn register_from(client: &TestClient, input: Value) -> Answer {
    let query = "mutation ($input: RegisterInput!) { register(input: $input) {
        accessToken refreshToken expiresAt user { id username email name roles addresses { id } version createdAt updatedAt }
        userErrors { __typename code message path ... on InputError { min max } } } }";
    client.send(query, json!({"input": input})).await
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
        let payload = answer.payload("register");
        assert!(payload["expiresAt"].is_string());
        let given = tokens(payload);
        assert!(house.me(&given.access).await.is_empty());
        house.refresh(&given.refresh).await.payload("refreshToken");
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
        // Both are told, whosever they are.
        register(&house, input("other", "other@example.org")).await.payload("register");
        for (username, email) in [("äRGER", "jÜRGEN@EXAMPLE.ORG"), ("OTHER", "jürgen@example.org")] {
            let told = expected(&[("input.username", "TAKEN"), ("input.email", "TAKEN")]);
            assert_eq!(problems(&register(&house, input(username, email)).await, "register"), told, "{}", house.name);
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
    for house in House::all().await.into_iter().map(House::at_rest) {
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
        let errors = &answer.data()["register"]["userErrors"];
        assert_eq!(errors[0]["__typename"], "InputError");
        let bounds = |index: usize| (errors[index]["min"].clone(), errors[index]["max"].clone());
        assert_eq!(bounds(0), (Value::Null, Value::Null));
        assert_eq!(bounds(2), (json!(8), Value::Null), "of a password that is too short");
        assert_eq!(bounds(3), (Value::Null, json!(100)), "of a name that is too long");
        let input =
            json!({"username": "nul\u{0}", "email": "a\u{0}@example.org", "password": PASSWORD, "name": "\u{0}"});
        let told = [("input.username", "INVALID"), ("input.email", "INVALID"), ("input.name", "INVALID")];
        assert_eq!(problems(&register(&house, input).await, "register"), expected(&told));
        assert_eq!(house.statements(), statements);
    }
}

/// One on every database that lets so many register.
async fn bounded(max_registrations: u32) -> Vec<House> {
    let mut houses = Vec::new();
    for store in databases().await {
        houses.push(House::on(store, Settings { max_registrations, ..Settings::default() }).await);
    }
    houses
}

fn person(n: u32) -> Value {
    json!({"username": format!("person{n}"), "email": format!("person{n}@example.org"), "password": PASSWORD})
}

#[tokio::test]
async fn registrations_of_one_address_are_bounded() {
    assert_eq!(Settings::default().max_registrations, 30);
    for house in bounded(3).await {
        let here = house.behind("2001:db8::1");
        register_from(&here, person(1)).await.payload("register");
        // What asks whether somebody has an address counts as well; what cannot be an account does not.
        assert_eq!(register_from(&here, person(1)).await.user_error_codes("register"), ["TAKEN"; 2]);
        let invalid = json!({"username": "", "email": "", "password": ""});
        for _ in 0..5 {
            assert_eq!(register_from(&here, invalid.clone()).await.user_error_codes("register").len(), 3);
        }
        register_from(&house.behind("2001:db8::ffff"), person(2)).await.payload("register");
        let refused = register_from(&here, person(3)).await;
        assert_eq!(refused.codes(), ["RATE_LIMITED"], "{}", house.name);
        assert_eq!(refused.body["errors"][0]["extensions"]["retryAfter"], 600);
        // Another network, and somebody whom nobody vouches for.
        register_from(&house.behind("2001:db8:0:1::1"), person(4)).await.payload("register");
        register(&house, person(5)).await.payload("register");
        house.clock.advance(TimeDelta::minutes(10));
        register_from(&here, person(3)).await.payload("register");
    }
}

#[tokio::test]
async fn many_registrations_at_once_are_bounded_as_one_by_one() {
    for house in bounded(3).await {
        let attempts = (0..10).map(|n| {
            let client = house.behind("192.0.2.1");
            tokio::spawn(async move { register_from(&client, person(n)).await })
        });
        let mut made = 0;
        for attempt in attempts.collect::<Vec<_>>() {
            made += usize::from(attempt.await.unwrap().codes().is_empty());
        }
        assert_eq!(made, 3, "{}", house.name);
    }
}

#[tokio::test]
async fn zero_is_no_bound() {
    for house in bounded(0).await {
        let here = house.behind("192.0.2.1");
        register_from(&here, person(0)).await.payload("register");
        for _ in 0..40 {
            assert_eq!(register_from(&here, person(0)).await.user_error_codes("register"), ["TAKEN"; 2]);
        }
    }
}

#[tokio::test]
async fn passwords_that_are_guessed_first_are_refused() {
    for house in House::all().await {
        let input = |password: &str| {
            json!({
                "username": "grace_hopper", "email": "grace.hopper@example.org", "password": password, "name": "Grace B. Murray",
            })
        };
        for password in ["password", "Password123!", "12345678", "grace.hopper", "Grace_Hopper1", "GRACEBMURRAY"] {
            let told = expected(&[("input.password", "PASSWORD_TOO_COMMON")]);
            assert_eq!(problems(&register(&house, input(password)).await, "register"), told, "{password}");
        }
        register(&house, input("murray and the harvard mark one")).await.payload("register");
    }
}
