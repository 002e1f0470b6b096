//! What an operator meets, injected: one module per fault.

mod audit;
mod backup;
mod books;
mod clocks;
mod connections;
mod data_folder;
mod disk;
mod files;
mod house;
mod locks;
mod processes;
mod purchase;
mod readiness;
mod replicas;
mod secrets;
mod upgrade;
