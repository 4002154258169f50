//! The corpus: statements that must parse, and statements that must not with the exact message of
//! an org at API version 62.0. Blocks are separated by a line `---`; in the second file a line
//! `==>` stands between statement and message.

use std::{fs, path::Path};

use mockorg_soql::{TextEra, parse};

use crate::erase::erase;

#[expect(clippy::disallowed_methods, reason = "the corpus is a file")]
fn blocks(file: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/soql").join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.trim_end_matches('\n').split("\n---\n").map(str::to_owned).collect()
}

/// The statements of the corpus that parse.
pub(crate) fn valid_statements() -> Vec<String> {
    blocks("valid.soql")
}

#[test]
fn every_valid_statement_parses_and_survives_printing() {
    let statements = valid_statements();
    assert!(statements.len() >= 120, "only {} statements", statements.len());
    for source in statements {
        let mut query = parse(&source)
            .unwrap_or_else(|error| panic!("{source}\n{}", error.message(&source, TextEra::Modern)));
        assert_eq!(query.span.end, source.len(), "{source}");
        let printed = query.to_string();
        let mut again = parse(&printed).unwrap_or_else(|error| panic!("{printed}\n{error}"));
        erase(&mut query);
        erase(&mut again);
        assert_eq!(again, query, "{source}\n{printed}");
    }
}

#[test]
fn every_invalid_statement_gets_the_platforms_message() {
    let blocks = blocks("invalid.soql");
    assert!(blocks.len() >= 50, "only {} statements", blocks.len());
    let era = TextEra::of_version(62);
    let mut differences = String::new();
    for block in blocks {
        let (source, expected) =
            block.split_once("\n==>\n").unwrap_or_else(|| panic!("no message for {block}"));
        let message = match parse(source) {
            Ok(_) => "it parses".to_owned(),
            Err(error) => error.message(source, era),
        };
        if message != expected {
            differences.push_str(&[source, "\n==>\n", &message, "\n---\n"].concat());
        }
    }
    assert!(differences.is_empty(), "these messages differ:\n{differences}");
}
