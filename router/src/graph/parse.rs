//! Reads the join specification's directives off a supergraph's SDL.

use std::collections::BTreeMap;

use apollo_compiler::{
    Name, Schema,
    ast::{Definition, Directive, Document, Type},
    collections::{HashMap, IndexMap},
    schema::{Component, ExtendedType, FieldDefinition},
};

use super::{
    BuiltIn, FieldCost, FieldIn, FieldInfo, FieldSet, InvalidSupergraph, Key, Kind, OverrideLabel, ROOT_NAME,
    Requirement, Subgraph, SubgraphId, Supergraph, TypeId, TypeIn, TypeInfo, api, cost, links,
};

type Result<T> = std::result::Result<T, InvalidSupergraph>;

/// What every step needs: the parsed document and the ids given so far.
struct Reader<'a> {
    schema: &'a Schema,
    graphs: IndexMap<Name, Subgraph>,
    ids: IndexMap<Name, ()>,
    /// For each interface, the objects that implement it, and where.
    implementations: HashMap<String, Vec<(SubgraphId, TypeId)>>,
}

pub(super) fn parse(sdl: &str) -> Result<Supergraph> {
    let mut schema = Schema::parse(sdl, "supergraph.graphql").map_err(|error| InvalidSupergraph::new(error.errors))?;
    links::settle(&mut schema)?;
    let graphs = subgraphs(&schema)?;
    let mut reader = Reader { schema: &schema, graphs, ids: IndexMap::default(), implementations: HashMap::default() };
    reader.ids = schema.types.keys().filter(|name| !name.starts_with("__")).map(|name| (name.clone(), ())).collect();
    reader.implementations = reader.implementations()?;
    let mut types = reader
        .ids
        .keys()
        .map(|name| Ok((name.clone(), reader.type_info(name, &schema.types[name])?)))
        .collect::<Result<IndexMap<_, _>>>()?;
    super::interface_objects::open(&mut types);
    super::authorization::inherit(&mut types);
    let root = |name: Option<&apollo_compiler::schema::ComponentName>| name.and_then(|name| reader.id(&name.name));
    let roots = &schema.schema_definition;
    let query = root(roots.query.as_ref()).ok_or_else(|| InvalidSupergraph("there is no query type".into()))?;
    let (mutation, subscription) = (root(roots.mutation.as_ref()), root(roots.subscription.as_ref()));
    let api = api::client_schema(&schema)?;
    let implementers = api.implementers_map();
    let subgraphs = reader.graphs.into_values().collect();
    Ok(Supergraph { subgraphs, types, query, mutation, subscription, api, implementers })
}

/// The values of the `join__Graph` enum.
fn subgraphs(schema: &Schema) -> Result<IndexMap<Name, Subgraph>> {
    let graphs = schema
        .get_enum("join__Graph")
        .ok_or_else(|| InvalidSupergraph("there is no enum join__Graph: is this a supergraph's SDL?".into()))?;
    graphs
        .values
        .iter()
        .map(|(value, definition)| {
            let graph = definition
                .directives
                .get("join__graph")
                .ok_or_else(|| InvalidSupergraph(format!("join__Graph.{value} lacks @join__graph")))?;
            let name = text(graph, "name").unwrap_or(value.as_str()).into();
            Ok((value.clone(), Subgraph { name, url: text(graph, "url").unwrap_or_default().to_owned() }))
        })
        .collect()
}

