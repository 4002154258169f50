//! Invocable actions and the background operations of the asset life cycle.

use mockorg_org::{
    ActionDescription, ActionOutcome, ActionParameter, ActionSummary, ActionValue, ActionValues, ApiVersion,
    AsyncOperationReply,
};

use super::{address::write_address, error::errors_in_list, value::write_value};
use crate::json::JsonWriter;

/// The first version whose outcomes name invocation, order and version.
const FULL_OUTCOMES_SINCE: u8 = 60;

/// Writes the list of standard actions.
pub(crate) fn actions(w: &mut JsonWriter, actions: &[ActionSummary], version: ApiVersion) {
    w.begin_object().key("actions").begin_array();
    for action in actions {
        w.begin_object().key("label").string(&action.label).key("name").string(&action.name);
        w.key("type").string(&action.action_type).key("url");
        write_address(w, version, &["/actions/standard/", &action.name]);
        w.end_object();
    }
    w.end_array().end_object();
}

/// Writes a standard action with its inputs and outputs.
pub(crate) fn action_description(w: &mut JsonWriter, action: &ActionDescription) {
    let ActionSummary { name, label, action_type } = &action.summary;
    w.begin_object().key("label").string(label).key("name").string(name).key("type").string(action_type);
    w.key("standard").bool(true).key("targetEntityName").null();
    w.key("inputs").begin_array();
    for input in &action.inputs {
        begin_parameter(w, input);
        w.key("required").bool(input.required);
        end_parameter(w, input);
    }
    w.end_array().key("outputs").begin_array();
    for output in &action.outputs {
        begin_parameter(w, output);
        end_parameter(w, output);
    }
    w.end_array().end_object();
}

fn begin_parameter(w: &mut JsonWriter, parameter: &ActionParameter) {
    w.begin_object().key("byteLength").int(0).key("description").null();
    w.key("label").string(&parameter.label).key("maxOccurs").int(parameter.max_occurs);
    w.key("name").string(&parameter.name).key("picklistValues").null();
}

fn end_parameter(w: &mut JsonWriter, parameter: &ActionParameter) {
    w.key("sobjectType").null().key("type").string(&parameter.value_type).end_object();
}

/// Writes the outcomes of an action, one per input.
pub(crate) fn invoked(w: &mut JsonWriter, name: &str, outcomes: &[ActionOutcome], version: ApiVersion) {
    let full = version.number() >= FULL_OUTCOMES_SINCE;
    w.begin_array();
    for outcome in outcomes {
        w.begin_object().key("actionName").string(name).key("errors");
        match outcome {
            Ok(_) => {
                w.null();
            }
            Err(errors) => errors_in_list(w, errors),
        }
        if full {
            w.key("invocationId").null();
        }
        w.key("isSuccess").bool(outcome.is_ok());
        if full {
            w.key("outcome").null();
        }
        w.key("outputValues");
        match outcome {
            Ok(values) => {
                write_outputs(w, values);
            }
            Err(_) => {
                w.null();
            }
        }
        if full {
            w.key("sortOrder").int(-1).key("version").int(1);
        }
        w.end_object();
    }
    w.end_array();
}

fn write_outputs(w: &mut JsonWriter, values: &ActionValues) {
    w.begin_object();
    for (name, value) in values {
        w.key(name);
        match value {
            ActionValue::One(value) => write_value(w, value),
            ActionValue::List(items) => {
                w.begin_array();
                items.iter().for_each(|item| write_outputs(w, item));
                w.end_array();
            }
        }
    }
    w.end_object();
}

/// Writes the four-member answer of the initiate calls.
pub(crate) fn async_operation(w: &mut JsonWriter, reply: &AsyncOperationReply) {
    w.begin_object().key("errors").begin_array();
    for error in &reply.errors {
        w.begin_object().key("errorCode").string(error.code.as_str());
        w.key("message").optional(error.message.as_deref()).end_object();
    }
    w.end_array().key("requestIdentifier").optional(reply.request_identifier.as_deref()).key("statusURL");
    match &reply.tracker {
        // This address alone carries the short form of the id.
        Some((version, object, id)) => write_address(w, *version, &["/sobjects/", object, "/", id.as_15()]),
        None => {
            w.null();
        }
    }
    w.key("success").bool(reply.errors.is_empty()).end_object();
}

#[cfg(test)]
mod tests {
    use mockorg_org::{ApiError, ErrorCode, Value};

    use super::*;
    use crate::json::JsonForm;

    fn written(build: impl FnOnce(&mut JsonWriter)) -> String {
        let mut w = JsonWriter::new(JsonForm::Compact);
        build(&mut w);
        String::from_utf8(w.finish()).unwrap()
    }

    fn summary() -> ActionSummary {
        ActionSummary {
            name: "createOrUpdateAssetFromOrder".into(),
            label: "Create or Update Asset From Order".into(),
            action_type: "CREATEORUPDATEASSETFROMORDER".into(),
        }
    }

