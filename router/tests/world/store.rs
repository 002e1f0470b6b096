//! The data of the world: a function of the seed, so nothing is kept.
//!
//! There are a few instances of every object type. What a field of an instance holds follows from its name, the
//! arguments and the seed; a field with `@requires` holds what follows from the required values alone. What a mutation
//! answers depends on all mutations before it, too.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use apollo_compiler::{Schema, ast::Type, schema::ExtendedType};

use crate::{
    access::Hidden,
    ast::{Argument, Operation, Selection},
    listed::{self, Learned},
    model::{Fact, Known, Model},
    random::{Random, hash},
    read::literal,
    value::Value,
};

/// How many instances every object type has.
const INSTANCES: usize = 4;

/// See the module's description.
pub struct Store {
    pub model: Arc<Model>,
    /// What the viewer of this world may not see.
    pub hidden: Hidden,
    seed: u64,
    trouble: Trouble,
    shapes: HashMap<(String, String), Shape>,
    /// The types of which a subgraph may not know every entity.
    forgetful: HashSet<(String, String)>,
    /// The types whose keys may be null.
    nullable_keys: HashSet<String>,
    /// What was told beforehand.
    pub learned: Learned,
}

/// How much goes wrong, in percent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trouble {
    /// Fields that fail.
    pub failing: usize,
    /// Entities that a subgraph does not know.
    pub lost: usize,
}

/// An object: its type, and which of its instances.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Instance {
    pub ty: String,
    pub index: usize,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Stored {
    Null,
    /// The resolver fails.
    Failed,
    Leaf(Value),
    Object(Instance),
    List(Vec<Stored>),
}

/// What a field may hold.
struct Shape {
    /// Whether null is allowed by everybody, from the outermost list inwards.
    nullable: Vec<bool>,
    what: What,
    /// Keys tell instances apart: no nulls, and every instance its own.
    in_key: bool,
    /// Whether only clients ask for it, and see it alone when it is null: a failure has no place in the response
    /// otherwise.
    may_fail: bool,
    /// The only subgraph that resolves it.
    only_in: Option<String>,
    requires: Vec<Selection>,
    /// The types of its arguments.
    arguments: Vec<(String, Type)>,
}

enum What {
    Objects(Vec<String>),
    Id,
    Int,
    Float,
    Text,
    Boolean,
    Enum(Vec<String>),
    Custom,
}

impl Store {
    /// The data that belongs to a seed, all of which may be seen.
    pub fn new(model: impl Into<Arc<Model>>, seed: u64, trouble: Trouble) -> Self {
        let model = model.into();
        let nullable_keys = model.nullable_keys();
        let (shapes, forgetful, learned) = (HashMap::new(), HashSet::new(), Learned::default());
        let hidden = Hidden::default();
        let mut this = Self { model, hidden, seed, trouble, shapes, forgetful, nullable_keys, learned };
        let (keys, required) = (this.model.key_fields(), this.model.required_fields());
        let inside = this.model.inside(keys.iter().chain(&required));
        let mut places: BTreeSet<(String, String)> = BTreeSet::new();
        for known in this.model.subgraphs.values() {
            for (ty, field) in known.facts.keys() {
                places.extend(this.model.possible_in(ty, known).into_iter().map(|ty| (ty, field.clone())));
            }
        }
        for place in places {
            let Some(mut shape) = this.shape(&place.0, &place.1, keys.contains(&place)) else { continue };
            // Where one subgraph allows null and another does not, more is null than the field, as chance has it.
            let said = this.model.said_of(&place.0, &place.1);
            let agreed = said.iter().all(|(_, fact)| fact.definition.ty.is_non_null() != shape.nullable[0]);
            shape.may_fail = !shape.in_key
                && !required.contains(&place)
                && agreed
                && (shape.nullable[0] || !inside.contains(&place.0));
            this.shapes.insert(place, shape);
        }
        let subgraphs = this.model.subgraphs.iter();
        let entities = subgraphs.flat_map(|(name, known)| known.keys.keys().map(|ty| (name.clone(), ty.clone())));
        this.forgetful = entities.filter(|(name, ty)| this.may_forget(name, ty)).collect();
        this
    }

