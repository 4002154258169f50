//! Logging in: from credentials to an address with an access token that holds.

use std::time::SystemTime;

use serde::Deserialize;

use super::{
    credentials::Credentials,
    error::LoginError,
    jwt::{self, Claims},
    secret::Secret,
};
use crate::{
    http::{Http, RawAnswer},
    request::Request,
    version::ApiVersion,
};

/// The platform's login hosts, as audiences of assertions.
const AUDIENCES: [&str; 2] = ["https://test.salesforce.com", "https://login.salesforce.com"];

/// Parameters of the token endpoint that nobody may see.
const SECRET: [&str; 4] = ["assertion", "client_secret", "password", "refresh_token"];

/// So many characters of an org's own words are shown.
const LONGEST_SAID: usize = 500;

/// An org that has let somebody in.
#[derive(Debug, Clone)]
pub struct Session {
    /// The org's own address, without a slash at the end.
    pub instance_url: String,
    /// The access token.
    pub token: Secret,
    /// The newest API version that the org lists.
    pub newest: ApiVersion,
    /// The identity address of the token's owner, where the login named it.
    pub(super) identity: Option<String>,
    http: Http,
}

#[derive(Deserialize)]
struct Granted {
    access_token: Secret,
    instance_url: String,
    id: Option<String>,
}

#[derive(Deserialize)]
struct Refused {
    error: String,
    #[serde(default)]
    error_description: String,
}

#[derive(Deserialize)]
struct Version {
    version: String,
}

impl Session {
    /// Logs in. `authorities` is PEM with certificates that are trusted beside those of the platform.
    ///
    /// # Errors
    ///
    /// [`LoginError`], whose text says what to do and holds no secret.
    pub async fn open(credentials: &Credentials, authorities: &str) -> Result<Self, LoginError> {
        match credentials {
            Credentials::Token { instance_url, token } => {
                let session = Self::at(instance_url, token.clone(), None, authorities).await?;
                if session.holds().await? { Ok(session) } else { Err(session.expired()) }
            }
            Credentials::Renewable { instance_url, token, renewal } => {
                let session = Self::at(instance_url, token.clone(), None, authorities).await?;
                if session.holds().await? {
                    return Ok(session);
                }
                Box::pin(Self::open(renewal, authorities)).await
            }
            _ => {
                let granted = grant(credentials, authorities).await?;
                if credentials.address().starts_with("https:") && !granted.instance_url.starts_with("https:")
                {
                    let problem = format!("it sends the token on to {} without TLS", granted.instance_url);
                    return Err(LoginError::Unexpected { url: credentials.address().to_owned(), problem });
                }
                Self::at(&granted.instance_url, granted.access_token, granted.id, authorities).await
            }
        }
    }

    /// Nobody's session, with an empty token: enough for what an org tells everybody.
    ///
    /// # Errors
    ///
    /// As [`Session::open`].
    pub async fn anonymous(instance_url: &str, authorities: &str) -> Result<Self, LoginError> {
        Self::at(instance_url, Secret::new(""), None, authorities).await
    }

    async fn at(
        instance_url: &str,
        token: Secret,
        identity: Option<String>,
        authorities: &str,
    ) -> Result<Self, LoginError> {
        let instance_url = instance_url.trim_end_matches('/').to_owned();
        let http = http(&instance_url, authorities)?;
        let newest = newest_version(&http, &instance_url).await?;
        Ok(Self { instance_url, token, newest, identity, http })
    }

    /// Refuses a session in another org than that at an address.
    pub(super) fn must_be_at(&self, instance_url: &str) -> Result<(), LoginError> {
        if self.instance_url == instance_url {
            return Ok(());
        }
        Err(LoginError::Elsewhere {
            instance_url: self.instance_url.clone(),
            others: instance_url.to_owned(),
        })
    }

    /// Whether the org takes the token: its list of resources is for nobody else.
    async fn holds(&self) -> Result<bool, LoginError> {
        let answer = self.get(&format!("/services/data/v{}/", self.newest)).await?;
        Ok(answer.status != 401)
    }

    /// The error of a token that does not hold.
    pub(super) fn expired(&self) -> LoginError {
        LoginError::Expired { instance_url: self.instance_url.clone() }
    }

    /// `GET` with the token.
    pub(super) async fn get(&self, path: &str) -> Result<RawAnswer, LoginError> {
        let bearer = [("Authorization".to_owned(), format!("Bearer {}", self.token.reveal()))];
        if self.token.reveal().is_empty() {
            return self.get_anonymously(path).await;
        }
        send(&self.http, &self.instance_url, Request::get(path), &bearer).await
    }

    /// `GET` without the token.
    pub(super) async fn get_anonymously(&self, path: &str) -> Result<RawAnswer, LoginError> {
        send(&self.http, &self.instance_url, Request::get(path), &[]).await
    }
}

