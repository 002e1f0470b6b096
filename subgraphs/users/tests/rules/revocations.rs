//! The log of revocations, as other processes follow it.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use kit::{jobs::Keep, testing::TestKeys};
use schema::{
    revocation::{LOG_PATH, LogPage},
    service::SERVICE_HEADER,
    transport::{Body, InProcess, MAX_RESPONSE, call},
};
use serde_json::json;
use uuid::Uuid;

use crate::house::{House, Tokens};

async fn get(house: &House, path: &str, token: Option<&str>) -> (u16, Option<LogPage>) {
    let mut request = http::Request::get(path);
    if let Some(token) = token {
        request = request.header(SERVICE_HEADER, token);
    }
    let request = request.body(Body::empty()).unwrap();
    let response = call(&InProcess(house.app.clone()), request, MAX_RESPONSE).await.unwrap();
    (response.status().as_u16(), serde_json::from_slice(response.body()).ok())
}

async fn page(house: &House, after: Option<i64>) -> LogPage {
    let path = after.map_or_else(|| LOG_PATH.to_owned(), |after| format!("{LOG_PATH}?after={after}"));
    let token = house.services.signer("orders").token("users");
    let (status, page) = get(house, &path, Some(&token)).await;
    assert_eq!(status, 200);
    page.unwrap()
}

/// All pages after a cursor, and the cursor after them.
async fn follow(house: &House, mut cursor: Option<i64>) -> (Vec<Uuid>, Option<i64>) {
    let mut sessions = Vec::new();
    loop {
        let page = page(house, cursor).await;
        sessions.extend(page.revocations.iter().map(|revocation| revocation.session));
        cursor = Some(page.cursor);
        if !page.more {
            return (sessions, cursor);
        }
    }
}

async fn session(house: &House, tokens: &Tokens) -> Uuid {
    house.verifier().verify(&tokens.access).await.unwrap().user().unwrap().session
}

async fn log_out(house: &House, tokens: &Tokens) {
    let answer =
        house.bearer(&tokens.access).send("mutation { logout { success userErrors { code } } }", json!({})).await;
    assert_eq!(answer.payload("logout")["success"], true);
}

#[tokio::test]
async fn what_ends_is_told_once_in_order() {
    for house in House::all().await {
        assert!(follow(&house, None).await.0.is_empty());
        let (_, one) = house.customer("ada").await;
        let two = house.tokens("ada").await;
        let (one_session, two_session) = (session(&house, &one).await, session(&house, &two).await);
        log_out(&house, &one).await;
        let (told, cursor) = follow(&house, None).await;
        assert_eq!(told, [one_session], "{}", house.name);
        log_out(&house, &two).await;
        let (told, cursor) = follow(&house, cursor).await;
        assert_eq!(told, [two_session]);
        assert_eq!(follow(&house, cursor).await, (vec![], cursor));
        assert_eq!(follow(&house, None).await.0, [one_session, two_session], "who begins learns what is alive");
    }
}

#[tokio::test]
async fn every_way_to_end_access_is_told() {
    for house in House::all().await {
        let (user, here) = house.customer("ada").await;
        let there = house.tokens("ada").await;
        let other = session(&house, &there).await;
        let change = "mutation { changePassword(input: {currentPassword: \"correct horse battery\",
            newPassword: \"an even longer one\"}) { userErrors { code } } }";
        house.bearer(&here.access).send(change, json!({})).await.payload("changePassword");
        let (told, cursor) = follow(&house, None).await;
        assert_eq!(told, [other], "{}", house.name);

        let (_, admin) = house.admin("root").await;
        let before = session(&house, &here).await;
        let roles =
            "mutation ($id: ID!) { setUserRoles(input: {userId: $id, roles: [ADMIN]}) { userErrors { code } } }";
        let answer = house.bearer(&admin.access).send(roles, json!({"id": user.id.to_string()})).await;
        answer.payload("setUserRoles");
        let (told, cursor) = follow(&house, cursor).await;
        assert_eq!(told, [before]);

        let everywhere = "mutation { logoutEverywhere { success userErrors { code } } }";
        let ended = session(&house, &admin).await;
        house.bearer(&admin.access).send(everywhere, json!({})).await.payload("logoutEverywhere");
        assert_eq!(follow(&house, cursor).await.0, [ended]);
    }
}

#[tokio::test]
async fn no_commit_slips_behind_the_cursor() {
    for house in House::all().await {
        let mut ending = Vec::new();
        for number in 0..8 {
            ending.push(house.customer(&format!("ada{number}")).await.1);
        }
        let mut expected = BTreeSet::new();
        for tokens in &ending {
            expected.insert(session(&house, tokens).await);
        }
        let all = futures_util::future::join_all(ending.iter().map(|tokens| log_out(&house, tokens)));
        // Reads as often as it can while they commit, and never looks behind its cursor.
        let reading = async {
            let (mut seen, mut cursor) = (Vec::new(), None);
            while seen.len() < expected.len() {
                let (told, next) = follow(&house, cursor).await;
                seen.extend(told);
                cursor = next;
                tokio::task::yield_now().await;
            }
            seen
        };
        let patience = std::time::Duration::from_mins(1);
        let (_, seen) = tokio::join!(all, tokio::time::timeout(patience, reading));
        let seen = seen.expect("every withdrawal is seen");
        assert_eq!(seen.len(), expected.len(), "{}: none is told twice", house.name);
        assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), expected);
    }
}

#[tokio::test]
async fn what_has_expired_is_told_no_more_and_goes() {
    for house in House::all().await {
        let (_, tokens) = house.customer("ada").await;
        log_out(&house, &tokens).await;
        house.clock.advance(TimeDelta::seconds(302));
        // The clock of who asks may be behind.
        assert_eq!(follow(&house, None).await.0.len(), 1);
        house.clock.advance(TimeDelta::minutes(2));
        let (told, cursor) = follow(&house, None).await;
        assert!(told.is_empty());
        assert!(house.accounts.sweep(Keep::default()).await > 0);
        let later = house.tokens("ada").await;
        house.accounts.logout(None, &[&later.refresh]).await.unwrap();
        assert_eq!(follow(&house, cursor).await.0.len(), 1, "numbers go on where they were");
    }
}

#[tokio::test]
async fn a_cursor_of_another_database_begins_anew() {
    for house in House::all().await {
        let (_, tokens) = house.customer("ada").await;
        log_out(&house, &tokens).await;
        assert_eq!(follow(&house, Some(1_000_000)).await.0.len(), 1, "{}", house.name);
    }
}

#[tokio::test]
async fn only_trusted_processes_read_it() {
    for house in House::all().await {
        let stranger = TestKeys::default().signer("orders").token("users");
        let elsewhere = house.services.signer("orders").token("products");
        for token in [None, Some("nonsense"), Some(&*stranger), Some(&*elsewhere)] {
            assert_eq!(get(&house, LOG_PATH, token).await, (403, None), "{token:?}");
        }
        let (_, admin) = house.admin("root").await;
        let request = http::Request::get(LOG_PATH).header("authorization", format!("Bearer {}", admin.access));
        let request = request.body(Body::empty()).unwrap();
        let response = call(&InProcess(house.app.clone()), request, MAX_RESPONSE).await.unwrap();
        assert_eq!(response.status().as_u16(), 403);
        let token = house.services.signer("router").token("users");
        assert_eq!(get(&house, &format!("{LOG_PATH}?after=x"), Some(&token)).await.0, 400);
    }
}
