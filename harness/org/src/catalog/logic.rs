//! What an object's definition has the org do with its records, ready for use: formulas, rules, roll-ups.

use std::sync::Arc;

use crate::{Value, formula::Formula};

use super::{
    declared::{BlankValues, FilterOperator, MatchMethod, SummaryOperation},
    def::{ObjectIndex, Slot},
    field_type::FieldType,
};

/// What is done with the records of an object. Most objects have nothing of it.
#[derive(Debug, Default)]
pub(crate) struct ObjectLogic {
    /// Fields that are worked out when they are read.
    pub(crate) formulas: Vec<(Slot, Arc<FormulaField>)>,
    /// Values of new records that name none.
    pub(crate) defaults: Vec<(Slot, FormulaField)>,
    /// The active validation rules.
    pub(crate) validations: Vec<Validation>,
    /// The active duplicate rules.
    pub(crate) duplicates: Vec<DuplicateCheck>,
    /// The roll-up summaries of other objects that these records change.
    pub(crate) feeds: Vec<RollUp>,
    /// The object's own roll-up summaries that begin at zero.
    pub(crate) counters: Vec<Slot>,
    /// The values that picklists may have by record type: the place of the record type in its object's list, the
    /// picklist, the values and the default.
    pub(crate) picklists: Vec<RecordTypeValues>,
}

/// A formula whose value fills a field.
#[derive(Clone, Debug)]
pub(crate) struct FormulaField {
    pub(crate) formula: Formula,
    pub(crate) field_type: FieldType,
    pub(crate) scale: u8,
}

/// A validation rule.
#[derive(Debug)]
pub(crate) struct Validation {
    pub(crate) name: Box<str>,
    pub(crate) condition: Formula,
    pub(crate) message: Box<str>,
    pub(crate) field: Option<Box<str>>,
}

/// A duplicate rule.
#[derive(Debug)]
pub(crate) struct DuplicateCheck {
    /// Its place in the definition.
    pub(crate) place: usize,
    /// The fields that are compared.
    pub(crate) fields: Vec<(Slot, MatchMethod, BlankValues)>,
}

/// A roll-up summary as the records below it see it.
#[derive(Debug)]
pub(crate) struct RollUp {
    /// The object of the summary.
    pub(crate) parent: ObjectIndex,
    /// The summary.
    pub(crate) target: Slot,
    /// Whether the summary is a whole number.
    pub(crate) whole: bool,
    /// The field that names the parent.
    pub(crate) link: Slot,
    /// What is worked out.
    pub(crate) operation: SummaryOperation,
    /// Of which field; none for a count.
    pub(crate) of: Option<Slot>,
    /// Which records count.
    pub(crate) filters: Vec<Filter>,
}

/// A condition on one field.
#[derive(Debug)]
pub(crate) struct Filter {
    pub(crate) field: Slot,
    pub(crate) operator: FilterOperator,
    /// What the field is compared with; a blank value stands for blank.
    pub(crate) values: Vec<Value>,
}

/// The values of one picklist in one record type.
#[derive(Debug)]
pub(crate) struct RecordTypeValues {
    /// The record type's API name.
    pub(crate) record_type: Box<str>,
    /// The picklist.
    pub(crate) field: Slot,
    /// Its values.
    pub(crate) values: Vec<Box<str>>,
    /// The value of new records that name none.
    pub(crate) default: Option<Box<str>>,
}

impl RecordTypeValues {
    /// Whether every value of a picklist, several joined by `;`, is one of these.
    pub(crate) fn has(&self, text: &str) -> bool {
        text.split(';').all(|value| self.values.iter().any(|own| **own == *value))
    }
}
