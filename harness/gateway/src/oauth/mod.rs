//! OAuth: the token endpoint, and what tokens tell.

mod assertion;
mod identity;
mod request;
mod session;
mod token;

pub(crate) use identity::{identity, userinfo};
pub(crate) use session::{introspect, revoke};
pub(crate) use token::token;
