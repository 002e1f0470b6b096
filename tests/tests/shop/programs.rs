//! The programs as an operator meets them: what they say when they start, and how they end.

use std::{net::TcpListener, time::Duration};

use tests::{
    Client, Program, Shop,
    client::text,
    process::Ended,
    shop::{DEMO_PASSWORD, address, new_folder},
    shopping::place_order,
};

fn ephemeral() -> Program {
    Program::new("rialto").args(["--ephemeral", "--listen", "127.0.0.1:0"])
}

fn subgraph(name: &str) -> Program {
    subgraph_at(name, "127.0.0.1:0")
}

fn subgraph_at(name: &str, listen: &str) -> Program {
    let folder = new_folder();
    let program = Program::new(name).args(["--listen", listen]);
    let program = program.env("DATABASE_URL", format!("sqlite:{}", folder.join("rows.sqlite").display()));
    let program =
        if name == "products" { program.env("FILES_DIR", folder.join("files").display().to_string()) } else { program };
    if name == "users" { program } else { program.env("JWKS_URL", "http://127.0.0.1:9/.well-known/jwks.json") }
}

/// Insists on one clear line and a status that says failure.
#[track_caller]
fn assert_refused(program: &Program, part: &str) {
    let Ended { status, stdout, stderr } = program.run();
    assert!(!status.success(), "{program:?} succeeded");
    assert_eq!(stderr.trim_end().lines().count(), 1, "{program:?}: {stderr}");
    assert!(stderr.contains(part), "{program:?}: {stderr}");
    assert!(!stdout.contains("is ready"), "{program:?}: {stdout}");
}

#[tokio::test]
async fn the_ready_line_says_where_and_how_to_log_in() {
    let process = ephemeral().start();
    let said = process.says("Log in as");
    assert!(said.starts_with("Rialto is ready: http://127.0.0.1:") && said.contains("/graphql\n"), "{said}");
    // A password was made up and is told this once.
    let password = said.trim_end().rsplit(' ').next().unwrap().to_owned();
    let demo = Client::anonymous(&address(&said)).log_in("demo", &password).await;
    let orders = demo.ask("{ me { username } orders { totalCount } products { totalCount } }").await;
    assert!(orders.data()["orders"]["totalCount"].as_i64() > Some(1), "{orders:?}");
    assert!(orders.data()["products"]["totalCount"].as_i64() >= Some(200));
}

#[tokio::test]
async fn without_demo_there_is_nothing() {
    let process = ephemeral().args(["--no-demo"]).start();
    let said = process.says("Rialto is ready");
    assert!(!said.contains("Log in"), "{said}");
    let nobody = Client::anonymous(&address(&said));
    let products = nobody.ask("{ products { totalCount } categories { id } }").await;
    assert_eq!(*products.data(), serde_json::json!({"products": {"totalCount": 0}, "categories": []}));
    nobody.register("alice").await;
}

#[tokio::test]
async fn what_is_kept_is_there_at_the_next_start() {
    let data = new_folder().join("data");
    let program = Program::new("rialto").args(["--listen", "127.0.0.1:0", "--data"]).args([data.display().to_string()]);
    let first = program.clone().env("DEMO_PASSWORD", DEMO_PASSWORD).start();
    let demo = Client::anonymous(&address(&first.says("Rialto is ready"))).log_in("demo", DEMO_PASSWORD).await;
    let product = demo.ask("{ products(first: 1, where: {inStock: true}) { nodes { id } } }").await;
    let order = place_order(&demo, &[(text(&product.data()["products"]["nodes"][0]["id"]), 1)]).await;
    assert!(first.stop().status.success());
    let second = program.start();
    let said = second.says("Log in as");
    assert!(said.contains("the password of the first start"), "{said}");
    let demo = Client::anonymous(&address(&said)).log_in("demo", DEMO_PASSWORD).await;
    let seen = tests::shopping::order(&demo, text(&order["id"])).await;
    assert_eq!(seen.data()["order"]["status"], "AWAITING_PAYMENT");
    assert!(second.stop().status.success());
    // The demo accounts' password is set anew at every start that gives one.
    let third = program.env("DEMO_PASSWORD", "another password").start();
    Client::anonymous(&address(&third.says("Rialto is ready"))).log_in("demo", "another password").await;
}

#[test]
fn both_signals_end_every_program_with_status_0() {
    for signal in ["TERM", "INT"] {
        let programs = [ephemeral(), subgraph("users"), subgraph("products"), subgraph("orders")];
        let running: Vec<_> = programs.iter().map(Program::start).collect();
        for process in running {
            process.says("is ready");
            process.signal(signal);
            let ended = process.ended();
            assert_eq!(ended.status.code(), Some(0), "{signal}: {ended:?}");
        }
    }
}

