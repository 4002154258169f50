//! Aggregate functions: what each takes, and how values come together.

use std::{cmp::Ordering, collections::BTreeSet};

use rust_decimal::Decimal;

use super::{filter::Comparer, operand::Operand, order::Ranks};
use crate::{Value, ValueRef, catalog::FieldType};

/// The aggregate functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AggregateKind {
    /// `AVG`
    Avg,
    /// `COUNT`
    Count,
    /// `COUNT_DISTINCT`
    CountDistinct,
    /// `MAX`
    Max,
    /// `MIN`
    Min,
    /// `SUM`
    Sum,
}

impl AggregateKind {
    /// The function's name as error texts write it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Avg => "AVG",
            Self::Count => "COUNT",
            Self::CountDistinct => "COUNT_DISTINCT",
            Self::Max => "MAX",
            Self::Min => "MIN",
            Self::Sum => "SUM",
        }
    }

    /// Whether it takes values of this type.
    pub(super) const fn takes(self, field_type: FieldType) -> bool {
        let is_number = matches!(
            field_type,
            FieldType::Int | FieldType::Double | FieldType::Currency | FieldType::Percent
        );
        match self {
            Self::Avg | Self::Sum => is_number,
            Self::Count | Self::CountDistinct | Self::Max | Self::Min => true,
        }
    }

    /// Whether it counts values.
    pub(super) const fn counts(self) -> bool {
        matches!(self, Self::Count | Self::CountDistinct)
    }

    /// How many digits after the point FORMAT shows of a result, given those of the field. An average has
    /// two at least; the platform's documents do not say.
    pub(super) const fn scale(self, of_field: u8) -> u8 {
        match self {
            Self::Count | Self::CountDistinct => 0,
            Self::Avg if of_field < 2 => 2,
            Self::Avg | Self::Sum | Self::Max | Self::Min => of_field,
        }
    }

    /// The type of what it gives.
    pub(super) const fn gives(self, field_type: FieldType) -> FieldType {
        match self {
            Self::Count | Self::CountDistinct => FieldType::Int,
            Self::Avg | Self::Sum => match field_type {
                FieldType::Currency => FieldType::Currency,
                _ => FieldType::Double,
            },
            Self::Max | Self::Min => field_type,
        }
    }
}

/// An aggregate of a statement.
#[derive(Clone, Debug)]
pub(super) struct Aggregate {
    /// The function.
    pub(super) kind: AggregateKind,
    /// What it is applied to.
    pub(super) of: Operand,
    /// How values compare.
    pub(super) comparer: Comparer,
    /// The defined order of a picklist's values.
    pub(super) ranks: Ranks,
}

/// An aggregate that is being formed. Nulls do not count.
#[derive(Clone, Debug)]
pub(super) enum Accumulator {
    /// How many values.
    Count(i64),
    /// Which values, as they compare.
    Distinct(BTreeSet<Distinct>),
    /// The sum and the number of values.
    Sum(Option<Decimal>, u64),
    /// The smallest or largest value so far.
    Extreme(Value),
}

/// A value of COUNT_DISTINCT.
#[derive(Clone, Debug)]
pub(super) struct Distinct(Value);

impl Accumulator {
    pub(super) fn new(kind: AggregateKind) -> Self {
        match kind {
            AggregateKind::Count => Self::Count(0),
            AggregateKind::CountDistinct => Self::Distinct(BTreeSet::new()),
            AggregateKind::Avg | AggregateKind::Sum => Self::Sum(None, 0),
            AggregateKind::Max | AggregateKind::Min => Self::Extreme(Value::Null),
        }
    }

    /// Takes one more value.
    pub(super) fn add(&mut self, aggregate: &Aggregate, value: ValueRef<'_>) {
        if value.is_null() {
            return;
        }
        match self {
            Self::Count(count) => *count += 1,
            Self::Distinct(seen) => {
                let key = folded(aggregate.comparer, value);
                if !seen.contains(&key) {
                    seen.insert(key);
                }
            }
            Self::Sum(sum, count) => {
                let Some(number) = value.as_number() else { return };
                *sum = Some(sum.map_or(number, |sum| sum.saturating_add(number)));
                *count += 1;
            }
            Self::Extreme(best) => {
                let better = match aggregate.ranks.order(value, best.as_ref()) {
                    Ordering::Less => aggregate.kind == AggregateKind::Min,
                    Ordering::Greater => aggregate.kind == AggregateKind::Max,
                    Ordering::Equal => false,
                };
                if best.is_null() || better {
                    *best = value.to_value();
                }
            }
        }
    }

    /// The aggregate; null when there was no value, but for counts.
    pub(super) fn finish(self, kind: AggregateKind) -> Value {
        match self {
            Self::Count(count) => Value::Int(count),
            Self::Distinct(seen) => Value::Int(i64::try_from(seen.len()).unwrap_or(i64::MAX)),
            Self::Sum(None, _) => Value::Null,
            Self::Sum(Some(sum), count) if kind == AggregateKind::Avg => {
                Value::Number(sum.checked_div(Decimal::from(count)).unwrap_or(sum))
            }
            Self::Sum(Some(sum), _) => Value::Number(sum),
            Self::Extreme(value) => value,
        }
    }
}

/// A value in the form under which equal ones are the same.
fn folded(comparer: Comparer, value: ValueRef<'_>) -> Distinct {
    Distinct(match (comparer, value) {
        (Comparer::Folded, ValueRef::Text(text)) => Value::Text(text.to_uppercase().into()),
        (_, value) => value.to_value(),
    })
}

impl Distinct {
    /// The key of a group: as for COUNT_DISTINCT, null included.
    pub(super) fn of(comparer: Comparer, value: ValueRef<'_>) -> Self {
        folded(comparer, value)
    }
}

impl PartialEq for Distinct {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Distinct {}

impl PartialOrd for Distinct {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Distinct {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Value::Text(a), Value::Text(b)) => a.cmp(b),
            (a, b) => a.sort_order(b),
        }
    }
}
