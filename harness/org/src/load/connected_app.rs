//! Connected apps as org files define them.

use serde::Deserialize;

/// A connected app with the refresh tokens that exist from the start.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ConnectedAppStep {
    pub(super) name: Box<str>,
    pub(super) client_id: Box<str>,
    #[serde(default)]
    pub(super) client_secret: Box<str>,
    #[serde(default)]
    pub(super) run_as: Option<String>,
    #[serde(default = "standard_scopes")]
    pub(super) scopes: Vec<Box<str>>,
    #[serde(default)]
    pub(super) callback_urls: Vec<Box<str>>,
    #[serde(default)]
    pub(super) refresh_tokens: Vec<RefreshTokenStep>,
    #[serde(default)]
    pub(super) refresh_token_rotation: bool,
    #[serde(default)]
    pub(super) pkce_required: bool,
    #[serde(default)]
    pub(super) preapproved: bool,
    #[serde(default)]
    pub(super) session_seconds: Option<u32>,
    #[serde(default)]
    pub(super) certificate: Option<Box<str>>,
    #[serde(default)]
    pub(super) introspect_all: bool,
    #[serde(default)]
    pub(super) token_exchange: bool,
}

fn standard_scopes() -> Vec<Box<str>> {
    ["api", "id", "refresh_token"].map(Box::from).into()
}

/// A refresh token that exists from the start.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RefreshTokenStep {
    pub(super) token: Box<str>,
    pub(super) user: String,
}

impl ConnectedAppStep {
    /// Refuses what no browser could be sent to and what could never be asked for.
    pub(super) fn check(&self) -> Result<(), String> {
        if let Some(url) = self.callback_urls.iter().find(|url| !is_callback(url)) {
            return Err(format!("`{url}` is no callback URL; write a whole address without a fragment"));
        }
        let is_scope = |scope: &str| !scope.is_empty() && scope.bytes().all(|c| c.is_ascii_graphic());
        if let Some(scope) = self.scopes.iter().find(|scope| !is_scope(scope)) {
            return Err(format!("`{scope}` is no scope; write one name in each string"));
        }
        if self.session_seconds == Some(0) {
            return Err("sessions of 0 seconds are over before they can be used".to_owned());
        }
        let is_pem = |text: &str| text.trim_start().starts_with("-----BEGIN ");
        match &self.certificate {
            Some(text) if !is_pem(text) => {
                Err("the certificate is no PEM; it begins with -----BEGIN CERTIFICATE----- or -----BEGIN PUBLIC KEY-----".to_owned())
            }
            _ => Ok(()),
        }
    }
}

/// Whether a text can stand in a `Location` header, and have parameters added to it.
fn is_callback(url: &str) -> bool {
    let scheme = url.split(':').next().unwrap_or_default();
    let is_scheme = scheme.bytes().next().is_some_and(|c| c.is_ascii_alphabetic())
        && scheme.bytes().all(|c| c.is_ascii_alphanumeric() || b"+-.".contains(&c));
    // Browsers run these instead of going anywhere.
    let runs = ["javascript", "data", "vbscript"].iter().any(|name| scheme.eq_ignore_ascii_case(name));
    is_scheme
        && !runs
        && scheme.len() + 1 < url.len()
        && url.bytes().all(|c| c.is_ascii_graphic() && c != b'#')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callback_urls_are_whole_addresses_that_browsers_can_be_sent_to() {
        for url in [
            "https://a.example/b?c=d",
            "http://localhost:1717/OauthRedirect",
            "my.app:/callback",
            "sfdc://success",
        ] {
            assert!(is_callback(url), "{url}");
        }
        for url in [
            "",
            "/relative",
            "localhost",
            "https:",
            "https://a b",
            "https://a#b",
            "javascript:alert(1)",
            "https://a\r\nb",
            "1a:b",
        ] {
            assert!(!is_callback(url), "{url}");
        }
    }
}
