//! Standard invocable actions: their list, their descriptions, and how they are invoked.

use super::action_table::{ACTIONS, Action, Known, NOT_MODELLED, Parameter};
use crate::{
    ActionDescription, ActionParameter, ActionSummary, ApiError, ErrorCode, FieldInput, Input, Org, Reply,
    ctx::Ctx,
};

/// How many values a list takes, as live describes show it.
const LIST_OCCURS: u32 = 2000;

impl Org {
    /// The standard actions of this version.
    pub(crate) fn list_actions(&self, ctx: &Ctx) -> Reply {
        let here = ACTIONS.iter().filter(|action| self.has_action(ctx, &action.known));
        Reply::Actions(here.map(summary).collect())
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
            inputs: action.inputs.iter().filter(|known| known.is_in(ctx.version)).map(parameter).collect(),
            outputs: action.outputs.iter().filter(|known| known.is_in(ctx.version)).map(parameter).collect(),
        })))
    }

    /// Invokes a standard action once per input, each input alone: of one that fails nothing is left.
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
        self.require_operation(ctx, action.known.name)?;
        let mut outcomes = Vec::with_capacity(inputs.len());
        for input in inputs {
            let savepoint = self.store.savepoint();
            let outcome = check_input(ctx, action, &input).and_then(|()| (action.invoke)(self, ctx, &input));
            if let Err(errors) = &outcome {
                self.store.rollback(savepoint);
                for feature in errors.iter().filter_map(ApiError::unmodelled_feature) {
                    self.coverage.refuse(feature);
                }
            }
            outcomes.push(outcome);
        }
        Ok(Reply::Invoked { name: action.known.name.into(), outcomes })
    }

    /// Whether the org has the action in this version.
    fn has_action(&self, ctx: &Ctx, action: &Known) -> bool {
        ctx.version.number() >= action.since
            && action.object.is_none_or(|object| self.catalog.find_any(object).is_some())
    }

    fn action(&self, ctx: &Ctx, name: &str) -> Result<&'static Action, ApiError> {
        let is_meant = |known: &Known| known.name.eq_ignore_ascii_case(name) && self.has_action(ctx, known);
        if let Some(action) = ACTIONS.iter().find(|action| is_meant(&action.known)) {
            return Ok(action);
        }
        if NOT_MODELLED.iter().any(is_meant) {
            return Err(ApiError::not_modelled(format_args!("the standard action {name}")));
        }
        Err(ApiError::resource(ErrorCode::NotFound, format!("Invalid Action Type: {name}")))
    }
}

fn summary(action: &Action) -> ActionSummary {
    ActionSummary {
        name: action.known.name.into(),
        label: action.label.into(),
        action_type: action.known.name.to_ascii_uppercase().into(),
    }
}

fn parameter(parameter: &Parameter) -> ActionParameter {
    ActionParameter {
        name: parameter.name.into(),
        label: parameter.label.into(),
        value_type: parameter.value_type.into(),
        required: parameter.required,
        max_occurs: if parameter.is_list { LIST_OCCURS } else { 1 },
    }
}

/// Refuses inputs that the action does not know, and the lack of those that it needs.
fn check_input(ctx: &Ctx, action: &Action, input: &[FieldInput]) -> Result<(), Vec<ApiError>> {
    let here = || action.inputs.iter().filter(|known| known.is_in(ctx.version));
    let unknown = input.iter().find(|field| here().all(|known| known.name != &*field.name));
    if let Some(unknown) = unknown {
        let message = format!("Unknown input parameter: {}", unknown.name);
        return Err(vec![action_error(ErrorCode::InvalidInput, message)]);
    }
    let given = |name: &str| input.iter().any(|field| &*field.name == name && !is_empty(&field.value));
    let missing: Vec<ApiError> = here()
        .filter(|parameter| parameter.required && !given(parameter.name))
        .map(|parameter| {
            let message = format!("Missing required input parameter: {}", parameter.name);
            action_error(ErrorCode::RequiredFieldMissing, message)
        })
        .collect();
    if missing.is_empty() { Ok(()) } else { Err(missing) }
}

/// Whether a value is as good as none.
pub(super) fn is_empty(value: &Input) -> bool {
    match value {
        Input::Null => true,
        Input::Text(text) => text.is_empty(),
        Input::Array(items) => items.is_empty(),
        Input::Bool(_) | Input::Number(_) | Input::Object(_) | Input::Blob(_) => false,
    }
}

/// An error of one input of an action.
pub(super) fn action_error(code: ErrorCode, message: impl Into<Box<str>>) -> ApiError {
    ApiError::dml(code, message, std::iter::empty::<&str>())
}
