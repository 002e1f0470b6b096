//! Sessions that browsers keep in a cookie: over HTTP as a browser speaks it, and in a real Chromium.

use std::sync::OnceLock;

use reqwest::StatusCode;
use serde_json::{Value, json};
use tests::{
    Answer, Client, Shop, browser,
    browser::Browser,
    client::{PASSWORD, text},
    shop::{DEMO_PASSWORD, new_folder},
};

/// A front end elsewhere, whose pages may call.
const APP: &str = "https://app.shop.example";
const SETTINGS: [(&str, &str); 3] =
    [("SESSION_COOKIE", "true"), ("COOKIES", "rialto_refresh=users"), ("CORS_ORIGINS", APP)];

/// Makes two tests of each function that takes a shop with cookies: one process, four processes.
macro_rules! everywhere_with_cookies {
    ($($test:ident),+ $(,)?) => {
        mod one_process {
            $(#[tokio::test] async fn $test() { super::$test(super::one()).await })+
        }
        mod four_processes {
            $(#[tokio::test] async fn $test() { super::$test(super::four()).await })+
        }
    };
}

everywhere_with_cookies! {
    a_page_logs_in_renews_and_logs_out_by_the_cookie,
    two_tabs_renew_at_once,
    what_no_page_of_ours_sends_does_not_count,
    a_program_has_its_tokens_in_the_answer,
    an_expired_page_logs_out_by_its_cookie,
}

fn one() -> &'static Shop {
    static SHOP: OnceLock<Shop> = OnceLock::new();
    SHOP.get_or_init(|| Shop::open_one_with(&SETTINGS))
}

fn four() -> &'static Shop {
    static SHOP: OnceLock<Shop> = OnceLock::new();
    SHOP.get_or_init(|| Shop::open_four_with(&SETTINGS))
}

const REFRESH: &str = "mutation { refreshToken { accessToken refreshToken user { id } userErrors { code } } }";
const LOGOUT: &str = "mutation { logout { success userErrors { code } } }";
const ME: &str = "{ me { id } }";

/// Nobody, as a page of the shop itself, with this cookie.
fn page(shop: &Shop, cookie: &str) -> Client {
    page_of(shop, &shop.url, cookie)
}

fn page_of(shop: &Shop, origin: &str, cookie: &str) -> Client {
    let client = shop.anonymous().with_header("origin", origin);
    if cookie.is_empty() { client } else { client.with_header("cookie", &format!("theme=dark; {cookie}")) }
}

/// The cookie that an answer sets, without how it is kept.
#[track_caller]
fn kept(answer: &Answer) -> String {
    let set: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    let [cookie] = set[..] else { panic!("{set:?}: {:#}", answer.body) };
    let (cookie, how) = cookie.split_once("; ").unwrap();
    assert_eq!(how, "Max-Age=2592000; Path=/graphql; Secure; HttpOnly; SameSite=Strict");
    cookie.to_owned()
}

/// A customer who has logged in on a page of the shop: the cookie, and the access token.
async fn logged_in(shop: &Shop) -> (String, String) {
    let alice = shop.customer("alice").await;
    let answer = page(shop, "").try_log_in(&alice.username, PASSWORD).await;
    (kept(&answer), text(&answer.payload("login")["accessToken"]).to_owned())
}

async fn is_alive(shop: &Shop, access: &str) -> bool {
    let answer = shop.anonymous().with_token(Some(access)).ask(ME).await;
    answer.body["data"]["me"]["id"].is_string()
}

async fn a_page_logs_in_renews_and_logs_out_by_the_cookie(shop: &Shop) {
    for origin in [&*shop.url, APP] {
        let alice = shop.customer("alice").await;
        let answer = page_of(shop, origin, "").try_log_in(&alice.username, PASSWORD).await;
        assert_eq!(answer.payload("login")["refreshToken"], Value::Null);
        let renewed = page_of(shop, origin, &kept(&answer)).ask(REFRESH).await;
        let payload = renewed.payload("refreshToken");
        assert_eq!((&payload["refreshToken"], &payload["user"]["id"]), (&Value::Null, &json!(alice.user_id)));
        let access = text(&payload["accessToken"]);
        assert!(is_alive(shop, access).await);
        let cookie = kept(&renewed);
        let out = page_of(shop, origin, &cookie).ask(LOGOUT).await;
        assert_eq!(out.payload("logout")["success"], true);
        assert!(out.header("set-cookie").starts_with("rialto_refresh=; Max-Age=0; "), "{}", out.header("set-cookie"));
        tests::shopping::assert_refused_everywhere(shop, &alice.with_token(Some(access))).await;
        let dead = page_of(shop, origin, &cookie).ask(REFRESH).await;
        assert_eq!(dead.user_error("refreshToken")["code"], "INVALID_REFRESH_TOKEN");
    }
}

