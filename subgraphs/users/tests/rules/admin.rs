//! Who may what, and how it ends.

use kit::testing::Answer;
use serde_json::{Value, json};
use users::domain::Roles;

use crate::house::{House, expected, problems, tokens};

async fn set(house: &House, access: &str, user: &str, roles: Value) -> Answer {
    let query = "mutation ($input: SetUserRolesInput!) { setUserRoles(input: $input) {
        user { id roles version } userErrors { code path } } }";
    house.bearer(access).send(query, json!({"input": {"userId": user, "roles": roles}})).await
}

#[tokio::test]
async fn lost_rights_end_at_once_and_the_session_goes_on() {
    for house in House::all().await {
        let (_, root) = house.admin("root").await;
        let (ada, old) = house.admin("ada").await;
        let id = ada.id.to_string();
        let answer = set(&house, &root.access, &id, json!(["CUSTOMER"])).await;
        assert_eq!(answer.payload("setUserRoles")["user"], json!({"id": id, "roles": ["CUSTOMER"], "version": 2}));
        assert_eq!(house.me(&old.access).await, ["UNAUTHENTICATED"], "{}", house.name);
        let new = tokens(house.refresh(&old.refresh).await.payload("refreshToken"));
        assert!(house.me(&new.access).await.is_empty());
        assert_eq!(set(&house, &new.access, &id, json!(["ADMIN"])).await.codes(), ["FORBIDDEN"]);
        // Repeating it is no change, so that no access ends.
        set(&house, &root.access, &id, json!(["CUSTOMER", "CUSTOMER"])).await.payload("setUserRoles");
        assert!(house.me(&new.access).await.is_empty());
        // The session can still be ended by its new access token.
        house
            .bearer(&new.access)
            .send("mutation { logout { success userErrors { code } } }", json!({}))
            .await
            .payload("logout");
        assert_eq!(house.refresh(&new.refresh).await.user_error_codes("refreshToken"), ["INVALID_REFRESH_TOKEN"]);
    }
}

#[tokio::test]
async fn the_shop_keeps_an_admin() {
    for house in House::all().await {
        let (root, access) = house.admin("root").await;
        let answer = set(&house, &access.access, &root.id.to_string(), json!(["CUSTOMER"])).await;
        assert_eq!(problems(&answer, "setUserRoles"), expected(&[("input.roles", "LAST_ADMIN")]));
        let ada = house.account("ada", Roles::customer()).await;
        set(&house, &access.access, &ada.id.to_string(), json!(["ADMIN", "CUSTOMER"])).await.payload("setUserRoles");
        set(&house, &access.access, &root.id.to_string(), json!(["CUSTOMER"])).await.payload("setUserRoles");
        assert_eq!(house.me(&access.access).await, ["UNAUTHENTICATED"]);
    }
}

#[tokio::test]
async fn only_admins_may_and_only_what_exists() {
    for house in House::all().await {
        let (_, root) = house.admin("root").await;
        let (ada, customer) = house.customer("ada").await;
        let id = ada.id.to_string();
        assert_eq!(set(&house, &customer.access, &id, json!(["ADMIN"])).await.codes(), ["FORBIDDEN"]);
        let query = "mutation { setUserRoles(input: {userId: \"x\", roles: [ADMIN]}) { userErrors { code } } }";
        assert_eq!(house.anonymous().send(query, json!({})).await.codes(), ["UNAUTHENTICATED"]);
        for (user, roles, path, code) in [
            ("usr_01890000000070008000000000000009", json!(["ADMIN"]), "input.userId", "NOT_FOUND"),
            ("adr_01890000000070008000000000000009", json!(["ADMIN"]), "input.userId", "INVALID_ID"),
            (&id, json!([]), "input.roles", "REQUIRED"),
        ] {
            let answer = set(&house, &root.access, user, roles).await;
            assert_eq!(problems(&answer, "setUserRoles"), expected(&[(path, code)]));
        }
    }
}
