//! Which org a command talks to, and as whom.

use std::{collections::BTreeMap, convert::Infallible, path::PathBuf};

use clap::Args;
use mockorg_contract::{
    ApiVersion, Target,
    login::{Logins, OrgKind, Organization, Secret, Session},
};

use crate::{
    credentials_file::CredentialsFile,
    way_in::{WayIn, environment, read},
};

/// The org and its credentials.
///
/// Secrets are better kept in the environment or in a file than on the command line, which other users of the
/// machine can read: MOCKORG_TARGET, MOCKORG_TOKEN, MOCKORG_RESTRICTED_TOKEN, MOCKORG_CLIENT_ID,
/// MOCKORG_CLIENT_SECRET, MOCKORG_REFRESH_TOKEN, MOCKORG_USERNAME, MOCKORG_PASSWORD, MOCKORG_JWT_KEY_FILE,
/// MOCKORG_AUDIENCE, MOCKORG_LOGIN_URL, MOCKORG_SF_ORG_FILE, MOCKORG_CREDENTIALS, MOCKORG_CA_FILE.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Org and credentials")]
pub(crate) struct ConnectArguments {
    /// The org: its address, or an alias or username of the Salesforce CLI [env: MOCKORG_TARGET]
    #[arg(long, value_name = "URL|ALIAS")]
    target: Option<String>,
    /// An access token of an administrator; better in MOCKORG_TOKEN
    #[arg(long, value_name = "TOKEN", value_parser = secret, allow_hyphen_values = true)]
    token: Option<Secret>,
    /// An access token of a user who may not create assets; better in MOCKORG_RESTRICTED_TOKEN
    #[arg(long, value_name = "TOKEN", value_parser = secret, allow_hyphen_values = true)]
    restricted_token: Option<Secret>,
    /// The token of a mock's control surface; better in MOCKORG_CONTROL_TOKEN
    #[arg(long, value_name = "TOKEN", value_parser = secret, allow_hyphen_values = true)]
    control_token: Option<Secret>,
    /// A JSON file with the credentials of several users, readable by nobody else [env: MOCKORG_CREDENTIALS]
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// What the Salesforce CLI wrote with `sf org auth show-sfdx-auth-url --json` [env: MOCKORG_SF_ORG_FILE]
    #[arg(long, value_name = "FILE")]
    sf_org_file: Option<PathBuf>,
    /// The client id (consumer key) of the app that logs in [env: MOCKORG_CLIENT_ID]
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// Its secret; alone, the client credentials flow is taken; better in MOCKORG_CLIENT_SECRET
    #[arg(long, value_name = "SECRET", value_parser = secret, allow_hyphen_values = true)]
    client_secret: Option<Secret>,
    /// A refresh token; better in MOCKORG_REFRESH_TOKEN
    #[arg(long, value_name = "TOKEN", value_parser = secret, allow_hyphen_values = true)]
    refresh_token: Option<Secret>,
    /// Who logs in by key or password [env: MOCKORG_USERNAME]
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
    /// The password with the security token after it; better in MOCKORG_PASSWORD
    #[arg(long, value_name = "PASSWORD", value_parser = secret, allow_hyphen_values = true)]
    password: Option<Secret>,
    /// A PEM file with the RSA key for the JWT bearer flow [env: MOCKORG_JWT_KEY_FILE]
    #[arg(long, value_name = "FILE")]
    jwt_key_file: Option<PathBuf>,
    /// The audience of the assertion, when the login address and the platform's hosts are wrong [env: MOCKORG_AUDIENCE]
    #[arg(long, value_name = "URL")]
    audience: Option<String>,
    /// Where to log in, when that is not the address of the org [env: MOCKORG_LOGIN_URL]
    #[arg(long, value_name = "URL")]
    login_url: Option<String>,
    /// A PEM file with certificates to trust beside those of the machine [env: MOCKORG_CA_FILE]
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// A value that cases ask for by name, such as customObject=Parcel__c
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = parse_variable)]
    variables: Vec<(String, String)>,
    /// The org is a production org, and that is meant
    #[arg(long)]
    production: bool,
    /// Once more: the org is a production org
    #[arg(long)]
    yes_this_is_production: bool,
}

/// An org that answers.
#[derive(Debug)]
pub(crate) struct Connected {
    /// Its address, tokens and facts.
    pub(crate) target: Target,
    /// Whether it is a mock, a sandbox, …
    pub(crate) kind: OrgKind,
    /// What it says of itself.
    pub(crate) organization: Organization,
    /// The newest API version that it has.
    pub(crate) newest: ApiVersion,
    /// Who logged in and how: what ends sessions, as a reset of a mock does, is followed by [`Logins::renew`].
    pub(crate) logins: Logins,
}

impl ConnectArguments {
    /// Whether an org is named at all: commands that can start one of their own do so when none is.
    pub(crate) fn names_an_org(&self) -> bool {
        let of_file = || self.credentials.is_some() || path("CREDENTIALS").is_some();
        self.target.is_some() || environment("TARGET").is_some() || self.sf_org_file.is_some() || of_file()
    }

