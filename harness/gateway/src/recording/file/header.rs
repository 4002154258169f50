//! The first line: what makes the org begin again as it began.

use std::time::Duration;

use mockorg_org::{ApiVersion, Recording, Settings, Timestamp, redefine::Component};
use serde::{Deserialize, Serialize};

use crate::Clock;

/// The version of the file that is written.
pub const VERSION: u32 = 1;

/// What the first line calls the file.
pub(super) const FORMAT: &str = "mockorg-journal";

/// The first line of a file of entries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Header {
    /// The version of mockorg that wrote the file.
    pub mockorg: Box<str>,
    /// How many entries came before those of this file. The file of a whole session has none before it.
    pub first: u64,
    /// Whether the entries say what came of them.
    pub recording: Recording,
    /// How the org began.
    pub beginning: OrgBeginning,
}

/// All that decides how an org begins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrgBeginning {
    /// When it began.
    pub at: Timestamp,
    /// Where its time comes from.
    pub clock: Clock,
    /// Where the org file came from; the name of a built-in org.
    pub origin: Box<str>,
    /// The text of the org file.
    pub org_file: Box<str>,
    /// The definitions of objects beside the built-in ones, each with where it came from.
    pub definitions: Vec<(Box<str>, Box<str>)>,
    /// The metadata that the org began with, each with where it came from.
    pub components: Vec<(Box<str>, Component)>,
    /// What of the metadata is not modelled.
    pub unmodelled: Vec<Box<str>>,
    /// The settings.
    pub settings: Settings,
    /// How long asynchronous operations take.
    pub async_delay: Duration,
    /// The permission sets that were assigned and taken away after the org file.
    pub assignments: Vec<PermissionAssignment>,
    /// The newest API version that is served.
    pub newest: ApiVersion,
}

/// A permission set that a user got, or lost, after the org file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PermissionAssignment {
    /// The user.
    pub username: Box<str>,
    /// The permission set's API name.
    pub permission_set: Box<str>,
    /// Whether the user got it.
    pub assigned: bool,
}

/// What stands before everything else, so that a file of another version is known as such.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Title<'a> {
    pub(super) format: &'a str,
    pub(super) version: u32,
}

/// The first line as it is written and read.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Titled<H> {
    pub(super) format: Box<str>,
    pub(super) version: u32,
    pub(super) header: H,
}

impl OrgBeginning {
    /// What of another beginning is not as here, in the words of the flags; empty when an org would begin alike.
    /// The time is no difference: an org goes on from where it stood.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<&'static str> {
        // The session's token follows from the seed unless it is chosen, and is part of the settings.
        let rows = [
            ("the org file", self.org_file != other.org_file),
            ("the definitions of objects", texts(&self.definitions) != texts(&other.definitions)),
            ("the metadata", parts(&self.components) != parts(&other.components)),
            ("the settings (seed, token, limits)", self.settings != other.settings),
            ("the delay of asynchronous operations", self.async_delay != other.async_delay),
            ("the permission sets", self.assignments != other.assignments),
            ("the clock", self.clock != other.clock),
            ("the newest API version", self.newest != other.newest),
        ];
        rows.into_iter().filter_map(|(name, differs)| differs.then_some(name)).collect()
    }
}

/// Texts without where they came from, which says nothing about the org.
fn texts(definitions: &[(Box<str>, Box<str>)]) -> Vec<&str> {
    definitions.iter().map(|(_, text)| &**text).collect()
}

fn parts(components: &[(Box<str>, Component)]) -> Vec<&Component> {
    components.iter().map(|(_, component)| component).collect()
}