    /// Whether it is certain what a client sees of an entity that a subgraph does not know: nulls where that subgraph
    /// alone has the answer, and everything else as ever.
    fn may_forget(&self, subgraph: &str, ty: &str) -> bool {
        let known = &self.model.subgraphs[subgraph];
        let mut fields = known.facts.iter().filter(|((owner, _), _)| owner == ty);
        // An object in a key may be asked for where it is known as a key only.
        let flat = |part: &Selection| matches!(part, Selection::Field(field) if field.below.is_empty());
        let names_it = |part: &Selection, name: &str| matches!(part, Selection::Field(field) if field.name == name);
        // Nobody else could tell the type of what an interface object stands for.
        let by_its_name = |known: &Known| self.model.name_in(ty, known).is_none_or(|name| name == ty);
        known.keys[ty].len() == 1
            && known.keys[ty][0].fields.iter().all(flat)
            && self.model.subgraphs.values().all(by_its_name)
            && known.schema.get_object(ty).is_some()
            && !known.is_interface_object(ty)
            && fields.all(|((_, field), fact)| {
                let shape = &self.shapes[&(ty.to_owned(), field.clone())];
                let plain = shape.may_fail && shape.requires.is_empty() && shape.nullable[0];
                let own_key = known.keys[ty][0].fields.iter().any(|part| names_it(part, field));
                own_key || (plain && !fact.external && shape.only_in.as_deref() == Some(subgraph))
            })
    }

    /// Whether a subgraph does not know an entity.
    pub fn is_lost(&self, subgraph: &str, of: &Instance) -> bool {
        if self.learned.is_unknown(subgraph, of) {
            return true;
        }
        self.trouble.lost > 0
            && self.forgetful.contains(&(subgraph.to_owned(), of.ty.clone()))
            && Random::new(hash(self.seed, &format!("{subgraph} {}{}", of.ty, of.index))).chance(self.trouble.lost)
    }

    /// Whether a field is out of reach, because the object came from another subgraph and has no key there.
    pub fn is_out_of_reach(&self, of: &Instance, field: &str, home: Option<&str>) -> bool {
        let owner = self.model.only_in(&of.ty, field).filter(|_| self.nullable_keys.contains(&of.ty));
        let Some(owner) = owner.filter(|owner| Some(owner.as_str()) != home) else { return false };
        let key = self.model.subgraphs[&owner].only_key(&of.ty).expect("one key");
        key != field && matches!(self.field(of, key, &[]), Stored::Null)
    }

    /// The instance that operations start from.
    pub fn root(mutation: bool) -> Instance {
        Instance { ty: if mutation { "Mutation" } else { "Query" }.to_owned(), index: 0 }
    }

    /// What a field of an instance holds.
    pub fn field(&self, of: &Instance, field: &str, arguments: &[Argument]) -> Stored {
        let shape = &self.shapes[&(of.ty.clone(), field.to_owned())];
        if let Some(told) = self.told(of, field, arguments) {
            return told;
        }
        if !shape.requires.is_empty() {
            return self.computed(&of.ty, field, arguments, &self.project(&shape.requires, of));
        }
        if !shape.in_key && shape.only_in.as_ref().is_some_and(|subgraph| self.is_lost(subgraph, of)) {
            return Stored::Null;
        }
        let arguments = self.canonical(shape, arguments);
        self.make(&format!("{}{}.{field}{arguments}", of.ty, of.index), shape, 0, of.index)
    }

    /// What a mutation answers, after those `before` it: each depends on all of them, whoever resolved them.
    pub fn effect(&self, before: &[String], field: &str, arguments: &[Argument]) -> Stored {
        let root = Self::root(true);
        let shape = &self.shapes[&(root.ty.clone(), field.to_owned())];
        if before.is_empty() || self.told(&root, field, arguments).is_some() {
            return self.field(&root, field, arguments);
        }
        let state = before.iter().fold(self.seed, |state, effect| hash(state, effect)) % 10_000;
        self.make(&format!("{} in {state}", self.effect_of(field, arguments)), shape, 0, 0)
    }

    /// A mutation as it is remembered.
    pub fn effect_of(&self, field: &str, arguments: &[Argument]) -> String {
        format!("{field}{}", self.arguments(&Self::root(true).ty, field, arguments))
    }

    /// What a field holds, if that was told beforehand.
    pub fn told(&self, of: &Instance, field: &str, arguments: &[Argument]) -> Option<Stored> {
        if self.learned.instances.is_empty() {
            return None;
        }
        self.learned.field(of, field, &self.arguments(&of.ty, field, arguments))
    }

    /// The arguments of a field of an object type as text, the same however they were written.
    pub fn arguments(&self, ty: &str, field: &str, arguments: &[Argument]) -> String {
        self.canonical(&self.shapes[&(ty.to_owned(), field.to_owned())], arguments)
    }

    /// What a field of an object of type `ty` holds that follows from what it requires.
    pub fn computed(&self, ty: &str, field: &str, arguments: &[Argument], required: &Value) -> Stored {
        let shape = &self.shapes[&(ty.to_owned(), field.to_owned())];
        self.make(&format!("{field}{} by {required}", self.canonical(shape, arguments)), shape, 0, 0)
    }

