//! One subgraph's schema, extensions merged and directives understood.

use std::collections::BTreeSet;

use apollo_compiler::{
    Name, Node, Schema,
    ast::{Directive, FieldDefinition, OperationType, Selection},
    schema::{Component, ExtendedType},
};

use super::{
    Subgraph,
    directives::DirectiveNames,
    error::{CompositionError, ErrorCode},
    field_sets,
};
use crate::graph::parse_field_set;

/// See the module's description.
#[derive(Debug)]
pub(super) struct SubgraphSchema {
    pub name: String,
    pub url: String,
    /// The value of `join__Graph` that stands for it.
    pub graph: String,
    pub schema: Schema,
    pub names: DirectiveNames,
    /// `Type.field` of every field that a key, `@requires` or `@provides` of this subgraph mentions.
    pub used: BTreeSet<(Name, Name)>,
    /// The same for keys alone.
    pub in_keys: BTreeSet<(Name, Name)>,
}

/// A `@key`.
#[derive(Debug)]
pub(super) struct KeyOf {
    pub fields: String,
    pub resolvable: bool,
}

/// Names must be there, be unique, and not be taken by federation.
pub(super) fn check_names(subgraphs: &[&Subgraph]) -> Vec<CompositionError> {
    let mut errors = Vec::new();
    for (index, subgraph) in subgraphs.iter().enumerate() {
        let name = subgraph.name.as_str();
        let error = |text: String| CompositionError::new(ErrorCode::InvalidSubgraphName, "", &[name], text);
        if name.trim().is_empty() || name == "_" {
            errors.push(error(format!("{name:?} cannot name a subgraph")));
        }
        if subgraphs[..index].iter().any(|other| other.name == name) {
            errors.push(error("two subgraphs have this name: rename one".into()));
        }
    }
    errors
}

impl SubgraphSchema {
    pub fn read(subgraph: &Subgraph, before: &[Self]) -> Result<Self, Vec<CompositionError>> {
        let name = subgraph.name.as_str();
        let invalid = |text: String| CompositionError::new(ErrorCode::InvalidGraphql, "", &[name], text);
        let built = Schema::builder().adopt_orphan_extensions().parse(&subgraph.sdl, format!("{name}.graphql")).build();
        let mut schema = built.map_err(|error| {
            error.errors.iter().map(|diagnostic| invalid(diagnostic.to_string())).collect::<Vec<_>>()
        })?;
        canonical_roots(&mut schema);
        let names = DirectiveNames::read(&schema);
        let mut graph: String =
            name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
        if graph.starts_with(|c: char| c.is_ascii_digit()) {
            graph.insert(0, '_');
        }
        while before.iter().any(|other| other.graph == graph) {
            graph.push('_');
        }
        remove_machinery(&mut schema);
        let (name, url) = (subgraph.name.clone(), subgraph.url.clone());
        let mut read = Self { name, url, graph, schema, names, used: BTreeSet::new(), in_keys: BTreeSet::new() };
        read.refuse_unsupported()?;
        let wrong = field_sets::check(&read);
        if !wrong.is_empty() {
            return Err(wrong);
        }
        read.in_keys = read.find_in_keys().map_err(|error| vec![error])?;
        read.used = read.find_used().map_err(|error| vec![error])?;
        Ok(read)
    }

