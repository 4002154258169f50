//! Any text: the parser and the messages of its errors never panic, and what parses prints to what parses again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mockorg_soql::{TextEra, parse};

fuzz_target!(|text: &str| match parse(text) {
    Ok(query) => {
        let printed = query.to_string();
        assert!(parse(&printed).is_ok(), "{text}\n{printed}");
    }
    Err(error) => {
        for version in [31, 62, 68] {
            assert!(!error.message(text, TextEra::of_version(version)).is_empty());
        }
    }
});
