//! The storefront of `docs/front-end.md`, built as a front-end team builds it and used in a real Chromium.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Mutex, OnceLock, PoisonError},
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use tests::{
    Client, Process, Program, Shop,
    binaries::workspace,
    browser,
    browser::Browser,
    client::{PASSWORD, text},
    pictures::png,
    ports::free_port,
    shop::{DEMO_PASSWORD, new_folder, unique},
    shopping::{add_product, place_order},
};

fn folder() -> PathBuf {
    workspace().join("tests/storefront")
}

/// How the storefront keeps its session, as `VITE_SESSION` says it.
#[derive(Clone, Copy)]
enum Session {
    Cookie,
    Tokens,
}

fn run(program: &str, args: &[&str], env: &[(&str, &str)]) -> Result<(), String> {
    let program = if cfg!(windows) { format!("{program}.cmd") } else { program.to_owned() };
    let mut command = Command::new(&program);
    command.args(args).current_dir(folder()).envs(env.iter().copied()).stdin(Stdio::null());
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    let said = [output.stdout, output.stderr].concat();
    output.status.success().then_some(()).ok_or_else(|| String::from_utf8_lossy(&said).trim().to_owned())
}

/// Installs what the lock file says, unless that is there already.
fn install() -> Result<(), String> {
    let (wanted, installed) = (folder().join("package-lock.json"), folder().join("node_modules/installed.json"));
    let read = |file: &Path| std::fs::read(file).ok();
    if read(&installed).is_some_and(|installed| Some(installed) == read(&wanted)) {
        return Ok(());
    }
    run("npm", &["ci", "--silent", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-timeout=30000"], &[])?;
    std::fs::copy(wanted, installed).map(|_| ()).map_err(|error| error.to_string())
}

/// What is needed to try it, or why there is nothing. The code is generated and checked once for all.
fn prepared() -> Result<PathBuf, String> {
    static INSTALLED: OnceLock<Result<(), String>> = OnceLock::new();
    static CHECKED: OnceLock<()> = OnceLock::new();
    let chromium = browser::find().ok_or("there is no Chromium: install Debian's package chromium, or set CHROMIUM")?;
    INSTALLED.get_or_init(install).clone()?;
    CHECKED.get_or_init(|| run("npm", &["run", "check"], &[]).expect("the storefront fits the schema and its types"));
    Ok(chromium)
}

/// Builds the pages into a folder, for the API at `url`. Vite builds a project once at a time.
fn build(site: &str, url: &str, session: Session) {
    static BUILDING: Mutex<()> = Mutex::new(());
    let _building = BUILDING.lock().unwrap_or_else(PoisonError::into_inner);
    let way = match session {
        Session::Cookie => "cookie",
        Session::Tokens => "tokens",
    };
    let env = [("VITE_API_URL", &*format!("{url}/graphql")), ("VITE_SESSION", way)];
    run("npx", &["vite", "build", "--outDir", site, "--emptyOutDir"], &env).expect("the storefront is built");
}

/// The storefront as it is served at an origin of its own, and somebody who looks at it.
struct Visit {
    browser: Browser,
    origin: String,
    _server: Process,
}

/// Opens a shop whose API the pages of the storefront's origin may call. Its access tokens live for two seconds instead of five
/// minutes, and are believed for as long again, so that visitors need many.
fn open(start: fn(&[(&str, &str)]) -> Shop, session: Session) -> Option<(Shop, Visit)> {
    let chromium = match prepared() {
        Ok(chromium) => chromium,
        Err(reason) => {
            assert!(std::env::var_os("CI").is_none(), "the storefront cannot be tried: {reason}");
            eprintln!("skipped: the storefront needs Node, npm, its registry and Chromium ({reason})");
            return None;
        }
    };
    let port = free_port().to_string();
    let origin = format!("http://127.0.0.1:{port}");
    let mut settings = vec![("CORS_ORIGINS", &*origin), ("ACCESS_TOKEN_SECONDS", "2")];
    if matches!(session, Session::Cookie) {
        settings.extend([("SESSION_COOKIE", "true"), ("COOKIES", "rialto_refresh=users")]);
    }
    let shop = start(&settings);
    let site = new_folder().display().to_string();
    build(&site, &shop.url, session);
    let vite = ["node_modules/vite/bin/vite.js", "preview", "--bypass-lock", "--host", "127.0.0.1", "--strictPort"];
    let server = Program::at(Path::new("node")).directory(&folder()).args(vite);
    let server = server.args(["--outDir", &site, "--port", &port]).start();
    server.says("127.0.0.1");
    Some((shop, Visit { browser: Browser::open(&chromium, &new_folder()), origin, _server: server }))
}

/// What the page offers, found as people find it: by what is written on it.
const HELPERS: &str = "
    window.byText = (selector, text) =>
        [...document.querySelectorAll(selector)].find((element) => element.innerText.trim().startsWith(text));
    window.field = (label) => byText('label', label)?.querySelector('input, select');
    window.title = () => document.querySelector('h1')?.innerText;
    window.alerts = () => [...document.querySelectorAll('[role=alert]')].map((alert) => alert.innerText).join(' ');
    window.has = (text) => document.body.innerText.includes(text);
    // How many answers to an order do not arrive.
    window.lose = 0;
    if (!window.arrived) {
        window.arrived = window.fetch;
        window.sent = [];
        window.fetch = async (...request) => {
            const body = String(request[1]?.body);
            sent.push(body);
            const answer = await arrived(...request);
            if (body.includes('placeOrder') && lose-- > 0) throw new TypeError('The answer was lost.');
            return answer;
        };
    }";

fn quoted(text: &str) -> Value {
    Value::from(text)
}

impl Visit {
    fn go(&mut self, path: &str) {
        self.browser.go(&format!("{}{path}", self.origin));
        self.browser.wait_until("document.readyState === 'complete'");
        self.browser.evaluate(HELPERS);
    }

    fn until(&mut self, expression: &str) {
        self.browser.wait_until(expression);
    }

    fn shows(&mut self, text: &str) {
        self.until(&format!("has({})", quoted(text)));
    }

    fn titled(&mut self, title: &str) {
        self.until(&format!("title()?.startsWith({})", quoted(title)));
    }

    fn press(&mut self, kind: &str, words: &str) {
        let found = format!("byText('{kind}', {})", quoted(words));
        self.until(&format!("{found} && !{found}.disabled"));
        self.browser.evaluate(&format!("{found}.click()"));
    }

    fn fill(&mut self, label: &str, value: &str) {
        let found = format!("field({})", quoted(label));
        self.until(&found);
        self.browser.evaluate(&format!("{found}.focus(), {found}.select()"));
        self.browser.type_text(value);
    }

    fn choose(&mut self, label: &str, option: &str) {
        self.until(&format!("field({})", quoted(label)));
        self.browser.evaluate(&format!("field({}).value = {}", quoted(label), quoted(option)));
    }

    fn log_in(&mut self, login: &str, password: &str) {
        self.press("header a", "Log in");
        self.fill("User name", login);
        self.fill("Password", password);
        self.press("main button", "Log in");
        self.until("byText('header button', 'Log out')");
    }

    fn log_out(&mut self) {
        self.press("header button", "Log out");
        self.until("byText('header a', 'Log in')");
    }
}

/// Looks around as a visitor, and puts something into the cart.
fn browses(visit: &mut Visit, product: &Value) {
    visit.go("/");
    visit.until("document.querySelectorAll('.cards li').length === 12");
    visit.press("button", "More products");
    visit.until("document.querySelectorAll('.cards li').length === 24");
    visit.until("new Set([...document.querySelectorAll('.cards a')].map((link) => link.href)).size === 24");
    let category = visit.browser.evaluate("document.querySelector('main nav a').innerText");
    visit.press("main nav a", text(&category));
    visit.titled(text(&category));
    visit.until(
        "document.querySelectorAll('.cards li').length > 0 && document.querySelectorAll('main nav a').length > 0",
    );

    visit.browser.evaluate("document.querySelector('[type=search]').focus()");
    visit.browser.type_text("backpack alpine");
    visit.browser.evaluate("document.querySelector('[role=search]').requestSubmit()");
    visit.titled("Search: backpack alpine");
    visit.press(".cards a", "Alpine Backpack");
    visit.titled("Alpine Backpack");
    visit.until("document.querySelector('main img')?.naturalWidth > 0");
    visit.until("/\\d/.test(document.querySelector('strong').innerText)");

    visit.go(&format!("/product/{}", text(&product["slug"])));
    visit.press("button", "Put into the cart");
    visit.titled("Your cart");
    visit.press("button", "+");
    visit.shows("Cart (2)");
    visit.until("document.querySelector('strong')?.innerText.includes('25')");
}

fn fill_address(visit: &mut Visit, country: &str) {
    for (label, value) in [("Recipient", "Alice Rossi"), ("Street", "Riva del Vin 1"), ("City", "Venezia")] {
        visit.fill(label, value);
    }
    visit.fill("Country", country);
}

/// Registers, orders although no answer arrives, is declined, and pays. Returns the user name.
fn buys(visit: &mut Visit) -> String {
    let name = unique("alice");
    fill_address(visit, "IT");
    visit.press("main button", "Order");
    visit.until("alerts() === 'Log in first.'");
    visit.press("header a", "Log in");
    visit.press("main a", "Register");
    visit.fill("User name", &name);
    visit.fill("E-mail", &format!("{name}@shop.example"));
    visit.fill("Password", "12345678");
    visit.press("main button", "Register");
    visit.until("field('Password').parentElement.querySelector('[role=alert]')");
    visit.fill("Password", PASSWORD);
    visit.press("main button", "Register");
    visit.until("byText('header button', 'Log out')");

    visit.press("header a", "Cart (2)");
    fill_address(visit, "XX");
    visit.press("main button", "Order");
    visit.until("field('Country').parentElement.querySelector('[role=alert]')");
    visit.fill("Country", "IT");
    visit.browser.evaluate("lose = Infinity");
    visit.press("main button", "Order");
    visit.until("alerts().startsWith('No answer came.')");
    visit.go("/cart");
    fill_address(visit, "IT");
    visit.browser.evaluate("lose = 1");
    visit.press("main button", "Order");
    visit.titled("Order ");
    visit.shows("AWAITING_PAYMENT");
    visit.choose("Card", "tok_declined");
    visit.press("main button", "Pay");
    visit.shows("CARD_DECLINED");
    visit.choose("Card", "tok_success");
    visit.press("main button", "Pay");
    visit.until("document.querySelector('[role=status]').innerText.trim() === 'PAID'");
    visit.shows("Cart (0)");
    name
}

/// Goes on when tokens have ended, in two tabs at once, and turns the pages of the orders.
async fn reads_orders(visit: &mut Visit, alice: &Client) {
    visit.log_in(&alice.username, PASSWORD);
    tokio::time::sleep(Duration::from_secs(5)).await;
    // What everybody may read does not wait for other tokens.
    visit.browser.evaluate("sent.length = 0");
    visit.press("header a", "Rialto");
    visit.until("document.querySelectorAll('.cards li').length >= 12");
    assert_eq!(visit.browser.evaluate("sent.filter((body) => body.includes('mutation')).length"), 0);
    let tab = "document.body.append(Object.assign(document.createElement('iframe'), {
        name: 'tab', src: '/orders', style: 'width: 360px; height: 640px' }))";
    visit.browser.evaluate(tab);
    visit.press("header a", &alice.username);
    visit.titled("Your orders");
    visit.until("frames.tab.document.querySelectorAll('main li').length === 5");
    visit.until("document.querySelectorAll('main li').length === 5");
    let is_narrow = "frames.tab.document.documentElement.scrollWidth <= 360";
    assert_eq!(visit.browser.evaluate(is_narrow), true, "it fits a phone");
    visit.press("button", "More orders");
    visit.until("document.querySelectorAll('main li').length === 6");
    visit.press("main li a", "");
    visit.choose("Card", "tok_timeout");
    visit.press("main button", "Pay");
    visit.shows("The payment is being checked.");
    visit.until("!byText('main button', 'Pay')");
    visit.log_out();
    visit.until("frames.tab.document.querySelector('header').innerText.includes('Log in')");
}

