//! The inputs of actions that each take their own: reading one by its name.

use super::read::output;
use crate::{
    ActionValues, FieldInput, Input, Org, RecordId, Timestamp, Value,
    ctx::Ctx,
    lifecycle::{actions::is_empty, initiate_body::parse_moment, sales_document::SalesDocument},
};

/// The trackers' JobType of the operations that are special amendments. Which one they have is not documented.
pub(super) const JOB_TYPE: &str = "PearAmendQtyAssets";

/// The error log's Category of the same.
pub(super) const CATEGORY: &str = "InitiateAmendment";

/// The inputs of one invocation. What cannot be read is refused with a text that names the input.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inputs<'a>(pub(super) &'a [FieldInput]);

impl<'a> Inputs<'a> {
    /// The value of an input; `None` when it is absent or as good as that.
    pub(super) fn given(self, name: &str) -> Option<&'a Input> {
        let input = self.0.iter().rfind(|input| &*input.name == name)?;
        (!is_empty(&input.value)).then_some(&input.value)
    }

    fn text(self, name: &str) -> Option<&'a str> {
        match self.given(name) {
            Some(Input::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The record of an object that the user can read; `None` when the input is absent.
    pub(super) fn record(
        self,
        org: &Org,
        ctx: &Ctx,
        name: &str,
        object: &str,
    ) -> Result<Option<RecordId>, String> {
        if self.given(name).is_none() {
            return Ok(None);
        }
        let row = self.given(name).and_then(|id| org.named(ctx, object, id));
        let wanted = object.to_ascii_lowercase();
        row.map(|row| Some(row.id()))
            .ok_or_else(|| format!("Specify a valid {wanted} ID for {name}, and try again."))
    }

    /// The assets of a list, each once.
    pub(super) fn assets(self, org: &Org, ctx: &Ctx, name: &str) -> Result<Vec<RecordId>, String> {
        let refused = || format!("Specify a list of valid asset IDs for {name}, and try again.");
        let Some(Input::Array(items)) = self.given(name) else { return Err(refused()) };
        org.named_assets(ctx, items).ok_or_else(refused)
    }

    /// A date and time.
    pub(super) fn moment(self, name: &str) -> Result<Timestamp, String> {
        let moment = self.text(name).and_then(parse_moment);
        moment.ok_or_else(|| format!("Specify a valid date and time for {name}, and try again."))
    }

    /// Quote or order.
    pub(super) fn output(self, name: &str) -> Result<&'static SalesDocument, String> {
        let document = self.text(name).and_then(output);
        document.ok_or_else(|| format!("Specify either Quote or Order for {name}, and try again."))
    }

    /// A boolean; false when it is absent.
    pub(super) fn flag(self, name: &str) -> Result<bool, String> {
        match self.given(name) {
            None => Ok(false),
            Some(Input::Bool(flag)) => Ok(*flag),
            Some(_) => Err(format!("Specify either true or false for {name}, and try again.")),
        }
    }
}

/// The outputs of an action.
pub(super) fn outputs(values: Vec<(&'static str, Value)>) -> ActionValues {
    values.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
}
