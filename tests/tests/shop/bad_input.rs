//! Bad input, and what it gets: an answer that says where and why, and nothing written.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    Shop,
    client::{items, text},
    shop::unique,
    shopping::{add_product, available, order_input, place, somewhere},
};

everywhere! {
    what_is_no_request_is_refused_with_its_place,
    products_are_checked,
    orders_are_checked,
    accounts_are_checked,
    ids_and_cursors_are_checked,
    numbers_are_judged_by_their_text,
    moments_are_of_rfc_3339,
    limits_hold,
}

async fn what_is_no_request_is_refused_with_its_place(shop: &Shop) {
    let send = async |accept: &str, body: &str| {
        let request = shop.anonymous().request(Method::POST, "/graphql").header("content-type", "application/json");
        let response = request.header("accept", accept).body(body.to_owned()).send().await.unwrap();
        let (status, media) =
            (response.status().as_u16(), response.headers()["content-type"].to_str().unwrap().to_owned());
        (status, media, response.json::<Value>().await.unwrap())
    };
    let not_graphql =
        ["{", "[]", "\"text\"", "{}", r#"{"query": 7}"#, r#"{"query": "{ me { id } }", "variables": []}"#];
    for (accept, status) in [("application/graphql-response+json", 400), ("application/json", 400)] {
        for body in not_graphql {
            let (answered, media, answer) = send(accept, body).await;
            assert_eq!(
                (answered, answer["errors"][0]["extensions"]["code"].as_str()),
                (status, Some("BAD_USER_INPUT")),
                "{body}"
            );
            assert!(media.starts_with(accept), "{media}");
        }
    }
    let no_operation = [
        ("{ products(first: 1) { nodes { id } }", "GRAPHQL_PARSE_FAILED"),
        ("{ products(first: 1) { nodes { colour } } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ products(first: \\\"one\\\") { totalCount } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A($x: Colour) { products { totalCount } }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { products }", "GRAPHQL_VALIDATION_FAILED"),
    ];
    for (accept, status) in [("application/graphql-response+json", 400), ("application/json", 200)] {
        for (document, code) in no_operation {
            let (answered, _, answer) = send(accept, &format!("{{\"query\": \"{document}\"}}")).await;
            let error = &answer["errors"][0];
            assert_eq!((answered, error["extensions"]["code"].as_str()), (status, Some(code)), "{document}: {answer}");
            assert!(answer.get("data").is_none(), "{answer}");
            if !document.starts_with("subscription") {
                assert!(error["locations"][0]["line"].is_number(), "{document}: {answer}");
            }
        }
    }
    let get = shop.anonymous().get("/graphql?query=mutation%20%7B%20logout%20%7B%20success%20%7D%20%7D").await;
    assert_eq!(get.status().as_u16(), 405, "a link changes nothing");
    let form = shop.anonymous().request(Method::POST, "/graphql").body("query=x");
    assert_eq!(form.header("content-type", "text/plain").send().await.unwrap().status().as_u16(), 415);
}

/// The input with one part replaced, and the code and path that this must get.
fn but(input: &Value, pointer: &str, value: Value) -> Value {
    let mut input = input.clone();
    *input.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = value;
    input
}

async fn products_are_checked(shop: &Shop) {
    let admin = shop.admin().await;
    let document = "mutation Add($input: AddProductInput!) {
        addProduct(input: $input) { product { id } userErrors { code path } } }";
    let title = unique("Checked");
    let price = json!({"amount": "1.00", "currencyCode": "EUR"});
    let good =
        json!({"title": title, "description": "", "price": price, "initialStock": 1, "categoryIds": [], "slug": null});
    let cases = [
        ("/title", json!(""), "REQUIRED", json!(["input", "title"])),
        ("/title", json!(" \t "), "REQUIRED", json!(["input", "title"])),
        ("/title", json!("x".repeat(100_000)), "TOO_LONG", json!(["input", "title"])),
        ("/description", json!("x".repeat(100_000)), "TOO_LONG", json!(["input", "description"])),
        ("/price/amount", json!("-1"), "INVALID_AMOUNT", json!(["input", "price", "amount"])),
        ("/price/amount", json!("1.001"), "INVALID_AMOUNT", json!(["input", "price", "amount"])),
        ("/price/amount", json!("999999999999999999"), "INVALID_AMOUNT", json!(["input", "price", "amount"])),
        ("/price/currencyCode", json!("XYZ"), "INVALID_CURRENCY", json!(["input", "price", "currencyCode"])),
        ("/initialStock", json!(-1), "INVALID_QUANTITY", json!(["input", "initialStock"])),
        (
            "/categoryIds",
            json!(["usr_01900000000070008000000000000001"]),
            "INVALID_ID",
            json!(["input", "categoryIds", "0"]),
        ),
        (
            "/categoryIds",
            json!(["cat_ffffffffffffffffffffffffffffffff"]),
            "CATEGORY_NOT_FOUND",
            json!(["input", "categoryIds", "0"]),
        ),
    ];
    for (pointer, value, code, path) in cases {
        let refused = admin.query(document, json!({"input": but(&good, pointer, value.clone())})).await;
        let shown: String = value.to_string().chars().take(40).collect();
        let error = refused.user_error("addProduct");
        assert_eq!((&error["code"], &error["path"]), (&json!(code), &path), "{pointer} {shown}");
    }
    for amount in [
        json!("1e3"),
        json!("1_000"),
        json!("+1"),
        json!("NaN"),
        json!(""),
        json!("1,5"),
        json!(true),
        json!("99999999999999999999"),
    ] {
        let refused = admin.query(document, json!({"input": but(&good, "/price/amount", amount.clone())})).await;
        let expected = json!({"code": "INVALID_AMOUNT", "path": ["input", "price", "amount"]});
        assert_eq!(*refused.user_error("addProduct"), expected, "{amount}");
    }
    let counted = "query Count($title: String!) { products(where: {title: {eq: $title}}) { totalCount } }";
    let count = async || {
        let answer = admin.query(counted, json!({"title": title})).await;
        answer.data()["products"]["totalCount"].clone()
    };
    assert_eq!(count().await, 0);
    // Numbers are money too, as long as nothing is rounded.
    let number = but(&good, "/price/amount", json!(1.5));
    admin.query(document, json!({"input": number})).await.payload("addProduct");
    let taken = admin.query(document, json!({"input": but(&good, "/title", json!(title.to_uppercase()))})).await;
    assert_eq!(*taken.user_error("addProduct"), json!({"code": "TAKEN", "path": ["input", "title"]}));
    assert_eq!(count().await, 1);
}

