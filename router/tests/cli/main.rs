//! The program from outside: what it says and how it ends.

mod ending;
mod logs;
mod memory;
mod output;
mod running;
mod settings;
mod subgraphs;

use std::{
    io::{BufRead as _, BufReader},
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::Stdio,
    time::{Duration, Instant},
};

use running::{
    HELLO, Running, SUPERGRAPH, configured, refused, rialto, serve, serve_config, slow_subgraph, start, subgraph,
};

#[test]
fn a_bad_setting_is_one_line() {
    let serve_file = |file| ["serve", "--listen", "127.0.0.1:0", "--supergraph", file];
    let serve = |more: &[&'static str]| [&["serve", "--supergraph", SUPERGRAPH], more].concat();
    refused(&["serve", "--listen", "127.0.0.1:0"], "give --supergraph FILE, or --config FILE");
    refused(&serve_file("nowhere.graphql"), "cannot read the supergraph nowhere.graphql");
    refused(&serve_file(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")), "the supergraph is not valid");
    refused(&serve(&["--listen", "everywhere"]), "--listen");
    refused(&serve(&["--listen", "127.0.0.1:0", "--subgraph", "b=http://localhost"]), "it has a");
    refused(&serve(&["--listen", "127.0.0.1:0", "--subgraph", "a"]), "is not NAME=URL");
    refused(&serve(&["--listen", "127.0.0.1:0", "--proxy", "/graphql=http://localhost"]), "is no path to pass on");
    refused(&serve(&["--listen", "127.0.0.1:0", "--jwks-url", "users"]), "--jwks-url");
    refused(&serve(&["--listen", "127.0.0.1:0", "--jwks-url", "http://users", "--audience", ""]), "--audience");
    refused(&serve(&["--cors-origin", "shop.example"]), "is not an origin");
    refused(&serve(&["--trusted-proxy", "10.0.0.0/99"]), "is not an IP address or a network");
    refused(&serve(&["--max-depth", "deep"]), "--max-depth");
    refused(&["compose", "--config", "nowhere.toml"], "cannot read nowhere.toml");
}

#[test]
fn a_port_that_is_taken_is_said_so() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    refused(&["serve", "--supergraph", SUPERGRAPH, "--listen", &address], "the port is already taken");
}

#[cfg(unix)]
#[test]
fn both_signals_end_it_with_status_0() {
    for signal in ["-INT", "-TERM"] {
        let running = serve(&[]);
        assert!(running.get("/health/live").contains("200 OK"));
        running.signal(signal);
        assert_eq!(running.ends(), Some(0), "{signal}");
    }
}

#[cfg(unix)]
#[test]
fn an_idle_connection_does_not_keep_it_from_ending() {
    let running = serve(&["--drain-seconds", "5"]);
    let idle = TcpStream::connect(running.address).unwrap();
    assert!(running.get("/health/ready").contains(r#""status":"ready""#));
    let asked = Instant::now();
    running.signal("-TERM");
    assert_eq!(running.ends(), Some(0));
    assert!(asked.elapsed() < Duration::from_secs(4));
    drop(idle);
}

#[test]
fn a_service_key_is_made_once_and_published() {
    let folder = tempfile::tempdir().unwrap();
    let file: PathBuf = folder.path().join("keys/router.pem");
    let flag = format!("--service-key-file={}", file.display());
    let first = serve(&[&flag]).get("/.well-known/service-jwks.json");
    let again = serve(&[&flag]).get("/.well-known/service-jwks.json");
    let body = |answer: &str| answer.split("\r\n\r\n").nth(1).unwrap().to_owned();
    assert!(body(&first).contains("Ed25519"));
    assert_eq!(body(&first), body(&again));
    assert!(serve(&[]).get("/.well-known/service-jwks.json").contains("404"));
}

#[test]
fn every_command_explains_itself() {
    for args in [&["--help"][..], &["serve", "--help"], &["compose", "--help"]] {
        let output = rialto(args).output().unwrap();
        assert!(output.status.success());
        assert!(String::from_utf8(output.stdout).unwrap().contains("Usage: rialto"));
    }
}

const ANSWER: &str = r#"{"data":{"hello":"world"}}"#;

#[test]
fn a_configuration_with_schema_files_is_composed_and_served_though_nobody_is_there_yet() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (folder, file) = configured(&format!("[subgraphs.a]\nurl = \"http://{free}/graphql\"\nschema = \"a.graphql\""));
    std::fs::write(folder.path().join("a.graphql"), HELLO).unwrap();
    let running = serve_config(&file);
    assert!(running.hello().contains("UNAVAILABLE"));
    subgraph(&free.to_string(), "not asked");
    assert_eq!(running.hello(), ANSWER);
}

#[test]
fn a_subgraph_that_is_not_there_yet_is_waited_for() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (_folder, file) = configured(&format!("[subgraphs.a]\nurl = \"http://{free}/graphql\""));
    let mut waiting = rialto(&["serve", "--config", &file, "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(waiting.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(log.any(|line| line.contains("waiting for the subgraph \"a\"")), "it does not say that it waits");
    std::thread::spawn(move || log.for_each(drop));
    subgraph(&free.to_string(), HELLO);
    let mut ready = String::new();
    BufReader::new(waiting.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    let address = ready.split("http://").nth(1).and_then(|rest| rest.split('/').next()).unwrap().parse().unwrap();
    assert_eq!(Running { child: waiting, address }.hello(), ANSWER);
}

#[test]
fn a_subgraph_that_does_not_come_or_does_not_tell_is_said_so() {
    let with = |config: &str, part: &str| {
        let (_folder, file) = configured(config);
        refused(&["serve", "--listen", "127.0.0.1:0", "--subgraph-wait-seconds", "0", "--config", &file], part);
    };
    let part = "the subgraph \"a\" at http://127.0.0.1:9/graphql: it does not answer";
    with("[subgraphs.a]\nurl = \"http://127.0.0.1:9/graphql\"", part);
    with("[subgraphs.a]\nurl = \"accounts:4001\"", "\"accounts:4001\" is not an http:// or https:// address");
    with("[subgraphs.a]\nurl = \"http://a\"\nschema = \"nowhere.graphql\"", "cannot read the schema");
    with("", "there is nothing to serve");
    with("[subgraphs.a]\nport = 1", "unknown field");
}

#[test]
fn a_bad_issuer_is_named() {
    let good = "[[issuers]]\nissuer = \"idp\"\njwks_url = \"http://idp\"\naudiences = [\"api\"]\n";
    let with = |text: &str, part: &str| {
        let (_folder, file) = configured(text);
        let args = ["serve", "--listen", "127.0.0.1:0", "--supergraph", SUPERGRAPH, "--config", &file];
        refused(&args, part);
        refused(&args, "issuer");
    };
    with(&good.replace("\"idp\"", "\"\""), "issuer is empty");
    with(&good.replace("http://idp", "idp"), "\"idp\" is not an http:// or https:// address");
    with(&good.replace("[\"api\"]", "[]"), "audiences");
    with(&good.replace("audiences = [\"api\"]", ""), "missing field `audiences`");
    with(&format!("{good}algorithms = [\"HS256\"]"), "\"HS256\" is none of RS256, RS384");
    with(&format!("{good}algorithms = []"), "algorithms is empty");
    with(&format!("{good}max_life_seconds = 0"), "max_life_seconds");
    with(&format!("{good}scopes_claim = \"\""), "scopes_claim");
    with(&format!("{good}colour = 1"), "unknown field");
    with(&format!("{good}{good}"), "configured twice");
}

const GUARDED: [&str; 3] = ["@authenticated", "@requiresScopes(scopes: [[\"a\"]])", "@policy(policies: [[\"p\"]])"];

#[test]
fn a_supergraph_with_demands_is_served_by_who_can_verify_or_on_request() {
    for demand in GUARDED {
        let (folder, file) = configured("[subgraphs.a]\nurl = \"http://127.0.0.1:9/graphql\"\nschema = \"a.graphql\"");
        let sdl = format!(
            "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.6\", \
             import: [\"@authenticated\", \"@requiresScopes\", \"@policy\"])\n\
             type Query {{ hello: String secret: Secret }} type Secret {{ text: String {demand} }}"
        );
        std::fs::write(folder.path().join("a.graphql"), sdl).unwrap();
        let args = ["serve", "--config", &file, "--listen", "127.0.0.1:0"];
        refused(&args, "--no-authorization");
        for more in [&["--no-authorization"][..], &["--jwks-url", "http://127.0.0.1:9/jwks.json"]] {
            assert!(start(&[&args[..], more].concat()).hello().contains("UNAVAILABLE"), "{more:?}");
        }
    }
}

#[test]
fn subgraphs_that_do_not_compose_are_told_line_by_line() {
    let one = subgraph("127.0.0.1:0", "type Query { hello: String } enum E { A }");
    let other = subgraph("127.0.0.1:0", "type Query { other: Int } input E { a: Int } type Sub { hello: String }");
    let flags = [format!("--subgraph=one=http://{one}/graphql"), format!("--subgraph=two=http://{other}/graphql")];
    let output = rialto(&["serve", "--listen=127.0.0.1:0", "--log=error", &flags[0], &flags[1]]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && output.stdout.is_empty(), "{said}");
    let (reasons, last): (Vec<_>, Vec<_>) = said.lines().partition(|line| !line.starts_with("rialto: "));
    assert!(!reasons.is_empty() && reasons.iter().all(|line| line.contains("[one, two]")), "{said}");
    assert!(last.len() == 1 && last[0].contains("the subgraphs do not compose"), "{said}");
}

#[test]
fn a_supergraph_knows_where_its_subgraphs_are_unless_a_flag_says_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("supergraph.graphql");
    let at = |address: SocketAddr| {
        let text = std::fs::read_to_string(SUPERGRAPH).unwrap();
        std::fs::write(&file, text.replace("127.0.0.1:4999", &address.to_string())).unwrap();
    };
    let here = subgraph("127.0.0.1:0", HELLO);
    let file_name = file.display().to_string();
    let args = ["serve", "--supergraph", &file_name, "--listen", "127.0.0.1:0"];
    at(here);
    assert_eq!(start(&args).hello(), ANSWER);
    at("127.0.0.1:9".parse().unwrap());
    assert!(start(&args).hello().contains("UNAVAILABLE"));
    assert_eq!(start(&[&args[..], &["--subgraph", &format!("a=http://{here}/graphql")]].concat()).hello(), ANSWER);
}

#[cfg(unix)]
#[test]
fn it_can_be_ended_while_it_waits() {
    let (_folder, file) = configured("[subgraphs.a]\nurl = \"http://127.0.0.1:9/graphql\"");
    let mut child =
        rialto(&["serve", "--config", &file, "--listen", "127.0.0.1:0"]).stderr(Stdio::piped()).spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(log.any(|line| line.contains("waiting for")));
    std::thread::spawn(move || log.for_each(drop));
    let running = Running { child, address: "127.0.0.1:9".parse().unwrap() };
    running.signal("-TERM");
    assert_eq!(running.ends(), Some(0));
}

#[test]
fn a_plan_takes_the_defaults_of_variables() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("operation.graphql");
    std::fs::write(
        &file,
        "query ($a: Boolean! = true, $b: Boolean! = false) { x: hello @skip(if: $a) y: hello @include(if: $b) }",
    )
    .unwrap();
    let file = file.to_str().unwrap();
    let planned = |more: &[&str]| {
        let args = [&["plan", "--supergraph", SUPERGRAPH, file], more].concat();
        String::from_utf8(rialto(&args).output().unwrap().stdout).unwrap().contains("hello")
    };
    assert!(!planned(&[]));
    assert!(planned(&["--false", "a"]));
    assert!(planned(&["--true", "b"]));
    assert!(!planned(&["--true", "a", "--false", "b"]));
    refused(&["plan", "--supergraph", SUPERGRAPH, file, "--true", "nobody"], "nobody");
    refused(&["plan", "--supergraph", SUPERGRAPH, file, "--true", "a", "--false", "a"], "both");
}

/// The one test that takes a real subgraph's time, beside those that pause the clock: a limit anywhere on the way to it, of
/// 15 seconds as many clients and servers have, would end this call.
#[test]
fn a_subgraph_may_take_as_long_as_the_operation() {
    let pause = Duration::from_secs(16);
    let address = slow_subgraph("127.0.0.1:0", HELLO, pause);
    let (_folder, file) = configured(&format!("[subgraphs.a]\nurl = \"http://{address}/graphql\""));
    let running = start(&["serve", "--config", &file, "--listen", "127.0.0.1:0", "--timeout-seconds", "60"]);
    let asked = Instant::now();
    assert_eq!(running.hello(), ANSWER);
    assert!(asked.elapsed() >= pause);
}