impl Reader<'_> {
    fn id(&self, name: &str) -> Option<TypeId> {
        self.ids.get_index_of(name).and_then(|index| u32::try_from(index).ok()).map(TypeId)
    }

    fn graph(&self, directive: &Directive) -> Result<Option<SubgraphId>> {
        let Some(value) = directive.specified_argument_by_name("graph") else { return Ok(None) };
        let name = value.as_enum().ok_or_else(|| InvalidSupergraph(format!("{directive} names no graph")))?;
        let index = self.graphs.get_index_of(name);
        let index = index.ok_or_else(|| InvalidSupergraph(format!("{directive}: no such graph")))?;
        Ok(Some(SubgraphId(u16::try_from(index).map_err(|_| InvalidSupergraph("too many subgraphs".into()))?)))
    }

    fn type_info(&self, name: &Name, ty: &ExtendedType) -> Result<TypeInfo> {
        let subgraphs = self.type_in(name, ty)?;
        let fields = match ty {
            ExtendedType::Object(object) => self.fields(&object.fields, &subgraphs)?,
            ExtendedType::Interface(interface) => self.fields(&interface.fields, &subgraphs)?,
            _ => IndexMap::default(),
        };
        let mut possible: Vec<TypeId> = match ty {
            ExtendedType::Object(_) => self.id(name).into_iter().collect(),
            _ => subgraphs.values().flat_map(|known| known.possible.iter().copied()).collect(),
        };
        possible.sort_unstable();
        possible.dedup();
        let values = match ty {
            ExtendedType::Enum(definition) => definition
                .values
                .iter()
                .filter(|(_, value)| !value.directives.has("inaccessible"))
                .map(|(value, _)| value.clone())
                .collect(),
            _ => Vec::new(),
        };
        let authorization = Requirement::read(ty.directives().iter().map(|directive| &**directive));
        let weight = cost::weight(ty.directives().iter().map(|directive| &directive.node));
        let input_weights = match ty {
            ExtendedType::InputObject(input) => cost::input_weights(&input.fields),
            _ => Vec::new(),
        };
        let (name, kind, hidden) = (name.clone(), kind(name, ty), ty.directives().has("inaccessible"));
        Ok(TypeInfo { name, kind, fields, subgraphs, possible, hidden, values, authorization, weight, input_weights })
    }

    /// The `@join__type`s of a type, and which objects it may be in each subgraph.
    fn type_in(&self, name: &Name, ty: &ExtendedType) -> Result<BTreeMap<SubgraphId, TypeIn>> {
        let mut known: BTreeMap<SubgraphId, TypeIn> = BTreeMap::new();
        for directive in ty.directives().iter().filter(|directive| directive.name == "join__type") {
            let Some(graph) = self.graph(directive)? else { continue };
            let entry = known.entry(graph).or_default();
            entry.is_interface_object |= flag(directive, "isInterfaceObject").unwrap_or(false);
            if let Some(fields) = text(directive, "key") {
                let resolvable = flag(directive, "resolvable").unwrap_or(true);
                entry.keys.push(Key { fields: field_set(fields)?, resolvable });
            }
        }
        for directive in ty.directives().iter().filter(|directive| directive.name == ROOT_NAME) {
            let entry = self.graph(directive)?.and_then(|graph| known.get_mut(&graph));
            if let Some((entry, name)) = entry.zip(text(directive, "name")) {
                entry.local_name = Some(Name::new(name).map_err(InvalidSupergraph::new)?);
            }
        }
        for (graph, entry) in &mut known {
            entry.possible = self.possible_in(name, ty, *graph)?;
            if ty.is_interface() && !entry.is_interface_object && entry.possible.is_empty() {
                // No object there is a member of `_Entity`, so that nothing can be asked for.
                entry.keys.iter_mut().for_each(|key| key.resolvable = false);
            }
        }
        Ok(known)
    }

    fn implementations(&self) -> Result<HashMap<String, Vec<(SubgraphId, TypeId)>>> {
        let mut all: HashMap<String, Vec<(SubgraphId, TypeId)>> = HashMap::default();
        for (name, definition) in &self.schema.types {
            let (ExtendedType::Object(object), Some(id)) = (definition, self.id(name)) else { continue };
            for directive in object.directives.get_all("join__implements") {
                if let (Some(graph), Some(interface)) = (self.graph(directive)?, text(directive, "interface")) {
                    all.entry(interface.to_owned()).or_default().push((graph, id));
                }
            }
        }
        Ok(all)
    }

    fn possible_in(&self, name: &Name, ty: &ExtendedType, graph: SubgraphId) -> Result<Vec<TypeId>> {
        let mut possible = Vec::new();
        match ty {
            ExtendedType::Object(_) => possible.extend(self.id(name)),
            ExtendedType::Union(union) => {
                let told = union.directives.get_all("join__unionMember").collect::<Vec<_>>();
                for directive in &told {
                    if self.graph(directive)? == Some(graph) {
                        possible.extend(text(directive, "member").and_then(|member| self.id(member)));
                    }
                }
                if told.is_empty() {
                    possible.extend(union.members.iter().filter_map(|member| self.id(&member.name)));
                }
            }
            ExtendedType::Interface(_) => {
                let all = self.implementations.get(name.as_str()).into_iter().flatten();
                possible.extend(all.filter(|(known, _)| *known == graph).map(|(_, object)| *object));
            }
            _ => {}
        }
        possible.sort_unstable();
        possible.dedup();
        Ok(possible)
    }

    fn fields(
        &self,
        fields: &IndexMap<Name, Component<FieldDefinition>>,
        owners: &BTreeMap<SubgraphId, TypeIn>,
    ) -> Result<IndexMap<Name, FieldInfo>> {
        fields.iter().map(|(name, field)| Ok((name.clone(), self.field(field, owners)?))).collect()
    }

    fn field(&self, field: &FieldDefinition, owners: &BTreeMap<SubgraphId, TypeIn>) -> Result<FieldInfo> {
        let mut subgraphs = BTreeMap::new();
        let joins: Vec<_> = field.directives.get_all("join__field").collect();
        if joins.is_empty() {
            for graph in owners.keys() {
                let known =
                    FieldIn { ty: field.ty.clone(), external: false, requires: None, provides: None, label: None };
                subgraphs.insert(*graph, known);
            }
        }
        for join in joins {
            let Some(graph) = self.graph(join)? else { continue };
            if flag(join, "usedOverridden") == Some(true) && join.specified_argument_by_name("overrideLabel").is_none()
            {
                // The field moved away and stays declared for the keys that use it: as good as external.
                let known =
                    FieldIn { ty: field.ty.clone(), external: true, requires: None, provides: None, label: None };
                subgraphs.insert(graph, known);
                continue;
            }
            let ty = match text(join, "type") {
                Some(ty) => Type::parse(ty, "join__field").map_err(InvalidSupergraph::new)?,
                None => field.ty.clone(),
            };
            let set = |name| text(join, name).map(field_set).transpose();
            let external = flag(join, "external").unwrap_or(false);
            let label = text(join, "overrideLabel").map(|label| OverrideLabel {
                name: label.into(),
                when_active: join.specified_argument_by_name("override").is_some(),
            });
            let (requires, provides) = (set("requires")?, set("provides")?);
            subgraphs.insert(graph, FieldIn { ty, external, requires, provides, label });
        }
        let authorization = Requirement::read(field.directives.iter());
        let arguments = field.arguments.iter().map(|argument| argument.name.clone()).collect();
        let cost = FieldCost::read(field);
        Ok(FieldInfo { name: field.name.clone(), ty: field.ty.clone(), arguments, subgraphs, authorization, cost })
    }
}

