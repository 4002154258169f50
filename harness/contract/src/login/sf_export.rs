//! What the Salesforce CLI writes down about an org on demand.
//!
//! `sf org auth show-sfdx-auth-url --json` gives a login address with a refresh token; `sf org display --verbose
//! --json` of versions before May 2026 gave the access token too, and writes `[REDACTED]…` since.

use serde::Deserialize;

use super::{credentials::Credentials, error::LoginError, secret::Secret, sf_cli::SfOrg};

#[derive(Deserialize)]
struct Export {
    result: Option<Org>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Org {
    access_token: Option<String>,
    instance_url: Option<String>,
    username: Option<String>,
    sfdx_auth_url: Option<String>,
}

impl SfOrg {
    /// Reads the JSON of `sf org auth show-sfdx-auth-url` or `sf org display`.
    ///
    /// # Errors
    ///
    /// [`LoginError::SfCli`] when it holds no way in; the text says which command writes one.
    pub fn from_export(text: &str) -> Result<Self, LoginError> {
        let useless = |what: &str| {
            LoginError::SfCli(format!(
                "the file of the Salesforce CLI {what}; write it with\n  sf org auth show-sfdx-auth-url \
                 --target-org ALIAS --json > org.json"
            ))
        };
        let export: Export =
            serde_json::from_str(text).map_err(|_| useless("is not JSON as the CLI writes it"))?;
        let org = export.result.ok_or_else(|| useless("has no result"))?;
        let shown = |text: &Option<String>| text.clone().filter(|text| !text.contains("[REDACTED]"));
        let renewal = match shown(&org.sfdx_auth_url) {
            Some(url) => Some(auth_url(&url).ok_or_else(|| useless("has an sfdxAuthUrl of another form"))?),
            None => None,
        };
        let credentials = match (shown(&org.access_token), org.instance_url, renewal) {
            (Some(token), Some(instance_url), Some(renewal)) => {
                Credentials::Renewable { instance_url, token: Secret::new(token), renewal: Box::new(renewal) }
            }
            (Some(token), Some(instance_url), None) => {
                Credentials::Token { instance_url, token: Secret::new(token) }
            }
            (_, _, Some(renewal)) => renewal,
            (_, _, None) => {
                return Err(useless("holds neither an access token with its instanceUrl nor an sfdxAuthUrl"));
            }
        };
        Ok(Self { username: org.username, credentials })
    }
}

/// `force://<client id>:<client secret>:<refresh token>@<host>`; the secret may be empty.
fn auth_url(url: &str) -> Option<Credentials> {
    let (secrets, host) = url.strip_prefix("force://")?.rsplit_once('@')?;
    let mut parts = secrets.splitn(3, ':');
    let (client_id, client_secret, refresh_token) = (parts.next()?, parts.next()?, parts.next()?);
    let host = host.trim_end_matches('/');
    if client_id.is_empty() || refresh_token.is_empty() || host.is_empty() {
        return None;
    }
    let login_url = if host.contains("://") { host.to_owned() } else { format!("https://{host}") };
    Some(Credentials::Refresh {
        login_url,
        client_id: client_id.to_owned(),
        client_secret: (!client_secret.is_empty()).then(|| Secret::new(client_secret)),
        refresh_token: Secret::new(refresh_token),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_login_address_of_the_cli_becomes_a_refresh_token() {
        let org = SfOrg::from_export(
            r#"{"status":0,"result":{"sfdxAuthUrl":"force://PlatformCLI::5Aep861@acme.my.salesforce.com/"}}"#,
        );
        let expected = Credentials::Refresh {
            login_url: "https://acme.my.salesforce.com".to_owned(),
            client_id: "PlatformCLI".to_owned(),
            client_secret: None,
            refresh_token: "5Aep861".into(),
        };
        assert_eq!(org.map(|org| org.credentials), Ok(expected));
    }

    #[test]
    fn a_redacted_export_is_refused_with_the_command_that_shows_more() {
        for text in [
            r#"{"status":0,"result":{"accessToken":"[REDACTED] Use 'sf org auth'","instanceUrl":"https://a.example"}}"#,
            r#"{"status":1,"message":"no org"}"#,
            r#"{"result":{"sfdxAuthUrl":"force://x"}}"#,
            "",
        ] {
            let error = SfOrg::from_export(text).map(|_| ()).map_err(|error| error.to_string());
            assert!(error.is_err_and(|text| text.contains("sf org auth show-sfdx-auth-url")), "{text}");
        }
    }
}
