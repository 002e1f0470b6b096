//! Images that are there: their words, and that they go.

use async_graphql::{Context, ID, InputObject, Object};
use kit::{Result, caller::RequiresScope};

use super::payload::payload;
use crate::{
    graphql::{errors::path, image::Image, input::Checks, shop},
    repository::image_writes,
};

/// The part of `Mutation` that is about images.
#[derive(Default)]
pub struct ImageMutation;

/// What changes of an image. Its picture never does: upload another one.
#[derive(InputObject)]
pub struct UpdateImageInput {
    /// The image.
    id: ID,
    /// What it shows, for those who cannot see it; at most 300 characters, and empty for what only adorns.
    alt: String,
}

/// The image to delete.
#[derive(InputObject)]
pub struct DeleteImageInput {
    /// The image.
    id: ID,
}

payload!("What `updateImage` did.", UpdateImagePayload, image: Image);
payload!("What `deleteImage` did. The image is the one that was; nothing is served at its addresses any more.", DeleteImagePayload, image: Image);

#[Object]
impl ImageMutation {
    /// Says in other words what an image shows. For those with the scope `catalog:write`. Codes: `INVALID_ID`,
    /// `IMAGE_NOT_FOUND`, `TOO_LONG`, `INVALID`.
    #[graphql(guard = "RequiresScope(\"catalog:write\")", requires_scopes = "catalog:write")]
    async fn update_image(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which image, and what it shows.")] input: UpdateImageInput,
    ) -> Result<UpdateImagePayload> {
        let mut checks = Checks::default();
        let (id, alt) = (checks.id(&input.id, path(["id"])), checks.alt(&input.alt));
        let (id, alt) = match checks.finish(id.zip(alt)) {
            Ok(checked) => checked,
            Err(errors) => return Ok(UpdateImagePayload::refused(errors)),
        };
        Ok(match image_writes::update_alt(&shop(context).database, id, &alt).await? {
            Ok(image) => UpdateImagePayload::done(Image(image)),
            Err(refused) => UpdateImagePayload::refused(vec![refused.into()]),
        })
    }

    /// Deletes an image for good, with its smaller copies, and takes it from the products that show it, whose `version` counts
    /// up. An upload that has not come yet is called off. Browsers and proxies may keep for long what they have seen. For those
    /// with the scope `catalog:write`. Codes: `INVALID_ID`, `IMAGE_NOT_FOUND`.
    #[graphql(guard = "RequiresScope(\"catalog:write\")", requires_scopes = "catalog:write")]
    async fn delete_image(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which image.")] input: DeleteImageInput,
    ) -> Result<DeleteImagePayload> {
        let mut checks = Checks::default();
        let id = checks.id(&input.id, path(["id"]));
        let id = match checks.finish(id) {
            Ok(id) => id,
            Err(errors) => return Ok(DeleteImagePayload::refused(errors)),
        };
        let shop = shop(context);
        Ok(match image_writes::delete(&shop.database, &shop.clock, id).await? {
            Ok(image) => {
                shop.remove_files(&image).await;
                DeleteImagePayload::done(Image(image))
            }
            Err(refused) => DeleteImagePayload::refused(vec![refused.into()]),
        })
    }
}
