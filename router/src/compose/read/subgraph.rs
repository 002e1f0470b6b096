//! One subgraph's schema, extensions merged and directives understood.

use std::collections::BTreeSet;

use apollo_compiler::{
    Name, Node, Schema,
    ast::{Directive, FieldDefinition, Value},
    schema::{Component, ExtendedType},
};

use crate::compose::{
    Subgraph,
    check::{definitions, graphql, reserved},
    error::{CompositionError, ErrorCode},
    read::{
        directives::DirectiveNames,
        elements::elements,
        link::{self, Link},
        marks, roots, specs,
    },
};

/// See the module's description.
#[derive(Debug)]
pub(in crate::compose) struct SubgraphSchema {
    pub name: String,
    pub url: String,
    /// The value of `join__Graph` that stands for it.
    pub graph: String,
    pub schema: Schema,
    pub links: Vec<Link>,
    /// The root types of other names: what the supergraph calls them, and what the subgraph does.
    pub renamed_roots: Vec<(Name, Name)>,
    pub names: DirectiveNames,
    /// `Type.field` of every field that a key, `@requires` or `@provides` of this subgraph mentions.
    pub used: BTreeSet<(Name, Name)>,
    /// The same for keys alone.
    pub in_keys: BTreeSet<(Name, Name)>,
    /// The same for `@provides` alone.
    pub provided: BTreeSet<(Name, Name)>,
}

/// Names must be there, be unique, and not be taken by federation.
pub(in crate::compose) fn check_names(subgraphs: &[&Subgraph]) -> Vec<CompositionError> {
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

fn unsupported(subgraph: &str, coordinate: &str, what: &str) -> CompositionError {
    let text = format!("{what} is not supported yet: remove it, or compose without this subgraph");
    CompositionError::new(ErrorCode::UnsupportedFeature, coordinate, &[subgraph], text)
}

/// Links to the specification of connectors.
fn connectors(subgraph: &str, links: &[Link]) -> Vec<CompositionError> {
    let known = links.iter().filter(|link| link.identity == "https://specs.apollo.dev/connect");
    known.map(|link| unsupported(subgraph, "@link", &format!("{} (connectors)", link.url()))).collect()
}

/// The value of `join__Graph` for a subgraph.
fn graph_of(name: &str, before: &[SubgraphSchema]) -> String {
    let upper = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    let mut graph: String = name.chars().map(upper).collect();
    if graph.starts_with(|c: char| c.is_ascii_digit()) {
        graph.insert(0, '_');
    }
    while before.iter().any(|other| other.graph == graph) {
        graph.push('_');
    }
    graph
}

impl SubgraphSchema {
    /// Reads one subgraph by itself: its text, its links, whether it is valid GraphQL.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(subgraph: &Subgraph, before: &[Self]) -> Result<Self, Vec<CompositionError>> {
        let name = subgraph.name.as_str();
        let mut schema = graphql::parse(name, &subgraph.sdl)?;
        let (links, mut errors) = link::read(&schema, name);
        let names = DirectiveNames::read(&links);
        let connectors = connectors(name, &links);
        if !connectors.is_empty() {
            // What they bring is not known, so that the rest cannot be judged.
            return Err(connectors);
        }
        errors.extend(definitions::check(name, &schema, &names));
        errors.extend(graphql::check(name, &schema, &names));
        if !errors.is_empty() {
            return Err(errors);
        }
        let renamed_roots = roots::rename(&mut schema, &names, name)?;
        let reserved = reserved::check(name, &schema, &links);
        if !reserved.is_empty() {
            return Err(reserved);
        }
        remove_machinery(&mut schema, &links);
        let (name, url) = (subgraph.name.clone(), subgraph.url.clone());
        let graph = graph_of(&name, before);
        let (used, in_keys, provided) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut read = Self { name, url, graph, schema, links, renamed_roots, names, used, in_keys, provided };
        read.refuse_unsupported()?;
        read.mark();
        Ok(read)
    }

    /// Finds anew which fields are mentioned by others.
    pub fn mark(&mut self) {
        self.in_keys = marks::in_keys(self);
        self.used = marks::used(self);
        self.provided = marks::provided(self);
    }

    /// Features that the engine does not plan yet must not get lost silently.
    fn refuse_unsupported(&self) -> Result<(), Vec<CompositionError>> {
        let mut errors = Vec::new();
        for element in elements(&self.schema) {
            for name in ["context", "fromContext"] {
                if self.names.all(element.directives.iter().copied(), name).next().is_some() {
                    errors.push(unsupported(&self.name, &element.coordinate, &format!("@{name}")));
                }
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
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
        self.on_field(field, name).find_map(|directive| self.selection(directive))
    }

    /// The selection that a directive's `fields` gives. Federation 1 allowed a list of selections, and no quotes.
    pub fn selection(&self, directive: &Directive) -> Option<String> {
        let value = directive.specified_argument_by_name("fields")?;
        if let Some(text) = value.as_str() {
            // Braces around the whole say nothing.
            let bare = text.trim().strip_prefix('{').and_then(|text| text.strip_suffix('}'));
            return Some(bare.unwrap_or(text).to_owned());
        }
        let one = |item: &Node<Value>| item.as_str().or(item.as_enum().map(Name::as_str)).map(str::to_owned);
        match value.as_list().filter(|_| !self.names.federation_2()) {
            // A comment ends with its line.
            Some(items) => Some(items.iter().filter_map(one).collect::<Vec<_>>().join("\n")),
            None => one(value).filter(|_| !self.names.federation_2()),
        }
    }

    /// Whether the type is declared as an extension of another subgraph's.
    pub fn is_extension(&self, ty: &ExtendedType) -> bool {
        let extends = self.on_type(ty, "extends").next().is_some();
        extends || (!ty.is_scalar() && !is_root(ty.name()) && is_only_extended(ty))
    }

    /// What the subgraph itself calls a root type, where that can be seen: the type stands behind an interface or a
    /// union, so that the subgraph tells its name and is told it in fragments.
    pub fn visible_root_name(&self, ty: &ExtendedType) -> Option<&Name> {
        let (_, local) = self.renamed_roots.iter().find(|(name, _)| name == ty.name())?;
        let implements = ty.as_object().is_some_and(|object| !object.implements_interfaces.is_empty());
        let is_member = |other: &ExtendedType| other.as_union().is_some_and(|union| union.members.contains(ty.name()));
        (implements || self.schema.types.values().any(is_member)).then_some(local)
    }

    pub fn is_interface_object(&self, ty: &ExtendedType) -> bool {
        self.on_type(ty, "interfaceObject").next().is_some()
    }

    /// Whether a field is declared but not resolved here. The key fields of an extension are external in name only; in
    /// Federation 2 so is what keys of other types select of it.
    pub fn is_external(&self, ty: &ExtendedType, field: &FieldDefinition) -> bool {
        let marked = self.has(field, "external") || self.on_type(ty, "external").next().is_some();
        let in_key = || {
            let anywhere = || self.in_keys.contains(&(ty.name().clone(), field.name.clone()));
            self.is_key_field(ty, &field.name) || self.names.federation_2() && anywhere()
        };
        marked && !(self.is_extension(ty) && in_key())
    }

    /// Whether the field is there because an interface of the type demands it.
    pub fn is_interface_field(&self, ty: &ExtendedType, field: &Name) -> bool {
        let interfaces = match ty {
            ExtendedType::Object(object) => &object.implements_interfaces,
            ExtendedType::Interface(interface) => &interface.implements_interfaces,
            _ => return false,
        };
        interfaces.iter().any(|interface| {
            let interface = self.schema.get_interface(&interface.name);
            interface.is_some_and(|interface| interface.fields.contains_key(field))
        })
    }

    /// Whether the subgraph asks that a directive be carried into the supergraph, by its name here.
    pub fn composes(&self, directive: &str) -> bool {
        self.composed().any(|name| name.strip_prefix('@') == Some(directive))
    }

    /// What `@composeDirective` names, as it is written.
    pub fn composed(&self) -> impl Iterator<Item = &str> {
        let on_schema = self.schema.schema_definition.directives.iter().map(|component| &component.node);
        self.names.all(on_schema, "composeDirective").map(|directive| {
            directive.specified_argument_by_name("name").and_then(|name| name.as_str()).unwrap_or_default()
        })
    }

    /// Whether other subgraphs may resolve the field too. In Federation 1 all may.
    pub fn is_shareable(&self, ty: &ExtendedType, field: &Component<FieldDefinition>) -> bool {
        let on_type = || self.on_type(ty, "shareable").next().is_some();
        let in_key = || self.in_keys.contains(&(ty.name().clone(), field.name.clone()));
        !self.names.federation_2() || self.has(field, "shareable") || on_type() || in_key()
    }
}

/// Whether the type is declared by `extend` alone. A definition that has nothing in it is seen by where it stands.
pub(in crate::compose) fn is_only_extended(ty: &ExtendedType) -> bool {
    let extensions: Option<Vec<_>> = ty.iter_origins().map(|origin| origin.extension_id()).collect();
    extensions.is_some_and(|all| all.iter().any(|extension| extension.location() == ty.location()))
}

/// The fields of an object or interface; none of other types.
pub(in crate::compose) fn fields_of(ty: &ExtendedType) -> Vec<&Component<FieldDefinition>> {
    match ty {
        ExtendedType::Object(object) => object.fields.values().collect(),
        ExtendedType::Interface(interface) => interface.fields.values().collect(),
        _ => Vec::new(),
    }
}

/// One field of an object or interface.
pub(in crate::compose) fn field_of<'s>(ty: &'s ExtendedType, name: &str) -> Option<&'s Component<FieldDefinition>> {
    match ty {
        ExtendedType::Object(object) => object.fields.get(name),
        ExtendedType::Interface(interface) => interface.fields.get(name),
        _ => None,
    }
}

