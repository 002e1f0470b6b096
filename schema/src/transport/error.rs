//! Why no response came back.

use std::{error::Error, io};

use tower::BoxError;

/// Why no response came back. What went wrong in detail is for the log, never for a client.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// Nobody listens there, or the connection broke.
    #[error("the service cannot be reached: {0}")]
    Unreachable(String),
    /// No whole response within the time allowed.
    #[error("the service did not answer in time")]
    Timeout,
    /// The response is larger than allowed.
    #[error("the response is larger than {limit} bytes")]
    TooLarge {
        /// The bound, in bytes.
        limit: usize,
    },
    /// The response has a content coding that is not read; the name is safe to be shown.
    #[error("the response has the content coding {0:?}; only gzip is read")]
    Coding(String),
    /// The response is not what its content coding says.
    #[error("the response cannot be decoded as gzip: {0}")]
    Undecodable(String),
    /// The service, which runs in this process, panicked.
    #[error("the service panicked")]
    Panicked,
}

impl TransportError {
    /// What the error of a service in this process means. Those of common layers that limit its time are timeouts.
    pub fn from_service(error: impl Into<BoxError>) -> Self {
        let error = match error.into().downcast::<Self>() {
            Ok(error) => return *error,
            Err(error) => error,
        };
        let mut cause: Option<&(dyn Error + 'static)> = Some(&*error);
        while let Some(next) = cause {
            if is_timeout(next) {
                return Self::Timeout;
            }
            cause = next.source();
        }
        Self::Unreachable(chain(&*error))
    }
}

fn is_timeout(error: &(dyn Error + 'static)) -> bool {
    error.is::<tower::timeout::error::Elapsed>()
        || error.is::<tokio::time::error::Elapsed>()
        || error.downcast_ref::<io::Error>().is_some_and(|error| {
            // What an I/O error holds is not among its sources.
            error.kind() == io::ErrorKind::TimedOut || error.get_ref().is_some_and(|inner| is_timeout(inner))
        })
        || error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_timeout)
        || matches!(error.downcast_ref(), Some(TransportError::Timeout))
}

/// The whole chain of causes: "client error (Connect)" alone helps nobody.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn errors_of_layers_that_limit_time_are_timeouts() {
        let elapsed = tokio::time::timeout(Duration::ZERO, std::future::pending::<()>()).await.unwrap_err();
        let late: [BoxError; 4] = [
            Box::new(tower::timeout::error::Elapsed::new()),
            Box::new(elapsed),
            Box::new(io::Error::from(io::ErrorKind::TimedOut)),
            Box::new(io::Error::other(tower::timeout::error::Elapsed::new())),
        ];
        for error in late {
            let text = error.to_string();
            assert!(matches!(TransportError::from_service(error), TransportError::Timeout), "{text}");
        }
        let kept = TransportError::from_service(TransportError::TooLarge { limit: 5 });
        assert!(matches!(kept, TransportError::TooLarge { limit: 5 }));
        let other = TransportError::from_service(io::Error::other("out of paper"));
        assert!(matches!(other, TransportError::Unreachable(reason) if reason == "out of paper"));
    }
}
