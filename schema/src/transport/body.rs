//! The body of a request or of a response: whole in memory, or read while it arrives.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::{Bytes, BytesMut};
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::{BodyExt as _, combinators::UnsyncBoxBody};
use tower::BoxError;

use super::{TransportError, http_client::Received};

/// The body of an HTTP message. Bytes become one with [`From`], any other body with [`Body::new`].
///
/// A whole body and one that comes from the network cost no allocation; others are boxed.
pub struct Body(Kind);

enum Kind {
    Whole(Bytes),
    Received(Received),
    Boxed(UnsyncBoxBody<Bytes, BoxError>),
}

impl Body {
    /// A body without any bytes.
    pub const fn empty() -> Self {
        Self(Kind::Whole(Bytes::new()))
    }

    /// A body that is read while it arrives.
    pub fn new<B>(body: B) -> Self
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Self(Kind::Boxed(body.map_err(Into::into).boxed_unsync()))
    }

    pub(super) fn received(body: Received) -> Self {
        Self(Kind::Received(body))
    }

    /// All bytes, if the body is whole already.
    pub fn whole(&self) -> Option<&Bytes> {
        if let Kind::Whole(bytes) = &self.0 { Some(bytes) } else { None }
    }

    /// Reads the body to its end, which must come within `limit` bytes. A body that announces more is refused unread,
    /// and of a longer one nothing is read beyond the limit. One that comes in one piece is not copied.
    pub async fn collect(mut self, limit: usize) -> Result<Bytes, TransportError> {
        let announced = usize::try_from(self.size_hint().lower()).unwrap_or(usize::MAX);
        if announced > limit {
            return Err(TransportError::TooLarge { limit });
        }
        let (mut first, mut rest) = (Bytes::new(), BytesMut::new());
        while let Some(frame) = self.frame().await {
            let Ok(data) = frame?.into_data() else { continue };
            if first.len() + rest.len() + data.len() > limit {
                return Err(TransportError::TooLarge { limit });
            }
            if first.is_empty() && rest.is_empty() {
                first = data;
                continue;
            }
            if rest.is_empty() {
                rest.reserve(announced.max(first.len() + data.len()));
                rest.extend_from_slice(&std::mem::take(&mut first));
            }
            rest.extend_from_slice(&data);
        }
        Ok(if rest.is_empty() { first } else { rest.freeze() })
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        match &mut self.0 {
            Kind::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Kind::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Kind::Received(body) => Pin::new(body).poll_frame(context),
            Kind::Boxed(body) => Pin::new(body).poll_frame(context).map_err(TransportError::from_service),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Whole(bytes) => bytes.is_empty(),
            Kind::Received(body) => body.is_end_stream(),
            Kind::Boxed(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Kind::Received(body) => body.size_hint(),
            Kind::Boxed(body) => body.size_hint(),
        }
    }
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Kind::Whole(bytes) => f.debug_tuple("Body").field(bytes).finish(),
            Kind::Received(_) | Kind::Boxed(_) => f.write_str("Body(..)"),
        }
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::empty()
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self(Kind::Whole(bytes))
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Bytes::from(text).into()
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Bytes::from_static(text.as_bytes()).into()
    }
}

impl From<&'static [u8]> for Body {
    fn from(bytes: &'static [u8]) -> Self {
        Bytes::from_static(bytes).into()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use http_body_util::StreamBody;

    use super::*;

    fn streamed(pieces: &'static [&'static str]) -> Body {
        let frames = pieces.iter().map(|piece| Ok::<_, BoxError>(Frame::data(Bytes::from_static(piece.as_bytes()))));
        Body::new(StreamBody::new(stream::iter(frames)))
    }

    #[tokio::test]
    async fn a_body_is_collected_up_to_the_limit() {
        for (body, limit, expected) in [
            (Body::empty(), 0, Some("")),
            (Body::from("hello"), 5, Some("hello")),
            (Body::from("hello"), 4, None),
            (streamed(&["hel", "lo", ""]), 5, Some("hello")),
            (streamed(&["hel", "lo"]), 4, None),
            (streamed(&[]), 0, Some("")),
        ] {
            match (body.collect(limit).await, expected) {
                (Ok(bytes), Some(expected)) => assert_eq!(bytes, expected),
                (Err(TransportError::TooLarge { limit: told }), None) => assert_eq!(told, limit),
                (ended, expected) => panic!("{ended:?} instead of {expected:?}"),
            }
        }
    }

    #[tokio::test]
    async fn one_piece_is_not_copied() {
        let bytes = Bytes::from_static(b"hello");
        assert_eq!(Body::from(bytes.clone()).collect(5).await.unwrap().as_ptr(), bytes.as_ptr());
        assert_eq!(streamed(&["hello"]).collect(5).await.unwrap().as_ptr(), "hello".as_ptr());
    }
}