/// Changes a product, with an image, and is told when somebody else did.
fn administers(visit: &mut Visit, product: &Value) {
    visit.log_in("admin", DEMO_PASSWORD);
    visit.go(&format!("/product/{}", text(&product["slug"])));
    visit.press("main a", "Edit");
    visit.titled("Edit ");
    visit.fill("Price", "12,50");
    visit.press("button", "Save");
    visit.until("field('Price').parentElement.querySelector('[role=alert]')");
    visit.fill("Price", "14.00");
    visit.fill("On hand", "7");
    let picture = BASE64_STANDARD.encode(png(500));
    let attach = format!(
        "const files = new DataTransfer();
        const bytes = Uint8Array.from(atob('{picture}'), (letter) => letter.charCodeAt(0));
        files.items.add(new File([bytes], 'lamp.png', {{ type: 'image/png' }}));
        field('One more image').files = files.files;"
    );
    visit.browser.evaluate(&attach);
    visit.press("button", "Save");
    visit.until("document.querySelector('main ul img')?.naturalWidth > 0");
    visit.until("field('Price').value === '14.00' && field('On hand').value === '7'");
}

async fn is_told_of_conflicts(shop: &Shop, visit: &mut Visit, product: &Value) {
    let document = "mutation Update($input: UpdateProductInput!) {
        updateProduct(input: $input) { product { id } userErrors { code } } }";
    let slug = unique("renamed");
    let price = json!({"amount": "15.00", "currencyCode": "EUR"});
    let input = json!({"id": product["id"], "price": price, "slug": slug});
    shop.admin().await.query(document, json!({"input": input})).await.payload("updateProduct");
    visit.fill("Price", "16.00");
    visit.press("button", "Save");
    visit.until("alerts() !== ''");
    visit.press("button", "Read again");
    visit.until("field('Price').value === '15.00'");
    visit.fill("Price", "16.00");
    visit.press("button", "Save");
    visit.until("!byText('button', 'Save').disabled");
    // Its old address leads to it, and becomes the new one.
    visit.go(&format!("/product/{}", text(&product["slug"])));
    visit.shows("16.00");
    visit.until(&format!("location.pathname === '/product/{slug}'"));
}

