//! The JSON Schemas (2020-12) of everything that an org answers, as texts: for checks of a client's own, in Rust or in
//! any other language.
//!
//! The schemas of answers hold for every version. Those of records and of event payloads say with `x-since` and
//! `x-until` in which versions a field or a value of a picklist exists; [`MockOrgBuilder::json_schemas`](crate::MockOrgBuilder::json_schemas) gives them for
//! one version, and for objects and events of an org's own.

include!(concat!(env!("OUT_DIR"), "/schemas.rs"));

/// The schemas of the standard objects, with the index of endpoints and the format of contract cases: path and text.
///
/// * `responses/<name>.schema.json` – answers, by the names that the index of endpoints uses
/// * `responses/records/<Object>.schema.json` – the records of an object
/// * `events/payloads/<Event>.schema.json` – the payload of an event in the Streaming API
/// * `endpoints.json`, `case.schema.json`
///
/// References between them are relative to these paths.
///
/// # Examples
///
/// ```
/// let (_, token) = mockorg::schemas::files()
///     .iter()
///     .find(|(path, _)| *path == "responses/token.schema.json")
///     .unwrap();
/// assert!(token.contains("access_token"));
/// ```
#[must_use]
pub fn files() -> &'static [(&'static str, &'static str)] {
    FILES
}
