//! Sessions of browsers, whose refresh token is in a cookie.

use kit::testing::{Answer, TestClient, databases};
use serde_json::{Value, json};
use users::{Settings, domain::Roles};

use crate::house::{House, PASSWORD, expected, problems, tokens, try_login};

const REFRESH: &str = "mutation { refreshToken { accessToken refreshToken user { id } userErrors { code path } } }";
const LOGOUT: &str = "mutation { logout { success userErrors { code path } } }";

async fn houses(session_cookie: bool) -> Vec<House> {
    let mut houses = Vec::new();
    for store in databases().await {
        houses.push(House::on(store, Settings { session_cookie, ..Settings::default() }).await);
    }
    houses
}

/// A page of the shop, as the router passes its request on.
fn page(house: &House, cookie: &str) -> TestClient {
    let client = house.anonymous().service(&house.services.signer("router"), "users");
    client.header("origin", "https://shop.example").header("cookie", cookie)
}

/// What an answer sets: the cookie's value, and how it is to be kept.
fn set(answer: &Answer) -> Option<(String, String)> {
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    assert!(cookies.len() <= 1, "{cookies:?}");
    let (value, how) = cookies.first()?.split_once("; ").unwrap();
    Some((value.to_owned(), how.to_owned()))
}

/// The cookie of an answer that begins a session or goes on with one.
#[track_caller]
fn kept(answer: &Answer) -> String {
    let (cookie, how) = set(answer).expect("a cookie is set");
    assert_eq!(how, "Max-Age=2592000; Path=/graphql; Secure; HttpOnly; SameSite=Strict");
    assert!(cookie.starts_with("rialto_refresh=") && cookie.len() > 40, "{cookie}");
    cookie
}

#[tokio::test]
async fn a_page_gets_its_refresh_token_in_the_cookie_and_nowhere_else() {
    for house in houses(true).await {
        let register = "mutation ($input: RegisterInput!) { register(input: $input) {
            accessToken refreshToken expiresAt user { id } userErrors { code } } }";
        let ada = json!({"username": "ada", "email": "ada@example.org", "password": PASSWORD});
        let registered = page(&house, "").send(register, json!({"input": ada})).await;
        let logged_in = try_login(&page(&house, ""), "ada", PASSWORD).await;
        let mut cookie = kept(&logged_in);
        let refreshed = page(&house, &cookie).send(REFRESH, json!({})).await;
        for (answer, field) in [(&registered, "register"), (&logged_in, "login"), (&refreshed, "refreshToken")] {
            let payload = answer.payload(field);
            assert_eq!(payload["refreshToken"], Value::Null, "{field}");
            assert!(house.me(payload["accessToken"].as_str().unwrap()).await.is_empty(), "{field}");
            let secret = kept(answer);
            assert!(!answer.body.to_string().contains(secret.trim_start_matches("rialto_refresh=")), "{field}");
            cookie = secret;
        }
        let last = page(&house, &cookie).send(REFRESH, json!({})).await;
        assert_ne!(kept(&last), cookie);
        // A page that has kept its token itself so far goes over to the cookie.
        let token = house.tokens("ada").await.refresh;
        let query = format!(
            "mutation {{ refreshToken(input: {{refreshToken: \"{token}\"}}) {{ refreshToken userErrors {{ code }} }} }}"
        );
        let answer = page(&house, "rialto_refresh=nonsense").send(&query, json!({})).await;
        assert_eq!(answer.payload("refreshToken")["refreshToken"], Value::Null);
        page(&house, &kept(&answer)).send(REFRESH, json!({})).await.payload("refreshToken");
    }
}

#[tokio::test]
async fn a_page_logs_out_by_its_cookie_and_forgets_it() {
    for house in houses(true).await {
        house.account("ada", Roles::customer()).await;
        let everywhere = "mutation { logoutEverywhere { success userErrors { code } } }";
        for query in [LOGOUT, everywhere] {
            let logged_in = try_login(&page(&house, ""), "ada", PASSWORD).await;
            let (cookie, access) = (kept(&logged_in), logged_in.payload("login")["accessToken"].as_str().unwrap());
            let mut client = page(&house, &cookie);
            if query == everywhere {
                client = client.header("authorization", &format!("Bearer {access}"));
            }
            let answer = client.send(query, json!({})).await;
            let forgotten = "Max-Age=0; Path=/graphql; Secure; HttpOnly; SameSite=Strict";
            assert_eq!(set(&answer), Some(("rialto_refresh=".to_owned(), forgotten.to_owned())));
            assert_eq!(house.me(access).await, ["UNAUTHENTICATED"], "{}", house.name);
            let dead = page(&house, &cookie).send(REFRESH, json!({})).await;
            assert_eq!(problems(&dead, "refreshToken"), expected(&[("input.refreshToken", "INVALID_REFRESH_TOKEN")]));
            assert_eq!(set(&dead), None);
        }
        let nothing = page(&house, "").send(LOGOUT, json!({})).await;
        assert_eq!((nothing.user_error_codes("logout"), set(&nothing)), (vec!["REQUIRED"], None));
    }
}

#[tokio::test]
async fn a_cookie_counts_only_where_a_router_vouches_for_the_page_and_the_shop_has_cookies() {
    for on in [true, false] {
        for house in houses(on).await {
            house.account("ada", Roles::customer()).await;
            let router = || house.anonymous().service(&house.services.signer("router"), "users");
            let forger = house.anonymous().header("origin", "https://shop.example");
            let mut clients = vec![("not vouched for", forger), ("no page", router())];
            if !on {
                clients.push(("no cookies here", page(&house, "")));
            }
            for (who, client) in clients {
                let logged_in = try_login(&client, "ada", PASSWORD).await;
                assert_eq!(set(&logged_in), None, "{who}");
                let pair = tokens(logged_in.payload("login"));
                let client = client.header("cookie", &format!("rialto_refresh={}", pair.refresh));
                let answer = client.send(REFRESH, json!({})).await;
                assert_eq!(problems(&answer, "refreshToken"), expected(&[("input.refreshToken", "REQUIRED")]), "{who}");
                assert_eq!(client.send(LOGOUT, json!({})).await.user_error_codes("logout"), ["REQUIRED"], "{who}");
                house.refresh(&pair.refresh).await.payload("refreshToken");
            }
        }
    }
}
