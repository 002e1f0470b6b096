//! What tests of subgraphs need.

use axum::Router;
use serde_json::Value;
use uuid::Uuid;

use crate::Database;

/// A database that is new and goes away when dropped.
pub struct TestDatabase {
    /// `sqlite` or `postgres`.
    pub name: &'static str,
    /// Where it is.
    pub url: String,
    /// The connection.
    pub database: Database,
}

/// A new database of every kind that is at hand.
pub async fn databases() -> Vec<TestDatabase> {
    todo!()
}

/// Calls a subgraph in process, as somebody.
#[derive(Clone)]
pub struct TestClient {
    _app: Router,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: http::StatusCode,
    /// The whole body.
    pub body: Value,
}

impl TestClient {
    /// Nobody.
    pub fn anonymous(_app: &Router) -> Self {
        todo!()
    }

    /// The user with this id, these roles and scopes.
    #[must_use]
    pub fn user(self, _id: Uuid, _roles: &[&str], _scopes: &[&str]) -> Self {
        todo!()
    }

    /// The process of this name.
    #[must_use]
    pub fn service(self, _name: &str) -> Self {
        todo!()
    }

    /// Sends a query or mutation.
    pub async fn send(&self, _query: &str, _variables: Value) -> Answer {
        todo!()
    }
}

impl Answer {
    /// `data`, insisting that there are no errors.
    pub fn data(&self) -> &Value {
        todo!()
    }

    /// The codes of the errors.
    pub fn codes(&self) -> Vec<&str> {
        todo!()
    }
}