    /// The selection of a key or of `@requires`, taken from an instance. Keys are sorted.
    pub fn project(&self, selections: &[Selection], of: &Instance) -> Value {
        let operation = Operation::default();
        let applies = |condition: &str| condition == of.ty || self.model.possible(condition).contains(&of.ty);
        let fields = operation.collect(&[selections], &applies).into_iter().map(|(key, fields)| {
            let below: Vec<Selection> = fields.iter().flat_map(|field| field.below.clone()).collect();
            let stored = self.field(of, &fields[0].name, &fields[0].arguments);
            (key.to_owned(), self.project_value(&below, &stored))
        });
        Value::Object(fields.collect()).sorted()
    }

    fn project_value(&self, below: &[Selection], stored: &Stored) -> Value {
        match stored {
            Stored::Null | Stored::Failed => Value::Null,
            Stored::Leaf(value) => value.clone(),
            Stored::Object(instance) => self.project(below, instance),
            Stored::List(items) => Value::List(items.iter().map(|item| self.project_value(below, item)).collect()),
        }
    }

    /// The instance, of a type or of those behind it, whose key is this.
    pub fn find(&self, ty: &str, known: &Known, key: &[Selection], value: &Value) -> Option<Instance> {
        let all = self.model.possible_in(ty, known).into_iter();
        let told = |ty: &str| self.learned.instances.iter().filter(|told| told.ty == ty).cloned().collect::<Vec<_>>();
        let mut instances = all.flat_map(|ty| {
            let told = told(&ty);
            (0..INSTANCES).map(move |index| Instance { ty: ty.clone(), index }).chain(told)
        });
        instances.find(|instance| self.project(key, instance) == *value)
    }

    fn make(&self, label: &str, shape: &Shape, depth: usize, index: usize) -> Stored {
        let mut random = Random::new(hash(self.seed, label));
        if depth == 0 && shape.may_fail && random.chance(self.trouble.failing) {
            return Stored::Failed;
        }
        if shape.nullable[depth] && random.chance(15) {
            return Stored::Null;
        }
        if depth + 1 < shape.nullable.len() {
            let length = if shape.in_key { 1 + random.below(3) } else { random.below(5) };
            let item = |at: usize| self.make(&format!("{label}/{at}"), shape, depth + 1, index + at);
            let holds = !matches!(&shape.what, What::Objects(types) if types.is_empty());
            return Stored::List((0..length).filter(|_| holds).map(item).collect());
        }
        let bits = random.next();
        Stored::Leaf(match &shape.what {
            What::Objects(types) if types.is_empty() => return Stored::Null,
            What::Objects(types) => {
                let (ty, free) = (random.pick(types).clone(), random.below(INSTANCES));
                if ty == "Query" {
                    return Stored::Object(Self::root(false));
                }
                return Stored::Object(Instance { ty, index: if shape.in_key { own(index) } else { free } });
            }
            What::Id if bits.is_multiple_of(3) => Value::String((bits % 0x4000_0000).to_string()),
            What::Text if bits.is_multiple_of(5) => Value::String(format!("{label} \"é\\\n🦊\"")),
            What::Id | What::Text => Value::String(label.to_owned()),
            What::Int => Value::Number(f64::from(((bits & 0xFFFF_FFFF) as u32).cast_signed())),
            What::Float => Value::Number(f64::from((bits & 0xF_FFFF) as u32) / 8.0),
            What::Boolean => Value::Bool(bits.is_multiple_of(2)),
            What::Enum(values) if values.is_empty() => return Stored::Null,
            What::Enum(values) => Value::String(random.pick(values).clone()),
            What::Custom => Value::Object(vec![(label.to_owned(), Value::List(vec![Value::Number(1.5)]))]),
        })
    }

    fn shape(&self, ty: &str, field: &str, in_key: bool) -> Option<Shape> {
        let all = self.model.said_of(ty, field);
        let first = &all.first()?.1.definition;
        let mut nullable = levels(&first.ty);
        for (_, fact) in &all {
            for (known, other) in nullable.iter_mut().zip(levels(&fact.definition.ty)) {
                *known &= other && (!in_key || self.nullable_keys.contains(ty));
            }
        }
        let resolves = |fact: &&Fact| !fact.external && !fact.overridden;
        let requires = all.iter().map(|(_, fact)| *fact).filter(resolves).find(|fact| !fact.requires.is_empty());
        let arguments = all.iter().flat_map(|(_, fact)| &fact.definition.arguments);
        Some(Shape {
            nullable,
            what: self.what(&all),
            in_key,
            may_fail: false,
            only_in: self.model.only_in(ty, field),
            requires: requires.map(|fact| fact.requires.clone()).unwrap_or_default(),
            arguments: arguments.map(|known| (known.name.to_string(), (*known.ty).clone())).collect(),
        })
    }

