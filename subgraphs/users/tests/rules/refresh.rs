//! Refresh tokens: each good once.

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

#[tokio::test]
async fn a_second_use_ends_the_session_for_both_parties() {
    for house in House::all().await {
        let (_, first) = house.customer("ada").await;
        let elsewhere = house.tokens("ada").await;
        let second = tokens(house.refresh(&first.refresh).await.payload("refreshToken"));
        let reused = house.refresh(&first.refresh).await;
        let worthless = expected(&[("input.refreshToken", "INVALID_REFRESH_TOKEN")]);
        assert_eq!(problems(&reused, "refreshToken"), worthless);
        assert_eq!(problems(&house.refresh(&second.refresh).await, "refreshToken"), worthless);
        for access in [&first.access, &second.access] {
            assert_eq!(house.me(access).await, ["UNAUTHENTICATED"], "{}", house.name);
        }
        // Another session of the same account is another family.
        assert!(house.me(&elsewhere.access).await.is_empty());
        house.refresh(&elsewhere.refresh).await.payload("refreshToken");
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
async fn of_many_uses_at_once_at_most_one_succeeds_and_the_session_ends() {
    for house in House::all().await {
        let (_, pair) = house.customer("ada").await;
        let uses = (0..8).map(|_| {
            let (client, token) = (house.anonymous(), pair.refresh.clone());
            tokio::spawn(async move {
                let query = "mutation ($token: String!) { refreshToken(input: {refreshToken: $token}) {
                    refreshToken userErrors { code } } }";
                client.send(query, serde_json::json!({"token": token})).await
            })
        });
        let mut won = Vec::new();
        for answer in uses.collect::<Vec<_>>() {
            let answer = answer.await.unwrap();
            won.extend(answer.data()["refreshToken"]["refreshToken"].as_str().map(str::to_owned));
        }
        assert_eq!(won.len(), 1, "{}", house.name);
        let answer = house.refresh(&won[0]).await;
        assert_eq!(answer.user_error_codes("refreshToken"), ["INVALID_REFRESH_TOKEN"]);
        assert_eq!(house.me(&pair.access).await, ["UNAUTHENTICATED"]);
    }
}
