//! Two async-graphql schemas as one graph, in one process: `cargo run -p rialto --example embed`, then
//! `curl localhost:4000/graphql -H 'content-type: application/json' -d '{"query": "{ books { title author { name } } }"}'`.

use async_graphql::{EmptyMutation, EmptySubscription, ID, Object, ObjectType, Request, Schema, SimpleObject};
use axum::{Json, Router, routing::post};
use rialto::Rialto;

/// What `books` knows of a book: the title, and whose it is.
#[derive(SimpleObject)]
struct Book {
    title: &'static str,
    author: Author,
}

/// Both subgraphs know authors by their ids; only `authors` knows their names.
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
        let name = if id == "1" { "Jane Austen" } else { "James Joyce" };
        Some(NamedAuthor { id, name })
    }
}

/// An async-graphql schema as a tower service. (`async_graphql_axum::GraphQL::new(schema)` is one too.)
fn service<Q: ObjectType + 'static>(query: Q) -> Router {
    let schema = Schema::build(query, EmptyMutation, EmptySubscription).enable_federation().finish();
    let answer = async move |Json(request): Json<Request>| Json(schema.execute(request).await);
    Router::new().route("/graphql", post(answer))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:4000".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    let rialto = Rialto::builder().subgraph("books", service(Books)).subgraph("authors", service(Authors));
    let rialto = rialto.build().await?;
    println!("Ready: http://{}/graphql", listener.local_addr()?);
    Ok(rialto.serve(listener).await?)
}
