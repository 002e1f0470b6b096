//! From a request's text to a plan: each document is read once and each operation planned once, then remembered.
//!
//! Both memories are bounded in bytes and hold refusals too. Short documents are read, and cheap operations planned,
//! where the request is served; whatever takes longer goes to a [`WorkPool`]. Nothing is computed under a lock.

use std::sync::Arc;

use apollo_compiler::collections::HashSet;
use schema::Viewer;
use tokio::time::{Instant, timeout_at};

use super::{
    Access, EngineSettings, Introspection,
    work::{TooLate, WorkPool},
};
use crate::{
    cache::{Bounds, Cache},
    digest::{Digest, KeyBuilder},
    error::{Code, GraphQLError},
    graph::{Supergraph, Variants},
    operation::{Document, Limits, Runnable},
    plan::{self, Batching, Plan, Surroundings, Unplannable},
    request::{Answer, Outcome},
};

/// A document that was read, and its digest.
pub(super) struct KnownDocument {
    /// The digest of its text.
    pub digest: Digest,
    /// The document.
    pub document: Document,
}

/// What reading a text came to.
type Reading = Result<Arc<KnownDocument>, Arc<[GraphQLError]>>;

/// What planning an operation came to.
type Planning = Result<Arc<Plan>, Unplannable>;

/// Why there is no document or no plan.
#[derive(Debug)]
pub(super) enum Unprepared {
    /// The client's document is refused.
    Refused(Vec<GraphQLError>),
    /// The operation's time was over first.
    TooLate,
    /// The method of the request allows no such operation.
    MethodNotAllowed(GraphQLError),
}

impl Unprepared {
    /// The answer to a request that never ran for this reason.
    pub fn into_answer(self, request_id: &str) -> Answer {
        match self {
            Self::Refused(errors) => Answer::refused(errors, request_id),
            Self::TooLate => Answer::too_late(request_id),
            Self::MethodNotAllowed(error) => {
                Answer { outcome: Outcome::MethodNotAllowed, ..Answer::refused(vec![error], request_id) }
            }
        }
    }
}

impl From<GraphQLError> for Unprepared {
    fn from(error: GraphQLError) -> Self {
        Self::Refused(vec![error])
    }
}

impl From<Vec<GraphQLError>> for Unprepared {
    fn from(errors: Vec<GraphQLError>) -> Self {
        Self::Refused(errors)
    }
}

impl From<TooLate> for Unprepared {
    fn from(_: TooLate) -> Self {
        Self::TooLate
    }
}

/// What beside an operation decides over its plan.
pub(super) struct PlanInput<'r> {
    /// The values of the variables of `@skip` and `@include`, in the order of [`Runnable::conditions`].
    pub conditions: Vec<bool>,
    /// Who asks; `None` where the engine refuses nothing to anybody.
    pub viewer: Option<&'r Viewer>,
    /// Which variant of the graph holds, by [`Variants::draw`].
    pub variant: usize,
}

/// Longer texts, in bytes, are read on another thread.
const SHORT: usize = 8 * 1024;

/// The work, in the planner's units of about ten nanoseconds, that is done where the request is served.
const CHEAP: usize = 200_000;

/// Reads documents and plans operations.
pub(super) struct Preparer {
    shared: Arc<Shared>,
    reading: WorkPool,
    planning: WorkPool,
    /// The work that is done where the request is served; see [`CHEAP`].
    cheap: usize,
}

/// What computations on other threads need, too.
struct Shared {
    graph: Arc<Supergraph>,
    variants: Variants,
    limits: Limits,
    /// Whether errors name what resembles an unknown name. A refusal is remembered for all callers, so that this is on
    /// only where all of them may ask for the schema.
    suggests: bool,
    batching: Batching,
    documents: Cache<Reading>,
    plans: Cache<Planning>,
}

impl Preparer {
    /// A preparer that remembers nothing yet.
    pub fn new(graph: Arc<Supergraph>, settings: &EngineSettings) -> Self {
        let bounds = Bounds { bytes: settings.cache_bytes, entries: settings.cached };
        let shared = Shared {
            variants: Variants::new(&graph, &settings.override_labels),
            graph,
            limits: settings.limits,
            suggests: settings.introspection == Introspection::All,
            batching: if settings.batch { Batching::Together } else { Batching::Single },
            documents: Cache::new(bounds),
            plans: Cache::new(bounds),
        };
        Self { shared: Arc::new(shared), reading: WorkPool::default(), planning: WorkPool::default(), cheap: CHEAP }
    }

    /// Draws the variant of the graph for one request.
    pub fn draw_variant(&self) -> usize {
        self.shared.variants.draw(|| rand::random::<f64>() * 100.0)
    }

