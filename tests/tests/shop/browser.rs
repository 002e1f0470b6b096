//! A real Chromium goes through GraphiQL as somebody does who sees it for the first time.

use std::time::Duration;

use apollo_compiler::{ExecutableDocument, Schema};
use serde_json::Value;
use tests::{
    Shop, binaries, browser,
    browser::Browser,
    shop::{DEMO_PASSWORD, new_folder},
};

/// A page of the shop, where there is a Chromium.
fn open(shop: &Shop, path: &str) -> Option<Browser> {
    let Some(chromium) = browser::find() else {
        let hint = "install Debian's package chromium, or set CHROMIUM";
        assert!(std::env::var_os("CI").is_none(), "there is no Chromium: {hint}");
        eprintln!("skipped, because there is no Chromium: {hint}");
        return None;
    };
    let mut browser = Browser::open(&chromium, &new_folder());
    browser.go(&format!("{}{path}", shop.url));
    browser.wait_until(&format!("document.querySelector('{QUERY}')"));
    Some(browser)
}

const QUERY: &str = ".graphiql-query-editor .CodeMirror";
const VARIABLES: &str = ".graphiql-editor-tool .CodeMirror";

/// Puts a text into one of the editors.
fn write(browser: &mut Browser, editor: &str, text: &str) {
    browser.evaluate(&format!("document.querySelector('{editor}').CodeMirror.focus()"));
    browser.evaluate(&format!("document.querySelector('{editor}').CodeMirror.setValue('')"));
    browser.type_text(text);
}

/// Runs the operation of the tab that is open, and waits for its answer.
fn run(browser: &mut Browser) {
    // For a moment after another tab was opened, the page runs it by the name of the operation before.
    for _ in 0..50 {
        browser.evaluate("document.querySelector('.result-window .CodeMirror').CodeMirror.setValue('')");
        browser.evaluate("document.querySelector('.graphiql-execute-button').click()");
        browser.wait_until(&format!("{RESULT}.trim() && !document.querySelector('.graphiql-spinner')"));
        let is_early = browser.evaluate(&format!("{RESULT}.includes('holds no operation named')"));
        if is_early != Value::Bool(true) {
            return;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    panic!("the page does not notice that another tab is open");
}

/// What the last operation answered, which contains all of `expected`.
fn answer(browser: &mut Browser, expected: &[&str]) -> String {
    for text in expected {
        browser.wait_until(&format!("{RESULT}.includes({})", Value::from(*text)));
    }
    browser.evaluate(RESULT).as_str().unwrap_or_default().to_owned()
}

const RESULT: &str = "document.querySelector('.result-window .CodeMirror').CodeMirror.getValue()";

/// Goes to the tab of this name.
fn tab(browser: &mut Browser, name: &str) {
    let tab =
        format!("[...document.querySelectorAll('.graphiql-tab-button')].find((tab) => tab.innerText === '{name}')");
    browser.wait_until(&tab);
    browser.evaluate(&format!("{tab}.click()"));
    browser.wait_until(&format!("document.querySelector('.graphiql-tab-active').innerText.includes('{name}')"));
}

/// What the window remembers of the log-in.
fn session(browser: &mut Browser) -> Value {
    browser.evaluate("JSON.parse(sessionStorage.getItem('graphiql:session'))")
}

/// Logs in, orders, pays and reads the order back, without copying a token, and goes on when the token has ended.
fn buys(shop: &Shop) {
    let Some(mut browser) = open(shop, "/") else { return };
    assert_eq!(browser.evaluate("location.pathname"), "/graphql");

    tab(&mut browser, "PlaceOrder");
    run(&mut browser);
    answer(&mut browser, &["UNAUTHENTICATED"]);
    assert_eq!(session(&mut browser), Value::Null);

    tab(&mut browser, "LogIn");
    write(&mut browser, VARIABLES, &format!("{{\"password\": \"{DEMO_PASSWORD}\"}}"));
    run(&mut browser);
    answer(&mut browser, &["accessToken", "\"username\": \"demo\""]);
    browser.wait_until("sessionStorage.getItem('graphiql:session')");

    tab(&mut browser, "Browse");
    run(&mut browser);
    answer(&mut browser, &["totalCount", "/files/"]);

    tab(&mut browser, "PlaceOrder");
    run(&mut browser);
    let placed = answer(&mut browser, &["AWAITING_PAYMENT"]);
    let id = placed.split('"').find(|text| text.starts_with("ord_")).expect("an order has an id");

    tab(&mut browser, "Pay");
    let variables = format!("{{\"orderId\": \"{id}\", \"token\": \"tok_success\", \"key\": \"graphiql-payment-1\"}}");
    write(&mut browser, VARIABLES, &variables);
    run(&mut browser);
    answer(&mut browser, &["SUCCEEDED", "PAID"]);

    tab(&mut browser, "ReadOrder");
    run(&mut browser);
    let read = answer(&mut browser, &["\"status\": \"PAID\"", "\"username\": \"demo\"", "\"slug\""]);
    assert!(read.contains(id), "{read}");

    // An access token that is not believed any more is renewed, and nobody notices.
    let before = session(&mut browser);
    browser.evaluate(
        "sessionStorage.setItem('graphiql:session', JSON.stringify({
            ...JSON.parse(sessionStorage.getItem('graphiql:session')), access: 'ended' }))",
    );
    run(&mut browser);
    answer(&mut browser, &["\"status\": \"PAID\"", id]);
    let after = session(&mut browser);
    assert!(after["access"] != before["access"] && after["access"] != "ended" && after["refresh"] != before["refresh"]);

    // A reload keeps it; what cannot be renewed is forgotten, and what everybody may read goes on.
    browser.go(&format!("{}/graphql/", shop.url));
    browser.wait_until(&format!("document.querySelector('{QUERY}')"));
    assert_eq!((browser.evaluate("location.pathname"), session(&mut browser)), ("/graphql".into(), after));
    browser.evaluate("sessionStorage.setItem('graphiql:session', JSON.stringify({access: 'ended', refresh: 'ended'}))");
    tab(&mut browser, "Browse");
    run(&mut browser);
    answer(&mut browser, &["totalCount"]);
    assert_eq!(session(&mut browser), Value::Null);
}

