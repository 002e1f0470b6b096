//! The client's document: parsed, validated against the client's schema, measured against the limits.
//!
//! What is made here holds for every request with the same text: variables and callers come later.

mod coerce;
mod cost;
mod inputs;
mod introspection;
mod introspection_size;
mod limits;
mod locate;
mod meant;
mod roots;
mod suggest;
mod variables;

use std::sync::{Arc, OnceLock};

use apollo_compiler::{
    ExecutableDocument, Name, Node,
    ast::{self, Definition, FragmentDefinition, OperationDefinition, OperationType},
    collections::HashMap,
    executable::Operation,
    parser::SourceSpan,
    response::JsonMap,
    validation::{DiagnosticList, Valid},
};

use self::{
    coerce::Problem,
    cost::{Costs, Unknown},
    inputs::Misuse,
};
pub use self::{limits::Limits, locate::Locator, variables::Variables};
use crate::{
    error::{Code, GraphQLError},
    graph::Supergraph,
    json::JsonObject,
    plan::condition_variables,
};

/// A document that may be run.
pub struct Document {
    executable: Valid<ExecutableDocument>,
    operations: Vec<Arc<Runnable>>,
    /// The fragments, shared by all operations.
    pub fragments: HashMap<Name, Node<FragmentDefinition>>,
    weight: usize,
}

/// One operation of a document.
pub struct Runnable {
    /// Its place among the operations of the document, from 0.
    pub index: usize,
    /// As it was written.
    pub written: Node<OperationDefinition>,
    /// As it was validated.
    pub validated: Node<Operation>,
    /// The variables that decide over `@skip` and `@include`.
    pub conditions: Vec<Name>,
    /// The estimated cost, if it does not depend on variables.
    cost: OnceLock<u64>,
}

/// The most errors of one document that are reported.
const MAX_ERRORS: usize = 20;
/// Selections nested more deeply are not even parsed: well above every sensible depth limit.
const RECURSION: usize = 500;

/// About how many bytes the two syntax trees, as written and as validated, take for each token. A field without
/// arguments is one token and two nodes; everything else has more tokens for its nodes.
const BYTES_PER_TOKEN: usize = 448;
/// How many times the text is kept: once as the source of positions, and as names and strings in both trees.
const COPIES_OF_TEXT: usize = 3;

impl Document {
    /// Parses and validates a client's document.
    pub fn read(graph: &Supergraph, text: &str, limits: &Limits) -> Result<Self, Vec<GraphQLError>> {
        Self::read_with(graph, text, limits, false)
    }

    /// The same. With `suggests`, errors name what resembles a name that is not known, which tells of the schema.
    pub fn read_with(
        graph: &Supergraph,
        text: &str,
        limits: &Limits,
        suggests: bool,
    ) -> Result<Self, Vec<GraphQLError>> {
        let parser = &mut ast::Document::parser().token_limit(limits.tokens).recursion_limit(RECURSION);
        let parsed = parser.parse_ast(text, "operation.graphql");
        if parser.tokens_reached() > limits.tokens {
            return Err(vec![limits::exceeded("tokens", limits.tokens)]);
        }
        let weight = parser.tokens_reached() * BYTES_PER_TOKEN + text.len() * COPIES_OF_TEXT;
        let document = parsed.map_err(|error| errors(Code::GraphqlParseFailed, &error.errors))?;
        limits.check(&document)?;
        let executable = document.to_executable_validate(&graph.api).map_err(|error| {
            let mut told = errors(Code::GraphqlValidationFailed, &error.errors);
            if suggests {
                meant::suggest(&graph.api, &document, &document.sources, &mut told);
            }
            told
        })?;
        let misused = inputs::check(&graph.api, &executable);
        if !misused.is_empty() {
            let told = misused.into_iter().take(MAX_ERRORS).map(|Misuse { message, location }| {
                placed(GraphQLError::new(Code::GraphqlValidationFailed, message), location, &executable)
            });
            return Err(told.collect());
        }
        let mut fragments = HashMap::default();
        let mut operations = Vec::new();
        for definition in &document.definitions {
            match definition {
                Definition::FragmentDefinition(fragment) => {
                    fragments.insert(fragment.name.clone(), fragment.clone());
                }
                Definition::OperationDefinition(written) => operations.push(written.clone()),
                _ => {}
            }
        }
        let operations = operations.into_iter().filter_map(|written| {
            let name = written.name.as_ref().map(Name::as_str);
            let validated = executable.operations.get(name).ok()?.clone();
            let mut conditions = Vec::new();
            condition_variables(&written.selection_set, &mut conditions);
            for fragment in fragments.values() {
                condition_variables(&fragment.selection_set, &mut conditions);
            }
            Some((written, validated, conditions))
        });
        let operations = operations.enumerate().map(|(index, (written, validated, conditions))| {
            Arc::new(Runnable { index, written, validated, conditions, cost: OnceLock::new() })
        });
        let operations = operations.collect();
        Ok(Self { executable, operations, fragments, weight })
    }

    /// About how many bytes of memory the document takes, its text included.
    pub fn weight(&self) -> usize {
        self.weight
    }

    /// The number of fields at the root of an operation that is a mutation, fragments followed; 0 for any other.
    pub fn mutations(&self, operation: &Runnable) -> usize {
        match operation.written.operation_type {
            OperationType::Mutation => limits::root_fields(&operation.written, &self.fragments),
            _ => 0,
        }
    }

