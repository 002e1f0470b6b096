//! The subgraphs `books` and `authors`, each at a port of its own, for a router to find: `cargo run -p rialto --example library`.

mod subgraphs;

use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let mut addresses = std::env::args().skip(1);
    let mut address = |otherwise: &str| addresses.next().unwrap_or_else(|| otherwise.to_owned());
    let books = TcpListener::bind(address("127.0.0.1:4001")).await?;
    let authors = TcpListener::bind(address("127.0.0.1:4002")).await?;
    let (books, authors) = (axum::serve(books, subgraphs::books()), axum::serve(authors, subgraphs::authors()));
    tokio::try_join!(books.into_future(), authors.into_future())?;
    Ok(())
}
