//! Orgs that the Salesforce CLI is logged in to: its alias file, its file per user, its key.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{
    credentials::Credentials,
    error::LoginError,
    secret::Secret,
    sf_cipher::{SfKey, is_sealed},
};

/// The client that the CLI itself is.
const CLIENT_ID: &str = "PlatformCLI";

/// What the CLI knows of an org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SfOrg {
    /// Who is logged in; the CLI's export of a login address does not tell.
    pub username: Option<String>,
    /// The way in.
    pub credentials: Credentials,
}

/// The CLI's files below a home folder.
#[derive(Debug, Clone)]
pub struct SfCli {
    home: PathBuf,
}

/// `alias.json`; further groups may stand beside `orgs`.
#[derive(Deserialize)]
struct Aliases {
    #[serde(default)]
    orgs: BTreeMap<String, String>,
}

/// `key.json`, where the key of the machine does not lie in the system's keychain.
#[derive(Deserialize)]
struct KeyFile {
    key: Option<String>,
}

/// `<username>.json`, as far as a login needs it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OrgFile {
    instance_url: Option<String>,
    login_url: Option<String>,
    access_token: Option<String>,
    refresh_token: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    private_key: Option<PathBuf>,
}

impl SfCli {
    /// The CLI of the user with this home folder.
    pub fn new(home: impl Into<PathBuf>) -> Self {
        Self { home: home.into() }
    }

    /// The way into an org by alias or username.
    ///
    /// # Errors
    ///
    /// [`LoginError::SfCli`] when there is no such org, or its secrets cannot be read; the text says what to do.
    pub fn org(&self, name: &str) -> Result<SfOrg, LoginError> {
        let username = self.username(name)?;
        // The name becomes part of a path.
        if username.contains(['/', '\\']) {
            return Err(LoginError::SfCli(format!("'{username}' is no username")));
        }
        let path = self.folder().join(format!("{username}.json"));
        let Some(file) = read::<OrgFile>(&path)? else {
            return Err(LoginError::SfCli(format!(
                "the Salesforce CLI knows no org '{name}' ({} is missing); see `sf org list`, log in with \
                 `sf org login web --alias {name}`, or give the address of the org",
                path.display()
            )));
        };
        let credentials = self.credentials(&username, &file)?;
        Ok(SfOrg { username: Some(username), credentials })
    }

    fn folder(&self) -> PathBuf {
        self.home.join(".sfdx")
    }

    fn username(&self, name: &str) -> Result<String, LoginError> {
        // Before it returned to the older folder, the CLI kept aliases in the newer one.
        for folder in [self.folder(), self.home.join(".sf")] {
            let aliases = read::<Aliases>(&folder.join("alias.json"))?;
            if let Some(username) = aliases.and_then(|mut aliases| aliases.orgs.remove(name)) {
                return Ok(username);
            }
        }
        Ok(name.to_owned())
    }

    fn credentials(&self, username: &str, file: &OrgFile) -> Result<Credentials, LoginError> {
        let incomplete = |what: &str| {
            LoginError::SfCli(format!(
                "the file of the Salesforce CLI for {username} has no {what}; log in again with `sf org login web`"
            ))
        };
        let instance_url = file.instance_url.clone().ok_or_else(|| incomplete("instanceUrl"))?;
        let login_url = file.login_url.clone().unwrap_or_else(|| instance_url.clone());
        let client_id = file.client_id.clone().unwrap_or_else(|| CLIENT_ID.to_owned());
        let open = |text: &Option<String>| text.as_deref().map(|text| self.open(username, text)).transpose();
        let renewal = match (open(&file.refresh_token)?, &file.private_key) {
            (Some(refresh_token), _) => Some(Credentials::Refresh {
                login_url,
                client_id,
                client_secret: open(&file.client_secret)?,
                refresh_token,
            }),
            // A key file that has gone matters only when the token has expired; then the org says so.
            (None, Some(path)) => fs::read_to_string(path).ok().map(|key| Credentials::Jwt {
                login_url,
                client_id,
                username: username.to_owned(),
                private_key: Secret::new(key),
                audience: None,
            }),
            (None, None) => None,
        };
        Ok(match (open(&file.access_token)?, renewal) {
            (Some(token), Some(renewal)) => {
                Credentials::Renewable { instance_url, token, renewal: Box::new(renewal) }
            }
            (Some(token), None) => Credentials::Token { instance_url, token },
            (None, Some(renewal)) => renewal,
            (None, None) => return Err(incomplete("accessToken")),
        })
    }

    fn open(&self, username: &str, text: &str) -> Result<Secret, LoginError> {
        if !is_sealed(text) {
            return Ok(Secret::new(text));
        }
        let path = self.folder().join("key.json");
        let key = read::<KeyFile>(&path)?.and_then(|file| file.key);
        let Some(key) = key else {
            return Err(elsewhere(username, &format!("the key is not in {}", path.display())));
        };
        let opened = SfKey::new(&key).and_then(|key| key.open(text));
        opened
            .ok_or_else(|| elsewhere(username, &format!("the key in {} does not open them", path.display())))
    }
}

/// The key lies in the system's keychain, which only the CLI itself may read.
fn elsewhere(username: &str, why: &str) -> LoginError {
    LoginError::SfCli(format!(
        "the secrets of {username} are encrypted, and {why}: it is in the system's keychain. Let the CLI write \
         them down:\n  sf org auth show-sfdx-auth-url --target-org {username} --json > org.json\n  \
         (older versions: sf org display --target-org {username} --verbose --json > org.json)\n\
         and give --sf-org-file org.json; remove the file afterwards"
    ))
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<Option<T>, LoginError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(LoginError::SfCli(format!("cannot read {}: {error}", path.display()))),
    };
    // The parser's message would show a piece of the text.
    let broken = |error: serde_json::Error| {
        LoginError::SfCli(format!(
            "{} is not as the Salesforce CLI writes it (line {})",
            path.display(),
            error.line()
        ))
    };
    serde_json::from_str(&text).map(Some).map_err(broken)
}
