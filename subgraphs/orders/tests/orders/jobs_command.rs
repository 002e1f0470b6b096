//! `orders jobs list` and `orders jobs retry`, as processes of their own.

use std::process::Command;

use chrono::TimeDelta;
use orders::worker::deliver_outbox;

use crate::world::*;

fn jobs(world: &World, arguments: &[&str]) -> (bool, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_orders"));
    let output = command.arg("jobs").args(arguments).env("DATABASE_URL", &world.test.url).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

#[tokio::test]
async fn operators_see_what_is_parked_and_let_it_be_tried_again() {
    for world in worlds().await {
        let (_, nothing, _) = jobs(&world, &["list"]);
        assert_eq!(nothing, "there are no jobs\n", "{}", world.kind);
        let order = world.order(&[(LAMP, 1)]).await;
        let hold = world.products.books().holds.remove(&order).unwrap();
        pay(&world.ada(), &order, "tok_success", &key()).await.payload("payOrder");
        for _ in 0..20 {
            world.clock.advance(TimeDelta::minutes(10));
            deliver_outbox(&world.shop).await.unwrap();
        }
        for arguments in [&["list"][..], &["list", "--state", "parked", "--topic", "stock"]] {
            let (success, listed, _) = jobs(&world, arguments);
            assert!(
                success && listed.starts_with("stock: 0 open (0 of them tried in vain), 1 parked, 0 done\n"),
                "{listed}"
            );
            let line = listed.lines().last().unwrap();
            assert!(line.contains(&order) && line.contains("parked") && line.contains("NOT_FOUND"), "{line}");
        }
        let (_, others, _) = jobs(&world, &["list", "--topic", "refund"]);
        assert_eq!(others, "there are no jobs\n");
        let (success, _, error) = jobs(&world, &["retry"]);
        assert!(!success && error.lines().count() == 1, "which ones must be said: {error}");
        assert_eq!(jobs(&world, &["retry", "999"]).1, "0 jobs will be tried again\n");
        assert_eq!(jobs(&world, &["retry", "--all", "--topic", "stock"]).1, "1 jobs will be tried again\n");

        world.products.books().holds.insert(order.clone(), hold);
        // The command went by the machine's clock, which is not this test's.
        world.clock.advance(TimeDelta::days(36_500));
        assert_eq!(deliver_outbox(&world.shop).await.unwrap(), 1, "{}", world.kind);
        let (_, listed, _) = jobs(&world, &["list", "--state", "done", "--limit", "1"]);
        assert!(listed.starts_with("stock: 0 open (0 of them tried in vain), 0 parked, 1 done\n"), "{listed}");
    }
}