async fn orders_are_checked(shop: &Shop) {
    let product = add_product(shop, "5", 10).await;
    let alice = shop.customer("alice").await;
    let good = order_input(&[(&product, 1)]);
    let quantity = json!(["input", "items", "0", "quantity"]);
    let cases = [
        ("/items", json!([]), "REQUIRED", json!(["input", "items"])),
        ("/items/0/quantity", json!(0), "INVALID_QUANTITY", quantity.clone()),
        ("/items/0/quantity", json!(-1), "INVALID_QUANTITY", quantity.clone()),
        ("/items/0/quantity", json!(1_000_000_000), "INVALID_QUANTITY", quantity),
        (
            "/items/0/productId",
            json!("ord_01900000000070008000000000000001"),
            "INVALID_ID",
            json!(["input", "items", "0", "productId"]),
        ),
        ("/items/0/productId", json!("' OR 1=1 --"), "INVALID_ID", json!(["input", "items", "0", "productId"])),
        (
            "/items/0/productId",
            json!("prd_ffffffffffffffffffffffffffffffff"),
            "PRODUCT_NOT_FOUND",
            json!(["input", "items", "0", "productId"]),
        ),
        ("/shippingAddress", Value::Null, "REQUIRED", json!(["input", "addressId"])),
        (
            "/shippingAddress/countryCode",
            json!("Italy"),
            "INVALID_COUNTRY_CODE",
            json!(["input", "shippingAddress", "countryCode"]),
        ),
        ("/shippingAddress/line1", json!(""), "REQUIRED", json!(["input", "shippingAddress", "line1"])),
        ("/shippingAddress/city", json!("x".repeat(1000)), "TOO_LONG", json!(["input", "shippingAddress", "city"])),
    ];
    for (pointer, value, code, path) in cases {
        let refused = place(&alice, &but(&good, pointer, value)).await;
        let error = refused.user_error("placeOrder");
        assert_eq!((&error["code"], &error["path"]), (&json!(code), &path), "{pointer}");
    }
    for (pointer, value) in
        [("/items/0/quantity", json!(10_000_000_000_i64)), ("/items/0/quantity", json!("1")), ("/items", json!(7))]
    {
        let refused = place(&alice, &but(&good, pointer, value.clone())).await;
        assert_eq!(refused.code(), "BAD_USER_INPUT", "{pointer} {value}");
    }
    assert_eq!(available(&alice, &product).await, 10);
    let listed = alice.ask("{ orders { totalCount } }").await;
    assert_eq!(listed.data()["orders"]["totalCount"], 0);
}

