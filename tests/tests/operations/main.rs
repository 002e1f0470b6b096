//! What an operator meets, injected: one module per fault.

mod clocks;
mod connections;
mod data_folder;
mod files;
mod processes;
mod readiness;
mod replicas;
mod secrets;
mod upgrade;
