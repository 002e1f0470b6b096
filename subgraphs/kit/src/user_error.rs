//! Errors that are the input's business meaning: `userErrors`, the same shapes in every domain.
//!
//! A domain rule answers with a [`Problem`], which knows no GraphQL. The macro [`user_errors!`](crate::user_errors)
//! makes the GraphQL side of a domain: the interface `UserError` over the domain's own `ErrorCode` enum, `InputError`,
//! and those of the richer errors that the domain lists. They are `@shareable`, because composition unites them.

/// Something that the caller can put right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem<C> {
    /// The machine-readable reason, one of the domain's own.
    pub code: C,
    /// The sentence for people.
    pub message: String,
    /// Where in the input: camelCase, list indexes as strings. Empty when it is about no field.
    pub path: Vec<String>,
    /// The bounds that the input is outside of, where there are any.
    pub bounds: Bounds,
}

/// Bounds of a number, of a text's characters or of a list's items, each of them as far as there is one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// The least that is accepted.
    pub min: Option<i32>,
    /// The most that is accepted.
    pub max: Option<i32>,
}

impl Bounds {
    /// From `min` to `max`.
    pub fn new(min: i32, max: i32) -> Self {
        Self { min: Some(min), max: Some(max) }
    }

    /// At most `max`; nothing where that is no `Int`.
    pub fn at_most(max: impl TryInto<i32>) -> Self {
        Self { min: None, max: max.try_into().ok() }
    }

    /// At least `min`; nothing where that is no `Int`.
    pub fn at_least(min: impl TryInto<i32>) -> Self {
        Self { min: min.try_into().ok(), max: None }
    }
}

impl<C> Problem<C> {
    /// A problem that is about no field yet.
    pub fn new(code: C, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), path: Vec::new(), bounds: Bounds::default() }
    }

    /// The problem with the bounds that the input is outside of.
    #[must_use]
    pub fn within(self, bounds: Bounds) -> Self {
        Self { bounds, ..self }
    }

    /// The problem at a place of the input: `.at(["input", "items", "0", "quantity"])`.
    #[must_use]
    pub fn at<S: Into<String>>(mut self, path: impl IntoIterator<Item = S>) -> Self {
        self.path = path.into_iter().map(Into::into).collect();
        self
    }

    /// The same problem one step further out: `.below("input")` puts `input` in front of the path.
    #[must_use]
    pub fn below(mut self, step: impl Into<String>) -> Self {
        self.path.insert(0, step.into());
        self
    }

    /// The path as GraphQL shows it: none rather than an empty one.
    pub fn graphql_path(&self) -> Option<Vec<String>> {
        (!self.path.is_empty()).then(|| self.path.clone())
    }
}

/// Makes a domain's `UserError` interface and the objects behind it.
///
/// Where the domain's enum `ErrorCode` is in scope, `user_errors!(StockError, ConflictError)` defines `InputError`,
/// `StockError`, `ConflictError` and `enum UserError { InputError(InputError), StockError(StockError),
/// ConflictError(ConflictError) }`. There is also `IdempotencyError`. Each has a constructor `new(problem, its own data…)`,
/// and a `Problem<ErrorCode>` turns into a `UserError` by `into()`. Behind a semicolon follow types that the domain has
/// made itself by [`user_error_type!`](crate::user_error_type), because their data are of its own types.
#[macro_export]
macro_rules! user_errors {
    ($($kind:ident),* $(; $($own:ident),+)? $(,)?) => {
        $crate::user_error_type!(@type #[graphql(shareable)] InputError,
            "An input that cannot be accepted, and where it is.", {
            /// The least that is accepted, of a number, of a text's characters or of a list's items; null where that is
            /// not what is wrong, or there is no such bound.
            min: Option<i32>,
            /// The most that is accepted, likewise.
            max: Option<i32>,
        });

        impl InputError {
            /// What the domain found, with the bounds that it names.
            pub fn new(problem: $crate::user_error::Problem<ErrorCode>) -> Self {
                let (path, bounds) = (problem.graphql_path(), problem.bounds);
                Self { code: problem.code, message: problem.message, path, min: bounds.min, max: bounds.max }
            }
        }
        $($crate::user_errors!(@$kind);)*

        /// Why nothing was written. Which of the implementing types it is tells what more a client can learn.
        #[allow(clippy::enum_variant_names, reason = "they are called as in the schema")]
        #[derive(Clone, Debug, PartialEq, Eq, async_graphql::Interface)]
        #[graphql(
            field(name = "code", ty = "&ErrorCode", desc = "The machine-readable reason."),
            field(name = "message", ty = "&String", desc = "The sentence for people."),
            field(name = "path", ty = "&Option<Vec<String>>", desc = "Where in the input, list indexes as strings; null when it is about no field.")
        )]
        pub enum UserError {
            /// An input that cannot be accepted.
            InputError(InputError),
            $(
                #[doc = concat!("See [`", stringify!($kind), "`].")]
                $kind($kind),
            )*
            $($(
                #[doc = concat!("See [`", stringify!($own), "`].")]
                $own($own),
            )+)?
        }

        impl From<$crate::user_error::Problem<ErrorCode>> for UserError {
            fn from(problem: $crate::user_error::Problem<ErrorCode>) -> Self {
                Self::InputError(InputError::new(problem))
            }
        }
    };
    (@StockError) => {
        $crate::user_error_type!(#[graphql(shareable)] StockError, "More was asked for than there is.", {
            /// The product that there is too little of.
            product_id: async_graphql::ID,
            /// How many were asked for.
            requested: i32,
            /// How many there are.
            available: i32,
        });
    };
    (@ConflictError) => {
        $crate::user_error_type!(#[graphql(shareable)] ConflictError, "Somebody else changed the thing first.", {
            /// The version it has now.
            current_version: i32,
        });
    };
    (@IdempotencyError) => {
        $crate::user_error_type!(#[graphql(shareable)] IdempotencyError,
            "The idempotency key was used before, with another input.", {});
    };
}

