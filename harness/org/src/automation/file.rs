//! The format of automations in org files, as `schemas/org.schema.json` describes it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

/// One automation.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AutomationFile {
    pub(super) name: Box<str>,
    #[serde(rename = "type", default)]
    pub(super) kind: KindFile,
    pub(super) on: OnFile,
    /// A condition as in the WHERE clause of a query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) when: Option<Box<str>>,
    pub(super) then: Vec<ActionFile>,
    /// The reference of a user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) run_as: Option<Box<str>>,
    /// Whether a batch that fails is tried again.
    #[serde(default)]
    pub(super) retry: bool,
}

impl AutomationFile {
    /// The name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The automation as an org file has it.
    pub(crate) fn to_json(&self) -> Json {
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// What an automation stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(super) enum KindFile {
    #[default]
    ApexTrigger,
    Flow,
    Process,
}

/// What an automation waits for.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct OnFile {
    /// A platform event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) event: Option<Box<str>>,
    /// An object whose changes become events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) change: Option<Box<str>>,
    /// Which changes; all without a list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) types: Vec<ChangeFile>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum ChangeFile {
    Create,
    Update,
    Delete,
    Undelete,
}

/// One thing that an automation does.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct ActionFile {
    /// Creates a record of this object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) create: Option<Box<str>>,
    /// Changes a record of this object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) update: Option<Box<str>>,
    /// Publishes this event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) publish: Option<Box<str>>,
    /// Which record is changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<Json>,
    pub(super) values: Map<String, Json>,
}
