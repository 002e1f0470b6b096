//! Rounds of HTTP load by `wrk`, and the medians of what they show.

use std::{path::Path, process::Command, time::Duration};

use super::process::Process;

/// What one round of load showed.
#[derive(Clone, Copy)]
pub struct Round {
    cpu: Duration,
    requests: f64,
    per_second: f64,
    p99: Duration,
}

/// The medians over some rounds.
pub struct Figures {
    /// Processor time per request, in microseconds.
    pub cpu: f64,
    /// Requests per second.
    pub rate: f64,
    /// The 99th percentile of the response time, in milliseconds.
    pub p99: f64,
}

impl Figures {
    /// The medians of `rounds`, of which there is at least one.
    pub fn of(rounds: &[Round]) -> Self {
        Self {
            cpu: median(rounds, |round| round.cpu.as_secs_f64() * 1e6 / round.requests.max(1.0)),
            rate: median(rounds, |round| round.per_second),
            p99: median(rounds, |round| round.p99.as_secs_f64() * 1e3),
        }
    }
}

fn median(rounds: &[Round], of: impl Fn(&Round) -> f64) -> f64 {
    let mut values: Vec<f64> = rounds.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Loads `url` from one core for some seconds, as `script` says, and measures what that costs `process`.
///
/// # Panics
/// When `wrk` is missing, and when a response has a status other than 2xx.
pub fn load(process: &Process, url: &str, script: &Path, core: usize, connections: u64, seconds: u64) -> Round {
    let before = process.cpu();
    let mut wrk = Command::new("taskset");
    wrk.args(["-c", &core.to_string(), "wrk", "-t1", "-c", &connections.to_string(), "-d", &format!("{seconds}s")]);
    wrk.args(["--latency", "-s"]).arg(script).arg(url);
    let output = wrk.output().expect("wrk");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let cpu = process.cpu().saturating_sub(before);
    assert!(!printed.contains("Non-2xx"), "{url}: {printed}");
    let word = |line: &str, index: usize| {
        let line = printed.lines().find(|known| known.contains(line)).unwrap_or_else(|| panic!("{line}: {printed}"));
        line.split_whitespace().nth(index).unwrap().to_owned()
    };
    Round {
        cpu,
        requests: word("requests in", 0).parse().unwrap(),
        per_second: word("Requests/sec:", 1).parse().unwrap(),
        p99: duration(&word("99%", 1)),
    }
}

/// The script that lets `wrk` send one JSON body by POST, with further headers.
pub fn script(body: &str, headers: &[(&str, &str)]) -> String {
    let json = [("content-type", "application/json"), ("accept", "application/json")];
    let headers = json.iter().chain(headers).map(|(name, value)| format!("wrk.headers[{name:?}] = {value:?}\n"));
    let body = serde_json::Value::from(body);
    format!("wrk.method = \"POST\"\nwrk.body = {body}\n{}", headers.collect::<String>())
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