    /// The document of a digest, or why it is refused, if that is remembered.
    pub fn known(&self, digest: &Digest) -> Option<Result<Arc<KnownDocument>, Unprepared>> {
        let known = self.shared.documents.get(digest)?;
        Some(known.map_err(|errors| Unprepared::Refused(errors.to_vec())))
    }

    /// The document that a text spells, or why it is refused.
    pub async fn document(&self, text: &str, deadline: Instant) -> Result<Arc<KnownDocument>, Unprepared> {
        let digest = Digest::of(text);
        let reading = if let Some(known) = self.shared.documents.get(&digest) {
            known
        } else {
            let read = self.read(digest, text, deadline);
            in_time(deadline, self.shared.documents.get_or_make(&digest, read)).await?
        };
        reading.map_err(|errors| Unprepared::Refused(errors.to_vec()))
    }

    async fn read(&self, digest: Digest, text: &str, deadline: Instant) -> Result<(Reading, usize), TooLate> {
        if text.len() <= SHORT {
            return Ok(self.shared.read(digest, text));
        }
        let (shared, text) = (self.shared.clone(), text.to_owned());
        let work = move || {
            let (reading, weight) = shared.read(digest, &text);
            shared.documents.insert(digest, reading.clone(), weight);
            (reading, weight)
        };
        self.reading.run(deadline, work).await
    }

    /// The plan of an operation, or why there is none.
    pub async fn plan(
        &self,
        known: &Arc<KnownDocument>,
        operation: &Arc<Runnable>,
        input: PlanInput<'_>,
        deadline: Instant,
    ) -> Result<Arc<Plan>, Unprepared> {
        let key = input.key(known.digest, operation);
        let planning = if let Some(known) = self.shared.plans.get(&key) {
            known
        } else {
            let job = Job {
                known: known.clone(),
                operation: operation.clone(),
                conditions: input.conditions,
                access: input.viewer.map_or(Access::All, Access::of),
                variant: input.variant,
            };
            let made = self.make_plan(key, job, deadline);
            in_time(deadline, self.shared.plans.get_or_make(&key, made)).await?
        };
        planning.map_err(|error| Unprepared::Refused(vec![refusal(error)]))
    }

    /// Plans in place if that is cheap, and on another thread otherwise: what was begun is begun anew there, as the two
    /// together cost little more than the second alone.
    async fn make_plan(&self, key: Digest, job: Job, deadline: Instant) -> Result<(Planning, usize), TooLate> {
        if let Some(planned) = self.shared.plan(&job, self.cheap) {
            return Ok(planned);
        }
        let shared = self.shared.clone();
        let work = move || {
            let (planning, weight) =
                shared.plan(&job, plan::MAX_WORK).unwrap_or((Err(Unplannable::TooComplex), REFUSAL));
            shared.plans.insert(key, planning.clone(), weight);
            (planning, weight)
        };
        self.planning.run(deadline, work).await
    }
}

/// What `making` comes to, unless `deadline` is first: it may be the work of a request that has more time.
async fn in_time<T>(deadline: Instant, making: impl Future<Output = Result<T, TooLate>>) -> Result<T, TooLate> {
    timeout_at(deadline, making).await.unwrap_or(Err(TooLate))
}

/// An operation that is to be planned.
struct Job {
    known: Arc<KnownDocument>,
    operation: Arc<Runnable>,
    conditions: Vec<bool>,
    access: Access,
    variant: usize,
}

/// About what a refusal takes in memory beside its texts.
const REFUSAL: usize = 256;

impl Shared {
    /// Reads a document, and weighs what came of it.
    fn read(&self, digest: Digest, text: &str) -> (Reading, usize) {
        match Document::read_with(&self.graph, text, &self.limits, self.suggests) {
            Ok(document) => {
                let weight = document.weight();
                (Ok(Arc::new(KnownDocument { digest, document })), weight)
            }
            Err(errors) => {
                let weight = errors.iter().map(|error| REFUSAL + 2 * error.message.len()).sum();
                (Err(errors.into()), weight)
            }
        }
    }

    /// Plans an operation, and weighs what came of it; `None` if it takes more work than `budget`.
    fn plan(&self, job: &Job, budget: usize) -> Option<(Planning, usize)> {
        let graph = self.variants.graph(job.variant).unwrap_or(&self.graph);
        let holding = job.operation.conditions.iter().zip(&job.conditions).filter(|(_, holds)| **holds);
        let truths: HashSet<_> = holding.map(|(name, _)| name.clone()).collect();
        let surroundings = Surroundings { fragments: &job.known.document.fragments, truths: &truths };
        match plan::plan_within(budget, graph, &job.operation.written, surroundings, &job.access, self.batching) {
            Ok(plan) => {
                tracing::debug!("planned\n{}", plan.without_literals());
                let weight = plan.weight();
                Some((Ok(Arc::new(plan)), weight))
            }
            Err(Unplannable::TooComplex) => None,
            Err(error) => Some((Err(error), REFUSAL)),
        }
    }
}

