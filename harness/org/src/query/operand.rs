//! What conditions, sort keys, groups and columns take from a record or from a group.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    calendar::Calendar, currency::Converted, date_parts::DatePart, distance::Distance, format::Formatted,
    path::Steps,
};
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
        /// Of what.
        of: Box<Self>,
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
    /// An amount in another currency: `convertCurrency(Amount)`.
    Converted(Box<Converted>),
    /// A value as the user's locale writes it: `FORMAT(Amount)`.
    Formatted(Box<Formatted>),
    /// How far a location is away: `DISTANCE(Location__c, GEOLOCATION(1, 2), 'km')`.
    Distance(Box<Distance>),
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
                Held::Computed(part.of(of.value(source).as_ref(), *local, calendar))
            }
            Self::Label { of, labels } => {
                let value = of.value(source);
                match value.as_ref().as_text().and_then(|text| label(text, labels)) {
                    Some(label) => Held::Computed(Value::Text(label)),
                    None => value,
                }
            }
            Self::Converted(converted) => Held::Computed(converted.value(source)),
            Self::Formatted(formatted) => Held::Computed(formatted.value(source)),
            Self::Distance(distance) => Held::Computed(distance.value(source)),
            Self::Group(index) => Held::Stored(source.group(*index)),
            Self::Rolled(index) => Held::Computed(Value::Int(i64::from(source.rolled(*index)))),
        }
    }

    /// The operand as the last parent on the way sees it: every field without its relationships.
    pub(super) fn without_hops(self) -> Self {
        match self {
            Self::Field(steps) => Self::Field(steps.without_hops()),
            Self::DatePart { part, of, local, calendar } => {
                Self::DatePart { part, of: Box::new(of.without_hops()), local, calendar }
            }
            Self::Label { of, labels } => Self::Label { of: Box::new(of.without_hops()), labels },
            Self::Converted(converted) => Self::Converted(Box::new(converted.without_hops())),
            Self::Formatted(formatted) => Self::Formatted(Box::new(formatted.without_hops())),
            Self::Distance(distance) => Self::Distance(Box::new(distance.without_hops())),
            Self::Group(_) | Self::Rolled(_) => self,
        }
    }

    /// The steps, when the operand is a plain field.
    pub(super) fn steps(&self) -> Option<&Steps> {
        if let Self::Field(steps) = self { Some(steps) } else { None }
    }
}

/// The label of a picklist's value; of a multipicklist's, the labels of its values.
fn label(text: &str, labels: &BTreeMap<Box<str>, Arc<str>>) -> Option<Arc<str>> {
    let one = |text: &str| labels.get(text.to_uppercase().as_str()).map(Arc::clone);
    if !text.contains(';') {
        return one(text);
    }
    let each: Vec<_> = text.split(';').map(|value| one(value).unwrap_or_else(|| value.into())).collect();
    Some(each.join(";").into())
}
