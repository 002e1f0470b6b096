//! The end of sessions.

use std::sync::Arc;

use schema::{Revocations as _, RevokedSessions};
use serde_json::json;
use users::{Deps, Settings};

use crate::house::House;

const LOGOUT: &str = "mutation ($input: LogoutInput) { logout(input: $input) { success userErrors { code path } } }";

#[tokio::test]
async fn log_out_ends_this_session_and_no_other() {
    for house in House::all().await {
        let (_, here) = house.customer("ada").await;
        let there = house.tokens("ada").await;
        let answer =
            house.bearer(&here.access).send("mutation { logout { success userErrors { code } } }", json!({})).await;
        assert_eq!(answer.payload("logout")["success"], true);
        assert_eq!(house.me(&here.access).await, ["UNAUTHENTICATED"]);
        let answer = house.refresh(&here.refresh).await;
        assert_eq!(answer.user_error_codes("refreshToken"), ["INVALID_REFRESH_TOKEN"]);
        assert!(house.me(&there.access).await.is_empty());
        house.refresh(&there.refresh).await.payload("refreshToken");
    }
}

#[tokio::test]
async fn a_refresh_token_serves_to_log_out_and_again_is_a_success_too() {
    for house in House::all().await {
        let (_, tokens) = house.customer("ada").await;
        for token in [&tokens.refresh, &tokens.refresh, "nonsense"] {
            let answer = house.anonymous().send(LOGOUT, json!({"input": {"refreshToken": token}})).await;
            assert_eq!(answer.payload("logout")["success"], true);
        }
        assert_eq!(house.me(&tokens.access).await, ["UNAUTHENTICATED"]);
        let answer = house.refresh(&tokens.refresh).await;
        assert_eq!(answer.user_error_codes("refreshToken"), ["INVALID_REFRESH_TOKEN"]);
        for variables in [json!({}), json!({"input": {}}), json!({"input": null})] {
            let answer = house.anonymous().send(LOGOUT, variables).await;
            assert_eq!(answer.user_error_codes("logout"), ["REQUIRED"]);
            assert_eq!(answer.data()["logout"]["success"], false);
        }
    }
}

#[tokio::test]
async fn log_out_everywhere_ends_all_of_ones_sessions_and_nobody_elses() {
    for house in House::all().await {
        let (_, here) = house.customer("ada").await;
        let there = house.tokens("ada").await;
        let (_, other) = house.customer("bob").await;
        let query = "mutation { logoutEverywhere { success userErrors { code } } }";
        assert_eq!(
            house.bearer(&here.access).send(query, json!({})).await.payload("logoutEverywhere")["success"],
            true
        );
        for tokens in [&here, &there] {
            assert_eq!(house.me(&tokens.access).await, ["UNAUTHENTICATED"]);
            let answer = house.refresh(&tokens.refresh).await;
            assert_eq!(answer.user_error_codes("refreshToken"), ["INVALID_REFRESH_TOKEN"]);
        }
        assert!(house.me(&other.access).await.is_empty());
        assert_eq!(house.anonymous().send(query, json!({})).await.codes(), ["UNAUTHENTICATED"]);
    }
}

#[tokio::test]
async fn a_restart_revives_no_access_token() {
    for house in House::all().await {
        let (_, tokens) = house.customer("ada").await;
        let session = house.verifier().verify(&tokens.access).await.unwrap().user().unwrap().session;
        house.bearer(&tokens.access).send(LOGOUT, json!({})).await.payload("logout");
        let feed = Arc::new(RevokedSessions::default());
        let deps = Deps {
            database: users::open(&house.store.url, &kit::database::DatabaseSettings::default()).await.unwrap(),
            clock: house.clock.clone(),
            revocations: feed.clone(),
            services: house.services.trust("users").services,
        };
        let started = users::start(&Settings::default(), deps).await.unwrap();
        assert!(feed.is_revoked(session));
        assert!(started.verifier.verify(&tokens.access).await.is_err());
        started.subgraph.background.shutdown().await;
    }
}

#[tokio::test]
async fn a_session_that_was_ended_elsewhere_writes_nothing() {
    for house in House::all().await {
        let (user, tokens) = house.customer("ada").await;
        // Another replica ended the session; its announcement has not arrived here.
        let deps = Deps {
            database: users::open(&house.store.url, &kit::database::DatabaseSettings::default()).await.unwrap(),
            clock: house.clock.clone(),
            revocations: Arc::new(RevokedSessions::default()),
            services: house.services.trust("users").services,
        };
        let replica = users::start(&Settings::default(), deps).await.unwrap();
        let viewer = house.verifier().verify(&tokens.access).await.unwrap();
        let viewer = viewer.user().unwrap();
        replica.accounts.logout_everywhere(viewer).await.unwrap();
        assert!(!house.revoked.is_revoked(viewer.session));

        let query = "mutation { updateProfile(input: {name: \"Mallory\"}) { user { name } userErrors { code } } }";
        let answer = house.bearer(&tokens.access).send(query, json!({})).await;
        assert_eq!(answer.codes(), ["UNAUTHENTICATED"]);
        let answer = house.bearer(&tokens.access).send("{ me { name } }", json!({})).await;
        assert_eq!(answer.data()["me"]["name"], user.name);
        replica.subgraph.background.shutdown().await;
    }
}
