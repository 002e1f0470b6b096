//! From the name of a host to addresses: the system's, or the one that was found before.

use std::{
    io,
    net::SocketAddr,
    task::{Context, Poll},
    vec,
};

use futures_util::future::BoxFuture;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use tower::Service;

/// Finds the addresses of a name.
#[derive(Clone)]
pub(super) enum Resolver {
    /// As the system does.
    System(GaiResolver),
    /// Whatever the name, this one.
    Pinned(SocketAddr),
}

impl Resolver {
    pub fn system() -> Self {
        Self::System(GaiResolver::new())
    }
}

impl Service<Name> for Resolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = BoxFuture<'static, Result<Self::Response, io::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), io::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        match self {
            Self::Pinned(address) => {
                let address = *address;
                Box::pin(async move { Ok(vec![address].into_iter()) })
            }
            Self::System(resolver) => {
                let found = resolver.call(name);
                Box::pin(async move { Ok(found.await?.collect::<Vec<_>>().into_iter()) })
            }
        }
    }
}
