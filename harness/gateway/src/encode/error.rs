//! Errors: the members and their order tell which layer of the platform spoke.

use mockorg_org::{ApiError, DuplicateResult, ErrorLayer};

use super::address::{write_id, write_record_address};
use crate::json::JsonWriter;

/// Writes one error as an object.
fn error(w: &mut JsonWriter, error: &ApiError) {
    let code = error.code.as_str();
    let message = error.message.as_deref();
    w.begin_object();
    match error.layer {
        ErrorLayer::Resource => w.key("errorCode").string(code).key("message").optional(message),
        ErrorLayer::Exception => w.key("message").optional(message).key("errorCode").string(code),
        ErrorLayer::Dml => {
            w.key("message").optional(message).key("errorCode").string(code);
            w.key("fields").strings(&error.fields)
        }
    };
    w.end_object();
}

/// Writes the body of a failed call: an array of one error, or of several of the same record. In version 52 and
/// later, duplicates are told in full.
pub(crate) fn error_envelope(w: &mut JsonWriter, one: &ApiError) {
    /// The first version that tells which records are alike.
    const DUPLICATES_SINCE: u8 = 52;
    w.begin_array();
    for own in one.each() {
        match own.duplicates().filter(|found| found.version.number() >= DUPLICATES_SINCE) {
            Some(found) => {
                w.begin_object().key("duplicateResult");
                duplicates(w, found);
                w.key("errorCode").string(own.code.as_str());
                w.key("message").optional(own.message.as_deref()).end_object();
            }
            None => error(w, own),
        }
    }
    w.end_array();
}

/// Writes the records that a duplicate rule found.
fn duplicates(w: &mut JsonWriter, found: &DuplicateResult) {
    w.begin_object().key("allowSave").bool(found.allow_save);
    w.key("duplicateRule").string(&found.rule).key("duplicateRuleEntityType").string(&found.object);
    w.key("errorMessage").string(&found.alert).key("matchResults").begin_array();
    w.begin_object().key("entityType").string(&found.object).key("errors").begin_array().end_array();
    w.key("matchEngine").string("ExactMatchEngine").key("matchRecords").begin_array();
    for id in &found.records {
        w.begin_object().key("additionalInformation").begin_array().end_array();
        w.key("fieldDiffs").begin_array().end_array().key("matchConfidence").int(100_u8);
        w.key("record").begin_object().key("attributes").begin_object();
        w.key("type").string(&found.object).key("url");
        write_record_address(w, found.version, &found.object, *id);
        w.end_object().key("Id");
        write_id(w, *id);
        w.end_object().end_object();
    }
    w.end_array().key("rule").string(&found.rule);
    w.key("size").int(u32::try_from(found.records.len()).unwrap_or(u32::MAX));
    w.key("success").bool(true).end_object().end_array().end_object();
}

/// Writes errors as the entries of list calls hold them.
pub(super) fn errors_in_list(w: &mut JsonWriter, errors: &[ApiError]) {
    w.begin_array();
    for error in errors.iter().flat_map(ApiError::each) {
        w.begin_object().key("statusCode").string(error.code.as_str());
        w.key("message").optional(error.message.as_deref());
        w.key("fields").strings(&error.fields).end_object();
    }
    w.end_array();
}

#[cfg(test)]
mod tests {
    use mockorg_org::ErrorCode;

    use super::*;
    use crate::json::JsonForm;

    fn written(build: impl FnOnce(&mut JsonWriter)) -> String {
        let mut w = JsonWriter::new(JsonForm::Compact);
        build(&mut w);
        String::from_utf8(w.finish()).unwrap()
    }

    #[test]
    fn each_layer_has_its_own_members_and_order() {
        for (error, expected) in [
            (
                ApiError::not_found(),
                r#"[{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}]"#,
            ),
            (
                ApiError::invalid_session(),
                r#"[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]"#,
            ),
            (
                ApiError::dml::<&str>(ErrorCode::EntityIsDeleted, "entity is deleted", []),
                r#"[{"message":"entity is deleted","errorCode":"ENTITY_IS_DELETED","fields":[]}]"#,
            ),
        ] {
            assert_eq!(written(|w| error_envelope(w, &error)), expected);
        }
    }

    #[test]
    fn lists_speak_of_status_codes() {
        let error =
            ApiError::dml(ErrorCode::RequiredFieldMissing, "Required fields are missing: [Name]", ["Name"]);
        assert_eq!(
            written(|w| errors_in_list(w, &[error])),
            r#"[{"statusCode":"REQUIRED_FIELD_MISSING","message":"Required fields are missing: [Name]","fields":["Name"]}]"#
        );
    }
}
