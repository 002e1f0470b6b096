//! What is in no log, however much is logged: passwords, tokens, and whatever else clients send.

use kit::testing::Probes;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    Client, Shop, binaries,
    client::{Answer, text},
    shop::unique,
    shopping::{add_product, order_input, pay, place},
};

/// How every secret of these tests begins.
const CANARY: &str = "canary";

#[tokio::test]
async fn one_process_logs_no_secret() {
    let shop = Shop::open_one_logging(Some("trace"));
    secrets_stay_out_of_the_log(&shop).await;
}

#[tokio::test]
async fn four_processes_log_no_secret() {
    let shop = Shop::open_four_logging(Some("trace"));
    secrets_stay_out_of_the_log(&shop).await;
}

async fn secrets_stay_out_of_the_log(shop: &Shop) {
    let mut urls = vec![shop.url.clone()];
    urls.extend(shop.subgraphs.values().cloned());
    let secrets = [live(shop, true).await, live(shop, false).await].concat();
    probe(shop, &urls).await;
    assert!(shop.log().contains("DEBUG"), "more is logged than usual");
    // What was logged last may still be on its way to the file.
    shop.anonymous().ask("{ __typename }").await;
    let log = shop.log();
    for secret in secrets.iter().map(String::as_str).chain([CANARY, "eyJ"]) {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} is in the log");
    }
}

/// A customer's life, every step of which shows a secret or is told one. Returns the secrets.
async fn live(shop: &Shop, inline: bool) -> Vec<String> {
    let nobody = shop.anonymous();
    let name = unique("secretive");
    let (first, second) = (format!("{CANARY} password of {name}"), format!("{CANARY} other password of {name}"));
    let email = format!("{name}@shop.example");
    send(&nobody, inline, "register", "user { id }", json!({"username": name, "email": email, "password": first}))
        .await;
    let tokens = "accessToken refreshToken";
    let answer = send(&nobody, inline, "login", tokens, json!({"login": name, "password": first})).await;
    let mut secrets = Vec::new();
    let mut keep = |answer: &Value| {
        let pair = ["accessToken", "refreshToken"].map(|field| text(&answer[field]).to_owned());
        secrets.extend(pair.clone());
        pair
    };
    let [access, refresh] = keep(&answer);
    let customer = nobody.with_token(Some(&access));
    send(&nobody, inline, "login", tokens, json!({"login": name, "password": format!("{CANARY} wrong")})).await;
    let change = json!({"currentPassword": first, "newPassword": second});
    send(&customer, inline, "changePassword", "user { id }", change).await;
    let answer = send(&nobody, inline, "refreshToken", tokens, json!({"refreshToken": refresh})).await;
    let [access, refresh] = keep(&answer);
    let customer = nobody.with_token(Some(&access));
    let product = add_product(shop, "5", 3).await;
    let order = place(&customer, &order_input(&[(&product, 1)])).await;
    let order = text(&order.payload("placeOrder")["order"]["id"]).to_owned();
    for token in [format!("tok_{CANARY}_{name}"), "tok_success".to_owned()] {
        let input = json!({"orderId": order, "paymentToken": token, "idempotencyKey": unique("pay-key")});
        send(&customer, inline, "payOrder", "payment { status }", input).await;
    }
    pay(&customer, &order, &format!("tok_{CANARY}"), &unique("pay-key")).await;
    let input = json!({"filename": "a.png", "contentType": "image/png", "size": 9});
    let upload = send(&shop.admin().await, inline, "uploadImage", "uploadUrl", input).await;
    let upload_url = text(&upload["uploadUrl"]).to_owned();
    let token = upload_url.rsplit('/').next().unwrap_or_default().to_owned();
    let _ = nobody.request(Method::PUT, &upload_url).body("no image").send().await;
    secrets.push(token);
    // A link with a secret in it, and one that is no token at all.
    let _ = nobody.get(&format!("/graphql?query=%7Bme%7Bid%7D%7D&password={CANARY}")).await;
    nobody.with_token(Some(&format!("{CANARY}.{CANARY}.{CANARY}"))).ask("{ me { id } }").await;
    send(&nobody, inline, "logout", "success", json!({"refreshToken": refresh})).await;
    secrets
}

