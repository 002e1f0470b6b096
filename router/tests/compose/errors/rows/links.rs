//! `@link` and `@composeDirective`.

use super::Row;

macro_rules! links {
    ($($link:literal)*) => {
        concat!("#raw extend schema", $(" @link(", $link, ")",)* " type Query { n: Int }")
    };
}

pub const ROWS: &[Row] = &[
    Row {
        refused: &[
            "#raw extend schema @link(url: \"https://specs.apollo.dev/federation/v2.3\", import: [{ as: \"@key\" }]) type Query { n: Int }",
            links!("url: \"https://specs.apollo.dev/federation/v2.3\", import: [{ name: \"@key\", as: \"key\" }]"),
            links!("url: \"https://specs.apollo.dev/federation/v2.3\", import: [\"@cost\", \"@nope\", \"Nope\"]"),
            links!("url: \"https://specs.apollo.dev/federation/v2.3\"" "url: \"https://specs.apollo.dev/federation/v2.4\""),
        ],
        told: &[
            "INVALID_LINK_DIRECTIVE_USAGE @link [a]",
            "INVALID_LINK_DIRECTIVE_USAGE @link [b]",
            "INVALID_LINK_DIRECTIVE_USAGE @link [c]",
            "INVALID_LINK_DIRECTIVE_USAGE @link [d]",
        ],
        legal: &[
            &[links!(
                "url: \"https://specs.apollo.dev/federation/v2.9\", import: [\"@cost\", \"FieldSet\", { name: \"@key\", as: \"@k\" }]"
            )],
            &[
                links!("url: \"https://specs.apollo.dev/federation/v2.3\", as: \"fed\"" "url: \"https://specs.apollo.dev/link/v1.0\"" "url: \"https://example.com/mine/v0.1\", import: [\"@mine\"]"),
            ],
        ],
    },
    Row {
        refused: &[
            links!("url: \"https://specs.apollo.dev/federation\""),
            links!("url: \"nothing\""),
            links!("url: \"https://example.com/v1.0\""),
        ],
        told: &[
            "INVALID_LINK_IDENTIFIER @link [a]",
            "INVALID_LINK_IDENTIFIER @link [b]",
            "INVALID_LINK_IDENTIFIER @link [c]",
        ],
        legal: &[],
    },
    Row {
        refused: &[
            links!("url: \"https://specs.apollo.dev/federation/v2.99\""),
            links!("url: \"https://specs.apollo.dev/federation/v3.0\""),
            links!("url: \"https://specs.apollo.dev/federation/v1.0\""),
        ],
        told: &[
            "UNKNOWN_FEDERATION_LINK_VERSION @link [a]",
            "UNKNOWN_FEDERATION_LINK_VERSION @link [b]",
            "UNKNOWN_FEDERATION_LINK_VERSION @link [c]",
        ],
        legal: &[&[links!("url: \"https://specs.apollo.dev/federation/v2.14\"")]],
    },
    Row {
        // What a directive can do, it can since some version.
        refused: &[
            "#raw extend schema @link(url: \"https://specs.apollo.dev/federation/v2.2\", import: [\"@tag\"]) @tag(name: \"x\") type Query { a: Int }",
            "#raw extend schema @link(url: \"https://specs.apollo.dev/federation/v2.6\", import: [\"@override\"]) \
             type Query { b: Int @override(from: \"c\", label: \"x\") }",
            "#raw extend schema @link(url: \"https://specs.apollo.dev/federation/v2.1\", import: [\"@shareable\"]) \
             type Query @shareable { c: Int } extend type Query @shareable { d: Int }",
        ],
        told: &["INVALID_GRAPHQL [a]", "INVALID_GRAPHQL Query.b [b]", "INVALID_GRAPHQL [c]"],
        legal: &[&[
            "#raw extend schema @link(url: \"https://specs.apollo.dev/federation/v2.3\", import: [\"@tag\"]) @tag(name: \"x\") type Query { a: Int }",
            "#raw extend schema @link(url: \"https://specs.apollo.dev/federation/v2.7\", import: [\"@override\"]) \
             type Query { b: Int @override(from: \"c\", label: \"x\") }",
            "#raw extend schema @link(url: \"https://specs.apollo.dev/federation/v2.2\", import: [\"@shareable\"]) \
             type Query @shareable { c: Int } extend type Query @shareable { d: Int }",
        ]],
    },
    Row {
        refused: &[links!("url: \"https://specs.apollo.dev/link/v2.0\"")],
        told: &["UNKNOWN_LINK_VERSION @link [a]"],
        legal: &[&[links!("url: \"https://specs.apollo.dev/link/v1.0\"")]],
    },
    Row {
        refused: &[links!("url: \"https://example.com/mine/v0.1\", for: SECURITY")],
        told: &["UNSUPPORTED_LINKED_FEATURE @link [a]"],
        legal: &[
            &[links!("url: \"https://example.com/mine/v0.1\"")],
            &[
                "#raw extend schema @link(url: \"https://specs.apollo.dev/inaccessible/v0.2\", for: SECURITY) type Query { n: Int m: Int @inaccessible }",
            ],
        ],
    },
    Row {
        refused: &[
            "type Query { n: Int @tag(name: \"x\") }",
            "#raw extend schema @link(url: \"https://specs.apollo.dev/federation/v2.3\", import: [{ name: \"@tag\", as: \"@mark\" }]) \
             type Query { m: Int @mark(name: \"x\") }",
        ],
        told: &["LINK_IMPORT_NAME_MISMATCH @tag [a, b]"],
        legal: &[&[
            "#raw extend schema @link(url: \"https://specs.apollo.dev/federation/v2.3\", import: [{ name: \"@tag\", as: \"@mark\" }]) \
             type Query { n: Int @mark(name: \"x\") }",
            "#raw extend schema @link(url: \"https://specs.apollo.dev/federation/v2.3\", import: [{ name: \"@tag\", as: \"@mark\" }]) \
             type Query { m: Int @mark(name: \"x\") }",
        ]],
    },
    Row {
        refused: &[
            "extend schema @composeDirective(name: \"mine\") type Query { a: Int }",
            "extend schema @composeDirective(name: \"@mine\") type Query { b: Int }",
            "extend schema @composeDirective(name: \"@loose\") directive @loose on OBJECT type Query { c: Int }",
            "extend schema @composeDirective(name: \"@key\") type Query { d: Int }",
        ],
        told: &[
            "DIRECTIVE_COMPOSITION_ERROR @mine [a]",
            "DIRECTIVE_COMPOSITION_ERROR @mine [b]",
            "DIRECTIVE_COMPOSITION_ERROR @loose [c]",
            "DIRECTIVE_COMPOSITION_ERROR @key [d]",
        ],
        legal: &[&[
            "extend schema @composeDirective(name: \"@mine\") @link(url: \"https://example.com/mine/v0.1\", import: [\"@mine\"]) \
             directive @mine on FIELD_DEFINITION type Query { a: Int @mine }",
        ]],
    },
    Row {
        refused: &[
            "extend schema @composeDirective(name: \"@mine\") @link(url: \"https://example.com/mine/v0.1\", import: [\"@mine\"]) \
             directive @mine on FIELD_DEFINITION type Query { a: Int @mine }",
            "extend schema @composeDirective(name: \"@own\") @link(url: \"https://example.com/mine/v0.1\", import: [{ name: \"@mine\", as: \"@own\" }]) \
             directive @own on FIELD_DEFINITION type Query { b: Int @own }",
        ],
        told: &["DIRECTIVE_COMPOSITION_ERROR @mine [a, b]"],
        legal: &[],
    },
    Row {
        refused: &[
            "extend schema @composeDirective(name: \"@mine\") @link(url: \"https://example.com/mine/v1.0\", import: [\"@mine\"]) \
             directive @mine on FIELD_DEFINITION type Query { a: Int @mine }",
            "extend schema @composeDirective(name: \"@mine\") @link(url: \"https://example.com/mine/v2.0\", import: [\"@mine\"]) \
             directive @mine on FIELD_DEFINITION type Query { b: Int @mine }",
        ],
        told: &["DIRECTIVE_COMPOSITION_ERROR @mine [a, b]"],
        legal: &[
            &[
                "extend schema @composeDirective(name: \"@mine\") @link(url: \"https://example.com/mine/v1.0\", import: [\"@mine\"]) \
             directive @mine on FIELD_DEFINITION type Query { a: Int @mine }",
                "extend schema @link(url: \"https://example.com/mine/v2.0\", import: [\"@mine\"]) \
             directive @mine on FIELD_DEFINITION type Query { b: Int @mine }",
            ],
            &[
                "extend schema @composeDirective(name: \"@mine\") @link(url: \"https://example.com/mine/v1.0\", import: [\"@mine\"]) \
             directive @mine on FIELD_DEFINITION type Query { a: Int @mine }",
                "extend schema @composeDirective(name: \"@mine\") @link(url: \"https://example.com/mine/v1.2\", import: [\"@mine\"]) \
             directive @mine on FIELD_DEFINITION type Query { b: Int @mine }",
            ],
        ],
    },
];
