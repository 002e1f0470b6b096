//! What a client can put right, by code.

use async_graphql::{Enum, ID};
use kit::{text::TextError, user_error::Problem};

use super::reservation::ReservationState;
use crate::{
    domain::{
        self, image::ImageError, product::PriceError, reservation::Wanted, slug::SlugError, stock::AdjustError,
        tree::TreeError,
    },
    repository::{category_writes, image_writes, product_writes},
};

/// Why an input was not accepted. Each domain has values of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ErrorCode {
    /// Nothing was given where something must be.
    Required,
    /// The text is longer than it may be.
    TooLong,
    /// The value has a form that is not accepted.
    Invalid,
    /// The id is malformed, or that of another kind of thing.
    InvalidId,
    /// Another thing has this name, title, slug or address already; case does not tell two of them apart.
    Taken,
    /// There is no such thing, or it is not yours.
    NotFound,
    /// Somebody else changed the thing first: read it again; see `currentVersion`.
    Conflict,
    /// There would be more than there may be.
    TooMany,
    /// The quantity is outside of its bounds; of one product, 1 to 9999 can be ordered at a time.
    InvalidQuantity,
    /// The amount is no plain number, negative, too high, or finer than its currency.
    InvalidAmount,
    /// There is no such currency.
    InvalidCurrency,
    /// There is no such product, or it is no longer sold.
    ProductNotFound,
    /// There is no such category.
    CategoryNotFound,
    /// There is no such image, or its upload is not complete.
    ImageNotFound,
    /// A category would stand below itself.
    CategoryCycle,
    /// A category would stand too deep.
    CategoryTooDeep,
    /// Other categories stand below the category, or products on sale are in it.
    CategoryInUse,
    /// The stock is not what `expectedOnHand` says.
    StockChanged,
    /// The stock would sink below what is reserved for orders.
    StockReserved,
    /// More was asked for than there is in stock; see `available`.
    InsufficientStock,
    /// The products of one order have prices in different currencies.
    CurrencyMismatch,
    /// The thing is in a state that does not allow this; see `from` and `allowed`.
    InvalidState,
    /// An idempotency key has 8 to 255 characters, and no control characters.
    InvalidIdempotencyKey,
    /// The idempotency key was used before, with another input.
    IdempotencyKeyMismatch,
    /// The file's extension or type is not on the list of what may be uploaded, or they disagree.
    TypeNotAllowed,
    /// The file is larger than it may be.
    TooLarge,
    /// What was sent is not an image of the declared type, is damaged, has anything behind its end, or has too many
    /// pixels. `/files` answers with it.
    InvalidImage,
}

kit::user_error_type!(
    #[graphql(inaccessible)]
    ReservationStateError,
    "The reservation is in a state that does not allow this.",
    {
        /// The state it is in.
        from: ReservationState,
        /// The states that would allow it.
        allowed: Vec<ReservationState>,
    }
);
kit::user_errors!(StockError, ConflictError, IdempotencyError; ReservationStateError);

/// A place in the mutation's `input`.
pub fn path<const N: usize>(steps: [&str; N]) -> Vec<String> {
    std::iter::once("input").chain(steps).map(str::to_owned).collect()
}

/// A problem at a place.
pub fn problem(code: ErrorCode, message: impl Into<String>, path: Vec<String>) -> Problem<ErrorCode> {
    Problem::new(code, message).at(path)
}

impl From<TextError> for ErrorCode {
    fn from(error: TextError) -> Self {
        match error {
            TextError::Empty => Self::Required,
            TextError::TooLong { .. } => Self::TooLong,
            TextError::NotOneLine | TextError::Unprintable => Self::Invalid,
        }
    }
}

impl From<SlugError> for ErrorCode {
    fn from(error: SlugError) -> Self {
        match error {
            SlugError::Empty => Self::Required,
            SlugError::TooLong => Self::TooLong,
            SlugError::Malformed => Self::Invalid,
        }
    }
}

impl From<PriceError> for ErrorCode {
    fn from(_: PriceError) -> Self {
        Self::InvalidAmount
    }
}

impl From<ImageError> for ErrorCode {
    fn from(error: ImageError) -> Self {
        if error.is_of_type() { Self::TypeNotAllowed } else { Self::InvalidImage }
    }
}

