//! Any text: the search parser and the messages of its errors never panic, and what parses prints to what parses again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mockorg_soql::{
    TextEra,
    sosl::{parse_search, parse_term},
};

fuzz_target!(|text: &str| {
    match parse_search(text) {
        Ok(search) => {
            let printed = search.to_string();
            assert!(parse_search(&printed).is_ok(), "{text}\n{printed}");
        }
        Err(error) => {
            for version in [31, 62, 68] {
                assert!(!error.message(text, TextEra::of_version(version)).is_empty());
            }
        }
    }
    if let Err(error) = parse_term(text) {
        assert!(!error.message(text, TextEra::Modern).is_empty());
    }
});
