//! Operations that are larger than anybody writes by hand: random ones over any schema, valid by construction and the
//! same for the same seed, and such as somebody might send to keep a planner busy.

use std::{collections::BTreeMap, fmt::Write as _};

use apollo_compiler::{
    Name, Schema,
    ast::{FieldDefinition, Type},
    schema::ExtendedType,
};

use crate::random::Random;

/// How an operation should look.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// How deep its selections are nested at most.
    pub depth: usize,
    /// How many fields it has at most, fragments followed; about half of them are reached on most schemas.
    pub fields: usize,
    /// How many of its fields have aliases, in percent.
    pub aliases: usize,
    /// How many of its selections are fragments, in percent.
    pub fragments: usize,
}

/// A random query over the schema.
pub fn operation(schema: &Schema, bounds: Bounds, random: &mut Random) -> String {
    let mut writer = Writer { schema, bounds, random, fragments: Vec::new(), aliases: 0 };
    let root = schema.root_operation(apollo_compiler::ast::OperationType::Query).expect("a query type");
    let (mut text, _) = writer.selection(root, bounds.depth, bounds.fields);
    for fragment in &writer.fragments {
        let _ = write!(text, " fragment {} on {}{}", fragment.name, fragment.ty, fragment.text);
    }
    text
}

struct Fragment {
    name: String,
    ty: Name,
    text: String,
    depth: usize,
    fields: usize,
}

struct Writer<'w> {
    schema: &'w Schema,
    bounds: Bounds,
    random: &'w mut Random,
    fragments: Vec<Fragment>,
    aliases: usize,
}

impl Writer<'_> {
    /// A selection in braces, and how many fields it has.
    fn selection(&mut self, ty: &Name, depth: usize, budget: usize) -> (String, usize) {
        let schema = self.schema;
        let (mut text, mut used) = ("{__typename".to_owned(), 1);
        let fields = match &schema.types[ty] {
            ExtendedType::Object(object) => Some(&object.fields),
            ExtendedType::Interface(interface) => Some(&interface.fields),
            _ => None,
        };
        let fields = fields.into_iter().flat_map(|fields| fields.values());
        let (composite, leaves): (Vec<&FieldDefinition>, Vec<_>) =
            fields.map(|field| &***field).partition(|field| is_composite(schema, &field.ty));
        for leaf in leaves {
            if used < budget && self.random.chance(70) {
                let _ = write!(text, " {}", self.key(leaf));
                used += 1;
            }
        }
        if depth == 0 {
            return (text + "}", used);
        }
        let branches = 1 + self.random.below(4);
        for branch in 0..branches {
            let share = budget.saturating_sub(used) / (branches - branch);
            if share < 3 {
                break;
            }
            let (more, fields) = self.branch(ty, &composite, depth, share);
            text.push_str(&more);
            used += fields;
        }
        (text + "}", used)
    }

    /// One field with what is below it, or one fragment.
    fn branch(&mut self, ty: &Name, fields: &[&FieldDefinition], depth: usize, budget: usize) -> (String, usize) {
        if fields.is_empty() || self.random.chance(self.bounds.fragments) {
            return self.fragment(ty, depth, budget);
        }
        let field = *self.random.pick(fields);
        let (below, used) = self.selection(field.ty.inner_named_type(), depth - 1, budget - 1);
        (format!(" {}{below}", self.key(field)), used + 1)
    }

    /// A fragment on one of the types that the object may be of, inline or by name.
    fn fragment(&mut self, ty: &Name, depth: usize, budget: usize) -> (String, usize) {
        let possible: Vec<Name> = match &self.schema.types[ty] {
            ExtendedType::Union(union) => union.members.iter().map(|member| member.name.clone()).collect(),
            ExtendedType::Interface(_) => {
                let is_one = |known: &&ExtendedType| known.is_object() && self.schema.is_subtype(ty, known.name());
                self.schema.types.values().filter(is_one).map(|known| known.name().clone()).collect()
            }
            _ => vec![ty.clone()],
        };
        if possible.is_empty() {
            return (String::new(), 0);
        }
        let ty = self.random.pick(&possible).clone();
        if self.random.chance(50) {
            let fits = |known: &&Fragment| known.ty == ty && known.depth < depth && known.fields <= budget;
            if let Some(known) = self.fragments.iter().find(fits) {
                return (format!(" ...{}", known.name), known.fields);
            }
            let (text, fields) = self.selection(&ty, depth - 1, budget);
            let name = format!("F{}", self.fragments.len());
            self.fragments.push(Fragment { name: name.clone(), ty, text, depth: depth - 1, fields });
            return (format!(" ...{name}"), fields);
        }
        let (text, fields) = self.selection(&ty, depth - 1, budget);
        (format!(" ...on {ty}{text}"), fields)
    }

    /// A field with its arguments under a response key that no other field has. Without an alias of its own it is
    /// called after all that decides what it answers.
    fn key(&mut self, field: &FieldDefinition) -> String {
        let arguments = arguments(self.schema, field);
        if self.random.chance(self.bounds.aliases) {
            self.aliases += 1;
            return format!("a{}:{}{arguments}", self.aliases, field.name);
        }
        let ty: String = field.ty.to_string().chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
        format!("{}_{ty}:{}{arguments}", field.name, field.name)
    }
}

