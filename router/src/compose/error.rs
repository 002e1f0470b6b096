//! What is wrong with a set of subgraphs, for the people who write them.

use std::fmt;

/// The kinds of composition errors, named as the field names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // The names are the documentation; each error brings a sentence.
pub enum ErrorCode {
    InvalidGraphql,
    InvalidSubgraphName,
    UnsupportedFeature,
    TypeKindMismatch,
    FieldTypeMismatch,
    FieldArgumentTypeMismatch,
    FieldArgumentDefaultMismatch,
    RequiredArgumentMissingInSomeSubgraph,
    InputFieldDefaultMismatch,
    RequiredInputFieldMissingInSomeSubgraph,
    EmptyMergedInputType,
    EmptyMergedEnumType,
    EnumValueMismatch,
    InvalidFieldSharing,
    ExternalMissingOnBase,
    OverrideFromSelfError,
    OverrideSourceHasOverride,
    NoQueries,
    SatisfiabilityError,
    KeyInvalidFields,
    KeyFieldsHasArgs,
    RequiresInvalidFields,
    ProvidesInvalidFields,
}

impl ErrorCode {
    /// The code as other composers print it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidGraphql => "INVALID_GRAPHQL",
            Self::InvalidSubgraphName => "INVALID_SUBGRAPH_NAME",
            Self::UnsupportedFeature => "UNSUPPORTED_FEATURE",
            Self::TypeKindMismatch => "TYPE_KIND_MISMATCH",
            Self::FieldTypeMismatch => "FIELD_TYPE_MISMATCH",
            Self::FieldArgumentTypeMismatch => "FIELD_ARGUMENT_TYPE_MISMATCH",
            Self::FieldArgumentDefaultMismatch => "FIELD_ARGUMENT_DEFAULT_MISMATCH",
            Self::RequiredArgumentMissingInSomeSubgraph => "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH",
            Self::InputFieldDefaultMismatch => "INPUT_FIELD_DEFAULT_MISMATCH",
            Self::RequiredInputFieldMissingInSomeSubgraph => "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH",
            Self::EmptyMergedInputType => "EMPTY_MERGED_INPUT_TYPE",
            Self::EmptyMergedEnumType => "EMPTY_MERGED_ENUM_TYPE",
            Self::EnumValueMismatch => "ENUM_VALUE_MISMATCH",
            Self::InvalidFieldSharing => "INVALID_FIELD_SHARING",
            Self::ExternalMissingOnBase => "EXTERNAL_MISSING_ON_BASE",
            Self::OverrideFromSelfError => "OVERRIDE_FROM_SELF_ERROR",
            Self::OverrideSourceHasOverride => "OVERRIDE_SOURCE_HAS_OVERRIDE",
            Self::NoQueries => "NO_QUERIES",
            Self::SatisfiabilityError => "SATISFIABILITY_ERROR",
            Self::KeyInvalidFields => "KEY_INVALID_FIELDS",
            Self::KeyFieldsHasArgs => "KEY_FIELDS_HAS_ARGS",
            Self::RequiresInvalidFields => "REQUIRES_INVALID_FIELDS",
            Self::ProvidesInvalidFields => "PROVIDES_INVALID_FIELDS",
        }
    }
}

/// One thing that keeps subgraphs from being composed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompositionError {
    /// What kind of error it is.
    pub code: ErrorCode,
    /// The type, `Type.field` or `Type.field(argument:)` it is about; empty if it is about none.
    pub coordinate: String,
    /// The subgraphs that take part in it.
    pub subgraphs: Vec<String>,
    /// What is wrong and what to change.
    pub message: String,
}

impl CompositionError {
    /// An error with a sentence.
    pub fn new(code: ErrorCode, coordinate: impl Into<String>, subgraphs: &[&str], message: impl Into<String>) -> Self {
        let subgraphs = subgraphs.iter().map(|name| (*name).to_owned()).collect();
        Self { code, coordinate: coordinate.into(), subgraphs, message: message.into() }
    }
}

impl fmt::Display for CompositionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code.as_str())?;
        if !self.coordinate.is_empty() {
            write!(f, " {}", self.coordinate)?;
        }
        if !self.subgraphs.is_empty() {
            write!(f, " [{}]", self.subgraphs.join(", "))?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for CompositionError {}
