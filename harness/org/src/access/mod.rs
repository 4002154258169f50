//! Who may log in, and who may do what: connected apps, sessions, permissions, operations, limits.

mod authorization;
mod codes;
mod connected_app;
mod device;
mod export;
mod grants;
mod identity;
mod limits;
mod login_rate;
mod oauth_call;
mod oauth_reply;
mod operation_table;
mod operations;
mod password;
mod permission_rows;
mod permissions;
mod requests;
mod session;
mod state;
mod storage;
mod token;
mod user_access;

pub use connected_app::ConnectedApp;
pub use limits::Limit;
pub use oauth_call::{AuthorizationRequest, Decision, OAuthCall};
pub use oauth_reply::{Authorization, AuthorizationRefusal, Connection, Consent, DeviceCodes, OAuthReply};
pub use operation_table::{OPERATIONS, OperationPermission};
pub use state::Access;
pub use user_access::{ObjectAccess, UserAccess};

pub(crate) use operations::WriteKind;
pub(crate) use permissions::RULES;
pub(crate) use requests::{DailyCounter, PublishCounter};
pub(crate) use session::Entrance;

#[cfg(test)]
pub(crate) mod test_org;
