//! Where images' bytes are kept. Names are random and never reused, so what is stored never changes.

mod folder;

use std::io;

use async_trait::async_trait;
use bytes::Bytes;

pub use folder::Folder;

/// A place that keeps files by name.
#[async_trait]
pub trait Storage: Send + Sync + 'static {
    /// Keeps `bytes` under `name`: afterwards all of them are there, or none.
    async fn put(&self, name: &str, bytes: Bytes) -> io::Result<()>;

    /// What is kept under `name`.
    async fn get(&self, name: &str) -> io::Result<Option<Bytes>>;
}

/// Whether `name` is one that was made here: 32 hexadecimal digits and an extension. Nothing else reaches a storage.
pub fn is_file_name(name: &str) -> bool {
    let Some((stem, extension)) = name.split_once('.') else { return false };
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    stem.len() == 32
        && stem.bytes().all(hex)
        && !extension.is_empty()
        && extension.bytes().all(|byte| byte.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_were_made_here_are_names() {
        assert!(is_file_name("0123456789abcdef0123456789abcdef.png"));
        for name in [
            "",
            "a.png",
            "../../etc/passwd",
            "0123456789ABCDEF0123456789abcdef.png",
            ".png",
            "..",
            "0123456789abcdef0123456789abcdef",
            "0123456789abcdef0123456789abcdef.",
            "0123456789abcdef0123456789abcdef.p/g",
        ] {
            assert!(!is_file_name(name), "{name}");
        }
    }
}
