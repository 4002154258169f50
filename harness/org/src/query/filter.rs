//! Conditions over slots, and how a record is held against them.

use std::cmp::Ordering;

use super::{
    like::Pattern,
    operand::{Operand, Source},
    path::Steps,
};
use crate::{Value, ValueRef, text_order};

/// A resolved condition.
#[derive(Clone, Debug)]
pub(super) enum Filter {
    /// All must hold; holds when there is none.
    All(Vec<Self>),
    /// One must hold; does not hold when there is none.
    Any(Vec<Self>),
    /// Must not hold. Conditions are true or false and never unknown, so this keeps rows with null.
    Not(Box<Self>),
    /// A field against values.
    Test(Test),
}

/// One comparison.
#[derive(Clone, Debug)]
pub(super) struct Test {
    /// What is compared.
    pub(super) left: Operand,
    /// How its value is compared.
    pub(super) comparer: Comparer,
    /// With what.
    pub(super) check: Check,
}

/// What a value is held against.
#[derive(Clone, Debug)]
pub(super) enum Check {
    /// `=`, null included.
    Equal(Value),
    /// `<`; never true of null.
    Less(Value),
    /// `>=`; never true of null.
    AtLeast(Value),
    /// `>`; never true of null.
    Greater(Value),
    /// `<=`; never true of null.
    AtMost(Value),
    /// `LIKE`.
    Like(Pattern),
    /// `IN`.
    In(Members),
    /// `INCLUDES`: for one of the sets, all its values are chosen.
    Includes(Vec<Vec<Box<str>>>),
}

/// How two values of a field compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparer {
    /// Text without regard to case.
    Folded,
    /// Text with regard to case.
    Exact,
    /// Booleans, of which null is false, also when a parent is missing.
    Bool,
    /// Everything else.
    Typed,
}

/// The members of an IN list, ordered by the field's comparer.
#[derive(Clone, Debug)]
pub(super) struct Members {
    pub(super) values: Vec<Value>,
    pub(super) with_null: bool,
}

impl Comparer {
    fn order(self, a: ValueRef<'_>, b: ValueRef<'_>) -> Ordering {
        match (self, a, b) {
            (Self::Folded, ValueRef::Text(a), ValueRef::Text(b)) => text_order(a, b),
            (Self::Exact, ValueRef::Text(a), ValueRef::Text(b)) => a.cmp(b),
            (Self::Bool, a, b) => a.is_true().cmp(&b.is_true()),
            _ => a.sort_order(b),
        }
    }

    fn equal(self, a: ValueRef<'_>, b: ValueRef<'_>) -> bool {
        // Booleans aside, null equals null only.
        (self == Self::Bool || a.is_null() == b.is_null()) && self.order(a, b) == Ordering::Equal
    }
}

impl Members {
    pub(super) fn new(mut values: Vec<Value>, comparer: Comparer) -> Self {
        let with_null = comparer != Comparer::Bool && values.iter().any(Value::is_null);
        if comparer != Comparer::Bool {
            values.retain(|value| !value.is_null());
        }
        values.sort_by(|a, b| comparer.order(a.as_ref(), b.as_ref()));
        values.dedup_by(|a, b| comparer.equal(a.as_ref(), b.as_ref()));
        Self { values, with_null }
    }

    fn contains(&self, value: ValueRef<'_>, comparer: Comparer) -> bool {
        if value.is_null() && comparer != Comparer::Bool {
            return self.with_null;
        }
        self.values.binary_search_by(|member| comparer.order(member.as_ref(), value)).is_ok()
    }
}

impl Filter {
    pub(super) fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// What it costs to hold one record against the condition, in comparisons of a field of its own.
    pub(super) fn cost(&self) -> u64 {
        match self {
            Self::All(filters) | Self::Any(filters) => {
                filters.iter().fold(0, |sum: u64, filter| sum.saturating_add(filter.cost()))
            }
            Self::Not(filter) => filter.cost(),
            Self::Test(test) => test.cost(),
        }
    }

    /// Whether the condition always holds.
    pub(super) fn is_always(&self) -> bool {
        matches!(self, Self::All(filters) if filters.iter().all(Self::is_always))
    }

    /// Whether the record or group meets the condition.
    pub(super) fn matches<'o>(&self, source: impl Source<'o>) -> bool {
        match self {
            Self::All(filters) => filters.iter().all(|filter| filter.matches(source)),
            Self::Any(filters) => filters.iter().any(|filter| filter.matches(source)),
            Self::Not(filter) => !filter.matches(source),
            Self::Test(test) => test.holds(test.left.value(source).as_ref()),
        }
    }
}

impl Test {
    /// The steps, when a plain field is compared.
    pub(super) fn steps(&self) -> Option<&Steps> {
        self.left.steps()
    }

    /// What the comparison costs. A parent has to be found first; a pattern is walked along.
    fn cost(&self) -> u64 {
        const PARENT: u64 = 8;
        let parents = self.steps().map_or(1, |steps| steps.hops.len() as u64);
        let pattern = match &self.check {
            Check::Like(pattern) => pattern.cost(),
            Check::Includes(sets) => sets.len() as u64,
            _ => 0,
        };
        1 + parents * PARENT + pattern
    }

    /// Whether the value passes.
    pub(super) fn holds(&self, value: ValueRef<'_>) -> bool {
        let known = |wanted: &Value| !value.is_null() && !wanted.is_null();
        let order = |wanted: &Value| self.comparer.order(value, wanted.as_ref());
        match &self.check {
            Check::Equal(wanted) => self.comparer.equal(value, wanted.as_ref()),
            Check::Less(wanted) => known(wanted) && order(wanted) == Ordering::Less,
            Check::AtLeast(wanted) => known(wanted) && order(wanted) != Ordering::Less,
            Check::Greater(wanted) => known(wanted) && order(wanted) == Ordering::Greater,
            Check::AtMost(wanted) => known(wanted) && order(wanted) != Ordering::Greater,
            Check::Like(pattern) => value.as_text().is_some_and(|text| pattern.matches(text)),
            Check::In(members) => members.contains(value, self.comparer),
            Check::Includes(sets) => value.as_text().is_some_and(|text| includes(text, sets)),
        }
    }
}

/// Whether the chosen values, joined by `;`, hold all of one of the sets.
fn includes(chosen: &str, sets: &[Vec<Box<str>>]) -> bool {
    let has = |wanted: &str| chosen.split(';').any(|own| text_order(own, wanted) == Ordering::Equal);
    sets.iter().any(|set| set.iter().all(|wanted| has(wanted)))
}
