//! The npm package, installed in the target folder and run against a real socket.

use std::{
    path::Path,
    process::{Command, Output, Stdio},
};

use axum::Router;

const FILES: [(&str, &str); 2] =
    [("package.json", include_str!("package.json")), ("audit.js", include_str!("audit.js"))];

/// The audit's outcomes, a line for each check; `None` where the package cannot be had, which is no failure outside of CI.
pub async fn run(app: Router) -> Option<Vec<String>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("graphql-http");
    if let Err(reason) = install(&folder) {
        assert!(std::env::var_os("CI").is_none(), "the package graphql-http cannot be installed: {reason}");
        eprintln!("skipped: the audit by graphql-http needs Node, npm and its registry ({reason})");
        return None;
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/graphql", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, app).into_future());
    let audit = move || Command::new("node").args(["audit.js", &url]).current_dir(folder).output().unwrap();
    let Output { status, stdout, stderr } = tokio::task::spawn_blocking(audit).await.unwrap();
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    Some(String::from_utf8(stdout).unwrap().lines().map(str::to_owned).collect())
}

fn install(folder: &Path) -> Result<(), String> {
    let said = |error: std::io::Error| error.to_string();
    std::fs::create_dir_all(folder).map_err(said)?;
    for (name, text) in FILES {
        std::fs::write(folder.join(name), text).map_err(said)?;
    }
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.args(["install", "--silent", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-timeout=30000"]);
    let output = npm.current_dir(folder).stdin(Stdio::null()).output().map_err(said)?;
    output.status.success().then_some(()).ok_or_else(|| String::from_utf8_lossy(&output.stderr).trim().to_owned())
}
