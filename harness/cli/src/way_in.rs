//! How somebody gets into an org, pieced together from the command line, a file and the environment.

use std::{
    env,
    fs::read_to_string,
    path::{Path, PathBuf},
};

use mockorg_contract::login::{Credentials, LoginError, Secret, SfCli, SfOrg};
use serde::Deserialize;

/// What somebody has said about a login. Shown, it holds no secret.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct WayIn {
    /// An access token.
    pub(crate) token: Option<Secret>,
    /// The client id, also called consumer key.
    pub(crate) client_id: Option<String>,
    /// The client secret, also called consumer secret.
    pub(crate) client_secret: Option<Secret>,
    /// A refresh token that the client was given.
    pub(crate) refresh_token: Option<Secret>,
    /// Who logs in.
    pub(crate) username: Option<String>,
    /// The password, followed by the security token where the org wants one.
    pub(crate) password: Option<Secret>,
    /// A PEM file with the RSA key that signs assertions.
    pub(crate) jwt_key_file: Option<PathBuf>,
    /// The audience of assertions.
    pub(crate) audience: Option<String>,
    /// Where to log in, when that is not the address of the org.
    pub(crate) login_url: Option<String>,
    /// An alias or username of the Salesforce CLI.
    pub(crate) sf_org: Option<String>,
    /// A file that the Salesforce CLI wrote about an org.
    pub(crate) sf_org_file: Option<PathBuf>,
}

impl WayIn {
    /// What the environment says about the administrator.
    pub(crate) fn of_environment() -> Self {
        let text = environment;
        let secret = |name: &str| text(name).map(Secret::new);
        Self {
            token: secret("TOKEN"),
            client_id: text("CLIENT_ID"),
            client_secret: secret("CLIENT_SECRET"),
            refresh_token: secret("REFRESH_TOKEN"),
            username: text("USERNAME"),
            password: secret("PASSWORD"),
            jwt_key_file: text("JWT_KEY_FILE").map(Into::into),
            audience: text("AUDIENCE"),
            login_url: text("LOGIN_URL"),
            sf_org: None,
            sf_org_file: text("SF_ORG_FILE").map(Into::into),
        }
    }

    /// What is said here, and where that is not enough for a login, what the other one says.
    pub(crate) fn or(self, other: Self) -> Self {
        if self.is_enough() {
            return Self {
                login_url: self.login_url.or(other.login_url),
                audience: self.audience.or(other.audience),
                ..self
            };
        }
        Self {
            token: self.token.or(other.token),
            client_id: self.client_id.or(other.client_id),
            client_secret: self.client_secret.or(other.client_secret),
            refresh_token: self.refresh_token.or(other.refresh_token),
            username: self.username.or(other.username),
            password: self.password.or(other.password),
            jwt_key_file: self.jwt_key_file.or(other.jwt_key_file),
            audience: self.audience.or(other.audience),
            login_url: self.login_url.or(other.login_url),
            sf_org: self.sf_org.or(other.sf_org),
            sf_org_file: self.sf_org_file.or(other.sf_org_file),
        }
    }

    /// Whether anything was said.
    pub(crate) fn says_something(&self) -> bool {
        let secrets = [&self.token, &self.client_secret, &self.refresh_token, &self.password];
        let texts = [&self.client_id, &self.username, &self.audience, &self.login_url, &self.sf_org];
        secrets.iter().any(|secret| secret.is_some())
            || texts.iter().any(|text| text.is_some())
            || self.jwt_key_file.is_some()
            || self.sf_org_file.is_some()
    }

    fn is_enough(&self) -> bool {
        self.token.is_some()
            || self.sf_org.is_some()
            || self.sf_org_file.is_some()
            || self.client_id.is_some()
                && (self.refresh_token.is_some()
                    || self.username.is_some() && (self.jwt_key_file.is_some() || self.password.is_some())
                    || self.username.is_none() && self.client_secret.is_some())
    }

    /// The credentials that this makes for an org; `None` when nothing was said.
    ///
    /// # Errors
    ///
    /// What is missing or too much, and how to give it.
    pub(crate) fn credentials(&self, who: &str, target: Option<&str>) -> Result<Option<Credentials>, String> {
        let said = |error: LoginError| error.to_string();
        if let Some(name) = &self.sf_org {
            let home =
                env::home_dir().ok_or("there is no home folder with the files of the Salesforce CLI")?;
            return SfCli::new(home).org(name).map(|org| Some(org.credentials)).map_err(said);
        }
        if let Some(path) = &self.sf_org_file {
            return SfOrg::from_export(&read(path)?).map(|org| Some(org.credentials)).map_err(said);
        }
        let address = || {
            target.map(str::to_owned).ok_or_else(|| {
                format!(
                    "which org shall '{who}' log in to? Give --target with its address, or MOCKORG_TARGET"
                )
            })
        };
        let flow = self.flow(who, &address)?;
        Ok(match (&self.token, flow) {
            (Some(token), Some(renewal)) => Some(Credentials::Renewable {
                instance_url: address()?,
                token: token.clone(),
                renewal: Box::new(renewal),
            }),
            (Some(token), None) => {
                Some(Credentials::Token { instance_url: address()?, token: token.clone() })
            }
            (None, flow) => flow,
        })
    }

