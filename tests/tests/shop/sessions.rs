//! Logging in, staying logged in, logging out.

use serde_json::{Value, json};
use tests::{
    Answer, Client, Shop,
    client::{PASSWORD, text},
    shop::{DEMO_PASSWORD, unique},
};

everywhere! {
    whoever_registers_can_log_in_by_name_and_by_address,
    a_refresh_token_is_good_until_its_successor_is_used,
    two_tabs_refresh_at_once,
    log_out_ends_the_session,
    an_expired_client_logs_out_by_its_refresh_token,
    log_out_everywhere_ends_all_sessions,
    a_new_password_ends_the_other_sessions,
    a_wrong_password_says_no_more_than_an_unknown_name,
    too_many_failures_close_an_account_for_a_while,
    new_roles_count_from_the_next_token_on,
}

const ME: &str = "{ me { id } }";

async fn whoever_registers_can_log_in_by_name_and_by_address(shop: &Shop) {
    let alice = shop.customer("Alice").await;
    let me = alice.ask("{ me { id username email name roles addresses { id } createdAt version } }").await;
    let me = &me.data()["me"];
    assert_eq!(me["roles"], json!(["CUSTOMER"]));
    assert_eq!(me["email"], format!("{}@shop.example", alice.username));
    let shouted = format!("{}@SHOP.example", alice.username.to_uppercase());
    for login in [alice.username.to_lowercase(), alice.username.to_uppercase(), shouted] {
        assert_eq!(shop.anonymous().log_in(&login, PASSWORD).await.user_id, alice.user_id, "{login}");
    }
    let document = "mutation Register($input: RegisterInput!) {
        register(input: $input) { user { id } userErrors { code path } } }";
    let taken = json!({
        "username": alice.username.to_uppercase(), "email": "new@shop.example", "password": PASSWORD, "name": "A",
    });
    let refused = shop.anonymous().query(document, json!({"input": taken})).await;
    assert_eq!(*refused.user_error("register"), json!({"code": "TAKEN", "path": ["input", "username"]}));
}

async fn refresh(shop: &Shop, token: &str) -> Answer {
    let document = "mutation Refresh($input: RefreshTokenInput!) { refreshToken(input: $input) {
        accessToken refreshToken expiresAt user { id } userErrors { code } } }";
    shop.anonymous().query(document, json!({"input": {"refreshToken": token}})).await
}

#[track_caller]
fn assert_dead(answer: &Answer) {
    assert_eq!(answer.user_error("refreshToken")["code"], "INVALID_REFRESH_TOKEN");
}

/// A session that has ended: no process believes its access token any longer, and its refresh token is dead.
async fn assert_session_ended(shop: &Shop, client: &Client) {
    tests::shopping::assert_refused_everywhere(shop, client).await;
    assert_dead(&refresh(shop, &client.refresh_token).await);
}

async fn two_tabs_refresh_at_once(shop: &Shop) {
    let alice = shop.customer("alice").await;
    let both = [refresh(shop, &alice.refresh_token).await, refresh(shop, &alice.refresh_token).await];
    for tokens in both.iter().map(|tab| tab.payload("refreshToken")) {
        let tab = alice.with_token(Some(text(&tokens["accessToken"])));
        assert_eq!(tab.ask(ME).await.data()["me"]["id"], json!(alice.user_id));
        refresh(shop, text(&tokens["refreshToken"])).await.payload("refreshToken");
    }
}

async fn a_refresh_token_is_good_until_its_successor_is_used(shop: &Shop) {
    let alice = shop.customer("alice").await;
    // An answer that was lost on its way.
    refresh(shop, &alice.refresh_token).await.payload("refreshToken");
    let refreshed = refresh(shop, &alice.refresh_token).await;
    let tokens = refreshed.payload("refreshToken");
    assert_eq!(tokens["user"]["id"], json!(alice.user_id));
    let renewed = alice.with_token(Some(text(&tokens["accessToken"])));
    assert_eq!(renewed.ask(ME).await.data()["me"]["id"], json!(alice.user_id));
    // Two parties must hold a token that comes twice, so neither of them is believed any longer.
    assert_dead(&refresh(shop, &alice.refresh_token).await);
    assert_dead(&refresh(shop, text(&tokens["refreshToken"])).await);
    assert_dead(&refresh(shop, "no token at all").await);
}

async fn log_out_ends_the_session(shop: &Shop) {
    let alice = shop.customer("alice").await;
    let other = shop.anonymous().log_in(&alice.username, PASSWORD).await;
    let out = alice.ask("mutation { logout { success userErrors { code } } }").await;
    assert_eq!(out.payload("logout")["success"], true);
    assert_session_ended(shop, &alice).await;
    assert_eq!(other.ask(ME).await.data()["me"]["id"], json!(alice.user_id), "another session goes on");
}

