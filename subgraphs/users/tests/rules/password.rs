//! Another password.

use kit::testing::Answer;
use serde_json::json;

use crate::house::{House, PASSWORD, expected, problems};

async fn change(house: &House, access: &str, current: &str, new: &str) -> Answer {
    let query = "mutation ($input: ChangePasswordInput!) { changePassword(input: $input) {
        user { id version } userErrors { code path } } }";
    house.bearer(access).send(query, json!({"input": {"currentPassword": current, "newPassword": new}})).await
}

#[tokio::test]
async fn the_new_password_counts_and_other_sessions_end() {
    for house in House::all().await {
        let (_, here) = house.customer("ada").await;
        let there = house.tokens("ada").await;
        let answer = change(&house, &here.access, PASSWORD, "battery staple").await;
        assert_eq!(answer.payload("changePassword")["user"]["version"], 2);
        assert_eq!(house.login("ada", PASSWORD).await.user_error_codes("login"), ["INVALID_CREDENTIALS"]);
        house.login("ada", "battery staple").await.payload("login");
        assert!(house.me(&here.access).await.is_empty());
        house.refresh(&here.refresh).await.payload("refreshToken");
        assert_eq!(house.me(&there.access).await, ["UNAUTHENTICATED"]);
        let answer = house.refresh(&there.refresh).await;
        assert_eq!(answer.user_error_codes("refreshToken"), ["INVALID_REFRESH_TOKEN"]);
    }
}

#[tokio::test]
async fn a_password_is_the_same_on_every_keyboard() {
    for house in House::all().await {
        let (_, here) = house.customer("ada").await;
        change(&house, &here.access, PASSWORD, "Cafe\u{301} au lait").await.payload("changePassword");
        house.login("ada", "Caf\u{e9} au lait").await.payload("login");
        house.login("ada", "Cafe\u{301}\u{3000}au lait").await.payload("login");
        let odd = change(&house, &here.access, "Cafe\u{301} au lait", "battery\u{7}staple").await;
        assert_eq!(problems(&odd, "changePassword"), expected(&[("input.newPassword", "INVALID")]));
    }
}

#[tokio::test]
async fn a_wrong_present_or_a_poor_new_password_changes_nothing() {
    for house in House::all().await {
        let (_, tokens) = house.customer("ada").await;
        let wrong = change(&house, &tokens.access, "wrong password", "battery staple").await;
        assert_eq!(problems(&wrong, "changePassword"), expected(&[("input.currentPassword", "INVALID_CREDENTIALS")]));
        let poor = change(&house, &tokens.access, PASSWORD, "short").await;
        assert_eq!(problems(&poor, "changePassword"), expected(&[("input.newPassword", "TOO_SHORT")]));
        for guessable in ["password1", "P@ssw0rd!", "Ada@Example.org"] {
            let poor = change(&house, &tokens.access, PASSWORD, guessable).await;
            let told = expected(&[("input.newPassword", "PASSWORD_TOO_COMMON")]);
            assert_eq!(problems(&poor, "changePassword"), told, "{guessable}");
        }
        house.tokens("ada").await;
        let query =
            "mutation { changePassword(input: {currentPassword: \"x\", newPassword: \"y\"}) { userErrors { code } } }";
        assert_eq!(house.anonymous().send(query, json!({})).await.codes(), ["UNAUTHENTICATED"]);
    }
}
