//! What nobody gets to see: passwords in settings, in help, errors and logs, whatever the setting looks like.

use std::collections::BTreeSet;

use kit::testing::databases;
use tests::{
    Client, Program,
    shop::{address, new_folder},
};

/// Stands in every password of these tests, and in every part of one.
const CANARY: &str = "canary";

const PROGRAMS: [&str; 4] = ["rialto", "users", "products", "orders"];

/// The help of a command, and of all commands below it.
fn helps(name: &str, path: &[String], env: &BTreeSet<String>) -> Vec<String> {
    let mut program = Program::new(name).args(path.iter().cloned()).args(["--help"]);
    for variable in env {
        // It is no value of most of them, and is shown nonetheless if any is.
        program = program.env(variable, format!("postgres://u:{CANARY}@h/{CANARY}"));
    }
    let ended = program.run();
    assert!(ended.status.success(), "{name} {path:?}: {ended:?}");
    let help = ended.stdout + &ended.stderr;
    let commands = help.split_once("Commands:\n").map(|(_, rest)| rest).unwrap_or_default();
    let commands = commands.lines().take_while(|line| line.starts_with("  ")).filter(|line| !line.starts_with("   "));
    let names: Vec<_> = commands.filter_map(|line| line.split_whitespace().next()).filter(|it| *it != "help").collect();
    let below = names.iter().flat_map(|command| helps(name, &[path, &[(*command).to_owned()]].concat(), env));
    let below: Vec<_> = below.collect();
    [vec![help], below].concat()
}

#[test]
fn no_help_shows_what_a_variable_holds() {
    for name in PROGRAMS {
        let plain = helps(name, &[], &BTreeSet::new()).concat();
        let variables = plain.split("[env: ").skip(1).filter_map(|rest| rest.split(['=', ']']).next());
        let variables: BTreeSet<String> = variables.map(str::to_owned).collect();
        assert!(
            variables.len() > 5 && variables.iter().any(|it| it.ends_with("DATABASE_URL")),
            "{name}: {variables:?}"
        );
        for help in helps(name, &[], &variables) {
            assert!(!help.contains(CANARY), "{name}: {help}");
        }
    }
}

/// Addresses that say where to go, although nobody answers there.
const READABLE: [&str; 5] = [
    "postgres://shop:canary@127.0.0.1:1/x",
    "postgres://shop:canary@canary@127.0.0.1:1/x",
    "postgres://shop:canary%2Fcanary%zz@127.0.0.1:1/x",
    "postgresql://127.0.0.1:1/x?user=shop&password=canary",
    "postgres://127.0.0.1:1/x?user=shop&sslpassword=canary&sslmode=disable",
];

/// Addresses that cannot be read, or in several ways.
const UNREADABLE: [&str; 14] = [
    "postgres://shop:canary#canary/9@127.0.0.1:1/x",
    "postgres://shop:12/canary@127.0.0.1:1/x",
    "postgres://shop:12#canary@127.0.0.1:1/x",
    "postgres://shop:12?canary@127.0.0.1:1/x",
    "postgres://shop:ca nary@127.0.0.1:canary/x",
    "postgres://shop:canary",
    "postgres://shop:canary@",
    "postgres:shop:canary@127.0.0.1:1/x",
    "postgres://127.0.0.1:1/x?password=canary&port=none",
    "postgres://127.0.0.1:1/x?sslkey=-----BEGIN canary",
    "host=127.0.0.1 port=1 user=shop password=canary dbname=x",
    "host=127.0.0.1 password = 'canary canary'",
    "mysql://shop:canary@127.0.0.1:1/x",
    "shop:canary@127.0.0.1/x",
];

fn with_database(name: &str, address: &str, is_flag: bool) -> Program {
    let (variable, flag) = match name {
        "rialto" => ("ORDERS_DATABASE_URL", "--orders-database-url"),
        _ => ("DATABASE_URL", "--database-url"),
    };
    let program = Program::new(name).args(["--listen", "127.0.0.1:0", "--log", "trace"]);
    let program = match name {
        "rialto" => program.args(["--ephemeral", "--no-demo"]),
        "users" => program,
        _ => program.env("JWKS_URL", "http://127.0.0.1:9"),
    };
    if is_flag { program.args([flag, address]) } else { program.env(variable, address) }
}

