//! What composes but may not be meant, for the people who write the subgraphs.

use std::fmt;

use crate::compose::error::tell;

macro_rules! codes {
    ($($name:ident $text:literal $level:ident)*) => {
        /// The kinds of hints, named as the field names them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs)] // The names are the documentation; each hint brings a sentence.
        pub enum HintCode {
            $($name,)*
        }

        impl HintCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The code as other composers print it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// How much it matters.
            pub fn level(self) -> HintLevel {
                match self {
                    $(Self::$name => HintLevel::$level,)*
                }
            }
        }
    };
}

codes! {
    InconsistentButCompatibleFieldType "INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE" Info
    InconsistentButCompatibleArgumentType "INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE" Info
    InconsistentDefaultValuePresence "INCONSISTENT_DEFAULT_VALUE_PRESENCE" Warning
    InconsistentEntity "INCONSISTENT_ENTITY" Info
    InconsistentObjectValueTypeField "INCONSISTENT_OBJECT_VALUE_TYPE_FIELD" Info
    InconsistentInterfaceValueTypeField "INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD" Info
    InconsistentInputObjectField "INCONSISTENT_INPUT_OBJECT_FIELD" Warning
    InconsistentInputObjectOneOf "INCONSISTENT_INPUT_OBJECT_ONE_OF" Warning
    InconsistentUnionMember "INCONSISTENT_UNION_MEMBER" Info
    InconsistentEnumValueForInputEnum "INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM" Warning
    InconsistentEnumValueForOutputEnum "INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM" Info
    InconsistentDescription "INCONSISTENT_DESCRIPTION" Warning
    InconsistentArgumentPresence "INCONSISTENT_ARGUMENT_PRESENCE" Warning
    InconsistentRuntimeTypesForShareableReturn "INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN" Warning
    InconsistentNonRepeatableDirectiveArguments "INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS" Warning
    MergedNonRepeatableDirectiveArguments "MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS" Info
    InconsistentExecutableDirectivePresence "INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE" Warning
    InconsistentExecutableDirectiveLocations "INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS" Warning
    InconsistentExecutableDirectiveRepeatable "INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE" Info
    NoExecutableDirectiveIntersection "NO_EXECUTABLE_DIRECTIVE_INTERSECTION" Warning
    UnusedEnumType "UNUSED_ENUM_TYPE" Info
    FromSubgraphDoesNotExist "FROM_SUBGRAPH_DOES_NOT_EXIST" Warning
    OverrideDirectiveCanBeRemoved "OVERRIDE_DIRECTIVE_CAN_BE_REMOVED" Info
    OverriddenFieldCanBeRemoved "OVERRIDDEN_FIELD_CAN_BE_REMOVED" Info
    OverrideMigrationInProgress "OVERRIDE_MIGRATION_IN_PROGRESS" Info
    ImplicitlyUpgradedFederationVersion "IMPLICITLY_UPGRADED_FEDERATION_VERSION" Info
    DirectiveCompositionInfo "DIRECTIVE_COMPOSITION_INFO" Info
    DirectiveCompositionWarn "DIRECTIVE_COMPOSITION_WARN" Warning
    IncompleteDefaultValue "INCOMPLETE_DEFAULT_VALUE" Warning
    UnknownRuntimeType "UNKNOWN_RUNTIME_TYPE" Warning
    SubscriptionsNotServed "SUBSCRIPTIONS_NOT_SERVED" Warning
}

/// How much a hint matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HintLevel {
    /// Something may get lost, or not be what was meant.
    Warning,
    /// Good to know.
    Info,
}

/// One thing that composes but may not be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// What kind of hint it is.
    pub code: HintCode,
    /// The type, `Type.field`, `Type.field(argument:)` or `@directive` it is about; empty if it is about none.
    pub coordinate: String,
    /// The subgraphs that differ from the others.
    pub subgraphs: Vec<String>,
    /// What was found and what came of it.
    pub message: String,
}

impl Hint {
    /// A hint with a sentence.
    pub fn new(code: HintCode, coordinate: impl Into<String>, subgraphs: &[&str], message: impl Into<String>) -> Self {
        let subgraphs = subgraphs.iter().map(|name| (*name).to_owned()).collect();
        Self { code, coordinate: coordinate.into(), subgraphs, message: message.into() }
    }

    /// Whether it is more than good to know.
    pub fn is_warning(&self) -> bool {
        self.code.level() == HintLevel::Warning
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        tell(f, self.code.as_str(), &self.coordinate, &self.subgraphs, &self.message)
    }
}