fn kind(name: &Name, ty: &ExtendedType) -> Kind {
    match ty {
        ExtendedType::Object(_) => Kind::Object,
        ExtendedType::Interface(_) => Kind::Interface,
        ExtendedType::Union(_) => Kind::Union,
        ExtendedType::Enum(_) => Kind::Enum,
        ExtendedType::InputObject(_) => Kind::Other,
        ExtendedType::Scalar(_) => match name.as_str() {
            "Int" => Kind::BuiltIn(BuiltIn::Int),
            "Float" => Kind::BuiltIn(BuiltIn::Float),
            "String" => Kind::BuiltIn(BuiltIn::String),
            "Boolean" => Kind::BuiltIn(BuiltIn::Boolean),
            "ID" => Kind::BuiltIn(BuiltIn::Id),
            _ => Kind::Other,
        },
    }
}

fn text<'a>(directive: &'a Directive, argument: &str) -> Option<&'a str> {
    directive.specified_argument_by_name(argument)?.as_str()
}

fn flag(directive: &Directive, argument: &str) -> Option<bool> {
    directive.specified_argument_by_name(argument)?.to_bool()
}

/// Parses the selection of a key, `@requires` or `@provides`.
pub(super) fn field_set(source: &str) -> Result<FieldSet> {
    // The closing brace stands on its own line, where no comment of the source hides it.
    let document = Document::parse(format!("{{ {source}\n}}"), "field set")
        .map_err(|error| InvalidSupergraph::new(error.errors))?;
    match document.definitions.into_iter().next() {
        Some(Definition::OperationDefinition(operation)) => Ok(operation.selection_set.as_slice().into()),
        _ => Err(InvalidSupergraph(format!("{source:?} is not a selection of fields"))),
    }
}