    /// Logs in, finds out what the org is, and refuses a production org unless told twice.
    ///
    /// # Errors
    ///
    /// What was wrong and what to do; never a secret.
    pub(crate) async fn connect(&self) -> Result<Connected, String> {
        let file = match self.credentials.clone().or_else(|| path("CREDENTIALS")) {
            Some(path) => CredentialsFile::load(&path)?,
            None => CredentialsFile::default(),
        };
        let CredentialsFile { target, users, variables } = file;
        let target = self.target.clone().or(target).or_else(|| environment("TARGET"));
        let (address, alias) = match target {
            Some(url) if url.contains("://") => (Some(url.trim_end_matches('/').to_owned()), None),
            Some(alias) => (None, Some(alias)),
            None => (None, None),
        };
        let authorities = match self.ca_file.clone().or_else(|| path("CA_FILE")) {
            Some(path) => read(&path)?,
            None => String::new(),
        };
        let mut logins = Logins::new(&authorities);
        for (who, way) in self.ways(users, alias)? {
            if let Some(credentials) = way.credentials(&who, address.as_deref())? {
                logins.add(&who, credentials);
            }
        }
        let sessions = logins.open().await.map_err(|error| error.to_string())?;
        let first = sessions.get("admin").or_else(|| sessions.values().next());
        let anonymous = first.is_none();
        let session = match (first, address) {
            (Some(session), _) => session.clone(),
            (None, Some(address)) => {
                Session::anonymous(&address, &authorities).await.map_err(|error| error.to_string())?
            }
            (None, None) => {
                return Err(
                    "which org? Give --target with its address or its alias in the Salesforce CLI, or \
                            MOCKORG_TARGET"
                        .to_owned(),
                );
            }
        };
        let organization = session.organization().await.map_err(|error| match anonymous {
            true => wants_a_login(&session.instance_url),
            false => error.to_string(),
        })?;
        self.allow(&session.instance_url, &organization)?;
        let control_token = self.control_token.as_ref().map(|token| token.reveal().to_owned());
        let control_token = control_token.or_else(|| environment("CONTROL_TOKEN"));
        let mut target = Target::new(&session.instance_url).with_control_token(control_token);
        target.authorities = authorities;
        for (who, login) in &sessions {
            target = target.credential(who, login.token.reveal());
        }
        let identity = if anonymous { None } else { session.identity().await.ok() }.unwrap_or_default();
        let asked = [
            ("organizationId", organization.id.clone().or(identity.organization_id)),
            ("userId", identity.user_id),
            ("username", identity.username),
        ];
        let asked = asked.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        // What the user says stands above what the org says.
        for (name, value) in asked.chain(variables).chain(self.variables.iter().cloned()) {
            target = target.variable(&name, value);
        }
        Ok(Connected { target, kind: organization.kind, organization, newest: session.newest, logins })
    }

    /// The same credentials, for the org that another argument names.
    pub(crate) fn to(&self, target: Option<&str>) -> Self {
        let target = target.map(str::to_owned).or_else(|| self.target.clone());
        Self { target, ..self.clone() }
    }

    /// Who logs in how: the administrator by flags, file or environment, the others by the file.
    fn ways(
        &self,
        mut users: BTreeMap<String, WayIn>,
        alias: Option<String>,
    ) -> Result<BTreeMap<String, WayIn>, String> {
        let flags = WayIn {
            token: self.token.clone(),
            client_id: self.client_id.clone(),
            client_secret: self.client_secret.clone(),
            refresh_token: self.refresh_token.clone(),
            username: self.username.clone(),
            password: self.password.clone(),
            jwt_key_file: self.jwt_key_file.clone(),
            audience: self.audience.clone(),
            login_url: self.login_url.clone(),
            sf_org: None,
            sf_org_file: self.sf_org_file.clone(),
        };
        let of_file = users.remove("admin").unwrap_or_default();
        let admin = match alias {
            Some(_) if flags.says_something() => {
                return Err(
                    "the target is an org of the Salesforce CLI, which has its own credentials; give \
                            --target with the address of the org to use others"
                        .to_owned(),
                );
            }
            Some(alias) => WayIn { sf_org: Some(alias), ..WayIn::default() },
            None => flags.or(of_file).or(WayIn::of_environment()),
        };
        users.insert("admin".to_owned(), admin);
        if let Some(token) =
            self.restricted_token.clone().or_else(|| environment("RESTRICTED_TOKEN").map(Secret::new))
        {
            let restricted = users.remove("restricted").unwrap_or_default();
            users.insert(
                "restricted".to_owned(),
                WayIn { token: Some(token), ..WayIn::default() }.or(restricted),
            );
        }
        Ok(users)
    }

    /// Refuses an org that somebody works with.
    fn allow(&self, address: &str, organization: &Organization) -> Result<(), String> {
        if !organization.kind.is_production() || self.production && self.yes_this_is_production {
            return Ok(());
        }
        let name = organization.name.as_deref().unwrap_or("of unknown name");
        let edition = organization.organization_type.as_deref().unwrap_or("edition unknown");
        let doubt = organization.doubt.as_ref().map_or_else(String::new, |doubt| format!(" ({doubt})"));
        Err(format!(
            "{address} counts as a production org: '{name}', {edition}{doubt}. Take a sandbox, a scratch org or a \
             Developer Edition; if you really mean this org, give both --production and --yes-this-is-production"
        ))
    }
}

/// What somebody hears who has given no credentials.
pub(crate) fn wants_a_login(address: &str) -> String {
    format!(
        "{address} wants a login; give a token (MOCKORG_TOKEN), a client id with secret, key or refresh token, or the \
         alias of the org in the Salesforce CLI"
    )
}

fn path(name: &str) -> Option<PathBuf> {
    environment(name).map(PathBuf::from)
}

/// Takes whatever is given, since a refusal would print it.
#[expect(clippy::unnecessary_wraps, reason = "the shape that a value parser has")]
fn secret(text: &str) -> Result<Secret, Infallible> {
    Ok(Secret::new(text))
}

fn parse_variable(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("give NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}
