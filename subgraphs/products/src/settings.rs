//! What an operator decides.

use std::path::PathBuf;

use kit::jobs::Keep;

/// The settings of the products domain, the same in a process of its own and in one with others.
#[derive(Clone, Debug, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Products")]
pub struct Settings {
    /// The folder that keeps the images, made where it is missing
    #[arg(long, env = "FILES_DIR", default_value = DEFAULT_FILES_DIR, value_name = "FOLDER")]
    pub files_dir: PathBuf,

    /// Where clients find the API, for addresses of images [default: the address that each asked, as far as the router can
    /// tell: behind a proxy it must be a --trusted-proxy]
    #[arg(long, env = "PUBLIC_URL", default_value = "", hide_default_value = true, value_name = "URL")]
    pub public_url: String,

    /// The most bytes that an image may have
    #[arg(
        long,
        env = "UPLOAD_MAX_BYTES",
        default_value_t = DEFAULT_UPLOAD_MAX_BYTES,
        value_parser = clap::value_parser!(u32).range(1..=i64::from(i32::MAX)),
        value_name = "BYTES"
    )]
    pub upload_max_bytes: u32,

    /// How long an address to upload to is good for
    #[arg(
        long,
        env = "UPLOAD_MINUTES",
        default_value_t = DEFAULT_UPLOAD_MINUTES,
        value_parser = clap::value_parser!(u32).range(1..=1440),
        value_name = "MINUTES"
    )]
    pub upload_minutes: u32,

    /// The most pixels that a side of an image may have
    #[arg(
        long,
        env = "UPLOAD_MAX_SIDE",
        default_value_t = DEFAULT_UPLOAD_MAX_SIDE,
        value_parser = clap::value_parser!(u32).range(1..=65_535),
        value_name = "PIXELS"
    )]
    pub upload_max_side: u32,

    /// The most megapixels that an image may have, and that are decoded at once
    #[arg(
        long,
        env = "UPLOAD_MAX_MEGAPIXELS",
        default_value_t = DEFAULT_UPLOAD_MAX_MEGAPIXELS,
        value_parser = clap::value_parser!(u32).range(1..=1000),
        value_name = "MEGAPIXELS"
    )]
    pub upload_max_megapixels: u32,

    /// Uploads that may be under way at once; more are refused with 503
    #[arg(
        long,
        env = "MAX_UPLOADS",
        default_value_t = DEFAULT_MAX_UPLOADS,
        value_parser = clap::value_parser!(u32).range(1..=10_000),
        value_name = "COUNT"
    )]
    pub max_uploads: u32,

    /// How long what is done is kept. Whoever reads the command line sets it: a process has one such flag, however many
    /// domains it holds.
    #[arg(skip)]
    pub keep: Keep,
}

const DEFAULT_FILES_DIR: &str = "data/files";
const DEFAULT_UPLOAD_MAX_BYTES: u32 = 5 * 1024 * 1024;
const DEFAULT_UPLOAD_MINUTES: u32 = 15;
const DEFAULT_UPLOAD_MAX_SIDE: u32 = 8192;
const DEFAULT_UPLOAD_MAX_MEGAPIXELS: u32 = 40;
const DEFAULT_MAX_UPLOADS: u32 = 32;

impl Default for Settings {
    fn default() -> Self {
        Self {
            files_dir: DEFAULT_FILES_DIR.into(),
            public_url: String::new(),
            upload_max_bytes: DEFAULT_UPLOAD_MAX_BYTES,
            upload_minutes: DEFAULT_UPLOAD_MINUTES,
            upload_max_side: DEFAULT_UPLOAD_MAX_SIDE,
            upload_max_megapixels: DEFAULT_UPLOAD_MAX_MEGAPIXELS,
            max_uploads: DEFAULT_MAX_UPLOADS,
            keep: Keep::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Cli {
        #[command(flatten)]
        settings: Settings,
    }

    #[test]
    fn without_flags_the_defaults_hold() {
        let parsed = Cli::try_parse_from(["products"]).unwrap().settings;
        assert_eq!(format!("{parsed:?}"), format!("{:?}", Settings::default()));
        for flag in ["--upload-max-bytes", "--upload-max-side", "--upload-max-megapixels", "--max-uploads"] {
            assert!(Cli::try_parse_from(["products", flag, "0"]).is_err(), "{flag}");
        }
    }
}
