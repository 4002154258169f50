//! Object and event definitions: the file format, its defaults, and the resolved [`Catalog`].

mod align;
mod compile;
mod declared;
mod def;
mod definitions;
mod extend;
mod field_type;
mod file;
mod logic;
mod names;
mod places;
mod platform_event;
mod resolve;
mod system_fields;
mod variant;

pub use declared::{
    BlankValues, CompactLayoutDefinition, DuplicateAction, DuplicateMatch, DuplicateRule, FilterItem,
    FilterOperator, ListViewDefinition, ListViewScope, MatchMethod, QuickActionDefinition,
    RecordTypeDefinition, RecordTypePicklist, Summary, SummaryOperation, ValidationRule,
};
pub use def::{
    ChildRelationship, Described, FieldDef, ObjectIndex, PicklistValue, SObjectDef, Slot, SystemSlots,
};
pub use definitions::{Catalog, CatalogError, DefinitionSource};
pub use field_type::FieldType;
pub use file::{Kind, PublishBehavior, SupportedCall};
pub(crate) use logic::{DuplicateCheck, Filter, FormulaField, ObjectLogic, RollUp};
pub(crate) use places::Place;
