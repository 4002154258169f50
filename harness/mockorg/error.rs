//! Why an org cannot start.

use std::{io, net::SocketAddr, path::PathBuf};

use mockorg_org::{ControlRefusal, LoadError, catalog::CatalogError};
use thiserror::Error;

use crate::{DataError, RecordingError};

/// An org that cannot start. Shown, it names the file, the place and what to do.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}{}", advice(source))]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// A file or folder cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A folder that should hold definitions holds none.
    #[error("{} holds no .json file; give the folder in which the definitions of objects lie", path.display())]
    NoDefinitions {
        /// The folder.
        path: PathBuf,
    },
    /// The definitions of objects cannot be used.
    #[error("{0}; schemas/sobject.schema.json describes the format")]
    Catalog(#[from] CatalogError),
    /// The metadata of the org cannot be used.
    #[error("{origin}: {what}")]
    Metadata {
        /// The file or folder.
        origin: String,
        /// What is wrong, and what to do.
        what: String,
    },
    /// No org of this name is built in.
    #[error("there is no built-in org '{name}'; there are: {known}")]
    UnknownOrg {
        /// The name that was asked for.
        name: String,
        /// The names that there are.
        known: String,
    },
    /// The org file cannot be used.
    #[error("{origin}{}: {source}", line.map(|line| format!(":{line}")).unwrap_or_default())]
    OrgFile {
        /// The file.
        origin: String,
        /// The line of the step that cannot be performed.
        line: Option<usize>,
        /// What is wrong.
        source: LoadError,
    },
    /// The org file says of no active user that it acts on their behalf, so that there is no session.
    #[error(
        "{origin}: the session needs an active user who may use the API; add a step {{\"runAs\": \"$name\"}}"
    )]
    NoUser {
        /// The org file.
        origin: String,
    },
    /// A permission set cannot be assigned or taken away as the builder was told.
    #[error("permission set '{permission_set}' of {username}: {why}")]
    Permission {
        /// The user.
        username: String,
        /// The permission set's API name.
        permission_set: String,
        /// Why not.
        why: String,
    },
    /// A handler waits for an event that the org does not have.
    #[error(
        "there is no event or channel {event}; name one such as AssetRenewInitiatedEvent or /data/ChangeEvents"
    )]
    UnknownEvent {
        /// The event.
        event: String,
    },
    /// A webhook of the org file or of the builder cannot be used.
    #[error("{}webhook {number} (`{name}`): {refusal}", origin.as_ref().map(|place| format!("{place}: ")).unwrap_or_default())]
    Webhook {
        /// The org file, with the line; `None` for a webhook of the builder.
        origin: Option<String>,
        /// The number of the webhook in its list, from 1.
        number: usize,
        /// Its name.
        name: String,
        /// What is wrong, and what would be right.
        refusal: ControlRefusal,
    },
    /// A stub of the org file or of the builder cannot be used.
    #[error("{}stub {number} (`{name}`): {refusal}", origin.as_ref().map(|place| format!("{place}: ")).unwrap_or_default())]
    Stub {
        /// The org file, with the line; `None` for a stub of the builder.
        origin: Option<String>,
        /// The number of the stub in its list, from 1.
        number: usize,
        /// Its name.
        name: String,
        /// What is wrong, and what would be right.
        refusal: ControlRefusal,
    },
    /// A plan of the builder cannot be used.
    #[error("fault `{name}`: {refusal}")]
    Fault {
        /// Its name.
        name: String,
        /// What is wrong, and what would be right.
        refusal: ControlRefusal,
    },
    /// The port with TLS cannot show who the org is.
    #[error("cannot serve with TLS: {0}")]
    Tls(String),
    /// The org cannot be kept in the folder for it, or be had from there.
    #[error("{0}")]
    Data(#[from] DataError),
    /// The org cannot be recorded.
    #[error(transparent)]
    Recording(#[from] RecordingError),
    /// An org that is kept in a folder was to be recorded as well.
    #[error(
        "an org that is kept in a data folder is not recorded as well; its first journal can be replayed"
    )]
    RecordingOfKept,
    /// The org's thread or its runtime cannot be made.
    #[error("cannot start the org's thread: {0}")]
    Thread(io::Error),
}

fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            "; stop the program that uses the port, or choose another port (0 means any free one)"
        }
        io::ErrorKind::PermissionDenied => "; choose a port above 1023 (0 means any free one)",
        io::ErrorKind::AddrNotAvailable => "; choose an address of this machine, such as 127.0.0.1",
        _ => "",
    }
}
