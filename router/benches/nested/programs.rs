//! The nested query over HTTP, against one or two builds of the whole shop.
//!
//! ```sh
//! RIALTO=target/release/rialto RIALTO_BEFORE=/path/to/earlier/rialto cargo bench -p rialto --bench nested -- --programs
//! ```
//!
//! wants Linux with `taskset`, `curl` and `wrk`. Each program keeps a temporary shop on core 0; the load has core 1. Rounds go
//! in turns, and take less than the five minutes of an access token. `NESTED_SECONDS` (3), `NESTED_ROUNDS` (10) and `NESTED_CONNECTIONS` (4) change it.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Value, json};

use super::{
    shop::NESTED,
    support::{
        process::Process,
        wrk::{self, Figures, Round},
    },
};

const SHOP_CORE: usize = 0;
const LOAD_CORE: usize = 1;
const PASSWORD: &str = "a bench has legs";

/// One build of the shop under measurement.
struct Program {
    label: &'static str,
    address: SocketAddr,
    process: Process,
    script: PathBuf,
    rounds: Vec<Round>,
}

/// Measures the build that `RIALTO` names (by default the one built with this benchmark), and `RIALTO_BEFORE` beside it.
pub fn run() {
    let folder = tempfile::tempdir().unwrap();
    let now = std::env::var("RIALTO").unwrap_or_else(|_| env!("CARGO_BIN_EXE_rialto").to_owned());
    let mut programs = vec![Program::start("Rialto", &now, folder.path())];
    if let Ok(before) = std::env::var("RIALTO_BEFORE") {
        programs.push(Program::start("Rialto before", &before, folder.path()));
    }
    let (seconds, connections) = (setting("NESTED_SECONDS", 3), setting("NESTED_CONNECTIONS", 4));
    for round in 0..=setting("NESTED_ROUNDS", 10) {
        for program in &mut programs {
            let url = format!("http://{}/graphql", program.address);
            let shown = wrk::load(&program.process, &url, &program.script, LOAD_CORE, connections, seconds);
            // The first round warms the caches.
            if round > 0 {
                program.rounds.push(shown);
            }
        }
    }
    println!("\n{:<16}{:>13}{:>12}{:>10}{:>13}", "", "CPU/request", "requests/s", "p99", "peak memory");
    for program in &programs {
        let Figures { cpu, rate, p99 } = Figures::of(&program.rounds);
        let memory = program.process.peak_memory() / 1024.0;
        println!("{:<16}{cpu:>10.0} µs{rate:>12.0}{p99:>7.1} ms{memory:>10.1} MB", program.label);
    }
    if let [now, before] = &programs[..] {
        let cpu = Figures::of(&now.rounds).cpu / Figures::of(&before.rounds).cpu;
        println!("nested query: CPU {cpu:.2}× of before");
    }
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().unwrap_or_else(|_| panic!("{name} is not a number")))
}

impl Program {
    /// Starts a shop of its own with the demo catalogue, and ten orders of a new customer in it.
    fn start(label: &'static str, binary: &str, folder: &Path) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let listen = address.to_string();
        let command = [binary, "--ephemeral", "--log", "warn", "--listen", &listen, "--demo-password", PASSWORD];
        let mut process = Process::pinned(SHOP_CORE, &command, &[]);
        process.wait_for(address);
        let script = folder.join(format!("{label}.lua"));
        let program = Self { label, address, process, script, rounds: Vec::new() };
        program.wait_until_ready();
        let token = program.log_in();
        program.place_orders(&token);
        let bytes = program.ask(NESTED, &json!({}), Some(&token)).to_string().len();
        println!("{label}: {bytes} bytes");
        let authorization = format!("Bearer {token}");
        let body = json!({ "query": NESTED }).to_string();
        fs::write(&program.script, wrk::script(&body, &[("authorization", &authorization)])).unwrap();
        program
    }

    /// Waits until the shop answers operations: until then they are refused with 503.
    fn wait_until_ready(&self) {
        let url = format!("http://{}/health/ready", self.address);
        let retry = ["-sS", "--fail", "--output", "/dev/null", "--retry", "60", "--retry-delay", "1"];
        let status = Command::new("curl").args(retry).args(["--retry-connrefused", &url]).status().expect("curl");
        assert!(status.success(), "{} does not become ready", self.label);
    }

    fn log_in(&self) -> String {
        let register =
            "mutation ($input: RegisterInput!) { register(input: $input) { user { id } userErrors { message } } }";
        let name = "bench";
        let input = json!({"username": name, "email": "bench@example.com", "password": PASSWORD, "name": "Bench"});
        self.ask(register, &json!({ "input": input }), None);
        let log_in = "mutation ($input: LoginInput!) { login(input: $input) { accessToken } }";
        let data = self.ask(log_in, &json!({"input": {"login": name, "password": PASSWORD}}), None);
        data["login"]["accessToken"].as_str().unwrap_or_else(|| panic!("{data}")).to_owned()
    }

    fn place_orders(&self, token: &str) {
        let products = self.ask("{ products(first: 40, where: {inStock: true}) { nodes { id } } }", &json!({}), None);
        let place =
            "mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id } userErrors { message } } }";
        for order in 0..10 {
            let items: Vec<Value> = (0..3)
                .map(|item| json!({"productId": products["products"]["nodes"][order * 3 + item]["id"], "quantity": 1}))
                .collect();
            let address = json!({"recipient": "B", "line1": "1", "city": "C", "countryCode": "DE"});
            let input =
                json!({"items": items, "shippingAddress": address, "idempotencyKey": format!("bench-{order:04}")});
            let data = self.ask(place, &json!({ "input": input }), Some(token));
            assert!(data["placeOrder"]["order"]["id"].is_string(), "{data}");
        }
    }

    fn ask(&self, query: &str, variables: &Value, token: Option<&str>) -> Value {
        let body = json!({"query": query, "variables": variables}).to_string();
        let mut curl = Command::new("curl");
        curl.args(["-sS", "-H", "content-type: application/json"]);
        if let Some(token) = token {
            curl.args(["-H", &format!("authorization: Bearer {token}")]);
        }
        curl.args(["--data-binary", &body, &format!("http://{}/graphql", self.address)]);
        let output = curl.output().expect("curl");
        let answer: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}: {}", self.label, String::from_utf8_lossy(&output.stdout)));
        assert!(answer.get("errors").is_none(), "{}: {answer}", self.label);
        answer["data"].clone()
    }
}
