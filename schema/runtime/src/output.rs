//! Standard output and standard error, which may be closed or full.
//!
//! The macros of the standard library panic there. A command that answers must say that its answer is lost, unless
//! nobody wanted more of it; a server goes on.

use std::{
    fmt::Display,
    io::{self, ErrorKind, Write},
};

use anyhow::Context as _;

/// Writes the answer of a command to standard output. A reader that closed its end early, such as `head`, is no error.
///
/// # Errors
/// If it cannot be written for any other reason, such as a full disk.
pub fn print(answer: impl Display) -> anyhow::Result<()> {
    write(&mut io::stdout().lock(), answer).context("cannot write to standard output")
}

fn write(out: &mut impl Write, answer: impl Display) -> io::Result<()> {
    match write!(out, "{answer}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        ended => ended,
    }
}

/// Writes a line to standard output that a server can do without, such as that it is ready.
pub fn announce(line: impl Display) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Writes a line to standard error. Where that fails there is nobody left to tell.
pub fn complain(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes nothing, for this reason.
    struct Broken(ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn only_a_reader_that_left_is_no_error() {
        assert!(write(&mut Broken(ErrorKind::BrokenPipe), "answer").is_ok());
        assert_eq!(write(&mut Broken(ErrorKind::StorageFull), "answer").unwrap_err().kind(), ErrorKind::StorageFull);
        let mut out = Vec::new();
        write(&mut out, "answer").unwrap();
        assert_eq!(out, b"answer");
    }
}
