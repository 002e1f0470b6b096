//! Subgraphs as processes of their own, which know each other's addresses before any of them runs.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use serde_json::Value;
use tests::{
    Client, Process, Program,
    ports::free_port,
    shop::{DEMO_PASSWORD, new_folder},
};

/// Where a process will answer.
#[derive(Clone)]
pub struct Site {
    pub url: String,
    listen: String,
}

impl Site {
    pub fn new() -> Self {
        let listen = format!("127.0.0.1:{}", free_port());
        Self { url: format!("http://{listen}"), listen }
    }

    pub fn jwks(&self) -> String {
        format!("{}/.well-known/jwks.json", self.url)
    }
}

/// A folder of SQLite files, and the programs that use it.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        Self(new_folder())
    }

    pub fn database(&self, name: &str) -> String {
        format!("sqlite:{}", self.0.join(name).with_extension("sqlite").display())
    }

    pub fn subgraph(&self, name: &str, site: &Site) -> Program {
        Program::new(name).args(["--listen", &site.listen]).env("DATABASE_URL", self.database(name))
    }

    pub fn users(&self, site: &Site) -> Program {
        let users = self.subgraph("users", site).args(["--demo"]).env("DEMO_PASSWORD", DEMO_PASSWORD);
        users.env("MAX_REGISTRATIONS", "0")
    }

    pub fn products(&self, site: &Site, users: &Site) -> Program {
        let files = self.0.join("files").display().to_string();
        self.subgraph("products", site).env("FILES_DIR", files).env("JWKS_URL", users.jwks())
    }
}

/// Starts a program and waits for its ready line.
pub fn start(program: &Program) -> Process {
    let process = program.start();
    process.says("is ready");
    process
}

/// The status and the body of `/health/ready`.
pub async fn ready(url: &str) -> (u16, Value) {
    let answer = Client::anonymous(url).get("/health/ready").await;
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

/// Waits until readiness has this status, and `is_it`; returns its body.
pub async fn until(url: &str, status: u16, is_it: impl Fn(&Value) -> bool) -> Value {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let (seen, body) = ready(url).await;
        if seen == status && is_it(&body) {
            return body;
        }
        assert!(Instant::now() < deadline, "{url}: {seen} {body:#}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Waits until readiness names this check as failing, for this reason.
pub async fn until_failing(url: &str, check: &str, reason: &str) {
    let failing = serde_json::json!({"status": "fail", "reason": reason});
    until(url, 503, |body| body["checks"][check] == failing).await;
}

/// Waits until all is well.
pub async fn until_ready(url: &str) {
    until(url, 200, |body| body["status"] == "ready").await;
}
