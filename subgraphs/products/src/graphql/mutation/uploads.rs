//! Images: permission to upload one.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use kit::time::Timestamp;
use kit::{Result, caller::RequiresScope};

use crate::{
    domain::{ImageKind, image::ImageError},
    graphql::{
        errors::{ErrorCode, UserError, path},
        image::Image,
        input::Checks,
        shop,
    },
    uploads,
};

/// The part of `Mutation` that is about images.
#[derive(Default)]
pub struct UploadMutation;

/// A file that shall become an image.
#[derive(InputObject)]
pub struct UploadImageInput {
    /// Its name, of which only the extension counts: png, jpg, jpeg, webp or gif.
    filename: String,
    /// Its media type, which must belong to the extension: image/png, image/jpeg, image/webp or image/gif.
    content_type: String,
    /// How many bytes it has.
    size: i32,
    /// What it shows, for those who cannot see it; at most 300 characters.
    #[graphql(default)]
    alt: String,
}

/// What `uploadImage` permits.
#[derive(SimpleObject)]
pub struct UploadImagePayload {
    /// The image, which nobody can see and no product can show until its bytes are there.
    image: Option<Image>,
    /// Where to `PUT` the bytes, once, without any token: whoever has this address may. Relative to the API's own
    /// address unless the shop has a public one.
    upload_url: Option<String>,
    /// Until when.
    expires_at: Option<Timestamp>,
    /// Why nothing is permitted; empty when something is.
    user_errors: Vec<UserError>,
}

#[Object]
impl UploadMutation {
    /// Permits the upload of one image. The bytes must be as many and of the type that is announced here, and a whole image;
    /// else they are answered 415 with the code `INVALID_IMAGE`. Its metadata are taken away, after it was turned as they
    /// ask. For those with the scope `catalog:write`. Codes: `TYPE_NOT_ALLOWED`, `TOO_LARGE`, `INVALID` (no bytes),
    /// `TOO_LONG`.
    #[graphql(guard = "RequiresScope(\"catalog:write\")", requires_scopes = "catalog:write")]
    async fn upload_image(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The image that will come.")] input: UploadImageInput,
    ) -> Result<UploadImagePayload> {
        let shop = shop(context);
        let (kind, alt) = match input.check(shop.rules.max_image_size) {
            Ok(checked) => checked,
            Err(user_errors) => {
                return Ok(UploadImagePayload { image: None, upload_url: None, expires_at: None, user_errors });
            }
        };
        let permission = uploads::permit(shop, kind, input.size.into(), alt).await?;
        Ok(UploadImagePayload {
            image: Some(Image(permission.image)),
            upload_url: Some(permission.upload_url),
            expires_at: Some(permission.expires_at.into()),
            user_errors: Vec::new(),
        })
    }
}

impl UploadImageInput {
    fn check(&self, max_size: usize) -> Result<(ImageKind, String), Vec<UserError>> {
        let mut checks = Checks::default();
        let alt = checks.alt(&self.alt);
        match usize::try_from(self.size) {
            Ok(0) | Err(_) => checks.add(ErrorCode::Invalid, "An image has at least one byte.", path(["size"])),
            Ok(size) if size > max_size => {
                let message = format!("An image may have at most {max_size} bytes.");
                checks.add(ErrorCode::TooLarge, message, path(["size"]));
            }
            Ok(_) => {}
        }
        let kind = ImageKind::agreed(&self.filename, &self.content_type)
            .map_err(|error| {
                let field = if error == ImageError::Extension { "filename" } else { "contentType" };
                checks.add(error.into(), error.to_string(), path([field]));
            })
            .ok();
        let checked = || Some((kind?, alt?));
        checks.finish(checked())
    }
}
