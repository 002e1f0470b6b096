//! An entry of an address book as clients see it.

use async_graphql::{ID, Object};
use kit::time::Timestamp;

use crate::domain;

/// An entry of the book of somebody who was found to be allowed to see it.
pub struct Address(pub domain::Address);

/// An entry of an address book, visible to its owner and, below an account, to admins. Orders keep a copy: changing or
/// deleting an entry changes no order.
#[Object]
impl Address {
    /// The address's id (`adr_…`).
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Who receives the parcel.
    async fn recipient(&self) -> &str {
        &self.0.destination.recipient
    }

    /// Street and number, mostly.
    async fn line1(&self) -> &str {
        &self.0.destination.line1
    }

    /// What else helps to find the door.
    async fn line2(&self) -> Option<&str> {
        self.0.destination.line2.as_deref()
    }

    /// The town.
    async fn city(&self) -> &str {
        &self.0.destination.city
    }

    /// State, province or prefecture, where it is written.
    async fn region(&self) -> Option<&str> {
        self.0.destination.region.as_deref()
    }

    /// ZIP and the like, where there is one.
    async fn postal_code(&self) -> Option<&str> {
        self.0.destination.postal_code.as_deref()
    }

    /// The country, ISO 3166-1 alpha-2.
    async fn country_code(&self) -> &str {
        &self.0.destination.country_code
    }

    /// Whom the courier may call.
    async fn phone(&self) -> Option<&str> {
        self.0.destination.phone.as_deref()
    }

    /// Whether this is the address to propose. Exactly one is, as soon as there are any.
    async fn is_default(&self) -> bool {
        self.0.is_default
    }

    /// Grows with each change; `expectedVersion` of `updateAddress` refers to it.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was added.
    async fn created_at(&self) -> Timestamp {
        self.0.created_at.into()
    }

    /// When it last changed.
    async fn updated_at(&self) -> Timestamp {
        self.0.updated_at.into()
    }
}