/// The head and body of a GET whose connection the client would keep.
fn get(url: &str, path: &str) -> String {
    use std::io::{Read as _, Write as _};
    let authority = url.trim_start_matches("http://").split('/').next().unwrap_or_default();
    let mut stream = std::net::TcpStream::connect(authority).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {authority}\r\n\r\n").unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    answer
}

#[test]
fn every_program_says_that_it_ends_before_it_does_and_ignores_hang_ups() {
    let programs = [ephemeral(), subgraph("users"), subgraph("products"), subgraph("orders")];
    let delayed = programs.map(|program| program.args(["--shutdown-delay-seconds", "60"]).start());
    for process in delayed {
        let url = address(&process.says("is ready"));
        process.signal("HUP");
        std::thread::sleep(Duration::from_millis(100));
        process.signal("TERM");
        let deadline = std::time::Instant::now() + Duration::from_secs(30);
        let unready = loop {
            let answer = get(&url, "/health/ready");
            if answer.starts_with("HTTP/1.1 503") {
                break answer;
            }
            assert!(std::time::Instant::now() < deadline, "{process:?}: {answer}");
        };
        assert!(unready.contains("connection: close"), "{process:?}: {unready}");
        let live = get(&url, "/health/live");
        assert!(live.starts_with("HTTP/1.1 200") && live.contains("connection: close"), "{process:?}: {live}");
    }
}

#[test]
fn numbers_that_make_no_sense_are_refused_and_empty_variables_count_as_unset() {
    for (name, flag) in [("users", "session-days"), ("products", "upload-minutes"), ("orders", "order-ttl")] {
        for value in ["0", "18446744073709551615"] {
            assert_refused(&subgraph(name).args([format!("--{flag}={value}")]), flag);
        }
        assert_refused(&subgraph(name).args(["--drain-seconds", "18446744073709551615"]), "from 0 to 86400");
        let empty = ["TRUSTED_SERVICES", "DEMO", "DEMO_PASSWORD", "SIGNING_KEY_FILE", "SESSION_DAYS", "UPLOAD_MINUTES"];
        let empty = empty.iter().chain(&["ORDER_TTL", "USERS_URL", "DRAIN_SECONDS", "RUST_LOG", "PUBLIC_URL"]);
        let process = empty.fold(subgraph(name), |program, variable| program.env(variable, "")).start();
        process.says("is ready");
        assert!(process.stop().status.success());
    }
}

#[test]
fn nothing_stays_of_an_ephemeral_shop() {
    let temporary = new_folder();
    let process = ephemeral().env("TMPDIR", temporary.display().to_string()).start();
    process.says("is ready");
    assert!(std::fs::read_dir(&temporary).unwrap().next().is_some());
    assert!(process.stop().status.success());
    assert!(std::fs::read_dir(&temporary).unwrap().next().is_none());
}

#[test]
fn a_port_that_is_taken_is_said_so() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    assert_refused(&Program::new("rialto").args(["--ephemeral", "--listen", &taken]), &taken);
    for name in ["users", "products", "orders"] {
        assert_refused(&subgraph_at(name, &taken).args(["--log", "error"]), &taken);
    }
}

#[test]
fn a_database_that_cannot_be_opened_is_said_so() {
    let file = new_folder().join("file");
    std::fs::write(&file, "this is no database").unwrap();
    let inside = format!("sqlite:{}", file.join("users.sqlite").display());
    let nowhere = "postgres://nobody:secret@127.0.0.1:1/none";
    for name in ["users", "products", "orders"] {
        let quiet = subgraph(name).args(["--log", "error"]);
        assert_refused(&quiet.clone().env("DATABASE_URL", &inside), "file");
        assert_refused(&quiet.clone().env("DATABASE_URL", format!("sqlite:{}", file.display())), "file");
        let refused = quiet.clone().env("DATABASE_URL", nowhere).run();
        assert!(!refused.stderr.contains("secret"), "{}", refused.stderr);
        assert_refused(&quiet.clone().env("DATABASE_URL", nowhere), "127.0.0.1");
        assert_refused(&quiet.env("DATABASE_URL", "mysql://localhost/users"), "mysql");
    }
    let shop = Program::new("rialto").args(["--listen", "127.0.0.1:0", "--log", "error", "--data"]);
    assert_refused(&shop.args([file.display().to_string()]), "file");
}

