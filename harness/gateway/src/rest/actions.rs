//! Invocable actions and the initiate calls.

use mockorg_org::{ApiError, Call, ErrorCode, FieldInput, InitiateOperation, Input, Reply};

use super::unexpected;
use crate::{
    answer::Answer,
    encode,
    exchange::{Exchange, Failure},
};

/// `GET /actions`.
pub(crate) fn actions(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    exchange.call(Call::Authorize)?;
    let version = exchange.version;
    let mut writer = exchange.writer();
    writer.begin_object();
    for kind in ["standard", "custom"] {
        writer.key(kind).display(format_args!("/services/data/v{version}/actions/{kind}"));
    }
    writer.end_object();
    Ok(Answer::json(200, writer.finish()))
}

/// `GET /actions/standard`.
pub(crate) fn standard_actions(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let Reply::Actions(actions) = exchange.call(Call::ListActions)? else { return Err(unexpected()) };
    let mut writer = exchange.writer();
    encode::actions(&mut writer, &actions, exchange.version);
    Ok(Answer::json(200, writer.finish()))
}

/// `GET /actions/standard/<name>`.
pub(crate) fn describe_action(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let name = exchange.param("name").into();
    let Reply::Action(action) = exchange.call(Call::DescribeAction { name })? else {
        return Err(unexpected());
    };
    let mut writer = exchange.writer();
    encode::action_description(&mut writer, &action);
    Ok(Answer::json(200, writer.finish()))
}

/// `POST /actions/standard/<name>`.
pub(crate) fn invoke_action(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let inputs = inputs(exchange.record_body()?)?;
    let name = exchange.param("name").into();
    let Reply::Invoked { name, outcomes } = exchange.call(Call::InvokeAction { name, inputs })? else {
        return Err(unexpected());
    };
    let status = if outcomes.iter().all(Result::is_ok) { 200 } else { 400 };
    let mut writer = exchange.writer();
    encode::invoked(&mut writer, &name, &outcomes, exchange.version);
    Ok(Answer::json(status, writer.finish()))
}

/// The inputs in `{"inputs":[{…},…]}`. An empty list invokes nothing.
fn inputs(body: Vec<FieldInput>) -> Result<Vec<Vec<FieldInput>>, ApiError> {
    let broken = || {
        ApiError::exception(ErrorCode::JsonParserError, "The inputs of an action must be a list of objects")
    };
    let inputs = body.into_iter().find(|member| &*member.name == "inputs").ok_or_else(broken)?;
    let Input::Array(inputs) = inputs.value else { return Err(broken()) };
    let object = |input| if let Input::Object(members) = input { Ok(members) } else { Err(broken()) };
    inputs.into_iter().map(object).collect()
}

/// `POST /asset-management/assets/collection/actions/initiate-renewal`.
pub(crate) fn initiate_renewal(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    initiate(exchange, InitiateOperation::Renewal)
}

/// `POST /asset-management/assets/collection/actions/initiate-amend-quantity`.
pub(crate) fn initiate_amend_quantity(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    initiate(exchange, InitiateOperation::AmendQuantity)
}

/// `POST /asset-management/assets/collection/actions/initiate-cancellation`.
pub(crate) fn initiate_cancellation(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    initiate(exchange, InitiateOperation::Cancellation)
}

fn initiate(exchange: &Exchange<'_>, operation: InitiateOperation) -> Result<Answer, Failure> {
    let body = exchange.record_body()?;
    let Reply::AsyncOperation(reply) = exchange.call(Call::Initiate { operation, body })? else {
        return Err(unexpected());
    };
    let status = if reply.errors.is_empty() { exchange.gateway.options.async_accepted_status } else { 400 };
    let mut writer = exchange.writer();
    encode::async_operation(&mut writer, &reply);
    Ok(Answer::json(status, writer.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn action_inputs_are_a_list_of_objects() {
        let read = |text: &str| inputs(json::record_body(text.as_bytes()).unwrap());
        assert_eq!(read(r#"{"inputs":[{"orderId":"801"},{}]}"#).unwrap().len(), 2);
        assert_eq!(read(r#"{"inputs":[]}"#).unwrap().len(), 0);
        for text in ["{}", r#"{"inputs":{}}"#, r#"{"inputs":[1]}"#, r#"{"inputs":null}"#] {
            assert_eq!(read(text).unwrap_err().code, ErrorCode::JsonParserError, "{text}");
        }
    }
}
