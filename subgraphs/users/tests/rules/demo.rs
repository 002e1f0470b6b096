//! The demo accounts.

use serde_json::json;
use users::{demo, seed_demo};

use crate::house::House;

#[tokio::test]
async fn new_accounts_get_a_password_and_keep_it_until_another_is_given() {
    for house in House::all().await {
        let generated = seed_demo(&house.accounts, None).await.unwrap().unwrap();
        for login in ["demo", "admin"] {
            house.login(login, &generated).await.payload("login");
        }
        assert_eq!(seed_demo(&house.accounts, None).await.unwrap(), None);
        house.login("demo", &generated).await.payload("login");
        assert_eq!(seed_demo(&house.accounts, Some("chosen one")).await.unwrap().as_deref(), Some("chosen one"));
        for login in ["demo", "admin"] {
            let old = house.login(login, &generated).await;
            assert_eq!(old.user_error_codes("login"), ["INVALID_CREDENTIALS"]);
            house.login(login, "chosen one").await.payload("login");
        }
        // An operator who wants a common one for a demonstration gets it.
        seed_demo(&house.accounts, Some("password")).await.unwrap();
        house.login("demo", "password").await.payload("login");
        let error = seed_demo(&house.accounts, Some("short")).await.unwrap_err();
        assert!(error.to_string().contains("demo password"), "{error}");
    }
}

#[tokio::test]
async fn the_accounts_are_who_others_think_they_are() {
    for house in House::all().await {
        seed_demo(&house.accounts, Some("chosen one")).await.unwrap();
        let tokens = house.login("demo", "chosen one").await;
        let access = tokens.payload("login")["accessToken"].as_str().unwrap();
        let answer = house.bearer(access).send("{ me { id roles addresses { id isDefault } } }", json!({})).await;
        let expected = json!({
            "id": format!("usr_{}", demo::CUSTOMER_ID.simple()),
            "roles": ["CUSTOMER"],
            "addresses": [{"id": format!("adr_{}", demo::ADDRESS_ID.simple()), "isDefault": true}],
        });
        assert_eq!(answer.data()["me"], expected);
        let admin = house.login("admin", "chosen one").await;
        let user = &admin.payload("login")["user"];
        assert_eq!(user["id"], format!("usr_{}", demo::ADMIN_ID.simple()));
        assert_eq!(user["roles"], json!(["ADMIN"]));
    }
}

#[tokio::test]
async fn somebody_elses_name_is_not_taken_over() {
    for house in House::all().await {
        house.account("Admin", users::domain::Roles::customer()).await;
        let error = seed_demo(&house.accounts, None).await.unwrap_err();
        assert!(error.to_string().contains("admin"), "{error}");
        assert_eq!(house.login("demo", "whatever it is").await.user_error_codes("login"), ["INVALID_CREDENTIALS"]);
    }
}
