//! A release that is rolled back: the previous one runs on what this one leaves behind.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use kit::testing::{TestDatabase, databases};
use tests::{
    Client, Program, binaries,
    client::text,
    shop::{DEMO_PASSWORD, address, new_folder},
    shopping::{pay_order, place_order},
};

/// The commit that the last tag before this one names.
fn previous_tag() -> Option<String> {
    let describe = ["describe", "--tags", "--abbrev=0", "HEAD"];
    let output = Command::new("git").args(describe).current_dir(binaries::workspace()).output().ok()?;
    let tag = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !tag.is_empty()).then_some(tag)
}

/// The programs of `tag`, built into a folder of their own, which is kept for the next time.
fn build(tag: &str) -> PathBuf {
    let home = binaries::workspace().join("target/previous");
    let (source, target) = (home.join("source"), home.join("target"));
    let _ = std::fs::remove_dir_all(&source);
    std::fs::create_dir_all(&source).unwrap();
    // Without a trace in the repository, as a work tree would leave one.
    let mut unpack = Command::new("sh");
    unpack.args(["-c", "git archive --format=tar \"$1\" | tar -x -C \"$2\"", "sh", tag]).arg(&source);
    assert!(unpack.current_dir(binaries::workspace()).status().is_ok_and(|status| status.success()), "{tag}");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--locked", "-p", "rialto"]).current_dir(&source).env("CARGO_TARGET_DIR", &target);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("CARGO_") && name != "CARGO_TARGET_DIR" && name != "CARGO_HOME" {
            cargo.env_remove(name);
        }
    }
    assert!(cargo.status().is_ok_and(|status| status.success()), "{tag} does not build");
    target.join("debug/rialto")
}

/// The previous release, where there is one: a program that somebody names, or what the last tag builds to.
fn previous() -> Option<PathBuf> {
    if let Some(program) = std::env::var_os("RIALTO_PREVIOUS") {
        return Some(program.into());
    }
    let Some(tag) = previous_tag() else {
        eprintln!("skipped: there is no tag whose program could be run on the databases of this one");
        return None;
    };
    Some(build(&tag))
}

/// Sets where each domain's database is: in the folder, unless there is one for each.
fn on(program: Program, data: &Path, databases: &[TestDatabase]) -> Program {
    let program = program.args(["--listen", "127.0.0.1:0", "--data", &data.display().to_string()]);
    let program = program.env("DEMO_PASSWORD", DEMO_PASSWORD);
    ["USERS", "PRODUCTS", "ORDERS"]
        .iter()
        .zip(databases)
        .fold(program, |program, (name, database)| program.env(&format!("{name}_DATABASE_URL"), &database.url))
}

#[tokio::test]
async fn the_previous_release_runs_on_the_databases_of_this_one() {
    let Some(previous) = previous() else { return };
    for kind in ["sqlite", "postgres"] {
        let data = new_folder().join("data");
        let mut stores = Vec::new();
        if kind == "postgres" {
            for _ in 0..3 {
                stores.extend(databases().await.into_iter().filter(|store| store.name == "postgres"));
            }
            if stores.is_empty() {
                return;
            }
        }
        let new = on(Program::new("rialto"), &data, &stores).start();
        let url = address(&new.says("Rialto is ready"));
        Client::anonymous(&url).register("alice").await;
        assert!(new.stop().status.success());
        // Twice, as a roll-back may be one of many processes.
        for _ in 0..2 {
            let old = on(Program::at(&previous), &data, &stores).start();
            let url = address(&old.says("Rialto is ready"));
            let demo = Client::anonymous(&url).log_in("demo", DEMO_PASSWORD).await;
            let seen = demo.ask("{ orders { totalCount } products { totalCount } }").await;
            assert!(seen.data()["orders"]["totalCount"].as_i64() > Some(0), "{kind}: {seen:?}");
            let product = demo.ask("{ products(first: 1, where: {inStock: true}) { nodes { id } } }").await;
            let product = product.data()["products"]["nodes"][0]["id"].as_str().unwrap().to_owned();
            let order = place_order(&demo, &[(&product, 1)]).await;
            let paid = pay_order(&demo, text(&order["id"]), "tok_success").await;
            assert_eq!(paid["order"]["status"], "PAID", "{kind}: {paid:#}");
            assert!(old.stop().status.success());
        }
        let again = on(Program::new("rialto"), &data, &stores).start();
        again.says("Rialto is ready");
    }
}
