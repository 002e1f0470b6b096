//! The address of an order that its customer wants to keep: given by orders, in the customer's name.

use kit::{jobs::inbox, random::new_id};

use crate::{
    accounts::{Accounts, Outcome},
    domain::{Address, Code, Destination, Fault, UserId, address::MAX_ADDRESSES},
    repository::{addresses, users},
};

/// What the inbox calls these messages; the id of each is that of its order.
const CONSUMER: &str = "save-address";

impl Accounts {
    /// Puts the address of `order` into the book of `user`, once per order however often it is said: whoever deletes the
    /// entry does not find it again. An equal address that is there already is enough; the first entry is the default.
    pub async fn save_address(&self, order: &str, user: UserId, destination: Destination) -> Outcome<()> {
        let destination = destination.checked()?;
        let tx = self.database.begin_write().await?;
        if users::lock(&tx, user).await?.is_none() {
            return Err(Fault::new(Code::NotFound, "There is no such account.").at("userId").into());
        }
        if !inbox::accept(&tx, CONSUMER, order, &self.clock).await? {
            return Ok(());
        }
        let book = addresses::of_users(&tx, [user]).await?;
        if !book.iter().any(|known| known.destination == destination) {
            if book.len() as u64 >= MAX_ADDRESSES {
                let message = format!("An account has at most {MAX_ADDRESSES} addresses.");
                return Err(Fault::new(Code::TooMany, message).of_input().into());
            }
            let now = self.clock.now();
            let address = Address {
                id: new_id(&self.clock),
                user_id: user,
                destination,
                is_default: book.is_empty(),
                version: 1,
                created_at: now,
                updated_at: now,
            };
            addresses::insert(&tx, &address).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
