//! A graph being written: what each subgraph declares, and the clients' schema that follows.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

/// What one subgraph declares, by type.
pub type Subgraph = BTreeMap<String, Declared>;

/// A type as a subgraph declares it.
#[derive(Clone, Debug, Default)]
pub struct Declared {
    /// `type`, `interface`, `union` or `enum`.
    pub kind: &'static str,
    /// The keys, by their fields.
    pub keys: BTreeSet<String>,
    /// Whether entities are resolved here.
    pub resolvable: bool,
    pub implements: BTreeSet<String>,
    /// Directives beside those that follow from the rest.
    pub directives: BTreeSet<String>,
    pub fields: BTreeMap<String, Field>,
    /// For an interface object: the objects behind it.
    pub stands_for: BTreeSet<String>,
    /// Members of a union, values of an enum.
    pub members: BTreeSet<String>,
}

/// A field as a subgraph declares it.
#[derive(Clone, Debug, Default)]
pub struct Field {
    /// With parentheses, or nothing.
    pub arguments: String,
    pub ty: String,
    pub directives: BTreeSet<String>,
}

impl Field {
    /// A field without arguments and directives.
    pub fn of(ty: &str) -> Self {
        Self { ty: ty.to_owned(), ..Self::default() }
    }
}

/// The SDL of a subgraph.
pub fn sdl(subgraph: &Subgraph) -> String {
    let mut text = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.7\", import: [\"@key\", \
        \"@shareable\", \"@external\", \"@requires\", \"@provides\", \"@override\", \"@interfaceObject\", \
        \"@authenticated\", \"@requiresScopes\", \"@policy\"])\n"
        .to_owned();
    for (name, declared) in subgraph {
        write(name, declared, true, &mut text);
    }
    text
}

/// The clients' schema. Of the fields of some types it is known beforehand what clients see.
pub fn api(subgraphs: &[Subgraph], varied: &Subgraph) -> String {
    let mut all = Subgraph::new();
    for (name, declared) in subgraphs.iter().flatten() {
        let known = all.entry(name.clone()).or_insert_with(|| Declared { kind: declared.kind, ..Declared::default() });
        known.implements.extend(declared.implements.clone());
        known.members.extend(declared.members.clone());
        known.fields.extend(declared.fields.clone());
        if declared.kind == "interface" {
            known.kind = "interface";
        }
        for object in &declared.stands_for {
            let object = all.entry(object.clone()).or_insert_with(|| Declared { kind: "type", ..Declared::default() });
            object.fields.extend(declared.fields.clone());
        }
    }
    for (name, declared) in varied {
        if let Some(known) = all.get_mut(name) {
            known.fields.extend(declared.fields.clone());
        }
    }
    let mut text = String::new();
    for (name, declared) in &all {
        write(name, declared, false, &mut text);
    }
    text
}

fn write(name: &str, declared: &Declared, directives: bool, text: &mut String) {
    let list = |parts: &BTreeSet<String>, between: &str| parts.iter().cloned().collect::<Vec<_>>().join(between);
    let _ = write!(text, "{} {name}", declared.kind);
    if !declared.implements.is_empty() {
        let _ = write!(text, " implements {}", list(&declared.implements, " & "));
    }
    for key in declared.keys.iter().filter(|_| directives) {
        let not = if declared.resolvable { "" } else { ", resolvable: false" };
        let _ = write!(text, " @key(fields: \"{key}\"{not})");
    }
    if directives && !declared.stands_for.is_empty() {
        let _ = write!(text, " @interfaceObject");
    }
    for directive in declared.directives.iter().filter(|_| directives) {
        let _ = write!(text, " {directive}");
    }
    match declared.kind {
        "union" => {
            let _ = writeln!(text, " = {}", list(&declared.members, " | "));
        }
        "enum" => {
            let _ = writeln!(text, " {{ {} }}", list(&declared.members, " "));
        }
        _ => {
            let _ = writeln!(text, " {{");
            for (name, field) in &declared.fields {
                let said = if directives { list(&field.directives, " ") } else { String::new() };
                let _ = writeln!(text, "  {name}{}: {} {said}", field.arguments, field.ty);
            }
            let _ = writeln!(text, "}}");
        }
    }
}