    /// Features that the engine does not plan yet must not get lost silently.
    fn refuse_unsupported(&self) -> Result<(), Vec<CompositionError>> {
        let mut errors = Vec::new();
        let refuse = |what: String| {
            let text = format!("{what} is not supported yet: remove it, or compose without this subgraph");
            CompositionError::new(ErrorCode::UnsupportedFeature, "", &[&self.name], text)
        };
        for link in self.schema.schema_definition.directives.get_all("link") {
            let url = link.specified_argument_by_name("url").and_then(|url| url.as_str()).unwrap_or_default();
            if url.starts_with("https://specs.apollo.dev/connect/") {
                errors.push(refuse(format!("{url} (connectors)")));
            }
        }
        for ty in self.schema.types.values() {
            for name in ["context", "fromContext"] {
                if self.names.all(inside(ty).into_iter(), name).next().is_some() {
                    errors.push(refuse(format!("@{name} in {}", ty.name())));
                }
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// What this composer understands but does not carry on into the supergraph, in a sentence each.
    pub fn losses(&self) -> Vec<String> {
        let on_schema = self.schema.schema_definition.directives.iter().map(|component| &component.node);
        let everywhere: Vec<_> = on_schema.chain(self.schema.types.values().flat_map(inside)).collect();
        let is_there = |name: &&'static str| self.names.all(everywhere.iter().copied(), name).next().is_some();
        let lost = ["composeDirective", "cost", "listSize"].into_iter().filter(is_there);
        lost.map(|name| format!("@{name} of the subgraph {:?} is not carried on into the supergraph", self.name))
            .collect()
    }

    pub fn on_type<'s>(
        &'s self,
        ty: &'s ExtendedType,
        name: &'static str,
    ) -> impl Iterator<Item = &'s Node<Directive>> {
        self.names.all(ty.directives().iter().map(|component| &component.node), name)
    }

    pub fn on_field<'s>(
        &'s self,
        field: &'s FieldDefinition,
        name: &'static str,
    ) -> impl Iterator<Item = &'s Node<Directive>> {
        self.names.all(field.directives.iter(), name)
    }

    pub fn has(&self, field: &FieldDefinition, name: &'static str) -> bool {
        self.on_field(field, name).next().is_some()
    }

    /// A directive's `fields` argument.
    pub fn field_set(&self, field: &FieldDefinition, name: &'static str) -> Option<String> {
        self.on_field(field, name).find_map(|directive| selection_of(directive))
    }

    pub fn keys(&self, ty: &ExtendedType) -> Vec<KeyOf> {
        let keys = self.on_type(ty, "key").filter_map(|directive| {
            let resolvable = directive.specified_argument_by_name("resolvable").and_then(|value| value.to_bool());
            Some(KeyOf { fields: selection_of(directive)?, resolvable: resolvable.unwrap_or(true) })
        });
        keys.collect()
    }

    /// Whether the type is declared as an extension of another subgraph's.
    pub fn is_extension(&self, ty: &ExtendedType) -> bool {
        let extends = self.on_type(ty, "extends").next().is_some();
        extends
            || (!ty.is_scalar()
                && ty.iter_origins().all(|origin| origin.extension_id().is_some())
                && !is_root(ty.name()))
    }

    pub fn is_interface_object(&self, ty: &ExtendedType) -> bool {
        self.on_type(ty, "interfaceObject").next().is_some()
    }

    /// Whether a field is declared but not resolved here. The key fields of an extension are external in name only.
    pub fn is_external(&self, ty: &ExtendedType, field: &FieldDefinition) -> bool {
        let marked = self.has(field, "external") || self.on_type(ty, "external").next().is_some();
        marked && !(self.is_extension(ty) && self.is_key_field(ty, &field.name))
    }

    fn is_key_field(&self, ty: &ExtendedType, field: &Name) -> bool {
        self.keys(ty).iter().any(|key| {
            parse_field_set(&key.fields).is_ok_and(|set| {
                set.iter().any(|selection| selection.as_field().is_some_and(|known| known.name == *field))
            })
        })
    }

    /// Whether other subgraphs may resolve the field too. In Federation 1 all may.
    pub fn is_shareable(&self, ty: &ExtendedType, field: &Component<FieldDefinition>) -> bool {
        let on_type = || self.on_type(ty, "shareable").next().is_some();
        let in_key = || self.in_keys.contains(&(ty.name().clone(), field.name.clone()));
        !self.names.federation_2 || self.has(field, "shareable") || on_type() || in_key()
    }

    /// The fields that keys mention, on all levels.
    fn find_in_keys(&self) -> Result<BTreeSet<(Name, Name)>, CompositionError> {
        let mut used = BTreeSet::new();
        for ty in self.schema.types.values() {
            for key in self.keys(ty) {
                self.mark(ty.name(), &key.fields, &mut used)?;
            }
        }
        Ok(used)
    }

    /// The fields that keys, `@requires` and `@provides` mention.
    fn find_used(&self) -> Result<BTreeSet<(Name, Name)>, CompositionError> {
        let mut used = self.in_keys.clone();
        for ty in self.schema.types.values() {
            for field in fields_of(ty) {
                if let Some(fields) = self.field_set(field, "requires") {
                    self.mark(ty.name(), &fields, &mut used)?;
                }
                if let Some(fields) = self.field_set(field, "provides") {
                    self.mark(field.ty.inner_named_type(), &fields, &mut used)?;
                }
            }
        }
        Ok(used)
    }

    fn mark(&self, ty: &Name, fields: &str, used: &mut BTreeSet<(Name, Name)>) -> Result<(), CompositionError> {
        let set = parse_field_set(fields).map_err(|error| {
            let text = format!("the selection {fields:?} is not valid: {error}");
            CompositionError::new(ErrorCode::InvalidGraphql, ty.as_str(), &[&self.name], text)
        })?;
        self.mark_all(ty, &set, used);
        Ok(())
    }

    fn mark_all(&self, ty: &Name, selections: &[Selection], used: &mut BTreeSet<(Name, Name)>) {
        for selection in selections {
            match selection {
                Selection::Field(field) => {
                    used.insert((ty.clone(), field.name.clone()));
                    let known = self.schema.types.get(ty).and_then(|ty| field_of(ty, &field.name));
                    if let Some(known) = known {
                        self.mark_all(known.ty.inner_named_type(), &field.selection_set, used);
                    }
                }
                Selection::InlineFragment(fragment) => {
                    let ty = fragment.type_condition.as_ref().unwrap_or(ty);
                    self.mark_all(ty, &fragment.selection_set, used);
                }
                Selection::FragmentSpread(_) => {}
            }
        }
    }
}

