//! The kinds of ids that orders mint or refer to.

use kit::id::{Id, Kind};

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $prefix:literal $alias:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $kind {}

        impl Kind for $kind {
            const PREFIX: &'static str = $prefix;
        }

        $(#[$doc])*
        pub type $alias = Id<$kind>;
    )*};
}

kinds! {
    /// An order.
    OrderKind "ord" OrderId;
    /// One product's line in an order.
    ItemKind "itm" ItemId;
    /// One attempt to pay.
    PaymentKind "pay" PaymentId;
    /// An account; users owns it.
    UserKind "usr" UserId;
    /// A saved address; users owns it.
    AddressKind "adr" AddressId;
    /// A product; products owns it.
    ProductKind "prd" ProductId;
    /// A category; products owns it.
    CategoryKind "cat" CategoryId;
}
