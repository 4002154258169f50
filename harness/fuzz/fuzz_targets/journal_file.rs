//! Any bytes as a file of entries: they are read as far as they are whole, or refused with a reason.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mockorg_gateway::recording::file::Reader;

fuzz_target!(|bytes: &[u8]| {
    let mut reader = match Reader::open(bytes) {
        Ok(reader) => reader,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    loop {
        match reader.next_unit() {
            Ok(Some(unit)) => assert!(!unit.is_empty()),
            Ok(None) => break,
            Err(error) => return assert!(!error.to_string().is_empty()),
        }
    }
    let end = reader.end();
    let torn = end.torn.map_or(0, |torn| torn.bytes);
    assert_eq!(end.bytes + torn, bytes.len() as u64);
});