    /// The flow that gives a token.
    fn flow(
        &self,
        who: &str,
        address: &dyn Fn() -> Result<String, String>,
    ) -> Result<Option<Credentials>, String> {
        let proofs = [
            ("a refresh token", self.refresh_token.is_some()),
            ("a key file", self.jwt_key_file.is_some()),
            ("a password", self.password.is_some()),
        ];
        let proofs: Vec<&str> = proofs.iter().filter(|(_, given)| *given).map(|(name, _)| *name).collect();
        if proofs.len() > 1 {
            return Err(format!("'{who}' has {}; give one of them", proofs.join(" and ")));
        }
        let Some(client_id) = self.client_id.clone() else {
            return if proofs.is_empty() && (self.client_secret.is_none() || self.token.is_some()) {
                Ok(None)
            } else {
                Err(format!(
                    "'{who}' lacks a client id (consumer key of the connected app); give --client-id or \
                     MOCKORG_CLIENT_ID"
                ))
            };
        };
        let login_url = match &self.login_url {
            Some(url) => url.clone(),
            None => address()?,
        };
        let client_secret = self.client_secret.clone();
        let named = || {
            self.username
                .clone()
                .ok_or_else(|| format!("'{who}' lacks a username; give --username or MOCKORG_USERNAME"))
        };
        if let Some(refresh_token) = self.refresh_token.clone() {
            return Ok(Some(Credentials::Refresh { login_url, client_id, client_secret, refresh_token }));
        }
        if let Some(path) = &self.jwt_key_file {
            let private_key = Secret::new(read(path)?);
            let (username, audience) = (named()?, self.audience.clone());
            return Ok(Some(Credentials::Jwt { login_url, client_id, username, private_key, audience }));
        }
        if let Some(password) = self.password.clone() {
            let username = named()?;
            return Ok(Some(Credentials::Password {
                login_url,
                client_id,
                client_secret,
                username,
                password,
            }));
        }
        match client_secret {
            Some(client_secret) => Ok(Some(Credentials::Client { login_url, client_id, client_secret })),
            None if self.token.is_some() => Ok(None),
            None => Err(format!(
                "'{who}' has a client id and no proof; give a client secret, a key file, a refresh token, or \
                 username and password, best in the environment (MOCKORG_CLIENT_SECRET, …)"
            )),
        }
    }
}

/// A text of the environment, without the spaces and line ends around it; `None` when nothing is left.
pub(crate) fn environment(name: &str) -> Option<String> {
    let value = env::var(format!("MOCKORG_{name}")).ok()?;
    Some(value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// The text of a file that a user named.
pub(crate) fn read(path: &Path) -> Result<String, String> {
    read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORG: Option<&str> = Some("https://acme.my.salesforce.com");

    fn client() -> WayIn {
        WayIn { client_id: Some("app".to_owned()), ..WayIn::default() }
    }

    #[test]
    fn what_is_given_decides_the_flow() {
        let secret = || Some(Secret::new("s3cret"));
        let kind = |way: &WayIn| match way.credentials("admin", ORG) {
            Ok(None) => "nothing",
            Ok(Some(Credentials::Token { .. })) => "token",
            Ok(Some(Credentials::Client { .. })) => "client",
            Ok(Some(Credentials::Refresh { .. })) => "refresh",
            Ok(Some(Credentials::Password { .. })) => "password",
            Ok(Some(Credentials::Renewable { .. })) => "renewable",
            Ok(Some(Credentials::Jwt { .. })) => "jwt",
            Err(_) => "refused",
        };
        let username = || Some("a@b.example".to_owned());
        for (way, expected) in [
            (WayIn::default(), "nothing"),
            (WayIn { token: secret(), ..WayIn::default() }, "token"),
            (WayIn { client_secret: secret(), ..client() }, "client"),
            (WayIn { refresh_token: secret(), ..client() }, "refresh"),
            (WayIn { password: secret(), username: username(), ..client() }, "password"),
            (WayIn { token: secret(), refresh_token: secret(), ..client() }, "renewable"),
            (client(), "refused"),
            (WayIn { password: secret(), ..client() }, "refused"),
            (WayIn { password: secret(), refresh_token: secret(), ..client() }, "refused"),
            (WayIn { client_secret: secret(), ..WayIn::default() }, "refused"),
            (WayIn { jwt_key_file: Some("missing.key".into()), username: username(), ..client() }, "refused"),
        ] {
            assert_eq!(kind(&way), expected, "{way:?}");
        }
    }

    #[test]
    fn what_is_enough_by_itself_takes_nothing_from_elsewhere() {
        let flags = WayIn { token: Some("mine".into()), ..WayIn::default() };
        let elsewhere = WayIn { client_secret: Some("other".into()), ..client() };
        assert!(flags.or(elsewhere.clone()).client_id.is_none());
        let half = WayIn { client_secret: Some("mine".into()), ..WayIn::default() };
        let whole = half.or(elsewhere);
        assert_eq!((whole.client_id.as_deref(), whole.client_secret), (Some("app"), Some("mine".into())));
    }

    #[test]
    fn nothing_that_is_secret_is_shown() {
        let way = WayIn {
            token: Some("t0ken".into()),
            client_secret: Some("s3cret".into()),
            refresh_token: Some("r3fresh".into()),
            password: Some("passw0rd".into()),
            ..WayIn::default()
        };
        let shown = format!("{way:?}");
        for secret in ["t0ken", "s3cret", "r3fresh", "passw0rd"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
