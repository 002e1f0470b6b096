//! The history of the products database.