async fn an_expired_client_logs_out_by_its_refresh_token(shop: &Shop) {
    let alice = shop.customer("alice").await;
    let document = "mutation Out($input: LogoutInput) { logout(input: $input) { success userErrors { code } } }";
    let nothing_said = shop.anonymous().query(document, json!({})).await;
    assert_eq!(nothing_said.user_error("logout")["code"], "REQUIRED");
    let input = json!({"input": {"refreshToken": alice.refresh_token}});
    let out = shop.anonymous().query(document, input).await;
    assert_eq!(out.payload("logout")["success"], true);
    assert_session_ended(shop, &alice).await;
}

async fn log_out_everywhere_ends_all_sessions(shop: &Shop) {
    let alice = shop.customer("alice").await;
    let other = shop.anonymous().log_in(&alice.username, PASSWORD).await;
    let out = alice.ask("mutation { logoutEverywhere { success userErrors { code } } }").await;
    assert_eq!(out.payload("logoutEverywhere")["success"], true);
    assert_session_ended(shop, &alice).await;
    assert_session_ended(shop, &other).await;
}

async fn a_new_password_ends_the_other_sessions(shop: &Shop) {
    let alice = shop.customer("alice").await;
    let other = shop.anonymous().log_in(&alice.username, PASSWORD).await;
    let document = "mutation Change($input: ChangePasswordInput!) {
        changePassword(input: $input) { user { id } userErrors { code path } } }";
    let wrong = json!({"currentPassword": "not this one", "newPassword": "an even longer one"});
    let refused = alice.query(document, json!({"input": wrong})).await;
    assert_eq!(refused.user_error("changePassword")["code"], "INVALID_CREDENTIALS");
    let right = json!({"currentPassword": PASSWORD, "newPassword": "an even longer one"});
    alice.query(document, json!({"input": right})).await.payload("changePassword");
    assert_session_ended(shop, &other).await;
    assert_eq!(alice.ask(ME).await.data()["me"]["id"], json!(alice.user_id));
    let old = shop.anonymous().try_log_in(&alice.username, PASSWORD).await;
    assert_eq!(old.user_error("login")["code"], "INVALID_CREDENTIALS");
    shop.anonymous().log_in(&alice.username, "an even longer one").await;
}

async fn a_wrong_password_says_no_more_than_an_unknown_name(shop: &Shop) {
    let alice = shop.customer("alice").await;
    let wrong = shop.anonymous().try_log_in(&alice.username, "not the password").await;
    let unknown = shop.anonymous().try_log_in(&unique("nobody"), "not the password").await;
    assert_eq!(wrong.user_error("login")["code"], "INVALID_CREDENTIALS");
    assert_eq!(wrong.body["data"], unknown.body["data"]);
}

async fn too_many_failures_close_an_account_for_a_while(shop: &Shop) {
    let alice = shop.customer("alice").await;
    for _ in 0..10 {
        let wrong = shop.anonymous().try_log_in(&alice.username, "not the password").await;
        assert_eq!(wrong.user_error("login")["code"], "INVALID_CREDENTIALS");
    }
    let closed = shop.anonymous().try_log_in(&alice.username, PASSWORD).await;
    assert_eq!(closed.code(), "RATE_LIMITED");
    assert!(closed.body["errors"][0]["extensions"]["retryAfter"].is_number(), "{:#}", closed.body);
    assert_eq!(closed.body["data"], Value::Null);
}

async fn new_roles_count_from_the_next_token_on(shop: &Shop) {
    let alice = shop.customer("alice").await;
    let document = "mutation Set($input: SetUserRolesInput!) {
        setUserRoles(input: $input) { user { roles } userErrors { code } } }";
    let input = json!({"input": {"userId": alice.user_id, "roles": ["CUSTOMER", "ADMIN"]}});
    assert_eq!(alice.query(document, input.clone()).await.code(), "FORBIDDEN");
    let admin = shop.anonymous().log_in("admin", DEMO_PASSWORD).await;
    admin.query(document, input).await.payload("setUserRoles");
    let refreshed = refresh(shop, &alice.refresh_token).await;
    tests::shopping::assert_refused_everywhere(shop, &alice).await;
    let tokens = refreshed.payload("refreshToken");
    let raised = alice.with_token(Some(text(&tokens["accessToken"])));
    assert!(raised.ask("{ users(first: 1) { totalCount } }").await.data()["users"]["totalCount"].as_i64() > Some(2));
    // What was given can be taken away, and its tokens end with it.
    let input = json!({"input": {"userId": alice.user_id, "roles": ["CUSTOMER"]}});
    admin.query(document, input).await.payload("setUserRoles");
    tests::shopping::assert_refused_everywhere(shop, &raised).await;
    let lowered = refresh(shop, text(&tokens["refreshToken"])).await;
    let lowered = alice.with_token(Some(text(&lowered.payload("refreshToken")["accessToken"])));
    assert_eq!(lowered.ask("{ users(first: 1) { totalCount } }").await.code(), "FORBIDDEN");
}
