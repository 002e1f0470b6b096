//! Odd texts, at every place where a text can stand, and texts that are the same in two forms.

use kit::testing::{ODD_TEXTS, Probes};
use serde_json::json;

use crate::shop::{price, refused, shops};

#[tokio::test]
async fn no_text_at_any_place_is_a_fault_of_ours() {
    for shop in shops().await {
        let product = shop.add("Chair", "1.00", 1).await["id"].clone();
        let category = shop.category("Chairs", None).await["id"].clone();
        for id in [&product, &category] {
            let order = json!("ord_00000000000000000000000000000001");
            let known = [("id", id.clone()), ("productId", product.clone()), ("orderId", order)];
            let probes = Probes::new(&products::sdl(), &known);
            for text in ODD_TEXTS {
                let probes = probes.with(text);
                assert!(probes.iter().any(|probe| probe.place == "Category.products(where.title.contains)"));
                for probe in &probes {
                    for client in [&shop.anonymous, &shop.admin, &shop.orders] {
                        let answer = client.send(&probe.query, probe.variables.clone()).await;
                        let told = format!("{} {text:?} on {}: {:#}", probe.place, shop.name, answer.body);
                        assert!(answer.body["errors"].is_array() || answer.body["data"].is_object(), "{told}");
                        assert!(!answer.codes().contains(&"INTERNAL"), "{told}");
                    }
                }
            }
        }
        assert_eq!(shop.titles("").await, ["Chair"], "nothing odd was stored");
    }
}

#[tokio::test]
async fn the_text_of_a_filter_is_a_printable_line() {
    for shop in shops().await {
        shop.add("Chair", "1.00", 1).await;
        for text in ["\0", "a\u{7}", "a\nb", "\u{202e}", &"x".repeat(201)] {
            for filter in [
                json!({"title": {"contains": text}}),
                json!({"title": {"eq": text}}),
                json!({"title": {"in": ["chair", text]}}),
                json!({"slug": {"contains": text}}),
                json!({"slug": {"eq": text}}),
                json!({"slug": {"in": [text]}}),
                json!({"category": {"slug": text}}),
            ] {
                let query = "query($where: ProductWhere) { products(where: $where) { totalCount } }";
                let answer = shop.anonymous.send(query, json!({"where": filter})).await;
                assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{filter} on {}", shop.name);
            }
        }
    }
}

#[tokio::test]
async fn one_title_has_one_form_and_is_found_by_either() {
    for shop in shops().await {
        let first = shop.add("Caf\u{e9}", "1.00", 1).await;
        assert_eq!(first["slug"], "cafe");
        for title in ["Cafe\u{301}", "CAFE\u{301}", " caf\u{e9} ", "Ca\u{200b}f\u{e9}"] {
            let input = json!({"title": title, "price": price("1.00")});
            let answer = shop.mutate("addProduct", "product { id }", input).await;
            refused(&answer, "addProduct", "TAKEN", "input.title");
        }
        shop.category("The\u{301}", None).await;
        let answer = shop.mutate("addCategory", "category { id }", json!({"name": "TH\u{c9}"})).await;
        refused(&answer, "addCategory", "TAKEN", "input.name");
        for text in ["caf\u{e9}", "cafe\u{301}", "AF\u{c9}", "fe\u{301}"] {
            assert_eq!(
                shop.titles(&format!("where: {{title: {{contains: \"{text}\"}}}}")).await,
                ["Caf\u{e9}"],
                "{text}"
            );
        }
        let stored = shop.add("Tho\u{302}ng", "1.00", 1).await;
        let query = "query($id: ID) { product(id: $id) { title } }";
        let answer = shop.anonymous.send(query, json!({"id": stored["id"]})).await;
        assert_eq!(answer.data()["product"]["title"], "Th\u{f4}ng");
    }
}

#[tokio::test]
async fn amounts_are_judged_by_their_text_and_moments_by_their_form() {
    for shop in shops().await {
        for (amount, currency) in [("1e2", "EUR"), ("12.500", "EUR"), ("1250.00", "JPY"), ("1250.0", "JPY")] {
            for literal in [amount.to_owned(), format!("\"{amount}\"")] {
                let input = format!("{{title: \"L\", price: {{amount: {literal}, currencyCode: \"{currency}\"}}}}");
                let query = format!("mutation {{ addProduct(input: {input}) {{ userErrors {{ code path }} }} }}");
                let inline = shop.admin.send(&query, json!({})).await;
                let query = "mutation($p: MoneyInput!) { addProduct(input: {title: \"L\", price: $p}) { userErrors { code path } } }";
                let body = format!(
                    "{{\"query\": {}, \"variables\": {{\"p\": {{\"amount\": {literal}, \"currencyCode\": \"{currency}\"}}}}}}",
                    json!(query)
                );
                let variable = shop.admin.post(body).await;
                for answer in [inline, variable] {
                    refused(&answer, "addProduct", "INVALID_AMOUNT", "input.price.amount");
                }
            }
        }
        shop.add_with(json!({"title": "L", "price": {"amount": 12.5, "currencyCode": "EUR"}})).await;
        for (filter, codes) in [
            ("price: {gte: 12.50, lte: 12.5000}", vec![]),
            ("price: {gte: 1e1}", vec!["BAD_USER_INPUT"]),
            ("createdAt: {gte: \"0001-01-01T00:00:00Z\", lte: \"9999-12-31T23:59:59Z\"}", vec![]),
            ("createdAt: {gte: \"-9999-01-01T00:00:00Z\"}", vec!["BAD_USER_INPUT"]),
            ("createdAt: {lte: \"+99999-12-31T23:59:59Z\"}", vec!["BAD_USER_INPUT"]),
            ("updatedAt: {lte: \"0000-01-01T00:00:00Z\"}", vec!["BAD_USER_INPUT"]),
            ("updatedAt: {lte: \"2026-01-01 00:00:00Z\"}", vec!["BAD_USER_INPUT"]),
        ] {
            let answer =
                shop.anonymous.send(&format!("{{ products(where: {{{filter}}}) {{ totalCount }} }}"), json!({})).await;
            assert_eq!(answer.codes(), codes, "{filter} on {}: {}", shop.name, answer.body);
            assert!(!codes.is_empty() || answer.data()["products"]["totalCount"] == 1, "{filter} on {}", shop.name);
        }
    }
}
