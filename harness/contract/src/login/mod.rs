//! How an org is reached: credentials, the login, and what kind of org it is.
//!
//! * [`Credentials`] – one way to an access token
//! * [`SfCli`] and [`SfOrg`] – the ways that the Salesforce CLI keeps
//! * [`Logins`] – the users of an org, who can log in again
//! * [`Session`] – an org that has let somebody in
//! * [`Organization`] and [`OrgKind`] – what it is

mod credentials;
mod error;
mod jwt;
mod kind;
mod logins;
mod organization;
mod pem;
mod secret;
mod session;
mod sf_cipher;
mod sf_cli;
mod sf_export;

pub use self::{
    credentials::Credentials,
    error::LoginError,
    kind::OrgKind,
    logins::{Logins, UserError},
    organization::{Identity, Organization},
    secret::Secret,
    session::Session,
    sf_cli::{SfCli, SfOrg},
};
