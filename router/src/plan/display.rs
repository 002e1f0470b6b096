//! A plan as text: for people, and for snapshots in tests.

use std::fmt;

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
