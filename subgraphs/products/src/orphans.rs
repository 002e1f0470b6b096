//! What an upload leaves behind when it never ends, or its process does: rows without bytes, and bytes without a row.
//!
//! - An image that was permitted and never stored is forgotten a day after its permission ended, with its bytes if they
//!   had come that far.
//! - A file that no image names, the smaller copies of an image that is gone, and parts of files are removed a day after
//!   they were written.
//! - A stored image whose file is gone, and which no product shows, is forgotten. One that a product shows is left to
//!   an operator, and logged.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use kit::{
    Database, Failure, Result,
    jobs::{Handler, Job, JobError, Next, Queue, Topic, Worker, enqueue_once},
};

use crate::{
    domain::ImageId,
    repository::images,
    shop::Shop,
    storage::{Entry, Storage, copy_of, image_names},
};

/// The time between two rounds.
const PAUSE: TimeDelta = TimeDelta::hours(1);
/// How long everything is kept, so that nothing is taken away that is still being worked on.
const KEEP: TimeDelta = TimeDelta::days(1);
/// Rows of one statement.
const BATCH: usize = 500;

/// What a round took away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// Images that were permitted and never stored.
    pub unused: u64,
    /// Files, and parts of files, that belong to no image.
    pub files: u64,
    /// Stored images whose file is gone and which no product shows.
    pub lost: u64,
}

/// One round at a time, in one process at a time. It may have many files to look through.
const TOPIC: Topic = Topic { deadline: Duration::from_mins(10), ..Topic::recurring("collect-orphans") };

/// The worker that runs a round every hour.
pub fn worker(jobs: Queue, shop: &Shop) -> Worker {
    Worker::new(jobs, TOPIC, Collector(shop.clone()))
}

struct Collector(Shop);

#[async_trait]
impl Handler for Collector {
    async fn handle(&self, _: &Job) -> std::result::Result<Next, JobError> {
        let Shop { database, storage, clock, .. } = &self.0;
        let collected = collect(database, &**storage, clock.now()).await?;
        if collected != Collected::default() {
            tracing::info!(?collected, "orphans of uploads were collected");
        }
        Ok(Next::Repeat(PAUSE))
    }

    async fn discover(&self) -> Result<()> {
        let Shop { database, clock, .. } = &self.0;
        if !Queue::new(database, clock).is_pending(&TOPIC, TOPIC.name).await? {
            enqueue_once(database.writer(), &TOPIC, TOPIC.name, &(), clock).await?;
        }
        Ok(())
    }
}

/// One round. It may run in several processes at once.
pub async fn collect(database: &Database, storage: &dyn Storage, now: DateTime<Utc>) -> Result<Collected> {
    let unused = forget_unused(database, storage, now - KEEP).await?;
    let files = remove_unknown_files(database, storage, now - KEEP).await?;
    let lost = forget_lost(database, storage).await?;
    Ok(Collected { unused, files, lost })
}

async fn forget_unused(database: &Database, storage: &dyn Storage, before: DateTime<Utc>) -> Result<u64> {
    let mut forgotten = 0;
    loop {
        let batch = images::unused(database.connection(), before, BATCH as u64).await?;
        let ids: Vec<ImageId> = batch.iter().map(|(id, _)| *id).collect();
        let deleted = images::delete_unused(database.writer(), &ids).await?;
        forgotten += deleted;
        for (_, file_name) in &batch {
            // What cannot be removed now is a file without a row, which a later round finds.
            storage.remove(file_name).await.map_err(Failure::internal)?;
        }
        if batch.len() < BATCH || deleted == 0 {
            return Ok(forgotten);
        }
    }
}

async fn remove_unknown_files(database: &Database, storage: &dyn Storage, before: DateTime<Utc>) -> Result<u64> {
    let entries = storage.list().await.map_err(Failure::internal)?;
    let old: Vec<&Entry> = entries.iter().filter(|entry| entry.modified_at < before).collect();
    let mut removed = 0;
    for batch in old.chunks(BATCH) {
        let names: Vec<String> = batch.iter().flat_map(|entry| images_of(entry)).collect();
        let known = images::known_files(database.connection(), &names).await?;
        for entry in batch.iter().filter(|entry| !images_of(entry).iter().any(|image| known.contains(image))) {
            storage.remove(&entry.name).await.map_err(Failure::internal)?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// The images of which one has to be there for a file to stay.
fn images_of(file: &Entry) -> Vec<String> {
    match copy_of(&file.name) {
        _ if file.is_part => Vec::new(),
        Some((stem, _)) => image_names(stem).into(),
        None => vec![file.name.clone()],
    }
}

async fn forget_lost(database: &Database, storage: &dyn Storage) -> Result<u64> {
    let (mut after, mut any_found, mut lost) = (None, false, Vec::new());
    loop {
        let page = images::page_of_stored(database.connection(), after, BATCH as u64).await?;
        for (id, file_name) in &page {
            if storage.length(file_name).await.map_err(Failure::internal)?.is_some() {
                any_found = true;
            } else {
                lost.push(*id);
            }
        }
        after = page.last().map(|(id, _)| *id);
        if page.len() < BATCH {
            break;
        }
    }
    if lost.is_empty() {
        return Ok(0);
    }
    if !any_found {
        // A folder that is not mounted must not cost the shop its images.
        tracing::error!(images = lost.len(), "not one file of an image is there: is --files-dir the right folder?");
        return Ok(0);
    }
    let mut forgotten = 0;
    for batch in lost.chunks(BATCH) {
        forgotten += images::delete_unshown(database.writer(), batch).await?;
    }
    let shown = (lost.len() as u64).saturating_sub(forgotten);
    if shown > 0 {
        tracing::warn!(images = shown, "files of images that products show are gone");
    }
    Ok(forgotten)
}
