//! The answer of the asset actions of Revenue Cloud.

use mockorg_org::{AssetActionReply, AssetOperation, RecordId};

use crate::json::JsonWriter;

/// The members that hold the quote or order: that of the property tables, and where an example prints
/// another one, that one, too.
///
/// Source: Revenue Management guide, pages Renewal, Amendment, Cancellation.
const fn record_members(operation: AssetOperation) -> &'static [&'static str] {
    match operation {
        AssetOperation::Renew => &["renewalRecordId"],
        AssetOperation::Amend => &["amendmenRecordId", "amendmentRecordId"],
        AssetOperation::Cancel => &["cancellationRecordId"],
    }
}

/// Writes what a request has led to.
pub(crate) fn asset_action(w: &mut JsonWriter, reply: &AssetActionReply) {
    w.begin_object();
    let id = |id: Option<RecordId>| id.map(|id| id.to_string());
    for name in record_members(reply.operation) {
        w.key(name).optional(id(reply.record).as_deref());
    }
    w.key("errors").begin_array();
    for error in &reply.errors {
        w.begin_object().key("errorCode").string(error.code.as_str());
        w.key("errorMessage").optional(error.message.as_deref()).end_object();
    }
    w.end_array().key("requestId").optional(id(reply.request).as_deref());
    w.key("success").bool(reply.errors.is_empty()).end_object();
}

#[cfg(test)]
mod tests {
    use mockorg_org::{ApiError, ErrorCode};

    use super::*;
    use crate::json::JsonForm;

    fn written(reply: &AssetActionReply) -> String {
        let mut w = JsonWriter::new(JsonForm::Compact);
        asset_action(&mut w, reply);
        String::from_utf8(w.finish()).unwrap()
    }

    #[test]
    fn a_carried_out_amendment_names_its_record_in_both_spellings() {
        let reply = AssetActionReply {
            operation: AssetOperation::Amend,
            errors: Vec::new(),
            record: Some("0Q0RO0000000001".parse().unwrap()),
            request: Some("16PRO0000000001".parse().unwrap()),
        };
        assert_eq!(
            written(&reply),
            r#"{"amendmenRecordId":"0Q0RO00000000010AA","amendmentRecordId":"0Q0RO00000000010AA","errors":[],"requestId":"16PRO00000000012AA","success":true}"#
        );
    }

    #[test]
    fn a_refused_request_names_code_and_text_by_the_members_of_this_api() {
        let error = ApiError::resource(ErrorCode::RequiredFieldMissing, "Specify it.");
        let operation = AssetOperation::Cancel;
        let reply = AssetActionReply { operation, errors: vec![error], record: None, request: None };
        assert_eq!(
            written(&reply),
            r#"{"cancellationRecordId":null,"errors":[{"errorCode":"REQUIRED_FIELD_MISSING","errorMessage":"Specify it."}],"requestId":null,"success":false}"#
        );
    }
}
