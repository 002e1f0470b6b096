//! A heavy operation over HTTP: Rialto, and beside it Hive Router in the same run if there is one.
//!
//! ```sh
//! cargo build --release -p rialto --no-default-features
//! RIALTO=target/release/rialto HIVE_ROUTER=/path/to/hive_router cargo bench -p rialto --bench load
//! ```
//!
//! wants Linux with `taskset`, `wrk` and two cores: the router has core 0, subgraphs and load have core 1. Rounds go in
//! turns, so that a noisy machine disturbs all alike. `LOAD_SECONDS` (5), `LOAD_ROUNDS` (3) and `LOAD_CONNECTIONS` (50) change it;
//! `LOAD_DELAY_US` lets subgraphs wait before they answer. `RIALTO_BEFORE` names another build of Rialto, of an earlier commit for
//! example, which takes its turns beside the first.
//!
//! With `-- --curve` it is Rialto alone, over answers from 1 kB to 10 MB.

mod answers;
mod curve;
mod graph;
#[path = "../support/mod.rs"]
mod support;

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use rialto::compose;

use self::support::{
    process::Process,
    wrk::{self, Figures, Round},
};

const ROUTER_CORE: usize = 0;
const OTHER_CORE: usize = 1;
/// The build of Rialto that the other one is compared with.
const BEFORE: &str = "Rialto before";

fn main() {
    if std::env::args().any(|argument| argument == "subgraphs") {
        return answers::serve();
    }
    let this = std::env::current_exe().unwrap();
    let mut subgraphs = Process::pinned(OTHER_CORE, &[this.to_str().unwrap(), "subgraphs"], &[]);
    let address: SocketAddr = first_line(&mut subgraphs).parse().unwrap();
    let folder = tempfile::tempdir().unwrap();
    if std::env::args().any(|argument| argument == "--curve") {
        return curve::run(folder.path(), address);
    }
    let heavy = serde_json::json!({ "query": graph::OPERATION });
    let bench = Bench::new(folder.path(), address, &heavy, setting("LOAD_CONNECTIONS", 50));
    let mut contestants: Vec<Contestant> = Vec::new();
    for sharing in [true, false] {
        contestants.push(bench.rialto("Rialto", &rialto(), sharing));
        contestants.extend(std::env::var("RIALTO_BEFORE").ok().map(|binary| bench.rialto(BEFORE, &binary, sharing)));
        contestants.extend(std::env::var("HIVE_ROUTER").ok().map(|binary| bench.hive(&binary, sharing)));
    }
    for contestant in &mut contestants {
        let bytes = bench.check(contestant);
        println!("{}: {bytes} bytes", contestant.name);
        bench.load(contestant, 1);
        contestant.results.clear();
    }
    for _ in 0..setting("LOAD_ROUNDS", 3) {
        for contestant in &mut contestants {
            bench.load(contestant, setting("LOAD_SECONDS", 5));
        }
    }
    report(&contestants);
}

/// The first line that a process prints.
fn first_line(process: &mut Process) -> String {
    let mut line = String::new();
    BufReader::new(process.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    line.trim().to_owned()
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().unwrap_or_else(|_| panic!("{name} is not a number")))
}

struct Bench {
    folder: PathBuf,
    script: PathBuf,
    request: PathBuf,
    connections: u64,
}

struct Contestant {
    name: String,
    address: SocketAddr,
    process: Process,
    results: Vec<Round>,
}

impl Bench {
    /// Ready to send a request of these parameters, on so many connections.
    fn new(folder: &Path, subgraphs: SocketAddr, parameters: &serde_json::Value, connections: u64) -> Self {
        let all: Vec<_> = graph::subgraphs()
            .iter()
            .map(|(name, schema)| compose::Subgraph {
                name: (*name).to_owned(),
                url: format!("http://{subgraphs}/{name}"),
                sdl: schema.sdl(),
            })
            .collect();
        let composed = compose::compose(&all).unwrap_or_else(|errors| panic!("{errors:?}"));
        fs::write(folder.join("supergraph.graphql"), composed.supergraph_sdl).unwrap();
        let request = parameters.to_string();
        fs::write(folder.join("request.json"), &request).unwrap();
        fs::write(folder.join("load.lua"), wrk::script(&request, &[])).unwrap();
        Self {
            folder: folder.to_owned(),
            script: folder.join("load.lua"),
            request: folder.join("request.json"),
            connections,
        }
    }

    fn supergraph(&self) -> String {
        self.folder.join("supergraph.graphql").display().to_string()
    }

