//! One's own address book.

use kit::{
    idempotency::{self, Claim, Claimed},
    random::new_id,
    user_error::Bounds,
};
use schema::UserViewer;
use sea_orm::ConnectionTrait;
use serde::Serialize;

use crate::{
    accounts::{Accounts, Outcome, Stop},
    domain::{
        Address, AddressId, Code, Destination, Fault, Problem, UserId,
        address::{DestinationChange, MAX_ADDRESSES, default_after},
    },
    repository::addresses,
};

/// An entry to be made.
#[derive(Clone, Debug)]
pub struct NewAddress {
    /// What to write on the parcel, checked already.
    pub destination: Destination,
    /// Whether it shall be the default; the first entry is one anyway.
    pub is_default: Option<bool>,
}

impl NewAddress {
    /// What makes two entries the same for their idempotency key.
    pub fn fingerprint(&self) -> impl Serialize {
        let Destination { recipient, line1, line2, city, region, postal_code, country_code, phone } = &self.destination;
        (recipient, line1, line2, city, region, postal_code, country_code, phone, self.is_default)
    }
}

/// What adding an entry gives.
#[derive(Clone, Debug)]
pub struct AddedAddress {
    /// The entry; none if it was added before, and has been taken out since.
    pub address: Option<Address>,
    /// Whether it was added before, by the same idempotency key.
    pub replayed: bool,
}

impl Accounts {
    /// Adds an entry, once for each key. Without a key, an equal one is added once more.
    pub async fn add_address(
        &self,
        viewer: &UserViewer,
        new: NewAddress,
        claim: Option<Claim>,
    ) -> Outcome<AddedAddress> {
        let tx = self.database.begin_write().await?;
        let user_id = self.writer(&tx, viewer).await?.user.id;
        if let Some(claim) = &claim {
            match idempotency::claim(&tx, claim, &self.clock).await? {
                Claimed::New => {}
                Claimed::Replay(id) => {
                    let address = addresses::of_user(&tx, user_id, AddressId::from_uuid(id)).await?;
                    return Ok(AddedAddress { address, replayed: true });
                }
                Claimed::Mismatch => return Err(Problem::key_mismatch().into()),
            }
        }
        let count = addresses::count(&tx, user_id).await?;
        if count >= MAX_ADDRESSES {
            let fault = Fault::new(Code::TooMany, format!("An account has at most {MAX_ADDRESSES} addresses."));
            return Err(fault.within(Bounds::at_most(MAX_ADDRESSES)).of_input().into());
        }
        let is_default = default_after(new.is_default, false, count == 0).map_err(|fault| fault.at("isDefault"))?;
        let now = self.clock.now();
        let address = Address {
            id: new_id(&self.clock),
            user_id,
            destination: new.destination,
            is_default,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        if is_default {
            addresses::clear_default(&tx, user_id).await?;
        }
        addresses::insert(&tx, &address).await?;
        if let Some(claim) = &claim {
            idempotency::finish(&tx, claim, address.id.uuid()).await?;
        }
        tx.commit().await?;
        Ok(AddedAddress { address: Some(address), replayed: false })
    }

    /// Changes an entry, provided it still has the version that was expected, if one was.
    pub async fn update_address(
        &self,
        viewer: &UserViewer,
        id: AddressId,
        change: DestinationChange,
        is_default: Option<bool>,
        expected_version: Option<i32>,
    ) -> Outcome<Address> {
        let tx = self.database.begin_write().await?;
        let user_id = self.writer(&tx, viewer).await?.user.id;
        let old = own(&tx, user_id, id).await?;
        if expected_version.is_some_and(|expected| expected != old.version) {
            return Err(Problem::conflict(old.version).into());
        }
        let destination = change.of(old.destination.clone()).checked()?;
        let is_default = default_after(is_default, old.is_default, false).map_err(|fault| fault.at("isDefault"))?;
        if is_default && !old.is_default {
            addresses::clear_default(&tx, user_id).await?;
        }
        let address =
            Address { destination, is_default, version: old.version + 1, updated_at: self.clock.now(), ..old };
        addresses::update(&tx, &address).await?;
        tx.commit().await?;
        Ok(address)
    }

    /// Takes an entry out. When it was the default, the oldest of the others becomes it.
    pub async fn delete_address(&self, viewer: &UserViewer, id: AddressId) -> Outcome<Address> {
        let tx = self.database.begin_write().await?;
        let user_id = self.writer(&tx, viewer).await?.user.id;
        let address = own(&tx, user_id, id).await?;
        addresses::delete(&tx, address.id).await?;
        if address.is_default
            && let Some(next) = addresses::oldest(&tx, user_id).await?
        {
            let updated_at = self.clock.now();
            let next = Address { is_default: true, version: next.version + 1, updated_at, ..next };
            addresses::update(&tx, &next).await?;
        }
        tx.commit().await?;
        Ok(address)
    }
}

async fn own(db: &impl ConnectionTrait, user: UserId, id: AddressId) -> Result<Address, Stop> {
    let found = addresses::of_user(db, user, id).await?;
    found.ok_or_else(|| Fault::new(Code::NotFound, "You have no such address.").at("id").into())
}
