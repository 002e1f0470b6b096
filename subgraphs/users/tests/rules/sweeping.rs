//! What nobody needs any more goes; what still counts stays.

use chrono::TimeDelta;
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
        assert_eq!(house.accounts.sweep().await.unwrap(), 0, "{}", house.name);
        house.clock.advance(TimeDelta::days(2));
        // The ended session, its withdrawn access, and the failure that was counted for the name and for the account.
        assert_eq!(house.accounts.sweep().await.unwrap(), 4, "{}", house.name);
        assert_eq!(house.accounts.sweep().await.unwrap(), 0);
        house.refresh(&there.refresh).await.payload("refreshToken");
        let answer = house.refresh(&gone.refresh).await;
        assert_eq!(answer.user_error_codes("refreshToken"), ["INVALID_REFRESH_TOKEN"]);
    }
}
