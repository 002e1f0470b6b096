//! Commands whose output nobody reads, or that cannot be written.

#![cfg(unix)]

use std::{
    fs::File,
    io::Read as _,
    process::{Command, Stdio},
};

use crate::running::{SUPERGRAPH, configured, rialto};

/// A configuration whose supergraph is longer than a pipe holds, and that is warned of.
fn long() -> (tempfile::TempDir, String) {
    let fields = (0..8_000).map(|number| format!("  field{number}: String\n")).collect::<Vec<_>>().concat();
    let (folder, file) = configured("[subgraphs.a]\nurl = \"http://127.0.0.1:9\"\nschema = \"a.graphql\"");
    std::fs::write(folder.path().join("a.graphql"), format!("type Query {{\n{fields}}}")).unwrap();
    (folder, file)
}

#[test]
fn a_reader_that_leaves_early_is_no_fault() {
    let (_folder, file) = long();
    let mut child =
        rialto(&["compose", "--config", &file]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdout.take().unwrap().read_exact(&mut [0; 10]).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{:?}", output.status);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn what_cannot_be_written_is_one_line() {
    let full = || File::options().write(true).open("/dev/full").unwrap();
    let (folder, file) = long();
    let query = folder.path().join("query.graphql").display().to_string();
    std::fs::write(&query, "{ hello }").unwrap();
    for args in [
        &["compose", "--config", &file][..],
        &["plan", "--supergraph", SUPERGRAPH, &query],
        &["--help"],
        &["serve", "--help"],
        &["--version"],
    ] {
        let output = rialto(args).stdout(full()).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{args:?}: {said}");
        assert!(said.starts_with("rialto: cannot write to standard output"), "{args:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{args:?}: {said}");
    }
}

#[test]
fn errors_that_nobody_reads_are_still_a_status() {
    let full = || File::options().write(true).open("/dev/full").unwrap();
    let status = |args: &[&str]| rialto(args).stdout(Stdio::null()).stderr(full()).status().unwrap().code();
    assert_eq!(status(&["compose", "--config", "nowhere.toml"]), Some(1));
    assert_eq!(status(&["--colour"]), Some(2));
    let mut child = rialto(&["compose", "--config", "nowhere.toml"]).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn a_shell_pipeline_ends_quietly() {
    let (_folder, file) = long();
    let program = env!("CARGO_BIN_EXE_rialto");
    let script = format!("'{program}' compose --config '{file}' | head -n 1; '{program}' --help | head -n 1");
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 2);
}