fn selection_of(directive: &Directive) -> Option<String> {
    let value = directive.specified_argument_by_name("fields")?;
    // Federation 1 allowed a list of selections.
    value.as_str().map(str::to_owned).or_else(|| {
        let parts: Vec<&str> = value.as_list()?.iter().filter_map(|item| item.as_str()).collect();
        Some(parts.join(" "))
    })
}

/// The fields of an object or interface; none of other types.
pub(super) fn fields_of(ty: &ExtendedType) -> Vec<&Component<FieldDefinition>> {
    match ty {
        ExtendedType::Object(object) => object.fields.values().collect(),
        ExtendedType::Interface(interface) => interface.fields.values().collect(),
        _ => Vec::new(),
    }
}

/// One field of an object or interface.
pub(super) fn field_of<'s>(ty: &'s ExtendedType, name: &str) -> Option<&'s Component<FieldDefinition>> {
    match ty {
        ExtendedType::Object(object) => object.fields.get(name),
        ExtendedType::Interface(interface) => interface.fields.get(name),
        _ => None,
    }
}

pub(super) fn is_root(name: &str) -> bool {
    matches!(name, "Query" | "Mutation" | "Subscription")
}

/// Root types of other names become `Query`, `Mutation` and `Subscription`, as in the supergraph.
fn canonical_roots(schema: &mut Schema) {
    let roots = [
        (OperationType::Query, "Query"),
        (OperationType::Mutation, "Mutation"),
        (OperationType::Subscription, "Subscription"),
    ];
    for (operation, canonical) in roots {
        let Some(local) = schema.root_operation(operation).cloned() else { continue };
        if local == canonical {
            continue;
        }
        let name = Name::new_static(canonical).expect("a plain name");
        if let Some(mut ty) = schema.types.shift_remove(&local) {
            if let ExtendedType::Object(object) = &mut ty {
                object.make_mut().name = name.clone();
            }
            schema.types.insert(name, ty);
        }
    }
}

/// What federation itself adds to a subgraph's schema is no part of the supergraph.
fn remove_machinery(schema: &mut Schema) {
    const TYPES: [&str; 5] = ["_Any", "_Entity", "_Service", "_FieldSet", "FieldSet"];
    schema.types.retain(|name, ty| {
        let machinery =
            TYPES.contains(&name.as_str()) || name.starts_with("federation__") || name.starts_with("link__");
        !machinery && !ty.is_built_in()
    });
    if let Some(ExtendedType::Object(query)) = schema.types.get_mut("Query") {
        query.make_mut().fields.retain(|name, _| name != "_service" && name != "_entities");
    }
    let empty = |ty: &ExtendedType| matches!(ty, ExtendedType::Object(object) if object.fields.is_empty() && is_root(&object.name));
    schema.types.retain(|_, ty| !empty(ty));
}

/// All directives on a type and within it.
fn inside(ty: &ExtendedType) -> Vec<&Node<Directive>> {
    let mut found: Vec<_> = ty.directives().iter().map(|component| &component.node).collect();
    for field in fields_of(ty) {
        let arguments = field.arguments.iter().flat_map(|argument| argument.directives.iter());
        found.extend(field.directives.iter().chain(arguments));
    }
    if let ExtendedType::InputObject(input) = ty {
        found.extend(input.fields.values().flat_map(|field| field.directives.iter()));
    }
    found
}
