//! `jobs list` and `jobs retry`: the command line of the queue.

use std::io::Write as _;

use clap::{Args, Subcommand};

use super::{Counts, Entry, Queue, State};

/// Look at background jobs, and let parked ones be tried again
#[derive(Clone, Debug, Subcommand)]
pub enum JobsCommand {
    /// Print how many jobs there are of each topic, and those that are not done
    List(ListArgs),
    /// Let parked jobs be tried again
    Retry(RetryArgs),
}

/// What `jobs list` prints.
#[derive(Clone, Debug, Args)]
pub struct ListArgs {
    /// Only jobs in this state [default: waiting, running and parked ones]
    #[arg(long, value_name = "STATE")]
    state: Option<State>,

    /// Only jobs of this topic
    #[arg(long, value_name = "TOPIC")]
    topic: Option<String>,

    /// At most so many jobs of each state
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=10_000), value_name = "JOBS")]
    limit: u64,
}

/// Which jobs are tried again.
#[derive(Clone, Debug, Args)]
#[command(group = clap::ArgGroup::new("which").required(true).multiple(true).args(["ids", "all"]))]
pub struct RetryArgs {
    /// The numbers that `jobs list` prints
    #[arg(value_name = "ID", conflicts_with = "all", value_parser = clap::value_parser!(i64).range(1..))]
    ids: Vec<i64>,

    /// All parked jobs
    #[arg(long)]
    all: bool,

    /// With --all: only those of this topic
    #[arg(long, requires = "all", value_name = "TOPIC")]
    topic: Option<String>,
}

impl JobsCommand {
    /// Does what was asked for, and prints to standard output.
    pub async fn run(&self, queue: &Queue) -> anyhow::Result<()> {
        let text = match self {
            Self::List(args) => args.list(queue).await?,
            Self::Retry(args) => {
                let ids = (!args.all).then_some(args.ids.as_slice());
                format!("{} jobs will be tried again\n", queue.retry(ids, args.topic.as_deref()).await?)
            }
        };
        // Whoever stops reading has seen enough.
        let _ = std::io::stdout().write_all(text.as_bytes());
        Ok(())
    }
}

impl ListArgs {
    async fn list(&self, queue: &Queue) -> anyhow::Result<String> {
        let topic = self.topic.as_deref();
        let counts = queue.counts().await?;
        let counts = counts.iter().filter(|counts| topic.is_none_or(|topic| topic == counts.topic));
        let mut text: String = counts.map(summary).collect();
        let states =
            self.state.map_or_else(|| vec![State::Parked, State::Running, State::Waiting], |state| vec![state]);
        let mut rows = Vec::new();
        for state in states {
            rows.extend(queue.list(Some(state), topic, self.limit).await?);
        }
        if !rows.is_empty() {
            text.push_str(HEAD);
        }
        let now = queue.clock.now();
        text.extend(rows.iter().map(|entry| line(entry, entry.state(now))));
        if text.is_empty() {
            text.push_str("there are no jobs\n");
        }
        Ok(text)
    }
}

/// The titles of what [`line`] writes.
const HEAD: &str = "\n      ID  STATE     TRIES  DUE                       TOPIC  KEY  LAST ERROR\n";

/// How many jobs of a topic there are.
fn summary(counts: &Counts) -> String {
    let Counts { topic, open, retried, parked, done, oldest_open } = counts;
    let oldest = oldest_open.map_or_else(String::new, |at| format!(", the oldest open one of {at:.0}"));
    format!("{topic}: {open} open ({retried} of them tried in vain), {parked} parked, {done} done{oldest}\n")
}

/// One line per job, whatever an error says.
fn line(entry: &Entry, state: State) -> String {
    let Entry { id, topic, key, tries, due_at, last_error, .. } = entry;
    let error: String =
        last_error.as_deref().unwrap_or("-").chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let due = due_at.format("%Y-%m-%d %H:%M:%S UTC").to_string();
    format!("{id:>8}  {state:<8}  {tries:>5}  {due:<24}  {topic}  {key}  {error}\n")
}
