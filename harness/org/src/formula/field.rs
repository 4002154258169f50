//! Formulas whose values fill fields: what a field makes of a formula's value.

use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};

use crate::{
    Org, RecordView, Value,
    catalog::{FieldType, FormulaField},
    ctx::Ctx,
};

use super::{error::Fault, eval::Scene};

impl FormulaField {
    /// The value of a formula field; null when the formula has none.
    pub(crate) fn read(&self, org: &Org, ctx: &Ctx, record: RecordView<'_>) -> Value {
        let scene = Scene { org, ctx, record: Some(record), before: None };
        self.formula.value(&scene).map_or(Value::Null, |value| self.fitted(value))
    }

    /// The value of a field of a new record.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub(crate) fn default_value(&self, org: &Org, ctx: &Ctx) -> Result<Value, Fault> {
        self.formula.value(&Scene { org, ctx, record: None, before: None }).map(|value| self.fitted(value))
    }

    /// A formula's value as the field keeps it.
    fn fitted(&self, value: Value) -> Value {
        let rounded = |number: Decimal| {
            let strategy = RoundingStrategy::MidpointAwayFromZero;
            number.round_dp_with_strategy(u32::from(self.scale).min(28), strategy).normalize()
        };
        match (value, self.field_type) {
            (Value::Number(number), FieldType::Int) => {
                number.round().to_i64().map_or(Value::Null, Value::Int)
            }
            // Formulas reckon with fractions, fields show hundredths.
            (Value::Number(number), FieldType::Percent) => {
                number.checked_mul(Decimal::ONE_HUNDRED).map_or(Value::Null, |number| rounded(number).into())
            }
            (Value::Number(number), _) => rounded(number).into(),
            (Value::Null, FieldType::Boolean) => Value::Bool(false),
            (Value::Text(text), FieldType::Reference) => {
                text.parse::<crate::RecordId>().map_or(Value::Null, Value::Id)
            }
            (Value::DateTime(at), _) => Value::DateTime(at.floor_second()),
            (value, _) => value,
        }
    }
}
