//! The products subgraph from outside: every test runs on every database that is at hand.

mod authorization;
mod categories;
mod demo;
mod entities;
mod files;
mod images;
mod lists;
mod migrations;
mod products;
mod repeats;
mod reservations;
mod retention;
mod search;
mod shop;
mod slugs;
mod stock;
mod subtrees;
mod texts;
mod uploads;