    /// Whether any of its operations is a mutation.
    pub fn has_mutation(&self) -> bool {
        self.operations.iter().any(|operation| operation.written.operation_type == OperationType::Mutation)
    }

    /// The operation to run (GraphQL specification, section 6.1, `GetOperation`).
    pub fn operation(&self, name: Option<&str>) -> Result<Arc<Runnable>, GraphQLError> {
        let bad = |message: String| GraphQLError::new(Code::BadUserInput, message);
        match (name, self.operations.as_slice()) {
            (None, [only]) => Ok(only.clone()),
            (None, []) => Err(bad("The document holds no operation.".into())),
            (None, _) => Err(bad("The document holds several operations: say which by operationName.".into())),
            (Some(name), all) => all
                .iter()
                .find(|operation| operation.written.name.as_ref().is_some_and(|known| known == name))
                .cloned()
                .ok_or_else(|| bad(format!("The document holds no operation named {name:?}."))),
        }
    }

    /// Runs the part of an operation that asks about the schema itself.
    ///
    /// # Errors
    /// With `COST_EXCEEDED` if its answer would be longer than `max_bytes`, or if it is nested too deeply.
    pub fn introspect(
        &self,
        graph: &Supergraph,
        operation: &Runnable,
        variables: &Variables,
        max_bytes: usize,
    ) -> Result<JsonMap, GraphQLError> {
        introspection_size::check(graph, &self.executable, &operation.validated.selection_set, max_bytes)
            .map_err(|introspection_size::TooLarge| limits::exceeded("bytes of introspection", max_bytes))?;
        introspection::run(graph, &self.executable, &operation.validated, variables.rounded())
            .map_err(|error| GraphQLError::new(Code::CostExceeded, error.message().to_string()))
    }

    /// The most that an operation may cost with these variables. Pure, and remembered where no variable matters.
    ///
    /// # Errors
    /// With `COST_EXCEEDED` if it cannot be told: the operation has too many selections, or a field lacks the one
    /// slicing argument that its `@listSize` requires.
    pub fn estimate_cost(
        &self,
        graph: &Supergraph,
        operation: &Runnable,
        variables: &Variables,
    ) -> Result<u64, GraphQLError> {
        if let Some(cost) = operation.cost.get() {
            return Ok(*cost);
        }
        let estimate = Costs::new(graph, &self.executable, variables.rounded()).estimate(&operation.validated);
        let estimate = estimate.map_err(|unknown| match unknown {
            Unknown::TooComplex => {
                GraphQLError::new(Code::CostExceeded, "The operation has too many selections to tell its cost.")
            }
            Unknown::Slicing(field, list) => {
                let names = list.slicing.iter().map(|path| path.join("."));
                let names = names.collect::<Vec<_>>().join(", ");
                let message = format!("{}: exactly one of these arguments must be given: {names}.", field.name);
                placed(GraphQLError::new(Code::CostExceeded, message), field.name.location(), &self.executable)
            }
        })?;
        if !estimate.varies {
            let _ = operation.cost.set(estimate.cost);
        }
        Ok(estimate.cost)
    }

    /// What an operation has cost, by the `data` of its response. `None` if the response is too large to tell.
    pub fn actual_cost(
        &self,
        graph: &Supergraph,
        operation: &Runnable,
        variables: &Variables,
        data: &serde_json::Value,
    ) -> Option<u64> {
        Costs::new(graph, &self.executable, variables.rounded()).actual(&operation.validated, data).ok()
    }

    /// Checks the client's variables against their declarations (section 6.1.2, `CoerceVariableValues`). With
    /// `suggests`, errors name what resembles a name that is not known, which tells of the schema.
    ///
    /// # Errors
    /// One for everything that is wrong, each with the variable and the path within its value in its extensions.
    pub fn coerce(
        &self,
        graph: &Supergraph,
        operation: &Runnable,
        given: impl Into<JsonObject>,
        suggests: bool,
    ) -> Result<Variables, Vec<GraphQLError>> {
        coerce::coerce(&graph.api, &operation.validated, given.into(), suggests).map_err(|problems| {
            let told = problems.into_iter();
            told.map(|Problem { error, location }| placed(error, location, &self.executable)).collect()
        })
    }

    /// Finds the fields of an operation that runs with these variables.
    pub fn locator<'d>(
        &'d self,
        graph: &'d Supergraph,
        operation: &'d Runnable,
        variables: &'d Variables,
    ) -> Locator<'d> {
        Locator::new(&graph.api, self, operation, variables)
    }
}

/// An error with its place in the document, if that is known.
fn placed(error: GraphQLError, location: Option<SourceSpan>, document: &ExecutableDocument) -> GraphQLError {
    match location.and_then(|location| location.line_column(&document.sources)) {
        Some(position) => error.at(position.line, position.column),
        None => error,
    }
}

/// Turns the compiler's diagnostics into entries of `errors`, each with its place in the document.
fn errors(code: Code, diagnostics: &DiagnosticList) -> Vec<GraphQLError> {
    diagnostics
        .iter()
        .take(MAX_ERRORS)
        .map(|diagnostic| {
            let error = GraphQLError::new(code, diagnostic.error.to_string());
            match diagnostic.line_column_range() {
                Some(range) => error.at(range.start.line, range.start.column),
                None => error,
            }
        })
        .collect()
}
