//! How large the answer to an introspection is, counted before it is built.
//!
//! An operation may ask for the whole schema under many aliases, or for the fields of the types of fields: one small
//! request then fills memory. Here the bytes are added up along the selections; what is selected of a named type is
//! added up once. Fields that are merged count as often as they are written, so the sum is an upper bound, except that
//! escapes in descriptions are not counted.

use std::ptr::from_ref;

use ahash::HashMap;
use apollo_compiler::{
    Name, Schema,
    ast::{DirectiveDefinition, EnumValueDefinition, FieldDefinition, InputValueDefinition, Type},
    executable::{ExecutableDocument, Field, Selection, SelectionSet},
    schema::ExtendedType,
};

use crate::graph::Supergraph;

/// An introspection whose answer exceeds the limit.
pub(super) struct TooLarge;

type Result<T> = std::result::Result<T, TooLarge>;

/// The size of a value that is no string: a boolean, null, a kind.
const WORD: usize = 12;
/// Quotes, colon and comma around a key or a string.
const PUNCTUATION: usize = 4;

/// An object of introspection (GraphQL specification, section 4).
#[derive(Clone, Copy)]
enum Meta<'d> {
    Schema,
    /// A named type.
    Named(&'d Name),
    /// A list or non-null type.
    Wrapped(&'d Type),
    /// The list inside of a non-null list.
    ListIn(&'d Type),
    Field(&'d FieldDefinition),
    Input(&'d InputValueDefinition),
    EnumValue(&'d EnumValueDefinition),
    Directive(&'d DirectiveDefinition),
}

struct Size<'d> {
    graph: &'d Supergraph,
    document: &'d ExecutableDocument,
    limit: usize,
    /// The bytes that were added up so far; what is known already is not added again.
    counted: usize,
    known: HashMap<(*const SelectionSet, &'d Name), usize>,
}

/// Checks that the introspection of an operation is answered with at most `limit` bytes.
pub(super) fn check(graph: &Supergraph, document: &ExecutableDocument, set: &SelectionSet, limit: usize) -> Result<()> {
    let mut size = Size { graph, document, limit, counted: 0, known: HashMap::default() };
    size.root(set).map(|_| ())
}

impl<'d> Size<'d> {
    /// The fields `__schema` and `__type` of the query type; nothing else.
    fn root(&mut self, set: &'d SelectionSet) -> Result<usize> {
        let mut sum = 0;
        for selection in &set.selections {
            let size = match selection {
                Selection::Field(field) if field.name == "__schema" => {
                    self.object(&field.selection_set, Meta::Schema)?
                }
                Selection::Field(field) if field.name == "__type" => self.named_type(field)?,
                Selection::Field(_) => 0,
                Selection::InlineFragment(fragment) => self.root(&fragment.selection_set)?,
                Selection::FragmentSpread(spread) => match self.document.fragments.get(&spread.fragment_name) {
                    Some(fragment) => self.root(&fragment.selection_set)?,
                    None => 0,
                },
            };
            sum = self.add(sum, size)?;
        }
        Ok(sum)
    }

    /// `__type(name:)`; with a variable, whatever type it is.
    fn named_type(&mut self, field: &'d Field) -> Result<usize> {
        let name = field.specified_argument_by_name("name");
        let types = &self.graph.api.types;
        if let Some(name) = name.and_then(|name| name.as_str()) {
            let known = types.get_key_value(name);
            return known.map_or(Ok(WORD), |(name, _)| self.object(&field.selection_set, Meta::Named(name)));
        }
        let mut most = WORD;
        for name in types.keys() {
            most = most.max(self.object(&field.selection_set, Meta::Named(name))?);
        }
        Ok(most)
    }

    fn object(&mut self, set: &'d SelectionSet, of: Meta<'d>) -> Result<usize> {
        let key = match of {
            Meta::Named(name) => Some((from_ref(set), name)),
            _ => None,
        };
        if let Some(known) = key.as_ref().and_then(|key| self.known.get(key)) {
            return Ok(*known);
        }
        let mut sum = PUNCTUATION;
        for selection in &set.selections {
            let size = match selection {
                Selection::Field(field) => {
                    let value = self.value(field, of)?;
                    self.counted = self.counted.saturating_add(PUNCTUATION);
                    value.saturating_add(field.response_key().len() + PUNCTUATION)
                }
                Selection::InlineFragment(fragment) => self.object(&fragment.selection_set, of)?,
                Selection::FragmentSpread(spread) => match self.document.fragments.get(&spread.fragment_name) {
                    Some(fragment) => self.object(&fragment.selection_set, of)?,
                    None => 0,
                },
            };
            sum = self.add(sum, size)?;
        }
        self.known.extend(key.map(|key| (key, sum)));
        Ok(sum)
    }

    fn add(&self, sum: usize, size: usize) -> Result<usize> {
        let sum = sum.saturating_add(size);
        if sum > self.limit || self.counted > self.limit { Err(TooLarge) } else { Ok(sum) }
    }

    fn value(&mut self, field: &'d Field, of: Meta<'d>) -> Result<usize> {
        let set = &field.selection_set;
        let schema: &'d Schema = &self.graph.api;
        match (of, field.name.as_str()) {
            (_, "name") => Ok(of.name().len() + PUNCTUATION),
            (_, "description") => Ok(of.description(schema).len() + PUNCTUATION),
            (Meta::Schema, "types") => self.list(set, schema.types.keys().map(Meta::Named)),
            (Meta::Schema, "directives") => {
                self.list(set, schema.directive_definitions.values().map(|known| Meta::Directive(known)))
            }
            (Meta::Schema, "queryType" | "mutationType" | "subscriptionType") => {
                let roots = &schema.schema_definition;
                let root = match field.name.as_str() {
                    "queryType" => &roots.query,
                    "mutationType" => &roots.mutation,
                    _ => &roots.subscription,
                };
                root.as_ref().map_or(Ok(WORD), |root| self.object(set, Meta::Named(&root.name)))
            }
            (Meta::Named(name), _) => self.of_type(field, name),
            (Meta::Wrapped(ty) | Meta::ListIn(ty), "ofType") => self.object(set, of_type(ty, of)),
            (Meta::Field(known), "args") => self.list(set, known.arguments.iter().map(|known| Meta::Input(known))),
            (Meta::Directive(known), "args") => self.list(set, known.arguments.iter().map(|known| Meta::Input(known))),
            (Meta::Directive(known), "locations") => Ok(known.locations.len().saturating_mul(WORD + WORD)),
            (Meta::Field(known), "type") => self.object(set, wrapped(&known.ty)),
            (Meta::Input(known), "type") => self.object(set, wrapped(&known.ty)),
            (Meta::Input(known), "defaultValue") => {
                Ok(known.default_value.as_ref().map_or(WORD, |value| value.to_string().len() + PUNCTUATION))
            }
            (_, "deprecationReason" | "specifiedByURL") => Ok(of.directive_text().unwrap_or(WORD)),
            _ => Ok(WORD),
        }
    }

    /// The lists of a named type.
    fn of_type(&mut self, field: &'d Field, name: &'d Name) -> Result<usize> {
        let set = &field.selection_set;
        let graph = self.graph;
        let Some(ty) = graph.api.types.get(name) else { return Ok(WORD) };
        match (field.name.as_str(), ty) {
            ("fields", ExtendedType::Object(object)) => {
                self.list(set, object.fields.values().map(|known| Meta::Field(known)))
            }
            ("fields", ExtendedType::Interface(interface)) => {
                self.list(set, interface.fields.values().map(|known| Meta::Field(known)))
            }
            ("interfaces", ExtendedType::Object(object)) => {
                self.list(set, object.implements_interfaces.iter().map(|known| Meta::Named(&known.name)))
            }
            ("interfaces", ExtendedType::Interface(interface)) => {
                self.list(set, interface.implements_interfaces.iter().map(|known| Meta::Named(&known.name)))
            }
            ("possibleTypes", ExtendedType::Union(union)) => {
                self.list(set, union.members.iter().map(|known| Meta::Named(&known.name)))
            }
            ("possibleTypes", ExtendedType::Interface(_)) => {
                let objects = graph.implementers.get(name).into_iter().flat_map(|known| &known.objects);
                self.list(set, objects.map(Meta::Named))
            }
            ("enumValues", ExtendedType::Enum(definition)) => {
                self.list(set, definition.values.values().map(|known| Meta::EnumValue(known)))
            }
            ("inputFields", ExtendedType::InputObject(input)) => {
                self.list(set, input.fields.values().map(|known| Meta::Input(known)))
            }
            ("specifiedByURL", _) => {
                Ok(ty.directives().iter().map(|known| known.to_string().len()).sum::<usize>() + WORD)
            }
            _ => Ok(WORD),
        }
    }

    fn list(&mut self, set: &'d SelectionSet, items: impl Iterator<Item = Meta<'d>>) -> Result<usize> {
        let mut sum = PUNCTUATION;
        for item in items {
            let size = self.object(set, item)?;
            sum = self.add(sum, size)?;
        }
        Ok(sum)
    }
}

impl<'d> Meta<'d> {
    fn name(self) -> &'d str {
        match self {
            Self::Schema | Self::Wrapped(_) | Self::ListIn(_) => "null",
            Self::Named(name) => name,
            Self::Field(known) => &known.name,
            Self::Input(known) => &known.name,
            Self::EnumValue(known) => &known.value,
            Self::Directive(known) => &known.name,
        }
    }

    fn description(self, schema: &'d Schema) -> &'d str {
        let description = match self {
            Self::Schema => schema.schema_definition.description.as_ref(),
            Self::Named(name) => schema.types.get(name).and_then(|ty| ty.description()),
            Self::Wrapped(_) | Self::ListIn(_) => None,
            Self::Field(known) => known.description.as_ref(),
            Self::Input(known) => known.description.as_ref(),
            Self::EnumValue(known) => known.description.as_ref(),
            Self::Directive(known) => known.description.as_ref(),
        };
        description.map_or("null", |text| &**text)
    }

    /// The length of the reason of a deprecation, as its directive is written.
    fn directive_text(self) -> Option<usize> {
        let directives = match self {
            Self::Field(known) => &known.directives,
            Self::Input(known) => &known.directives,
            Self::EnumValue(known) => &known.directives,
            _ => return None,
        };
        directives.get("deprecated").map(|known| known.to_string().len())
    }
}

fn wrapped(ty: &Type) -> Meta<'_> {
    if let Type::Named(name) = ty { Meta::Named(name) } else { Meta::Wrapped(ty) }
}

/// What a list or non-null type wraps.
fn of_type<'d>(ty: &'d Type, of: Meta<'d>) -> Meta<'d> {
    match (ty, of) {
        (Type::Named(name) | Type::NonNullNamed(name), _) => Meta::Named(name),
        (Type::NonNullList(_), Meta::Wrapped(_)) => Meta::ListIn(ty),
        (Type::NonNullList(inner) | Type::List(inner), _) => wrapped(inner),
    }
}
