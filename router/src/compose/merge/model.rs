//! A supergraph in the making: what `types` and its neighbours merge and `print` writes.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::{
    Name, Node,
    ast::{Directive, DirectiveLocation, FieldDefinition, Type, Value},
    schema::{Component, ExtendedType},
};
use indexmap::IndexMap;

use crate::compose::{
    error::{CompositionError, ErrorCode},
    hint::{Hint, HintCode},
    merge::{access::Access, compose_directive::Composed, names::Names},
    read::subgraph::{SubgraphSchema, field_of, fields_of},
};

/// A type as one subgraph defines it.
#[derive(Clone, Copy)]
pub(in crate::compose) struct Definition<'s> {
    pub subgraph: &'s SubgraphSchema,
    pub ty: &'s ExtendedType,
}

impl<'s> Definition<'s> {
    pub fn fields(&self) -> Vec<&'s Component<FieldDefinition>> {
        fields_of(self.ty)
    }

    pub fn field(&self, name: &str) -> Option<&'s Component<FieldDefinition>> {
        field_of(self.ty, name)
    }

    /// The directives of a field here.
    pub fn applied(&self, name: &str) -> Option<(&'s SubgraphSchema, Vec<&'s Node<Directive>>)> {
        Some((self.subgraph, self.field(name)?.directives.iter().collect()))
    }
}

/// Whether a type is used for what comes out, what goes in, or both.
#[derive(Clone, Copy, Default)]
pub(in crate::compose) struct Usage {
    pub input: bool,
    pub output: bool,
}

/// Everything that was merged, in the order of the names.
#[derive(Debug, Default)]
pub(in crate::compose) struct Merged {
    pub types: IndexMap<Name, MergedType>,
    pub errors: Vec<CompositionError>,
    pub hints: Vec<Hint>,
    /// What is said of the schema itself.
    pub about: Option<String>,
    /// The directives of the schema itself, as they are written.
    pub directives: Vec<String>,
    /// What the supergraph calls the directives of federation that the subgraphs use.
    pub names: Names,
    /// The directives of federation that the supergraph uses beyond join's.
    pub features: BTreeSet<&'static str>,
    /// Whether the supergraph says what subgraphs call their root types.
    pub has_root_names: bool,
    /// The subgraphs' own directives that the supergraph uses, by name.
    pub composed: BTreeMap<String, Composed>,
    /// The directives that clients may use.
    pub executables: Vec<MergedDirective>,
}

/// A directive of operations.
#[derive(Debug)]
pub(in crate::compose) struct MergedDirective {
    pub name: Name,
    pub description: Option<String>,
    pub arguments: Vec<MergedInput>,
    pub repeatable: bool,
    pub locations: Vec<DirectiveLocation>,
}

#[derive(Debug)]
pub(in crate::compose) struct MergedType {
    pub description: Option<String>,
    /// Directives as they are written, `join__` ones first.
    pub directives: Vec<String>,
    pub access: Access,
    pub body: Body,
}

#[derive(Debug)]
pub(in crate::compose) enum Body {
    Scalar,
    Object { interfaces: Vec<Name>, fields: Vec<MergedField> },
    Interface { interfaces: Vec<Name>, fields: Vec<MergedField> },
    Union { members: Vec<Name> },
    Enum { values: Vec<MergedValue> },
    Input { fields: Vec<MergedInput> },
}

#[derive(Debug)]
pub(in crate::compose) struct MergedField {
    pub name: Name,
    pub description: Option<String>,
    pub arguments: Vec<MergedInput>,
    pub ty: Type,
    pub directives: Vec<String>,
    pub access: Access,
}

#[derive(Debug)]
pub(in crate::compose) struct MergedInput {
    pub name: Name,
    pub description: Option<String>,
    pub ty: Type,
    pub default: Option<Node<Value>>,
    pub directives: Vec<String>,
}

#[derive(Debug)]
pub(in crate::compose) struct MergedValue {
    pub name: Name,
    pub description: Option<String>,
    pub directives: Vec<String>,
}

impl Merged {
    pub fn error(
        &mut self,
        code: ErrorCode,
        coordinate: impl Into<String>,
        subgraphs: &[&str],
        message: impl Into<String>,
    ) {
        self.errors.push(CompositionError::new(code, coordinate, subgraphs, message));
    }

    pub fn hint(
        &mut self,
        code: HintCode,
        coordinate: impl Into<String>,
        subgraphs: &[&str],
        message: impl Into<String>,
    ) {
        self.hints.push(Hint::new(code, coordinate, subgraphs, message));
    }

    /// What the supergraph calls a directive of federation.
    pub fn name_of(&self, canonical: &'static str) -> &str {
        self.names.get(canonical).map_or(canonical, String::as_str)
    }

    /// What most subgraphs say of an element, the first of them if as many say other things.
    pub fn description<'s>(
        &mut self,
        coordinate: &str,
        said: impl Iterator<Item = (&'s SubgraphSchema, Option<&'s Node<str>>)>,
    ) -> Option<String> {
        let said: Vec<(&str, &str)> = said
            .filter_map(|(subgraph, text)| Some((subgraph.name.as_str(), &**text?)))
            .filter(|(_, text)| !text.trim().is_empty())
            .collect();
        let count = |text: &str| said.iter().filter(|(_, other)| *other == text).count();
        let most = said.iter().map(|(_, text)| count(text)).max()?;
        let (_, chosen) = said.iter().find(|(_, text)| count(text) == most)?;
        let others: Vec<&str> = said.iter().filter(|(_, text)| text != chosen).map(|(name, _)| *name).collect();
        if let Some((first, _)) = said.iter().find(|(_, text)| text == chosen).filter(|_| !others.is_empty()) {
            let text = format!("the descriptions differ; the supergraph has that of {first:?}");
            self.hint(HintCode::InconsistentDescription, coordinate, &others, text);
        }
        Some((*chosen).to_owned())
    }
}
