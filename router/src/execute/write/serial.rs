//! When a mutation nulls all data, those after it do not run (GraphQL specification, section 6.4.4: what has not been
//! executed yet may be cancelled). As in the reference implementation, nothing is done whose result nobody will see.

use super::{Segment, Writer};
use crate::plan::ProjectedValue;

impl Writer<'_> {
    /// Whether the data are null already, by the root fields that stand before those of a fetch.
    pub fn is_over_before(&mut self, fetch: usize) -> bool {
        let plan = self.plan;
        let Some((ty, fields)) = plan.projections[plan.root].by_type.first() else { return false };
        for field in fields.iter() {
            let required = match &field.what {
                ProjectedValue::Typename | ProjectedValue::Introspection => false,
                ProjectedValue::Value { overlay, .. } if plan.overlays[*overlay].fetch == fetch => return false,
                ProjectedValue::Value { ty, .. } | ProjectedValue::Denied { ty, .. } => ty.non_null & 1 == 1,
            };
            if !required {
                continue;
            }
            self.path.push(Segment::Key(&field.key, *ty));
            let written = self.field(field, *ty, plan.root, 0);
            self.path.pop();
            if !written {
                return true;
            }
        }
        false
    }
}