    /// What all who resolve a field can name.
    fn what(&self, said: &[(&Known, &Fact)]) -> What {
        let named = said[0].1.definition.ty.inner_named_type();
        match named.as_str() {
            "ID" => return What::Id,
            "Int" => return What::Int,
            "Float" => return What::Float,
            "String" => return What::Text,
            "Boolean" => return What::Boolean,
            _ => {}
        }
        match said[0].0.schema.types.get(named) {
            Some(ExtendedType::Scalar(_)) => What::Custom,
            Some(ExtendedType::Enum(_)) => {
                let values = |schema: &Schema| {
                    let known = schema.get_enum(named)?;
                    Some(known.values.keys().map(ToString::to_string).collect::<BTreeSet<_>>())
                };
                let all = self.model.subgraphs.values().map(|known| &known.schema).chain([&self.model.api]);
                let common = all.filter_map(|schema| values(schema)).reduce(|one, other| &one & &other);
                What::Enum(common.unwrap_or_default().into_iter().collect())
            }
            _ => {
                let resolves = |fact: &Fact| !fact.overridden && (!fact.external || said.len() == 1);
                let types = said
                    .iter()
                    .filter(|(_, fact)| resolves(fact))
                    .map(|(known, fact)| self.model.possible_in(fact.definition.ty.inner_named_type(), known));
                let common = types.reduce(|one, other| &one & &other).unwrap_or_default();
                What::Objects(common.into_iter().filter(|ty| self.model.api.types.contains_key(ty.as_str())).collect())
            }
        }
    }

    /// Arguments as text, the same however they were written.
    fn canonical(&self, shape: &Shape, arguments: &[Argument]) -> String {
        let mut all: Vec<String> = Vec::new();
        for argument in arguments {
            let Some(value) = &argument.value else { continue };
            let ty = shape.arguments.iter().find(|(name, _)| *name == argument.name).map(|(_, ty)| ty);
            let value = ty.map_or_else(|| value.clone(), |ty| self.coerced(ty, value));
            all.push(format!("{}: {}", argument.name, value.sorted()));
        }
        all.sort_unstable();
        if all.is_empty() { String::new() } else { format!("({})", all.join(", ")) }
    }

    /// Input coercion (GraphQL specification, section 3.5 and 3.11), as far as two ways of writing mean the same.
    fn coerced(&self, ty: &Type, value: &Value) -> Value {
        match (ty, value) {
            (_, Value::Null) => Value::Null,
            (Type::List(inner) | Type::NonNullList(inner), Value::List(items)) => {
                Value::List(items.iter().map(|item| self.coerced(inner, item)).collect())
            }
            (Type::List(inner) | Type::NonNullList(inner), one) => Value::List(vec![self.coerced(inner, one)]),
            (Type::Named(name) | Type::NonNullNamed(name), Value::Number(_)) if name == "ID" => {
                Value::String(value.to_string())
            }
            (Type::Named(name) | Type::NonNullNamed(name), Value::Object(fields)) => {
                let mut schemas = self.model.subgraphs.values().map(|known| &known.schema);
                let Some(input) = schemas.find_map(|schema| schema.get_input_object(name)) else {
                    return value.clone();
                };
                let given = fields.iter().map(|(key, value)| {
                    let ty = input.fields.get(key.as_str()).map(|field| &field.ty);
                    (key.clone(), ty.map_or_else(|| value.clone(), |ty| self.coerced(ty, value)))
                });
                // What the client leaves out may be filled in by whoever comes first.
                let left = input.fields.values().filter(|field| value.get(&field.name).is_none());
                let left = left.filter_map(|field| {
                    let default = field.default_value.as_ref()?.serialize().no_indent().to_string();
                    Some((field.name.to_string(), self.coerced(&field.ty, &literal(&default))))
                });
                let fields = given.chain(left);
                Value::Object(fields.collect())
            }
            _ => value.clone(),
        }
    }
}

/// The instance of another type that belongs to this one of its own.
fn own(index: usize) -> usize {
    if index < listed::FIRST { index % INSTANCES } else { index }
}

/// Whether null is allowed, from the outermost list inwards.
fn levels(ty: &Type) -> Vec<bool> {
    let own = !ty.is_non_null();
    match ty {
        Type::List(inner) | Type::NonNullList(inner) => [vec![own], levels(inner)].concat(),
        Type::Named(_) | Type::NonNullNamed(_) => vec![own],
    }
}
