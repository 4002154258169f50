//! The corpus: statements with the outlines of their trees, and statements that do not parse with the
//! exact message of an org. A line `---` divides the blocks of a file, and in each block a line `==>`
//! divides the statement from what is expected of it.

use std::{fs, path::Path};

use mockorg_soql::{TextEra, parse};

use crate::{erase::erase, outline::outline};

/// The statements of a file of the corpus, each with what is expected of it.
#[expect(clippy::disallowed_methods, reason = "the corpus is a file")]
fn blocks(file: &str) -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/soql").join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let block = |block: &str| {
        let (source, expected) =
            block.split_once("\n==>\n").unwrap_or_else(|| panic!("nothing expected of {block}"));
        (source.to_owned(), expected.to_owned())
    };
    text.trim_end_matches('\n').split("\n---\n").map(block).collect()
}

/// The statements of the corpus that parse.
pub(crate) fn valid_statements() -> Vec<String> {
    blocks("trees.soql").into_iter().map(|(source, _)| source).collect()
}

/// The blocks whose outcome is not as expected, as they would have to be written.
fn differences(blocks: &[(String, String)], outcome: impl Fn(&str) -> String) -> String {
    let mut differences = String::new();
    for (source, expected) in blocks {
        let found = outcome(source);
        if found != *expected {
            differences.push_str(&[source, "\n==>\n", &found, "\n---\n"].concat());
        }
    }
    differences
}

#[test]
fn every_valid_statement_has_its_tree() {
    let blocks = blocks("trees.soql");
    assert!(blocks.len() >= 220, "only {} statements", blocks.len());
    let differences = differences(&blocks, |source| match parse(source) {
        Ok(select) => outline(&select),
        Err(error) => error.message(source, TextEra::Modern),
    });
    assert!(differences.is_empty(), "these trees differ:\n{differences}");
}

#[test]
fn every_valid_statement_survives_printing() {
    for source in valid_statements() {
        let mut query = parse(&source).unwrap_or_else(|error| panic!("{source}\n{error}"));
        assert_eq!(query.span.end, source.len(), "{source}");
        let printed = query.to_string();
        let mut again = parse(&printed).unwrap_or_else(|error| panic!("{printed}\n{error}"));
        erase(&mut query);
        erase(&mut again);
        assert_eq!(again, query, "{source}\n{printed}");
    }
}

/// Asserts the messages of a file at an API version.
fn assert_messages(file: &str, at_least: usize, version: u32) {
    let blocks = blocks(file);
    assert!(blocks.len() >= at_least, "only {} statements", blocks.len());
    let era = TextEra::of_version(version);
    let differences = differences(&blocks, |source| match parse(source) {
        Ok(_) => "it parses".to_owned(),
        Err(error) => error.message(source, era),
    });
    assert!(differences.is_empty(), "these messages differ:\n{differences}");
}

#[test]
fn every_invalid_statement_gets_the_platforms_message() {
    assert_messages("invalid.soql", 120, 62);
}

#[test]
fn every_invalid_statement_gets_the_message_of_the_parser_before_summer_24() {
    assert_messages("invalid-classic.soql", 25, 60);
}
