//! What subgraphs ask to be carried on, costs and sizes of lists, and roots of other names, in the supergraph.

use rialto::compose::HintCode;

use super::support::{composed, told};

fn supergraph(sdls: &[&str]) -> String {
    composed(sdls).unwrap_or_else(|errors| panic!("{}", told(&errors))).supergraph_sdl
}

/// Asserts that each part stands in the text.
fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part} is not in:\n{text}");
    }
}

#[test]
fn a_composed_directive_comes_with_its_newest_definition_and_one_link() {
    let text = supergraph(&[
        "extend schema @composeDirective(name: \"@mine\") @composeDirective(name: \"@note\") \
         @link(url: \"https://example.com/mine/v1.0\", import: [\"@mine\", { name: \"@other\", as: \"@note\" }]) \
         @note(text: \"whole\") \
         directive @mine(level: Level!) on FIELD_DEFINITION directive @note(text: String!) repeatable on SCHEMA | OBJECT | ENUM_VALUE \
         enum Level { LOW HIGH @note(text: \"high\") } \
         type Query { a: Int @mine(level: LOW) t: T } type T @shareable @note(text: \"one\") { n: Int }",
        "extend schema @composeDirective(name: \"@mine\") @composeDirective(name: \"@note\") \
         @link(url: \"https://example.com/mine/v1.3\", import: [\"@mine\", { name: \"@other\", as: \"@note\" }]) \
         directive @mine(level: Level!, more: Int @tag(name: \"x\")) on FIELD_DEFINITION | OBJECT directive @note(text: String!) repeatable on OBJECT \
         enum Level { LOW HIGH } type T @shareable @note(text: \"one\") @note(text: \"two\") { n: Int }",
        // Knows the directive, but does not ask for it.
        "directive @mine(level: Int) on FIELD_DEFINITION type Query { c: Int @mine(level: 3) }",
    ]);
    says(
        &text,
        &[
            "@link(url: \"https://example.com/mine/v1.3\", import: [\"@mine\", {name: \"@other\", as: \"@note\"}])",
            "directive @mine(level: Level!, more: Int) on FIELD_DEFINITION | OBJECT",
            "a: Int @join__field(graph: A) @mine(level: LOW)",
            "c: Int @join__field(graph: C)\n",
            "  @note(text: \"whole\")\n{\n",
            "HIGH @join__enumValue(graph: A) @join__enumValue(graph: B) @note(text: \"high\")",
        ],
    );
    assert_eq!(text.matches("@note(text: \"one\")").count(), 1, "{text}");
    assert_eq!(text.matches("@note(text: \"two\")").count(), 1, "{text}");
}

#[test]
fn one_of_several_fields_stays_so_for_routers_and_clients() {
    let sdls = [
        "type Query { a(x: X): Int } input X @oneOf { n: Int m: Int }",
        "type Query { b(x: X): Int } input X @oneOf { n: Int l: Int }",
    ];
    let composed = composed(&sdls).unwrap_or_else(|errors| panic!("{}", told(&errors)));
    let joined = "input X\n  @join__type(graph: A)\n  @join__type(graph: B)\n  @oneOf\n{\n  n: Int\n}";
    says(&composed.supergraph_sdl, &["\ndirective @oneOf on INPUT_OBJECT\n", joined]);
    says(&composed.api_sdl, &["directive @oneOf on INPUT_OBJECT\n", "input X @oneOf {\n  n: Int\n}"]);
    let graph = rialto::graph::Supergraph::parse(&composed.supergraph_sdl).unwrap();
    assert_eq!(graph.api.to_string(), composed.api_sdl);
    // Others may use the directive as GraphQL's own, without a definition.
    let bare = composed.supergraph_sdl.replace("directive @oneOf on INPUT_OBJECT", "");
    assert_eq!(rialto::graph::Supergraph::parse(&bare).unwrap().api.to_string(), composed.api_sdl);
}

#[test]
fn a_directive_that_may_stand_once_says_what_most_subgraphs_say() {
    let sdl = |level: &str| {
        format!(
            "extend schema @composeDirective(name: \"@mine\") @link(url: \"https://example.com/mine/v1.0\", import: [\"@mine\"]) \
             directive @mine(level: Int) on FIELD_DEFINITION type Query {{ n: Int @shareable @mine(level: {level}) }}"
        )
    };
    let composed = composed(&[&sdl("1"), &sdl("2"), &sdl("2")]).unwrap();
    says(&composed.supergraph_sdl, &["@mine(level: 2)"]);
    let hint = composed.hints.iter().find(|hint| hint.code == HintCode::InconsistentNonRepeatableDirectiveArguments);
    assert_eq!(hint.map(|hint| hint.coordinate.as_str()), Some("Query.n"));
}

