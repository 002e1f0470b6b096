//! What the tests of errors and hints share.

use rialto::compose::{Composed, CompositionError, Subgraph, compose};

/// Everything that federation has, imported.
pub fn link(version: &str) -> String {
    let number: u32 = version.trim_start_matches("v2.").parse().expect("a version");
    let imports = [
        (
            0,
            "\"@key\", \"@requires\", \"@provides\", \"@external\", \"@tag\", \"@extends\", \"@shareable\", \"@inaccessible\", \"@override\"",
        ),
        (1, "\"@composeDirective\""),
        (3, "\"@interfaceObject\""),
        (5, "\"@authenticated\", \"@requiresScopes\""),
        (6, "\"@policy\""),
        (9, "\"@cost\", \"@listSize\""),
    ];
    let known: Vec<&str> = imports.iter().filter(|(since, _)| *since <= number).map(|(_, names)| *names).collect();
    format!(
        "extend schema @link(url: \"https://specs.apollo.dev/federation/{version}\", import: [{}])\n",
        known.join(", ")
    )
}

/// Composes subgraphs `a`, `b` and so on. One that begins with `#1` is Federation 1, one with `#raw` links for itself.
pub fn composed(sdls: &[&str]) -> Result<Composed, Vec<CompositionError>> {
    let subgraph = |(name, sdl): (char, &&str)| {
        let bare = sdl.starts_with("#1") || sdl.starts_with("#raw");
        let sdl = if bare {
            format!("\n{}", sdl.replacen("#1", "", 1).replacen("#raw", "", 1))
        } else {
            format!("{}{sdl}", link("v2.9"))
        };
        Subgraph { name: name.to_string(), url: String::new(), sdl }
    };
    compose(&('a'..).zip(sdls).map(subgraph).collect::<Vec<_>>())
}

/// The errors, one in a line.
pub fn told(errors: &[CompositionError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
