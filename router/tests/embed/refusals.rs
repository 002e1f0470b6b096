//! What cannot be made, and how the errors tell why.

use std::{collections::HashMap, error::Error as _};

use axum::Router;
use rialto::{
    Rialto,
    assemble::{BuildError, Builder},
    engine::{Engine, EngineSettings},
};
use serde_json::json;

use crate::subgraph;

async fn refused(builder: Builder) -> BuildError {
    match builder.build().await {
        Ok(_) => panic!("it was made"),
        Err(error) => error,
    }
}

fn one() -> Router {
    subgraph("type Query { one: Int }", json!({"one": 1})).0
}

#[tokio::test]
async fn names_are_checked() {
    for name in ["", "1 bad name", "a b", " a", "a\n", "a/b", "a:b", "\u{1f980}", ".a", "-a", &"a".repeat(65)] {
        let error = refused(Rialto::builder().subgraph(name, one())).await;
        assert!(matches!(&error, BuildError::Name(told) if told == name), "{name:?}: {error}");
        let error =
            refused(Rialto::builder().subgraph_at(name, "http://127.0.0.1:9").schema(name, "type Query { a: Int }"));
        assert!(matches!(error.await, BuildError::Name(_)), "{name:?}");
    }
    for name in ["a", "users", "my-sub.v1", "A_1", "1", "\u{fc}", &"a".repeat(64)] {
        assert!(Rialto::builder().subgraph(name, one()).build().await.is_ok(), "{name:?}");
    }
}

#[tokio::test]
async fn a_second_subgraph_of_the_same_name_is_refused() {
    let begun = || Rialto::builder().subgraph("a", one());
    let url = "http://127.0.0.1:9";
    let target = || rialto::assemble::at(url).unwrap();
    let twice = [
        begun().subgraph("a", one()),
        begun().subgraph_at("a", url),
        begun().subgraph_by("a", target()),
        Rialto::builder().subgraph_at("a", url).subgraph_at("a", url),
        begun().schema("a", "type Query { one: Int }").schema("a", "type Query { two: Int }"),
        begun().subgraph("a", one()).supergraph(include_str!("../fixtures/one.graphql")),
    ];
    for builder in twice {
        let error = refused(builder).await;
        assert!(matches!(&error, BuildError::Duplicate(name) if name == "a"), "{error}");
    }
    let schema_first = Rialto::builder().schema("a", "type Query { one: Int }").subgraph("a", one());
    assert!(schema_first.build().await.is_ok());
}

#[tokio::test]
async fn each_error_says_its_part_and_its_source_the_rest() {
    let sdl = |sdl: &str| Rialto::builder().supergraph(sdl);
    let clash = subgraph("type Query { one: String }", json!({})).0;
    for (builder, reason) in [
        (sdl("type Query {"), ""),
        (Rialto::builder().subgraph_at("a", "ftp://user:secret@host"), "is not an http:// or https:// address"),
        (Rialto::builder().subgraph("a", Router::new()), "it does not answer GraphQL (status 404)"),
        (Rialto::builder().subgraph("a", one()).subgraph("b", clash), "FIELD_TYPE_MISMATCH"),
    ] {
        let error = refused(builder).await;
        let (part, source) = (error.to_string(), error.source().expect("a source").to_string());
        assert!(source.contains(reason) && !source.is_empty(), "{source}");
        assert!(!part.contains(&source) && !source.contains(&part), "{part}: {source}");
        assert!(!format!("{error:?} {part} {source}").contains("secret"), "{error:?}");
    }
    let engine = Engine::new("type Query {", &HashMap::new(), EngineSettings::default());
    let engine = engine.err().unwrap();
    assert!(!engine.to_string().contains(&engine.source().unwrap().to_string()));
}

#[tokio::test]
async fn all_subgraphs_that_do_not_answer_are_named_without_their_credentials() {
    let dead = |port: u16| format!("http://user:secret@127.0.0.1:{port}/graphql");
    let html = Router::new().fallback(async || "<html>");
    let builder = Rialto::builder().subgraph_at("a", dead(9)).subgraph_at("b", dead(10)).subgraph("c", html);
    // What cannot become better ends the waiting for the others.
    let error = refused(builder.subgraph("d", one()).patience(std::time::Duration::from_hours(1))).await;
    let BuildError::Unasked(unasked) = &error else { panic!("{error}") };
    assert_eq!(unasked.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
    let told = unasked.to_string();
    assert!(told.contains("\"a\" at http://***@127.0.0.1:9/graphql: it does not answer"), "{told}");
    assert!(told.contains("\"c\" at this process: it does not answer GraphQL"), "{told}");
    assert!(!format!("{error:?} {told}").contains("secret"), "{error:?}");
}
