//! What can be altered. Each finds its own place and tells whether there was one.

use apollo_compiler::{
    Name, Node,
    ast::{Argument, Definition, Directive, FieldDefinition, Type, Value},
    name,
};

use super::{Composite, Graph, composites};
use crate::random::Random;

/// Alters one thing.
pub fn edit(graph: &mut Graph, random: &mut Random) -> bool {
    const EDITS: [fn(&mut Graph, &mut Random) -> Option<()>; 15] = [
        drop_directive,
        drop_field,
        copy_field,
        copy_field,
        move_field,
        move_field,
        nullability,
        lists,
        drop_implementation,
        members,
        copy_key,
        other_key,
        unresolvable,
        require,
        provide,
    ];
    random.pick(&EDITS)(graph, random).is_some()
}

/// One of the things, if there is any.
fn one<T>(mut things: Vec<T>, random: &mut Random) -> Option<T> {
    if things.is_empty() { None } else { Some(things.swap_remove(random.below(things.len()))) }
}

fn subgraph(graph: &Graph, random: &mut Random) -> usize {
    random.below(graph.len())
}

/// A type of a subgraph that fits.
fn ty<'d>(
    graph: &'d mut Graph,
    index: usize,
    random: &mut Random,
    fits: impl Fn(&Composite<'_>) -> bool,
) -> Option<Composite<'d>> {
    let all = composites(&mut graph[index].1).into_iter().filter(|ty| !ty.fields.is_empty() && fits(ty)).collect();
    one(all, random)
}

/// A field of a type that fits.
fn field<'c>(
    ty: &'c mut Composite<'_>,
    random: &mut Random,
    fits: impl Fn(&FieldDefinition) -> bool,
) -> Option<&'c mut FieldDefinition> {
    let all: Vec<usize> = (0..ty.fields.len()).filter(|index| fits(&ty.fields[*index])).collect();
    let index = one(all, random)?;
    Some(ty.fields[index].make_mut())
}

fn is_scalar(ty: &Type) -> bool {
    matches!(ty.inner_named_type().as_str(), "ID" | "String" | "Int" | "Float" | "Boolean")
}

fn is_root(name: &str) -> bool {
    matches!(name, "Query" | "Mutation" | "Subscription")
}

fn drop_directive(graph: &mut Graph, random: &mut Random) -> Option<()> {
    let index = subgraph(graph, random);
    let mut ty = ty(graph, index, random, |_| true)?;
    let directives = if random.chance(30) || ty.fields.iter().all(|field| field.directives.is_empty()) {
        &mut ty.directives.0
    } else {
        &mut field(&mut ty, random, |field| !field.directives.is_empty())?.directives.0
    };
    if directives.is_empty() {
        return None;
    }
    directives.remove(random.below(directives.len()));
    Some(())
}

fn drop_field(graph: &mut Graph, random: &mut Random) -> Option<()> {
    let index = subgraph(graph, random);
    let ty = ty(graph, index, random, |ty| ty.fields.len() > 1)?;
    ty.fields.remove(random.below(ty.fields.len()));
    Some(())
}

/// Two subgraphs, and a type of both with a field that only the first has.
fn between(graph: &mut Graph, random: &mut Random) -> Option<(usize, usize, Name, Node<FieldDefinition>)> {
    let (from, to) = (subgraph(graph, random), subgraph(graph, random));
    let known: Vec<(Name, Vec<Name>)> = composites(&mut graph[to].1)
        .into_iter()
        .map(|ty| (ty.name, ty.fields.iter().map(|field| field.name.clone()).collect()))
        .collect();
    let types: Vec<Name> = graph[to].1.definitions.iter().filter_map(|known| known.name().cloned()).collect();
    let mut all = Vec::new();
    for ty in composites(&mut graph[from].1) {
        let mut there = known.iter().filter(|(name, _)| *name == ty.name).peekable();
        if there.peek().is_none() {
            continue;
        }
        let there: Vec<&Name> = there.flat_map(|(_, fields)| fields).collect();
        for field in ty.fields.iter().filter(|field| !there.contains(&&field.name)) {
            let mentioned = field.arguments.iter().map(|argument| argument.ty.inner_named_type());
            let mut mentioned = mentioned.chain([field.ty.inner_named_type()]);
            let built_in = |name: &str| matches!(name, "Int" | "Float" | "String" | "Boolean" | "ID");
            if mentioned.all(|name| built_in(name) || types.contains(name)) {
                all.push((ty.name.clone(), field.clone()));
            }
        }
    }
    let (ty, field) = one(all, random)?;
    Some((from, to, ty, field))
}

