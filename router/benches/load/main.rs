//! A heavy operation over HTTP: Rialto, and beside it Hive Router in the same run if there is one.
//!
//! ```sh
//! cargo build --release -p rialto --no-default-features
//! RIALTO=target/release/rialto HIVE_ROUTER=/path/to/hive_router cargo bench -p rialto --bench load
//! ```
//!
//! wants Linux with `taskset`, `wrk` and two cores: the router has core 0, subgraphs and load have core 1. Rounds go in
//! turns, so that a noisy machine disturbs all alike. `LOAD_SECONDS` (5), `LOAD_ROUNDS` (3) and `LOAD_CONNECTIONS` (50) change it;
//! `LOAD_DELAY_US` lets subgraphs wait before they answer.
//!
//! With `-- --curve` it is Rialto alone, over answers from 1 kB to 10 MB.

mod answers;
mod curve;
mod graph;
mod process;

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use rialto::compose;

use self::process::Process;

const ROUTER_CORE: usize = 0;
const OTHER_CORE: usize = 1;

fn main() {
    if std::env::args().any(|argument| argument == "subgraphs") {
        return answers::serve();
    }
    let this = std::env::current_exe().unwrap();
    let mut subgraphs = Process::pinned(OTHER_CORE, &[this.to_str().unwrap(), "subgraphs"], &[]);
    let address: SocketAddr = subgraphs.first_line().parse().unwrap();
    let folder = tempfile::tempdir().unwrap();
    if std::env::args().any(|argument| argument == "--curve") {
        return curve::run(folder.path(), address);
    }
    let heavy = serde_json::json!({ "query": graph::OPERATION });
    let bench = Bench::new(folder.path(), address, &heavy, setting("LOAD_CONNECTIONS", 50));
    let mut contestants: Vec<Contestant> = Vec::new();
    for sharing in [true, false] {
        contestants.push(bench.rialto(sharing));
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

/// What one round of load showed.
#[derive(Clone, Copy)]
struct Round {
    cpu: Duration,
    requests: f64,
    per_second: f64,
    p99: Duration,
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
        let script = format!(
            "wrk.method = \"POST\"\nwrk.body = {}\nwrk.headers[\"content-type\"] = \"application/json\"\n\
             wrk.headers[\"accept\"] = \"application/json\"\n",
            serde_json::Value::from(request),
        );
        fs::write(folder.join("load.lua"), script).unwrap();
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

    fn rialto(&self, sharing: bool) -> Contestant {
        let address = free_address();
        let binary = std::env::var("RIALTO").unwrap_or_else(|_| env!("CARGO_BIN_EXE_rialto").to_owned());
        let (supergraph, listen) = (self.supergraph(), address.to_string());
        let mut command = vec![&*binary, "serve", "--log", "warn", "--listen", &listen, "--supergraph", &supergraph];
        if !sharing {
            command.push("--no-sharing");
        }
        let process = Process::pinned(ROUTER_CORE, &command, &[]);
        Contestant { name: name("Rialto", sharing), address, process, results: Vec::new() }
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
        let (before, connections) = (contestant.process.cpu(), self.connections.to_string());
        let mut wrk = Command::new("taskset");
        wrk.args(["-c", &OTHER_CORE.to_string(), "wrk", "-t1", "-c", &connections, "-d", &format!("{seconds}s")]);
        wrk.args(["--latency", "-s"]).arg(&self.script).arg(&url);
        let output = wrk.output().expect("wrk");
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let cpu = contestant.process.cpu().saturating_sub(before);
        assert!(!told.contains("Non-2xx"), "{}: {told}", contestant.name);
        let word = |line: &str, index: usize| {
            let line = told.lines().find(|known| known.contains(line)).unwrap_or_else(|| panic!("{line}: {told}"));
            line.split_whitespace().nth(index).unwrap().to_owned()
        };
        let round = Round {
            cpu,
            requests: word("requests in", 0).parse().unwrap(),
            per_second: word("Requests/sec:", 1).parse().unwrap(),
            p99: duration(&word("99%", 1)),
        };
        contestant.results.push(round);
    }
}

fn name(router: &str, sharing: bool) -> String {
    format!("{router}, sharing {}", if sharing { "on" } else { "off" })
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// A time as `wrk` writes it: `1.23ms`, `456.00us`, `1.20s`.
fn duration(text: &str) -> Duration {
    let unit = text.find(|letter: char| letter.is_ascii_alphabetic()).unwrap_or(text.len());
    let value: f64 = text[..unit].parse().unwrap();
    let factor = match &text[unit..] {
        "us" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        _ => 60.0,
    };
    Duration::from_secs_f64(value * factor)
}

fn report(contestants: &[Contestant]) {
    println!("\n{:<26}{:>13}{:>12}{:>10}{:>12}", "", "CPU/request", "requests/s", "p99", "peak memory");
    let mut told: Vec<(f64, f64, f64)> = Vec::new();
    for contestant in contestants {
        let cpu = median(contestant, |round| round.cpu.as_secs_f64() * 1e6 / round.requests.max(1.0));
        let p99 = median(contestant, |round| round.p99.as_secs_f64() * 1e3);
        let rate = median(contestant, |round| round.per_second);
        let memory = contestant.process.peak_memory();
        println!("{:<26}{:>10.0} µs{rate:>12.0}{p99:>7.1} ms{:>9.1} MB", contestant.name, cpu, memory / 1024.0);
        told.push((cpu, p99, memory));
    }
    if contestants.len() == 4 {
        for (pair, sharing) in told.chunks(2).zip(["on", "off"]) {
            let [(cpu, p99, memory), (other_cpu, other_p99, other_memory)] = pair else { continue };
            let memory = memory / other_memory;
            println!(
                "sharing {sharing}: CPU {:.2}×, p99 {:.2}×, memory {memory:.2}× of Hive Router's",
                cpu / other_cpu,
                p99 / other_p99
            );
        }
    }
}

fn median(contestant: &Contestant, of: impl Fn(&Round) -> f64) -> f64 {
    let mut values: Vec<f64> = contestant.results.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
