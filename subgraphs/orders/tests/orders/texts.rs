//! Odd texts, at every place where a text can stand.

use kit::testing::{ODD_TEXTS, Probes};
use serde_json::json;

use crate::world::*;

#[tokio::test]
async fn no_text_at_any_place_is_a_fault_of_ours() {
    for world in worlds().await {
        let paid = world.paid().await;
        let known = [("orderId", json!(paid)), ("id", json!(paid)), ("productId", json!(LAMP))];
        let probes = Probes::new(&orders::sdl(), &known);
        for text in ODD_TEXTS {
            let probes = probes.with(text);
            for place in ["User.orders(where.number.eq)", "Mutation.placeOrder(input.shippingAddress.city)"] {
                assert!(probes.iter().any(|probe| probe.place == place), "{place}");
            }
            for probe in &probes {
                for client in [world.anonymous(), world.ada(), world.admin()] {
                    let answer = client.send(&probe.query, probe.variables.clone()).await;
                    let told = format!("{} {text:?} on {}: {:#}", probe.place, world.kind, answer.body);
                    assert!(answer.body["errors"].is_array() || answer.body["data"].is_object(), "{told}");
                    assert!(!answer.codes().contains(&"INTERNAL"), "{told}");
                }
            }
        }
        assert_eq!(world.story(&paid).await.last().map(String::as_str), Some("PAID"), "nothing was done");
    }
}
