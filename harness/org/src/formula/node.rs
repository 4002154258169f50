//! A checked formula: names are slots, every operand has its type, nothing is left that could be unknown.

use crate::{
    Value,
    catalog::{ObjectIndex, Slot},
};

use super::{functions::Function, tree::Binary};

/// A checked expression.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// A constant.
    Literal(Value),
    /// The value of a field.
    Field(FieldRef),
    /// `-`
    Negate(Box<Self>),
    /// Two operands; the types fit the operator.
    Binary(Binary, Box<Self>, Box<Self>),
    /// A function and its arguments; number and types fit the function.
    Call(Function, Box<[Self]>),
}

/// A field and the way to it.
#[derive(Clone, Debug)]
pub(super) struct FieldRef {
    /// Where the way begins.
    pub(super) start: Start,
    /// The reference fields to follow, each with the object that it leads to.
    pub(super) hops: Box<[(Slot, ObjectIndex)]>,
    /// The field of the last record.
    pub(super) leaf: Slot,
    /// What is made of its value.
    pub(super) reading: Reading,
}

/// The record at which a way begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// The record itself.
    Record,
    /// The running user.
    User,
    /// The organization.
    Organization,
}

/// What formulas make of the value of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Nothing.
    Plain,
    /// A number; blank is zero where the formula says so.
    Number,
    /// A percentage: 12 reads as 0.12.
    Percent,
    /// A boolean: blank is false.
    Boolean,
}

/// What a formula is for; decides which functions and fields it may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The value of a field, worked out when it is read.
    Field,
    /// A condition on records that are saved: it may ask what they were before.
    Condition,
    /// The value of a field of a new record: it knows no record.
    Default,
}

/// A formula that can be worked out.
#[derive(Clone, Debug)]
pub(crate) struct Formula {
    pub(super) root: Node,
    /// Whether blank numbers count as zero.
    pub(super) blank_as_zero: bool,
    /// The fields that it reads.
    pub(crate) reads: Vec<(ObjectIndex, Slot)>,
}

impl Formula {
    /// Whether the value follows from the fields of the record alone: from no other record, user or time.
    pub(crate) fn is_own(&self) -> bool {
        fn own(node: &Node) -> bool {
            match node {
                Node::Literal(_) => true,
                Node::Field(field) => field.start == Start::Record && field.hops.is_empty(),
                Node::Negate(inner) => own(inner),
                Node::Binary(_, left, right) => own(left) && own(right),
                Node::Call(Function::Today | Function::Now | Function::TimeNow, _) => false,
                Node::Call(_, arguments) => arguments.iter().all(own),
            }
        }
        own(&self.root)
    }
}