#[test]
fn costs_are_the_highest_and_lists_the_longest() {
    let text = supergraph(&[
        "type Query { t(n: Int @cost(weight: 2) m: Int): [T] @shareable @cost(weight: 5) \
         @listSize(assumedSize: 10, slicingArguments: [\"n\"], sizedFields: [\"l\"]) e: E } \
         type T @shareable @cost(weight: 3) { l: [Int] } enum E @cost(weight: 1) { A } scalar S @cost(weight: 9) input I { s: S @cost(weight: 4) }",
        "type Query { t(n: Int m: Int): [T] @shareable @cost(weight: 7) \
         @listSize(assumedSize: 5, slicingArguments: [\"m\"], requireOneSlicingArgument: false) } type T @shareable { l: [Int] }",
    ]);
    says(
        &text,
        &[
            "@link(url: \"https://specs.apollo.dev/cost/v0.1\", import: [\"@cost\", \"@listSize\"])",
            "directive @cost(weight: Int!) on ARGUMENT_DEFINITION",
            "directive @listSize(assumedSize: Int, ",
            "t(n: Int @cost(weight: 2), m: Int): [T] @cost(weight: 7) @listSize(assumedSize: 10, slicingArguments: [\"n\", \"m\"], \
             sizedFields: [\"l\"], requireOneSlicingArgument: false)",
            "  @cost(weight: 3)\n{\n  l: [Int]",
            "s: S @cost(weight: 4)",
            "  @cost(weight: 9)\n",
        ],
    );
    assert!(!supergraph(&["type Query { n: Int }"]).contains("cost"));
}

#[test]
fn directives_of_federation_have_the_names_of_the_subgraphs() {
    let text = supergraph(&[
        "#raw extend schema @link(url: \"https://specs.apollo.dev/federation/v2.9\", as: \"fed\", import: [{ name: \"@cost\", as: \"@price\" }]) \
         type Query { a: Int @price(weight: 5) @fed__tag(name: \"x\") b: [Int] @fed__listSize(assumedSize: 1) }",
    ]);
    says(
        &text,
        &[
            "a: Int @fed__tag(name: \"x\") @price(weight: 5)",
            "b: [Int] @fed__listSize(assumedSize: 1)",
            "import: [{name: \"@cost\", as: \"@price\"}, {name: \"@listSize\", as: \"@fed__listSize\"}])",
            "directive @price(weight: Int!) on",
        ],
    );
    let alone = supergraph(&[
        "#raw extend schema @link(url: \"https://specs.apollo.dev/cost/v0.1\", import: [\"@listSize\"]) \
         type Query { a: Int @cost(weight: 5) b: [Int] @listSize(assumedSize: 1) }",
    ]);
    says(&alone, &["a: Int @cost(weight: 5)", "b: [Int] @listSize(assumedSize: 1)"]);
}

#[test]
fn what_caches_go_by_is_said_of_its_subgraphs() {
    let link = |sdl: &str| {
        format!(
            "#raw extend schema @link(url: \"https://specs.apollo.dev/federation/v2.12\", import: [\"@key\", \"@shareable\", \"@cacheTag\"]) {sdl}"
        )
    };
    let text = supergraph(&[
        &link(
            "type Query { t(x: ID!): T @shareable @cacheTag(format: \"t-{$args.x}\") } type T @key(fields: \"id\") @cacheTag(format: \"a\") @cacheTag(format: \"b\") { id: ID! }",
        ),
        &link(
            "type Query { t(x: ID!): T @shareable @cacheTag(format: \"t-{$args.x}\") } type T @key(fields: \"id\") @cacheTag(format: \"b\") { id: ID! }",
        ),
    ]);
    says(
        &text,
        &[
            "@link(url: \"https://specs.apollo.dev/cacheTag/v0.1\", for: EXECUTION)",
            "): T @join__directive(graphs: [A, B], name: \"federation__cacheTag\", args: {format: \"t-{$args.x}\"})",
            "@join__directive(graphs: [A], name: \"federation__cacheTag\", args: {format: \"a\"})",
            "@join__directive(graphs: [A, B], name: \"federation__cacheTag\", args: {format: \"b\"})",
        ],
    );
}