async fn two_tabs_renew_at_once(shop: &Shop) {
    let (cookie, _) = logged_in(shop).await;
    let (one, other) = (page(shop, &cookie), page(shop, &cookie));
    let (one, other) = tokio::join!(one.ask(REFRESH), other.ask(REFRESH));
    let access = |answer: &Answer| text(&answer.payload("refreshToken")["accessToken"]).to_owned();
    assert!(is_alive(shop, &access(&one)).await && is_alive(shop, &access(&other)).await);
    // The browser has the cookie of the answer that came last, whichever that was, for both of them.
    for answer in [one, other] {
        let renewed = page(shop, &kept(&answer)).ask(REFRESH).await;
        assert!(is_alive(shop, &access(&renewed)).await);
    }
}

async fn what_no_page_of_ours_sends_does_not_count(shop: &Shop) {
    let (cookie, access) = logged_in(shop).await;
    let other_port = format!("{}1", shop.url.trim_end_matches(char::is_numeric));
    let other_host = shop.url.replace("127.0.0.1", "localhost");
    for origin in ["", "null", "https://evil.example", "https://shop.example", &other_port, &other_host] {
        let mut client = shop.anonymous().with_header("cookie", &cookie);
        if !origin.is_empty() {
            client = client.with_header("origin", origin);
        }
        for (query, field) in [(REFRESH, "refreshToken"), (LOGOUT, "logout")] {
            let answer = client.ask(query).await;
            assert_eq!(answer.user_error(field)["code"], "REQUIRED", "{origin}");
            assert_eq!(answer.header("set-cookie"), "", "{origin}");
        }
    }
    // A link, and forms that any page can send.
    let page = page(shop, &cookie);
    for query in [REFRESH, LOGOUT] {
        let link = query.replace(' ', "%20").replace('{', "%7B").replace('}', "%7D");
        let answer = page.get(&format!("/graphql?query={link}")).await;
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert!(!answer.headers().contains_key("set-cookie"));
        for content_type in ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"] {
            let body = json!({"query": query}).to_string();
            let request = page.request(reqwest::Method::POST, "/graphql").header("content-type", content_type);
            let answer = request.body(body).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "{content_type}");
            assert!(!answer.headers().contains_key("set-cookie"));
        }
    }
    // Two cookies of this name: one of them is somebody else's.
    let two = page_with_two(shop, &cookie).ask(REFRESH).await;
    assert_eq!(two.user_error("refreshToken")["code"], "REQUIRED");
    // Nothing of all this was written: the session is alive, and the token was not exchanged.
    assert!(is_alive(shop, &access).await);
    let renewed = page.ask(REFRESH).await;
    assert!(is_alive(shop, text(&renewed.payload("refreshToken")["accessToken"])).await);
    let used = page.ask(REFRESH).await;
    assert_eq!(used.user_error("refreshToken")["code"], "INVALID_REFRESH_TOKEN");
}

fn page_with_two(shop: &Shop, cookie: &str) -> Client {
    page_of(shop, &shop.url, &format!("rialto_refresh=another; {cookie}"))
}

async fn a_program_has_its_tokens_in_the_answer(shop: &Shop) {
    let alice = shop.customer("alice").await;
    for client in [shop.anonymous(), page_of(shop, "https://evil.example", "")] {
        let answer = client.try_log_in(&alice.username, PASSWORD).await;
        assert_eq!(answer.header("set-cookie"), "");
        let query = "mutation Renew($token: String!) { refreshToken(input: {refreshToken: $token}) {
            refreshToken userErrors { code } } }";
        let token = &answer.payload("login")["refreshToken"];
        let renewed = client.query(query, json!({"token": token})).await;
        assert!(renewed.payload("refreshToken")["refreshToken"].is_string() && renewed.header("set-cookie").is_empty());
    }
}

