//! What a refused duplicate is told, and what a request says about saving.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{ApiVersion, RecordId};

/// The records that a new one is alike to, as a duplicate rule found them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DuplicateResult {
    /// The version of the request.
    pub version: ApiVersion,
    /// Whether a request may save the record all the same.
    pub allow_save: bool,
    /// The rule's API name.
    pub rule: Box<str>,
    /// The object.
    pub object: Arc<str>,
    /// What the rule says to people.
    pub alert: Box<str>,
    /// The records.
    pub records: Vec<RecordId>,
}

/// What a request says about saving: the header `Sforce-Duplicate-Rule-Header` and its like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveOptions {
    /// Whether duplicates are saved whose rule allows that.
    pub allow_duplicates: bool,
}
