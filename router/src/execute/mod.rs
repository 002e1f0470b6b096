//! Runs a plan: a fetch starts when its own inputs are there, answers are read into rows, and one pass writes the
//! response.
//!
//! Nothing here depends on what the plan was made from; [`crate::fetch`] knows how a subgraph is reached.

pub mod cause;
pub mod json;
mod leaf;
mod one_by_one;
mod progress;
mod represent;
pub mod rows;
mod singly;
mod write;

use std::sync::{Arc, atomic::Ordering};

use apollo_compiler::{ast::OperationType, response::JsonMap};
use bytes::Bytes;
use futures_util::{StreamExt as _, future::BoxFuture, stream::FuturesUnordered};
use tokio::time::Instant;

use self::{
    cause::{Cause, Causes},
    json::Answer,
    progress::{Fetched, Progress},
    represent::Sent,
    rows::Value,
    singly::Batch,
    write::Writer,
};
use crate::{
    error::{Code, Codes, GraphQLError, body_of},
    fetch::{Sharing, Subgraph},
    graph::Supergraph,
    operation::{Locator, Variables},
    plan::{LinkKind, Plan, Shape},
    request::RequestContext,
};

/// What a plan needs to run.
pub struct Run<'r> {
    /// The plan.
    pub plan: &'r Plan,
    /// The supergraph that it was made for.
    pub graph: &'r Supergraph,
    /// The subgraphs, in the supergraph's order.
    pub subgraphs: &'r [Subgraph],
    /// The client's variables, coerced.
    pub variables: &'r Variables,
    /// Says where in the client's document a field stands.
    pub locator: Option<Locator<'r>>,
    /// Who calls.
    pub context: &'r RequestContext,
    /// No subgraph is waited for, or asked, after this.
    pub deadline: Instant,
    /// The answers of introspection, by response key.
    pub introspection: Option<&'r JsonMap>,
    /// Whether equal reads of other requests may be joined.
    pub sharing: Option<Sharing>,
    /// Whether equal representations of one list are sent once.
    pub deduplicate: bool,
    /// The most bytes of a response.
    pub max_response_bytes: usize,
}

/// What all requests of one fetch have in common.
#[derive(Clone, Copy)]
struct Call<'r> {
    subgraph: &'r Subgraph,
    context: &'r RequestContext,
    deadline: Instant,
    sharing: Option<Sharing>,
    /// Whether it does no harm to ask twice.
    repeatable: bool,
    /// Whether entities may be asked for once more: not in the course of a mutation.
    may_repeat: bool,
}

impl Call<'_> {
    async fn ask(self, shapes: &Arc<[Shape]>, body: Bytes) -> Result<Arc<Answer>, Cause> {
        self.subgraph.call(shapes, body, self.context, self.deadline, self.sharing, self.repeatable).await
    }

    /// Asks for all lists together; singly where that brought none of them; and for the entities of a list one by one
    /// where they cannot be told apart.
    async fn ask_batch(self, batch: &Batch<'_>) -> Result<Arc<Answer>, Cause> {
        let answer = self.ask(&batch.fetch.shapes, batch.body.clone()).await?;
        if batch.is_lost(&answer, self.deadline) {
            return Ok(batch.ask_singly(self).await.unwrap_or(answer));
        }
        let mismatched = batch.mismatched(&answer);
        if mismatched.is_empty() {
            return Ok(answer);
        }
        for list in &mismatched {
            tracing::warn!(subgraph = %self.subgraph.name, request_id = %self.context.caller.request_id,
                expected = list.expected, got = %list.got, "the subgraph did not answer with one entity for each representation");
        }
        if !self.may_repeat || Instant::now() >= self.deadline {
            return Ok(answer);
        }
        Ok(batch.ask_one_by_one(self, &answer, &mismatched).await.unwrap_or(answer))
    }
}

/// A response, and what the log says of it.
#[derive(Debug)]
pub struct Written {
    /// The whole response as JSON.
    pub body: Bytes,
    /// The codes of its errors.
    pub codes: Codes,
    /// Whether its data are not null.
    pub has_data: bool,
}

/// A fetch that came back: which, what had been sent, and its answer.
type Returned = (usize, Vec<Sent>, Result<Arc<Answer>, Cause>);

impl<'r> Run<'r> {
    /// Runs the plan and writes the whole response.
    pub async fn run(self) -> Written {
        let mut progress = Progress::new(self.plan);
        self.fetch_all(&mut progress).await;
        self.zip(&mut progress);
        self.write(&progress)
    }

    async fn fetch_all(&self, progress: &mut Progress) {
        let fetches = &self.plan.fetches;
        let mut waiting: Vec<usize> = fetches.iter().map(|fetch| fetch.after.len()).collect();
        let mut ready: Vec<usize> = (0..fetches.len()).filter(|fetch| waiting[*fetch] == 0).collect();
        let mut flying: FuturesUnordered<BoxFuture<'r, Returned>> = FuturesUnordered::new();
        loop {
            while let Some(fetch) = ready.pop() {
                match self.start(fetch, progress) {
                    Some(call) => flying.push(call),
                    None => self.release(fetch, &mut waiting, &mut ready),
                }
            }
            let Some((fetch, sent, answer)) = flying.next().await else { break };
            self.receive(fetch, &sent, answer, progress);
            self.release(fetch, &mut waiting, &mut ready);
        }
    }

    /// Tells the fetches that waited for `done`.
    fn release(&self, done: usize, waiting: &mut [usize], ready: &mut Vec<usize>) {
        for (fetch, known) in self.plan.fetches.iter().enumerate() {
            if known.after.contains(&done) {
                waiting[fetch] -= 1;
                if waiting[fetch] == 0 {
                    ready.push(fetch);
                }
            }
        }
    }

