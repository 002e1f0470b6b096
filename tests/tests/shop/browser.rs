//! A real Chromium opens the page at `/graphql`, runs a query and finds the result.

use tests::{Shop, browser, shop::new_folder};

#[test]
fn graphiql_runs_a_query() {
    let Some(chromium) = browser::find() else {
        let hint = "install Debian's package chromium, or set CHROMIUM";
        assert!(std::env::var_os("CI").is_none(), "there is no Chromium: {hint}");
        eprintln!("skipped, because there is no Chromium: {hint}");
        return;
    };
    let shop = Shop::one();
    let mut browser = browser::Browser::open(&chromium, &new_folder());
    browser.go(&format!("{}/graphql", shop.url));
    browser.wait_until("document.querySelector('.graphiql-query-editor .CodeMirror')");
    browser.evaluate("document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror.focus()");
    browser.evaluate("document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror.setValue('')");
    browser.type_text(r#"query Find { product(slug: "classic-pumpkin-seeds") { title } }"#);
    // The page needs a moment to see which operation that is; the tab is named after it then.
    browser.wait_until("document.querySelector('.graphiql-tab-active').innerText.includes('Find')");
    browser.evaluate("document.querySelector('.graphiql-execute-button').click()");
    browser.wait_until("document.querySelector('.result-window').innerText.includes('Classic Pumpkin Seeds')");
}
