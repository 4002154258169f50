//! Searches: the corpus of valid and refused ones, what a term means, and laws over random input.
//! The files have the form of the other corpus files.

use std::{fs, path::Path};

use mockorg_soql::{
    TextEra,
    sosl::{Piece, SearchErrorKind, SearchGroup, TermExpr, UpdateKind, WithKind, parse_search, parse_term},
};
use proptest::{
    collection::vec,
    prelude::{ProptestConfig, Strategy, any},
    prop_assert_eq, proptest,
    sample::select,
};

use crate::search_trees::{erase_search, search, term_expr};

#[expect(clippy::disallowed_methods, reason = "the corpus is a file")]
fn blocks(file: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/soql").join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.trim_end_matches('\n').split("\n---\n").map(str::to_owned).collect()
}

#[test]
fn every_valid_search_parses_and_survives_printing() {
    let searches = blocks("valid.sosl");
    assert!(searches.len() >= 60, "only {} searches", searches.len());
    for source in searches {
        let mut parsed = parse_search(&source)
            .unwrap_or_else(|error| panic!("{source}\n{}", error.message(&source, TextEra::Modern)));
        assert_eq!(parsed.span.end, source.len(), "{source}");
        let printed = parsed.to_string();
        let mut again = parse_search(&printed).unwrap_or_else(|error| panic!("{printed}\n{error}"));
        erase_search(&mut parsed);
        erase_search(&mut again);
        assert_eq!(again, parsed, "{source}\n{printed}");
        let expr = parsed.term.expr;
        assert_eq!(parse_term(&expr.to_string()), Ok(expr), "{source}");
    }
}

#[test]
fn every_invalid_search_gets_the_platforms_message() {
    let blocks = blocks("invalid.sosl");
    assert!(blocks.len() >= 25, "only {} searches", blocks.len());
    let mut differences = String::new();
    for block in blocks {
        let (source, expected) =
            block.split_once("\n==>\n").unwrap_or_else(|| panic!("no message for {block}"));
        let message = match parse_search(source) {
            Ok(_) => "it parses".to_owned(),
            Err(error) => {
                assert_eq!(error.code(), "MALFORMED_SEARCH", "{source}");
                error.message(source, TextEra::of_version(62))
            }
        };
        if message != expected {
            differences.push_str(&[source, "\n==>\n", &message, "\n---\n"].concat());
        }
    }
    assert!(differences.is_empty(), "these messages differ:\n{differences}");
}

#[test]
fn the_messages_on_record_come_out_verbatim_before_summer_24() {
    let cases = [
        (
            "FIND {Marie-Pier Martin}",
            "\nFIND {Marie-Pier Martin}\n          ^\nERROR at Row:1:Column:11\n\
             line 1:11 mismatched character '-' expecting '}'",
        ),
        (
            "FIND {name} IN ALL TYPE RETURNING Account(name)",
            "\nFIND {name} IN ALL TYPE RETURNING Account(name)\n                  ^\n\
             ERROR at Row:1:Column:19\nMalformed search token: TYPE",
        ),
        ("FIND 'Jones' IN ALL FIELDS", "No search term found. The search term must be enclosed in braces."),
    ];
    for (source, expected) in cases {
        let error = parse_search(source).unwrap_err();
        assert_eq!(error.message(source, TextEra::Classic), expected);
    }
}

#[test]
fn the_parts_of_a_search_are_told_apart() {
    let source = "find {acme*} in Sidebar fields returning Account(Id, toLabel(Industry) label USING \
                  ListView = Recent WHERE Name != null ORDER BY Name DESC LIMIT 5 OFFSET 2), Contact \
                  WITH SNIPPET(target_length = 120) WITH SPELL_CORRECTION = false LIMIT 20 UPDATE \
                  TRACKING, VIEWSTAT";
    let search = parse_search(source).unwrap();
    assert_eq!(&source[search.term.span.start..search.term.span.end], "acme*");
    assert_eq!(search.group, Some(SearchGroup::Sidebar));
    let [account, contact] = search.returning.as_slice() else { panic!("{search:?}") };
    assert_eq!((account.fields.len(), account.order_by.len()), (2, 1));
    assert!(account.list_view.as_ref().is_some_and(|view| view.is("recent")));
    assert!(account.condition.is_some());
    assert_eq!(account.limit.as_ref().map(|limit| limit.value), Some(5));
    assert_eq!(account.offset.as_ref().map(|offset| offset.value), Some(2));
    assert!(source[account.span.start..account.span.end].ends_with("OFFSET 2)"));
    assert!(contact.object.is("Contact") && contact.fields.is_empty());
    let kinds: Vec<_> = search.with.iter().map(|with| &with.kind).collect();
    assert!(matches!(kinds.as_slice(), [WithKind::Snippet(Some(length)), WithKind::SpellCorrection(false)]
            if length.value == 120));
    assert_eq!(search.limit.map(|limit| limit.value), Some(20));
    let updates: Vec<_> = search.updates.iter().map(|update| update.kind).collect();
    assert_eq!(updates, [UpdateKind::Tracking, UpdateKind::Viewstat]);
}

