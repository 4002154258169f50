//! `generate`: a life-cycle-managed asset that no order stands behind.

use super::{
    check::refused,
    members::Operation,
    periods,
    read::{Part, read},
};
use crate::{ApiError, ErrorCode, FieldInput, Org, Reply, Value, ctx::Ctx};

/// The currency of an org that has but one. Which one that is does not show anywhere in such an org.
const ONLY_CURRENCY: &str = "USD";

impl Org {
    /// Creates an asset with its periods, its first action and the action's sources. Read on the objects is
    /// enough: the platform itself writes the records.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` below 50.0, `INSUFFICIENT_ACCESS`, `JSON_PARSER_ERROR`; `REQUIRED_FIELD_MISSING`,
    /// `LIMIT_EXCEEDED`, `ILLEGAL_QUERY_PARAMETER_VALUE`, `INVALID_ID_FIELD`, `INVALID_CROSS_REFERENCE_KEY`,
    /// `ENTITY_IS_DELETED`, `INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST`, `NUMBER_OUTSIDE_VALID_RANGE` and
    /// `STRING_TOO_LONG` for single members; `INVALID_INPUT` for periods that do not keep the rules.
    pub(crate) fn generate_lifecycle_asset(
        &mut self,
        ctx: &Ctx,
        body: &[FieldInput],
    ) -> Result<Reply, ApiError> {
        let operation = Operation::Generate;
        self.require_lifecycle_api(ctx, operation)?;
        let mut request = read(self, ctx, operation, body)?.accepted()?;
        let spans = periods::spans(&request.periods)?;
        self.check_currency(&request.own)?;
        let mut values = std::mem::take(&mut request.own.values);
        values.extend([
            ("HasLifecycleManagement", Value::Bool(true)),
            // Stored so that in-process readers see them; clients are answered from the periods.
            ("LifecycleStartDate", spans.first().map(|span| span.start).into()),
            ("LifecycleEndDate", spans.last().and_then(|span| span.end).into()),
        ]);
        let asset = self.system_create(ctx, "Asset", values)?;
        self.enter_lifecycle(ctx, (asset, operation), request, &spans, &[])
    }

    /// Checks the currency of an org that has but one; where there are several, the field knows them.
    fn check_currency(&self, own: &Part) -> Result<(), ApiError> {
        let several =
            self.catalog.find_any("Asset").is_some_and(|def| def.field("CurrencyIsoCode").is_some());
        if several || own.get("CurrencyIsoCode").as_text() == Some(ONLY_CURRENCY) {
            return Ok(());
        }
        let message = format!("currencyIsoCode: the org has one currency. Specify {ONLY_CURRENCY}.");
        Err(refused(ErrorCode::InvalidInput, message))
    }
}