#[test]
fn graphiql_buys_in_one_process() {
    buys(&Shop::open_one());
}

#[test]
fn graphiql_buys_in_four_processes() {
    buys(&Shop::open_four());
}

#[test]
fn graphiql_runs_a_query() {
    let Some(mut browser) = open(Shop::one(), "/graphql") else { return };
    write(&mut browser, QUERY, r#"query Find { product(slug: "classic-pumpkin-seeds") { title } }"#);
    // The page needs a moment to see which operation that is; the tab is named after it then.
    browser.wait_until("document.querySelector('.graphiql-tab-active').innerText.includes('Find')");
    run(&mut browser);
    browser.wait_until("document.querySelector('.result-window').innerText.includes('Classic Pumpkin Seeds')");
}

#[test]
fn every_tab_fits_the_schema() {
    let schemas = binaries::workspace().join("schema");
    let read = |name: &str| std::fs::read_to_string(schemas.join(name)).unwrap();
    let schema = Schema::parse_and_validate(read("api.graphql"), "api.graphql").unwrap();
    let config: Value = serde_json::from_str(&read("graphiql.json")).unwrap();
    let lines = |lines: &Value| {
        lines.as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect::<Vec<_>>().join("\n")
    };
    let tabs = config["tabs"].as_array().unwrap().iter().map(|tab| lines(&tab["query"]));
    let renewal = config["session"]["renew"]["query"].as_str().unwrap().to_owned();
    for document in tabs.chain([renewal]) {
        let checked = ExecutableDocument::parse_and_validate(&schema, &document, "tab.graphql");
        assert!(checked.is_ok(), "{document}: {}", checked.unwrap_err().errors);
    }
}
