//! Each composition error: subgraphs that it refuses, with its code, coordinate and subgraphs, and neighbours, one
//! change away, that compose.

use std::collections::BTreeSet;

use rialto::compose::{ErrorCode, Subgraph, compose};

use super::support::{composed, told};

/// What is refused, as `CODE coordinate [subgraphs]`s, and what is not.
struct Row {
    refused: &'static [&'static str],
    told: &'static [&'static str],
    legal: &'static [&'static [&'static str]],
}

mod rows;

#[test]
fn each_error_is_told_and_its_neighbours_compose() {
    let mut wrong: Vec<String> = Vec::new();
    for Row { refused, told: expected, legal } in rows::all() {
        match composed(refused) {
            Ok(_) => wrong.push(format!("{refused:?} composes, but should be {expected:?}\n")),
            Err(errors) => {
                let heads: BTreeSet<String> = errors
                    .iter()
                    .map(|error| error.to_string().split(": ").next().unwrap_or_default().to_owned())
                    .collect();
                if heads != expected.iter().map(|head| (*head).to_owned()).collect() {
                    wrong.push(format!("{refused:?} should be {expected:?} but is\n{}", told(&errors)));
                }
            }
        }
        for legal in *legal {
            if let Err(errors) = composed(legal) {
                wrong.push(format!("{legal:?} should compose but is\n{}", told(&errors)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

#[test]
fn every_code_has_a_row() {
    let rows: BTreeSet<&str> = rows::all().flat_map(|row| row.told).filter_map(|head| head.split(' ').next()).collect();
    let without: Vec<&str> =
        ErrorCode::ALL.iter().map(|code| code.as_str()).filter(|code| !rows.contains(code)).collect();
    // Told of the names and features of subgraphs, and of paths: these have tests of their own.
    assert_eq!(without, ["INVALID_SUBGRAPH_NAME", "UNSUPPORTED_FEATURE", "SATISFIABILITY_ERROR"]);
}

#[test]
fn every_error_says_what_to_change() {
    for row in rows::all() {
        for error in composed(row.refused).err().unwrap_or_default() {
            let is_compilers = error.code == ErrorCode::InvalidGraphql;
            assert!(is_compilers || error.message.contains(':') && error.message.len() > 30, "{error}");
            assert!(!error.message.ends_with('.') && !error.message.contains('\n'), "{error}");
        }
    }
}

#[test]
fn names_of_subgraphs_are_there_and_unique() {
    let named = |names: &[&str]| {
        let sdl = |at: usize| format!("type Query {{ q{at}: Int }}");
        let all = names.iter().enumerate();
        let all = all.map(|(at, name)| Subgraph { name: (*name).into(), url: String::new(), sdl: sdl(at) });
        compose(&all.collect::<Vec<_>>()).map_or_else(|errors| told(&errors), |_| String::new())
    };
    for names in [["users", "users"], ["users", ""], ["_", "users"]] {
        assert!(named(&names).starts_with("INVALID_SUBGRAPH_NAME ["), "{names:?}: {}", named(&names));
    }
    // Names that differ only in what an enum's value cannot hold are two names.
    assert_eq!(named(&["my-users", "my_users"]), "");
}