/// Runs a mutation with literals in the document or with a variable, and returns its payload.
async fn send(client: &Client, inline: bool, name: &str, fields: &str, input: Value) -> Value {
    let answer = if inline {
        let fields_of: Vec<_> =
            input.as_object().into_iter().flatten().map(|(field, value)| format!("{field}: {value}")).collect();
        let input = fields_of.join(", ");
        client.ask(&format!("mutation {{ {name}(input: {{{input}}}) {{ {fields} userErrors {{ code }} }} }}")).await
    } else {
        let kind = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
        let document =
            format!("mutation($input: {kind}!) {{ {name}(input: $input) {{ {fields} userErrors {{ code }} }} }}");
        client.query(&document, json!({"input": input})).await
    };
    answer.data()[name].clone()
}

/// Every mutation and query, with a secret at each place where a text can stand.
async fn probe(shop: &Shop, urls: &[String]) {
    let api = std::fs::read_to_string(binaries::workspace().join("schema/api.graphql")).expect("schema/api.graphql");
    let probes = Probes::new(&api, &[]).with(CANARY);
    assert!(probes.len() > 100, "{}", probes.len());
    let clients = [shop.anonymous(), shop.customer("probing").await];
    for (number, probe) in probes.iter().enumerate() {
        for url in urls {
            let client = clients[number % 2].at(url);
            client.ask(&probe.inline).await;
            client.query(&probe.query, probe.variables.clone()).await;
        }
    }
}

fn request_id(answer: &Answer) -> String {
    answer.headers["x-request-id"].to_str().unwrap().to_owned()
}

/// The lines of a program's log as JSON, those of `target` only.
fn lines(log: &str, target: &str) -> Vec<Value> {
    let line = |line: &str| serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    log.lines().map(line).filter(|line| line["target"] == target).collect()
}

/// The line of `target` about a request, once it is written.
fn line_of(shop: &Shop, program: &str, target: &str, request_id: &str) -> Value {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    loop {
        let found =
            lines(&shop.process(program).log(), target).into_iter().find(|line| line["request_id"] == request_id);
        match found {
            Some(line) => return line,
            None if std::time::Instant::now() > deadline => panic!("{program} says nothing of {request_id}"),
            None => std::thread::sleep(std::time::Duration::from_millis(10)),
        }
    }
}

#[tokio::test]
async fn every_program_says_of_each_request_what_came_of_it_under_one_id() {
    let shop = Shop::open_four_with(&[("LOG_FORMAT", "json"), ("RUST_LOG", "info,kit=debug")]);
    let alice = shop.customer("alice").await;
    let product = add_product(&shop, "5", 3).await;
    let answer = alice.ask("query Mine { me { id } orders { totalCount } products { totalCount } }").await;
    let id = request_id(&answer);
    let line = line_of(&shop, "router", "rialto::request", &id);
    assert_eq!(
        (&line["level"], &line["operation"], &line["outcome"], &line["status"]),
        (&json!("INFO"), &json!("Mine"), &json!("ok"), &json!(200))
    );
    for subgraph in ["users", "products", "orders"] {
        let line = line_of(&shop, subgraph, "kit::request", &id);
        assert_eq!(
            (&line["level"], &line["subgraph"], &line["caller"]),
            (&json!("DEBUG"), &json!(subgraph), &json!("router"))
        );
    }
    for program in ["router", "users", "products", "orders"] {
        let ready = shop.process(program).log().lines().any(|line| line.contains("\"message\":\"ready\""));
        assert!(ready, "{program}");
    }

    shop.process("products").stop();
    let answer = place(&alice, &order_input(&[(&product, 1)])).await;
    let id = request_id(&answer);
    for (program, target) in [("router", "rialto::request"), ("orders", "kit::request")] {
        let line = line_of(&shop, program, target, &id);
        assert_eq!((&line["level"], &line["codes"]), (&json!("WARN"), &json!("UNAVAILABLE")), "{program}: {line}");
    }
}

#[tokio::test]
async fn there_are_no_colours_in_files() {
    let shop = Shop::open_four_logging(Some("debug"));
    shop.anonymous().ask("{ me { id } products { totalCount } orders { totalCount } }").await;
    for program in ["router", "users", "products", "orders"] {
        let log = shop.process(program).log();
        assert!(log.contains(" INFO ") && log.lines().any(|line| line.contains("ready")), "{program}: {log}");
        assert!(!log.contains('\u{1b}'), "{program}");
    }
}
