//! Outcomes of single-record writes.

use mockorg_org::{ApiError, ApiVersion, Enqueued, RecordId};

use super::{address::write_id, error::errors_in_list};
use crate::json::JsonWriter;

/// The first version whose upsert answers say whether the record is new.
const CREATED_SINCE: u8 = 46;

/// Writes the answer of a create call.
pub(crate) fn save_result(w: &mut JsonWriter, id: RecordId) {
    begin_result(w, id);
    w.end_object();
}

/// Writes the answer of a create call for an event: a success whose list of errors holds the event's identity.
pub(crate) fn enqueued(w: &mut JsonWriter, enqueued: &Enqueued) {
    w.begin_object().key("id");
    write_id(w, enqueued.id);
    w.key("success").bool(true).key("errors").begin_array();
    w.begin_object().key("statusCode").plain(["OPERATION_ENQUEUED"]);
    w.key("message").string(&enqueued.uuid).key("fields").begin_array().end_array().end_object();
    w.end_array().end_object();
}

/// Writes the answer of an upsert call.
pub(crate) fn upsert_result(w: &mut JsonWriter, id: RecordId, created: bool, version: ApiVersion) {
    begin_result(w, id);
    if version.number() >= CREATED_SINCE {
        w.key("created").bool(created);
    }
    w.end_object();
}

/// Writes the result of one of many records that was not saved; its id is there when it is known.
pub(crate) fn failed_result(w: &mut JsonWriter, id: Option<RecordId>, error: &ApiError) {
    w.begin_object();
    if let Some(id) = id {
        w.name("id");
        write_id(w, id);
    }
    w.name("success").bool(false).name("errors");
    errors_in_list(w, std::slice::from_ref(error));
    w.end_object();
}

/// Writes the result of a record of a tree.
pub(crate) fn tree_result(w: &mut JsonWriter, reference: &str, id: RecordId) {
    w.begin_object().name("referenceId").string(reference).name("id");
    write_id(w, id);
    w.end_object();
}

/// Writes what is wrong with a record of a tree.
pub(crate) fn tree_error(w: &mut JsonWriter, reference: &str, error: &ApiError) {
    w.begin_object().name("referenceId").string(reference).name("errors");
    errors_in_list(w, std::slice::from_ref(error));
    w.end_object();
}

fn begin_result(w: &mut JsonWriter, id: RecordId) {
    w.begin_object().key("id");
    write_id(w, id);
    w.key("success").bool(true).key("errors").begin_array().end_array();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::JsonForm;

    fn written(build: impl FnOnce(&mut JsonWriter, RecordId)) -> String {
        let mut w = JsonWriter::new(JsonForm::Compact);
        build(&mut w, "001Da00000xnAk6".parse().unwrap());
        String::from_utf8(w.finish()).unwrap()
    }

    #[test]
    fn a_saved_record_is_named_with_its_long_id() {
        assert_eq!(written(save_result), r#"{"id":"001Da00000xnAk6IAE","success":true,"errors":[]}"#);
    }

    #[test]
    fn upserts_tell_whether_they_created_from_46_on() {
        let upsert = |version: &str| written(|w, id| upsert_result(w, id, true, version.parse().unwrap()));
        assert_eq!(
            upsert("46.0"),
            r#"{"id":"001Da00000xnAk6IAE","success":true,"errors":[],"created":true}"#
        );
        assert_eq!(upsert("45.0"), r#"{"id":"001Da00000xnAk6IAE","success":true,"errors":[]}"#);
    }
}
