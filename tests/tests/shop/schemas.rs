//! The files in `schema/` are what the domains say of themselves today.

use tests::{Program, binaries, shop::new_folder};

const FILES: [&str; 5] = ["users", "products", "orders", "supergraph", "api"];

#[test]
fn the_schema_files_are_current() {
    let folder = binaries::workspace().join("schema").display().to_string();
    let checked = Program::new("rialto").args(["schema", "--check", "--folder", &folder]).run();
    assert!(checked.status.success(), "{}", checked.stderr);
}

#[test]
fn stale_files_are_named() {
    let folder = new_folder();
    let schema = |more: &[&str]| {
        let args = [&["schema", "--folder", folder.to_str().unwrap()], more].concat();
        Program::new("rialto").args(args).run()
    };
    assert!(schema(&[]).status.success());
    assert!(schema(&["--check"]).status.success());
    let written = |name: &str| std::fs::read_to_string(folder.join(name).with_extension("graphql")).unwrap();
    assert!(FILES.iter().all(|name| written(name).contains("type Query")));
    std::fs::write(folder.join("orders.graphql"), "type Query { none: Int }").unwrap();
    let stale = schema(&["--check"]);
    assert_eq!(stale.status.code(), Some(1));
    assert!(stale.stderr.contains("orders.graphql") && stale.stderr.contains("rialto schema"), "{}", stale.stderr);
    assert!(!stale.stderr.contains("users.graphql"), "{}", stale.stderr);
}

/// What `rialto compose` makes of the files is what the shop itself is composed to.
#[test]
fn composing_the_files_gives_the_supergraph() {
    let folder = new_folder();
    let schemas = binaries::workspace().join("schema");
    let subgraph = |(name, port): (&str, u16)| {
        let file = schemas.join(name).with_extension("graphql");
        format!("[subgraphs.{name}]\nurl = \"http://{name}:{port}/graphql\"\nschema = \"{}\"\n", file.display())
    };
    let config: String = [("users", 4001), ("products", 4002), ("orders", 4003)].map(subgraph).concat();
    let file = folder.join("rialto.toml");
    std::fs::write(&file, config).unwrap();
    let composed = Program::new("rialto").args(["compose", "--config", file.to_str().unwrap()]).run();
    assert!(composed.status.success(), "{}", composed.stderr);
    assert_eq!(composed.stdout, std::fs::read_to_string(schemas.join("supergraph.graphql")).unwrap());
    assert_eq!(composed.stderr, "", "the shop's own subgraphs have nothing to be warned of");
    // Hints that are no warnings are allowed, but not for what domains share: it has one description.
    let told = Program::new("rialto").args(["compose", "--verbose", "--config", file.to_str().unwrap()]).run().stderr;
    assert!(!told.contains("INCONSISTENT_DESCRIPTION"), "{told}");
}

/// What a client developer is told of the schema, and where the formats of its scalars are written down.
#[test]
fn the_schema_is_described_and_its_scalars_are_specified() {
    let api = std::fs::read_to_string(binaries::workspace().join("schema/api.graphql")).unwrap();
    let (description, _) = api.split_once("\nschema {").expect("a definition of the schema");
    assert!(description.contains("\"\"\"") && description.contains("Ids are opaque"), "{description}");
    for scalar in ["DateTime", "Decimal", "CurrencyCode"] {
        assert!(api.contains(&format!("scalar {scalar} @specifiedBy(url: \"https://")), "{scalar}");
    }
}