#[test]
fn roots_of_other_names_are_renamed_wherever_they_are_mentioned() {
    let text = supergraph(&[
        "schema { query: Root mutation: Change } type Root { self: Root! list: [[Root!]] box: Box @shareable any: Any } \
         type Change { done: Int query: Root } type Box @shareable { root: Root } union Any = Root | Box \
         interface Has { root: Root } type Own implements Has { root: Root }",
        "type Query { box: Box @shareable } type Box @shareable { root: Query }",
    ]);
    says(
        &text,
        &[
            "self: Query! @join__field(graph: A)",
            "list: [[Query!]] @join__field(graph: A)",
            "query: Query\n",
            "mutation: Mutation\n",
            "  root: Query\n",
            "@join__unionMember(graph: A, member: \"Query\")",
        ],
    );
    // The union's member tells its own name, which is kept.
    let rest = text.replace("@rootType__name(graph: A, name: \"Root\")", "");
    assert!(!rest.contains("Root") && !rest.contains("Change"), "{text}");
}

#[test]
fn roots_are_renamed_in_what_keys_and_their_like_select() {
    let text = supergraph(&[
        "schema { query: Root } union U = Root | T interface I { t: T @deprecated } \
         type Root { t: T u: U @provides(fields: \"... on Root { x } ... on T { n }\") x: Int @external } \
         type T @key(fields: \"r { ... on Root { v } }\") { r: Root n: Int @external } \
         extend type Root { v: ID! @shareable }",
        "type Query { x: Int @shareable v: ID! @shareable } type T @key(fields: \"r { v }\") { r: Query n: Int @shareable }",
    ]);
    says(&text, &["key: \"r { ... on Query { v } }\"", "provides: \"... on Query { x } ... on T { n }\""]);
}

#[test]
fn what_interface_objects_hide_or_guard_is_so_for_the_objects_behind() {
    let composed = composed(&[
        "type Query { i: I } interface I @key(fields: \"id\") { id: ID! } type T implements I @key(fields: \"id\") { id: ID! }",
        "type I @key(fields: \"id\") @interfaceObject { id: ID! n: Int @inaccessible m(x: Int): Int @tag(name: \"m\") }",
    ])
    .unwrap();
    says(
        &composed.supergraph_sdl,
        &["n: Int @join__field @inaccessible", "m(x: Int): Int @join__field @tag(name: \"m\")"],
    );
    assert!(!composed.api_sdl.contains("n: Int"), "{}", composed.api_sdl);
}

/// Strings in field sets are what they were, and comments hide nothing.
#[test]
fn field_sets_are_written_as_they_were_understood() {
    let text = supergraph(&[
        "type Query { t: T } type T @key(fields: \"id # the key\") { id: ID! price(note: String): Int weight: Int }",
        "type T @key(fields: \"id\") @key(fields: \"\"\"id # the key\n, u # and more\n{ n }\"\"\") { id: ID! u: U price(note: String): Int @external \
         weight: Int @external tax: Int @requires(fields: \"\"\"price(note: \"a  b # c\") # not free\n weight\"\"\") } type U @shareable { n: Int }",
        "#1 type T @key(fields: [\"id # one\", \"id\"]) { id: ID! other: Int }",
    ]);
    says(
        &text,
        &[
            "@join__type(graph: A, key: \"id\")",
            "@join__type(graph: B, key: \"id u { n }\")",
            "requires: \"price(note: \\\"a  b # c\\\") weight\"",
        ],
    );
}

/// Every parser of GraphQL reads what is written for control characters.
#[test]
fn strings_are_written_as_graphql() {
    let text =
        supergraph(&["type Query { a: Int @tag(name: \"e\u{301}\") b: Int @deprecated(reason: \"\\u0000\\u001b\") \
        c: Int @requiresScopes(scopes: [[\"a\\\"b\", \"\\u007f\"]]) }"]);
    assert!(!text.contains("\\u{"), "{text}");
    says(&text, &["@tag(name: \"e\u{301}\")", "@requiresScopes(scopes: [[\"a\\\"b\", \"\\u007F\"]])"]);
    rialto::graph::Supergraph::parse(&text).unwrap();
}

#[test]
fn the_names_of_roots_are_kept_where_they_can_be_seen() {
    let interface = "schema { query: QA } interface Has { n: Int } type QA implements Has { n: Int me: Has }";
    let union = "schema { query: QA } type QA { n: Int self: U } union U = QA | T type T { n: Int }";
    for sdl in [interface, union] {
        let text = supergraph(&[sdl]);
        says(
            &text,
            &[
                "@link(url: \"https://specs.rialto.dev/rootType/v1.0\")",
                "directive @rootType__name(graph: join__Graph!, name: String!) repeatable on OBJECT",
                "@rootType__name(graph: A, name: \"QA\")",
            ],
        );
        assert!(!text.contains("type QA"), "{text}");
    }
    assert!(!supergraph(&["schema { query: QA } type QA { n: Int }"]).contains("rootType"));
}

