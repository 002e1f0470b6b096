//! File descriptors: how many this process may have.

/// Raises the number of file descriptors that this process may have to what the system lets it, and says what that is;
/// nothing where there is no such number.
#[cfg(unix)]
pub(super) fn raise() -> Option<usize> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    /// More would only cost the system memory.
    const ENOUGH: u64 = 1 << 20;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.unwrap_or(ENOUGH).min(ENOUGH);
    let current = current?;
    if current < wanted && setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum }).is_ok() {
        return usize::try_from(wanted).ok();
    }
    usize::try_from(current).ok()
}

/// Nothing: there is no such number here.
#[cfg(not(unix))]
pub(super) fn raise() -> Option<usize> {
    None
}
