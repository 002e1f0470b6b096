//! The finished SDL of a subgraph: what async-graphql exports, put right for composition.
//!
//! async-graphql writes definitions of directives that the federation specification already defines, imports a fixed
//! list by `@link`, knows no `@authenticated`, no `@listSize` and no description of a schema, and indents by tabs. The
//! finished text has no such definitions, imports what it uses, says how long the lists of connections are, is described,
//! and is stable enough to be compared in a test. Both [`of`] and a subgraph's own `_service` answer it.

use std::fmt::Write as _;

use async_graphql::{ObjectType, SDLExportOptions, Schema, SubscriptionType};

/// The version that knows `@authenticated`, `@requiresScopes` and `@listSize`.
const FEDERATION: &str = "https://specs.apollo.dev/federation/v2.9";
/// All that a subgraph may import, in the order in which the specification grew.
const DIRECTIVES: [&str; 16] = [
    "key",
    "requires",
    "provides",
    "external",
    "extends",
    "shareable",
    "inaccessible",
    "override",
    "tag",
    "composeDirective",
    "interfaceObject",
    "authenticated",
    "requiresScopes",
    "policy",
    "cost",
    "listSize",
];

/// What a router may expect of a connection: as many items as are asked for, and a page of the default size otherwise.
const LIST_SIZE: &str = "@listSize(assumedSize: 10, slicingArguments: [\"first\", \"last\"], \
    sizedFields: [\"nodes\", \"edges\"], requireOneSlicingArgument: false)";

/// What a router may expect of `nodes`: the most that it returns. The cost specification knows slicing arguments that are
/// an `Int`, not the length of a list of ids. Where fewer were assumed, whoever asks for a hundred would pay for a few, and
/// multiply whatever is selected below; so whoever asks for a few pays for a hundred, which is far within the limit.
const NODES_SIZE: &str = "@listSize(assumedSize: 100)";

/// The description of the schema: the conventions that all domains share. It is the same in every subgraph, because
/// composition takes one.
const ABOUT: &str = "\
The API of a shop: several domains, one graph.

Ids are opaque and begin with the kind of thing that they identify; another kind than the one that is needed is
`BAD_USER_INPUT`, or the user error `INVALID_ID`. Times are RFC 3339 in UTC. Amounts are decimal strings beside their
currency. Lists are Relay connections: 10 items unless asked otherwise, at most 100, by cursor or by the number of the
page. Texts are normalised to NFC and trimmed; control characters are refused.

A mutation that refuses its input says why in `userErrors`, and has written nothing. All else that goes wrong is in
`errors`, with `extensions.code` and `extensions.requestId`; where an argument of a field is at fault,
`extensions.inputPath` says which, from its name on, as in `[\"where\", \"price\", \"gte\"]`. What is not yours to see is
null, as if it did not exist.

Send an access token as `Authorization: Bearer …`.";

/// The finished SDL of `schema`.
pub fn of<Q, M, S>(schema: &Schema<Q, M, S>) -> String
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    finish(&schema.sdl_with_options(options().include_specified_by()))
}

/// What async-graphql answers to `_service { sdl }`, letter by letter.
pub(crate) fn raw<Q, M, S>(schema: &Schema<Q, M, S>) -> String
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    schema.sdl_with_options(options())
}

fn options() -> SDLExportOptions {
    SDLExportOptions::new().federation().compose_directive()
}

