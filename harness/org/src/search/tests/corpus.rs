//! The corpus of searches: each with the rows that it must find, or the code and words of its refusal.

use std::fmt::Write;

use super::World;

const CORPUS: &str = include_str!("../../../../../fixtures/soql/searches.sosl");

#[test]
fn searches_find_what_the_corpus_says() {
    let world = World::new();
    let mut differences = String::new();
    for block in CORPUS.split("\n---\n") {
        let (search, expected) = block.split_once("\n==>").unwrap_or((block, ""));
        let found = world.found(search.trim());
        if found.trim() != expected.trim() {
            write!(differences, "{search}\n==>\n{found}\n---\n").unwrap();
        }
    }
    assert!(differences.is_empty(), "the org says:\n{differences}");
}