fn is_composite(schema: &Schema, ty: &Type) -> bool {
    let known = schema.types.get(ty.inner_named_type());
    known.is_some_and(|known| known.is_object() || known.is_interface() || known.is_union())
}

fn arguments(schema: &Schema, field: &FieldDefinition) -> String {
    let required = field.arguments.iter().filter(|argument| argument.is_required());
    let given: Vec<_> =
        required.map(|argument| format!("{}:{}", argument.name, literal(schema, &argument.ty, 0))).collect();
    if given.is_empty() { String::new() } else { format!("({})", given.join(" ")) }
}

fn literal(schema: &Schema, ty: &Type, depth: usize) -> String {
    if ty.is_list() {
        return "[]".to_owned();
    }
    match &schema.types[ty.inner_named_type()] {
        ExtendedType::Enum(known) => known.values.keys().next().expect("an enum has values").to_string(),
        ExtendedType::InputObject(known) if depth < 8 => {
            let required = known.fields.values().filter(|field| field.is_required());
            let fields: Vec<_> =
                required.map(|field| format!("{}:{}", field.name, literal(schema, &field.ty, depth + 1))).collect();
            format!("{{{}}}", fields.join(" "))
        }
        known => match known.name().as_str() {
            "Int" => "7".to_owned(),
            "Float" => "7.5".to_owned(),
            "Boolean" => "true".to_owned(),
            _ => "\"7\"".to_owned(),
        },
    }
}

