//! Two small subgraphs in async-graphql. One knows books and the ids of their authors, the other the authors' names.

use async_graphql::{EmptyMutation, EmptySubscription, ID, Object, ObjectType, Request, Schema, SimpleObject};
use axum::{Json, Router, routing::post};

#[derive(SimpleObject)]
struct Book {
    title: &'static str,
    author: Author,
}

/// What the subgraph of books knows of an author.
#[derive(SimpleObject)]
#[graphql(unresolvable = "id")]
struct Author {
    id: ID,
}

struct Books;

#[Object(name = "Query")]
impl Books {
    async fn books(&self) -> Vec<Book> {
        [("Emma", "1"), ("Ulysses", "2")].map(|(title, id)| Book { title, author: Author { id: id.into() } }).into()
    }
}

#[derive(SimpleObject)]
#[graphql(name = "Author")]
struct NamedAuthor {
    id: ID,
    name: &'static str,
}

struct Authors;

#[Object(name = "Query")]
impl Authors {
    #[graphql(entity)]
    async fn author(&self, id: ID) -> Option<NamedAuthor> {
        let name = match id.as_str() {
            "1" => "Jane Austen",
            "2" => "James Joyce",
            _ => return None,
        };
        Some(NamedAuthor { id, name })
    }
}

/// A schema as a tower service. (`async_graphql_axum::GraphQL::new(schema)` is one too.)
fn service<Q: ObjectType + 'static>(query: Q) -> Router {
    let schema = Schema::build(query, EmptyMutation, EmptySubscription).enable_federation().finish();
    let answer = async move |Json(request): Json<Request>| Json(schema.execute(request).await);
    Router::new().route("/graphql", post(answer))
}

pub fn books() -> Router {
    service(Books)
}

pub fn authors() -> Router {
    service(Authors)
}