#[track_caller]
fn assert_hidden(name: &str, address: &str, is_flag: bool) {
    let ended = with_database(name, address, is_flag).run();
    assert_eq!(ended.status.code(), Some(1), "{name} {address}: {ended:?}");
    let said = ended.stdout + &ended.stderr;
    assert!(!said.contains("nary"), "{name} {address}: {said}");
}

#[test]
fn no_error_shows_any_part_of_a_password() {
    for name in PROGRAMS {
        for address in UNREADABLE {
            assert_hidden(name, address, false);
            assert_hidden(name, address, true);
        }
    }
    // It takes a while until nobody has answered.
    std::thread::scope(|scope| {
        for address in READABLE {
            for (name, is_flag) in [("users", false), ("users", true), ("rialto", false)] {
                scope.spawn(move || assert_hidden(name, address, is_flag));
            }
        }
    });
}

#[test]
fn a_wrong_command_line_shows_no_password_either() {
    for arguments in [
        &["postgres://shop:canary@h/x"][..],
        &["--databse-url=postgres://shop:canary@h/x"],
        &["--database-url", "postgres://shop:canary@h/x", "--database-url", "postgres://shop:canary@h/x"],
        &["--listen", "http://shop:canary@h"],
        &["--trust", "http://shop:canary@h", "--jwks-url", "http://shop:canary#c@h"],
        &["--jwks-url", "http://shop:12#canary@h", "--revocations-url", "http://shop:12/canary@h"],
    ] {
        for name in ["users", "products", "orders"] {
            let ended = Program::new(name).args(arguments.iter().copied()).run();
            assert!(!ended.status.success(), "{name} {arguments:?}: {ended:?}");
            assert!(!ended.stderr.contains("nary"), "{name} {arguments:?}: {}", ended.stderr);
        }
    }
    for (flag, value) in [
        ("--subgraph", "users=http://u:canary@h:x"),
        ("--subgraph", "http://u:12#canary@h"),
        ("--proxy", "/files=http://u:12/canary@h:x"),
        ("--jwks-url", "http://u:12?canary@h:x"),
    ] {
        let supergraph = tests::binaries::workspace().join("schema/supergraph.graphql").display().to_string();
        let serve = Program::new("rialto").args(["serve", "--listen", "127.0.0.1:0", "--supergraph", &supergraph]);
        let ended = serve.args(["--jwks-url", "http://127.0.0.1:9"]).args([flag, value]).run();
        assert!(!ended.status.success(), "{flag} {value}: {ended:?}");
        assert!(!ended.stderr.contains("nary"), "{flag} {value}: {}", ended.stderr);
    }
}

#[test]
fn an_error_in_a_file_of_settings_shows_no_password() {
    let folder = new_folder();
    let file = folder.join("rialto.toml");
    for text in [
        "[subgraphs.a]\nurl = \"http://shop:canary@127.0.0.1\n",
        "[subgraphs.a]\nurl = \"http://shop:canary@127.0.0.1:x\"\n",
        "[subgraphs.a]\nurl = \"http://shop:12#canary@127.0.0.1\"\n",
        "[subgraphs.a]\nuri = \"http://shop:canary@127.0.0.1\"\n",
        "[[issuers]]\nissuer = \"a\"\njwks_url = \"http://shop:12/canary@h\"\naudiences = [\"b\"]\n",
    ] {
        std::fs::write(&file, text).unwrap();
        let serve = Program::new("rialto").args(["serve", "--listen", "127.0.0.1:0", "--subgraph-wait-seconds", "0"]);
        let ended = serve.args(["--config", &file.display().to_string()]).run();
        assert_eq!(ended.status.code(), Some(1), "{text}: {ended:?}");
        assert!(!ended.stderr.contains("nary"), "{text}: {}", ended.stderr);
    }
}

