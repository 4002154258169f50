//! What a client asks of the metadata of an org, as data.

use serde::{Deserialize, Serialize};

use super::{component::Component, problem::ComponentProblem};

/// One operation of the Metadata API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MetadataCall {
    /// Asks whether the user may use the API at all.
    Authorize,
    /// The components of types.
    List {
        /// The types.
        kinds: Vec<Box<str>>,
    },
    /// Components by name.
    Read {
        /// The type.
        kind: Box<str>,
        /// The names.
        full_names: Vec<Box<str>>,
    },
    /// Creates, changes or both.
    Save {
        /// Which of these.
        verb: SaveVerb,
        /// The components, of which each is saved by itself unless `all_or_none`.
        components: Vec<Component>,
        /// Whether one that fails undoes all.
        all_or_none: bool,
    },
    /// Deletes components, each by itself unless `all_or_none`.
    Delete {
        /// The type.
        kind: Box<str>,
        /// The names.
        full_names: Vec<Box<str>>,
        /// Whether one that fails undoes all.
        all_or_none: bool,
    },
    /// Accepts a deployment.
    Deploy(Box<DeployRequest>),
    /// How far a deployment is.
    DeployStatus {
        /// Its id.
        id: Box<str>,
    },
    /// Stops a deployment that has not ended.
    CancelDeploy {
        /// Its id.
        id: Box<str>,
    },
    /// Accepts the retrieval of components.
    Retrieve {
        /// Types with the names of their components; `*` stands for all.
        types: Vec<(Box<str>, Vec<Box<str>>)>,
    },
    /// How far a retrieval is.
    RetrieveStatus {
        /// Its id.
        id: Box<str>,
    },
}

/// How components are saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SaveVerb {
    /// What is there already is refused.
    Create,
    /// What is not there is refused.
    Update,
    /// Both.
    Upsert,
}

/// What is to be deployed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeployRequest {
    /// The components with the names of their files.
    pub components: Vec<(Box<str>, Component)>,
    /// The components to be deleted, with the name of the file that says so.
    pub removed: Vec<(Box<str>, Component)>,
    /// What cannot be deployed, with the name of its file.
    pub problems: Vec<(Box<str>, ComponentProblem)>,
    /// Whether nothing is changed in the end.
    pub check_only: bool,
    /// Whether one component that fails keeps back all others.
    pub rollback_on_error: bool,
    /// Whether warnings do not count as failures; there are no warnings.
    pub ignore_warnings: bool,
}
