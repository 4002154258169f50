//! `change`: one more action of an asset, and the periods from then on.

use super::{members::Operation, periods, read::read};
use crate::{ApiError, FieldInput, Org, Reply, ctx::Ctx};

impl Org {
    /// Enters a change of an asset and replaces its periods from the first given one on.
    ///
    /// # Errors
    ///
    /// As for generate, and what may be wrong about the asset: `NOT_FOUND`, `ENTITY_IS_DELETED`, `INVALID_INPUT`
    /// when it is not life-cycle managed, `INVALID_STATUS` when it was cancelled. `LIMIT_EXCEEDED` also when
    /// more than four periods would be deleted.
    pub(crate) fn change_lifecycle_asset(
        &mut self,
        ctx: &Ctx,
        id: &str,
        body: &[FieldInput],
    ) -> Result<Reply, ApiError> {
        let operation = Operation::Change;
        self.require_lifecycle_api(ctx, operation)?;
        let request = read(self, ctx, operation, body)?;
        let asset = self.open_asset(id, request.own.get("Id").as_ref())?;
        let request = request.accepted()?;
        let spans = periods::spans(&request.periods)?;
        let replaced = self.replaced_periods(asset, &spans)?;
        self.enter_lifecycle(ctx, (asset, operation), request, &spans, &replaced)
    }
}