async fn newest_version(http: &Http, base: &str) -> Result<ApiVersion, LoginError> {
    let answer = send(http, base, Request::get("/services/data"), &[]).await?;
    let versions: Vec<Version> = serde_json::from_slice(&answer.body).unwrap_or_default();
    versions.iter().filter_map(|row| ApiVersion::parse(&row.version)).max().ok_or_else(|| {
        let elsewhere = answer.headers.iter().find(|(name, _)| name == "location");
        let problem = match elsewhere.filter(|_| (300..400).contains(&answer.status)) {
            Some((_, address)) => {
                let address: String = address.chars().take(LONGEST_SAID).collect();
                format!("status {}: it sends on to {address}; give the org's own address", answer.status)
            }
            None => {
                format!(
                    "status {} and no list of API versions; is this the address of an org?",
                    answer.status
                )
            }
        };
        LoginError::Unexpected { url: format!("{base}/services/data"), problem }
    })
}

/// Asks the token endpoint.
async fn grant(credentials: &Credentials, authorities: &str) -> Result<Granted, LoginError> {
    let base = credentials.address().trim_end_matches('/');
    let http = http(base, authorities)?;
    let Credentials::Jwt { client_id, username, private_key, audience, .. } = credentials else {
        return ask(&http, base, credentials, &parameters(credentials)).await;
    };
    let given = audience.as_deref();
    let audiences: Vec<&str> = given.map_or_else(|| [&[base][..], &AUDIENCES].concat(), |given| vec![given]);
    let mut refusal = None;
    for audience in audiences {
        let claims = Claims { issuer: client_id, subject: username, audience };
        let assertion = jwt::assertion(claims, private_key, SystemTime::now()).map_err(LoginError::Key)?;
        let parameters = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ("assertion", assertion.reveal()),
        ];
        match ask(&http, base, credentials, &parameters).await {
            Err(LoginError::Refused { url, error, description }) if description.contains("audience") => {
                refusal.get_or_insert(LoginError::Refused { url, error, description });
            }
            outcome => return outcome,
        }
    }
    Err(refusal.unwrap_or_else(|| LoginError::Key("there is no audience to log in at".to_owned())))
}

/// The form of every flow but the one that needs a signature.
fn parameters(credentials: &Credentials) -> Vec<(&str, &str)> {
    fn client<'a>(id: &'a str, secret: Option<&'a Secret>) -> Vec<(&'a str, &'a str)> {
        let secret = secret.map(|secret| ("client_secret", secret.reveal()));
        std::iter::once(("client_id", id)).chain(secret).collect()
    }
    match credentials {
        Credentials::Client { client_id, client_secret, .. } => {
            [vec![("grant_type", "client_credentials")], client(client_id, Some(client_secret))].concat()
        }
        Credentials::Refresh { client_id, client_secret, refresh_token, .. } => [
            vec![("grant_type", "refresh_token"), ("refresh_token", refresh_token.reveal())],
            client(client_id, client_secret.as_ref()),
        ]
        .concat(),
        Credentials::Password { client_id, client_secret, username, password, .. } => [
            vec![("grant_type", "password"), ("username", username), ("password", password.reveal())],
            client(client_id, client_secret.as_ref()),
        ]
        .concat(),
        Credentials::Token { .. } | Credentials::Renewable { .. } | Credentials::Jwt { .. } => Vec::new(),
    }
}

async fn ask(
    http: &Http,
    base: &str,
    credentials: &Credentials,
    parameters: &[(&str, &str)],
) -> Result<Granted, LoginError> {
    let request = Request::post("/services/oauth2/token").form(parameters.iter().copied());
    let answer = send(http, base, request, &[]).await?;
    let url = format!("{base}/services/oauth2/token");
    if let Ok(granted) = serde_json::from_slice::<Granted>(&answer.body) {
        return Ok(granted);
    }
    match serde_json::from_slice::<Refused>(&answer.body) {
        Ok(refused) => {
            let shown = |text: &str| -> String {
                let hidden = parameters
                    .iter()
                    .filter(|(name, _)| SECRET.contains(name))
                    .fold(credentials.hide_in(text), |text, (_, value)| Secret::new(*value).hide_in(&text));
                hidden.chars().filter(|c| !c.is_control()).take(LONGEST_SAID).collect()
            };
            let (error, description) = (shown(&refused.error), shown(&refused.error_description));
            Err(LoginError::Refused { url, error, description })
        }
        Err(_) => Err(LoginError::Unexpected {
            url,
            problem: format!("status {} and no token; check the login address", answer.status),
        }),
    }
}

fn http(base: &str, authorities: &str) -> Result<Http, LoginError> {
    // An address that is refused may be so because of a password in it.
    let shown = || base.split_once('@').map_or(base, |(_, host)| host).to_owned();
    Http::of(base, authorities).map_err(|reason| LoginError::Unreachable { url: shown(), reason })
}

async fn send(
    http: &Http,
    base: &str,
    request: Request,
    headers: &[(String, String)],
) -> Result<RawAnswer, LoginError> {
    let url = format!("{base}{}", request.path);
    let headers = [request.headers, headers.to_vec()].concat();
    let sent = http.send(&request.method, &url, &headers, request.body).await;
    // Without the query string, which may hold more than an address.
    sent.map_err(|reason| LoginError::Unreachable {
        url: format!("{base}{}", request.path.split('?').next().unwrap_or_default()),
        reason,
    })
}