fn add(graph: &mut Graph, to: usize, ty: &Name, field: Node<FieldDefinition>) -> Option<()> {
    let there = composites(&mut graph[to].1).into_iter().find(|there| there.name == *ty)?;
    there.fields.push(field);
    Some(())
}

/// A field that another subgraph resolves as well.
fn copy_field(graph: &mut Graph, random: &mut Random) -> Option<()> {
    let (_, to, ty, mut field) = between(graph, random)?;
    let keep = random.chance(50);
    field.make_mut().directives.0.retain(|directive| keep && directive.name != "override");
    add(graph, to, &ty, field)
}

/// A field that another subgraph resolves instead.
fn move_field(graph: &mut Graph, random: &mut Random) -> Option<()> {
    let (from, to, ty, field) = between(graph, random)?;
    let mut moved = field.clone();
    if random.chance(25) {
        let from = Node::new(Argument { name: name!("from"), value: Value::String(graph[from].0.clone()).into() });
        let taken = Directive { name: name!("override"), arguments: vec![from] };
        moved.make_mut().directives.0.retain(|directive| directive.name != "override");
        moved.make_mut().directives.push(taken);
    } else {
        for left in composites(&mut graph[from].1).into_iter().filter(|left| left.name == ty) {
            left.fields.retain(|other| other.name != field.name);
        }
    }
    add(graph, to, &ty, moved)
}

fn nullability(graph: &mut Graph, random: &mut Random) -> Option<()> {
    let index = subgraph(graph, random);
    let mut ty = ty(graph, index, random, |_| true)?;
    let field = field(&mut ty, random, |_| true)?;
    let flip = |ty: &Type| if ty.is_non_null() { ty.clone().nullable() } else { ty.clone().non_null() };
    field.ty = match &field.ty {
        Type::List(item) if random.chance(50) => Type::List(Box::new(flip(item))),
        Type::NonNullList(item) if random.chance(50) => Type::NonNullList(Box::new(flip(item))),
        ty => flip(ty),
    };
    Some(())
}

/// A list of what was one, or one of what was a list, in all subgraphs.
fn lists(graph: &mut Graph, random: &mut Random) -> Option<()> {
    let index = subgraph(graph, random);
    let mut ty = ty(graph, index, random, |_| true)?;
    let owner = ty.name.clone();
    let keys: Vec<String> = ty.directives.get_all("key").map(ToString::to_string).collect();
    // A list of nulls would be no key.
    let in_key = |name: &str| keys.iter().any(|key| key.contains(name));
    let field = field(&mut ty, random, |field| !in_key(&field.name))?.name.clone();
    for (_, document) in graph {
        for there in composites(document).into_iter().filter(|there| there.name == owner) {
            for field in there.fields.iter_mut().filter(|other| other.name == field) {
                let field = field.make_mut();
                field.ty = if field.ty.is_list() { field.ty.item_type().clone() } else { field.ty.clone().list() };
            }
        }
    }
    Some(())
}

fn drop_implementation(graph: &mut Graph, random: &mut Random) -> Option<()> {
    let index = subgraph(graph, random);
    let ty = ty(graph, index, random, |ty| !ty.implements.is_empty())?;
    ty.implements.remove(random.below(ty.implements.len()));
    Some(())
}

/// A member more or less of a union.
fn members(graph: &mut Graph, random: &mut Random) -> Option<()> {
    let index = subgraph(graph, random);
    let document = &mut graph[index].1;
    let is_object = |known: &&Definition| matches!(known, Definition::ObjectTypeDefinition(_));
    let objects = document.definitions.iter().filter(is_object).filter_map(|known| known.name().cloned());
    let new = one(objects.filter(|name| !is_root(name)).collect(), random)?;
    let unions = document.definitions.iter_mut().filter_map(|known| match known {
        Definition::UnionTypeDefinition(union) => Some(union.make_mut()),
        _ => None,
    });
    let union = one(unions.collect(), random)?;
    if union.members.contains(&new) {
        union.members.retain(|member| *member != new);
    } else {
        union.members.push(new);
    }
    Some(())
}

