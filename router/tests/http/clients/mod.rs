//! The links of real clients: Apollo's persisted queries and batches, and urql's persisted queries, from their npm packages.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use axum::Router;
use rialto::{engine::EngineSettings, http::DoorSettings};

use crate::house::{Recorder, house_over};

const FILES: [(&str, &str); 3] = [
    ("package.json", include_str!("package.json")),
    ("package-lock.json", include_str!("package-lock.json")),
    ("clients.js", include_str!("clients.js")),
];

/// Installs the packages in the versions of the lock file.
fn install(folder: &Path) -> Result<(), String> {
    let said = |error: std::io::Error| error.to_string();
    std::fs::create_dir_all(folder).map_err(said)?;
    for (name, text) in FILES {
        std::fs::write(folder.join(name), text).map_err(said)?;
    }
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.args(["ci", "--silent", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-timeout=30000"]);
    let output = npm.current_dir(folder).stdin(Stdio::null()).output().map_err(said)?;
    output.status.success().then_some(()).ok_or_else(|| String::from_utf8_lossy(&output.stderr).trim().to_owned())
}

async fn serve(app: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/graphql", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, app).into_future());
    url
}

fn app(persisted_queries: bool, max_batch: usize) -> Router {
    let engine = EngineSettings { persisted_queries, ..EngineSettings::default() };
    let door = DoorSettings { max_batch, ..DoorSettings::default() };
    house_over(door, engine, Recorder::answering(r#"{"data":{"hello":"world"}}"#)).app
}

#[tokio::test]
async fn links_of_apollo_and_urql_are_content() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clients");
    if let Err(reason) = install(&folder) {
        assert!(std::env::var_os("CI").is_none(), "the clients' packages cannot be installed: {reason}");
        eprintln!("skipped: the clients' links need Node, npm and its registry ({reason})");
        return;
    }
    let urls = [serve(app(true, 0)).await, serve(app(false, 0)).await, serve(app(true, 10)).await];
    let run = move || Command::new("node").arg("clients.js").args(urls).current_dir(folder).output().unwrap();
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.lines().all(|line| line.starts_with("ok ")) && said.lines().count() == 9, "{said}");
}
