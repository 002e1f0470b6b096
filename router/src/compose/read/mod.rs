//! One subgraph at a time: its SDL parsed, its `@link`s followed, what Federation 1 meant said in the terms of
//! Federation 2. Knows nothing of other subgraphs but their names and keys.

pub(super) mod directives;
pub(super) mod elements;
pub(super) mod keys;
pub(super) mod link;
pub(super) mod marks;
mod roots;
pub(super) mod specs;
pub(super) mod subgraph;
pub(super) mod upgrade;