fn key(fields: &str) -> Directive {
    let fields = Node::new(Argument { name: name!("fields"), value: Value::String(fields.to_owned()).into() });
    Directive { name: name!("key"), arguments: vec![fields] }
}

/// The key by which another subgraph knows a type.
fn copy_key(graph: &mut Graph, random: &mut Random) -> Option<()> {
    let (from, to) = (subgraph(graph, random), subgraph(graph, random));
    let of = ty(graph, from, random, |ty| ty.directives.has("key"))?;
    let (name, copied) = (of.name.clone(), one(of.directives.get_all("key").cloned().collect(), random)?);
    let there = composites(&mut graph[to].1).into_iter().find(|there| there.name == name)?;
    let known = there.directives.get_all("key").any(|known| *known == copied);
    (!known).then(|| there.directives.push(copied))
}

/// A scalar of its own as a key more.
fn other_key(graph: &mut Graph, random: &mut Random) -> Option<()> {
    let index = subgraph(graph, random);
    let mut ty = ty(graph, index, random, |ty| !is_root(&ty.name) && !ty.is_interface && ty.directives.has("key"))?;
    let fits = |field: &FieldDefinition| {
        field.arguments.is_empty() && matches!(field.ty.inner_named_type().as_str(), "ID" | "String" | "Int")
    };
    let set = field(&mut ty, random, fits)?.name.to_string();
    ty.directives.push(key(&set));
    Some(())
}

fn unresolvable(graph: &mut Graph, random: &mut Random) -> Option<()> {
    let index = subgraph(graph, random);
    let ty = ty(graph, index, random, |ty| ty.directives.has("key"))?;
    let key = ty.directives.iter_mut().find(|directive| directive.name == "key")?.make_mut();
    let is = Argument { name: name!("resolvable"), value: Value::Boolean(false).into() };
    let known = key.arguments.iter().any(|argument| argument.name == "resolvable");
    (!known).then(|| key.arguments.push(is.into()))
}

fn with(field: &mut FieldDefinition, directive: Name, set: &str) {
    let mut made = key(set);
    made.name = directive;
    field.directives.push(made);
}

/// A field that needs one of another subgraph.
fn require(graph: &mut Graph, random: &mut Random) -> Option<()> {
    let (_, to, ty, mut needed) = between(graph, random)?;
    if !needed.arguments.is_empty() {
        return None;
    }
    let mut set = needed.name.to_string();
    if !is_scalar(&needed.ty) {
        let mut all = composites(&mut graph[to].1);
        let mut below = all.iter_mut().filter(|below| below.name == *needed.ty.inner_named_type());
        let plain = |field: &FieldDefinition| is_scalar(&field.ty) && field.arguments.is_empty();
        let inner = &field(below.next()?, random, plain)?.name;
        set = format!("{set} {{ {inner} }}");
    }
    needed.make_mut().directives.0.clear();
    needed.make_mut().directives.push(Directive::new(name!("external")));
    let there = composites(&mut graph[to].1).into_iter().find(|there| there.name == ty && !there.is_interface)?;
    let mut own = needed.clone();
    let own_field = own.make_mut();
    own_field.name = Name::new(&format!("of_{}", needed.name)).ok()?;
    own_field.ty = Type::Named(name!("String"));
    own_field.directives.0.clear();
    if there.field(&own_field.name).is_some() {
        return None;
    }
    with(own_field, name!("requires"), &set);
    there.fields.extend([needed, own]);
    Some(())
}

/// A field along which one of another subgraph is known.
fn provide(graph: &mut Graph, random: &mut Random) -> Option<()> {
    let (_, to, ty, mut provided) = between(graph, random)?;
    if !is_scalar(&provided.ty) || !provided.arguments.is_empty() {
        return None;
    }
    provided.make_mut().directives.0.clear();
    provided.make_mut().directives.push(Directive::new(name!("external")));
    let mut all = composites(&mut graph[to].1);
    let mut leading: Vec<&mut FieldDefinition> = Vec::new();
    for from in all.iter_mut().filter(|from| !from.is_interface) {
        let fits = |field: &&mut Node<FieldDefinition>| {
            *field.ty.inner_named_type() == ty && !field.directives.has("provides") && !field.directives.has("external")
        };
        leading.extend(from.fields.iter_mut().filter(fits).map(Node::make_mut));
    }
    with(one(leading, random)?, name!("provides"), &provided.name);
    add(graph, to, &ty, provided)
}
