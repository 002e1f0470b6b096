//! What can be read.

use async_graphql::{Context, Enum, ID, InputObject, Object};
use kit::{
    Failure, Result,
    caller::{self, Authenticated, RequiresScope},
    filter::{TextFilter, TimeFilter, TimeRange},
    loader::DataLoader,
    page::{Connection, Direction, PageArgs},
};

use super::{address::Address, role::Role, user::User};
use crate::{
    accounts::Accounts,
    domain::{
        AddressId, UserId,
        listing::{UserField, UserFilter},
        role::READ_USERS,
        user::may_be_seen_by,
    },
    loader::{AddressBookLoader, UserLoader},
    repository::listing,
};

/// The root of queries.
pub struct Query;

/// What can be read.
#[Object]
impl Query {
    /// Who is logged in. For everybody: null, without an error, for visitors, who send no access token.
    async fn me(&self, context: &Context<'_>) -> Result<Option<User>> {
        let Some(viewer) = caller::viewer(context).user() else { return Ok(None) };
        visible(context, UserId::from_uuid(viewer.id)).await
    }

    /// The account with this id: one's own, or any for admins. All others are null, as if they did not exist. The id
    /// of something else is `BAD_USER_INPUT`.
    async fn user(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The account's id (`usr_…`).")] id: ID,
    ) -> Result<Option<User>> {
        let id = UserId::parse(&id).map_err(|error| Failure::bad_input(error.to_string()).at(["id"]))?;
        visible(context, id).await
    }

    /// An entry of one's own address book; null when there is none with this id. The id of something else is
    /// `BAD_USER_INPUT`. Without an access token: `UNAUTHENTICATED`.
    #[graphql(guard = "Authenticated", directive = caller::authenticated::apply())]
    async fn address(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The address's id (`adr_…`).")] id: ID,
    ) -> Result<Option<Address>> {
        let id = AddressId::parse(&id).map_err(|error| Failure::bad_input(error.to_string()).at(["id"]))?;
        own_address(context, id).await
    }

    /// All accounts, for admins (scope `users:read`; without it `FORBIDDEN`). The first registered come first unless
    /// asked otherwise. A bad cursor or length is `BAD_USER_INPUT`, a page beyond the 1,000th `PAGE_TOO_DEEP`.
    #[graphql(
        guard = "RequiresScope(READ_USERS)",
        requires_scopes = "users:read",
        complexity = "kit::page::connection_complexity(first, last, child_complexity)"
    )]
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of every list")]
    async fn users(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many from the front, from 0 to 100; 10 unless said otherwise.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, from 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "The number of the page, from 1 to 1,000, instead of a cursor.")] page: Option<i32>,
        #[graphql(name = "where", desc = "Which accounts.")] filter: Option<UserWhere>,
        #[graphql(desc = "In which order; accounts alike are ordered by their ids.")] sort: Option<UserSort>,
    ) -> Result<Connection<User>> {
        let request = PageArgs { first, after, last, before, page }.check()?;
        let filter = filter.map(UserWhere::check).transpose()?.unwrap_or_default();
        let sort = sort.unwrap_or_default();
        let database = &context.data_unchecked::<Accounts>().database;
        let page = listing::page(database, &filter, sort.field.into(), sort.direction, &request).await?;
        Ok(page.map(User).into())
    }

    /// An account that another domain refers to.
    #[graphql(entity)]
    async fn find_user_by_id(&self, context: &Context<'_>, id: ID) -> Result<Option<User>> {
        let Ok(id) = UserId::parse(&id) else { return Ok(None) };
        visible(context, id).await.map_err(|failure| failure.about(id))
    }

    /// An address that another domain refers to.
    #[graphql(entity)]
    async fn find_address_by_id(&self, context: &Context<'_>, id: ID) -> Result<Option<Address>> {
        let Ok(id) = AddressId::parse(&id) else { return Ok(None) };
        own_address(context, id).await.map_err(|failure| failure.about(id))
    }
}

/// An entry of the viewer's own address book; the only way in which an address gets out of here by its id.
async fn own_address(context: &Context<'_>, id: AddressId) -> Result<Option<Address>> {
    let Some(viewer) = caller::viewer(context).user() else { return Ok(None) };
    let owner = UserId::from_uuid(viewer.id);
    let book = context.data_unchecked::<DataLoader<AddressBookLoader>>().load_one(owner).await?;
    Ok(book.unwrap_or_default().into_iter().find(|address| address.id == id).map(Address))
}

/// The only way in which an account gets out of here by its id.
async fn visible(context: &Context<'_>, id: UserId) -> Result<Option<User>> {
    if !may_be_seen_by(id, caller::viewer(context)) {
        return Ok(None);
    }
    let users = context.data_unchecked::<DataLoader<UserLoader>>();
    Ok(users.load_one(id).await?.map(User))
}

/// Which accounts to list; all conditions must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct UserWhere {
    /// By user name.
    username: Option<TextFilter>,
    /// By e-mail address.
    email: Option<TextFilter>,
    /// Only those that have this role.
    role: Option<Role>,
    /// By the time at which they were registered.
    created_at: Option<TimeFilter>,
    /// By the time of their last change.
    updated_at: Option<TimeFilter>,
}

/// The order of a list of accounts.
#[derive(Clone, Copy, Debug, InputObject)]
pub struct UserSort {
    /// By what.
    field: UserSortField,
    /// Up or down.
    #[graphql(default_with = "Direction::Asc")]
    direction: Direction,
}

/// By what a list of accounts can be ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "UserField")]
pub enum UserSortField {
    /// When the account was registered.
    CreatedAt,
    /// The user name.
    Username,
    /// The e-mail address.
    Email,
}

impl Default for UserSort {
    fn default() -> Self {
        Self { field: UserSortField::CreatedAt, direction: Direction::Asc }
    }
}

impl UserWhere {
    fn check(self) -> Result<UserFilter> {
        self.conditions().map_err(|failure| failure.below("where"))
    }

    fn conditions(self) -> Result<UserFilter> {
        let text = |filter: Option<TextFilter>, field| {
            let test = filter.map(TextFilter::test).transpose();
            test.map(Option::unwrap_or_default).map_err(|failure| failure.below(field))
        };
        let range = |time: Option<TimeFilter>, field| {
            let range = time.map_or_else(|| Ok(TimeRange::default()), TimeFilter::range);
            range.map_err(|failure| failure.below(field))
        };
        Ok(UserFilter {
            username: text(self.username, "username")?,
            email: text(self.email, "email")?,
            role: self.role.map(Into::into),
            created_at: range(self.created_at, "createdAt")?,
            updated_at: range(self.updated_at, "updatedAt")?,
        })
    }
}
