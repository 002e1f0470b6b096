//! Files in a folder of the machine.

use std::{io, path::PathBuf};

use anyhow::Context as _;
use async_trait::async_trait;
use bytes::Bytes;
use tokio::io::AsyncWriteExt as _;

use super::{Storage, is_file_name};

/// A folder that holds nothing but images.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Opens the folder, which is made where it is missing.
    pub fn open(path: impl Into<PathBuf>) -> anyhow::Result<Self> {
        let path = path.into();
        std::fs::create_dir_all(&path).with_context(|| format!("cannot make the folder {}", path.display()))?;
        Ok(Self { path })
    }

    fn file(&self, name: &str) -> io::Result<PathBuf> {
        if is_file_name(name) { Ok(self.path.join(name)) } else { Err(io::ErrorKind::InvalidInput.into()) }
    }
}

#[async_trait]
impl Storage for Folder {
    async fn put(&self, name: &str, bytes: Bytes) -> io::Result<()> {
        let file = self.file(name)?;
        let part = self.path.join(format!(".{name}.{}", kit::random::uuid().simple()));
        let written = async {
            let mut handle = tokio::fs::File::create(&part).await?;
            handle.write_all(&bytes).await?;
            handle.sync_all().await?;
            tokio::fs::rename(&part, &file).await
        };
        let outcome = written.await;
        if outcome.is_err() {
            // The first error is the one to report.
            let _ = tokio::fs::remove_file(&part).await;
        }
        outcome
    }

    async fn get(&self, name: &str) -> io::Result<Option<Bytes>> {
        match tokio::fs::read(self.file(name)?).await {
            Ok(bytes) => Ok(Some(bytes.into())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "0123456789abcdef0123456789abcdef.png";

    #[tokio::test]
    async fn what_is_put_can_be_got_and_leaves_nothing_else_behind() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Folder::open(folder.path().join("files")).unwrap();
        assert_eq!(storage.get(NAME).await.unwrap(), None);
        storage.put(NAME, Bytes::from_static(b"one")).await.unwrap();
        assert_eq!(storage.get(NAME).await.unwrap().as_deref(), Some(&b"one"[..]));
        assert_eq!(std::fs::read_dir(folder.path().join("files")).unwrap().count(), 1);
        assert!(storage.put("../x.png", Bytes::new()).await.is_err());
        assert!(storage.get("../x.png").await.is_err());
    }
}
