//! Images in the schema.

use async_graphql::{Context, ID, Object};
use kit::{Failure, Result, caller::caller};

use super::{loaders, shop};
use crate::domain::{self, Dimensions, image::WIDTHS};

/// A picture of a product.
pub struct Image(pub domain::Image);

/// A picture of a product.
#[Object]
impl Image {
    /// Its id (`img_…`), for `imageIds`.
    async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Where it is served, in its own size or, with `width`, as a smaller copy (a WebP). It begins with the shop's public
    /// address, or else with the one that you asked; where neither is known (behind a proxy that the router does not trust) it
    /// is relative to the API's. What is there never changes. Errors: `BAD_USER_INPUT` for another width.
    async fn url(
        &self,
        context: &Context<'_>,
        #[graphql(
            desc = "How wide the copy shall be: 320, 640 or 1280 pixels. Nothing is enlarged: an image that is no \
                          wider has no copy, and neither has an animation; the address is that of the original then."
        )]
        width: Option<i32>,
    ) -> Result<String> {
        let width = width.map(copy_width).transpose()?;
        let dimensions = if width.is_some() { self.dimensions(context).await? } else { self.0.dimensions };
        let image = domain::Image { dimensions, ..self.0.clone() };
        Ok(shop(context).rules.url(caller(context), &image, width))
    }

    /// How wide it is, in pixels; 0 before its bytes are there.
    async fn width(&self, context: &Context<'_>) -> Result<i32> {
        Ok(pixels(self.dimensions(context).await?.map(|dimensions| dimensions.width)))
    }

    /// How high it is, in pixels; 0 before its bytes are there.
    async fn height(&self, context: &Context<'_>) -> Result<i32> {
        Ok(pixels(self.dimensions(context).await?.map(|dimensions| dimensions.height)))
    }

    /// What it shows, for those who cannot see it; may be empty.
    async fn alt(&self) -> &str {
        &self.0.alt
    }
}

impl Image {
    /// How large it is: as it was written down, or else as the file says.
    async fn dimensions(&self, context: &Context<'_>) -> Result<Option<Dimensions>> {
        if self.0.dimensions.is_some() || self.0.stored_at.is_none() {
            return Ok(self.0.dimensions);
        }
        loaders(context).dimensions.load_one((self.0.id, self.0.file_name.clone())).await
    }
}

/// One of the widths that there are.
fn copy_width(width: i32) -> Result<u32> {
    let known = u32::try_from(width).ok().filter(|width| WIDTHS.contains(width));
    known.ok_or_else(|| {
        let [small, middle, large] = WIDTHS;
        Failure::bad_input(format!("\"width\" must be {small}, {middle} or {large}."))
    })
}

fn pixels(length: Option<u32>) -> i32 {
    length.map_or(0, |length| i32::try_from(length).unwrap_or(i32::MAX))
}
