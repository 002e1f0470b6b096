//! What nobody needs any more goes; what still counts stays.

use chrono::TimeDelta;
use kit::jobs::Keep;
use sea_orm::ConnectionTrait as _;
use serde_json::json;

use crate::house::House;

#[tokio::test]
async fn sessions_that_are_long_over_go_and_others_stay() {
    for house in House::all().await {
        let (_, gone) = house.customer("ada").await;
        let there = house.tokens("ada").await;
        house.login("ada", "wrong password").await;
        house
            .bearer(&gone.access)
            .send("mutation { logout { success userErrors { code } } }", json!({}))
            .await
            .payload("logout");
        assert_eq!(house.accounts.sweep(Keep::default()).await, 0, "{}", house.name);
        house.clock.advance(TimeDelta::days(2));
        // The ended session, its withdrawn access, and the failure that was counted for the name and for the account.
        assert_eq!(house.accounts.sweep(Keep::default()).await, 4, "{}", house.name);
        assert_eq!(house.accounts.sweep(Keep::default()).await, 0);
        house.refresh(&there.refresh).await.payload("refreshToken");
        let answer = house.refresh(&gone.refresh).await;
        assert_eq!(answer.user_error_codes("refreshToken"), ["INVALID_REFRESH_TOKEN"]);
    }
}

async fn refresh_tokens(house: &House) -> i64 {
    let connection = house.store.database.connection();
    let count = "SELECT count(*) AS n FROM refresh_tokens";
    let count = sea_orm::Statement::from_string(connection.get_database_backend(), count);
    connection.query_one_raw(count).await.unwrap().unwrap().try_get("", "n").unwrap()
}

#[tokio::test]
async fn used_refresh_tokens_go_when_they_are_kept_no_longer_and_their_session_goes_on() {
    for house in House::all().await {
        let (_, first) = house.customer("ada").await;
        let pair = async |refresh: &str| {
            let answer = house.refresh(refresh).await;
            answer.payload("refreshToken")["refreshToken"].as_str().unwrap().to_owned()
        };
        let second = pair(&first.refresh).await;
        house.clock.advance(TimeDelta::days(9));
        let third = pair(&second).await;
        house.clock.advance(TimeDelta::days(2));
        assert_eq!((refresh_tokens(&house).await, house.accounts.sweep(Keep(None)).await), (3, 0), "{}", house.name);
        assert_eq!(house.accounts.sweep(Keep::default()).await, 0, "30 days are not over");
        assert_eq!(house.accounts.sweep(Keep(Some(TimeDelta::days(10)))).await, 1, "{}", house.name);
        assert_eq!(refresh_tokens(&house).await, 2);
        // The session goes on, a token that is kept ends it when it is used again, and one that is gone is like any other.
        let answer = house.refresh(&first.refresh).await;
        assert_eq!(answer.user_error_codes("refreshToken"), ["INVALID_REFRESH_TOKEN"]);
        let fourth = pair(&third).await;
        let answer = house.refresh(&second).await;
        assert_eq!(answer.user_error_codes("refreshToken"), ["INVALID_REFRESH_TOKEN"]);
        let answer = house.refresh(&fourth).await;
        assert_eq!(answer.user_error_codes("refreshToken"), ["INVALID_REFRESH_TOKEN"], "the session was ended");
    }
}
