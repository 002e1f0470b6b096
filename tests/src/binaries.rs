//! The programs under test, built as an operator would build them.
//!
//! `cargo test --workspace` builds programs too, but with the features that tests of other packages need mixed in, and
//! `cargo test -p tests` builds none at all. So they are built here, once, by the packages' names alone; where nothing
//! has changed that takes a second.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

use serde_json::Value;

const PACKAGES: [&str; 4] = ["rialto", "users", "products", "orders"];

/// The path of a program.
///
/// # Panics
///
/// When it cannot be built.
pub fn program(name: &str) -> &'static Path {
    static BUILT: OnceLock<HashMap<String, PathBuf>> = OnceLock::new();
    let built = BUILT.get_or_init(build);
    built.get(name).unwrap_or_else(|| panic!("no program is called {name:?}"))
}

/// The workspace's folder.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a package stands in its workspace")
}

fn build() -> HashMap<String, PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    // What these tests were built from is at hand, so the network is not needed.
    command.args(["build", "--offline", "--message-format=json-render-diagnostics"]).current_dir(workspace());
    command.args(PACKAGES.iter().flat_map(|package| ["-p", package]));
    // What cargo says to a test would make build scripts believe that something has changed.
    let said_to_tests = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_NAME", "CARGO_TARGET_TMPDIR"];
    for (name, _) in std::env::vars_os() {
        if said_to_tests.iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().expect("cargo can be started");
    assert!(output.status.success(), "the programs under test do not build");
    String::from_utf8_lossy(&output.stdout).lines().filter_map(executable).collect()
}

/// The name and path of a program that a line of cargo's tells about.
fn executable(line: &str) -> Option<(String, PathBuf)> {
    let message: Value = serde_json::from_str(line).ok()?;
    let path = message["executable"].as_str()?;
    let is_program = message["target"]["kind"][0] == "bin";
    let name = message["target"]["name"].as_str().filter(|_| is_program)?;
    Some((name.to_owned(), path.into()))
}
