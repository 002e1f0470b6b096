//! The history of the orders database.
