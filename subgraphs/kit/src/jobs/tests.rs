//! Claims, leases, order, parking and retention, on both databases.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicI64, AtomicUsize, Ordering},
};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta};
use futures_util::future::join_all;
use sea_orm::ConnectionTrait as _;
use sea_orm_migration::SchemaManager;

use super::*;
use crate::{
    Clock,
    testing::{TestDatabase, databases},
};

const TOPIC: Topic = Topic { max_tries: 3, patience: Some(TimeDelta::days(1)), ..Topic::new("test") };

struct World {
    test: TestDatabase,
    clock: Clock,
    queue: Queue,
}

async fn worlds() -> Vec<World> {
    let mut worlds = Vec::new();
    for test in databases().await {
        migrations::jobs::create(&SchemaManager::new(test.database.schema())).await.unwrap();
        let clock = Clock::fixed(DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        worlds.push(World { queue: Queue::new(&test.database, &clock), test, clock });
    }
    worlds
}

impl World {
    async fn add(&self, key: &str, payload: &str) {
        enqueue(self.test.database.writer(), &TOPIC, key, &payload, &self.clock).await.unwrap();
    }

    async fn claim(&self) -> Option<Lease> {
        self.queue.claim(&TOPIC, None).await.unwrap()
    }

    async fn states(&self) -> Vec<(i64, State)> {
        let entries = self.queue.list(None, None, 100).await.unwrap();
        entries.iter().map(|entry| (entry.id, entry.state(self.clock.now()))).collect()
    }

    async fn only(&self) -> Entry {
        let mut entries = self.queue.list(None, None, 100).await.unwrap();
        assert_eq!(entries.len(), 1, "{entries:?}");
        entries.remove(0)
    }
}

/// Notes what it handles, and answers as its function says.
struct Script<F> {
    seen: Arc<Mutex<Vec<String>>>,
    answer: F,
}

#[async_trait]
impl<F> Handler for Script<F>
where
    F: Fn(&Job) -> Result<Next, JobError> + Send + Sync + 'static,
{
    async fn handle(&self, job: &Job) -> Result<Next, JobError> {
        self.seen.lock().unwrap().push(format!("{}:{}", job.key, job.read::<String>()?));
        (self.answer)(job)
    }
}

fn worker<F>(world: &World, topic: Topic, answer: F) -> (Worker, Arc<Mutex<Vec<String>>>)
where
    F: Fn(&Job) -> Result<Next, JobError> + Send + Sync + 'static,
{
    let seen = Arc::<Mutex<Vec<String>>>::default();
    (Worker::new(world.queue.clone(), topic, Script { seen: seen.clone(), answer }), seen)
}

#[tokio::test]
async fn a_job_is_there_when_its_cause_is() {
    for world in worlds().await {
        let tx = world.test.database.begin_write().await.unwrap();
        enqueue(&tx, &TOPIC, "a", &"1", &world.clock).await.unwrap();
        tx.rollback().await.unwrap();
        assert!(world.claim().await.is_none(), "{}", world.test.name);
        let tx = world.test.database.begin_write().await.unwrap();
        enqueue(&tx, &TOPIC, "a", &"1", &world.clock).await.unwrap();
        tx.commit().await.unwrap();
        let job = world.claim().await.unwrap().job;
        assert_eq!((job.key.as_str(), job.read::<String>().unwrap().as_str(), job.tries), ("a", "1", 1));
        assert!(matches!(job.read::<u8>(), Err(JobError::Failed(_))));
        assert!(matches!(job.about::<u8>(), Err(JobError::Failed(_))));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_claim_at_once_each_gets_another_job() {
    for world in worlds().await {
        for number in 0..12 {
            world.add(&format!("key-{number}"), "x").await;
        }
        let claims = join_all((0..20).map(|_| world.claim())).await;
        let mut ids: Vec<_> = claims.into_iter().flatten().map(|lease| lease.job.id).collect();
        // On PostgreSQL those who come at the same moment may pass over each other's rows; what is left comes next.
        while let Some(lease) = world.claim().await {
            ids.push(lease.job.id);
        }
        ids.sort_unstable();
        assert_eq!(ids, (1..=12).collect::<Vec<_>>(), "{}", world.test.name);
    }
}

#[tokio::test]
async fn who_lost_the_lease_cannot_mark_the_job() {
    for world in worlds().await {
        world.add("a", "1").await;
        let slow = world.claim().await.unwrap();
        assert!(world.claim().await.is_none());
        world.clock.advance(TimeDelta::minutes(2));
        let next = world.claim().await.unwrap();
        assert_eq!((next.job.id, next.job.tries, slow.job.tries), (slow.job.id, 2, 1), "{}", world.test.name);
        let error = JobError::Failed("late".into());
        assert!(!world.queue.finish(&slow).await.unwrap());
        assert!(!world.queue.release(&slow).await.unwrap());
        assert!(!world.queue.repeat(&slow, TimeDelta::zero()).await.unwrap());
        assert_eq!(world.queue.fail(&TOPIC, &slow, &error).await.unwrap(), None);
        assert_eq!(world.states().await, [(next.job.id, State::Running)]);
        assert!(world.queue.finish(&next).await.unwrap());
        assert!(!world.queue.finish(&next).await.unwrap(), "a lease is good for one mark");
        assert_eq!(world.states().await, [(next.job.id, State::Done)]);
    }
}

#[tokio::test]
async fn a_lease_that_has_ended_but_went_to_nobody_is_still_good() {
    for world in worlds().await {
        world.add("a", "1").await;
        let slow = world.claim().await.unwrap();
        world.clock.advance(TimeDelta::hours(1));
        assert!(world.queue.finish(&slow).await.unwrap(), "{}", world.test.name);
    }
}

#[tokio::test]
async fn jobs_of_one_key_follow_each_other_and_others_do_not_wait() {
    for world in worlds().await {
        for (key, payload) in [("a", "1"), ("a", "2"), ("b", "1"), ("a", "3")] {
            world.add(key, payload).await;
        }
        let down = Arc::new(AtomicUsize::new(1));
        let outage = down.clone();
        let (worker, seen) = worker(&world, TOPIC, move |job| {
            let fails = job.key == "a" && outage.load(Ordering::SeqCst) == 1;
            if fails { Err(JobError::Unavailable("down".into())) } else { Ok(Next::Done) }
        });
        assert_eq!(worker.run_due().await.unwrap(), 1, "{}", world.test.name);
        let seen = || std::mem::take(&mut *seen.lock().unwrap());
        let mut first = seen();
        first.sort_unstable();
        assert_eq!(first, ["a:1", "b:1"]);
        world.clock.advance(TimeDelta::milliseconds(400));
        assert_eq!((worker.run_due().await.unwrap(), seen().len()), (0, 0), "it is not due again yet");
        down.store(0, Ordering::SeqCst);
        world.clock.advance(TimeDelta::seconds(1));
        assert_eq!(worker.run_due().await.unwrap(), 3);
        assert_eq!(seen(), ["a:1", "a:2", "a:3"]);
    }
}

#[tokio::test]
async fn what_fails_too_often_is_parked_and_holds_up_nobody_until_it_is_retried() {
    for world in worlds().await {
        for (key, payload) in [("a", "bad"), ("a", "good"), ("b", "good")] {
            world.add(key, payload).await;
        }
        let bad = Arc::new(AtomicUsize::new(1));
        let is_bad = bad.clone();
        let (worker, seen) = worker(&world, TOPIC, move |job| {
            let bad = job.payload.contains("bad") && is_bad.load(Ordering::SeqCst) == 1;
            if bad { Err(JobError::Failed("refused\0 for good".into())) } else { Ok(Next::Done) }
        });
        let mut done = Vec::new();
        for _ in 0..4 {
            done.push(worker.run_due().await.unwrap());
            world.clock.advance(TimeDelta::minutes(10));
        }
        assert_eq!(done, [1, 0, 1, 0], "{}: what waited behind it goes on as soon as it is parked", world.test.name);
        assert_eq!(
            world.states().await,
            [(1, State::Parked), (2, State::Done), (3, State::Done)],
            "{}",
            world.test.name
        );
        let parked = world.queue.list(Some(State::Parked), Some("test"), 10).await.unwrap();
        assert_eq!((parked[0].tries, parked[0].last_error.as_deref()), (3, Some("refused for good")));
        world.clock.advance(TimeDelta::days(100));
        assert_eq!(worker.run_due().await.unwrap(), 0, "it does not come back by itself");
        let counts = world.queue.counts().await.unwrap();
        assert_eq!((counts[0].open, counts[0].parked, counts[0].done, counts[0].oldest_open), (0, 1, 2, None));

        assert_eq!(world.queue.retry(Some(&[2, 3]), None).await.unwrap(), 0, "only parked ones are retried");
        assert_eq!(world.queue.retry(None, Some("another")).await.unwrap(), 0);
        assert_eq!(world.queue.retry(Some(&[1]), None).await.unwrap(), 1);
        let entry = &world.queue.list(Some(State::Waiting), None, 10).await.unwrap()[0];
        assert_eq!(entry.tries, 0);
        bad.store(0, Ordering::SeqCst);
        seen.lock().unwrap().clear();
        assert_eq!(
            (worker.run_due().await.unwrap(), seen.lock().unwrap().as_slice()),
            (1, ["a:bad".to_owned()].as_slice())
        );
    }
}

#[tokio::test]
async fn an_outage_parks_nothing_before_patience_is_over() {
    for world in worlds().await {
        world.add("a", "1").await;
        let (worker, _) = worker(&world, TOPIC, |_| Err(JobError::Unavailable("down".into())));
        for _ in 0..10 {
            worker.run_due().await.unwrap();
            world.clock.advance(TimeDelta::hours(2));
        }
        assert_eq!((world.only().await.tries, world.only().await.parked_at), (10, None), "{}", world.test.name);
        world.clock.advance(TimeDelta::hours(5));
        worker.run_due().await.unwrap();
        assert!(world.only().await.parked_at.is_some());
        assert_eq!(world.queue.retry(None, None).await.unwrap(), 1);
        worker.run_due().await.unwrap();
        assert_eq!(world.only().await.parked_at, None, "its patience begins anew");
    }
}

#[tokio::test]
async fn a_job_that_ends_its_worker_each_time_is_parked() {
    for world in worlds().await {
        world.add("a", "1").await;
        world.add("a", "2").await;
        let (worker, seen) = worker(&world, TOPIC, |_| Ok(Next::Done));
        for tries in 1..=3 {
            let lease = world.claim().await.unwrap();
            assert_eq!((lease.job.tries, lease.abandoned), (tries, tries > 1));
            world.clock.advance(TimeDelta::minutes(2));
        }
        assert_eq!(worker.run_due().await.unwrap(), 1);
        assert_eq!(world.states().await, [(1, State::Parked), (2, State::Done)], "{}", world.test.name);
        assert_eq!(*seen.lock().unwrap(), ["a:2"]);
    }
}

#[tokio::test]
async fn a_panic_and_a_job_without_an_end_are_failures_of_their_own() {
    struct Wild;
    #[async_trait]
    impl Handler for Wild {
        async fn handle(&self, job: &Job) -> Result<Next, JobError> {
            assert!(job.key != "panic", "as asked for");
            if job.key == "hang" {
                std::future::pending::<()>().await;
            }
            Ok(Next::Done)
        }
    }
    for world in worlds().await {
        for key in ["panic", "hang", "good"] {
            world.add(key, "").await;
        }
        let topic = Topic { deadline: std::time::Duration::from_millis(50), ..TOPIC };
        assert_eq!(Worker::new(world.queue.clone(), topic, Wild).run_due().await.unwrap(), 1);
        let entries = world.queue.list(Some(State::Waiting), None, 10).await.unwrap();
        let errors: Vec<_> = entries.iter().map(|entry| entry.last_error.clone().unwrap()).collect();
        assert!(errors[0].contains("panicked") && errors[1].contains("within 50ms"), "{}: {errors:?}", world.test.name);
    }
}

#[tokio::test]
async fn a_job_that_repeats_comes_back_as_if_it_were_new() {
    for world in worlds().await {
        let db = world.test.database.writer();
        assert!(enqueue_once(db, &TOPIC, "hourly", &"", &world.clock).await.unwrap());
        assert!(!enqueue_once(db, &TOPIC, "hourly", &"", &world.clock).await.unwrap(), "{}", world.test.name);
        assert!(enqueue_once(db, &TOPIC, "another", &"", &world.clock).await.unwrap());
        let (worker, seen) = worker(&world, TOPIC, |job| match job.key.as_str() {
            "hourly" => Ok(Next::Repeat(TimeDelta::hours(1))),
            _ => Ok(Next::Done),
        });
        for round in 0..5 {
            worker.run_due().await.unwrap();
            assert_eq!(seen.lock().unwrap().iter().filter(|job| *job == "hourly:").count(), round + 1);
            assert!(world.queue.is_pending(&TOPIC, "hourly").await.unwrap());
            world.clock.advance(TimeDelta::hours(1));
        }
        assert_eq!(world.queue.list(Some(State::Waiting), None, 10).await.unwrap()[0].tries, 0);
        assert!(enqueue_once(db, &TOPIC, "another", &"", &world.clock).await.unwrap(), "what is done may come again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_of_several_processes_share_the_jobs_and_one_key_runs_once_at_a_time() {
    struct Counting {
        running: [AtomicI64; 4],
        most: Arc<AtomicI64>,
        done: Arc<AtomicUsize>,
    }
    #[async_trait]
    impl Handler for Counting {
        async fn handle(&self, job: &Job) -> Result<Next, JobError> {
            let place = &self.running[job.about::<usize>()?];
            self.most.fetch_max(place.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            place.fetch_sub(1, Ordering::SeqCst);
            self.done.fetch_add(1, Ordering::SeqCst);
            Ok(Next::Done)
        }
    }
    struct Shared(Arc<Counting>);
    #[async_trait]
    impl Handler for Shared {
        async fn handle(&self, job: &Job) -> Result<Next, JobError> {
            self.0.handle(job).await
        }
    }
    for world in worlds().await {
        for number in 0..24 {
            world.add(&(number % 4).to_string(), "").await;
        }
        let (most, done) = (Arc::<AtomicI64>::default(), Arc::<AtomicUsize>::default());
        let handler = Arc::new(Counting { running: Default::default(), most: most.clone(), done: done.clone() });
        let workers: Vec<_> =
            (0..3).map(|_| Worker::new(world.queue.clone(), TOPIC, Shared(handler.clone()))).collect();
        while done.load(Ordering::SeqCst) < 24 {
            for round in join_all(workers.iter().map(Worker::run_due)).await {
                round.unwrap();
            }
        }
        assert_eq!((most.load(Ordering::SeqCst), done.load(Ordering::SeqCst)), (1, 24), "{}", world.test.name);
    }
}

#[tokio::test]
async fn a_worker_that_is_told_to_end_lets_its_job_end() {
    struct Slow(Arc<tokio::sync::Notify>);
    #[async_trait]
    impl Handler for Slow {
        async fn handle(&self, _: &Job) -> Result<Next, JobError> {
            self.0.notify_one();
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            Ok(Next::Done)
        }
    }
    for world in worlds().await {
        world.add("a", "1").await;
        let began = Arc::new(tokio::sync::Notify::new());
        let mut background = crate::server::Background::none();
        let worker = Worker::new(world.queue.clone(), TOPIC, Slow(began.clone()));
        worker.spawn(&mut background, std::time::Duration::from_millis(10));
        began.notified().await;
        world.add("b", "1").await;
        background.shutdown().await;
        let entries = world.queue.list(None, None, 10).await.unwrap();
        assert!(entries[0].finished_at.is_some(), "{}", world.test.name);
        assert_eq!(entries[0].leased_until, None);
    }
}

#[tokio::test]
async fn a_message_is_accepted_once_by_each_consumer() {
    for world in worlds().await {
        let tx = world.test.database.begin_write().await.unwrap();
        assert!(inbox::accept(&tx, "payments", "evt_1", &world.clock).await.unwrap());
        tx.rollback().await.unwrap();
        let db = world.test.database.writer();
        assert!(inbox::accept(db, "payments", "evt_1", &world.clock).await.unwrap(), "{}", world.test.name);
        assert!(!inbox::accept(db, "payments", "evt_1", &world.clock).await.unwrap());
        assert!(inbox::accept(db, "payments", "evt_2", &world.clock).await.unwrap());
        assert!(inbox::accept(db, "audit", "evt_1", &world.clock).await.unwrap());
    }
}

#[tokio::test]
async fn what_is_done_is_deleted_after_30_days_batch_by_batch() {
    for world in worlds().await {
        for key in ["done", "parked", "open"] {
            world.add(key, "").await;
        }
        let (worker, _) = worker(&world, TOPIC, |job| match job.key.as_str() {
            "done" => Ok(Next::Done),
            "parked" => Err(JobError::Failed("no".into())),
            _ => Err(JobError::Unavailable("no".into())),
        });
        let topic = Topic { max_tries: 1, ..TOPIC };
        let (parking, _) = self::worker(&world, topic, |_| Err(JobError::Failed("no".into())));
        worker.run_due().await.unwrap();
        world.clock.advance(TimeDelta::minutes(1));
        parking.run_due().await.unwrap();
        inbox::accept(world.test.database.writer(), "payments", "evt_1", &world.clock).await.unwrap();

        let days = TimeDelta::days(30);
        let retention = Retention::new(world.queue.clone(), Keep(Some(days)), []).worker();
        let keys = async || {
            let entries = world.queue.list(None, Some("test"), 10).await.unwrap();
            entries.into_iter().map(|entry| entry.key).collect::<Vec<_>>()
        };
        world.clock.advance(days - TimeDelta::minutes(1));
        retention.run_due().await.unwrap();
        assert_eq!(keys().await, ["done", "parked", "open"], "{}", world.test.name);
        world.clock.advance(TimeDelta::hours(1) + TimeDelta::minutes(2));
        let for_ever = Retention::new(world.queue.clone(), Keep(None), []);
        assert_eq!(for_ever.delete().await, Deleted::default());
        retention.run_due().await.unwrap();
        assert_eq!(keys().await, ["parked", "open"], "what is not done stays");
        assert!(inbox::accept(world.test.database.writer(), "payments", "evt_1", &world.clock).await.unwrap());

        let db = world.test.database.writer();
        db.execute_unprepared("UPDATE jobs SET finished_at = created_at").await.unwrap();
        let all = || sea_orm::Condition::all().add(sea_orm::sea_query::Expr::cust("finished_at IS NOT NULL"));
        assert_eq!(delete_batch(db, "jobs", &["id"], all(), 2).await.unwrap(), 2);
        assert_eq!(delete_batch(db, "jobs", &["id"], all(), 2).await.unwrap(), 1);
        let everything = sea_orm::Condition::all();
        assert_eq!(delete_batch(db, "inbox", &["consumer", "message_id"], everything, 5).await.unwrap(), 1);
    }
}

#[tokio::test]
async fn things_with_an_open_job_are_not_discovered_again() {
    for world in worlds().await {
        let db = world.test.database.writer();
        let backend = db.get_database_backend();
        db.execute_unprepared("CREATE TABLE things (id UUID PRIMARY KEY)").await.unwrap();
        let ids: Vec<_> = (1..=3).map(|number| uuid::Uuid::from_u128(0xabc0 + number)).collect();
        for id in &ids {
            let insert = sea_orm::sea_query::Query::insert()
                .into_table("things")
                .columns(["id"])
                .values_panic([(*id).into()])
                .to_owned();
            db.execute(&insert).await.unwrap();
        }
        let key = |id: uuid::Uuid| format!("thg_{}", id.simple());
        for id in &ids[..2] {
            assert!(enqueue_once(db, &TOPIC, key(*id), &(), &world.clock).await.unwrap());
        }
        let done = world.queue.claim(&TOPIC, Some(&key(ids[1]))).await.unwrap().unwrap();
        world.queue.finish(&done).await.unwrap();
        let find = sea_orm::sea_query::Query::select()
            .column("id")
            .from("things")
            .and_where(no_open_job(backend, TOPIC.name, "thg", "things", "id"))
            .order_by("id", sea_orm::Order::Asc)
            .to_owned();
        let found: Vec<uuid::Uuid> =
            db.query_all(&find).await.unwrap().iter().map(|row| row.try_get("", "id").unwrap()).collect();
        assert_eq!(found, ids[1..], "{}", world.test.name);
    }
}
