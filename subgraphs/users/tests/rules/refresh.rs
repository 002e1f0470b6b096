//! Refresh tokens: each good until what was given for it is used.

use chrono::TimeDelta;

use crate::house::{House, expected, problems, tokens};

#[tokio::test]
async fn a_refresh_token_is_exchanged_for_a_new_pair() {
    for house in House::all().await {
        let (user, first) = house.customer("ada").await;
        let answer = house.refresh(&first.refresh).await;
        let payload = answer.payload("refreshToken");
        assert_eq!(payload["user"]["id"], user.id.to_string());
        let second = tokens(payload);
        assert_ne!(second.refresh, first.refresh);
        assert!(house.me(&second.access).await.is_empty());
        // The session goes on, so its older access token lives out its minutes.
        assert!(house.me(&first.access).await.is_empty());
        house.refresh(&second.refresh).await.payload("refreshToken");
    }
}

/// The codes of an exchange that is refused.
async fn refused(house: &House, token: &str) -> Vec<(String, String)> {
    problems(&house.refresh(token).await, "refreshToken")
}

fn worthless() -> Vec<(String, String)> {
    expected(&[("input.refreshToken", "INVALID_REFRESH_TOKEN")])
}

#[tokio::test]
async fn a_use_after_the_successor_was_used_ends_the_session_for_both_parties() {
    for house in House::all().await {
        // The successor is used as a refresh token, and as an access token.
        for by_access in [false, true] {
            let name = if by_access { "ada" } else { "bob" };
            let (_, first) = house.customer(name).await;
            let elsewhere = house.tokens(name).await;
            let mut last = tokens(house.refresh(&first.refresh).await.payload("refreshToken"));
            if by_access {
                assert!(house.me(&last.access).await.is_empty());
            } else {
                last = tokens(house.refresh(&last.refresh).await.payload("refreshToken"));
            }
            assert_eq!(refused(&house, &first.refresh).await, worthless(), "{} {by_access}", house.name);
            assert_eq!(refused(&house, &last.refresh).await, worthless(), "{} {by_access}", house.name);
            for access in [&first.access, &last.access] {
                assert_eq!(house.me(access).await, ["UNAUTHENTICATED"], "{}", house.name);
            }
            // Another session of the same account is another family.
            assert!(house.me(&elsewhere.access).await.is_empty());
            house.refresh(&elsewhere.refresh).await.payload("refreshToken");
        }
    }
}

#[tokio::test]
async fn an_answer_that_was_lost_logs_nobody_out() {
    for house in House::all().await {
        let (_, first) = house.customer("ada").await;
        // The old access token goes on to be shown; it is not what was given for the refresh token.
        for _ in 0..3 {
            house.refresh(&first.refresh).await.payload("refreshToken");
            assert!(house.me(&first.access).await.is_empty());
        }
        let arrived = tokens(house.refresh(&first.refresh).await.payload("refreshToken"));
        assert!(house.me(&arrived.access).await.is_empty());
        house.refresh(&arrived.refresh).await.payload("refreshToken");
        assert_eq!(refused(&house, &first.refresh).await, worthless(), "{}", house.name);
    }
}

#[tokio::test]
async fn a_refused_access_token_is_not_used() {
    for house in House::all().await {
        let (_, first) = house.customer("ada").await;
        let lost = tokens(house.refresh(&first.refresh).await.payload("refreshToken"));
        house.clock.advance(TimeDelta::minutes(1));
        let mut forged = lost.access.clone();
        forged.truncate(forged.len() - 8);
        assert_eq!(house.me(&forged).await, ["UNAUTHENTICATED"]);
        house.refresh(&first.refresh).await.payload("refreshToken");
    }
}

#[tokio::test]
async fn only_so_many_pairs_are_good_for_one_token() {
    for house in House::all().await {
        let (_, first) = house.customer("ada").await;
        let mut pairs = Vec::new();
        for _ in 0..12 {
            house.clock.advance(TimeDelta::seconds(1));
            pairs.push(tokens(house.refresh(&first.refresh).await.payload("refreshToken")));
        }
        assert_eq!(refused(&house, &pairs[0].refresh).await, worthless(), "{}", house.name);
        assert_eq!(refused(&house, &pairs[1].refresh).await, worthless(), "{}", house.name);
        house.refresh(&pairs[2].refresh).await.payload("refreshToken");
        house.refresh(&pairs[11].refresh).await.payload("refreshToken");
    }
}

#[tokio::test]
async fn what_never_was_a_token_and_what_was_too_long_ago_is_worthless() {
    for house in House::all().await {
        let (_, tokens) = house.customer("ada").await;
        for token in ["", "nonsense", "n\u{0}l", &tokens.access] {
            let answer = house.refresh(token).await;
            assert_eq!(answer.user_error_codes("refreshToken"), ["INVALID_REFRESH_TOKEN"], "{token:?}");
        }
        house.clock.advance(TimeDelta::days(30));
        let answer = house.refresh(&tokens.refresh).await;
        assert_eq!(answer.user_error_codes("refreshToken"), ["INVALID_REFRESH_TOKEN"]);
    }
}

#[tokio::test]
async fn a_session_that_is_refreshed_outlives_its_first_token() {
    for house in House::all().await {
        let (_, mut pair) = house.customer("ada").await;
        for _ in 0..3 {
            house.clock.advance(TimeDelta::days(20));
            pair = tokens(house.refresh(&pair.refresh).await.payload("refreshToken"));
        }
    }
}

#[tokio::test]
async fn of_many_uses_at_once_all_succeed_until_a_result_is_used() {
    for house in House::all().await {
        let (_, pair) = house.customer("ada").await;
        let uses = (0..8).map(|_| {
            let (client, token) = (house.anonymous(), pair.refresh.clone());
            tokio::spawn(async move {
                let query = "mutation ($token: String!) { refreshToken(input: {refreshToken: $token}) {
                    accessToken refreshToken userErrors { code } } }";
                client.send(query, serde_json::json!({"token": token})).await
            })
        });
        let mut pairs = Vec::new();
        for answer in uses.collect::<Vec<_>>() {
            pairs.push(tokens(answer.await.unwrap().payload("refreshToken")));
        }
        // Two tabs that refreshed at once both go on, each by its own pair.
        for pair in &pairs[..2] {
            assert!(house.me(&pair.access).await.is_empty(), "{}", house.name);
            let next = tokens(house.refresh(&pair.refresh).await.payload("refreshToken"));
            assert!(house.me(&next.access).await.is_empty(), "{}", house.name);
        }
        assert_eq!(refused(&house, &pair.refresh).await, worthless(), "{}", house.name);
        assert_eq!(house.me(&pairs[7].access).await, ["UNAUTHENTICATED"]);
    }
}