impl From<TreeError> for UserError {
    fn from(error: TreeError) -> Self {
        let code = match error {
            TreeError::UnknownParent => ErrorCode::CategoryNotFound,
            TreeError::Cycle => ErrorCode::CategoryCycle,
            TreeError::TooDeep => ErrorCode::CategoryTooDeep,
        };
        problem(code, error.to_string(), path(["parentId"])).into()
    }
}

impl From<AdjustError> for ErrorCode {
    fn from(error: AdjustError) -> Self {
        match error {
            AdjustError::Moved { .. } => Self::StockChanged,
            AdjustError::Reserved { .. } => Self::StockReserved,
            AdjustError::OutOfRange => Self::InvalidQuantity,
        }
    }
}

impl From<product_writes::Refused> for UserError {
    fn from(refused: product_writes::Refused) -> Self {
        use product_writes::Refused;
        match refused {
            Refused::NotFound => not_found(ErrorCode::ProductNotFound, "There is no such product on sale."),
            Refused::Conflict { current } => conflict(current),
            Refused::TitleTaken => taken("title", "Another product has this title."),
            Refused::SlugTaken => taken("slug", "Another product has this slug."),
            Refused::KeyMismatch => key_mismatch("idempotencyKey"),
            Refused::NoCategory(index) => {
                let at = path(["categoryIds", &index.to_string()]);
                problem(ErrorCode::CategoryNotFound, "There is no such category.", at).into()
            }
            Refused::NoImage(index) => {
                let message = "There is no such image, or its upload is not complete.";
                problem(ErrorCode::ImageNotFound, message, path(["imageIds", &index.to_string()])).into()
            }
        }
    }
}

impl From<image_writes::NotFound> for UserError {
    fn from(_: image_writes::NotFound) -> Self {
        not_found(ErrorCode::ImageNotFound, "There is no such image.")
    }
}

impl From<category_writes::Refused> for UserError {
    fn from(refused: category_writes::Refused) -> Self {
        use category_writes::Refused;
        match refused {
            Refused::NotFound => not_found(ErrorCode::CategoryNotFound, "There is no such category."),
            Refused::Conflict { current } => conflict(current),
            Refused::Tree(error) => error.into(),
            Refused::NameTaken => taken("name", "Another category at this place has this name."),
            Refused::SlugTaken => taken("slug", "Another category has this slug."),
            Refused::HasChildren => in_use("Other categories stand below this one: move or delete them first."),
            Refused::HasProducts => in_use("Products are in this category: move them first."),
        }
    }
}

fn not_found(code: ErrorCode, message: &str) -> UserError {
    problem(code, message, path(["id"])).into()
}

fn taken(field: &str, message: &str) -> UserError {
    problem(ErrorCode::Taken, message, path([field])).into()
}

fn in_use(message: &str) -> UserError {
    problem(ErrorCode::CategoryInUse, message, path(["id"])).into()
}

fn conflict(current: i32) -> UserError {
    let message = format!("Somebody else changed this first: it has version {current} now.");
    let problem = problem(ErrorCode::Conflict, message, path(["expectedVersion"]));
    UserError::ConflictError(ConflictError::new(problem, current))
}

/// The idempotency key was used with another input.
pub fn key_mismatch(field: &str) -> UserError {
    let message = "This was used before, with another input.";
    let problem = problem(ErrorCode::IdempotencyKeyMismatch, message, path([field]));
    UserError::IdempotencyError(IdempotencyError::new(problem))
}

/// There are too few of a line's product.
pub fn short(line: &Wanted, available: i64) -> UserError {
    let message = match available {
        0 => "This is sold out.".to_owned(),
        left => format!("There are only {left} left."),
    };
    let at = path(["lines", &line.index.to_string(), "quantity"]);
    let problem = problem(ErrorCode::InsufficientStock, message, at);
    let whole = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
    let product = ID(line.product.to_string());
    UserError::StockError(StockError::new(problem, product, whole(line.quantity), whole(available)))
}

/// A reservation's state does not allow the command.
pub fn state(from: domain::ReservationState, allowed: &[domain::ReservationState]) -> UserError {
    let message = format!("The reservation is {}.", from.as_str());
    let problem = problem(ErrorCode::InvalidState, message, path(["orderId"]));
    let allowed = allowed.iter().copied().map(Into::into).collect();
    ReservationStateError::new(problem, from.into(), allowed).into()
}
