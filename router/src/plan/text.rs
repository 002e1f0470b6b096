//! Writes the documents that subgraphs are sent: compact, with response keys and variables of the router's own that no
//! client chooses. The client's variables keep their names, so that a subgraph's errors about them can be understood.

use std::{fmt::Write as _, ops::Range};

use apollo_compiler::{
    Name, Node,
    ast::{Argument, OperationDefinition, OperationType, Value},
};

use super::{
    Variable,
    state::{NodeId, SelectedField, State},
};
use crate::graph::{SubgraphId, Supergraph};

/// The document of one request.
pub(super) struct Document {
    pub text: String,
    /// The client's variables that it declares.
    pub variables: Vec<Variable>,
    /// For each list of entities: where its selection set stands in the text, and which of the variables it uses.
    pub lists: Vec<(Range<usize>, Vec<usize>)>,
}

/// The beginning of the names of the router's own variables, which a number follows: no variable of the operation
/// begins with it and a digit.
pub(super) fn own_prefix(operation: &OperationDefinition) -> String {
    let mut prefix = "r".to_owned();
    let begins = |name: &Name, prefix: &str| {
        name.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()))
    };
    while operation.variables.iter().any(|variable| begins(&variable.name, &prefix)) {
        prefix.push('_');
    }
    prefix
}

/// Writes the document that selects `nodes`. For a fetch of entities, `variables` are the names of the variables that
/// hold the representations, one for each node.
pub(super) fn document(
    graph: &Supergraph,
    state: &State<'_>,
    operation: &Node<OperationDefinition>,
    (kind, subgraph): (OperationType, SubgraphId),
    nodes: &[NodeId],
    variables: &[String],
) -> Document {
    let mut writer = Writer { graph, subgraph, state, text: String::new(), variables: Vec::new() };
    let mut lists: Vec<(Range<usize>, Vec<Name>)> = Vec::new();
    if variables.is_empty() {
        for node in nodes {
            writer.selection(*node);
        }
    } else {
        writer.text.push('{');
        for (number, (node, variable)) in nodes.iter().zip(variables).enumerate() {
            let alias = if nodes.len() == 1 { String::new() } else { format!("e{number}:") };
            let _ = write!(writer.text, "{alias}_entities(representations:${variable})");
            let from = writer.text.len();
            writer.selection(*node);
            lists.push((from..writer.text.len(), std::mem::take(&mut writer.variables)));
        }
        writer.text.push('}');
    }
    let is_used = |name: &Name| writer.variables.contains(name) || lists.iter().any(|(_, used)| used.contains(name));
    let declared = operation.variables.iter().filter(|variable| is_used(&variable.name));
    let own: Vec<Variable> = declared
        .map(|variable| {
            let default = variable.default_value.as_ref().map(|value| format!("={}", value.serialize().no_indent()));
            let declaration = format!("${}:{}{}", variable.name, variable.ty, default.unwrap_or_default());
            Variable { name: variable.name.clone(), declaration }
        })
        .collect();
    let head = head(variables.iter(), own.iter());
    let text = if head.is_empty() && kind == OperationType::Query {
        writer.text
    } else {
        format!("{}{head}{}", kind.name(), writer.text)
    };
    // The document ends with what was written before its head was known.
    let shift = text.len() - lists.last().map_or(text.len(), |(range, _)| range.end + 1);
    let index = |name: &Name| own.iter().position(|variable| variable.name == *name);
    let lists = lists
        .into_iter()
        .map(|(range, used)| (range.start + shift..range.end + shift, used.iter().filter_map(index).collect()));
    let lists = lists.collect();
    Document { text, variables: own, lists }
}

/// The declarations of a document: variables of the router that hold representations, then those of the client.
pub(crate) fn head<'v>(lists: impl Iterator<Item = &'v String>, own: impl Iterator<Item = &'v Variable>) -> String {
    let lists = lists.map(|name| format!("${name}:[_Any!]!"));
    let all: Vec<String> = lists.chain(own.map(|variable| variable.declaration.clone())).collect();
    if all.is_empty() { String::new() } else { format!("({})", all.join(" ")) }
}

struct Writer<'w, 'a> {
    graph: &'w Supergraph,
    /// Who is sent the document.
    subgraph: SubgraphId,
    state: &'w State<'a>,
    text: String,
    variables: Vec<Name>,
}

impl Writer<'_, '_> {
    fn selection(&mut self, node: NodeId) {
        let node = &self.state.nodes[node];
        self.text.push('{');
        if node.typename || node.fields.is_empty() {
            self.text.push_str("__typename");
        }
        for field in node.fields.iter().filter(|field| field.types.is_none()) {
            self.separate();
            self.field(field);
        }
        let mut types: Vec<_> = node.fields.iter().flat_map(|field| field.types.iter().flatten()).copied().collect();
        types.sort_unstable();
        types.dedup();
        for ty in types {
            self.separate();
            let _ = write!(self.text, "...on {}{{", self.graph.name_in(ty, self.subgraph));
            for field in
                node.fields.iter().filter(|field| field.types.as_ref().is_some_and(|asked| asked.contains(&ty)))
            {
                self.separate();
                self.field(field);
            }
            self.text.push('}');
        }
        self.text.push('}');
    }

    fn separate(&mut self) {
        if !self.text.ends_with(['{', '}']) {
            self.text.push(' ');
        }
    }

    fn field(&mut self, field: &SelectedField<'_>) {
        if field.alias != field.name {
            let _ = write!(self.text, "{}:", field.alias);
        }
        self.text.push_str(&field.name);
        self.arguments(field.arguments);
        if let Some(child) = field.child {
            self.selection(child);
        }
    }

    fn arguments(&mut self, arguments: &[Node<Argument>]) {
        for (index, argument) in arguments.iter().enumerate() {
            self.text.push(if index == 0 { '(' } else { ' ' });
            let _ = write!(self.text, "{}:{}", argument.name, argument.value.serialize().no_indent());
            self.note_variables(&argument.value);
        }
        if !arguments.is_empty() {
            self.text.push(')');
        }
    }

    fn note_variables(&mut self, value: &Value) {
        match value {
            Value::Variable(name) if !self.variables.contains(name) => self.variables.push(name.clone()),
            Value::List(items) => items.iter().for_each(|item| self.note_variables(item)),
            Value::Object(fields) => fields.iter().for_each(|(_, value)| self.note_variables(value)),
            _ => {}
        }
    }
}
