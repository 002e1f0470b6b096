//! What an operator meets, injected: one module per fault.

mod data_folder;
mod files;
mod secrets;
mod upgrade;
