//! The flag `--new`.

use super::begin_anew;

/// What an operator says who knows that a database is lost.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
#[group(skip)]
pub struct BeginAnew {
    /// Begin a database anew, empty, if its file is missing, empty, or not the one that belongs to its folder; for one
    /// start. Nothing is deleted: what is in its place is kept under another name, and other databases stay as they are
    // No variable of the environment: one that stays there would hide the next loss.
    #[arg(long)]
    new: bool,
}

impl BeginAnew {
    /// Makes the databases at `urls` ready to be begun anew, if that was asked for; see [`begin_anew`].
    ///
    /// # Errors
    /// If files cannot be renamed.
    pub async fn apply(self, urls: impl IntoIterator<Item = &str>) -> anyhow::Result<()> {
        for url in urls.into_iter().filter(|_| self.new) {
            begin_anew(url).await?;
        }
        Ok(())
    }
}