async fn accounts_are_checked(shop: &Shop) {
    let document = "mutation Register($input: RegisterInput!) {
        register(input: $input) { user { id } userErrors { code path } } }";
    let name = unique("checked");
    let good = json!({"username": name, "email": format!("{name}@shop.example"), "password": "long enough it is", "name": "A"});
    for (field, value, code) in [
        ("username", "", "REQUIRED"),
        ("username", "a b", "INVALID"),
        ("email", "nobody", "INVALID"),
        ("password", "short", "TOO_SHORT"),
        ("password", &"x".repeat(100_000), "TOO_LONG"),
        ("name", &"x".repeat(100_000), "TOO_LONG"),
    ] {
        let refused =
            shop.anonymous().query(document, json!({"input": but(&good, &format!("/{field}"), json!(value))})).await;
        let expected = json!({"code": code, "path": ["input", field]});
        assert_eq!(*refused.user_error("register"), expected, "{field}");
    }
    let empty = json!({"username": "", "email": "", "password": ""});
    let refused = shop.anonymous().query(document, json!({"input": empty})).await;
    assert_eq!(items(&refused.data()["register"]["userErrors"]).len(), 3, "every mistake at once");
    let add = "mutation Add($input: AddAddressInput!) { addAddress(input: $input) { address { id } userErrors { code path } } }";
    let alice = shop.customer("alice").await;
    let refused = alice.query(add, json!({"input": but(&somewhere(), "/countryCode", json!("XX"))})).await;
    assert_eq!(
        *refused.user_error("addAddress"),
        json!({"code": "INVALID_COUNTRY_CODE", "path": ["input", "countryCode"]})
    );
}

async fn ids_and_cursors_are_checked(shop: &Shop) {
    let alice = shop.customer("alice").await;
    let wrong_kind = [
        "{ product(id: \"usr_01900000000070008000000000000001\") { id } }",
        "{ category(id: \"nonsense\") { id } }",
        "{ order(id: \"prd_01900000000070008000000000000001\") { id } }",
        "{ order(id: \"junk\") { id } }",
        "{ address(id: \"usr_01900000000070008000000000000001\") { id } }",
        "{ user(id: \"adr_01900000000070008000000000000001\") { id } }",
        "{ node(id: \"itm_01900000000070008000000000000001\") { id } }",
    ];
    let wrong_cursor = [
        "{ products(after: \"from nowhere\") { totalCount } }",
        "{ orders(after: \"from nowhere\") { totalCount } }",
        "{ orders(first: -1) { totalCount } }",
        "{ me { orders(last: 101) { totalCount } } }",
    ];
    for document in wrong_kind.into_iter().chain(wrong_cursor) {
        assert_eq!(alice.ask(document).await.code(), "BAD_USER_INPUT", "{document}");
    }
    assert_eq!(alice.ask("{ orders(page: 1001) { totalCount } }").await.code(), "PAGE_TOO_DEEP");
}

