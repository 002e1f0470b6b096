//! Settings that make no sense, and environment variables that say nothing.

use crate::running::{SUPERGRAPH, refused, rialto};

#[test]
fn a_number_that_makes_no_sense_is_refused_with_the_least_and_the_greatest() {
    const HUGE: &str = "18446744073709551615";
    let refuses = |flag: &str, values: &[&str], bounds: &str| {
        for value in values {
            refused(&["serve", "--supergraph", SUPERGRAPH, "--listen=127.0.0.1:0", &format!("{flag}={value}")], bounds);
        }
    };
    for (flag, bounds) in [
        ("--max-in-flight", "from 1 to 1000000"),
        ("--timeout-seconds", "from 1 to 86400"),
        ("--max-depth", "from 1 to 500"),
        ("--max-tokens", "from 1 to"),
        ("--max-root-fields", "from 1 to"),
        ("--max-list-items", "from 1 to"),
        ("--body-limit", "from 1 to 1073741824"),
        ("--proxy-body-limit", "from 1 to"),
    ] {
        refuses(flag, &["0", HUGE, "18446744073709551616", "-1", "many"], bounds);
    }
    for flag in [
        "--plan-cache",
        "--cache-bytes",
        "--max-aliases",
        "--max-mutations",
        "--max-directives",
        "--max-batch",
        "--drain-seconds",
        "--shutdown-delay-seconds",
        "--subgraph-wait-seconds",
    ] {
        refuses(flag, &[HUGE, "-1"], "from 0 to");
    }
}

#[test]
fn a_variable_is_judged_as_its_flag_is() {
    let run = |name: &str, value: &str| {
        // Something else is wrong in any case, which is found after the flags were read.
        let args = ["serve", "--supergraph", SUPERGRAPH, "--listen", "127.0.0.1:0", "--jwks-url", "nowhere"];
        let output = rialto(&args).arg("--log=error").env(name, value).output();
        String::from_utf8(output.unwrap().stderr).unwrap()
    };
    assert!(run("MAX_IN_FLIGHT", "0").contains("--max-in-flight"));
    for (name, value) in [("MAX_IN_FLIGHT", "7"), ("NO_SHARING", "1"), ("NO_SHARING", "off"), ("SHOW_PLANS", "yes")] {
        let said = run(name, value);
        assert!(said.contains("--jwks-url") && !said.contains("--max-in-flight"), "{name}={value}: {said}");
    }
}

#[test]
fn an_empty_variable_counts_as_unset() {
    let names = [
        "SUPERGRAPH",
        "RIALTO_CONFIG",
        "SUBGRAPHS",
        "SUBGRAPH_WAIT_SECONDS",
        "PROXIES",
        "JWKS_URL",
        "TOKEN_ISSUER",
        "TOKEN_AUDIENCE",
        "SERVICE_KEY_FILE",
        "CORS_ORIGINS",
        "TRUSTED_PROXIES",
        "GRAPHIQL_TABS",
        "NO_SHARING",
        "NO_BATCHING",
        "NO_DEDUPLICATION",
        "SHOW_PLANS",
        "OVERRIDE_LABELS",
        "NO_COMPRESSION",
        "NO_APQ",
        "MAX_BATCH",
        "BODY_LIMIT",
        "PROXY_BODY_LIMIT",
        "MAX_IN_FLIGHT",
        "TIMEOUT_SECONDS",
        "PLAN_CACHE",
        "CACHE_BYTES",
        "MAX_TOKENS",
        "MAX_DEPTH",
        "MAX_ALIASES",
        "MAX_ROOT_FIELDS",
        "MAX_MUTATIONS",
        "MAX_LIST_ITEMS",
        "MAX_DIRECTIVES",
        "DRAIN_SECONDS",
        "SHUTDOWN_DELAY_SECONDS",
        "RUST_LOG",
        "LISTEN",
        "DATA",
        "EPHEMERAL",
        "NO_DEMO",
        "DEMO_PASSWORD",
        "USERS_DATABASE_URL",
        "PRODUCTS_DATABASE_URL",
        "ORDERS_DATABASE_URL",
        "SESSION_DAYS",
        "UPLOAD_MINUTES",
    ];
    let mut command = rialto(&["serve", "--listen", "127.0.0.1:0"]);
    for name in names {
        command.env(name, "");
    }
    let said = String::from_utf8(command.output().unwrap().stderr).unwrap();
    assert!(said.contains("there is nothing to serve"), "{said}");
}
