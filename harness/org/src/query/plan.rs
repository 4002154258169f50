//! A resolved statement: slots instead of names, values instead of literals.

use std::sync::Arc;

use super::{filter::Filter, groups::GroupPlan, order::OrderKey, shape::Shape};
use crate::catalog::{ObjectIndex, Slot};

/// Everything that evaluation needs to know about a statement.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// The object of the FROM clause.
    pub(super) object: ObjectIndex,
    /// What is answered.
    pub(super) output: Output,
    /// Which records.
    pub(super) filter: Filter,
    /// In which order; records that it leaves equal stay ordered by id.
    pub(super) order: Vec<OrderKey>,
    /// How many of the matching records or groups are left out at the beginning.
    pub(super) offset: usize,
    /// How many are answered at most.
    pub(super) limit: usize,
}

/// What a statement answers.
#[derive(Clone, Debug)]
pub(super) enum Output {
    /// `COUNT()`: a number of records and no rows.
    Count,
    /// A row for each record.
    Rows(Arc<Shape>),
    /// A row for each group of records.
    Groups(Box<GroupPlan>),
}

/// A child subquery: which children of a record, in which order, in which form.
#[derive(Clone, Debug)]
pub(super) struct ChildPlan {
    /// The reference field of the children that names their parent.
    pub(super) key: Slot,
    /// Which children, and in which form.
    pub(super) plan: Plan,
}
