//! Who may log in, and who may do what: connected apps, sessions, permissions, operations, limits.

mod connected_app;
mod identity;
mod limits;
mod operation_table;
mod operations;
mod permission_rows;
mod permissions;
mod requests;
mod session;
mod state;
mod token;
mod user_access;

pub use connected_app::ConnectedApp;
pub use limits::Limit;
pub use operation_table::{OPERATIONS, OperationPermission};
pub use state::Access;
pub use user_access::{ObjectAccess, UserAccess};

pub(crate) use operations::WriteKind;
pub(crate) use permissions::RULES;
pub(crate) use requests::PublishCounter;

#[cfg(test)]
mod test_org;