pub(in crate::compose) fn is_root(name: &str) -> bool {
    matches!(name, "Query" | "Mutation" | "Subscription")
}

/// Whether a type of a subgraph is one that federation itself adds.
pub(in crate::compose) fn is_machinery(ty: &ExtendedType, links: &[Link]) -> bool {
    const TYPES: [&str; 4] = ["_Any", "_Entity", "_Service", "_FieldSet"];
    let name = ty.name().as_str();
    let is_linked = |link: &Link| {
        let imported = link.imports.iter().any(|(_, local)| local == name);
        imported || name.strip_prefix(link.prefix()).is_some_and(|rest| rest.starts_with("__"))
    };
    TYPES.contains(&name)
        || name == "FieldSet" && ty.is_scalar()
        || name.starts_with("federation__")
        || name.starts_with("link__")
        || links.iter().filter(|link| specs::is_federations(link)).any(is_linked)
}

/// What federation itself adds to a subgraph's schema is no part of the supergraph.
fn remove_machinery(schema: &mut Schema, links: &[Link]) {
    schema.types.retain(|_, ty| !is_machinery(ty, links) && !ty.is_built_in());
    if let Some(ExtendedType::Object(query)) = schema.types.get_mut("Query") {
        query.make_mut().fields.retain(|name, _| name != "_service" && name != "_entities");
    }
    let empty = |ty: &ExtendedType| matches!(ty, ExtendedType::Object(object) if object.fields.is_empty() && is_root(&object.name));
    schema.types.retain(|_, ty| !empty(ty));
}
