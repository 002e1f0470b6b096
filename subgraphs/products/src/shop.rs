//! What every request needs: the database, the time, the images' bytes, and the operator's rules.

use std::sync::Arc;

use kit::{Clock, Database};
use tokio::sync::Semaphore;

use crate::{sanitize::Sanitizer, storage::Storage};

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

impl Rules {
    /// Where an image is served.
    pub fn url(&self, file_name: &str) -> String {
        format!("{}/files/{file_name}", self.public_url)
    }

    /// Where the bytes of an image may be put once.
    pub fn upload_url(&self, secret: &str) -> String {
        format!("{}/files/uploads/{secret}", self.public_url)
    }
}
