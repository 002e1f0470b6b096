//! The topology of `compose.yml`, as processes on this machine's PostgreSQL.

use std::{collections::BTreeMap, time::Duration};

use kit::testing::{TestDatabase, databases};
use serde_json::{Value, json};
use tests::{
    Process, Shop, binaries,
    client::text,
    composition::{Composition, Machine, knows},
    shopping::{buy, order},
};

const SERVICES: [&str; 4] = ["users", "products", "orders", "router"];

#[test]
fn one_image_holds_what_the_services_run() {
    let composition = Composition::read();
    let dockerfile = std::fs::read_to_string(binaries::workspace().join("Dockerfile")).unwrap();
    let own: Vec<_> = composition.own().collect();
    assert_eq!(own.len(), SERVICES.len());
    for (name, service) in own {
        let (program, args) = service.words();
        assert_eq!(service.image, "rialto", "{name}");
        assert!(dockerfile.contains(&format!("target/release/{program}")), "{name}: the image has no {program}");
        assert!(
            service.healthcheck.test.contains(&format!("http://localhost:{}/health/ready", service.port())),
            "{name}"
        );
        for variable in service.environment.keys() {
            assert!(knows(program, &args, variable), "{name}: {program} knows no {variable}");
        }
    }
    let built: Vec<_> = dockerfile.lines().filter(|line| line.contains("cargo build")).collect();
    assert!(
        built.iter().all(|line| !line.contains("--workspace")) && built[0].contains("--no-default-features"),
        "{built:?}"
    );
}

#[test]
fn every_service_has_the_time_to_end_that_it_takes() {
    for (name, service) in Composition::read().services {
        assert_eq!(service.stop_grace_period, "45s", "{name}");
        if service.image == "rialto" {
            // Together with the default of 35 seconds for what is running, that leaves some to spare.
            assert_eq!(service.environment["SHUTDOWN_DELAY_SECONDS"], "5", "{name}");
        }
    }
}

#[test]
fn every_domain_has_a_database_of_its_own() {
    let composition = Composition::read();
    let named: Vec<_> = composition.own().filter_map(|(_, service)| service.database()).collect();
    assert_eq!(named, ["orders", "products", "users"]);
    let script = &composition.configs["databases"].content;
    for database in named.into_iter().chain(["sandbox"]) {
        assert!(script.contains(&format!("CREATE DATABASE {database};")), "{script}");
    }
}

/// A new database for each domain on this machine's PostgreSQL, if there is one.
async fn postgres() -> Option<Vec<(&'static str, TestDatabase)>> {
    let mut made = Vec::new();
    for name in ["users", "products", "orders", "sandbox"] {
        made.push((name, databases().await.into_iter().find(|database| database.name == "postgres")?));
    }
    Some(made)
}

/// Starts a service and waits until its health check is content.
async fn start(machine: &Machine, composition: &Composition, name: &str) -> Process {
    let service = &composition.services[name];
    let process = machine.program(name, service).start();
    process.says("is ready");
    let health = machine.health(name, service);
    for _ in 0..100 {
        if reqwest::get(&health).await.is_ok_and(|answer| answer.status().is_success()) {
            return process;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{name} does not get healthy at {health}: {}", process.log());
}

const SEEN: &str =
    "query Seen($id: ID!) { order(id: $id) { status customer { username } items { title product { title } } } }";

#[tokio::test]
async fn the_same_commands_and_settings_make_a_shop() {
    let Some(databases) = postgres().await else {
        eprintln!("skipped, because compose.yml's topology needs a PostgreSQL");
        return;
    };
    let composition = Composition::read();
    let urls: BTreeMap<_, _> =
        databases.iter().map(|(name, database)| ((*name).to_owned(), database.url.clone())).collect();
    let machine = Machine::new(&composition, urls);
    let mut processes = Vec::new();
    let mut password = String::new();
    for name in SERVICES {
        let process = start(&machine, &composition, name).await;
        if name == "users" {
            let said = process.says("password");
            let line = said.lines().find(|line| line.contains("password")).unwrap_or_default();
            line.rsplit(' ').next().unwrap_or_default().clone_into(&mut password);
        }
        processes.push((name, process));
    }
    let mut shop = Shop::running(machine.url("router"), &password, processes);
    let (alice, bought) = buy(&shop, "alice").await;
    let id = text(&bought["id"]);
    let whole = alice.query(SEEN, json!({"id": id})).await.data()["order"].clone();
    assert_eq!(whole["customer"]["username"], json!(alice.username));

    assert!(shop.process("products").stop().status.success());
    let partial = alice.query(SEEN, json!({"id": id})).await;
    assert_eq!(partial.code(), "UNAVAILABLE");
    let order_without = json!({"status": "PAID", "customer": whole["customer"], "items": [{"title": whole["items"][0]["title"], "product": null}]});
    assert_eq!(partial.body["data"]["order"], order_without);
    assert_eq!(shop.anonymous().get("/health/ready").await.status().as_u16(), 200);

    shop.restart("products");
    assert_eq!(alice.query(SEEN, json!({"id": id})).await.data()["order"], whole);
    let (bob, bought) = buy(&shop, "bob").await;
    assert_eq!(order(&bob, text(&bought["id"])).await.data()["order"]["status"], "PAID");
    assert_eq!(order(&bob, id).await.data()["order"], Value::Null);
    for name in SERVICES {
        assert_eq!(shop.process(name).stop().status.code(), Some(0), "{name}");
    }
}