/// Finishes what async-graphql exported.
pub fn finish(raw: &str) -> String {
    let mut body = Vec::new();
    let mut lines = raw.lines();
    // A description belongs to what follows it, and goes when that goes.
    let mut description = Vec::new();
    let mut arguments = Arguments::default();
    while let Some(line) = lines.next() {
        if line == "\"\"\"" {
            description.push(line.to_owned());
            description.extend(lines.by_ref().take_while(|line| *line != "\"\"\"").map(indented));
            description.push(line.to_owned());
        } else if line.starts_with("directive @") {
            description.clear();
        } else if line == "extend schema @link(" {
            lines.by_ref().take_while(|line| *line != ")").for_each(drop);
        } else if line.starts_with("schema @link(") {
            // One that was finished before.
            description.clear();
            lines.by_ref().take_while(|line| *line != "}").for_each(drop);
        } else {
            body.append(&mut description);
            let mut line = indented(line);
            let is_page = arguments.read(&line) && is_connection(&line);
            if let Some(size) = if is_page { Some(LIST_SIZE) } else { is_nodes(&line).then_some(NODES_SIZE) }
                && !line.contains("@listSize")
            {
                line = format!("{line} {size}");
            }
            body.push(line);
        }
    }
    let text = body.join("\n");
    let mut finished = String::with_capacity(text.len() + ABOUT.len() + 300);
    let _ = writeln!(finished, "\"\"\"\n{ABOUT}\n\"\"\"");
    let _ = writeln!(finished, "schema @link(url: \"{FEDERATION}\", import: [{}]) {{", imports(&text));
    for (operation, root) in [("query", "Query"), ("mutation", "Mutation")] {
        if text.lines().any(|line| line.strip_prefix("type ").is_some_and(|rest| rest.split(' ').next() == Some(root)))
        {
            let _ = writeln!(finished, "  {operation}: {root}");
        }
    }
    finished.push_str("}\n\n");
    finished.push_str(text.trim());
    finished.push('\n');
    finished
}

/// The arguments of the field that is being read.
#[derive(Default)]
struct Arguments {
    first: bool,
    last: bool,
}

impl Arguments {
    /// Reads one line. Whether it ends a field that takes `first` and `last`.
    fn read(&mut self, line: &str) -> bool {
        if line.ends_with(['(', '{', '}']) {
            *self = Self::default();
        }
        let takes = |name: &str| {
            let mut words = line.split(|letter: char| letter.is_whitespace() || letter == '(');
            words.any(|word| word.strip_prefix(name).is_some_and(|rest| rest.starts_with(':')))
        };
        self.first |= takes("first");
        self.last |= takes("last");
        if !line.contains("): ") {
            return false;
        }
        let Self { first, last } = std::mem::take(self);
        first && last
    }
}

/// Whether a line that ends a field's arguments says that the field returns a connection.
fn is_connection(line: &str) -> bool {
    let ty = line.rsplit_once("): ").and_then(|(_, rest)| rest.split_whitespace().next());
    ty.is_some_and(|ty| ty.trim_end_matches('!').ends_with("Connection"))
}

/// Whether a line ends the arguments of a field that finds things of any kind by their ids.
fn is_nodes(line: &str) -> bool {
    line.split_once("): ").is_some_and(|(_, ty)| ty.split_whitespace().next() == Some("[Node]!"))
}

/// Two blanks for each tab that the line begins with.
fn indented(line: &str) -> String {
    let rest = line.trim_start_matches('\t');
    let depth = line.len() - rest.len();
    format!("{}{rest}", "  ".repeat(depth)).trim_end().to_owned()
}

fn imports(text: &str) -> String {
    let used = DIRECTIVES.iter().filter(|name| is_used(text, name));
    used.map(|name| format!("\"@{name}\"")).collect::<Vec<_>>().join(", ")
}

