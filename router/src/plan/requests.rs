//! Which fetches travel in one request, and when.
//!
//! Entity fetches of one subgraph share a request where that makes the longest path no longer. A fetch that may wait
//! waits until it must go, or until another one of its subgraph goes: so as few requests as possible are made.

use super::{
    shared::Shared,
    state::{Fetch, FetchId, FetchKind},
};

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
    let levels = levels(fetches);
    let last = levels.iter().copied().max().unwrap_or(0);
    let mut order: Vec<FetchId> = (0..fetches.len()).collect();
    order.sort_by_key(|fetch| levels[*fetch]);
    let due = due(fetches, &order, last);
    let mut sent: Vec<Option<usize>> = vec![None; fetches.len()];
    let mut requests: Vec<Vec<FetchId>> = Vec::new();
    for level in 1..=last {
        for fetch in &order {
            let goes = if is_entities(&fetches[*fetch]) { due[*fetch] == level } else { levels[*fetch] == level };
            if sent[*fetch].is_some() || !goes {
                continue;
            }
            // All of its subgraph that are ready go along.
            let along = |other: &&FetchId| {
                let other = **other;
                let is_ready = || fetches[other].after.iter().all(|before| sent[*before].is_some_and(|at| at < level));
                sent[other].is_none()
                    && is_entities(&fetches[*fetch])
                    && is_entities(&fetches[other])
                    && fetches[other].subgraph == fetches[*fetch].subgraph
                    && is_ready()
            };
            let mut request: Vec<FetchId> = order.iter().filter(along).copied().collect();
            if request.is_empty() {
                request.push(*fetch);
            }
            for other in &request {
                sent[*other] = Some(level);
            }
            requests.push(request);
        }
    }
    requests
}

fn is_entities(fetch: &Fetch) -> bool {
    matches!(fetch.kind, FetchKind::Entities(_))
}

/// The latest level at which each fetch may go, so that none of those that wait for it comes after the last.
fn due(fetches: &Shared<Fetch>, order: &[FetchId], last: usize) -> Vec<usize> {
    let mut due = vec![last; fetches.len()];
    for fetch in order.iter().rev() {
        for before in &fetches[*fetch].after {
            due[*before] = due[*before].min(due[*fetch] - 1);
        }
    }
    due
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::SubgraphId;

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
        fetches.into_iter().for_each(|fetch| list.push(fetch));
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
    fn roots_and_entities_of_one_subgraph_stay_apart() {
        let fetches = list([fetch(0, &[]), fetch(1, &[]), fetch(1, &[0]), fetch(1, &[0])]);
        assert_eq!(requests(&fetches), [vec![0], vec![1], vec![2, 3]]);
    }
}
