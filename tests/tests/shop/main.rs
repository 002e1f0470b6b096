//! The whole graph, from outside.
//!
//! What [`everywhere`] names runs twice: against the shop in one process, and against the shop in four.

/// Makes two tests of each function that takes a shop: one process, four processes.
macro_rules! everywhere {
    ($($test:ident),+ $(,)?) => {
        mod one_process {
            $(#[tokio::test] async fn $test() { super::$test(tests::Shop::one()).await })+
        }
        mod four_processes {
            $(#[tokio::test] async fn $test() { super::$test(tests::Shop::four()).await })+
        }
    };
}

mod access;
mod access_list;
mod bad_input;
mod browser;
mod catalogue;
mod compose_file;
mod cookies;
mod cost;
mod door;
mod front_end;
mod graph;
mod inputs;
mod issuers;
mod logs;
mod nodes;
mod outage;
mod postal;
mod privacy;
mod programs;
mod replay;
mod revocation;
mod schemas;
mod sessions;
mod statements;
mod storefront;
mod throttle;
mod trust;
mod uploads;
mod urql;
mod walk;
mod walkthrough;
