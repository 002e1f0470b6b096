//! The names under which files are kept: 32 hexadecimal digits and an extension for an image; the same digits, a width and
//! `webp` for a smaller copy of it.

use crate::domain::{ImageKind, image::WIDTHS};

/// The length of a name's digits, which an image and its copies share.
pub(super) const STEM: usize = 32;

/// Whether `name` is one that was made here. Nothing else reaches a storage.
pub fn is_file_name(name: &str) -> bool {
    let is_image = || {
        let Some((stem, extension)) = name.split_once('.') else { return false };
        let is_extension = !extension.is_empty() && extension.bytes().all(|byte| byte.is_ascii_lowercase());
        is_stem(stem) && is_extension
    };
    is_image() || copy_of(name).is_some()
}

/// The name of the copy of an image in this width.
pub fn copy_name(image: &str, width: u32) -> String {
    let stem = image.split('.').next().unwrap_or_default();
    format!("{stem}-{width}.{}", ImageKind::Webp.extension())
}

/// All names that copies of an image can have.
pub fn copy_names(image: &str) -> impl Iterator<Item = String> {
    WIDTHS.into_iter().map(|width| copy_name(image, width))
}

/// The digits and the width of a copy's name, if `name` is one.
pub fn copy_of(name: &str) -> Option<(&str, u32)> {
    let (stem, _) = name.split_once('-').filter(|(stem, _)| is_stem(stem))?;
    // Compared as a whole, so that a width can be written in one way only.
    WIDTHS.into_iter().find(|width| copy_name(stem, *width) == name).map(|width| (stem, width))
}

/// The names that an image with these digits can have.
pub fn image_names(stem: &str) -> [String; 4] {
    ImageKind::ALL.map(|kind| format!("{stem}.{}", kind.extension()))
}

/// Whether `text` is what a name begins with.
pub(super) fn is_stem(text: &str) -> bool {
    text.len() == STEM && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_were_made_here_are_names() {
        assert!(is_file_name("0123456789abcdef0123456789abcdef.png"));
        assert!(is_file_name("0123456789abcdef0123456789abcdef-320.webp"));
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
            "0123456789abcdef0123456789abcdef-.webp",
            "0123456789abcdef0123456789abcdef-0.webp",
            "0123456789abcdef0123456789abcdef-321.webp",
            "0123456789abcdef0123456789abcdef-0320.webp",
            "0123456789abcdef0123456789abcdef-100000.webp",
            "0123456789abcdef0123456789abcdef-320.png",
            "0123456789abcdef0123456789abcdef-320-640.webp",
            "-320.webp",
        ] {
            assert!(!is_file_name(name), "{name}");
        }
    }

    #[test]
    fn a_copy_is_known_by_its_name() {
        let (stem, image) = ("0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef.jpg");
        assert_eq!(copy_of(&copy_name(image, 640)), Some((stem, 640)));
        assert_eq!(copy_of(image), None);
        assert!(image_names(stem).contains(&image.to_owned()));
        assert_eq!(copy_names(image).count(), 3);
    }
}
