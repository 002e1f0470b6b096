//! What is wrong with a set of subgraphs, for the people who write them.

use std::fmt;

macro_rules! codes {
    ($($name:ident $text:literal)*) => {
        /// The kinds of composition errors, named as the field names them
        /// ([the public list](https://www.apollographql.com/docs/graphos/reference/federation/errors)).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs)] // The names are the documentation; each error brings a sentence.
        pub enum ErrorCode {
            $($name,)*
        }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The code as other composers print it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

codes! {
    InvalidGraphql "INVALID_GRAPHQL"
    InvalidSubgraphName "INVALID_SUBGRAPH_NAME"
    UnsupportedFeature "UNSUPPORTED_FEATURE"
    DirectiveDefinitionInvalid "DIRECTIVE_DEFINITION_INVALID"
    TypeDefinitionInvalid "TYPE_DEFINITION_INVALID"
    RootQueryUsed "ROOT_QUERY_USED"
    RootMutationUsed "ROOT_MUTATION_USED"
    RootSubscriptionUsed "ROOT_SUBSCRIPTION_USED"

    InvalidLinkDirectiveUsage "INVALID_LINK_DIRECTIVE_USAGE"
    InvalidLinkIdentifier "INVALID_LINK_IDENTIFIER"
    LinkImportNameMismatch "LINK_IMPORT_NAME_MISMATCH"
    UnknownFederationLinkVersion "UNKNOWN_FEDERATION_LINK_VERSION"
    UnknownLinkVersion "UNKNOWN_LINK_VERSION"
    UnsupportedLinkedFeature "UNSUPPORTED_LINKED_FEATURE"
    DirectiveCompositionError "DIRECTIVE_COMPOSITION_ERROR"

    KeyInvalidFields "KEY_INVALID_FIELDS"
    KeyInvalidFieldsType "KEY_INVALID_FIELDS_TYPE"
    KeyFieldsHasArgs "KEY_FIELDS_HAS_ARGS"
    KeyFieldsSelectInvalidType "KEY_FIELDS_SELECT_INVALID_TYPE"
    KeyDirectiveInFieldsArg "KEY_DIRECTIVE_IN_FIELDS_ARG"
    KeyUnsupportedOnInterface "KEY_UNSUPPORTED_ON_INTERFACE"
    RequiresInvalidFields "REQUIRES_INVALID_FIELDS"
    RequiresInvalidFieldsType "REQUIRES_INVALID_FIELDS_TYPE"
    RequiresDirectiveInFieldsArg "REQUIRES_DIRECTIVE_IN_FIELDS_ARG"
    RequiresFieldsMissingExternal "REQUIRES_FIELDS_MISSING_EXTERNAL"
    RequiresUnsupportedOnInterface "REQUIRES_UNSUPPORTED_ON_INTERFACE"
    ProvidesInvalidFields "PROVIDES_INVALID_FIELDS"
    ProvidesInvalidFieldsType "PROVIDES_INVALID_FIELDS_TYPE"
    ProvidesDirectiveInFieldsArg "PROVIDES_DIRECTIVE_IN_FIELDS_ARG"
    ProvidesFieldsHasArgs "PROVIDES_FIELDS_HAS_ARGS"
    ProvidesFieldsMissingExternal "PROVIDES_FIELDS_MISSING_EXTERNAL"
    ProvidesUnsupportedOnInterface "PROVIDES_UNSUPPORTED_ON_INTERFACE"
    ProvidesOnNonObjectField "PROVIDES_ON_NON_OBJECT_FIELD"

    ExternalUnused "EXTERNAL_UNUSED"
    ExternalMissingOnBase "EXTERNAL_MISSING_ON_BASE"
    ExternalOnInterface "EXTERNAL_ON_INTERFACE"
    ExternalTypeMismatch "EXTERNAL_TYPE_MISMATCH"
    ExternalArgumentMissing "EXTERNAL_ARGUMENT_MISSING"
    ExternalArgumentTypeMismatch "EXTERNAL_ARGUMENT_TYPE_MISMATCH"
    ExternalArgumentDefaultMismatch "EXTERNAL_ARGUMENT_DEFAULT_MISMATCH"
    ExternalCollisionWithAnotherDirective "EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE"
    MergedDirectiveApplicationOnExternal "MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL"
    TypeWithOnlyUnusedExternal "TYPE_WITH_ONLY_UNUSED_EXTERNAL"

    InvalidShareableUsage "INVALID_SHAREABLE_USAGE"
    InvalidFieldSharing "INVALID_FIELD_SHARING"
    ShareableHasMismatchedRuntimeTypes "SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES"
    OverrideFromSelfError "OVERRIDE_FROM_SELF_ERROR"
    OverrideSourceHasOverride "OVERRIDE_SOURCE_HAS_OVERRIDE"
    OverrideCollisionWithAnotherDirective "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE"
    OverrideOnInterface "OVERRIDE_ON_INTERFACE"
    OverrideLabelInvalid "OVERRIDE_LABEL_INVALID"

    TypeKindMismatch "TYPE_KIND_MISMATCH"
    ExtensionWithNoBase "EXTENSION_WITH_NO_BASE"
    FieldTypeMismatch "FIELD_TYPE_MISMATCH"
    FieldArgumentTypeMismatch "FIELD_ARGUMENT_TYPE_MISMATCH"
    FieldArgumentDefaultMismatch "FIELD_ARGUMENT_DEFAULT_MISMATCH"
    RequiredArgumentMissingInSomeSubgraph "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH"
    InputFieldDefaultMismatch "INPUT_FIELD_DEFAULT_MISMATCH"
    RequiredInputFieldMissingInSomeSubgraph "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH"
    EmptyMergedInputType "EMPTY_MERGED_INPUT_TYPE"
    EmptyMergedEnumType "EMPTY_MERGED_ENUM_TYPE"
    EnumValueMismatch "ENUM_VALUE_MISMATCH"
    NoQueries "NO_QUERIES"

    InterfaceFieldNoImplem "INTERFACE_FIELD_NO_IMPLEM"
    InterfaceKeyNotOnImplementation "INTERFACE_KEY_NOT_ON_IMPLEMENTATION"
    InterfaceKeyMissingImplementationType "INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE"
    InterfaceObjectUsageError "INTERFACE_OBJECT_USAGE_ERROR"

    QueryRootTypeInaccessible "QUERY_ROOT_TYPE_INACCESSIBLE"
    ReferencedInaccessible "REFERENCED_INACCESSIBLE"
    DisallowedInaccessible "DISALLOWED_INACCESSIBLE"
    OnlyInaccessibleChildren "ONLY_INACCESSIBLE_CHILDREN"
    RequiredInaccessible "REQUIRED_INACCESSIBLE"
    DefaultValueUsesInaccessible "DEFAULT_VALUE_USES_INACCESSIBLE"
    ImplementedByInaccessible "IMPLEMENTED_BY_INACCESSIBLE"

    AuthRequirementsAppliedOnInterface "AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE"
    MissingTransitiveAuthRequirements "MISSING_TRANSITIVE_AUTH_REQUIREMENTS"
    CostAppliedToInterfaceField "COST_APPLIED_TO_INTERFACE_FIELD"
    ListSizeAppliedToNonList "LIST_SIZE_APPLIED_TO_NON_LIST"
    ListSizeInvalidAssumedSize "LIST_SIZE_INVALID_ASSUMED_SIZE"
    ListSizeInvalidSizedField "LIST_SIZE_INVALID_SIZED_FIELD"
    ListSizeInvalidSlicingArgument "LIST_SIZE_INVALID_SLICING_ARGUMENT"

    SatisfiabilityError "SATISFIABILITY_ERROR"
}

/// One thing that keeps subgraphs from being composed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompositionError {
    /// What kind of error it is.
    pub code: ErrorCode,
    /// The type, `Type.field`, `Type.field(argument:)` or `@directive` it is about; empty if it is about none.
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
        tell(f, self.code.as_str(), &self.coordinate, &self.subgraphs, &self.message)
    }
}

impl std::error::Error for CompositionError {}

/// `CODE coordinate [subgraphs]: sentence`.
pub(super) fn tell(
    f: &mut fmt::Formatter<'_>,
    code: &str,
    coordinate: &str,
    subgraphs: &[String],
    message: &str,
) -> fmt::Result {
    f.write_str(code)?;
    if !coordinate.is_empty() {
        write!(f, " {coordinate}")?;
    }
    if !subgraphs.is_empty() {
        write!(f, " [{}]", subgraphs.join(", "))?;
    }
    write!(f, ": {message}")
}
