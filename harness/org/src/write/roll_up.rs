//! Roll-up summaries: what parents tell of their records, kept up to date as these change.

use std::{cmp::Ordering, sync::Arc};

use rust_decimal::{Decimal, prelude::ToPrimitive};

use crate::{
    ApiError, ErrorCode, Org, Record, RecordId, RecordView, Value, ValueRef,
    catalog::{Filter, FilterOperator, ObjectLogic, RollUp, SObjectDef, SummaryOperation},
    ctx::Ctx,
    text_equal,
};

/// What a change of a record means to a summary.
enum Effect {
    /// The summary has this value now.
    Value(Value),
    /// All records below must be looked at.
    Unknown,
}

impl Org {
    /// Brings the summaries of parents up to date after a record has changed: `old` is what it was, `new` what it is,
    /// each none when it was or is not there.
    ///
    /// # Errors
    ///
    /// What the platform answers to saving a parent.
    pub(super) fn roll_up(
        &mut self,
        ctx: &Ctx,
        def: &SObjectDef,
        logic: &ObjectLogic,
        old: Option<&Record>,
        new: Option<&Record>,
    ) -> Result<(), ApiError> {
        for feed in &logic.feeds {
            let link = |record: Option<&Record>| record.and_then(|record| record.get(feed.link).as_id());
            let (before, after) = (link(old), link(new));
            if let Some(parent) = before {
                let stays = before == after;
                self.roll_up_to(ctx, def, feed, parent, (old, new.filter(|_| stays)))?;
            }
            if let Some(parent) = after.filter(|_| before != after) {
                self.roll_up_to(ctx, def, feed, parent, (None, new))?;
            }
        }
        Ok(())
    }

    /// The same for a record that came back from the Recycle Bin, perhaps together with its parent.
    ///
    /// # Errors
    ///
    /// As for [`Org::roll_up`].
    pub(super) fn roll_up_anew(
        &mut self,
        ctx: &Ctx,
        def: &SObjectDef,
        logic: &ObjectLogic,
        record: &Record,
    ) -> Result<(), ApiError> {
        for feed in &logic.feeds {
            if let Some(parent) = record.get(feed.link).as_id() {
                let value = self.summary_of_all(ctx, def, feed, parent)?;
                self.store_summary(ctx, feed, parent, value)?;
            }
        }
        Ok(())
    }

    fn roll_up_to(
        &mut self,
        ctx: &Ctx,
        def: &SObjectDef,
        feed: &RollUp,
        parent: RecordId,
        (old, new): (Option<&Record>, Option<&Record>),
    ) -> Result<(), ApiError> {
        let Some(held) = self.store.view(feed.parent, parent).filter(|held| !held.is_deleted()) else {
            return Ok(());
        };
        let held = held.at(feed.target).to_value();
        let part = |record: Option<&Record>| {
            record.and_then(|record| self.contribution(ctx, feed, RecordView::of(def, record)))
        };
        let (gone, come) = (part(old), part(new));
        if gone == come {
            return Ok(());
        }
        let value = match effect(feed, &held, gone.as_ref(), come.as_ref()) {
            Effect::Value(value) => value,
            Effect::Unknown => self.summary_of_all(ctx, def, feed, parent)?,
        };
        self.store_summary(ctx, feed, parent, value)
    }

    fn store_summary(
        &mut self,
        ctx: &Ctx,
        feed: &RollUp,
        parent: RecordId,
        value: Value,
    ) -> Result<(), ApiError> {
        let same = self
            .store
            .view(feed.parent, parent)
            .is_none_or(|held| held.is_deleted() || held.at(feed.target) == value.as_ref());
        if same {
            return Ok(());
        }
        let catalog = Arc::clone(&self.catalog);
        self.change(ctx, catalog.object(feed.parent), parent, &[(feed.target, value)])
    }

    /// What a record adds to the summary; none when it does not count.
    fn contribution(&self, ctx: &Ctx, feed: &RollUp, record: RecordView<'_>) -> Option<Value> {
        if record.is_deleted() || !feed.filters.iter().all(|filter| self.passes(ctx, filter, record)) {
            return None;
        }
        let Some(slot) = feed.of else { return Some(Value::Int(1)) };
        let value = self.value_of(ctx, record, record.object.at(slot)).into_value();
        (!value.is_null()).then_some(value)
    }