/// As literals and as variables, by POST and by GET.
async fn numbers_are_judged_by_their_text(shop: &Shop) {
    let admin = shop.admin().await;
    for (amount, currency) in [
        ("1e2", "EUR"),
        ("12.500", "EUR"),
        ("1250.00", "JPY"),
        ("1250.0", "JPY"),
        ("0.10000000000000000001", "EUR"),
        ("100000000000000000000000", "EUR"),
    ] {
        let price = format!("{{amount: {amount}, currencyCode: \"{currency}\"}}");
        let inline = format!(
            "mutation {{ addProduct(input: {{title: \"None\", price: {price}}}) {{ product {{ id }} userErrors {{ code path }} }} }}"
        );
        let document = "mutation($p: MoneyInput!) { addProduct(input: {title: \"None\", price: $p}) { product { id } userErrors { code path } } }";
        let variables = format!("{{\"p\": {{\"amount\": {amount}, \"currencyCode\": \"{currency}\"}}}}");
        let by_variable = format!("{{\"query\": {}, \"variables\": {variables}}}", json!(document));
        for body in [json!({"query": inline}).to_string(), by_variable] {
            let answer = admin.post(&body).await;
            let expected = json!({"code": "INVALID_AMOUNT", "path": ["input", "price", "amount"]});
            assert_eq!(*answer.user_error("addProduct"), expected, "{body}");
        }
    }
    for (filter, is_one) in [("1e2", false), ("100.00", true), ("100", true), ("-0", true), ("1.5E1", false)] {
        let document = format!("{{ products(where: {{price: {{gte: {filter}}}}}) {{ totalCount }} }}");
        let got = shop.anonymous().get(&format!("/graphql?query={}", encoded(&document))).await;
        let got: Value = got.json().await.unwrap();
        assert_eq!(got["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT", !is_one, "{filter}: {got}");
        let document = "query($d: Decimal) { products(where: {price: {gte: $d}}) { totalCount } }";
        let variables = format!("{{\"d\": {filter}}}");
        let path = format!("/graphql?query={}&variables={}", encoded(document), encoded(&variables));
        let got: Value = shop.anonymous().get(&path).await.json().await.unwrap();
        assert_eq!(got["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT", !is_one, "{filter}: {got}");
    }
}

/// As it stands in a query string.
fn encoded(text: &str) -> String {
    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    text.bytes().flat_map(|byte| ['%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]).collect()
}

async fn moments_are_of_rfc_3339(shop: &Shop) {
    for (moment, is_one) in [
        ("2020-01-01T00:00:00Z", true),
        ("0001-01-01T00:00:00Z", true),
        ("-9999-01-01T00:00:00Z", false),
        ("+99999-12-31T23:59:59Z", false),
        ("2020-01-01 00:00:00Z", false),
    ] {
        let document = "query($at: DateTime) { products(where: {createdAt: {gte: $at}}) { totalCount } }";
        let answer = shop.anonymous().query(document, json!({"at": moment})).await;
        assert_eq!(answer.codes(), if is_one { vec![] } else { vec!["BAD_USER_INPUT"] }, "{moment}");
    }
}

async fn limits_hold(shop: &Shop) {
    let nobody = shop.anonymous();
    let aliases: Vec<_> = (0..2000).map(|n| format!("a{n}: __typename")).collect();
    let deep = format!("{{ categories {}{{ id }}{} }}", "{ parent ".repeat(100), "}".repeat(100));
    for (what, document) in [("aliases", format!("{{ {} }}", aliases.join(" "))), ("depth", deep)] {
        let answer = nobody.ask(&document).await;
        assert!(!answer.codes().is_empty() && answer.body.get("data").is_none(), "{what}");
    }
    let long = json!({"query": "{ __typename }", "variables": {"text": "x".repeat(2 * 1024 * 1024)}}).to_string();
    let refused =
        nobody.request(Method::POST, "/graphql").header("content-type", "application/json").body(long).send().await;
    // The rest of a body that is too long is not read, so its sender may hear nothing but the end.
    if let Ok(refused) = refused {
        assert_eq!(refused.status().as_u16(), 413);
        let body: Value = refused.json().await.unwrap();
        assert_eq!(text(&body["errors"][0]["extensions"]["code"]), "PAYLOAD_TOO_LARGE");
    }
    assert_eq!(nobody.ask("{ __typename }").await.data()["__typename"], "Query");
}
