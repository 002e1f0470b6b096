//! How large images are that were stored without saying so, by programs that did not ask: read from the file when somebody
//! wants to know, and written down.

use std::collections::HashMap;

use futures_util::{StreamExt as _, stream};
use kit::{Failure, Result, loader::Loader};

use crate::{
    domain::{Dimensions, ImageId, ImageKind},
    repository::images,
    shop::Shop,
};

/// How many files are read at once for one request.
const AT_ONCE: usize = 4;

/// Reads the sizes of images, by id and file name. One whose file is gone has none.
pub struct Measure(pub Shop);

impl Loader<(ImageId, String)> for Measure {
    type Value = Dimensions;
    type Error = Failure;

    async fn load(&self, keys: &[(ImageId, String)]) -> Result<HashMap<(ImageId, String), Dimensions>> {
        let measured = stream::iter(keys.iter().cloned()).map(|key| async {
            let dimensions = measure(&self.0, key.0, &key.1).await?;
            Ok::<_, Failure>(dimensions.map(|dimensions| (key, dimensions)))
        });
        let measured: Vec<Result<_>> = measured.buffer_unordered(AT_ONCE).collect().await;
        measured.into_iter().filter_map(Result::transpose).collect()
    }
}

async fn measure(shop: &Shop, id: ImageId, file_name: &str) -> Result<Option<Dimensions>> {
    let bytes = shop.storage.read(file_name, 0..u64::MAX).await.map_err(Failure::internal)?;
    let (Some(bytes), Some(kind)) = (bytes, ImageKind::by_extension(file_name)) else { return Ok(None) };
    match shop.sanitizer.measure(kind, bytes).await? {
        Ok(dimensions) => {
            // Whoever only reads gets an answer even where nothing can be written.
            if let Err(error) = images::set_dimensions(shop.database.writer(), id, dimensions).await {
                tracing::warn!(file_name, ?error, "the size of an image could not be written down");
            }
            Ok(Some(dimensions))
        }
        Err(error) => {
            tracing::warn!(file_name, %error, "a stored image cannot be measured");
            Ok(None)
        }
    }
}
