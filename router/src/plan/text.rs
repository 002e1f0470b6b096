//! Writes the documents that subgraphs are sent: compact, with names that no client chooses.

use std::fmt::Write as _;

use apollo_compiler::{
    Name, Node,
    ast::{Argument, OperationDefinition, OperationType, Value},
};

use super::{
    Entities,
    state::{NodeId, SelectedField, State},
};
use crate::graph::Supergraph;

/// One request's document, and the client's variables that it uses.
pub(super) fn document(
    graph: &Supergraph,
    state: &State<'_>,
    operation: &Node<OperationDefinition>,
    kind: OperationType,
    nodes: &[NodeId],
    entities: &[Entities],
) -> (String, Vec<Name>) {
    let mut writer = Writer { graph, state, text: String::new(), variables: Vec::new() };
    if entities.is_empty() {
        for node in nodes {
            writer.selection(*node);
        }
    } else {
        writer.text.push('{');
        for (node, part) in nodes.iter().zip(entities) {
            let alias = if entities.len() == 1 { String::new() } else { format!("e{}:", part.slot) };
            let _ = write!(writer.text, "{alias}_entities(representations:${})", part.variable);
            writer.selection(*node);
        }
        writer.text.push('}');
    }
    let lists = entities.iter().map(|part| format!("${}:[_Any!]!", part.variable));
    let defined = operation.variables.iter().filter(|variable| writer.variables.contains(&variable.name));
    let own = defined.map(|variable| {
        let default = variable.default_value.as_ref().map(|value| format!("={}", value.serialize().no_indent()));
        format!("${}:{}{}", variable.name, variable.ty, default.unwrap_or_default())
    });
    let head: Vec<String> = lists.chain(own).collect();
    let head = if head.is_empty() { String::new() } else { format!("({})", head.join(" ")) };
    let text = if head.is_empty() && kind == OperationType::Query {
        writer.text
    } else {
        format!("{}{head}{}", kind.name(), writer.text)
    };
    (text, writer.variables)
}

struct Writer<'w, 'a> {
    graph: &'w Supergraph,
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
            let _ = write!(self.text, "...on {}{{", self.graph.info(ty).name);
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
