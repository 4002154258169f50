//! Metadata: what makes an org the org that it is, as components that can be read, saved, deployed and retrieved.
//!
//! Components become definition files, and these the catalog with which the org goes on. Permission sets and
//! profiles become the records that decide about access.

mod access;
mod call;
mod change;
mod component;
mod element;
mod facts;
mod field;
mod field_text;
mod install;
mod kinds;
mod object;
mod perform;
mod picklist;
mod problem;
mod read;
mod reply;
mod request;
mod source;
mod state;
mod value_types;

pub use call::{DeployRequest, MetadataCall, SaveVerb};
pub use component::Component;
pub use element::{Element, Values};
pub use install::{CustomizeError, Customized, customize, customize_as_far, unmodelled_values, unsupported};
pub use kinds::{Child, KINDS, Kind, kind};
pub use problem::ComponentProblem;
pub use reply::{
    ComponentFacts, DeployState, DeployedComponent, MetadataReply, RequestStatus, RetrieveState,
    SavedComponent,
};
pub use value_types::{ValueType, value_types};

pub(crate) use install::rebuild;
pub(crate) use request::MetadataWork;
pub(crate) use state::Metadata;
