//! Images: permission to upload one.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use kit::time::Timestamp;
use kit::{
    Result,
    caller::{RequiresScope, caller, user},
    idempotency::Claim,
};
use uuid::Uuid;

use crate::{
    domain::{ImageKind, image::ImageError},
    graphql::{
        errors::{ErrorCode, UserError, key_mismatch, path},
        image::Image,
        input::{Checks, optional},
        shop,
    },
    repository::permissions::KeyMismatch,
    uploads::{self, Announced},
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
    /// 8 to 255 characters of your choice, for a request whose answer may be lost. The same key with the same input answers
    /// with the same image and address, however often it is sent while the address is good; see `replayed`.
    idempotency_key: Option<String>,
}

/// What `uploadImage` permits.
#[derive(SimpleObject)]
pub struct UploadImagePayload {
    /// The image, which nobody can see and no product can show until its bytes are there.
    image: Option<Image>,
    /// Where to `PUT` the bytes, without any token: whoever has this address may, once. It answers 201 with `{id, url, alt}`,
    /// and the same again to the same bytes until `expiresAt`, for those who did not hear the first answer. Everything else is
    /// answered with `{error: {code, message}}`: 400 `BAD_USER_INPUT` (not as many bytes as announced), 404 `NOT_FOUND` (no such
    /// address, or its time is over), 409 `CONFLICT` (other bytes came before), 413 `TOO_LARGE`, 415 `TYPE_NOT_ALLOWED` or
    /// `INVALID_IMAGE`, 500 `INTERNAL`, and 503 `UNAVAILABLE` with `Retry-After`. Begins as `Image.url`
    /// does. Null when a key is sent again later than `expiresAt`, and the image is there.
    upload_url: Option<String>,
    /// Until when.
    expires_at: Option<Timestamp>,
    /// Whether this had been permitted before, by the same key.
    replayed: bool,
    /// Why nothing is permitted; empty when something is.
    user_errors: Vec<UserError>,
}

#[Object]
impl UploadMutation {
    /// Permits the upload of one image. The bytes must be as many and of the type that is announced here, and a whole image;
    /// else they are answered 415 with the code `INVALID_IMAGE`. Its metadata are taken away, after it was turned as they
    /// ask. For those with the scope `catalog:write`. Codes: `TYPE_NOT_ALLOWED`, `TOO_LARGE`, `INVALID` (no bytes),
    /// `TOO_LONG`, `INVALID_IDEMPOTENCY_KEY`, and `IDEMPOTENCY_KEY_MISMATCH` as an `IdempotencyError`.
    #[graphql(guard = "RequiresScope(\"catalog:write\")", requires_scopes = "catalog:write")]
    async fn upload_image(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The image that will come.")] input: UploadImageInput,
    ) -> Result<UploadImagePayload> {
        let shop = shop(context);
        let (announced, claim) = match input.check(shop.rules.max_image_size, user(context)?.id) {
            Ok(checked) => checked,
            Err(errors) => return Ok(UploadImagePayload::refused(errors)),
        };
        Ok(match uploads::permit(shop, caller(context), announced, claim.as_ref()).await? {
            Ok(permission) => {
                let (upload_url, expires_at) = permission.upload.map(|(url, until)| (url, until.into())).unzip();
                UploadImagePayload {
                    image: Some(Image(permission.image)),
                    upload_url,
                    expires_at,
                    replayed: permission.replayed,
                    user_errors: Vec::new(),
                }
            }
            Err(KeyMismatch) => UploadImagePayload::refused(vec![key_mismatch("idempotencyKey")]),
        })
    }
}

impl UploadImagePayload {
    fn refused(user_errors: Vec<UserError>) -> Self {
        Self { image: None, upload_url: None, expires_at: None, replayed: false, user_errors }
    }
}

impl UploadImageInput {
    fn check(&self, max_size: usize, actor: Uuid) -> Result<(Announced, Option<Claim>), Vec<UserError>> {
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
        let canonical = (&self.filename, &self.content_type, self.size, &self.alt);
        let claim = optional(self.idempotency_key.as_deref(), |key| {
            let claim = Claim::new(actor, "uploadImage", key, &canonical);
            let code = ErrorCode::InvalidIdempotencyKey;
            claim.map_err(|error| checks.add(code, error.to_string(), path(["idempotencyKey"]))).ok()
        });
        let checked = || Some((Announced { kind: kind?, size: self.size.into(), alt: alt? }, claim?));
        checks.finish(checked())
    }
}