#[test]
fn a_bad_setting_is_said_so() {
    assert_refused_by_usage("rialto", &["--listen", "everywhere"], "--listen");
    assert_refused_by_usage("rialto", &["--colour", "red"], "--colour");
    assert_refused_by_usage("users", &["--access-token-seconds", "301"], "--access-token-seconds");
    assert_refused_by_usage("products", &["--upload-max-bytes", "many"], "--upload-max-bytes");
    assert_refused_by_usage("orders", &["--order-ttl", "0"], "--order-ttl");
    assert_refused(&Program::new("orders").args(["--log", "error"]), "--jwks-url");
    assert_refused(&Program::new("products").args(["--log", "error"]), "--jwks-url");
    let trusting = subgraph("products").args(["--log", "error", "--trust", "orders"]);
    assert_refused(&trusting, "NAME=URL");
}

#[track_caller]
fn assert_refused_by_usage(name: &str, args: &[&str], part: &str) {
    let ended = Program::new(name).args(args.iter().copied()).run();
    assert_eq!(ended.status.code(), Some(2), "{name} {args:?}: {ended:?}");
    assert_eq!(ended.stderr.trim_end().lines().count(), 1, "{name} {args:?}: {}", ended.stderr);
    assert!(ended.stderr.contains(part), "{name} {args:?}: {}", ended.stderr);
}

#[test]
fn every_program_explains_itself() {
    let programs: [(&str, &[&str]); 18] = [
        ("rialto", &["--help"]),
        ("rialto", &["serve", "--help"]),
        ("rialto", &["compose", "--help"]),
        ("rialto", &["schema", "--help"]),
        ("rialto", &["plan", "--help"]),
        ("rialto", &["backup", "--help"]),
        ("rialto", &["restore", "--help"]),
        ("rialto", &["repair", "--help"]),
        ("users", &["--help"]),
        ("users", &["backup", "--help"]),
        ("users", &["create-admin", "--help"]),
        ("users", &["migrate", "--help"]),
        ("products", &["--help"]),
        ("products", &["restore", "--help"]),
        ("orders", &["--help"]),
        ("orders", &["backup", "--help"]),
        ("orders", &["restore", "--help"]),
        ("orders", &["repair", "--help"]),
    ];
    for (name, args) in programs {
        let ended = Program::new(name).args(args.iter().copied()).run();
        assert_eq!(ended.status.code(), Some(0), "{name} {args:?}");
        assert!(ended.stdout.contains("Usage: "), "{name} {args:?}: {}", ended.stdout);
    }
}

#[tokio::test]
async fn the_first_administrator_is_made_on_the_command_line() {
    let database = format!("sqlite:{}", new_folder().join("users.sqlite").display());
    let create = Program::new("users").args(["create-admin", "--username", "root", "--email", "root@shop.example"]);
    let create = create.env("DATABASE_URL", &database);
    let short = create.clone().input("short\n").run();
    assert!(!short.status.success() && short.stderr.contains("password"), "{short:?}");
    let made = create.clone().input("a long enough password\n").run();
    assert!(made.status.success() && made.stdout.starts_with("usr_"), "{made:?}");
    let again = create.input("a long enough password\n").run();
    assert!(!again.status.success() && again.stderr.trim_end().lines().count() == 1, "{again:?}");
    let users = Program::new("users").args(["--listen", "127.0.0.1:0"]).env("DATABASE_URL", &database).start();
    let url = address(&users.says("is ready"));
    let root = Client::anonymous(&url).log_in("root", "a long enough password").await;
    assert_eq!(root.ask("{ me { roles } users { totalCount } }").await.data()["users"]["totalCount"], 1);
}

#[test]
fn a_database_can_be_brought_up_to_date_alone() {
    for name in ["users", "products", "orders"] {
        let database = format!("sqlite:{}", new_folder().join("rows.sqlite").display());
        for _ in 0..2 {
            let ended = Program::new(name).args(["migrate", "--database-url", &database]).run();
            assert_eq!(ended.status.code(), Some(0), "{name}: {ended:?}");
        }
    }
}

/// A client that is being answered when the end comes gets its answer.
#[tokio::test]
async fn an_answer_that_has_begun_is_finished() {
    let shop = Shop::open_one();
    let nobody = shop.anonymous();
    let asking = tokio::spawn(async move { nobody.try_log_in("nobody at all", "hashing takes its time").await });
    tokio::time::sleep(Duration::from_millis(20)).await;
    shop.process("router").signal("TERM");
    let answer = asking.await.unwrap();
    assert_eq!(answer.user_error("login")["code"], "INVALID_CREDENTIALS");
    assert_eq!(shop.process("router").ended().status.code(), Some(0));
}