async fn an_expired_page_logs_out_by_its_cookie(shop: &Shop) {
    let (cookie, access) = logged_in(shop).await;
    let out = shop.anonymous().with_token(Some(&access)).ask(LOGOUT).await;
    out.payload("logout");
    tests::shopping::assert_refused_everywhere(shop, &shop.anonymous().with_token(Some(&access))).await;
    // The access token counts as none here, as it is refused everywhere.
    let again = page(shop, &cookie).with_token(Some(&access)).ask(LOGOUT).await;
    assert_eq!(again.payload("logout")["success"], true);
    assert!(again.header("set-cookie").starts_with("rialto_refresh=; Max-Age=0; "));
}

/// What a page does to the API: `ask(query)` and the data of its answer.
const ASK: &str = "window.ask = async (query, token, url = '') => {
    const authorization = token ? { authorization: `Bearer ${token}` } : {};
    const headers = { 'content-type': 'application/json', accept: 'application/json', ...authorization };
    const init = { method: 'POST', headers, body: JSON.stringify({ query }), credentials: 'include' };
    return (await (await fetch(`${url}/graphql`, init)).json()).data;
}";

/// Logs in on a page, and goes on in other tabs and after a reload, with nothing that a script could take.
fn browses(shop: &Shop) {
    let Some(chromium) = browser::find() else {
        assert!(std::env::var_os("CI").is_none(), "there is no Chromium");
        eprintln!("skipped, because there is no Chromium");
        return;
    };
    let mut browser = Browser::open(&chromium, &new_folder());
    let open = |browser: &mut Browser, url: &str| {
        browser.go(&format!("{url}/graphql"));
        browser.wait_until("document.readyState === 'complete'");
        browser.evaluate(ASK);
    };
    let ask = |browser: &mut Browser, query: &str| browser.evaluate(&format!("ask({})", Value::from(query)));
    open(&mut browser, &shop.url);
    let login = format!(
        "mutation {{ login(input: {{login: \"demo\", password: \"{DEMO_PASSWORD}\"}}) {{ accessToken refreshToken }} }}"
    );
    let data = ask(&mut browser, &login);
    assert!(data["login"]["accessToken"].is_string() && data["login"]["refreshToken"].is_null(), "{data}");
    // The cookie is there although the page came without TLS, for it came from this machine; and no script sees it.
    assert_eq!(browser.evaluate("document.cookie"), "");

    open(&mut browser, &shop.url);
    let renew = Value::from(REFRESH);
    let both = browser.evaluate(&format!("Promise.all([ask({renew}), ask({renew})])"));
    for tab in [&both[0], &both[1]] {
        let access = text(&tab["refreshToken"]["accessToken"]);
        let me = browser.evaluate(&format!("ask('{{ me {{ username }} }}', '{access}')"));
        assert_eq!(me["me"]["username"], "demo");
    }

    // A page of another origin, of the same site even, has nothing of it.
    let elsewhere = shop.url.replace("127.0.0.1", "localhost");
    open(&mut browser, &elsewhere);
    for query in [REFRESH, LOGOUT] {
        let blocked =
            format!("ask({}, null, '{}').then(() => 'answered', () => 'blocked')", Value::from(query), shop.url);
        assert_eq!(browser.evaluate(&blocked), "blocked");
    }
    let visitor = ask(&mut browser, REFRESH);
    assert_eq!(visitor["refreshToken"]["userErrors"][0]["code"], "REQUIRED");

    open(&mut browser, &shop.url);
    let renewed = ask(&mut browser, REFRESH);
    assert!(renewed["refreshToken"]["accessToken"].is_string(), "{renewed}");
    assert_eq!(ask(&mut browser, LOGOUT)["logout"]["success"], true);
    let gone = ask(&mut browser, REFRESH);
    assert_eq!(gone["refreshToken"]["userErrors"][0]["code"], "REQUIRED", "the browser has forgotten it");
}

#[test]
fn chromium_keeps_the_session_in_one_process() {
    browses(&Shop::open_one_with(&SETTINGS));
}

#[test]
fn chromium_keeps_the_session_in_four_processes() {
    browses(&Shop::open_four_with(&SETTINGS));
}
