//! Global object identification: the interface `Node` over a domain's own things.
//!
//! A domain declares which of its types have a page of their own; composition unites the declarations. The fields `node`
//! and `nodes`, which find any of them by its id, exist once in the graph and belong to one domain.

/// Makes the interface `Node` over the domain's objects that are listed: `node_interface!(User, Address)` defines `enum
/// Node { User(User), Address(Address) }`. Each has a method `id` that returns an [`ID`](async_graphql::ID). Where no field
/// returns a `Node`, the schema's builder must be told: `register_output_type::<Node>()`.
#[macro_export]
macro_rules! node_interface {
    ($($kind:ident),* $(,)?) => {
        /// Anything that has a page of its own. `node` and `nodes` find it by its id, whatever it is.
        #[derive(async_graphql::Interface)]
        #[graphql(field(
            name = "id",
            ty = "async_graphql::ID",
            desc = "The id, unlike that of everything else. It begins with the kind of the thing."
        ))]
        pub enum Node {
            $(
                #[doc = concat!("See [`", stringify!($kind), "`].")]
                $kind($kind),
            )*
        }
    };
}
