//! The format of org files, as `schemas/org.schema.json` describes it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::{connected_app::ConnectedAppStep, stub::Stub, webhook::Webhook};
use crate::{automation::AutomationFile, faults::FaultPlan};

/// An org file, read but not yet performed.
///
/// # Examples
///
/// ```
/// use mockorg_org::OrgFile;
///
/// let file = OrgFile::parse(r#"{"name": "empty", "features": ["RevenueLifecycle"], "steps": []}"#).unwrap();
/// assert_eq!(file.features(), ["RevenueLifecycle".into()]);
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrgFile {
    #[serde(rename = "$schema", default)]
    _schema: Option<String>,
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "description", default)]
    _description: Option<String>,
    #[serde(default)]
    features: Vec<Box<str>>,
    pub(super) steps: Vec<Step>,
    #[serde(default)]
    pub(super) automations: Vec<AutomationFile>,
    #[serde(default)]
    webhooks: Vec<Webhook>,
    #[serde(default)]
    stubs: Vec<Stub>,
    /// What is to go wrong.
    #[serde(default)]
    pub(super) faults: Vec<FaultPlan>,
    /// The maxima of limits by name.
    #[serde(default)]
    pub(super) limits: BTreeMap<Box<str>, u64>,
}

/// One step of an org file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Step {
    /// When the step happens, for steps of the past.
    pub(super) at: Option<String>,
    /// Creates a record of this object.
    pub(super) create: Option<String>,
    /// Puts a record of this object in place as it was.
    pub(super) restore: Option<String>,
    /// The id of a restored record.
    pub(super) id: Option<String>,
    /// Changes the record with this reference.
    pub(super) update: Option<String>,
    /// The values of a created or changed record.
    pub(super) fields: Map<String, Json>,
    /// The name under which later steps refer to the record.
    #[serde(rename = "as")]
    pub(super) name: Option<String>,
    /// Invokes a standard action.
    pub(super) action: Option<String>,
    /// The inputs of the action.
    pub(super) inputs: Vec<Map<String, Json>>,
    /// Looks up the one record of this object with the given `fields`, and names it.
    pub(super) find: Option<String>,
    /// Makes the user with this reference the one on whose behalf later steps happen.
    pub(super) run_as: Option<String>,
    /// Sets the password of the user with this reference.
    pub(super) password_of: Option<String>,
    /// The password.
    pub(super) password: Option<String>,
    /// Defines a connected app.
    pub(super) connected_app: Option<ConnectedAppStep>,
}

/// An org file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// The text is not of the format.
    #[error("not an org file: {0}; see schemas/org.schema.json for the format")]
    Format(Box<str>),
    /// The text is no stub.
    #[error("not a stub: {0}; see `stub` in schemas/org.schema.json for the format")]
    Stub(Box<str>),
    /// A step cannot be performed.
    #[error("step {step} ({what}): {why}")]
    Step {
        /// The number of the step, from 1.
        step: usize,
        /// What the step wants.
        what: Box<str>,
        /// Why it cannot be.
        why: Box<str>,
    },
    /// A limit cannot be set.
    #[error("limits: {0}")]
    Limit(Box<str>),
    /// A fault cannot be used.
    #[error("fault `{name}`: {why}")]
    Fault {
        /// Its name.
        name: Box<str>,
        /// Why it cannot be.
        why: Box<str>,
    },
    /// An automation cannot be used.
    #[error("automation {number} (`{name}`): {why}")]
    Automation {
        /// The number of the automation, from 1.
        number: usize,
        /// Its name.
        name: Box<str>,
        /// Why it cannot be.
        why: Box<str>,
    },
}

impl OrgFile {
    /// Reads an org file.
    ///
    /// # Errors
    ///
    /// [`LoadError::Format`] with line and column.
    pub fn parse(json: &str) -> Result<Self, LoadError> {
        serde_json::from_str(json).map_err(|error| LoadError::Format(error.to_string().into()))
    }

    /// The features of the org, which decide about the objects and fields of its catalog.
    #[must_use]
    pub fn features(&self) -> &[Box<str>] {
        &self.features
    }

    /// The webhooks of the org, for whoever serves it.
    #[must_use]
    pub fn webhooks(&self) -> &[Webhook] {
        &self.webhooks
    }

    /// The stubs of the org, for whoever serves it.
    #[must_use]
    pub fn stubs(&self) -> &[Stub] {
        &self.stubs
    }
}
