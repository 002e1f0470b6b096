//! Two async-graphql schemas as one graph, in one process: `cargo run -p rialto --example embed`, then
//! `curl localhost:4000/graphql -H 'content-type: application/json' -d '{"query": "{ books { title author { name } } }"}'`.

#[path = "library/subgraphs.rs"]
mod subgraphs;

use rialto::Rialto;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rialto = Rialto::builder()
        .subgraph("books", subgraphs::books())
        .subgraph("authors", subgraphs::authors())
        .build()
        .await?;

    // As a function:
    let answer = rialto.execute("{ books { title author { name } } }").await;
    println!("{}", String::from_utf8_lossy(&answer.body));

    // And over HTTP, until Ctrl-C. `rialto.into_router()` is the same as a part of your own axum application.
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:4000".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("Ready: http://{}/graphql", listener.local_addr()?);
    Ok(rialto.serve(listener).await?)
}
