//! Odd texts, at every place where a text can stand.

use kit::testing::{ODD_TEXTS, Probes};
use serde_json::json;

use crate::house::House;

#[tokio::test]
async fn no_text_at_any_place_is_a_fault_of_ours() {
    for house in House::all().await {
        for (number, text) in ODD_TEXTS.iter().enumerate() {
            let (user, customer) = house.customer(&format!("ada{number}")).await;
            let (_, admin) = house.admin(&format!("root{number}")).await;
            let input = "{recipient: \"Ada\", line1: \"1\", city: \"Bath\", countryCode: \"GB\"}";
            let add = format!("mutation {{ addAddress(input: {input}) {{ address {{ id }} }} }}");
            let address = house.bearer(&customer.access).send(&add, json!({})).await;
            let address = address.data()["addAddress"]["address"]["id"].clone();
            let known = [("id", address), ("userId", json!(user.id.to_string()))];
            let mut probes = Probes::new(&users::sdl(), &known).with(text);
            assert!(probes.len() > 30, "{}", probes.len());
            // These end the session.
            probes.sort_by_key(|probe| probe.place.contains(".logout("));
            for probe in &probes {
                for client in [house.anonymous(), house.bearer(&customer.access), house.bearer(&admin.access)] {
                    let answer = client.send(&probe.query, probe.variables.clone()).await;
                    let told = format!("{} {text:?} on {}: {:#}", probe.place, house.name, answer.body);
                    assert!(answer.body["errors"].is_array() || answer.body["data"].is_object(), "{told}");
                    assert!(!answer.codes().contains(&"INTERNAL"), "{told}");
                }
            }
        }
    }
}