/// Makes one type of a domain's user errors, with data of its own, and its constructor `new(problem, data…)`:
/// `user_error_type!(StateError, "The order is in another state.", { /// Which. from: OrderStatus, });`.
#[macro_export]
macro_rules! user_error_type {
    (@type $(#[$attribute:meta])* $name:ident, $about:literal, { $($(#[$doc:meta])* $field:ident: $type:ty,)* }) => {
        #[doc = $about]
        #[derive(Clone, Debug, PartialEq, Eq, async_graphql::SimpleObject)]
        $(#[$attribute])*
        pub struct $name {
            /// The machine-readable reason.
            pub code: ErrorCode,
            /// The sentence for people.
            pub message: String,
            /// Where in the input, list indexes as strings; null when it is about no field.
            pub path: Option<Vec<String>>,
            $($(#[$doc])* pub $field: $type,)*
        }
    };
    ($(#[$attribute:meta])* $name:ident, $about:literal, { $($(#[$doc:meta])* $field:ident: $type:ty,)* }) => {
        $crate::user_error_type!(@type $(#[$attribute])* $name, $about, { $($(#[$doc])* $field: $type,)* });

        impl $name {
            /// What the domain found, with what a client needs to act on it.
            pub fn new(problem: $crate::user_error::Problem<ErrorCode> $(, $field: $type)*) -> Self {
                let path = problem.graphql_path();
                Self { code: problem.code, message: problem.message, path $(, $field)* }
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use async_graphql::{EmptyMutation, EmptySubscription, Enum, Object, Schema};

    use super::{Bounds, Problem};

    /// Of a domain.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
    pub enum ErrorCode {
        /// Too little.
        OutOfStock,
        /// Too late.
        Conflict,
    }

    crate::user_error_type!(StateError, "It is something else.", {
        /// What it is.
        from: ErrorCode,
    });
    crate::user_errors!(StockError, ConflictError, IdempotencyError; StateError);

    struct Query;

    #[Object]
    impl Query {
        async fn errors(&self) -> Vec<UserError> {
            let problem = |code| Problem::new(code, "No.").at(["items", "0"]).below("input");
            vec![
                problem(ErrorCode::Conflict).into(),
                problem(ErrorCode::Conflict).within(Bounds::new(1, 9)).into(),
                StockError::new(problem(ErrorCode::OutOfStock), "prd_1".into(), 3, 2).into(),
                StateError::new(problem(ErrorCode::Conflict), ErrorCode::OutOfStock).into(),
                ConflictError::new(Problem::new(ErrorCode::Conflict, "No."), 7).into(),
                IdempotencyError::new(problem(ErrorCode::Conflict)).into(),
            ]
        }
    }

    #[tokio::test]
    async fn the_richer_errors_are_user_errors_with_what_a_client_needs() {
        let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
        let query =
            "{ errors { __typename code path ... on InputError { min max } ... on StockError { requested available }
            ... on StateError { from } ... on ConflictError { currentVersion } } }";
        let data = schema.execute(query).await.into_result().unwrap().data.into_json().unwrap();
        let path = serde_json::json!(["input", "items", "0"]);
        let expected = serde_json::json!([
            {"__typename": "InputError", "code": "CONFLICT", "path": path, "min": null, "max": null},
            {"__typename": "InputError", "code": "CONFLICT", "path": path, "min": 1, "max": 9},
            {"__typename": "StockError", "code": "OUT_OF_STOCK", "path": path, "requested": 3, "available": 2},
            {"__typename": "StateError", "code": "CONFLICT", "path": path, "from": "OUT_OF_STOCK"},
            {"__typename": "ConflictError", "code": "CONFLICT", "path": null, "currentVersion": 7},
            {"__typename": "IdempotencyError", "code": "CONFLICT", "path": path},
        ]);
        assert_eq!(data["errors"], expected);
    }

    #[test]
    fn every_domain_has_the_same_shapes() {
        let sdl = crate::sdl::of(&Schema::build(Query, EmptyMutation, EmptySubscription).enable_federation().finish());
        for part in [
            "interface UserError {",
            "type InputError implements UserError @shareable {",
            "type StockError implements UserError @shareable {",
            "  code: ErrorCode!\n",
            "  message: String!\n",
            "  path: [String!]\n",
            "  min: Int\n",
            "  productId: ID!\n",
            "type StateError implements UserError {",
            "  from: ErrorCode!\n",
            "  currentVersion: Int!\n",
        ] {
            assert!(sdl.contains(part), "{part}: {sdl}");
        }
    }
}
