//! A page in the schema: a Relay connection that has `nodes` too.

use std::borrow::Cow;

use async_graphql::{Object, OutputType, TypeName};

use super::{Page, extent::Lazy};
use crate::Result;

/// A page of a list. Its GraphQL name is the node's and `Connection`: `Connection::from(page.map(Product))`. A domain whose
/// connection tells more than that makes an object of its own, with what a [`Page`] has for these fields.
#[derive(Clone)]
pub struct Connection<N>(Page<N>);

/// An item of a page and its place in the list.
pub struct Edge<'a, N> {
    cursor: &'a str,
    node: &'a N,
}

/// Where a page is in its list.
pub struct PageInfo {
    next: Lazy<bool>,
    previous: Lazy<bool>,
    start: Option<String>,
    end: Option<String>,
}

impl<N> Page<N> {
    /// The rows, each with its cursor.
    pub fn edges(&self) -> Vec<Edge<'_, N>> {
        let edge = |(node, cursor)| Edge { cursor, node };
        self.rows.iter().zip(self.cursors.iter().map(String::as_str)).map(edge).collect()
    }

    /// Where the page is in its list.
    pub fn info(&self) -> PageInfo {
        PageInfo {
            next: self.extent.next.clone(),
            previous: self.extent.previous.clone(),
            start: self.cursors.first().cloned(),
            end: self.cursors.last().cloned(),
        }
    }

    /// How many rows the whole list has, as GraphQL tells it.
    pub async fn total(&self) -> Result<i32> {
        let total = self.extent.total.get().await?;
        Ok(i32::try_from(total).unwrap_or(i32::MAX))
    }
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
    async fn nodes(&self) -> &[N] {
        &self.0.rows
    }

    /// The items of the page, each with its cursor.
    async fn edges(&self) -> Vec<Edge<'_, N>> {
        self.0.edges()
    }

    /// Where the page is in its list.
    async fn page_info(&self) -> PageInfo {
        self.0.info()
    }

    /// How many items the whole list has, all pages together. Counted only when asked for.
    async fn total_count(&self) -> Result<i32> {
        self.0.total().await
    }
}

/// An item of a page and its place in the list.
#[Object(name_type)]
impl<N: OutputType> Edge<'_, N> {
    /// The item's place in the list, in this order; opaque.
    async fn cursor(&self) -> &str {
        self.cursor
    }

    /// The item.
    async fn node(&self) -> &N {
        self.node
    }
}

/// Where a page is in its list.
#[Object(shareable)]
impl PageInfo {
    /// Whether the list goes on after this page.
    async fn has_next_page(&self) -> Result<bool> {
        self.next.get().await
    }

    /// Whether the list begins before this page.
    async fn has_previous_page(&self) -> Result<bool> {
        self.previous.get().await
    }

    /// The cursor of the first item; null when there is none.
    async fn start_cursor(&self) -> Option<&str> {
        self.start.as_deref()
    }

    /// The cursor of the last item; null when there is none.
    async fn end_cursor(&self) -> Option<&str> {
        self.end.as_deref()
    }
}