async fn shops(start: fn(&[(&str, &str)]) -> Shop, session: Session) {
    let Some((shop, mut visit)) = open(start, session) else { return };
    let id = add_product(&shop, "12.50", 10).await;
    let document = "query Product($id: ID!) { product(id: $id) { id slug stock { available } } }";
    let read = shop.anonymous().query(document, json!({"id": id})).await;
    let product = read.data()["product"].clone();
    let alice = shop.customer("anna").await;
    for _ in 0..6 {
        place_order(&alice, &[(&add_product(&shop, "3.00", 1).await, 1)]).await;
    }
    browses(&mut visit, &product);
    let name = buys(&mut visit);
    // However often it was sent, it is one order.
    let customer = shop.anonymous().log_in(&name, PASSWORD).await;
    let orders = customer.ask("{ orders { nodes { status items { quantity } payments { status } } } }").await;
    let paid = json!([{"status": "PAID", "items": [{"quantity": 2}], "payments": [{"status": "FAILED"}, {"status": "SUCCEEDED"}]}]);
    assert_eq!(orders.data()["orders"]["nodes"], paid);
    visit.log_out();
    reads_orders(&mut visit, &alice).await;
    administers(&mut visit, &product);
    is_told_of_conflicts(&shop, &mut visit, &product).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_shop_in_one_process() {
    shops(Shop::open_one_with, Session::Cookie).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_shop_in_four_processes() {
    shops(Shop::open_four_with, Session::Tokens).await;
}
