//! What changes the catalogue: by people with the scope `catalog:write`, or by the service `orders`.
//!
//! Each mutation reads its input into domain types, gives them to one command of the repository, and says why not
//! where the command refused.

mod categories;
mod images;
mod payload;
mod products;
pub(super) mod reservations;
mod stock;
mod uploads;

use async_graphql::MergedObject;

/// What can be done.
#[derive(Default, MergedObject)]
pub struct Mutation(
    products::ProductMutation,
    categories::CategoryMutation,
    stock::StockMutation,
    uploads::UploadMutation,
    images::ImageMutation,
    reservations::ReservationMutation,
);