#[test]
fn what_is_said_of_the_schema_goes_on() {
    let text = supergraph(&[
        "type Query { a: Int }",
        "#raw \"The \\\"whole\\\" shop\" schema @link(url: \"https://specs.apollo.dev/federation/v2.3\") { query: Root } type Root { b: Int }",
    ]);
    assert!(text.starts_with("\"\"\"\nThe \"whole\" shop\n\"\"\"\nschema\n"), "{text}");
}

#[test]
fn what_moves_is_marked_as_used_only_if_it_is() {
    let text = supergraph(&[
        "type Query { t: T } type T @key(fields: \"id\") { id: ID! n: Int @override(from: \"b\", label: \"x\") m: Int @override(from: \"b\", label: \"x\") }",
        "interface I { m: Int } type T implements I @key(fields: \"id\") { id: ID! n: Int m: Int }",
    ]);
    says(
        &text,
        &[
            "@join__field(graph: B, overrideLabel: \"x\")\n",
            "@join__field(graph: B, usedOverridden: true, overrideLabel: \"x\")\n",
        ],
    );
}

#[test]
fn keys_select_what_others_resolve_of_types_that_are_only_extended() {
    let base =
        "type Query { t: T } type T @key(fields: \"u { id { n } }\") { u: U } type U { id: I! } type I { n: Int }";
    let extension = "extend type T @key(fields: \"u { id { n } }\") { u: U @external m: Int } \
                     extend type U { id: I! @external } extend type I { n: Int @external }";
    let one = supergraph(&[&format!("#1 {base}"), &format!("#1 {extension}")]);
    says(
        &one,
        &[
            "id: I! @join__field(graph: A) @join__field(graph: B, external: true)",
            "u: U\n",
            "n: Int @join__field(graph: A) @join__field(graph: B, external: true)",
        ],
    );
    // In Federation 2 they are external in name only.
    let shared = base.replace("type U", "type U @shareable").replace("type I", "type I @shareable");
    let extension = extension.replace("type U", "type U @shareable").replace("type I", "type I @shareable");
    let two = supergraph(&[&shared, &extension]);
    assert!(!two.contains("external: true)"), "{two}");
}

#[test]
fn keys_that_stand_on_an_extension_say_so() {
    for kind in ["", "#1 "] {
        let text = supergraph(&[&format!(
            "{kind}type Query {{ t: T u: U }} type T {{ id: ID! n: Int }} extend type T @key(fields: \"id\") {{ m: Int }} type U @key(fields: \"id\") {{ id: ID! }} extend type U {{ m: Int }}"
        )]);
        says(
            &text,
            &[
                "type T\n  @join__type(graph: A, key: \"id\", extension: true)",
                "type U\n  @join__type(graph: A, key: \"id\")\n",
            ],
        );
    }
}

#[test]
fn an_override_of_nobody_is_none() {
    let text = supergraph(&["type Query { a: Int @override(from: \"z\") }"]);
    assert!(text.contains("  a: Int\n") || text.contains("  a: Int @join__field(graph: A)\n"), "{text}");
    let text = supergraph(&[
        "type Query { t: T } type T @key(fields: \"id\") { id: ID! n: Int @override(from: \"b\") }",
        "type T @key(fields: \"{ id }\") { id: ID! n: Int @external m: Int @requires(fields: \"n\") }",
    ]);
    says(&text, &["@join__field(graph: B, external: true)", "@join__type(graph: B, key: \"id\")"]);
    assert!(!text.contains("usedOverridden: true"), "{text}");
}

#[test]
fn an_extension_of_federation_1_says_nothing_unless_a_directive_makes_it_one() {
    let text = supergraph(&[
        "#1 type Query { t: T u: U } type T @key(fields: \"id\") { id: ID! } type U @key(fields: \"id\") { id: ID! }",
        "#1 extend type T @key(fields: \"id\") { id: ID! @external n: Int } type U @extends @key(fields: \"id\") { id: ID! @external n: Int }",
        "extend type T @key(fields: \"id\") { id: ID! m: Int }",
    ]);
    assert_eq!(text.matches("extension: true)").count(), 2, "{text}");
    says(&text, &["@join__type(graph: C, key: \"id\", extension: true)"]);
}
