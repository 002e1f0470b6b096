//! Which fetches travel in one request, and when.
//!
//! Entity fetches of one subgraph share a request where that makes the longest path no longer: those that are ready at
//! the same time, and those that may wait for later ones.

use std::collections::BTreeSet;

use super::{
    shared::Shared,
    state::{Fetch, FetchId, FetchKind},
};
use crate::graph::SubgraphId;

/// For each fetch, how many stand on the longest path to it, itself counted.
pub(super) fn levels(fetches: &Shared<Fetch>) -> Vec<usize> {
    fn level(fetches: &Shared<Fetch>, fetch: FetchId, levels: &mut [usize]) -> usize {
        if levels[fetch] == 0 {
            let before = fetches[fetch].after.iter().map(|before| level(fetches, *before, levels)).max();
            levels[fetch] = before.unwrap_or(0) + 1;
        }
        levels[fetch]
    }
    let mut levels = vec![0; fetches.len()];
    for fetch in 0..fetches.len() {
        level(fetches, fetch, &mut levels);
    }
    levels
}

/// A request for each fetch, in an order in which each stands behind those that it waits for.
pub(super) fn singly(fetches: &Shared<Fetch>) -> Vec<Vec<FetchId>> {
    let levels = levels(fetches);
    let mut order: Vec<FetchId> = (0..fetches.len()).collect();
    order.sort_by_key(|fetch| levels[*fetch]);
    order.into_iter().map(|fetch| vec![fetch]).collect()
}

/// The requests, in an order in which each stands behind those that it waits for.
pub(super) fn requests(fetches: &Shared<Fetch>) -> Vec<Vec<FetchId>> {
    let mut all = ready_together(fetches, &levels(fetches));
    join_waiting(fetches, &mut all);
    let levels = depths(&all);
    let mut order: Vec<usize> = (0..all.len()).filter(|request| !all[*request].fetches.is_empty()).collect();
    order.sort_by_key(|request| levels[*request]);
    order.into_iter().map(|request| std::mem::take(&mut all[request].fetches)).collect()
}

/// How many requests that are, by the fetches' levels.
pub(super) fn count(fetches: &Shared<Fetch>, levels: &[usize]) -> usize {
    let mut all = ready_together(fetches, levels);
    let alike = |one: usize| all[..one].iter().any(|other| other.batch.is_some() && other.batch == all[one].batch);
    if (0..all.len()).any(alike) {
        join_waiting(fetches, &mut all);
    }
    all.iter().filter(|request| !request.fetches.is_empty()).count()
}

/// What is ready at the same time goes together: nothing is lost by it.
fn ready_together(fetches: &Shared<Fetch>, levels: &[usize]) -> Vec<Request> {
    let mut all: Vec<Request> = Vec::new();
    for (fetch, known) in fetches.iter().enumerate() {
        let batch = matches!(known.kind, FetchKind::Entities(_)).then_some(known.subgraph);
        let together = all
            .iter_mut()
            .find(|request| batch.is_some() && request.batch == batch && levels[request.fetches[0]] == levels[fetch]);
        match together {
            Some(request) => request.fetches.push(fetch),
            None => all.push(Request { batch, fetches: vec![fetch], after: BTreeSet::new() }),
        }
    }
    all
}

/// Finds out what waits for what, and lets those wait that can join later ones.
fn join_waiting(fetches: &Shared<Fetch>, all: &mut [Request]) {
    let mut request_of = vec![0; fetches.len()];
    for (number, request) in all.iter().enumerate() {
        request.fetches.iter().for_each(|fetch| request_of[*fetch] = number);
    }
    for request in all.iter_mut() {
        let before = request.fetches.iter().flat_map(|fetch| &fetches[*fetch].after);
        request.after = before.map(|before| request_of[*before]).collect();
    }
    while let Some((one, other)) = joinable(all) {
        join(all, one, other);
    }
}

/// A request in the making. One without fetches was joined to another.
struct Request {
    /// The subgraph whose lists of entities it asks for; other requests stay alone.
    batch: Option<SubgraphId>,
    fetches: Vec<FetchId>,
    after: BTreeSet<usize>,
}

/// For each request, how many stand on the longest path to it, itself counted.
fn depths(all: &[Request]) -> Vec<usize> {
    fn depth(all: &[Request], request: usize, depths: &mut [usize]) -> usize {
        if depths[request] == 0 {
            depths[request] =
                1 + all[request].after.iter().map(|before| depth(all, *before, depths)).max().unwrap_or(0);
        }
        depths[request]
    }
    let mut depths = vec![0; all.len()];
    for request in 0..all.len() {
        depth(all, request, &mut depths);
    }
    depths
}

