//! The public audit of GraphQL over HTTP (the npm package `graphql-http`, 61 checks), twice: written here from the
//! specification, under the audit's ids, and the package itself where Node and npm are there (in CI they must be).

mod checks;
mod package;

use std::collections::BTreeSet;

use self::checks::{Check, checks};
use crate::house::house;

#[tokio::test]
async fn every_check_passes() {
    let house = house(rialto::http::DoorSettings::default());
    for Check { id, request, wanted } in checks() {
        let answer = house.send(request).await;
        let seen = format!("{id}: {} {}", answer.status, answer.text());
        assert!(wanted.status.contains(&answer.status.as_u16()), "{seen}");
        let kind = answer.header("content-type");
        assert!(wanted.media.is_none_or(|media| kind == format!("{media}; charset=utf-8")), "{seen} is {kind}");
        assert!(wanted.errors.is_none_or(|errors| errors == answer.json().get("errors").is_some()), "{seen}");
        assert!(wanted.data.is_none_or(|data| data == answer.json().get("data").is_some()), "{seen}");
    }
}

#[test]
fn every_check_is_there_once() {
    let ids: Vec<_> = checks().into_iter().map(|check| check.id).collect();
    assert_eq!((ids.len(), ids.iter().collect::<BTreeSet<_>>().len()), (61, 61));
}

#[tokio::test]
async fn the_package_itself_is_content() {
    let Some(outcomes) = package::run(house(rialto::http::DoorSettings::default()).app).await else { return };
    let failed: Vec<_> = outcomes.iter().filter(|outcome| !outcome.starts_with("ok ")).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    let id = |outcome: &String| outcome.split(' ').nth(1).unwrap_or_default().to_owned();
    let theirs: BTreeSet<_> = outcomes.iter().map(id).collect();
    assert_eq!(theirs, checks().into_iter().map(|check| check.id.to_owned()).collect());
}
