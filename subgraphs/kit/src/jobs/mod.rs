//! Background jobs: work that must happen because of something that was committed, or because its time has come.
//!
//! A job is a row of the table `jobs`, written in the transaction of its cause ([`enqueue`]), so that both are there or
//! neither: for messages to other services the table is a transactional outbox. Each [`Topic`] has a [`Handler`], and a
//! [`Worker`] that runs the topic's jobs:
//!
//! - **At least once.** A worker takes a job by a [`Lease`] that is committed before the work begins. Whoever dies leaves
//!   a lease that ends; whoever was so slow that the lease went to another worker can no longer mark the job. A handler
//!   must therefore bear to be repeated.
//! - **In order per key.** A job waits until earlier ones of its topic and key are done, or parked. Jobs of different
//!   keys run at the same time, up to the topic's bound; topics do not wait for each other at all.
//! - **Each job by itself.** A job that fails is tried again after a pause of its own, which grows and is random within
//!   bounds ([`Topic::pause`]). After so many tries it is parked: it stays in the table, holds up nobody, and waits for an
//!   operator ([`JobsCommand`]).
//!
//! [`inbox`] is the other direction: messages from outside, each accepted once. [`Retention`] deletes what is long done.
//! It refuses to know any topic.

mod cli;
mod handler;
pub mod inbox;
mod queue;
mod report;
mod retention;
mod table;
#[cfg(test)]
mod tests;
mod topic;
mod worker;

pub use self::{
    cli::JobsCommand,
    handler::{Handler, JobError, Next},
    queue::{Lease, Queue, enqueue, enqueue_once},
    report::{Counts, Entry, State},
    retention::{Deleted, Keep, Retention, RetentionArgs, Rule, delete_batch},
    table::{Job, no_open_job},
    topic::Topic,
    worker::Worker,
};