    fn passes(&self, ctx: &Ctx, filter: &Filter, record: RecordView<'_>) -> bool {
        let value = self.value_of(ctx, record, record.object.at(filter.field));
        filter.passes(value.as_ref())
    }

    fn summary_of_all(
        &self,
        ctx: &Ctx,
        def: &SObjectDef,
        feed: &RollUp,
        parent: RecordId,
    ) -> Result<Value, ApiError> {
        let mut parts = self
            .store
            .live_children(def, feed.link, parent)
            .filter_map(|child| self.contribution(ctx, feed, child));
        match feed.operation {
            SummaryOperation::Count | SummaryOperation::Sum => {
                let sum = parts.try_fold(Decimal::ZERO, |sum, part| sum.checked_add(part.as_number()?));
                Ok(number(feed, sum.ok_or_else(too_large)?))
            }
            SummaryOperation::Min => Ok(parts.min_by(Value::sort_order).unwrap_or_default()),
            SummaryOperation::Max => Ok(parts.max_by(Value::sort_order).unwrap_or_default()),
        }
    }
}

/// What becomes of a summary when one record's part goes and another comes.
fn effect(feed: &RollUp, held: &Value, gone: Option<&Value>, come: Option<&Value>) -> Effect {
    match feed.operation {
        SummaryOperation::Count | SummaryOperation::Sum => {
            let part = |value: Option<&Value>| value.and_then(Value::as_number).unwrap_or_default();
            let sum = held.as_number().and_then(|held| held.checked_add(part(come))?.checked_sub(part(gone)));
            sum.map_or(Effect::Unknown, |sum| Effect::Value(number(feed, sum)))
        }
        SummaryOperation::Min | SummaryOperation::Max => {
            let better =
                if feed.operation == SummaryOperation::Min { Ordering::Less } else { Ordering::Greater };
            let wins = |come: &Value| held.is_null() || come.sort_order(held) == better;
            match (gone, come) {
                (_, Some(come)) if wins(come) => Effect::Value(come.clone()),
                (Some(gone), _) if gone.sort_order(held) == Ordering::Equal => Effect::Unknown,
                _ => Effect::Value(held.clone()),
            }
        }
    }
}

fn number(feed: &RollUp, number: Decimal) -> Value {
    let number = number.normalize();
    if feed.whole { number.to_i64().map_or(Value::Null, Value::Int) } else { Value::Number(number) }
}

fn too_large() -> ApiError {
    let message = "Roll-up summary: value outside of valid range";
    ApiError::dml(ErrorCode::NumberOutsideValidRange, message, std::iter::empty::<&str>())
}

impl Filter {
    /// Whether a value fulfils the condition.
    fn passes(&self, value: ValueRef<'_>) -> bool {
        use FilterOperator as F;
        let any = |test: &dyn Fn(ValueRef<'_>) -> bool| self.values.iter().any(|own| test(own.as_ref()));
        let text = value.as_text().unwrap_or_default();
        let wanted = |own: ValueRef<'_>| own.as_text().unwrap_or_default().to_uppercase();
        let order = |own: ValueRef<'_>| {
            if value.is_null() || own.is_null() { None } else { Some(value.sort_order(own)) }
        };
        let contains = |own: ValueRef<'_>| text.to_uppercase().contains(&wanted(own));
        let includes = |own: ValueRef<'_>| {
            own.as_text().is_some_and(|own| text.split(';').any(|part| text_equal(part, own)))
        };
        match self.operator {
            F::Equals => any(&|own| value.sort_order(own).is_eq()),
            F::NotEqual => !any(&|own| value.sort_order(own).is_eq()),
            F::LessThan => any(&|own| order(own).is_some_and(Ordering::is_lt)),
            F::GreaterThan => any(&|own| order(own).is_some_and(Ordering::is_gt)),
            F::LessOrEqual => any(&|own| order(own).is_some_and(Ordering::is_le)),
            F::GreaterOrEqual => any(&|own| order(own).is_some_and(Ordering::is_ge)),
            F::Contains => any(&contains),
            F::NotContain => !any(&contains),
            F::StartsWith => any(&|own| text.to_uppercase().starts_with(&wanted(own))),
            F::Includes => any(&includes),
            F::Excludes => !any(&includes),
        }
    }
}
