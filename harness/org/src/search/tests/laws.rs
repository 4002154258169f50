//! Laws that hold for any text and any term.

use mockorg_soql::sosl::{Piece, TermExpr, parse_term};
use proptest::prelude::*;

use super::World;
use crate::{ErrorCode, SearchRequest, SearchedObject, search::tokens::Tokens};

/// Whether a text has a token that a word of one token stands for, looked for without an index.
fn has(text: &str, pieces: &[Piece]) -> bool {
    let mut tokens = Tokens::default();
    tokens.read(text, false);
    let fits = |token: &str| fits(&token.chars().collect::<Vec<_>>(), pieces);
    (0..tokens.len()).filter_map(|index| tokens.get(index)).any(fits)
}

fn fits(token: &[char], pieces: &[Piece]) -> bool {
    match pieces.split_first() {
        None => token.is_empty(),
        Some((Piece::Text(text), rest)) => {
            let text: Vec<char> = text.chars().collect();
            token.strip_prefix(text.as_slice()).is_some_and(|token| fits(token, rest))
        }
        Some((Piece::One, rest)) => token.split_first().is_some_and(|(_, token)| fits(token, rest)),
        Some((Piece::Any, rest)) => (0..=token.len()).any(|taken| fits(&token[taken..], rest)),
    }
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn an_index_finds_what_a_walk_over_the_tokens_finds(
        text in "[abc]{1,4}( [abc]{1,4}){0,4}",
        term in "[abc]{2}[abc*?]{0,4}",
        other in "[abc]{2}[abc*?]{0,3}",
    ) {
        let mut world = World::empty();
        world.add("Task", &[("Subject", &text)]);
        let finds = |term: &str| world.found(&format!("FIND {{{term}}} RETURNING Task")) != "nothing";
        let alone = |term: &str| match parse_term(term).unwrap() {
            TermExpr::Word(word) => has(&text, &word.pieces),
            other => panic!("{other:?}"),
        };
        let (first, second) = (alone(&term), alone(&other));
        prop_assert_eq!(finds(&term), first);
        prop_assert_eq!(finds(&format!("{term} {other}")), first && second);
        prop_assert_eq!(finds(&format!("{term} OR {other}")), first || second);
        prop_assert_eq!(finds(&format!("{term} AND NOT {other}")), first && !second);
    }

    #[test]
    fn no_text_and_no_term_makes_a_search_panic(
        text in any::<String>(),
        markup in "[<>&;#a \\u{e9}\\u{6771}1]{0,24}",
        term in "[a-c0-2*?\"()\u{e9}\u{6771}\u{301} \\\\&.{}-]{0,24}",
    ) {
        let mut world = World::empty();
        world.add("Page__c", &[("Name", &text), ("Body__c", &markup)]);
        world.add("Contact", &[("Phone", &text), ("Name", &markup)]);
        world.add("Ticket__c", &[("Name", &text)]);
        for sosl in [format!("FIND {{{term}}}"), format!("FIND {{{term}*}} IN PHONE FIELDS"), term.clone()] {
            if let Err(error) = world.ask(&sosl) {
                prop_assert_eq!(error.code, ErrorCode::MalformedSearch);
            }
        }
    }

    #[test]
    fn parameters_never_make_another_search_than_they_say(
        q in "[ab} {]{2,6}",
        name in "(Account|Contact|Task)[(), LIMT1]{0,4}",
        condition in proptest::option::of("[)=' A-E]{0,8}|Name != null[) LIMT1]{0,6}"),
    ) {
        let mut world = World::empty();
        world.add("Account", &[("Name", "ab")]);
        world.add("Contact", &[("Name", "ab")]);
        let object = SearchedObject {
            name: name.as_str().into(),
            condition: condition.map(Into::into),
            ..SearchedObject::default()
        };
        let request = SearchRequest { q: q.as_str().into(), objects: vec![object], ..SearchRequest::default() };
        if let Ok(reply) = world.org.parameterized_search(&world.ctx, &request) {
            let rows = super::result(reply).rows;
            prop_assert!(rows.iter().all(|row| *row.object == *name), "{request:?}");
        }
    }
}
