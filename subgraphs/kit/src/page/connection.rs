//! A page in the schema.

use std::borrow::Cow;

use async_graphql::{Object, OutputType, SimpleObject, TypeName};

use super::Page;
use crate::Result;

/// A page of a list. Its GraphQL name is the node's and `Connection`.
pub struct Connection<N>(Page<N>);

/// An item of a page and its place in the list.
pub struct Edge<'a, N> {
    cursor: &'a str,
    node: &'a N,
}

/// Where a page is in its list.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(shareable)]
pub struct PageInfo {
    /// Whether there is more after this page.
    pub has_next_page: bool,
}

impl<N> From<Page<N>> for Connection<N> {
    fn from(page: Page<N>) -> Self {
        Self(page)
    }
}

impl<N: OutputType> TypeName for Connection<N> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", N::type_name()).into()
    }
}

impl<N: OutputType> TypeName for Edge<'_, N> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", N::type_name()).into()
    }
}

/// A page of a list.
#[Object(name_type)]
impl<N: OutputType> Connection<N> {
    /// The items of the page.
    async fn nodes(&self) -> Result<&[N]> {
        todo!()
    }
}
