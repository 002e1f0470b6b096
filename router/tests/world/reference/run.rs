//! Runs a plan of the reference over plain JSON, as its own executor would: to know whether a cheaper plan is a right
//! one.

use hive_router_query_planner::{
    ast::{selection_item::SelectionItem, selection_set::SelectionSet},
    planner::plan_nodes::{FetchNodePathSegment, FetchRewrite, FlattenNodePath, FlattenNodePathSegment, PlanNode},
};
use serde_json::{Map, Value as Json, json};

use crate::{model::Model, value::Value};

/// Sends a request's body to a subgraph and brings its answer.
pub type Ask<'a> = dyn Fn(&str, String) -> Value + 'a;

/// A run: what is known so far, and what it needs.
pub struct Run<'a> {
    pub model: &'a Model,
    pub ask: &'a Ask<'a>,
    pub variables: Map<String, Json>,
    pub data: Json,
}

impl Run<'_> {
    pub fn node(&mut self, node: &PlanNode) {
        match node {
            PlanNode::Fetch(fetch) => {
                let known = fetch.variable_usages.iter().flatten();
                let body = self.body(&fetch.operation.document_str, known, Map::new());
                let mut told = self.send(&fetch.service_name, body);
                rewrite(self.model, &mut told, fetch.output_rewrites.as_deref());
                merge(&mut self.data, told);
            }
            PlanNode::BatchFetch(batch) => {
                let (mut lists, mut variables) = (Vec::new(), Map::new());
                for alias in &batch.entity_batch.aliases {
                    let paths: Vec<_> = alias.merge_paths.iter().map(FlattenNodePath::as_slice).collect();
                    let (list, places) = self.represent(&paths, &alias.requires, alias.input_rewrites.as_deref());
                    variables.insert(alias.representations_variable_name.clone(), list.into());
                    lists.push((alias, places));
                }
                let known = batch.variable_usages.iter().flatten();
                let body = self.body(&batch.operation.document_str, known, variables);
                let mut told = self.send(&batch.service_name, body);
                for (alias, places) in lists {
                    let mut entities = told[&alias.alias].take();
                    rewrite(self.model, &mut entities, alias.output_rewrites.as_deref());
                    self.put(entities, places);
                }
            }
            PlanNode::Flatten(flatten) => {
                let PlanNode::Fetch(fetch) = &*flatten.node else { return };
                let Some(requires) = &fetch.requires else { return };
                let (list, places) =
                    self.represent(&[flatten.path.as_slice()], requires, fetch.input_rewrites.as_deref());
                if list.is_empty() {
                    return;
                }
                let known = fetch.variable_usages.iter().flatten().filter(|name| *name != "representations");
                let given = Map::from_iter([("representations".to_owned(), list.into())]);
                let body = self.body(&fetch.operation.document_str, known, given);
                let mut entities = self.send(&fetch.service_name, body)["_entities"].take();
                rewrite(self.model, &mut entities, fetch.output_rewrites.as_deref());
                self.put(entities, places);
            }
            PlanNode::Sequence(sequence) => sequence.nodes.iter().for_each(|node| self.node(node)),
            PlanNode::Parallel(parallel) => parallel.nodes.iter().for_each(|node| self.node(node)),
            PlanNode::Condition(_) | PlanNode::Subscription(_) | PlanNode::Defer(_) => {}
        }
    }

    fn body<'k>(
        &self,
        document: &str,
        known: impl Iterator<Item = &'k String>,
        mut given: Map<String, Json>,
    ) -> String {
        for name in known {
            if let Some(value) = self.variables.get(name) {
                given.insert(name.clone(), value.clone());
            }
        }
        json!({ "query": document, "variables": given }).to_string()
    }

    fn send(&self, subgraph: &str, body: String) -> Json {
        let told = (self.ask)(subgraph, body).to_string();
        serde_json::from_str::<Json>(&told).expect("JSON")["data"].take()
    }

    /// The representations of the objects at some paths, each once, and for each the places where it stands.
    fn represent(
        &self,
        paths: &[&[FlattenNodePathSegment]],
        requires: &SelectionSet,
        rewrites: Option<&[FetchRewrite]>,
    ) -> (Vec<Json>, Vec<Vec<String>>) {
        let mut found = Vec::new();
        for path in paths {
            self.places(&self.data, path, &mut String::new(), &mut found);
        }
        let (mut list, mut places): (Vec<Json>, Vec<Vec<String>>) = (Vec::new(), Vec::new());
        for place in found {
            let object = self.data.pointer(&place).expect("a place that was found");
            let Some(mut told) = self.select(object, requires) else { continue };
            rewrite(self.model, &mut told, rewrites);
            if let Some(index) = list.iter().position(|known| *known == told) {
                places[index].push(place);
            } else {
                list.push(told);
                places.push(vec![place]);
            }
        }
        (list, places)
    }

    fn places(&self, value: &Json, path: &[FlattenNodePathSegment], at: &mut String, found: &mut Vec<String>) {
        if let Json::Array(items) = value
            && !matches!(path.first(), Some(FlattenNodePathSegment::List))
        {
            // A list of lists has one segment.
            for (index, item) in items.iter().enumerate() {
                self.step(item, path, &index.to_string(), at, found);
            }
            return;
        }
        match path {
            [] if value.is_object() => found.push(at.clone()),
            [] => {}
            [FlattenNodePathSegment::Field(key), rest @ ..] => {
                if let Some(below) = value.get(key) {
                    self.step(below, rest, key, at, found);
                }
            }
            [FlattenNodePathSegment::List, rest @ ..] => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    self.step(item, rest, &index.to_string(), at, found);
                }
            }
            [FlattenNodePathSegment::TypeCondition(types), rest @ ..] => {
                let own = value.get("__typename").and_then(Json::as_str);
                if own.is_none_or(|own| types.iter().any(|ty| self.is_a(own, ty))) {
                    self.places(value, rest, at, found);
                }
            }
        }
    }

    fn step(
        &self,
        value: &Json,
        rest: &[FlattenNodePathSegment],
        step: &str,
        at: &mut String,
        found: &mut Vec<String>,
    ) {
        let length = at.len();
        at.push('/');
        at.push_str(step);
        self.places(value, rest, at, found);
        at.truncate(length);
    }

    fn is_a(&self, own: &str, ty: &str) -> bool {
        own == ty || self.model.possible(ty).contains(own)
    }

    /// What a selection takes out of an object; nothing if it is of another type or something is missing.
    fn select(&self, object: &Json, requires: &SelectionSet) -> Option<Json> {
        let mut told = Map::new();
        self.select_into(object, requires, &mut told)?;
        (told.len() > 1).then_some(told.into())
    }

    fn select_into(&self, object: &Json, requires: &SelectionSet, told: &mut Map<String, Json>) -> Option<()> {
        for item in &requires.items {
            match item {
                SelectionItem::Field(field) => {
                    let value = object.get(field.alias.as_ref().unwrap_or(&field.name))?;
                    told.insert(field.name.clone(), self.below(value, &field.selections)?);
                }
                SelectionItem::InlineFragment(fragment) => {
                    let own = object.get("__typename").and_then(Json::as_str).unwrap_or_default();
                    if self.is_a(own, &fragment.type_condition) {
                        self.select_into(object, &fragment.selections, told)?;
                    }
                }
                SelectionItem::FragmentSpread(_) => {}
            }
        }
        Some(())
    }

    fn below(&self, value: &Json, selections: &SelectionSet) -> Option<Json> {
        match value {
            Json::Array(items) => items.iter().map(|item| self.below(item, selections)).collect(),
            Json::Object(_) if !selections.items.is_empty() => {
                let mut told = Map::new();
                self.select_into(value, selections, &mut told)?;
                Some(told.into())
            }
            value => Some(value.clone()),
        }
    }

    fn put(&mut self, entities: Json, places: Vec<Vec<String>>) {
        let Json::Array(entities) = entities else { return };
        for (entity, places) in entities.into_iter().zip(places) {
            for place in places {
                merge(self.data.pointer_mut(&place).expect("a place that was found"), entity.clone());
            }
        }
    }
}