/// The shape of a term, with every group in brackets and the operator first.
fn shape(expr: &TermExpr) -> String {
    let group = |name: &str, members: &[TermExpr]| {
        format!("[{name} {}]", members.iter().map(shape).collect::<Vec<_>>().join(" "))
    };
    match expr {
        TermExpr::Nothing => "nothing".to_owned(),
        TermExpr::Word(word) => word.to_string(),
        TermExpr::Phrase(words) => {
            format!("\"{}\"", words.iter().map(ToString::to_string).collect::<Vec<_>>().join("_"))
        }
        TermExpr::Adjacent(members) => group("near", members),
        TermExpr::And(members) => group("and", members),
        TermExpr::Or(members) => group("or", members),
        TermExpr::Not(negated) => format!("[not {}]", shape(negated)),
    }
}

#[test]
fn words_bind_before_and_and_and_before_or() {
    let cases = [
        ("joe", "joe"),
        ("joe smith", "[near joe smith]"),
        ("joe and smith Or mary", "[or [and joe smith] mary]"),
        ("mary OR joe AND smith", "[or mary [and joe smith]]"),
        ("(mary OR joe) AND smith", "[and [or mary joe] smith]"),
        ("(mary OR joe) smith", "[near [or mary joe] smith]"),
        ("joe smith OR \"mary  jane\"", "[or [near joe smith] \"mary_jane\"]"),
        ("acme AND NOT corp", "[and acme [not corp]]"),
        ("acme and not (corp or inc) and west", "[and acme [not [or corp inc]] west]"),
        ("acme AND NOT corp west", "[and acme [not corp] west]"),
        ("not acme", "[near not acme]"),
        ("\"and\" or \"or\"", "[or \"and\" \"or\"]"),
        ("find in returning", "[near find in returning]"),
        ("((joe))", "joe"),
    ];
    for (text, expected) in cases {
        let expr = parse_term(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(shape(&expr), expected, "{text}");
    }
}

#[test]
fn an_escaped_character_stands_for_itself_and_a_bare_wildcard_does_not() {
    let TermExpr::Word(word) = parse_term(r"jo?n\*\-1*").unwrap() else { panic!("one word") };
    assert_eq!(word.pieces, [Piece::Text("jo".into()), Piece::One, Piece::Text("n*-1".into()), Piece::Any]);
    assert_eq!((word.plain(), word.characters()), (None, 6));
    let TermExpr::Word(word) = parse_term(r"jane\+x@example.com").unwrap() else { panic!("one word") };
    assert_eq!(word.plain(), Some("jane+x@example.com"));
    for reserved in "?&|!{}[]()^~*:\\\"'+-".chars() {
        let text = format!("a\\{reserved}b");
        let TermExpr::Word(word) = parse_term(&text).unwrap() else { panic!("{text}") };
        assert_eq!(word.plain(), Some(format!("a{reserved}b").as_str()));
    }
}

#[test]
fn a_reserved_character_needs_its_backslash_even_in_quotes() {
    for reserved in "&|!{}[]^~:'+-".chars() {
        for text in [format!("ab{reserved}c"), format!("\"ab{reserved}c\"")] {
            let error = parse_term(&text).unwrap_err();
            assert_eq!(error.kind, SearchErrorKind::TermCharacter(reserved), "{text}");
            assert_eq!(&text[error.at..=error.at], reserved.to_string());
        }
    }
}

#[test]
fn a_term_of_one_character_is_refused_and_one_of_two_is_not() {
    for (text, named) in [("a", "a"), (" a* ", "a*"), ("*", "*"), ("", ""), ("  ", ""), ("\"a\"", "\"a\"")] {
        let error = parse_term(text).unwrap_err();
        let expected = format!("search term must be longer than one character: {named}");
        assert_eq!(error.message(text, TextEra::Modern), expected);
        assert_eq!(error.code(), "MALFORMED_SEARCH");
    }
    for text in ["ab", "a b", "a*b", "John F Kennedy"] {
        assert!(parse_term(text).is_ok(), "{text}");
    }
}

#[test]
fn long_terms_lose_their_operators_and_longer_ones_find_nothing() {
    let long = |length: usize| format!("(joe AND NOT mary) OR smith{}", " ".repeat(length - 27));
    assert_eq!(shape(&parse_term(&long(4_000)).unwrap()), "[or [and joe [not mary]] smith]");
    assert_eq!(shape(&parse_term(&long(4_001)).unwrap()), "[or joe mary smith]");
    assert_eq!(shape(&parse_term(&long(10_000)).unwrap()), "[or joe mary smith]");
    assert_eq!(parse_term(&long(10_001)), Ok(TermExpr::Nothing));
}

#[test]
fn hostile_nesting_of_a_term_is_refused_and_does_not_exhaust_the_stack() {
    let nested = |depth: usize| format!("{}joe{}", "(".repeat(depth), ")".repeat(depth));
    assert!(parse_term(&nested(100)).is_ok());
    assert_eq!(parse_term(&nested(1_900)).unwrap_err().code(), "QUERY_TOO_COMPLICATED");
    let source = format!("FIND {{joe}} RETURNING A(Id WHERE {}Id = 'x')", "(".repeat(20_000));
    assert_eq!(parse_search(&source).unwrap_err().code(), "QUERY_TOO_COMPLICATED");
}

/// Pieces of searches, good and bad, to be thrown together.
const PIECES: &[&str] = &[
    "FIND",
    "{",
    "}",
    "{joe}",
    "joe",
    "*",
    "?",
    "\\",
    "\\-",
    "-",
    "\"",
    "(",
    ")",
    "AND",
    "OR",
    "NOT",
    "IN",
    "ALL",
    "NAME",
    "FIELDS",
    "RETURNING",
    "Account",
    "Id",
    "Name",
    ",",
    "WHERE",
    "= 'a'",
    "'",
    "ORDER",
    "BY",
    "LIMIT",
    "OFFSET",
    "1",
    "USING",
    "ListView",
    "=",
    "WITH",
    "SNIPPET",
    "target_length",
    "DATA",
    "CATEGORY",
    "AT",
    "NETWORK",
    "PricebookId",
    "METADATA",
    "'LABELS'",
    "SPELL_CORRECTION",
    "true",
    "HIGHLIGHT",
    "UPDATE",
    "TRACKING",
    "é",
    "\u{1F600}",
    "\n",
    ":x",
];

/// Parses, and renders the error in every way there is.
fn exercise(source: &str) {
    match parse_search(source) {
        Ok(search) => {
            let printed = search.to_string();
            assert!(parse_search(&printed).is_ok(), "{source}\n{printed}");
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
    if let Ok(expr) = parse_term(source) {
        assert_eq!(parse_term(&expr.to_string()), Ok(expr), "{source}");
    }
}

fn pieces() -> impl Strategy<Value = String> {
    vec((select(PIECES), any::<bool>()), 0..24).prop_map(|pieces| {
        pieces.iter().map(|(piece, blank)| format!("{piece}{}", if *blank { " " } else { "" })).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn random_text_never_panics(source in "\\PC{0,60}|[\\x00-\\x7f]{0,60}") {
        exercise(&source);
        exercise(&format!("FIND {{{source}}}"));
    }

    #[test]
    fn random_pieces_of_searches_never_panic(source in pieces()) {
        exercise(&source);
        exercise(&format!("FIND {{{source}}}"));
        exercise(&format!("FIND {{joe}} {source}"));
        exercise(&format!("FIND {{joe}} RETURNING Account({source}"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn a_printed_search_parses_to_the_same_search(tree in search()) {
        let printed = tree.to_string();
        let mut parsed = parse_search(&printed).unwrap_or_else(|error| panic!("{printed}\n{error}"));
        erase_search(&mut parsed);
        prop_assert_eq!(parsed, tree);
    }

    #[test]
    fn a_printed_term_parses_to_the_same_term(expr in term_expr()) {
        let printed = expr.to_string();
        prop_assert_eq!(parse_term(&printed), Ok(expr), "{}", printed);
    }
}
