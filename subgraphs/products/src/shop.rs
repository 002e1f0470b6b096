//! What every request needs: the database, the time, the images' bytes, and the operator's rules.

use std::sync::Arc;

use kit::{Clock, Database};
use schema::Caller;
use tokio::sync::Semaphore;

use crate::{
    domain::Image,
    files::Copies,
    sanitize::Sanitizer,
    storage::{Storage, copy_name, copy_names},
};

/// The shop, behind GraphQL as well as behind `/files`. Cheap to clone.
#[derive(Clone)]
pub struct Shop {
    /// Everything but the images' bytes.
    pub database: Database,
    /// The time.
    pub clock: Clock,
    /// The images' bytes.
    pub storage: Arc<dyn Storage>,
    /// What makes an image of what somebody sends.
    pub sanitizer: Sanitizer,
    /// The smaller copies of images that are being made.
    pub copies: Copies,
    /// One permit for each upload that may be under way.
    pub uploads: Arc<Semaphore>,
    /// What the operator decided.
    pub rules: Rules,
}

/// How addresses of images are made and how much may come.
#[derive(Clone, Debug)]
pub struct Rules {
    /// What stands before `/files`: nothing, or the router's public address.
    pub public_url: Arc<str>,
    /// The most bytes that an image may have.
    pub max_image_size: usize,
    /// How long a permission to upload lasts.
    pub upload_life: chrono::Duration,
}

impl Shop {
    /// Removes the file of an image that is gone, and its copies. What cannot be removed now is collected later.
    pub async fn remove_files(&self, image: &Image) {
        for name in copy_names(&image.file_name).chain([image.file_name.clone()]) {
            if let Err(error) = self.storage.remove(&name).await {
                tracing::warn!(%name, %error, "the file of a deleted image stays for now");
            }
        }
    }
}

impl Rules {
    /// Where this caller finds an image; in a width where it has a copy of that.
    pub fn url(&self, caller: &Caller, image: &Image, width: Option<u32>) -> String {
        let has_copy = |width: &u32| image.dimensions.is_some_and(|own| own.scaled_to(*width).is_some());
        match width.filter(has_copy) {
            Some(width) => self.file_url(caller, &copy_name(&image.file_name, width)),
            None => self.file_url(caller, &image.file_name),
        }
    }

    /// Where this caller finds a file.
    pub fn file_url(&self, caller: &Caller, file_name: &str) -> String {
        format!("{}/files/{file_name}", self.base(caller))
    }

    /// Where this caller may put the bytes of an image once.
    pub fn upload_url(&self, caller: &Caller, secret: &str) -> String {
        format!("{}/files/uploads/{secret}", self.base(caller))
    }

    /// The public address, or the one that the caller asked; nothing where neither is known.
    fn base<'a>(&'a self, caller: &'a Caller) -> &'a str {
        if self.public_url.is_empty() { caller.origin.as_deref().unwrap_or_default() } else { &self.public_url }
    }
}
