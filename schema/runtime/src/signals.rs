//! Signals of the operating system to a server.

use std::io;

/// Lets writes beyond the largest size that a file of this process may have (`ulimit -f`) fail from this call on. The signal
/// SIGXFSZ would end the process otherwise, without a word in its log and in the middle of whatever it did.
///
/// # Errors
/// If the process cannot listen to signals, or runs outside of a runtime's context.
#[cfg(unix)]
pub fn outlive_file_size_limit() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    /// Its number on Linux (but for MIPS), macOS and the BSDs.
    const SIGXFSZ: i32 = 25;
    // Whoever stops listening does not bring the default action back.
    signal(SignalKind::from_raw(SIGXFSZ)).map(drop)
}

/// Does nothing: there is no such limit.
///
/// # Errors
/// None.
#[cfg(windows)]
pub fn outlive_file_size_limit() -> io::Result<()> {
    Ok(())
}

/// A future that completes when whoever runs the process wants it to end: Ctrl-C, or SIGTERM. Signals are heard from this
/// call on, not only when the future is first polled.
///
/// SIGHUP, which would end the process otherwise, is ignored from this call on: a server outlives the terminal that it
/// was started from, and has no configuration to read anew.
///
/// # Errors
/// If the process cannot listen to signals.
#[cfg(unix)]
pub fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let mut hang_up = signal(SignalKind::hangup())?;
    Ok(async move {
        loop {
            tokio::select! {
                _ = interrupt.recv() => return,
                _ = terminate.recv() => return,
                _ = hang_up.recv() => tracing::info!("SIGHUP is ignored"),
            }
        }
    })
}

/// A future that completes when whoever runs the process wants it to end: Ctrl-C.
///
/// # Errors
/// If the process cannot listen to signals.
#[cfg(windows)]
pub fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        let _ = interrupt.recv().await;
    })
}
