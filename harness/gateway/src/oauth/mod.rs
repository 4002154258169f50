//! OAuth: who asks users, what they see, the token endpoint, and what tokens tell.

mod assertion;
mod authorize;
mod browser;
mod connect;
#[cfg(feature = "openid")]
mod der;
mod format;
mod identity;
mod openid;
mod pages;
mod request;
mod session;
#[cfg(feature = "openid")]
mod signing;
mod token;

pub(crate) use authorize::authorize;
pub(crate) use browser::login;
pub(crate) use connect::connect;
pub(crate) use identity::{identity, userinfo};
pub(crate) use openid::{discovery, keys};
pub(crate) use request::refuse;
pub(crate) use session::{introspect, revoke};
pub(crate) use token::token;
