//! Addresses of resources inside answers: relative, in the version of the request.

use mockorg_org::{ApiVersion, RecordId};

use crate::json::JsonWriter;

/// Writes `/services/data/vXX.0` followed by `rest`.
pub(crate) fn write_address(w: &mut JsonWriter, version: ApiVersion, rest: &[&str]) {
    let number = version.number();
    let digits = [b'0' + number / 10, b'0' + number % 10];
    let digits = std::str::from_utf8(&digits).unwrap_or_default();
    w.plain(["/services/data/v", digits, ".0"].into_iter().chain(rest.iter().copied()));
}

/// Writes the address of a record.
pub(super) fn write_record_address(w: &mut JsonWriter, version: ApiVersion, object: &str, id: RecordId) {
    let id = id.to_18();
    write_address(w, version, &["/sobjects/", object, "/", id_text(&id)]);
}

/// The 18-character form as text.
pub(super) fn id_text(id: &[u8; 18]) -> &str {
    // Ids are ASCII.
    std::str::from_utf8(id).unwrap_or_default()
}

/// Writes an id in its 18-character form.
pub(crate) fn write_id(w: &mut JsonWriter, id: RecordId) -> &mut JsonWriter {
    w.plain([id_text(&id.to_18())])
}
