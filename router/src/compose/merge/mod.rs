//! All subgraphs into one: types by name, their fields, what goes in, what directives say of them. What cannot be
//! one is an error beside the result; nothing here writes SDL.

pub(super) mod access;
pub(super) mod applied;
pub(super) mod compose_directive;
pub(super) mod executables;
mod external;
mod fields;
mod inputs;
mod interface_objects;
pub(super) mod model;
pub(super) mod names;
pub(super) mod override_from;
mod sharing;
pub(super) mod types;
mod value_types;
