//! Laws over random input: no statement makes the parser or the error renderer panic, and printing
//! a tree loses nothing.

use mockorg_soql::{TextEra, caret_block, parse, tree::Select};
use proptest::{
    collection::vec,
    prelude::{ProptestConfig, Strategy, any},
    prop_assert_eq, proptest,
    sample::select,
};

use crate::{corpus, erase::erase, trees};

/// Pieces of statements, good and bad, to be thrown together.
const PIECES: &[&str] = &[
    "SELECT",
    "FROM",
    "WHERE",
    "AND",
    "OR",
    "NOT",
    "IN",
    "LIKE",
    "INCLUDES",
    "EXCLUDES (",
    "INCLUDES 'a'",
    "NOT (",
    "IN (SELECT",
    "CUBE(",
    "USING everything",
    "f(g(",
    "GROUP",
    "BY",
    "ROLLUP",
    "HAVING",
    "ORDER",
    "ASC",
    "NULLS",
    "LAST",
    "LIMIT",
    "OFFSET",
    "FOR",
    "VIEW",
    "UPDATE",
    "ALL",
    "ROWS",
    "USING",
    "SCOPE",
    "WITH",
    "DATA",
    "CATEGORY",
    "AT",
    "TYPEOF",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "AS",
    "Id",
    "Account",
    "Owner.Name",
    "COUNT()",
    "COUNT(",
    "(",
    ")",
    ",",
    ".",
    ":",
    ":x",
    "=",
    "!=",
    "<>",
    "<",
    ">=",
    "'a'",
    "'",
    "\\",
    "'\\u00e9'",
    "'\\\\%\\_'",
    "*",
    "/",
    "-",
    "+",
    "'\\ud800'",
    "1",
    "-1",
    "1.5e3",
    "2020-01-31",
    "2020-13-01",
    "2020-01-01T00:00:00Z",
    "2020-01-01T0",
    "10:00:00Z",
    "LAST_N_DAYS:3",
    "USD-5",
    "null",
    "é",
    "\u{1F600}",
    "\n",
    "\t",
    "$",
    "\"",
];

/// Parses, and renders the error in every way there is.
fn exercise(source: &str) {
    match parse(source) {
        Ok(query) => {
            query.to_string();
        }
        Err(error) => {
            assert!(error.at <= source.len());
            for era in [TextEra::Classic, TextEra::Modern] {
                let message = error.message(source, era);
                assert!(!message.is_empty());
                assert_eq!(error.has_block(era), message.starts_with('\n'), "{message}");
            }
        }
    }
}

fn reparsed(source: &str) -> Select {
    let mut query = parse(source).unwrap_or_else(|error| panic!("{source}\n{error}"));
    erase(&mut query);
    query
}

fn pieces() -> impl Strategy<Value = String> {
    vec((select(PIECES), any::<bool>()), 0..30).prop_map(|pieces| {
        pieces.iter().map(|(piece, blank)| format!("{piece}{}", if *blank { " " } else { "" })).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn random_text_never_panics(source in "\\PC{0,60}|[\\x00-\\x7f]{0,60}") {
        exercise(&source);
    }

    #[test]
    fn random_pieces_of_statements_never_panic(source in pieces()) {
        exercise(&source);
        exercise(&format!("SELECT Id FROM Account WHERE {source}"));
    }

    #[test]
    fn a_valid_statement_with_a_piece_put_in_or_cut_out_never_panics(
        index in any::<proptest::sample::Index>(),
        piece in select(PIECES),
        at in any::<proptest::sample::Index>(),
        cut in 0..6_usize,
    ) {
        let statements = corpus::valid_statements();
        let characters: Vec<char> = index.get(&statements).chars().collect();
        let at = at.index(characters.len() + 1);
        let rest = characters.iter().skip(at + cut);
        let mutated: String = characters.iter().take(at).copied().chain(piece.chars()).chain(rest.copied()).collect();
        exercise(&mutated);
    }

    #[test]
    fn a_caret_block_can_be_drawn_at_any_offset_of_any_text(source in "\\PC{0,90}(\n\\PC{0,90})?", at in 0..400_usize) {
        let block = caret_block(&source, at, "text");
        proptest::prop_assert!(block.starts_with('\n') && block.ends_with("\ntext"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn a_printed_tree_parses_to_the_same_tree(query in trees::query()) {
        prop_assert_eq!(reparsed(&query.to_string()), query);
    }
}
