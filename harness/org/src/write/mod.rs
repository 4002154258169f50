//! Data manipulation: create, update, upsert, delete, undelete, and the rules that run on the way.
//!
//! The order of checks is the platform's: deserialisation, then access, then the system's own
//! validation, then rules, then unique values and keys.

mod auto_number;
mod coerce;
mod content;
mod convert_lead;
mod declared;
mod delete;
mod duplicates;
mod empty_bin;
mod merge;
mod purge;
mod record_types;
mod references;
mod roll_up;
mod rules;
mod save;
mod store_record;
mod validate;

pub use convert_lead::{ConvertedLead, LeadConvert};
pub use merge::{Merge, MergeRequest};

pub(crate) use auto_number::number_in;
pub(crate) use coerce::coerce;
pub(crate) use references::unknown_key;
pub(crate) use rules::{Rule, Rules};
pub(crate) use validate::{check_required, check_value};
