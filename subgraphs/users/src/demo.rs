//! The two accounts of a demonstration.

use anyhow::{anyhow, ensure};
use kit::random;
use uuid::Uuid;

use crate::{
    accounts::Accounts,
    domain::{Address, AddressId, Destination, Email, Password, Roles, User, UserId, Username},
    repository::{
        addresses,
        users::{self, Secret},
    },
};

/// The account `demo`, which buys; other domains' demo data refers to it.
pub const CUSTOMER_ID: Uuid = Uuid::from_u128(0x0189_0000_0000_7000_8000_0000_0000_0001);
/// The account `admin`, which runs the shop.
pub const ADMIN_ID: Uuid = Uuid::from_u128(0x0189_0000_0000_7000_8000_0000_0000_0002);
/// The default address of `demo`.
pub const ADDRESS_ID: Uuid = Uuid::from_u128(0x0189_0000_0000_7000_8000_0000_0000_0003);

/// Makes sure that the demo accounts are there, and gives them `password` if there is one. Without one, new accounts
/// get a random password and old ones keep theirs. The answer is the password as far as it is known.
pub async fn seed(accounts: &Accounts, password: Option<&str>) -> anyhow::Result<Option<String>> {
    let db = accounts.database.connection();
    let known = users::by_ids(db, [UserId::from_uuid(CUSTOMER_ID), UserId::from_uuid(ADMIN_ID)]).await?;
    if password.is_none() && known.len() == 2 {
        return Ok(None);
    }
    let password = password.map_or_else(|| random::token()[..16].to_owned(), str::to_owned);
    let parsed = Password::parse(&password).map_err(|fault| anyhow!("the demo password: {}", fault.message))?;
    let hash = accounts.hasher.hash(parsed).await.map_err(|failure| anyhow!("{failure:?}"))?;
    let tx = accounts.database.begin_write().await?;
    for (id, username, name, roles) in
        [(CUSTOMER_ID, "demo", "Demo Customer", Roles::customer()), (ADMIN_ID, "admin", "Demo Admin", Roles::admin())]
    {
        let id = UserId::from_uuid(id);
        if let Some(Secret { user, .. }) = users::lock(&tx, id).await? {
            users::update_with_password(&tx, &user, hash.clone()).await?;
            continue;
        }
        let taken = users::by_login(&tx, username).await?.is_some();
        ensure!(!taken, "somebody has registered as {username:?}: start without the demo accounts");
        users::insert(&tx, &account(accounts, id, username, name, roles)?, hash.clone()).await?;
    }
    if !known.iter().any(|user| user.id.uuid() == CUSTOMER_ID) {
        addresses::insert(&tx, &address(accounts)).await?;
    }
    tx.commit().await?;
    Ok(Some(password))
}

fn account(accounts: &Accounts, id: UserId, username: &str, name: &str, roles: Roles) -> anyhow::Result<User> {
    let now = accounts.clock.now();
    let fault = |fault: crate::domain::Fault| anyhow!(fault.message);
    Ok(User {
        id,
        username: Username::parse(username).map_err(fault)?,
        email: Email::parse(&format!("{username}@example.com")).map_err(fault)?,
        name: name.to_owned(),
        roles,
        version: 1,
        created_at: now,
        updated_at: now,
    })
}

fn address(accounts: &Accounts) -> Address {
    let now = accounts.clock.now();
    Address {
        id: AddressId::from_uuid(ADDRESS_ID),
        user_id: UserId::from_uuid(CUSTOMER_ID),
        destination: Destination {
            recipient: "Demo Customer".into(),
            line1: "Ponte di Rialto 1".into(),
            city: "Venezia".into(),
            region: Some("VE".into()),
            postal_code: Some("30125".into()),
            country_code: "IT".into(),
            ..Destination::default()
        },
        is_default: true,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}
