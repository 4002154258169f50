//! A Salesforce org for tests: real HTTP, real error codes, real state, no network beyond this machine.
//!
//! mockorg serves the REST API of a Salesforce org to clients that do not know the difference. It holds users
//! with permissions, objects with all their fields, records, events, and the subscription asset life cycle.
//!
//! # A first test
//!
//! [`MockOrg::start`] gives an org that listens on a free port, with a session that is ready to use. Any HTTP
//! client will do; here it is reqwest.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! use std::time::Duration;
//!
//! use mockorg::{MockOrg, Value};
//! use serde_json::{Value as Json, json};
//!
//! let org = MockOrg::builder().async_delay(Duration::from_secs(10)).start().await?;
//! let client = reqwest::Client::new();
//! let authorization = org.session().authorization();
//!
//! // A client writes through the API …
//! let created: Json = client
//!     .post(format!("{}/services/data/v64.0/sobjects/Account", org.url()))
//!     .header("Authorization", &authorization)
//!     .json(&json!({"Name": "Acme"}))
//!     .send()
//!     .await?
//!     .json()
//!     .await?;
//! assert_eq!(created["success"], true);
//!
//! // … and the test looks behind it.
//! let account = org.record(created["id"].as_str().unwrap()).unwrap();
//! assert_eq!(*account.get("Name"), Value::from("Acme"));
//!
//! // The starter org has assets that can be renewed.
//! let assets = org.records("Asset");
//! let asset = assets.iter().find(|asset| *asset.get("RenewalTerm") != Value::Null).unwrap();
//! let accepted: Json = client
//!     .post(format!(
//!         "{}/services/data/v64.0/asset-management/assets/collection/actions/initiate-renewal",
//!         org.url()
//!     ))
//!     .header("Authorization", &authorization)
//!     .json(&json!({"assetIds": {"assetIdArray": [asset.id()]}}))
//!     .send()
//!     .await?
//!     .json()
//!     .await?;
//! assert_eq!(accepted["success"], true);
//!
//! // Time stands still in a test until it is moved; then the operation ends, and says so.
//! org.advance(Duration::from_secs(10)).await;
//! let tracker: Json = client
//!     .get(format!("{}{}", org.url(), accepted["statusURL"].as_str().unwrap()))
//!     .header("Authorization", &authorization)
//!     .send()
//!     .await?
//!     .json()
//!     .await?;
//! assert_eq!(tracker["Status"], "Completed");
//! assert_eq!(org.events_on("/event/AssetRenewInitiatedEvent").len(), 1);
//! # Ok(())
//! # })
//! # }
//! ```
//!
//! # Who may log in
//!
//! The built-in org knows two users, [`ADMIN`] and [`RESTRICTED`], and one connected app with [`CLIENT_ID`],
//! [`CLIENT_SECRET`] and [`REFRESH_TOKEN`]. A client that logs in itself, by OAuth or SOAP, uses these; a test
//! that needs only a token takes [`MockOrg::session`] or [`MockOrg::login`].
//!
//! # How an org begins
//!
//! [`MockOrg::builder`] chooses: an org file instead of the starter org, definitions of further objects, a seed,
//! a clock, delays, permission sets. The same choices give the same ids, tokens and answers, every time.
//!
//! # What it does to your program
//!
//! Nothing: each org has its own thread and its own runtime, which end when it is dropped. No logger, panic hook,
//! allocator or TLS provider is installed, and no feature of a crate that you share with it changes behaviour.
//!
//! # What is not modelled
//!
//! A request that a real org would answer and mockorg cannot is refused with `MOCKORG_NOT_MODELLED` and counted
//! in [`MockOrg::coverage`]; there are no answers that are merely plausible.

#[cfg(feature = "assert")]
pub mod assert;
mod beginning;
mod builder;
mod catalogs;
mod clock;
mod control;
mod data;
mod embedded;
mod error;
mod export;
mod faults;
mod handle;
mod handlers;
mod jobs;
mod journal;
mod json_schemas;
mod metadata;
mod mock_org;
#[cfg(feature = "wiremock")]
mod mounted;
mod org_source;
mod permissions;
mod reading;
mod replay;
#[cfg(feature = "wiremock")]
mod respond;
mod safety;
#[cfg(feature = "schemas")]
pub mod schemas;
mod server;
mod session;
mod snapshot;
mod state;
mod stubs;
#[cfg(feature = "tls")]
mod tls;
mod verify;
mod wait;

#[cfg(feature = "wiremock")]
pub use ::wiremock;
pub use builder::{DEFAULT_TIME, MockOrgBuilder};
pub use data::{DataError, Durability, Recovered};
pub use embedded::{definitions, org_files};
pub use error::StartError;
pub use faults::{ScopedFault, fault_catalogue};
pub use handle::OrgHandle;
pub use handlers::{Handled, RetryableException};
pub use mock_org::MockOrg;
pub use mockorg_gateway::{
    BranchOrder, BranchState, CaughtPanic, Clock, ControlAccess, ControlOperation, EntryKind, Expectation,
    GrpcCall, JournalCall, JournalEntry, JournalEvent, JournalFilter, JournalPage, JournalSettings, Mismatch,
    NearMiss, NotKept, Pattern, ServerLimits, SnapshotState, StubState, Times, Unmet, UnmetKind, Verdict,
    WebhookState, control_operations, endpoint_index_json, json_schema::error_code_schema, remember_panic,
};
pub use mockorg_org::{
    ApiError, ApiVersion, AsyncDelay, ControlRefusal, Coverage, ErrorCode, Export, FieldAmendmentCategory,
    FieldInput, Happened, Happening, InjectedFailure, Input, JobError, JobEvent, JobFault, JobState, JobStep,
    LeftOut, LifecycleFlags, Occurrence, Position, RecordId, ResumeFrom, Settings, SimulatedJob, Stub,
    StubRequest, StubResponse, Timestamp, Value, Webhook,
    events::{ReplayId, SubscriberStatus},
    faults::{
        BodyFault, EventFault, Fault, FaultPlan, FaultScope, FaultState, FaultTiming, JobOutcome, Probability,
    },
};
pub use replay::{Difference, RECORDINGS, RecordingError, Replay, ReplayError, replay};
#[cfg(feature = "wiremock")]
pub use respond::Responder;
pub use session::{ADMIN, CLIENT_ID, CLIENT_SECRET, Credentials, REFRESH_TOKEN, RESTRICTED, Session};
pub use snapshot::{EventDetail, EventSnapshot, RecordSnapshot};
pub use verify::{Verify, VerifyError};

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct ReadmeExamples;
