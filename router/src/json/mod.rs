//! JSON (RFC 8259) as it was written: numbers digit by digit, members of objects in their order.
//!
//! `serde_json`'s `Value` rounds numbers to 64 bits and sorts members, and its features that would change this hold for
//! all crates of a program at once. What a client sends to a subgraph, and a subgraph to a client, passes through here
//! instead. It refuses to know what the values mean.

mod number;
mod scan;
mod serial;
mod value;

pub use self::{
    number::int,
    scan::Scan,
    value::{JsonObject, JsonValue, Number},
};

/// Nesting beyond this is refused.
pub const MAX_DEPTH: usize = 128;

/// Where and why a text is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} at byte {at}")]
pub struct Malformed {
    pub(crate) what: &'static str,
    pub(crate) at: usize,
}