    /// A Rialto of one build; `label` says which.
    fn rialto(&self, label: &str, binary: &str, sharing: bool) -> Contestant {
        let address = free_address();
        let (supergraph, listen) = (self.supergraph(), address.to_string());
        let mut command = vec![binary, "serve", "--log", "warn", "--listen", &listen, "--supergraph", &supergraph];
        if !sharing {
            command.push("--no-sharing");
        }
        // The operation costs more than is allowed by default. As a variable, which builds without that limit do not mind.
        let process = Process::pinned(ROUTER_CORE, &command, &[("MAX_COST", "1000000")]);
        Contestant { name: name(label, sharing), address, process, results: Vec::new() }
    }

    fn hive(&self, binary: &str, sharing: bool) -> Contestant {
        let address = free_address();
        let config = self.folder.join(format!("hive-{sharing}.yaml"));
        let supergraph = self.supergraph();
        let text = format!(
            "supergraph:\n  source: file\n  path: {supergraph}\nhttp:\n  host: {}\n  port: {}\nlog:\n  level: error\n\
             traffic_shaping:\n  all:\n    dedupe_enabled: {sharing}\n",
            address.ip(),
            address.port(),
        );
        fs::write(&config, text).unwrap();
        let config = config.display().to_string();
        let process = Process::pinned(ROUTER_CORE, &[binary], &[("ROUTER_CONFIG_FILE_PATH", &config)]);
        Contestant { name: name("Hive Router", sharing), address, process, results: Vec::new() }
    }

    /// All answer, and alike. How many bytes that is.
    fn check(&self, contestant: &mut Contestant) -> usize {
        contestant.process.wait_for(contestant.address);
        let url = format!("http://{}/graphql", contestant.address);
        let body = format!("@{}", self.request.display());
        let headers = ["-H", "content-type: application/json", "-H", "accept: application/json"];
        let ask = || Command::new("curl").args(["-sS", &url, "--data-binary", &body]).args(headers).output().unwrap();
        let mut answer = ask();
        for _ in 0..50 {
            if answer.stdout.starts_with(b"{\"data\":{") {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
            answer = ask();
        }
        let told: serde_json::Value = serde_json::from_slice(&answer.stdout)
            .unwrap_or_else(|_| panic!("{}: {}", contestant.name, String::from_utf8_lossy(&answer.stdout)));
        assert!(told["errors"].is_null(), "{}: {}", contestant.name, told["errors"]);
        let file = self.folder.join("answer.json");
        if let Ok(known) = fs::read(&file) {
            let known: serde_json::Value = serde_json::from_slice(&known).unwrap();
            assert!(known["data"] == told["data"], "{} answers otherwise", contestant.name);
        } else {
            fs::write(&file, &answer.stdout).unwrap();
        }
        answer.stdout.len()
    }

    fn load(&self, contestant: &mut Contestant, seconds: u64) {
        let url = format!("http://{}/graphql", contestant.address);
        let round = wrk::load(&contestant.process, &url, &self.script, OTHER_CORE, self.connections, seconds);
        contestant.results.push(round);
    }
}

/// The build that is measured: the one that `RIALTO` names, else the one that was built with this benchmark.
fn rialto() -> String {
    std::env::var("RIALTO").unwrap_or_else(|_| env!("CARGO_BIN_EXE_rialto").to_owned())
}

fn name(router: &str, sharing: bool) -> String {
    format!("{router}, sharing {}", if sharing { "on" } else { "off" })
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

fn report(contestants: &[Contestant]) {
    println!("\n{:<26}{:>13}{:>12}{:>10}{:>12}", "", "CPU/request", "requests/s", "p99", "peak memory");
    for contestant in contestants {
        let Figures { cpu, rate, p99 } = Figures::of(&contestant.results);
        let memory = contestant.process.peak_memory() / 1024.0;
        println!("{:<26}{cpu:>10.0} µs{rate:>12.0}{p99:>7.1} ms{memory:>9.1} MB", contestant.name);
    }
    for sharing in [true, false] {
        let find = |label| contestants.iter().find(|contestant| contestant.name == name(label, sharing));
        for other in [BEFORE, "Hive Router"] {
            let (Some(rialto), Some(compared)) = (find("Rialto"), find(other)) else { continue };
            let memory = rialto.process.peak_memory() / compared.process.peak_memory();
            let (rialto, compared) = (Figures::of(&rialto.results), Figures::of(&compared.results));
            println!(
                "sharing {}: CPU {:.2}×, p99 {:.2}×, memory {memory:.2}× of {other}",
                if sharing { "on" } else { "off" },
                rialto.cpu / compared.cpu,
                rialto.p99 / compared.p99,
            );
        }
    }
}
