//! What mutations answer: the thing, or why nothing was written.

/// Makes an answer of one thing and `userErrors`; when the latter is not empty, nothing was written and the thing is
/// null.
macro_rules! payload {
    ($about:literal, $name:ident $([$inaccessible:ident])?, $field:ident: $type:ty) => {
        #[doc = $about]
        #[derive(async_graphql::SimpleObject)]
        $(#[graphql($inaccessible)])?
        pub struct $name {
            /// The thing as it is now; null when nothing was written.
            $field: Option<$type>,
            /// Why nothing was written; empty when something was.
            user_errors: Vec<$crate::graphql::errors::UserError>,
        }

        impl $name {
            fn done($field: $type) -> Self {
                Self { $field: Some($field), user_errors: Vec::new() }
            }

            fn refused(errors: Vec<$crate::graphql::errors::UserError>) -> Self {
                Self { $field: None, user_errors: errors }
            }
        }
    };
}

pub(super) use payload;
