//! Processes under measurement: pinned to a core, and asked for what they cost (Linux: `/proc`).

use std::{
    fs,
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A process that is killed when this is dropped.
pub struct Process(pub Child);

impl Process {
    /// Starts `command` on one core.
    pub fn pinned(core: usize, command: &[&str], env: &[(&str, &str)]) -> Self {
        let mut pinned = Command::new("taskset");
        pinned.args(["-c", &core.to_string()]).args(command).envs(env.iter().copied());
        pinned.stdin(Stdio::null()).stdout(Stdio::piped());
        if std::env::var_os("LOAD_PRINT").is_none() {
            pinned.stderr(Stdio::null());
        }
        Self(pinned.spawn().unwrap_or_else(|error| panic!("taskset {command:?}: {error}")))
    }

    /// Waits until somebody accepts connections at `address`.
    pub fn wait_for(&mut self, address: SocketAddr) {
        let patience = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(address).is_err() {
            if let Some(status) = self.0.try_wait().unwrap() {
                panic!("the process ended with {status}");
            }
            assert!(Instant::now() < patience, "nobody listens at {address}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// The processor's time used so far, over all threads.
    pub fn cpu(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/schedstat", self.0.id()));
        let own = stat.ok().and_then(|stat| stat.split(' ').next()?.parse().ok());
        let tasks = fs::read_dir(format!("/proc/{}/task", self.0.id())).ok();
        let of = |task: std::io::Result<fs::DirEntry>| {
            let stat = fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
            stat.split(' ').next()?.parse::<u64>().ok()
        };
        let all = tasks.map(|tasks| tasks.filter_map(of).sum()).or(own);
        Duration::from_nanos(all.unwrap_or_default())
    }

    /// The most memory it ever had, in kB.
    pub fn peak_memory(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
