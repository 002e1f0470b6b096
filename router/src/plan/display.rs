//! A plan as text, for people and for snapshots in tests; and as JSON, for tools.

use std::fmt;

use serde_json::{Value as Json, json};

use super::Plan;

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, fetch) in self.fetches.iter().enumerate() {
            write!(f, "{number}: {}", fetch.name)?;
            if !fetch.after.is_empty() {
                let after: Vec<_> = fetch.after.iter().map(usize::to_string).collect();
                write!(f, ", after {}", after.join(", "))?;
            }
            writeln!(f, "\n   {}", fetch.operation)?;
        }
        Ok(())
    }
}

impl Plan {
    /// `{"fetches": [{"subgraph", "operation", "variables", "after"}]}`: whom a fetch asks and what, the client's
    /// variables that go along, and the fetches (by index) that must be answered first.
    pub fn to_json(&self) -> Json {
        let fetch = |fetch: &super::Fetch| {
            let variables: Vec<&str> = fetch.variables.iter().map(apollo_compiler::Name::as_str).collect();
            json!({
                "subgraph": &*fetch.name,
                "operation": fetch.operation,
                "variables": variables,
                "after": fetch.after,
            })
        };
        json!({ "fetches": self.fetches.iter().map(fetch).collect::<Vec<_>>() })
    }
}