fn merge(into: &mut Json, from: Json) {
    match (into, from) {
        (Json::Object(into), Json::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Json::Null), value);
            }
        }
        (Json::Array(into), Json::Array(from)) if into.len() == from.len() => {
            into.iter_mut().zip(from).for_each(|(into, from)| merge(into, from));
        }
        (_, Json::Null) => {}
        (into, from) => *into = from,
    }
}

fn rewrite(model: &Model, value: &mut Json, rewrites: Option<&[FetchRewrite]>) {
    for rewrite in rewrites.into_iter().flatten() {
        match rewrite {
            FetchRewrite::ValueSetter(setter) => follow(model, value, &setter.path, &mut |object, key| {
                object.insert(key.to_owned(), setter.set_value_to.clone().into());
            }),
            FetchRewrite::KeyRenamer(renamer) => follow(model, value, &renamer.path, &mut |object, key| {
                if let Some(value) = object.remove(key) {
                    object.insert(renamer.rename_key_to.clone(), value);
                }
            }),
        }
    }
}

fn follow(
    model: &Model,
    value: &mut Json,
    path: &[FetchNodePathSegment],
    act: &mut dyn FnMut(&mut Map<String, Json>, &str),
) {
    match (value, path) {
        (Json::Array(items), path) => items.iter_mut().for_each(|item| follow(model, item, path, act)),
        (Json::Object(object), [FetchNodePathSegment::Key(key)]) => act(object, key),
        (Json::Object(object), [FetchNodePathSegment::Key(key), rest @ ..]) => {
            if let Some(value) = object.get_mut(key) {
                follow(model, value, rest, act);
            }
        }
        (value @ Json::Object(_), [FetchNodePathSegment::TypenameEquals(types), rest @ ..]) => {
            let own = value.get("__typename").and_then(Json::as_str).unwrap_or_default();
            if types.iter().any(|ty| own == ty || model.possible(ty).contains(own)) {
                follow(model, value, rest, act);
            }
        }
        _ => {}
    }
}
