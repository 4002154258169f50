//! Any text as a definition file or org file: it is used or refused with a reason.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mockorg_org::{
    OrgFile,
    catalog::{Catalog, DefinitionSource},
};

fuzz_target!(|json: &str| {
    if let Err(error) = Catalog::build(&[DefinitionSource { origin: "fuzz", json }], &[]) {
        assert!(!error.to_string().is_empty());
    }
    if let Err(error) = OrgFile::parse(json) {
        assert!(!error.to_string().is_empty());
    }
});
