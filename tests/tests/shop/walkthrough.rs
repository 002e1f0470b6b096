//! The walk-through in the README, run as it is written there.

use std::process::{Command, Stdio};

use tests::{Shop, binaries};

/// The commands of the section `## Walk-through`: all of its `sh` blocks, in order.
fn commands(readme: &str) -> String {
    let (_, section) = readme.split_once("\n## Walk-through\n").expect("the README has a section \"## Walk-through\"");
    let section = section.split("\n## ").next().unwrap_or_default();
    let blocks = section.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let commands: String = blocks.collect();
    assert!(!commands.trim().is_empty(), "the walk-through has no commands");
    commands
}

/// Runs the commands in one shell, as somebody does who copies them one after the other. The shop is a new one, because what
/// other tests put on sale is not made for newcomers.
fn walk(shop: &Shop) {
    let readme = std::fs::read_to_string(binaries::workspace().join("README.md")).expect("README.md is there");
    let script = commands(&readme);
    let mut shell = Command::new("bash");
    shell.args(["-euo", "pipefail", "-c", &script]).env("RIALTO", &shop.url).env_remove("http_proxy");
    let output = shell.current_dir(binaries::workspace()).stdin(Stdio::null()).output().expect("bash can be started");
    let (said, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{script}\n{said}\n{complained}");
    assert_eq!(said.lines().last().map(str::trim), Some("PAID"), "{said}\n{complained}");
}

#[test]
fn the_walk_through_works_in_one_process() {
    walk(&Shop::open_one());
}

#[test]
fn the_walk_through_works_in_four() {
    walk(&Shop::open_four());
}

#[test]
fn only_the_section_and_only_commands_are_run() {
    let readme = "# A\n```sh\nfalse\n```\n## Walk-through\nOne\n```sh\necho 1\n```\nand\n```json\n{}\n```\n```sh\necho 2\n```\n## B\n```sh\nfalse\n```\n";
    assert_eq!(commands(readme), "echo 1\necho 2\n");
}
