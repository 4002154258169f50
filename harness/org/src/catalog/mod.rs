//! Object and event definitions: the file format, its defaults, and the resolved [`Catalog`].

mod def;
mod definitions;
mod file;
mod names;
mod platform_event;
mod resolve;
mod system_fields;
mod variant;

pub use def::{
    ChildRelationship, Described, FieldDef, ObjectIndex, PicklistValue, SObjectDef, Slot, SystemSlots,
};
pub use definitions::{Catalog, CatalogError, DefinitionSource};
pub use file::{FieldType, Kind, PublishBehavior, SupportedCall};
