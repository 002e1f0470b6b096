//! Which fetches travel in one request, and when.
//!
//! Entity fetches of one subgraph share a request where that makes the longest path no longer. A fetch that may wait
//! waits until it must go, or until another one of its subgraph goes: so as few requests as possible are made.

use super::state::{Fetch, FetchId, FetchKind};

/// For each fetch, how many stand on the longest path to it, itself counted.
pub(super) fn levels(fetches: &[Fetch]) -> Vec<usize> {
    fn level(fetches: &[Fetch], fetch: FetchId, levels: &mut [usize]) -> usize {
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

/// The requests, in an order in which each stands behind those that it waits for.
pub(super) fn requests(fetches: &[Fetch]) -> Vec<Vec<FetchId>> {
    let levels = levels(fetches);
    let last = levels.iter().copied().max().unwrap_or(0);
    let mut order: Vec<FetchId> = (0..fetches.len()).collect();
    order.sort_by_key(|fetch| levels[*fetch]);
    // The latest level at which each fetch may go.
    let mut due = vec![last; fetches.len()];
    for fetch in order.iter().rev() {
        for before in &fetches[*fetch].after {
            due[*before] = due[*before].min(due[*fetch] - 1);
        }
    }
    let is_entities = |fetch: FetchId| matches!(fetches[fetch].kind, FetchKind::Entities(_));
    let mut sent = vec![usize::MAX; fetches.len()];
    let mut requests: Vec<Vec<FetchId>> = Vec::new();
    for level in 1..=last {
        let first = requests.len();
        for fetch in &order {
            if sent[*fetch] != usize::MAX || (due[*fetch] > level && is_entities(*fetch)) {
                continue;
            }
            if !is_entities(*fetch) {
                if levels[*fetch] == level {
                    sent[*fetch] = level;
                    requests.push(vec![*fetch]);
                }
                continue;
            }
            let subgraph = fetches[*fetch].subgraph;
            let known = requests[first..]
                .iter()
                .position(|request| is_entities(request[0]) && fetches[request[0]].subgraph == subgraph);
            if known.is_some() {
                continue;
            }
            // One must go now: all of its subgraph that are ready go along.
            let ready = |other: &&FetchId| {
                sent[**other] == usize::MAX
                    && is_entities(**other)
                    && fetches[**other].subgraph == subgraph
                    && fetches[**other].after.iter().all(|before| sent[*before] < level)
            };
            let together: Vec<FetchId> = order.iter().filter(ready).copied().collect();
            for other in &together {
                sent[*other] = level;
            }
            requests.push(together);
        }
    }
    requests
}
