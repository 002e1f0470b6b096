//! The history of the users database.