    #[test]
    fn an_accepted_operation_points_to_its_tracker_by_the_short_id() {
        let reply = AsyncOperationReply {
            errors: Vec::new(),
            request_identifier: Some("4083b36c-fea9-465b-bf31-79467f98e54a".into()),
            tracker: Some((
                "58.0".parse().unwrap(),
                "RevenueAsyncOperation".into(),
                "95Txx0000004CH6".parse().unwrap(),
            )),
        };
        assert_eq!(
            written(|w| async_operation(w, &reply)),
            r#"{"errors":[],"requestIdentifier":"4083b36c-fea9-465b-bf31-79467f98e54a","statusURL":"/services/data/v58.0/sobjects/RevenueAsyncOperation/95Txx0000004CH6","success":true}"#
        );
    }

    #[test]
    fn a_refused_operation_names_a_code_and_no_message() {
        let error =
            ApiError { message: None, ..ApiError::exception(ErrorCode::IllegalQueryParameterValue, "") };
        let reply = AsyncOperationReply { errors: vec![error], request_identifier: None, tracker: None };
        assert_eq!(
            written(|w| async_operation(w, &reply)),
            r#"{"errors":[{"errorCode":"ILLEGAL_QUERY_PARAMETER_VALUE","message":null}],"requestIdentifier":null,"statusURL":null,"success":false}"#
        );
    }

    #[test]
    fn outcomes_grew_members_in_60() {
        let outcomes = [
            Ok(vec![("assetId".into(), Value::text("02i").into())]),
            Err(vec![ApiError::dml::<&str>(ErrorCode::InvalidApiInput, "no such order", [])]),
        ];
        let at = |version: &str| written(|w| invoked(w, "a", &outcomes, version.parse().unwrap()));
        assert_eq!(
            at("60.0"),
            r#"[{"actionName":"a","errors":null,"invocationId":null,"isSuccess":true,"outcome":null,"outputValues":{"assetId":"02i"},"sortOrder":-1,"version":1},{"actionName":"a","errors":[{"statusCode":"INVALID_API_INPUT","message":"no such order","fields":[]}],"invocationId":null,"isSuccess":false,"outcome":null,"outputValues":null,"sortOrder":-1,"version":1}]"#
        );
        assert_eq!(
            at("59.0"),
            r#"[{"actionName":"a","errors":null,"isSuccess":true,"outputValues":{"assetId":"02i"}},{"actionName":"a","errors":[{"statusCode":"INVALID_API_INPUT","message":"no such order","fields":[]}],"isSuccess":false,"outputValues":null}]"#
        );
    }

    #[test]
    fn an_output_can_be_a_list_of_objects() {
        let details = vec![vec![("quantity".into(), 2.into())]];
        let asset = vec![
            ("assetId".into(), Value::Null.into()),
            ("renewalPriceDetails".into(), ActionValue::List(details)),
        ];
        let outcomes = [Ok(vec![("assets".into(), ActionValue::List(vec![asset, Vec::new()]))])];
        let written = written(|w| invoked(w, "a", &outcomes, "55.0".parse().unwrap()));
        let outputs = r#"{"assets":[{"assetId":null,"renewalPriceDetails":[{"quantity":2}]},{}]}"#;
        assert!(written.ends_with(&format!(r#""outputValues":{outputs}}}]"#)), "{written}");
    }

    #[test]
    fn the_list_of_actions_gives_their_addresses() {
        assert_eq!(
            written(|w| actions(w, &[summary()], "62.0".parse().unwrap())),
            r#"{"actions":[{"label":"Create or Update Asset From Order","name":"createOrUpdateAssetFromOrder","type":"CREATEORUPDATEASSETFROMORDER","url":"/services/data/v62.0/actions/standard/createOrUpdateAssetFromOrder"}]}"#
        );
    }

    #[test]
    fn a_described_action_lists_inputs_with_and_outputs_without_required() {
        let parameter = |name: &str| ActionParameter {
            name: name.into(),
            label: "Order ID".into(),
            value_type: "STRING".into(),
            required: true,
            max_occurs: 1,
        };
        let action = ActionDescription {
            summary: summary(),
            inputs: vec![parameter("orderId")],
            outputs: vec![parameter("id")],
        };
        assert_eq!(
            written(|w| action_description(w, &action)),
            r#"{"label":"Create or Update Asset From Order","name":"createOrUpdateAssetFromOrder","type":"CREATEORUPDATEASSETFROMORDER","standard":true,"targetEntityName":null,"inputs":[{"byteLength":0,"description":null,"label":"Order ID","maxOccurs":1,"name":"orderId","picklistValues":null,"required":true,"sobjectType":null,"type":"STRING"}],"outputs":[{"byteLength":0,"description":null,"label":"Order ID","maxOccurs":1,"name":"id","picklistValues":null,"sobjectType":null,"type":"STRING"}]}"#
        );
    }
}
