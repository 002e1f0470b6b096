//! `docs/front-end.md` says what is so: its code is quoted from what tests run, and its documents fit the schema.

use apollo_compiler::{ExecutableDocument, Schema};
use tests::binaries::workspace;

fn read(path: &str) -> String {
    std::fs::read_to_string(workspace().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A block of code on a page, in its language. The line above may say what it is quoted from.
struct Block<'a> {
    source: Option<&'a str>,
    language: &'a str,
    code: &'a str,
}

fn blocks(page: &str) -> Vec<Block<'_>> {
    let parts: Vec<_> = page.split("\n```").collect();
    assert_eq!(parts.len() % 2, 1, "each block of code has an end");
    parts
        .chunks_exact(2)
        .map(|pair| {
            let (language, code) = pair[1].split_once('\n').unwrap_or((pair[1], ""));
            let mark = pair[0].lines().last().unwrap_or_default();
            let source = mark.strip_prefix("<!-- ").and_then(|mark| mark.strip_suffix(" -->"));
            Block { source, language, code }
        })
        .collect()
}

/// The GraphQL in a TypeScript file: its template literals that begin like a document.
fn documents(code: &str) -> impl Iterator<Item = &str> {
    let texts = code.split('`').skip(1).step_by(2);
    texts.filter(|text| ["query ", "mutation ", "fragment "].iter().any(|word| text.trim_start().starts_with(word)))
}

fn assert_fits(name: &str, document: &str) {
    let text = read("schema/api.graphql");
    let schema = Schema::parse_and_validate(text, "api.graphql").expect("the schema is valid");
    let checked = ExecutableDocument::parse_and_validate(&schema, document, name);
    assert!(checked.is_ok(), "{name}: {}\n{document}", checked.unwrap_err().errors);
}

#[test]
fn code_is_quoted_from_what_is_tested() {
    let page = read("docs/front-end.md");
    let mut quoted = 0;
    for Block { source, language, code } in blocks(&page) {
        match source {
            Some(source) => {
                assert_eq!(code.trim_end(), read(source).trim_end(), "the page quotes {source} as it was");
                quoted += 1;
            }
            None => assert!(["sh", "graphql"].contains(&language), "this {language} is nobody's:\n{code}"),
        }
    }
    assert!(quoted >= 5, "the page quotes the storefront");
}

#[test]
fn documents_of_the_page_fit_the_schema() {
    let page = read("docs/front-end.md");
    let mut checked = 0;
    for Block { code, .. } in blocks(&page).into_iter().filter(|block| block.language == "graphql") {
        // A fragment is valid where something spreads it.
        let is_fragment = code.starts_with("fragment Errors ");
        let spread = "\nmutation Check { logout { userErrors { ...Errors } } }";
        assert_fits("front-end.md", &if is_fragment { format!("{code}{spread}") } else { code.to_owned() });
        checked += 1;
    }
    assert!(checked >= 3, "the page has documents");
}

#[test]
fn documents_of_the_storefront_fit_the_schema() {
    let folder = workspace().join("tests/storefront/src");
    let files = std::fs::read_dir(folder).expect("the storefront is there").filter_map(Result::ok);
    let sources: Vec<_> = files.filter_map(|file| std::fs::read_to_string(file.path()).ok()).collect();
    let all: Vec<_> = sources.iter().flat_map(|code| documents(code)).collect();
    assert!(all.len() > 10, "the storefront has documents: {all:?}");
    assert_fits("the storefront", &all.join("\n"));
}