#[tokio::test]
async fn a_password_of_the_database_is_in_no_log() {
    let Some(postgres) = databases().await.into_iter().find(|it| it.name == "postgres") else { return };
    let (_, rest) = postgres.url.split_once("://").unwrap();
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    // The server trusts everybody here: the password is sent nowhere, and all the more in need of not being shown.
    let url = format!("postgres://postgres:{CANARY}%23{CANARY}@{rest}?sslpassword={CANARY}&application_name=shop");
    let users = Program::new("users").args(["--listen", "127.0.0.1:0", "--demo"]);
    let users = users.env("DATABASE_URL", url).env("RUST_LOG", "trace").env("DEMO_PASSWORD", "canary accounts");
    let process = users.start();
    let base = address(&process.says("is ready"));
    Client::anonymous(&base).log_in("demo", "canary accounts").await;
    let ended = process.stop();
    assert!(ended.stderr.contains("DEBUG") && ended.stderr.contains("sslpassword"), "more is logged than usual");
    let line = ended.stderr.lines().find(|line| line.contains(CANARY));
    assert_eq!(line, None);
}

#[test]
fn a_password_among_the_arguments_is_warned_of() {
    for (name, arguments, flag) in [
        ("users", &["--database-url", "postgres://shop:secret@127.0.0.1:1/x"][..], "--database-url"),
        ("users", &["migrate", "--database-url", "postgres://shop:secret@127.0.0.1:1/x"], "--database-url"),
        ("rialto", &["--demo-password=short", "--ephemeral", "--listen", "127.0.0.1:0"], "--demo-password"),
    ] {
        let ended = Program::new(name).args(arguments.iter().copied()).run();
        let warned = ended.stderr.lines().any(|line| line.contains("WARN") && line.contains(&format!("{flag} holds")));
        assert!(warned, "{name} {arguments:?}: {}", ended.stderr);
    }
    let quiet = Program::new("users").env("DATABASE_URL", "postgres://shop:secret@127.0.0.1:1/x").run();
    assert!(!quiet.stderr.contains("holds a password"), "{}", quiet.stderr);
}

#[tokio::test]
async fn secrets_may_be_in_files() {
    let folder = new_folder();
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let database = format!("sqlite:{}", folder.join("data/users.sqlite").display());
    let (url, password) = (file("url", &format!("{database}\n")), file("password", "a password of a file\n"));
    let users = Program::new("users").args(["--listen", "127.0.0.1:0", "--demo"]);
    let users = users.env("DATABASE_URL_FILE", &url).env("DEMO_PASSWORD_FILE", &password).env("DATABASE_URL", "");
    let process = users.start();
    let base = address(&process.says("is ready"));
    Client::anonymous(&base).log_in("demo", "a password of a file").await;
    assert!(folder.join("data/users.sqlite").exists());
    process.stop();

    let nowhere = file("nowhere", "postgres://shop:canary#9@127.0.0.1:1/x");
    let empty = file("empty", "\n");
    for (name, settings, code, part) in [
        ("users", vec![("DATABASE_URL_FILE", &*nowhere)], 1, "cannot be read"),
        ("rialto", vec![("USERS_DATABASE_URL_FILE", &*nowhere)], 1, "cannot be read"),
        (
            "users",
            vec![("DATABASE_URL_FILE", &*url), ("DATABASE_URL", &*database)],
            2,
            "both DATABASE_URL and DATABASE_URL_FILE",
        ),
        ("orders", vec![("DATABASE_URL_FILE", "/nowhere/url")], 2, "DATABASE_URL_FILE: /nowhere/url"),
        ("products", vec![("DATABASE_URL_FILE", &*empty)], 2, "it is empty"),
    ] {
        let program = Program::new(name).args(["--listen", "127.0.0.1:0"]);
        let program = if name == "rialto" {
            program.args(["--data", &folder.join("shop").display().to_string()])
        } else {
            program
        };
        let ended = settings.iter().fold(program, |program, (variable, value)| program.env(variable, *value)).run();
        assert_eq!(ended.status.code(), Some(code), "{name} {settings:?}: {ended:?}");
        let line = ended.stderr.lines().last().unwrap_or_default();
        assert!(line.contains(part) && !line.contains(CANARY), "{name} {settings:?}: {}", ended.stderr);
    }
}