/// Whether `@name` stands in `text` as a whole word and outside descriptions.
fn is_used(text: &str, name: &str) -> bool {
    let mut in_description = false;
    text.lines().any(|line| {
        if line.trim() == "\"\"\"" {
            in_description = !in_description;
        }
        !in_description
            && line.split('@').skip(1).any(|rest| {
                rest.strip_prefix(name).is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_alphanumeric()))
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        caller::{Authenticated, RequiresScope, authenticated},
        time::Timestamp,
    };
    use async_graphql::{EmptyMutation, EmptySubscription, ID, Object, SimpleObject};

    /// A thing; "@override" in a description is no use of it.
    #[derive(SimpleObject)]
    struct Thing {
        /// Which one it is:
        ///
        /// directive @odd, says this description.
        id: ID,
    }

    #[derive(Default, SimpleObject)]
    struct ThingConnection {
        nodes: Vec<Thing>,
    }

    struct Query;

    #[Object]
    impl Query {
        async fn at(&self) -> Option<Timestamp> {
            None
        }

        /// Anybody.
        async fn open(&self, #[graphql(desc = "How many, \"at most\".")] first: Option<i32>) -> i32 {
            first.unwrap_or_default()
        }

        #[graphql(guard = "Authenticated", directive = authenticated::apply())]
        async fn mine(&self) -> Option<Thing> {
            None
        }

        async fn page(&self, first: Option<i32>, last: Option<i32>) -> ThingConnection {
            let _ = (first, last);
            ThingConnection::default()
        }

        #[graphql(guard = "Authenticated", directive = authenticated::apply())]
        async fn described(
            &self,
            #[graphql(desc = "From the front, as in \"first:\".")] first: Option<i32>,
            #[graphql(desc = "From the back.")] last: Option<i32>,
        ) -> Option<ThingConnection> {
            let _ = (first, last);
            None
        }

        async fn forward(&self, #[graphql(desc = "Not \"last: 1\".")] first: Option<i32>) -> ThingConnection {
            let _ = first;
            ThingConnection::default()
        }

        #[graphql(guard = "RequiresScope(\"things:read\")", requires_scopes = "things:read")]
        async fn all(&self) -> Vec<Thing> {
            Vec::new()
        }

        #[graphql(entity)]
        async fn thing(&self, id: ID) -> Option<Thing> {
            Some(Thing { id })
        }
    }

    const EXPECTED: &str = r#"schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated", "@requiresScopes", "@listSize"]) {
  query: Query
}

"""
A moment in time: RFC 3339 in UTC, such as 2026-01-31T12:30:00.5+00:00. Input may have any offset; a year before 0001
or after 9999 is refused.
"""
scalar DateTime @specifiedBy(url: "https://datatracker.ietf.org/doc/html/rfc3339")

type Query {
  at: DateTime
  """
  Anybody.
  """
  open(
    """
    How many, "at most".
    """
    first: Int
  ): Int!
  mine: Thing @authenticated
  page(first: Int, last: Int): ThingConnection! @listSize(assumedSize: 10, slicingArguments: ["first", "last"], sizedFields: ["nodes", "edges"], requireOneSlicingArgument: false)
  described(
    """
    From the front, as in "first:".
    """
    first: Int,
    """
    From the back.
    """
    last: Int
  ): ThingConnection @authenticated @listSize(assumedSize: 10, slicingArguments: ["first", "last"], sizedFields: ["nodes", "edges"], requireOneSlicingArgument: false)
  forward(
    """
    Not "last: 1".
    """
    first: Int
  ): ThingConnection!
  all: [Thing!]! @requiresScopes(scopes: [["things:read"]])
}

"""
A thing; "@override" in a description is no use of it.
"""
type Thing @key(fields: "id") {
  """
  Which one it is:

  directive @odd, says this description.
  """
  id: ID!
}

type ThingConnection {
  nodes: [Thing!]!
}
"#;

    #[test]
    fn the_finished_text_composes_and_is_stable() {
        let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
        let finished = of(&schema);
        assert_eq!(finished, format!("\"\"\"\n{ABOUT}\n\"\"\"\n{EXPECTED}"));
        assert_eq!(finish(&finished), finished, "finishing twice changes nothing");
    }

    #[test]
    fn things_by_their_ids_are_as_many_as_may_be_asked_for() {
        let finished = finish("type Query {\n\tnodes(\n\t\tids: [ID!]!\n\t): [Node]!\n\tall(n: Int): [Node!]!\n}\n");
        assert!(finished.contains("  ): [Node]! @listSize(assumedSize: 100)\n  all(n: Int): [Node!]!\n"), "{finished}");
        assert_eq!(finish(&finished).matches("@listSize(").count(), 1);
    }
}
