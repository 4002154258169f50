//! Errors: the members and their order tell which layer of the platform spoke.

use mockorg_org::{ApiError, ErrorLayer};

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

/// Writes the body of a failed call: an array of one error.
pub(crate) fn error_envelope(w: &mut JsonWriter, one: &ApiError) {
    w.begin_array();
    error(w, one);
    w.end_array();
}

/// Writes errors as the entries of list calls hold them.
pub(super) fn errors_in_list(w: &mut JsonWriter, errors: &[ApiError]) {
    w.begin_array();
    for error in errors {
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
