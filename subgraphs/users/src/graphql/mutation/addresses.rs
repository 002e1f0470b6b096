//! One's own address book.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use kit::{
    Result,
    caller::{self, Authenticated},
};

use crate::{
    accounts::{Accounts, Outcome},
    command::{AddedAddress, NewAddress},
    domain::{self, AddressId, Destination, address::DestinationChange},
    graphql::{
        address::Address,
        errors::{UserError, settle},
        mutation::{claim, input_id},
    },
};

/// One's own address book.
#[derive(Default)]
pub struct AddressMutation;

#[Object]
impl AddressMutation {
    /// Adds an address to one's book. The first is the default whatever is said. Codes: `REQUIRED`, `TOO_LONG`,
    /// `INVALID`, `INVALID_COUNTRY_CODE`, `TOO_MANY` after 50, `INVALID_IDEMPOTENCY_KEY`, and `IDEMPOTENCY_KEY_MISMATCH` (an
    /// `IdempotencyError`). Without an access token: `UNAUTHENTICATED`. Sent again with the same `idempotencyKey`, it adds nothing
    /// and answers with the address as it is now; without a key, an equal address is added once more.
    #[graphql(guard = "Authenticated", directive = caller::authenticated::apply())]
    async fn add_address(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The new address.")] input: AddAddressInput,
    ) -> Result<AddAddressPayload> {
        let (added, user_errors) = settle(add(context, input).await)?;
        let replayed = added.as_ref().is_some_and(|added| added.replayed);
        let address = added.and_then(|added| added.address).map(Address);
        Ok(AddAddressPayload { address, replayed, user_errors })
    }

    /// Changes an address of one's book; what is not given stays as it is. The default can be given to another address
    /// but not taken away. Codes: those of `addAddress`, `INVALID_ID`, `NOT_FOUND`, and `CONFLICT` (a `ConflictError`)
    /// when it no longer has the expected version. Without an access token: `UNAUTHENTICATED`.
    #[graphql(guard = "Authenticated", directive = caller::authenticated::apply())]
    async fn update_address(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which address, and what to change.")] input: UpdateAddressInput,
    ) -> Result<UpdateAddressPayload> {
        let (address, user_errors) = settle(update(context, input).await)?;
        Ok(UpdateAddressPayload { address: address.map(Address), user_errors })
    }

    /// Takes an address out of one's book. When it was the default, the oldest of the others becomes it. Codes:
    /// `INVALID_ID`, `NOT_FOUND`. Without an access token: `UNAUTHENTICATED`.
    #[graphql(guard = "Authenticated", directive = caller::authenticated::apply())]
    async fn delete_address(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which address.")] input: DeleteAddressInput,
    ) -> Result<DeleteAddressPayload> {
        let (address, user_errors) = settle(delete(context, &input.id).await)?;
        Ok(DeleteAddressPayload { address: address.map(Address), user_errors })
    }
}

async fn add(context: &Context<'_>, input: AddAddressInput) -> Outcome<AddedAddress> {
    let viewer = caller::user(context)?;
    let destination = Destination {
        recipient: input.recipient,
        line1: input.line1,
        line2: input.line2,
        city: input.city,
        region: input.region,
        postal_code: input.postal_code,
        country_code: input.country_code,
        phone: input.phone,
    };
    let new = NewAddress { destination: destination.checked()?, is_default: input.is_default };
    let key = input.idempotency_key.as_deref();
    let claim = claim(Some(viewer.id), "addAddress", key, &new.fingerprint())?;
    context.data_unchecked::<Accounts>().add_address(viewer, new, claim).await
}

async fn update(context: &Context<'_>, input: UpdateAddressInput) -> Outcome<domain::Address> {
    let id: AddressId = input_id("id", &input.id)?;
    let optional = |part: MaybeUndefined<String>| match part {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(text) => Some(Some(text)),
    };
    let change = DestinationChange {
        recipient: input.recipient,
        line1: input.line1,
        line2: optional(input.line2),
        city: input.city,
        region: optional(input.region),
        postal_code: optional(input.postal_code),
        country_code: input.country_code,
        phone: optional(input.phone),
    };
    let accounts = context.data_unchecked::<Accounts>();
    accounts.update_address(caller::user(context)?, id, change, input.is_default, input.expected_version).await
}

async fn delete(context: &Context<'_>, id: &ID) -> Outcome<domain::Address> {
    let id: AddressId = input_id("id", id)?;
    context.data_unchecked::<Accounts>().delete_address(caller::user(context)?, id).await
}

/// A new address.
#[derive(InputObject)]
pub struct AddAddressInput {
    /// Who receives the parcel, at most 200 characters.
    recipient: String,
    /// Street and number, at most 200 characters.
    line1: String,
    /// What else helps to find the door, at most 200 characters.
    line2: Option<String>,
    /// The town, at most 200 characters.
    city: String,
    /// State, province or prefecture, at most 200 characters.
    region: Option<String>,
    /// ZIP and the like, at most 32 characters.
    postal_code: Option<String>,
    /// The country, ISO 3166-1 alpha-2.
    country_code: String,
    /// A telephone number, at most 40 characters.
    phone: Option<String>,
    /// Whether to propose this address from now on.
    is_default: Option<bool>,
    /// 8 to 255 characters of your choice. The same key with the same input adds one address, however often it is sent.
    idempotency_key: Option<String>,
}

/// Which address, and what to change of it. Absent means: nothing; null takes away what may be missing.
#[derive(InputObject)]
pub struct UpdateAddressInput {
    /// The address's id (`adr_…`).
    id: ID,
    /// Who receives the parcel, at most 200 characters.
    recipient: Option<String>,
    /// Street and number, at most 200 characters.
    line1: Option<String>,
    /// What else helps to find the door, at most 200 characters.
    line2: MaybeUndefined<String>,
    /// The town, at most 200 characters.
    city: Option<String>,
    /// State, province or prefecture, at most 200 characters.
    region: MaybeUndefined<String>,
    /// ZIP and the like, at most 32 characters.
    postal_code: MaybeUndefined<String>,
    /// The country, ISO 3166-1 alpha-2.
    country_code: Option<String>,
    /// A telephone number, at most 40 characters.
    phone: MaybeUndefined<String>,
    /// `true` makes it the default instead of the present one.
    is_default: Option<bool>,
    /// Change nothing if the address has another version by now.
    expected_version: Option<i32>,
}

/// Which address.
#[derive(InputObject)]
pub struct DeleteAddressInput {
    /// The address's id (`adr_…`).
    id: ID,
}

/// The address was added, or why not.
#[derive(SimpleObject)]
pub struct AddAddressPayload {
    /// The address as it is now; null also when it was added before, and has been taken out since.
    address: Option<Address>,
    /// Whether it had been added before, by the same idempotency key.
    replayed: bool,
    /// Why nothing was done.
    user_errors: Vec<UserError>,
}

/// The address was changed, or why not.
#[derive(SimpleObject)]
pub struct UpdateAddressPayload {
    /// The address as it is now.
    address: Option<Address>,
    /// Why nothing was done.
    user_errors: Vec<UserError>,
}

/// The address was taken out, or why not.
#[derive(SimpleObject)]
pub struct DeleteAddressPayload {
    /// The address as it was.
    address: Option<Address>,
    /// Why nothing was done.
    user_errors: Vec<UserError>,
}