impl PlanInput<'_> {
    /// The name of the plan. An operation goes by its place in the document, because a request may name the only one or
    /// not.
    fn key(&self, document: Digest, operation: &Runnable) -> Digest {
        let conditions: Vec<u8> = self.conditions.iter().copied().map(u8::from).collect();
        let key = KeyBuilder::default()
            .part(document.bytes())
            .part(&operation.index.to_le_bytes())
            .part(&self.variant.to_le_bytes())
            .part(&conditions);
        match self.viewer.map(Viewer::granted) {
            None => key.part(b"all"),
            Some(None) => key.part(b"anonymous"),
            Some(Some(granted)) => {
                let mut scopes: Vec<&str> = granted.iter().map(AsRef::as_ref).collect();
                scopes.sort_unstable();
                scopes.into_iter().fold(key.part(b"user"), |key, scope| key.part(scope.as_bytes()))
            }
        }
        .finish()
    }
}

/// What a client may know of a plan that could not be made.
fn refusal(error: Unplannable) -> GraphQLError {
    match error {
        Unplannable::TooComplex => GraphQLError::new(Code::CostExceeded, "The operation is too complex to be planned."),
        Unplannable::Unreachable(field) => {
            tracing::error!(%field, "no path through the subgraphs reaches a field");
            GraphQLError::new(Code::Internal, format!("{field} cannot be reached."))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn preparer() -> Preparer {
        let graph = Supergraph::parse(include_str!("../../tests/fixtures/one.graphql")).unwrap();
        Preparer::new(Arc::new(graph), &EngineSettings::default())
    }

    fn later() -> Instant {
        Instant::now() + Duration::from_mins(1)
    }

    fn input(conditions: &[bool]) -> PlanInput<'static> {
        PlanInput { conditions: conditions.to_vec(), viewer: None, variant: 0 }
    }

    #[tokio::test]
    async fn what_was_read_is_remembered_and_what_was_refused_too() {
        let preparer = preparer();
        let long = format!("{{ hello }} # {}", "x".repeat(2 * SHORT));
        for (text, is_fine) in [("{ hello }", true), (&*long, true), ("{ nothing }", false), ("{", false)] {
            assert!(preparer.shared.documents.get(&Digest::of(text)).is_none());
            assert_eq!(preparer.document(text, later()).await.is_ok(), is_fine, "{text}");
            let known = preparer.shared.documents.get(&Digest::of(text)).unwrap();
            assert_eq!(known.is_ok(), is_fine, "{text}");
            let again = preparer.document(text, later()).await;
            assert_eq!(again.is_ok(), is_fine, "{text}");
            if let (Ok(known), Ok(again)) = (known, again) {
                assert!(Arc::ptr_eq(&known, &again));
            }
        }
    }

    #[tokio::test]
    async fn one_operation_has_one_plan_whether_it_is_named_or_not() {
        let preparer = preparer();
        let text = "query A($b: Boolean!) { hello other: hello @include(if: $b) }";
        let known = preparer.document(text, later()).await.unwrap();
        let [unnamed, named] = [None, Some("A")].map(|name| known.document.operation(name).unwrap());
        let key = |operation: &Runnable, holds| input(&[holds]).key(known.digest, operation);
        assert_eq!(key(&unnamed, true), key(&named, true));
        assert_ne!(key(&unnamed, true), key(&unnamed, false));
        let first = preparer.plan(&known, &unnamed, input(&[true]), later()).await.unwrap();
        let again = preparer.plan(&known, &named, input(&[true]), later()).await.unwrap();
        assert!(Arc::ptr_eq(&first, &again));
        let other = preparer.plan(&known, &named, input(&[false]), later()).await.unwrap();
        assert!(!Arc::ptr_eq(&first, &other));
    }

    #[tokio::test]
    async fn what_is_not_cheap_is_planned_on_another_thread_and_remembered_as_well() {
        let preparer = Preparer { cheap: 0, ..preparer() };
        let known = preparer.document("{ hello }", later()).await.unwrap();
        let operation = known.document.operation(None).unwrap();
        let planned = preparer.plan(&known, &operation, input(&[]), later()).await.unwrap();
        let key = input(&[]).key(known.digest, &operation);
        assert!(Arc::ptr_eq(&planned, &preparer.shared.plans.get(&key).unwrap().unwrap()));
    }
}
