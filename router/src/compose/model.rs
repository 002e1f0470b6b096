//! A supergraph in the making: what `types` and its neighbours merge and `print` writes.

use apollo_compiler::{
    Name,
    ast::{FieldDefinition, Type},
    schema::{Component, ExtendedType},
};
use indexmap::IndexMap;

use super::{
    error::{CompositionError, ErrorCode},
    subgraph::{SubgraphSchema, field_of, fields_of},
};

/// A type as one subgraph defines it.
#[derive(Clone, Copy)]
pub(super) struct Definition<'s> {
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
}

/// Whether a type is used for what comes out, what goes in, or both.
#[derive(Clone, Copy, Default)]
pub(super) struct Usage {
    pub input: bool,
    pub output: bool,
}

/// Everything that was merged, in the order of the names.
#[derive(Debug, Default)]
pub(super) struct Merged {
    pub types: IndexMap<Name, MergedType>,
    pub errors: Vec<CompositionError>,
    pub hints: Vec<String>,
    /// The features beyond join whose directives the supergraph uses, by name.
    pub features: std::collections::BTreeSet<&'static str>,
}

#[derive(Debug)]
pub(super) struct MergedType {
    pub description: Option<String>,
    /// Directives as they are written, `join__` ones first.
    pub directives: Vec<String>,
    pub body: Body,
}

#[derive(Debug)]
pub(super) enum Body {
    Scalar,
    Object { interfaces: Vec<Name>, fields: Vec<MergedField> },
    Interface { interfaces: Vec<Name>, fields: Vec<MergedField> },
    Union { members: Vec<Name> },
    Enum { values: Vec<MergedValue> },
    Input { fields: Vec<MergedInput> },
}

#[derive(Debug)]
pub(super) struct MergedField {
    pub name: Name,
    pub description: Option<String>,
    pub arguments: Vec<MergedInput>,
    pub ty: Type,
    pub directives: Vec<String>,
}

#[derive(Debug)]
pub(super) struct MergedInput {
    pub name: Name,
    pub description: Option<String>,
    pub ty: Type,
    pub default: Option<String>,
    pub directives: Vec<String>,
}

#[derive(Debug)]
pub(super) struct MergedValue {
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
}