    /// Starts a fetch, unless there is nothing to ask.
    fn start(&self, index: usize, progress: &mut Progress) -> Option<BoxFuture<'r, Returned>> {
        let fetch = &self.plan.fetches[index];
        self.zip(progress);
        if fetch.kind == OperationType::Mutation
            && fetch.entities.is_empty()
            && Writer::new(self.plan, self.graph, progress, None, Vec::new()).is_over_before(index)
        {
            return None;
        }
        let mut body = fetch.body_prefix.as_bytes().to_vec();
        let mut sent = Vec::with_capacity(fetch.entities.len());
        let mut lists = Vec::with_capacity(fetch.entities.len());
        let mut first = true;
        for part in &fetch.entities {
            represent::separate(&mut body, &mut first);
            let from = body.len();
            let list = represent::represent((self.plan, self.graph), progress, part, self.deduplicate, &mut body);
            lists.push(from..if list.is_empty() { from } else { body.len() });
            sent.push(list);
        }
        if !fetch.entities.is_empty() && sent.iter().all(Sent::is_empty) {
            for (part, sent) in fetch.entities.iter().zip(&sent) {
                represent::link(progress, self.plan, index, part, sent);
            }
            return None;
        }
        represent::variables(self.variables, &fetch.variables, &mut body, &mut first);
        body.extend_from_slice(b"}}");
        let counts = sent.iter().map(Sent::count).collect();
        let batch = Batch { fetch, variables: self.variables, body: body.into(), lists, counts };
        let call = Call {
            subgraph: &self.subgraphs[usize::from(fetch.subgraph.0)],
            context: self.context,
            deadline: self.deadline,
            sharing: self.sharing,
            repeatable: fetch.kind == OperationType::Query,
            may_repeat: self.plan.fetches.iter().all(|fetch| fetch.kind == OperationType::Query),
        };
        Some(Box::pin(async move { (index, sent, call.ask_batch(&batch).await) }))
    }

    /// Matches zipped overlays, as soon as both sides are there.
    fn zip(&self, progress: &mut Progress) {
        for (overlay, known) in self.plan.overlays.iter().enumerate() {
            if matches!(known.link, LinkKind::Zip { .. }) && progress.links[overlay].is_empty() {
                progress.zip(self.plan, overlay);
            }
        }
    }

    /// Puts an answer, which has data or errors or both, where the writer finds it.
    fn receive(&self, index: usize, sent: &[Sent], answer: Result<Arc<Answer>, Cause>, progress: &mut Progress) {
        let fetch = &self.plan.fetches[index];
        let subgraph = &self.subgraphs[usize::from(fetch.subgraph.0)].name;
        progress.fetched[index] = match answer {
            Err(cause) => Fetched::Failed(Arc::new(cause)),
            Ok(answer) => {
                let Answer { rows, data, errors } = &*answer;
                let causes = errors.map(|(from, to)| {
                    let text = rows.text(from, to);
                    tracing::debug!(%subgraph, request_id = %self.context.caller.request_id,
                        errors = %String::from_utf8_lossy(text), "the subgraph reported errors");
                    let mut causes = Causes::read(text, subgraph, rows, &fetch.shapes, &fetch.entities);
                    if *data != Value::Row(0) {
                        causes.null_all();
                    }
                    causes
                });
                Fetched::Answered { causes: causes.map(Box::new), answer }
            }
        };
        for (part, sent) in fetch.entities.iter().zip(sent) {
            represent::link(progress, self.plan, index, part, sent);
        }
    }

    fn write(&self, progress: &Progress) -> Written {
        let expected = &self.plan.response_size;
        let out = Vec::with_capacity(expected.load(Ordering::Relaxed));
        let mut writer = Writer::new(self.plan, self.graph, progress, self.introspection, out);
        writer.locator = self.locator;
        writer.limit = self.max_response_bytes;
        writer.out.extend_from_slice(b"{\"data\":");
        let has_data = writer.object(self.plan.root, 0);
        if !has_data {
            writer.out.extend_from_slice(b"null");
        }
        if writer.is_full() {
            return self.too_large();
        }
        writer.tell_the_rest();
        let mut errors = std::mem::take(&mut writer.errors);
        if writer.unlisted > 0 {
            let message = format!("{} more errors are not listed.", writer.unlisted);
            errors.push(GraphQLError::new(Code::ErrorsUnlisted, message));
        }
        let mut out = writer.out;
        let codes = Codes::of_errors(&errors);
        if !errors.is_empty() {
            let id = &*self.context.caller.request_id;
            let errors: Vec<_> = errors.into_iter().map(|error| error.with("requestId", id)).collect();
            out.extend_from_slice(b",\"errors\":");
            serde_json::to_writer(&mut out, &errors).expect("errors are plain JSON");
        }
        out.push(b'}');
        if out.len() > self.max_response_bytes {
            return self.too_large();
        }
        expected.store(out.len(), Ordering::Relaxed);
        Written { body: out.into(), codes, has_data }
    }

    /// The response in the place of one that is longer than allowed.
    fn too_large(&self) -> Written {
        let maximum = self.max_response_bytes;
        let message = format!("The response is longer than {maximum} bytes: ask for less at once.");
        let error = GraphQLError::new(Code::CostExceeded, message);
        let error = error.with("limit", "bytes of the response").with("maximum", maximum);
        let id = &*self.context.caller.request_id;
        let mut out = b"{\"data\":null,".to_vec();
        // The rest of the object follows its opening brace.
        let codes = Codes::of([Code::CostExceeded.as_str()]);
        out.extend_from_slice(&body_of(vec![error], id)[1..]);
        Written { body: out.into(), codes, has_data: false }
    }
}
