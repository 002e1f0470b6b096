//! Asks for the entities of a list one by one, once, where the subgraph answered with another number of them, with null
//! or with no list: nothing tells which entity belongs to which representation then.
//!
//! One request asks for all of them, each as a list of one representation under an alias of its own, so that none can
//! be taken for another. What comes back is written into one body, as if the subgraph had answered to the list as it
//! should. Only reads come here, and only a few entities: beyond [`MOST`] a subgraph that breaks the protocol costs
//! the client its fields, not the subgraph a request of any size.

use std::sync::Arc;

use super::{
    Call,
    json::{self, Answer},
    leaf, represent,
    rows::Value,
    singly::{self, Asked, Batch},
};
use crate::{
    json::JsonValue as Json,
    plan::{Shape, Slot, SlotKind},
};

/// The most entities that are asked for one by one.
const MOST: usize = 20;

/// A list that was answered with something else than an entity for each of its representations.
pub struct Mismatched {
    /// Which of the fetch's lists it is.
    list: usize,
    /// How many representations were sent.
    pub expected: usize,
    /// What came instead.
    pub got: String,
}

/// One representation that is asked for alone.
struct Single {
    /// Which of the fetch's lists it belongs to, and its index there.
    list: usize,
    index: usize,
    alias: String,
}

impl Batch<'_> {
    /// The lists of an answer with data whose entities cannot be matched with their representations.
    pub fn mismatched(&self, answer: &Answer) -> Vec<Mismatched> {
        if answer.data != Value::Row(0) {
            return Vec::new();
        }
        let lists = self.fetch.entities.iter().zip(&self.counts).enumerate().filter(|(_, (_, count))| **count > 0);
        let mismatched = lists.filter_map(|(list, (part, count))| {
            let got = represent::mismatch(answer, part.slot, *count)?;
            Some(Mismatched { list, expected: *count, got })
        });
        mismatched.collect()
    }

    /// Asks for the entities of these lists one by one. `None` if they are too many, or if that would be the same
    /// question again, or if what comes back makes no readable answer.
    pub async fn ask_one_by_one(
        &self,
        call: Call<'_>,
        answer: &Answer,
        mismatched: &[Mismatched],
    ) -> Option<Arc<Answer>> {
        let repeated: Vec<usize> = mismatched.iter().filter(|list| list.expected > 1).map(|list| list.list).collect();
        let mut singles = Vec::new();
        let mut asked = Vec::new();
        for list in &repeated {
            let part = &self.fetch.entities[*list];
            let all = leaf::items(self.representations(part, &self.lists[*list]))?;
            if singles.len() + all.len() > MOST {
                return None;
            }
            for (index, one) in all.into_iter().enumerate() {
                let number = singles.len();
                let variable = format!("{}_{index}", part.variable);
                asked.push((variable, *list, [b"[", one, b"]"].concat()));
                singles.push(Single { list: *list, index, alias: format!("s{number}") });
            }
        }
        if singles.is_empty() {
            return None;
        }
        let lists: Vec<Asked<'_>> = singles
            .iter()
            .zip(&asked)
            .map(|(single, (variable, list, one))| Asked {
                alias: Some(single.alias.clone()),
                variable: variable.clone(),
                part: &self.fetch.entities[*list],
                representations: one,
            })
            .collect();
        let shapes = leaves(singles.iter().map(|single| single.alias.as_str()));
        let told = call.ask(&shapes, self.request(&lists)).await.ok()?;
        if told.data != Value::Row(0) {
            return None;
        }
        self.put_together(call, answer, &repeated, &singles, &told)
    }

    /// The answer to the batch with the entities that were asked for one by one in the place of their lists.
    fn put_together(
        &self,
        call: Call<'_>,
        answer: &Answer,
        repeated: &[usize],
        singles: &[Single],
        told: &Answer,
    ) -> Option<Arc<Answer>> {
        let keys = || self.fetch.entities.iter().map(|part| self.key(part));
        let before = json::read(answer.rows.body(), &leaves(keys())).ok()?;
        let mut errors = self.kept_errors(answer, repeated);
        errors.extend(singly::errors_of(told).into_iter().map(|error| self.of_entity(error, singles)));
        let mut lists: Vec<Vec<u8>> = Vec::new();
        for (list, part) in self.fetch.entities.iter().enumerate() {
            if !repeated.contains(&list) {
                lists.push(text(&before, part.slot).unwrap_or(b"null").to_vec());
                continue;
            }
            let mut items: Vec<&[u8]> = Vec::new();
            for (slot, single) in singles.iter().enumerate().filter(|(_, single)| single.list == list) {
                let entity = text(told, slot).map(|text| (text, leaf::items(text)));
                let got = match entity {
                    Some((_, Some(one))) if one.len() == 1 => {
                        items.push(one[0]);
                        continue;
                    }
                    Some((_, Some(other))) => other.len().to_string(),
                    Some((b"null", _)) | None => "null".to_owned(),
                    Some(_) => "something that is not a list".to_owned(),
                };
                items.push(b"null");
                let cause = represent::mismatched(&call.subgraph.name, 1, &got);
                errors.push(singly::error_at(vec![self.key(part).into(), single.index.into()], &cause));
            }
            lists.push([b"[", items.join(&b","[..]).as_slice(), b"]"].concat());
        }
        let lists = keys().zip(lists.iter().map(Vec::as_slice));
        let body = singly::answer(lists, &errors.iter().collect::<Vec<_>>());
        json::read(&body.into(), &self.fetch.shapes).ok().map(Arc::new)
    }

    /// The errors of the first answer that are not about the lists that were asked for again; those without a path
    /// may be about the others, if there are any.
    fn kept_errors(&self, answer: &Answer, repeated: &[usize]) -> Vec<Json> {
        let keys: Vec<&str> = repeated.iter().map(|list| self.key(&self.fetch.entities[*list])).collect();
        let has_others = (0..self.counts.len()).any(|list| self.counts[list] > 0 && !repeated.contains(&list));
        let mut errors = singly::errors_of(answer);
        errors.retain(|error| first_key(error).map_or(has_others, |key| !keys.contains(&key)));
        errors
    }

    /// An error of the answer to single entities, told of the entity in its list.
    fn of_entity(&self, mut error: Json, singles: &[Single]) -> Json {
        let alias = first_key(&error);
        let Some(single) = singles.iter().find(|single| Some(&*single.alias) == alias) else { return error };
        let place = [self.key(&self.fetch.entities[single.list]).into(), single.index.into()];
        if let Json::Object(error) = &mut error
            && let Some(Json::Array(path)) = error.get_mut("path")
        {
            // Behind the alias, the only index is that of the only entity.
            let below = if path.get(1).and_then(Json::as_u64).is_some() { 2 } else { 1 };
            path.splice(..below, place);
        }
        error
    }
}

/// The key that an error's path begins with.
fn first_key(error: &Json) -> Option<&str> {
    error["path"].as_array()?.first()?.as_str()
}

/// The shapes of an answer whose values are left as they are written.
fn leaves<'k>(keys: impl Iterator<Item = &'k str>) -> Arc<[Shape]> {
    let slots = keys.map(|key| Slot::new(key, SlotKind::Leaf)).collect();
    [Shape { slots, types: Vec::new() }].into()
}

/// The text of a leaf of the root; `None` for null and for nothing.
fn text(answer: &Answer, slot: usize) -> Option<&[u8]> {
    match answer.rows.get(0, 0, slot) {
        Value::Leaf(from, to) => Some(answer.rows.text(from, to)),
        _ => None,
    }
}
