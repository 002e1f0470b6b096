//! What is refused before an operation is planned: too high a cost, and introspection where it is off.

use schema::Viewer;
use serde_json::{Map, Value, json};

use super::Engine;
use crate::{
    error::{Code, GraphQLError},
    operation::{Document, Runnable, Variables},
    request::{Answer, RequestContext},
};

/// Who may ask for `__schema` and `__type`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Introspection {
    /// Everybody.
    #[default]
    All,
    /// Callers with a valid token.
    Authenticated,
    /// Nobody.
    None,
}

/// The actual cost of a longer response is not told: it would have to be read again, as a tree that takes many times
/// its bytes.
const LONGEST_MEASURED: usize = 8 * 1024 * 1024;

/// The costs of one request: its answer says them if the client asks (`"extensions": {"cost": true}`).
#[derive(Clone, Copy)]
pub(super) struct Cost {
    /// `None` where neither a limit nor the client needs it.
    estimated: Option<u64>,
    /// Whether the client asks.
    is_asked: bool,
}

impl Engine {
    /// Whether a caller may learn the schema: by introspection, or by suggestions in error messages.
    pub fn may_introspect(&self, context: &RequestContext) -> bool {
        match self.settings.introspection {
            Introspection::All => true,
            Introspection::Authenticated => matches!(context.caller.viewer, Viewer::User(_)),
            Introspection::None => false,
        }
    }

    /// The error for introspection by a caller who may not.
    pub(super) fn introspection_refused(&self) -> GraphQLError {
        match self.settings.introspection {
            Introspection::Authenticated => {
                GraphQLError::new(Code::Unauthenticated, "Log in first: introspection needs a valid access token.")
            }
            _ => GraphQLError::new(Code::Forbidden, "Introspection is turned off."),
        }
    }

    /// Estimates the cost of an operation, if that is needed, and checks it.
    ///
    /// # Errors
    /// With the whole answer if the cost exceeds the limit or cannot be told.
    pub(super) fn check_cost(
        &self,
        document: &Document,
        operation: &Runnable,
        variables: &Variables,
        is_asked: bool,
        request_id: &str,
    ) -> Result<Cost, Answer> {
        let limits = &self.settings.limits;
        if limits.cost == 0 && !is_asked {
            return Ok(Cost { estimated: None, is_asked });
        }
        let estimated = document.estimate_cost(&self.graph, operation, variables);
        let cost = Cost { estimated: estimated.as_ref().ok().copied(), is_asked };
        let checked = match estimated {
            Ok(estimated) => limits.check_cost(estimated),
            // Without a limit the costs are information only.
            Err(_) if limits.cost == 0 => Ok(()),
            Err(error) => Err(error),
        };
        checked.map(|()| cost).map_err(|error| {
            let mut refused = Answer::refused(vec![error], request_id);
            let mut extensions = Map::new();
            self.tell_cost(cost, Some(0), &mut extensions);
            refused.extend(&extensions);
            refused
        })
    }

    /// The entry `cost` of a response's `extensions`, if the client asks for it.
    pub(super) fn cost_of(
        &self,
        cost: Cost,
        (document, operation, variables): (&Document, &Runnable, &Variables),
        answer: &Answer,
        extensions: &mut Map<String, Value>,
    ) {
        if cost.is_asked {
            let body = Some(&answer.body).filter(|body| body.len() <= LONGEST_MEASURED);
            let body: Option<Value> = body.and_then(|body| serde_json::from_slice(body).ok());
            let data = body.as_ref().and_then(|body| body.get("data"));
            let actual = data.and_then(|data| document.actual_cost(&self.graph, operation, variables, data));
            self.tell_cost(cost, actual, extensions);
        }
    }

    fn tell_cost(&self, cost: Cost, actual: Option<u64>, extensions: &mut Map<String, Value>) {
        if cost.is_asked {
            let maximum = Some(self.settings.limits.cost).filter(|maximum| *maximum > 0);
            let entry = json!({"estimated": cost.estimated, "actual": actual, "maximum": maximum});
            extensions.insert("cost".to_owned(), entry);
        }
    }
}
