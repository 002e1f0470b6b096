//! What the shop sells, as rules: no database, no GraphQL, nothing that waits.

pub mod category;
pub mod id;
pub mod image;
pub mod offer;
pub mod product;
pub mod reservation;
pub mod search;
pub mod slug;
pub mod stock;
pub mod text;
pub mod tree;

pub use category::Category;
pub use id::{CategoryId, ImageId, OrderId, ProductId};
pub use image::{Dimensions, Image, ImageKind};
pub use product::Product;
pub use reservation::{Reservation, ReservationState};
pub use slug::Slug;
pub use stock::Stock;
pub use text::{Description, Title};
