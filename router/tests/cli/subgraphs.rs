//! How subgraphs are reached: what is said of those that are not, and what is not said.

use std::process::Output;

use crate::{configured, refused, rialto};

/// Two subgraphs that nobody serves, with credentials in their addresses.
const DEAD: &str = "[subgraphs.a]\nurl = \"http://user:secret@127.0.0.1:9/graphql\"\n\
                    [subgraphs.b]\nurl = \"http://user:secret@127.0.0.1:10/graphql\"\n";

#[test]
fn of_two_dead_subgraphs_both_are_named_and_no_password_is() {
    let (_folder, file) = configured(DEAD);
    let serve = ["serve", "--config", &file, "--listen", "127.0.0.1:0", "--subgraph-wait-seconds", "0"];
    refused(&serve, "the subgraph \"a\" at http://***@127.0.0.1:9/graphql: it does not answer");
    refused(&serve, "the subgraph \"b\" at http://***@127.0.0.1:10/graphql: it does not answer");
    let compose = ["compose", "--config", &file];
    refused(&compose, "the subgraph \"a\": it does not answer");
    refused(&compose, "the subgraph \"b\": it does not answer");
    for args in [&serve[..], &compose] {
        let Output { stdout, stderr, .. } = rialto(args).arg("--log=trace").output().unwrap();
        let said = String::from_utf8([stdout, stderr].concat()).unwrap();
        assert!(!said.contains("secret") && !said.contains("dXNlcjpzZWNyZXQ"), "{said}");
    }
}

#[test]
fn addresses_that_cannot_be_used_are_refused_without_their_credentials() {
    let serve = |more: &[&'static str]| {
        [&["serve", "--supergraph", crate::SUPERGRAPH, "--listen", "127.0.0.1:0"], more].concat()
    };
    refused(&serve(&["--proxy", "/files=http://localhost/base?a=b"]), "has a query or dot segments");
    refused(&serve(&["--proxy", "/files=http://localhost/base/../other"]), "has a query or dot segments");
    refused(&serve(&["--subgraph-ca", "nowhere.pem"]), "--subgraph-ca nowhere.pem");
    refused(&serve(&["--subgraph-ca", crate::SUPERGRAPH]), "no certificate authority in PEM");
    for bad in [
        ["--subgraph", "a=ftp://user:secret@host"],
        ["--subgraph", "http://user:secret@host"],
        ["--proxy", "/files=http://user:sec#ret@host"],
    ] {
        let Output { status, stderr, .. } = rialto(&serve(&bad)).output().unwrap();
        let said = String::from_utf8(stderr).unwrap();
        assert!(!status.success() && said.contains("***@host") && !said.contains("ret@"), "{said}");
    }
}
