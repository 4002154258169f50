//! Cases: the contract as data, one file per case.
//!
//! `schemas/case.schema.json` describes the files; these are the types they are read into.

use serde::Deserialize;

use crate::version::ApiVersion;

pub use crate::{
    expect::{Expect, HeaderExpected, Statuses},
    request_template::RequestTemplate,
    step::{Capture, EventsStep, ExpectedEvents, Repeat, RequestStep, Step},
};

/// One contract case.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Area and file name without ending, for instance `rest/versions`. Not part of the file.
    #[serde(skip)]
    pub name: String,
    /// Where the schema lies, for editors.
    #[serde(rename = "$schema", default)]
    pub schema: Option<String>,
    /// What the case shows, as a sentence.
    pub title: String,
    /// A link to public documentation, or `observed`.
    pub source: String,
    /// First version in which this holds.
    #[serde(default)]
    pub since: Option<ApiVersion>,
    /// Last version in which this holds.
    #[serde(default)]
    pub until: Option<ApiVersion>,
    /// Versions at which the case runs; without them it runs once, at the newest that it allows.
    #[serde(default)]
    pub versions: Vec<ApiVersion>,
    /// The credential that is used when a step names none: `admin`, unless given.
    #[serde(rename = "as", default = "admin")]
    pub user: String,
    /// What the target must offer.
    #[serde(default)]
    pub needs: Needs,
    /// Channels that are subscribed to over CometD, from now on, before the first step:
    /// `/event/AssetRenewInitiatedEvent`, `/data/AccountChangeEvent`, `/topic/…`, `/u/…`.
    #[serde(default)]
    pub subscribe: Vec<String>,
    /// What is sent and expected, in order; the first step that differs ends the case.
    pub steps: Vec<Step>,
    /// Sent at the end in any case. Steps whose captured values are missing are left out.
    #[serde(default)]
    pub cleanup: Vec<Step>,
}

fn admin() -> String {
    "admin".to_owned()
}

/// What a target must offer so that a case can run.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Needs {
    /// The case changes data.
    #[serde(default)]
    pub writes: bool,
    /// The case uses the control surface under `/__mockorg/`, which only the mock has.
    #[serde(default)]
    pub control: bool,
    /// Names of values that the target must give, for instance `username`.
    #[serde(default)]
    pub variables: Vec<String>,
    /// Names of objects that the case's user must see in the target.
    #[serde(default)]
    pub objects: Vec<String>,
    /// Names of permission sets that must be assigned to the case's user.
    #[serde(default)]
    pub permissions: Vec<String>,
    /// Channels that the case's user must be able to subscribe to.
    #[serde(default)]
    pub events: Vec<String>,
}

impl Case {
    /// The versions at which the case runs on a target whose newest version is given.
    pub fn runs_at(&self, newest: ApiVersion) -> Vec<ApiVersion> {
        if self.versions.is_empty() {
            vec![self.until.map_or(newest, |until| until.min(newest))]
        } else {
            self.versions.clone()
        }
    }

    /// Whether the case speaks about this version.
    pub fn holds_at(&self, version: ApiVersion) -> bool {
        self.since.is_none_or(|since| since <= version) && self.until.is_none_or(|until| version <= until)
    }
}
