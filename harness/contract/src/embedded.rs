//! The cases and known gaps that are part of the library, so that they are there without a checkout of the project.
//!
//! ```
//! use mockorg_contract::embedded;
//!
//! assert!(embedded::cases().iter().any(|(name, _)| *name == "rest/versions"));
//! ```

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The cases: name, `<area>/<case>`, and text, in the order of names. [`CaseFormat::parse`](crate::CaseFormat::parse)
/// reads them.
pub fn cases() -> &'static [(&'static str, &'static str)] {
    CASES
}

/// The cases of known gaps: name and text.
pub fn gap_cases() -> &'static [(&'static str, &'static str)] {
    GAP_CASES
}

/// The lives that the fuzzer lives first: name and text.
pub fn regressions() -> &'static [(&'static str, &'static str)] {
    REGRESSIONS
}

/// The text of the list of known gaps.
pub fn gaps() -> &'static str {
    GAPS
}
