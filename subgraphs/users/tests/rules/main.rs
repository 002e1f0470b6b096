//! The rules of the users domain, tried from outside through its app, on every database that is at hand.

mod addresses;
mod admin;
mod concurrency;
mod cookies;
mod demo;
mod house;
mod keys;
mod listing;
mod login;
mod logout;
mod migrations;
mod password;
mod profile;
mod refresh;
mod register;
mod retries;
mod revocations;
mod saved_addresses;
mod sweeping;
mod texts;
mod throttle;
mod visibility;
