//! Guessing takes long.

use chrono::TimeDelta;
use serde_json::json;
use users::{Settings, domain::Roles};

use crate::house::{House, PASSWORD, try_login};

#[tokio::test]
async fn from_the_tenth_failure_of_a_name_on_nothing_is_looked_at() {
    for house in House::all().await {
        house.account("ada", Roles::customer()).await;
        house.account("bob", Roles::customer()).await;
        for login in ["ada", "nobody"] {
            for attempt in 0..10 {
                // A name is one, in whichever case it is typed.
                let name = if attempt % 2 == 1 { login.to_uppercase() } else { format!(" {login} ") };
                let answer = house.login(&name, "wrong password").await;
                assert_eq!(answer.user_error_codes("login"), ["INVALID_CREDENTIALS"], "{login} {attempt}");
            }
            let answer = house.login(login, PASSWORD).await;
            assert_eq!(answer.codes(), ["RATE_LIMITED"], "{login}");
            assert_eq!(answer.body["errors"][0]["extensions"]["retryAfter"], 900);
            house.clock.advance(TimeDelta::seconds(100));
            let answer = house.login(login, "wrong password").await;
            assert_eq!(answer.body["errors"][0]["extensions"]["retryAfter"], 800);
        }
        house.tokens("bob").await;
        house.clock.advance(TimeDelta::seconds(800));
        house.tokens("ada").await;
    }
}

#[tokio::test]
async fn a_success_forgets_the_failures_of_the_account() {
    for house in House::all().await {
        house.account("ada", Roles::customer()).await;
        for _ in 0..3 {
            for _ in 0..9 {
                house.login("ada", "wrong password").await;
            }
            house.tokens("ada").await;
        }
    }
}

#[tokio::test]
async fn failures_of_one_client_address_are_bounded_across_accounts() {
    for house in small_bounds().await {
        house.account("ada", Roles::customer()).await;
        let (here, there) = (house.behind("192.0.2.1"), house.behind("192.0.2.2"));
        for n in 0..5 {
            // A success in between does not help.
            try_login(&here, "ada", PASSWORD).await.payload("login");
            let answer = try_login(&here, &format!("nobody{n}"), "wrong password").await;
            assert_eq!(answer.user_error_codes("login"), ["INVALID_CREDENTIALS"]);
        }
        assert_eq!(try_login(&here, "ada", PASSWORD).await.codes(), ["RATE_LIMITED"]);
        try_login(&there, "ada", PASSWORD).await.payload("login");
        // Nobody vouches for this one's address, so it is not believed.
        let liar = house.anonymous().header("rialto-client-address", "192.0.2.1");
        try_login(&liar, "ada", PASSWORD).await.payload("login");
    }
}

#[tokio::test]
async fn many_attempts_at_once_learn_no_more_than_one_by_one() {
    for house in small_bounds().await {
        house.account("ada", Roles::customer()).await;
        let attempts = (0..12).map(|n| {
            let client = house.anonymous();
            tokio::spawn(async move { try_login(&client, "ada", &format!("wrong password {n}")).await })
        });
        let mut refused = 0;
        for attempt in attempts.collect::<Vec<_>>() {
            refused += usize::from(attempt.await.unwrap().codes() == ["RATE_LIMITED"]);
        }
        assert_eq!(refused, 12 - 3, "{}", house.name);
        assert_eq!(house.login("ada", PASSWORD).await.codes(), ["RATE_LIMITED"]);
    }
}

#[tokio::test]
async fn guessing_the_present_password_is_throttled_too() {
    for house in small_bounds().await {
        let (_, tokens) = house.customer("ada").await;
        let query = "mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { userErrors { code } } }";
        let change = |current: &str| json!({"input": {"currentPassword": current, "newPassword": "another password"}});
        let client = house.bearer(&tokens.access);
        for _ in 0..3 {
            let answer = client.send(query, change("wrong password")).await;
            assert_eq!(answer.user_error_codes("changePassword"), ["INVALID_CREDENTIALS"]);
        }
        assert_eq!(client.send(query, change(PASSWORD)).await.codes(), ["RATE_LIMITED"]);
        // They count for the account, too, which closes at twice a name's bound; silently, as no name was tried so often.
        house.tokens("ada").await;
    }
}

#[tokio::test]
async fn a_name_that_was_not_tried_tells_nothing_of_another() {
    for house in House::all().await {
        house.account("ada", Roles::customer()).await;
        house.account("bob", Roles::customer()).await;
        for _ in 0..10 {
            house.login("ada", "wrong password").await;
        }
        assert_eq!(house.login("ada", "wrong password").await.codes(), ["RATE_LIMITED"]);
        // Ada's address, Bob's, and nobody's: the same, as often as any of them may be tried.
        for login in ["ada@example.org", "bob@example.org", "nobody@example.org"] {
            for attempt in 0..10 {
                let answer = house.login(login, "wrong password").await;
                assert_eq!(answer.user_error_codes("login"), ["INVALID_CREDENTIALS"], "{login} {attempt}");
            }
            assert_eq!(house.login(login, "wrong password").await.codes(), ["RATE_LIMITED"], "{login}");
        }
    }
}

#[tokio::test]
async fn an_owner_whose_name_was_closed_by_somebody_logs_in_by_the_address() {
    for house in House::all().await {
        house.account("ada", Roles::customer()).await;
        for _ in 0..12 {
            house.login("ada", "wrong password").await;
        }
        house.tokens("ada@example.org").await;
    }
}

#[tokio::test]
async fn an_account_is_closed_silently_by_all_its_names_together() {
    for house in small_bounds().await {
        let (_, tokens) = house.customer("ada").await;
        let query = "mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { userErrors { code } } }";
        let change = json!({"input": {"currentPassword": "wrong password", "newPassword": "another password"}});
        for _ in 0..3 {
            house.bearer(&tokens.access).send(query, change.clone()).await;
            house.login("ada", "wrong password").await;
        }
        // Six failures of the account, none of this name. The right password is no help to whoever guesses.
        let answer = house.login("ada@example.org", PASSWORD).await;
        assert_eq!(answer.user_error_codes("login"), ["INVALID_CREDENTIALS"], "{}", house.name);
        house.clock.advance(TimeDelta::seconds(900));
        house.tokens("ada@example.org").await;
    }
}

#[tokio::test]
async fn a_known_and_an_unknown_name_cost_the_same_statements() {
    for house in House::all().await.into_iter().map(House::at_rest) {
        house.account("ada", Roles::customer()).await;
        let mut costs = Vec::new();
        for login in ["ada", "nobody", "ada@example.org", "nobody@example.org"] {
            let before = house.statements();
            house.login(login, "wrong password").await;
            costs.push(house.statements() - before);
        }
        assert!(costs.iter().all(|cost| *cost == costs[0]), "{}: {costs:?}", house.name);
    }
}

async fn small_bounds() -> Vec<House> {
    let mut houses = Vec::new();
    for store in kit::testing::databases().await {
        let settings = Settings { login_failures: 3, login_failures_per_address: 5, ..Settings::default() };
        houses.push(House::on(store, settings).await);
    }
    houses
}