/// Two requests to one subgraph that can be one, so that the longest path grows no longer: those first that become
/// ready at nearly the same time.
fn joinable(all: &[Request]) -> Option<(usize, usize)> {
    let levels = depths(all);
    let last = levels.iter().copied().max().unwrap_or(0);
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|request| std::cmp::Reverse(levels[*request]));
    // How many stand on the longest path from each, itself counted.
    let mut tails = vec![1; all.len()];
    for request in &order {
        for before in &all[*request].after {
            tails[*before] = tails[*before].max(tails[*request] + 1);
        }
    }
    let mut best: Option<(usize, usize, usize)> = None;
    for (one, known) in all.iter().enumerate().filter(|(_, known)| known.batch.is_some() && !known.fetches.is_empty()) {
        let others = all.iter().enumerate().skip(one + 1);
        for (other, _) in others.filter(|(_, other)| other.batch == known.batch && !other.fetches.is_empty()) {
            let apart = levels[one].abs_diff(levels[other]);
            let fits = levels[one].max(levels[other]) + tails[one].max(tails[other]) <= last + 1;
            let (early, late) = if levels[one] < levels[other] { (one, other) } else { (other, one) };
            if fits && best.is_none_or(|(known, ..)| apart < known) && !waits_for(all, late, early) {
                best = Some((apart, one, other));
            }
        }
    }
    best.map(|(_, one, other)| (one, other))
}

/// Whether a request has to wait for another.
fn waits_for(all: &[Request], request: usize, other: usize) -> bool {
    let (mut open, mut seen) = (vec![request], vec![false; all.len()]);
    while let Some(request) = open.pop() {
        if request == other {
            return true;
        }
        if !std::mem::replace(&mut seen[request], true) {
            open.extend(&all[request].after);
        }
    }
    false
}

fn join(all: &mut [Request], one: usize, other: usize) {
    let Request { fetches, after, .. } =
        std::mem::replace(&mut all[other], Request { batch: None, fetches: Vec::new(), after: BTreeSet::new() });
    all[one].fetches.extend(fetches);
    all[one].after.extend(after);
    for request in all {
        if request.after.remove(&other) {
            request.after.insert(one);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fetch(subgraph: u16, after: &[usize]) -> Fetch {
        let kind = if after.is_empty() {
            FetchKind::Root(apollo_compiler::ast::OperationType::Query)
        } else {
            FetchKind::Entities(0)
        };
        Fetch { subgraph: SubgraphId(subgraph), kind, after: after.iter().copied().collect(), node: 0 }
    }

    fn list<const N: usize>(fetches: [Fetch; N]) -> Shared<Fetch> {
        let mut list = Shared::default();
        for fetch in fetches {
            list.push(fetch);
        }
        list
    }

    #[test]
    fn what_may_wait_goes_along_with_what_comes_later() {
        // 1 may go at level 2 or 3; 3, of the same subgraph, at 3 only.
        let fetches = list([fetch(0, &[]), fetch(1, &[0]), fetch(2, &[0]), fetch(1, &[2])]);
        assert_eq!(requests(&fetches), [vec![0], vec![2], vec![1, 3]]);
        assert_eq!(singly(&fetches).len(), 4);
    }

    #[test]
    fn nothing_waits_where_the_path_would_grow() {
        // 4 needs 1 at level 2.
        let fetches = list([fetch(0, &[]), fetch(1, &[0]), fetch(2, &[0]), fetch(1, &[2]), fetch(3, &[1])]);
        assert_eq!(requests(&fetches), [vec![0], vec![1], vec![2], vec![3], vec![4]]);
    }

    #[test]
    fn those_that_are_ready_together_come_before_those_that_may_wait() {
        // 4 must go at level 4, and 5 is ready then only if 3 does not wait, though it might.
        let fetches = list([
            fetch(0, &[]),
            fetch(1, &[0]),
            fetch(2, &[1]),
            fetch(3, &[1]),
            fetch(1, &[2]),
            fetch(1, &[3]),
            fetch(3, &[4]),
        ]);
        assert_eq!(requests(&fetches), [vec![0], vec![1], vec![2], vec![3], vec![4, 5], vec![6]]);
    }

    #[test]
    fn roots_and_entities_of_one_subgraph_stay_apart() {
        let fetches = list([fetch(0, &[]), fetch(1, &[]), fetch(1, &[0]), fetch(1, &[0])]);
        assert_eq!(requests(&fetches), [vec![0], vec![1], vec![2, 3]]);
    }
}
