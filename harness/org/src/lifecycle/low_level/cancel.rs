//! `cancel`: the last action of an asset, and the last period with its new end.

use super::{check::refused, members::Operation, periods, read::read};
use crate::{ApiError, ErrorCode, FieldInput, Org, Reply, ctx::Ctx};

impl Org {
    /// Enters a cancellation and replaces the asset's last period. Nothing can be entered afterwards.
    ///
    /// # Errors
    ///
    /// As for change; `REQUIRED_FIELD_MISSING` also for a period without end, which would cancel nothing, and
    /// `INVALID_INPUT` for one that ends later than the asset did.
    pub(crate) fn cancel_lifecycle_asset(
        &mut self,
        ctx: &Ctx,
        id: &str,
        body: &[FieldInput],
    ) -> Result<Reply, ApiError> {
        let operation = Operation::Cancel;
        self.require_lifecycle_api(ctx, operation)?;
        let request = read(self, ctx, operation, body)?;
        let asset = self.open_asset(id, request.own.get("Id").as_ref())?;
        let request = request.accepted()?;
        let spans = periods::spans(&request.periods)?;
        if spans.iter().any(|span| span.end.is_none()) {
            let message = "Specify a value for assetStatePeriod.endDate, and try again.";
            return Err(refused(ErrorCode::RequiredFieldMissing, message));
        }
        let replaced = self.replaced_periods(asset, &spans)?;
        self.check_not_extended(asset, &spans)?;
        self.enter_lifecycle(ctx, (asset, operation), request, &spans, &replaced)
    }
}
