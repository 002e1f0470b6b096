//! The npm package urql: with its authentication exchange a session outlives its access tokens, with its cache lists grow.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

use serde_json::{Value, json};
use tests::{Shop, client::PASSWORD};

const FILES: [(&str, &str); 5] = [
    ("package.json", include_str!("../../urql/package.json")),
    ("package-lock.json", include_str!("../../urql/package-lock.json")),
    ("cache.js", include_str!("../../urql/cache.js")),
    ("pages.js", include_str!("../../urql/pages.js")),
    ("session.js", include_str!("../../urql/session.js")),
];

/// The life of an access token here, in seconds, instead of five minutes.
const LIFE: &str = "2";
/// For how long it is believed: as clocks differ, for as long again.
const BELIEVED: &str = "4";

/// Installs the packages once for all. Nothing where they cannot be installed.
fn installed() -> Option<&'static Path> {
    static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
    let prepare = || {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("urql");
        let Err(reason) = install(&folder) else { return Some(folder) };
        assert!(std::env::var_os("CI").is_none(), "urql cannot be installed: {reason}");
        eprintln!("skipped: what needs urql needs Node, npm and its registry ({reason})");
        None
    };
    FOLDER.get_or_init(prepare).as_deref()
}

fn install(folder: &Path) -> Result<(), String> {
    let in_words = |error: std::io::Error| error.to_string();
    std::fs::create_dir_all(folder).map_err(in_words)?;
    for (name, text) in FILES {
        std::fs::write(folder.join(name), text).map_err(in_words)?;
    }
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.args(["ci", "--silent", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-timeout=30000"]);
    let output = npm.current_dir(folder).stdin(Stdio::null()).output().map_err(in_words)?;
    output.status.success().then_some(()).ok_or_else(|| String::from_utf8_lossy(&output.stderr).trim().to_owned())
}

/// What a program says as JSON.
async fn run(folder: &'static Path, args: Vec<String>) -> Value {
    let program = move || Command::new("node").args(args).current_dir(folder).output().unwrap();
    let output = tokio::task::spawn_blocking(program).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test]
async fn its_sessions_survive_the_expiry_of_their_tokens() {
    let Some(folder) = installed() else { return };
    let shop = Shop::open_one_with(&[("ACCESS_TOKEN_SECONDS", LIFE)]);
    let alice = shop.customer("alice").await;
    let args = ["session.js", &format!("{}/graphql", shop.url), &alice.username, PASSWORD, BELIEVED];
    let outcome = run(folder, args.map(str::to_owned).into()).await;
    assert_eq!(outcome["me"]["data"]["me"]["username"], json!(alice.username), "{outcome:#}");
    assert_eq!(outcome["both"][0]["data"]["me"]["username"], json!(alice.username), "{outcome:#}");
    assert!(outcome["both"][1]["data"]["products"]["totalCount"].is_number(), "{outcome:#}");
    assert_eq!((&outcome["lost"], &outcome["again"]), (&json!(false), &json!(true)), "{outcome:#}");
    assert!(outcome["refreshed"].as_u64() >= Some(2), "{outcome:#}");
}

#[tokio::test]
async fn its_cache_keeps_lists_that_grow() {
    let Some(folder) = installed() else { return };
    let args = ["pages.js".to_owned(), format!("{}/graphql", Shop::one().url)];
    let outcome = run(folder, args.into()).await;
    assert_eq!((&outcome["nodes"], &outcome["edges"]), (&json!(6), &json!(6)), "{outcome:#}");
    assert!(outcome["kept"]["inStock"].is_boolean(), "{outcome:#}");
    assert_eq!(outcome["warnings"], json!([]), "{outcome:#}");
}
