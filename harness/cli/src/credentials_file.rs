//! The file with the org and the credentials of its users.
//!
//! ```json
//! {
//!   "target": "https://acme--dev.sandbox.my.salesforce.com",
//!   "users": {
//!     "admin": { "clientId": "3MVG9…", "clientSecret": "…" },
//!     "restricted": { "clientId": "3MVG9…", "username": "r@acme.example", "jwtKeyFile": "server.key" }
//!   },
//!   "variables": { "customObject": "Parcel__c" }
//! }
//! ```
//!
//! A user has what the flags can say: `token`, `clientId`, `clientSecret`, `refreshToken`, `username`, `password`,
//! `jwtKeyFile`, `audience`, `loginUrl`, `sfOrg`, `sfOrgFile`.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;

use crate::way_in::{WayIn, read};

/// What the file says.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CredentialsFile {
    /// The org.
    pub(crate) target: Option<String>,
    /// Credential → the way in.
    #[serde(default)]
    pub(crate) users: BTreeMap<String, WayIn>,
    /// Values that cases ask for by name.
    #[serde(default)]
    pub(crate) variables: BTreeMap<String, String>,
}

impl CredentialsFile {
    /// Reads a file that nobody else can read.
    ///
    /// # Errors
    ///
    /// What is wrong with the file; nothing of what stands in it.
    pub(crate) fn load(path: &Path) -> Result<Self, String> {
        guard(path)?;
        let text = read(path)?;
        serde_json::from_str(&text).map_err(|error| {
            let at = format!("{}:{}:{}", path.display(), error.line(), error.column());
            // Only this kind of message repeats a name; the others might repeat a value.
            let message = error.to_string();
            match message.split_once("unknown field ") {
                Some((_, rest)) => {
                    format!("{at}: unknown field {}", rest.split(" at line").next().unwrap_or_default())
                }
                None => {
                    format!("{at}: this is not the JSON of a credentials file; see `mockorg conform --help`")
                }
            }
        })
    }
}

#[cfg(unix)]
fn guard(path: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt as _;

    let metadata = path.metadata().map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    if metadata.permissions().mode() & 0o077 != 0 {
        let path = path.display();
        return Err(format!(
            "others on this machine can read or change {path}; keep it to yourself: chmod 600 {path}"
        ));
    }
    Ok(())
}

#[cfg(not(unix))]
fn guard(path: &Path) -> Result<(), String> {
    path.metadata().map(|_| ()).map_err(|error| format!("cannot read {}: {error}", path.display()))
}
