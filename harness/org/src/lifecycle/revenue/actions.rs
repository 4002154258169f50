//! The invocable actions initiateRenewal, initiateAmendment and initiateCancellation.

use super::{read::Misread, run::Initiated};
use crate::{
    ActionOutcome, ActionValue, AssetOperation, ErrorCode, FieldInput, Org, Value, ctx::Ctx,
    lifecycle::actions::action_error,
};

/// `initiateRenewal`.
pub(in crate::lifecycle) fn initiate_renewal(
    org: &mut Org,
    ctx: &Ctx,
    input: &[FieldInput],
) -> ActionOutcome {
    initiate(org, ctx, AssetOperation::Renew, input)
}

/// `initiateAmendment`.
pub(in crate::lifecycle) fn initiate_amendment(
    org: &mut Org,
    ctx: &Ctx,
    input: &[FieldInput],
) -> ActionOutcome {
    initiate(org, ctx, AssetOperation::Amend, input)
}

/// `initiateCancellation`.
pub(in crate::lifecycle) fn initiate_cancellation(
    org: &mut Org,
    ctx: &Ctx,
    input: &[FieldInput],
) -> ActionOutcome {
    initiate(org, ctx, AssetOperation::Cancel, input)
}

fn initiate(org: &mut Org, ctx: &Ctx, operation: AssetOperation, input: &[FieldInput]) -> ActionOutcome {
    let row = operation.row();
    let request = org.read_request(ctx, (operation, row.inputs), input).map_err(|misread| {
        vec![match misread {
            Misread::Type(member, wanted) => {
                let message = format!("Specify {wanted} for {}, and try again.", member.name);
                action_error(ErrorCode::InvalidInput, message)
            }
            Misread::Value(message) => action_error(ErrorCode::InvalidInput, message),
            Misread::Refused(error) => error,
        }]
    })?;
    let Initiated { record, tracker } = org.initiate_operation(ctx, &request).map_err(|error| vec![error])?;
    let record = Value::text(record.to_string());
    let mut outputs: Vec<_> =
        row.outputs.iter().map(|name| ((*name).into(), ActionValue::from(record.clone()))).collect();
    outputs.push(("requestIdentifier".into(), Value::text(tracker.to_string()).into()));
    Ok(outputs)
}