/// Subgraphs in which everything leads to everything, and much can be had in several ways.
pub fn social() -> BTreeMap<String, String> {
    const LINK: &str = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.5\", import: [\"@key\", \
        \"@shareable\", \"@external\", \"@requires\", \"@provides\"])\n";
    let subgraph = |name: &str, sdl: &str| (name.to_owned(), format!("{LINK}{sdl}"));
    BTreeMap::from([
        subgraph(
            "a",
            "type Query { me: User node(id: ID!): Node nodes: [Node!] any: [Any] }
            interface Node { id: ID! }
            union Any = User | Post | Comment
            type User implements Node @key(fields: \"id\") {
                id: ID! name: String @shareable friends: [User!] best: User @shareable posts: [Post]
            }
            type Post implements Node @key(fields: \"id\") { id: ID! author: User title: String @shareable }
            type Comment implements Node @key(fields: \"id\") { id: ID! by: User about: Any }",
        ),
        subgraph(
            "b",
            "type Query { posts: [Post!] }
            type User @key(fields: \"id\") {
                id: ID! name: String @shareable age: Int best: User @shareable likes(first: Int): [Post]
            }
            type Post @key(fields: \"id\") { id: ID! title: String @shareable comments: [Comment!] }
            type Comment @key(fields: \"id\") { id: ID! text: String @shareable }",
        ),
        subgraph(
            "c",
            "type Query { comments: [Comment] }
            type User @key(fields: \"id\") {
                id: ID! name: String @shareable age: Int @external rank: Int @requires(fields: \"age\")
            }
            type Post @key(fields: \"id\") { id: ID! title: String @shareable related: [Post] }
            type Comment @key(fields: \"id\") { id: ID! text: String @shareable replies: [Comment!] by2: User }",
        ),
    ])
}

/// Operations over [`social`] that are made to be hard, each with its name; `size` is how many pieces they have.
pub fn hard(size: usize) -> Vec<(&'static str, String)> {
    let repeat = |count: usize, piece: &dyn Fn(usize) -> String| (0..count).map(piece).collect::<String>();
    let nest = |depth: usize, open: &str, inside: &str| open.repeat(depth) + inside + &"}".repeat(depth);
    let pair = |n: usize| format!("fragment F{n} on User{{best{{...F{next} ...F{next}}}}} ", next = n + 1);
    let both = |n: usize| format!("fragment F{n} on User{{x:best{{...F{next}}} y:best{{...F{next}}}}} ", next = n + 1);
    let last = |n: usize| format!("fragment F{n} on User{{name rank}} ");
    vec![
        ("aliases of one scalar", format!("{{me{{{}}}}}", repeat(size, &|n| format!("a{n}:rank ")))),
        ("aliases of one entity", format!("{{me{{{}}}}}", repeat(size, &|n| format!("a{n}:best{{age rank}} ")))),
        ("aliases of a root field", format!("{{{}}}", repeat(size, &|n| format!("a{n}:me{{name age rank}} ")))),
        (
            "aliases with arguments",
            format!("{{me{{{}}}}}", repeat(size, &|n| format!("a{n}:likes(first:{n}){{title author{{rank}}}} "))),
        ),
        (
            "fragments side by side",
            format!("{{me{{{}}}}} ", repeat(size, &|n| format!("...F{n} ")))
                + &repeat(size, &|n| format!("fragment F{n} on User{{a{n}:best{{rank}}}} ")),
        ),
        (
            "one fragment over and over",
            format!("{{me{{{}}}}} ", "...F ".repeat(size)) + "fragment F on User{friends{rank best{age rank}}}",
        ),
        (
            "inline fragments side by side",
            format!("{{nodes{{{}}}}}", "...on User{rank} ...on Post{title} ".repeat(size)),
        ),
        ("one chain, deep", format!("{{me{{{}}}}}", nest(size, "best{", "name"))),
        ("one chain of hops, deep", format!("{{me{{{}}}}}", nest(size, "likes{author{", "rank") + &"}".repeat(size))),
        ("a chain of lists", format!("{{comments{{{}}}}}", nest(size, "replies{", "text"))),
        ("fragments that double", "{me{...F0}} ".to_owned() + &repeat(size, &pair) + &last(size)),
        ("fragments that branch", "{me{...F0}} ".to_owned() + &repeat(size, &both) + &last(size)),
        (
            "fragments that double at the root",
            "{...F0} ".to_owned()
                + &repeat(size, &|n| format!("fragment F{n} on Query{{...F{next} ...F{next}}} ", next = n + 1))
                + &format!("fragment F{size} on Query{{me{{name}}}}"),
        ),
        (
            "fragments in a row",
            "{...F0} ".to_owned()
                + &repeat(size, &|n| format!("fragment F{n} on Query{{...F{}}} ", n + 1))
                + &format!("fragment F{size} on Query{{me{{name}}}}"),
        ),
        (
            "unions in unions",
            format!("{{any{{{}}}}}", nest(size, "...on Comment{about{", "__typename") + &"}".repeat(size)),
        ),
        (
            "interfaces with all members",
            format!(
                "{{nodes{{{}}}}}",
                repeat(size, &|n| format!(
                    "...on User{{a{n}:best{{rank}}}} ...on Post{{b{n}:related{{author{{age}}}}}} ...on Comment{{c{n}:by2{{rank}}}} "
                )),
            ),
        ),
    ]
}
