//! Operations that are made to be hard: whether each ends in bounded time and memory, with a plan or a refusal.

use std::{
    fs,
    io::Read as _,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rialto::{
    graph::Supergraph,
    operation::{Document, Limits},
};

use super::{federation, large, plan, setting, size_of, unlimited};

const SIZES: [usize; 6] = [10, 15, 35, 190, 1_000, 5_000];
/// The stack of the threads that serve requests.
const STACK: usize = 2 * 1024 * 1024;

/// Runs all of them, each in a process of its own.
pub fn report() {
    for limits in ["limited", "unlimited"] {
        println!("\nhard operations, {limits}: the time to read, the time to plan, and what came out");
        for (index, (name, _)) in large::hard(1).into_iter().enumerate() {
            for size in SIZES {
                println!("{name:<30}{size:>6}  {}", one(index, size, limits));
            }
        }
    }
}

fn one(index: usize, size: usize, limits: &str) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["one", &index.to_string(), &size.to_string(), limits]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let patience = setting("PLANNING_PATIENCE", 20);
    let end = Instant::now() + Duration::from_secs(patience);
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None if Instant::now() < end => thread::sleep(Duration::from_millis(2)),
            None => {
                child.kill().unwrap();
                child.wait().unwrap();
                return format!("NOT DONE after {patience} s");
            }
        }
    };
    let mut told = String::new();
    child.stdout.take().unwrap().read_to_string(&mut told).unwrap();
    if status.success() { told.trim().to_owned() } else { format!("CRASHED: {status} {}", told.trim()) }
}

/// One of them, on a stack like that of a thread that serves requests.
pub fn run(index: usize, size: usize, limited: bool) {
    let running = thread::Builder::new().stack_size(STACK).spawn(move || {
        let graph = Supergraph::parse(&federation::try_compose(&large::social()).unwrap()).unwrap();
        let (_, text) = large::hard(size).swap_remove(index);
        let limits = if limited { Limits::default() } else { unlimited() };
        let began = Instant::now();
        let document = Document::read(&graph, &text, &limits);
        let read = began.elapsed().as_secs_f64() * 1e3;
        let document = match document {
            Ok(document) => document,
            Err(errors) => return println!("{read:>9.1} ms            refused: {}", errors[0].message),
        };
        let began = Instant::now();
        let plan = plan(&graph, &document);
        let time = began.elapsed().as_secs_f64() * 1e3;
        let made = plan.as_ref().map_or_else(
            |error| format!("refused: {error}"),
            |plan| {
                let made = size_of(plan);
                format!("{} fetches on {} levels, {} bytes", made.fetches, made.hops, made.bytes)
            },
        );
        println!("{read:>9.1} ms {time:>9.1} ms{:>7} MB  {made}", peak_memory() / 1024);
    });
    running.unwrap().join().unwrap();
}

/// The most memory that this process ever had, in kB (Linux).
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}
