//! What the org answers about its metadata.

use serde::{Deserialize, Serialize};

use super::{component::Component, problem::ComponentProblem};
use crate::{RecordId, Timestamp};

/// The answer to a [`MetadataCall`](super::MetadataCall).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MetadataReply {
    /// The user may use the API.
    Allowed,
    /// Components by type and name.
    Listed(Vec<ComponentFacts>),
    /// Components in the order of their names in the call; `None` for those that are not there.
    Read(Vec<Option<Component>>),
    /// What became of each component.
    Saved(Vec<SavedComponent>),
    /// A deployment as it is now.
    Deploy(Box<DeployState>),
    /// A retrieval as it is now.
    Retrieve(Box<RetrieveState>),
}

/// What is known of a component beside what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentFacts {
    /// The metadata type.
    pub kind: Box<str>,
    /// The name.
    pub full_name: Box<str>,
    /// The id; `None` for what every org has.
    pub id: Option<RecordId>,
    /// When it was created, by whom, and when changed.
    pub created: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
    /// Who created it.
    pub user: RecordId,
    /// That user's name.
    pub user_name: Box<str>,
}

/// What became of a component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedComponent {
    /// The name.
    pub full_name: Box<str>,
    /// Whether it was not there before.
    pub created: bool,
    /// Why it was refused.
    pub problem: Option<ComponentProblem>,
}

/// The state of a deployment or retrieval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RequestStatus {
    /// It waits.
    Pending,
    /// It runs.
    InProgress,
    /// It is done.
    Succeeded,
    /// Some components are done, others have failed.
    SucceededPartial,
    /// It has failed.
    Failed,
    /// It was stopped.
    Canceled,
}

impl RequestStatus {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::InProgress => "InProgress",
            Self::Succeeded => "Succeeded",
            Self::SucceededPartial => "SucceededPartial",
            Self::Failed => "Failed",
            Self::Canceled => "Canceled",
        }
    }

    /// Whether something was deployed or retrieved.
    #[must_use]
    pub const fn is_success(self) -> bool {
        matches!(self, Self::Succeeded | Self::SucceededPartial)
    }

    /// Whether nothing more will happen.
    #[must_use]
    pub const fn is_done(self) -> bool {
        !matches!(self, Self::Pending | Self::InProgress)
    }
}

/// A deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeployState {
    /// Its id.
    pub id: RecordId,
    /// How far it is.
    pub status: RequestStatus,
    /// Who asked for it.
    pub user: RecordId,
    /// That user's name.
    pub user_name: Box<str>,
    /// When it was asked for.
    pub created: Timestamp,
    /// When it began.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub completed: Option<Timestamp>,
    /// As asked for.
    pub check_only: bool,
    /// As asked for.
    pub rollback_on_error: bool,
    /// As asked for.
    pub ignore_warnings: bool,
    /// How many components there are.
    pub total: usize,
    /// What became of each.
    pub results: Vec<DeployedComponent>,
}

impl DeployState {
    /// How many components are in the org because of it, or would be when it only checks.
    #[must_use]
    pub fn deployed(&self) -> usize {
        let failed = self.results.iter().filter(|own| own.problem.is_some()).count();
        if failed > 0 && self.rollback_on_error { 0 } else { self.results.len() - failed }
    }
}

/// What became of a component of a deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeployedComponent {
    /// The metadata type.
    pub kind: Box<str>,
    /// The name.
    pub full_name: Box<str>,
    /// The file.
    pub file_name: Box<str>,
    /// The id.
    pub id: Option<RecordId>,
    /// Whether it was not there before.
    pub created: bool,
    /// Whether it says something else than before.
    pub changed: bool,
    /// Whether it was deleted.
    pub deleted: bool,
    /// Why it was refused.
    pub problem: Option<ComponentProblem>,
}

/// A retrieval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetrieveState {
    /// Its id.
    pub id: RecordId,
    /// How far it is.
    pub status: RequestStatus,
    /// The components, once it is done.
    pub components: Vec<(ComponentFacts, Component)>,
    /// What was not found: a sentence for each.
    pub missing: Vec<Box<str>>,
    /// What was asked for.
    pub types: Vec<(Box<str>, Vec<Box<str>>)>,
}
