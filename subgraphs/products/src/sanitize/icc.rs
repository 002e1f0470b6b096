//! ICC colour profiles (ICC.1:2022). One is kept where it is well-formed: without it, a photo in a wide gamut shows
//! wrong colours, and it describes a device's colours rather than a person.

/// The longest profile that is kept. Those of cameras and displays have less than 10 KiB, those of printers 1 MiB.
pub const MAX_LENGTH: usize = 1024 * 1024;

/// Whether `profile` has a profile's header (section 7.2): its own length, and the signature at byte 36.
pub fn is_profile(profile: &[u8]) -> bool {
    let length = profile.first_chunk().map(|length| u32::from_be_bytes(*length));
    profile.len() <= MAX_LENGTH
        && profile.len() >= 128
        && length.and_then(|length| usize::try_from(length).ok()) == Some(profile.len())
        && profile.get(36..40) == Some(b"acsp")
}
