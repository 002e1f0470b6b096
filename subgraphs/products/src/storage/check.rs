//! Whether the folder of images takes files: a small one is written and removed.

use std::fs;

use async_trait::async_trait;
use kit::server::{Check, Finding};

use super::folder::{Folder, blocking, write_synced};

#[async_trait]
impl Check for Folder {
    fn name(&self) -> &'static str {
        "files"
    }

    async fn run(&self) -> Finding {
        // Hidden, and no name of an image, so that nothing else looks at it.
        let probe = self.path().join(format!(".ready-{}", kit::random::uuid().simple()));
        let written = blocking(move || {
            let written = write_synced(fs::File::options().write(true).create_new(true).open(&probe), b"ready");
            let removed = fs::remove_file(&probe);
            written.and(removed)
        });
        match written.await {
            Ok(()) => Finding::pass(),
            Err(error) => Finding::fail("the folder of images takes no files").because(error),
        }
    }
}
