//! Images: which kinds are allowed, and how a file proves to be what it says.

use chrono::{DateTime, Utc};

use super::ImageId;

/// A picture that a product can show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Its id.
    pub id: ImageId,
    /// The random name under which it is served.
    pub file_name: String,
    /// What it shows, in words.
    pub alt: String,
    /// How large it is, once that was found out.
    pub dimensions: Option<Dimensions>,
    /// When its bytes were complete; until then nobody may see it.
    pub stored_at: Option<DateTime<Utc>>,
}

/// How large a picture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dimensions {
    /// In pixels, as it is shown: after it was turned.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// How many frames it has: one, unless it is animated.
    pub frames: u32,
}

/// The widths in which an image can be had beside its own.
pub const WIDTHS: [u32; 3] = [320, 640, 1280];

/// The largest side of a WebP (RFC 9649).
const MAX_WEBP_SIDE: u32 = 16_383;

impl Dimensions {
    /// The width and height of the copy that is `width` wide; `None` where there is none: nothing is enlarged, and an
    /// animation has its own size only.
    pub fn scaled_to(self, width: u32) -> Option<(u32, u32)> {
        if self.frames > 1 || self.width <= width {
            return None;
        }
        let height = (u64::from(self.height) * u64::from(width) + u64::from(self.width) / 2) / u64::from(self.width);
        let height = u32::try_from(height).ok()?.max(1);
        (height <= MAX_WEBP_SIDE).then_some((width, height))
    }
}

/// The kinds of images that may be uploaded. SVG is not among them: it can carry scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageKind {
    /// Portable Network Graphics.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    Webp,
    /// Graphics Interchange Format.
    Gif,
}

/// Why a file was not accepted as an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImageError {
    /// The file's name has no extension of the allow-list.
    #[error("The file's name must end in .png, .jpg, .jpeg, .webp or .gif.")]
    Extension,
    /// The declared type is not on the allow-list.
    #[error("The type must be image/png, image/jpeg, image/webp or image/gif.")]
    ContentType,
    /// Extension and declared type disagree.
    #[error("The file's extension does not belong to the declared type.")]
    Mismatch,
    /// The bytes are not of the declared type.
    #[error("The file's content is not of the declared type.")]
    Content,
    /// The bytes begin as an image does, but are none, or not all of one.
    #[error("The file is damaged or not a whole image: it cannot be decoded.")]
    Broken,
    /// Something follows where the image ends.
    #[error("The file has other content behind the end of the image.")]
    TrailingBytes,
    /// A side or the whole has more pixels than allowed.
    #[error("The image has too many pixels.")]
    Dimensions,
    /// An animation has more pixels in all its frames than allowed.
    #[error("The animation has too many or too large frames.")]
    Animation,
    /// The metadata of an animation ask for another orientation, which would mean to encode all of it anew.
    #[error("The animation's metadata ask to turn it. Send it as it shall be shown.")]
    TurnedAnimation,
    /// The metadata ask for another orientation, and turned without loss the image is too large.
    #[error("The image's metadata ask to turn it, and turned it is too large. Send it as it shall be shown.")]
    Turned,
}

impl ImageError {
    /// Whether what was announced is wrong, rather than what was sent.
    pub fn is_of_type(self) -> bool {
        matches!(self, Self::Extension | Self::ContentType | Self::Mismatch)
    }
}

impl ImageKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Png, Self::Jpeg, Self::Webp, Self::Gif];

    /// The kind that both the file's name and its declared type speak of.
    pub fn agreed(filename: &str, content_type: &str) -> Result<Self, ImageError> {
        let by_name = Self::by_extension(filename).ok_or(ImageError::Extension)?;
        let by_type = Self::by_content_type(content_type).ok_or(ImageError::ContentType)?;
        if by_name == by_type { Ok(by_name) } else { Err(ImageError::Mismatch) }
    }

    /// The kind that a file's name promises.
    pub fn by_extension(filename: &str) -> Option<Self> {
        let (stem, extension) = filename.rsplit_once('.')?;
        if stem.is_empty() {
            return None;
        }
        match extension.to_ascii_lowercase().as_str() {
            "png" => Some(Self::Png),
            "jpg" | "jpeg" => Some(Self::Jpeg),
            "webp" => Some(Self::Webp),
            "gif" => Some(Self::Gif),
            _ => None,
        }
    }

    /// The kind that a media type names; its parameters do not matter.
    pub fn by_content_type(content_type: &str) -> Option<Self> {
        let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match essence.as_str() {
            "image/png" => Some(Self::Png),
            "image/jpeg" => Some(Self::Jpeg),
            "image/webp" => Some(Self::Webp),
            "image/gif" => Some(Self::Gif),
            _ => None,
        }
    }

    /// The kind that the first bytes prove.
    pub fn by_content(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if bytes.starts_with(b"\xff\xd8\xff") {
            Some(Self::Jpeg)
        } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            Some(Self::Webp)
        } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
            Some(Self::Gif)
        } else {
            None
        }
    }

    /// Refuses bytes of another kind.
    pub fn check(self, bytes: &[u8]) -> Result<(), ImageError> {
        if Self::by_content(bytes) == Some(self) { Ok(()) } else { Err(ImageError::Content) }
    }

    /// The extension that a stored file gets.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Webp => "webp",
            Self::Gif => "gif",
        }
    }

    /// The media type that a stored file is served with.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_smaller_and_keep_the_proportions() {
        let still = |width, height| Dimensions { width, height, frames: 1 };
        assert_eq!(still(4000, 3000).scaled_to(320), Some((320, 240)));
        assert_eq!(still(1000, 667).scaled_to(640), Some((640, 427)));
        assert_eq!(still(8192, 1).scaled_to(320), Some((320, 1)));
        for own in [still(320, 9000), still(64, 64), Dimensions { frames: 2, ..still(4000, 3000) }, still(321, 65_535)]
        {
            assert_eq!(own.scaled_to(320), None, "{own:?}");
        }
    }

    #[test]
    fn name_type_and_content_must_agree() {
        assert_eq!(ImageKind::agreed("a.PNG", "image/png"), Ok(ImageKind::Png));
        assert_eq!(ImageKind::agreed("a.jpeg", "IMAGE/JPEG; q=1"), Ok(ImageKind::Jpeg));
        assert_eq!(ImageKind::agreed("a.svg", "image/png"), Err(ImageError::Extension));
        assert_eq!(ImageKind::agreed(".png", "image/png"), Err(ImageError::Extension));
        assert_eq!(ImageKind::agreed("a.png", "image/svg+xml"), Err(ImageError::ContentType));
        assert_eq!(ImageKind::agreed("a.png", "image/gif"), Err(ImageError::Mismatch));
        assert_eq!(ImageKind::Gif.check(b"GIF89a..."), Ok(()));
        assert_eq!(ImageKind::Png.check(b"GIF89a..."), Err(ImageError::Content));
        assert_eq!(ImageKind::Webp.check(b"RIFF\0\0\0\0WEBPVP8 "), Ok(()));
        assert_eq!(ImageKind::Webp.check(b"RIFF\0\0\0\0WAVE"), Err(ImageError::Content));
        assert_eq!(ImageKind::Jpeg.check(b""), Err(ImageError::Content));
    }
}
