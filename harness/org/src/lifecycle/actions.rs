//! Standard invocable actions: which there are, what they take, and how they begin.

use crate::{
    ActionDescription, ActionOutcome, ActionParameter, ActionSummary, ApiError, ErrorCode, FieldInput, Input,
    Org, RecordId, Reply, Value, ctx::Ctx, jobs::Task,
};

/// A standard action.
struct Action {
    name: &'static str,
    label: &'static str,
    /// The first version with the action.
    since: u8,
    /// An object of the feature without which the action does not exist.
    object: &'static str,
    inputs: &'static [Parameter],
    outputs: &'static [Parameter],
    /// Performs the action for one input.
    invoke: fn(&mut Org, &Ctx, &[FieldInput]) -> ActionOutcome,
}

/// An input or output: name, label, whether it is required.
struct Parameter(&'static str, &'static str, bool);

static ACTIONS: [Action; 1] = [Action {
    name: "createOrUpdateAssetFromOrder",
    label: "Create or Update Asset From Order",
    since: 55,
    object: "CreateAssetOrderEvent",
    inputs: &[Parameter("orderId", "Order ID", true)],
    outputs: &[Parameter("requestId", "Request ID", false)],
    invoke: create_or_update_asset_from_order,
}];

/// Actions of the platform that mockorg does not have. They are refused by name, so that a client does not
/// take them for unknown.
const NOT_MODELLED: [&str; 17] = [
    "applyPayment",
    "automateRefund",
    "chatterPost",
    "createBillingScheduleFromOrderItem",
    "createBillingSchedulesFromBillingTransaction",
    "createInvoiceFromOrder",
    "createOrUpdateAssetFromOrderItem",
    "createOrderFromQuote",
    "createOrdersFromQuote",
    "emailSimple",
    "getRenewableAssetsSummary",
    "initiateAmendment",
    "initiateCancellation",
    "initiateRenewal",
    "initiateRollBackLastAction",
    "initiateTransfer",
    "paymentSale",
];

impl Org {
    /// The standard actions of this version.
    pub(crate) fn list_actions(&self, ctx: &Ctx) -> Reply {
        Reply::Actions(ACTIONS.iter().filter(|action| self.has_action(ctx, action)).map(summary).collect())
    }

    /// One standard action with its inputs and outputs.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` for unknown ones, `MOCKORG_NOT_MODELLED` for those that only the platform has.
    pub(crate) fn describe_action(&self, ctx: &Ctx, name: &str) -> Result<Reply, ApiError> {
        let action = self.action(ctx, name)?;
        Ok(Reply::Action(Box::new(ActionDescription {
            summary: summary(action),
            inputs: action.inputs.iter().map(parameter).collect(),
            outputs: action.outputs.iter().map(parameter).collect(),
        })))
    }

    /// Invokes a standard action once per input, each input alone.
    ///
    /// # Errors
    ///
    /// As for describing it, and `INSUFFICIENT_ACCESS` without the action's permission.
    pub(crate) fn invoke_action(
        &mut self,
        ctx: &Ctx,
        name: &str,
        inputs: Vec<Vec<FieldInput>>,
    ) -> Result<Reply, ApiError> {
        let action = self.action(ctx, name)?;
        self.require_operation(ctx, action.name)?;
        let mut outcomes = Vec::with_capacity(inputs.len());
        for input in inputs {
            let outcome = check_input(action, &input).and_then(|()| (action.invoke)(self, ctx, &input));
            outcomes.push(outcome);
        }
        Ok(Reply::Invoked { name: action.name.into(), outcomes })
    }

    fn has_action(&self, ctx: &Ctx, action: &Action) -> bool {
        ctx.version.number() >= action.since && self.catalog.find_any(action.object).is_some()
    }

    fn action(&self, ctx: &Ctx, name: &str) -> Result<&'static Action, ApiError> {
        let found = ACTIONS.iter().find(|action| action.name.eq_ignore_ascii_case(name));
        match found.filter(|action| self.has_action(ctx, action)) {
            Some(action) => Ok(action),
            None if NOT_MODELLED.iter().any(|known| known.eq_ignore_ascii_case(name)) => {
                Err(ApiError::not_modelled(format_args!("the standard action {name}")))
            }
            None => Err(ApiError::resource(ErrorCode::NotFound, format!("Invalid Action Type: {name}"))),
        }
    }
}

fn summary(action: &Action) -> ActionSummary {
    ActionSummary {
        name: action.name.into(),
        label: action.label.into(),
        action_type: action.name.to_ascii_uppercase().into(),
    }
}

fn parameter(Parameter(name, label, required): &Parameter) -> ActionParameter {
    ActionParameter {
        name: (*name).into(),
        label: (*label).into(),
        value_type: "STRING".into(),
        required: *required,
        max_occurs: 1,
    }
}

/// Refuses inputs that the action does not know, and the lack of those that it needs.
fn check_input(action: &Action, input: &[FieldInput]) -> Result<(), Vec<ApiError>> {
    if let Some(unknown) =
        input.iter().find(|field| action.inputs.iter().all(|known| known.0 != &*field.name))
    {
        let message = format!("Unknown input parameter: {}", unknown.name);
        return Err(vec![error(ErrorCode::InvalidInput, message)]);
    }
    let given = |name: &str| {
        input.iter().any(|field| {
            let empty = matches!(&field.value, Input::Null)
                || matches!(&field.value, Input::Text(text) if text.is_empty());
            &*field.name == name && !empty
        })
    };
    let missing: Vec<ApiError> = action
        .inputs
        .iter()
        .filter(|parameter| parameter.2 && !given(parameter.0))
        .map(|parameter| {
            error(
                ErrorCode::RequiredFieldMissing,
                format!("Missing required input parameter: {}", parameter.0),
            )
        })
        .collect();
    if missing.is_empty() { Ok(()) } else { Err(missing) }
}

fn create_or_update_asset_from_order(org: &mut Org, ctx: &Ctx, input: &[FieldInput]) -> ActionOutcome {
    let given = input.iter().find(|field| &*field.name == "orderId").map(|field| &field.value);
    let order: Option<RecordId> = match given {
        Some(Input::Text(text)) => text.parse().ok(),
        _ => None,
    };
    let order = order
        .and_then(|id| org.store.live(id))
        .filter(|order| &*order.object.name == "Order" && ctx.access.object(order.object.index).read)
        .map(|order| order.id());
    let Some(order) = order else {
        return Err(vec![error(
            ErrorCode::InvalidInput,
            "Specify a valid order ID for orderId, and try again.",
        )]);
    };
    let job = org.submit_job(ctx, Task::AssetizeOrder(order)).map_err(|error| vec![error])?;
    Ok(vec![("requestId".into(), Value::text(&*job.request_identifier))])
}

fn error(code: ErrorCode, message: impl Into<Box<str>>) -> ApiError {
    ApiError::dml(code, message, std::iter::empty::<&str>())
}
