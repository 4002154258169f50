//! What conditions, sort keys, groups and columns take from a record or from a group.

use std::{collections::BTreeMap, sync::Arc};

use super::{calendar::Calendar, date_parts::DatePart, path::Steps};
use crate::{Value, ValueRef, read::Held};

/// A resolved expression.
#[derive(Clone, Debug)]
pub(super) enum Operand {
    /// A field of the record or of a parent.
    Field(Steps),
    /// A part of a date: `CALENDAR_YEAR(CreatedDate)`.
    DatePart {
        /// Which part.
        part: &'static DatePart,
        /// Of which field.
        of: Steps,
        /// Whether `convertTimezone` moves the instant into the user's zone first.
        local: bool,
        /// The user's calendar.
        calendar: Arc<Calendar>,
    },
    /// The label of a picklist value: `toLabel(Status)`.
    Label {
        /// The picklist.
        of: Box<Self>,
        /// Labels by value in upper case.
        labels: Arc<BTreeMap<Box<str>, Arc<str>>>,
    },
    /// A key or an aggregate of a group.
    Group(usize),
    /// Whether a subtotal row rolls this key up: `GROUPING(LeadSource)`.
    Rolled(usize),
}

/// Where operands read: a record, or a group of records.
pub(super) trait Source<'o>: Copy {
    /// The value at the end of a path.
    fn field(self, steps: &Steps) -> Held<'o>;
    /// A key or aggregate.
    fn group(self, index: usize) -> ValueRef<'o>;
    /// Whether a key is rolled up.
    fn rolled(self, index: usize) -> bool;
}

impl Operand {
    /// The operand's value.
    pub(super) fn value<'o>(&self, source: impl Source<'o>) -> Held<'o> {
        match self {
            Self::Field(steps) => source.field(steps),
            Self::DatePart { part, of, local, calendar } => {
                Held::Computed(part.of(source.field(of).as_ref(), *local, calendar))
            }
            Self::Label { of, labels } => {
                let value = of.value(source);
                let label =
                    value.as_ref().as_text().and_then(|text| labels.get(text.to_uppercase().as_str()));
                match label {
                    Some(label) => Held::Computed(Value::Text(Arc::clone(label))),
                    None => value,
                }
            }
            Self::Group(index) => Held::Stored(source.group(*index)),
            Self::Rolled(index) => Held::Computed(Value::Int(i64::from(source.rolled(*index)))),
        }
    }

    /// The operand as the last parent on the way sees it: every field without its relationships.
    pub(super) fn without_hops(self) -> Self {
        let own = |steps: Steps| Steps { hops: Box::default(), ..steps };
        match self {
            Self::Field(steps) => Self::Field(own(steps)),
            Self::DatePart { part, of, local, calendar } => {
                Self::DatePart { part, of: own(of), local, calendar }
            }
            Self::Label { of, labels } => Self::Label { of: Box::new(of.without_hops()), labels },
            Self::Group(_) | Self::Rolled(_) => self,
        }
    }

    /// The steps, when the operand is a plain field.
    pub(super) fn steps(&self) -> Option<&Steps> {
        if let Self::Field(steps) = self { Some(steps) } else { None }
    }
}
