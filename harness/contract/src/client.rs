//! The validating client: every answer is held against the promise of its endpoint on the way.

use std::{
    collections::BTreeMap,
    fmt,
    io::{Read as _, Write as _},
    sync::Arc,
    time::{Duration, Instant},
};

use flate2::{
    Compression,
    read::{GzDecoder, ZlibDecoder},
    write::GzEncoder,
};
use thiserror::Error;

use crate::{
    answer::{Answer, Exchange, Violation},
    http::{Http, RawAnswer},
    json::Json,
    meter::Meter,
    request::Request,
    schemas::Schemas,
    template::Variables,
    version::ApiVersion,
    witness::Witness,
};

/// An org to talk to: nothing but an address, tokens and a few facts. Shown, it names tokens and facts only.
#[derive(Clone)]
pub struct Target {
    /// Scheme, host and port, without a slash at the end.
    pub base_url: String,
    /// Name (`admin`, `restricted`) → access token.
    pub credentials: BTreeMap<String, String>,
    /// Values that cases may use, for instance `username`, `password`, `clientId`.
    pub variables: Variables,
    /// PEM with certificates that are trusted beside those of the platform; for `https` only.
    pub authorities: String,
    /// Whether cases may change data.
    pub writes: bool,
    /// Whether the target has the mock's control surface under `/__mockorg/`.
    pub control: bool,
    /// The token of that surface, where it asks for one.
    pub control_token: Option<String>,
    /// The wait between two tries of a polling step that cannot move the clock.
    pub pace: Duration,
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A fact may be a password.
        f.debug_struct("Target")
            .field("base_url", &self.base_url)
            .field("credentials", &self.credentials.keys())
            .field("variables", &self.variables.keys())
            .field("writes", &self.writes)
            .field("control", &self.control)
            .finish_non_exhaustive()
    }
}

impl Target {
    /// A target that permits writes and has no control surface; polling waits one second.
    pub fn new(base_url: impl Into<String>) -> Self {
        let base_url: String = base_url.into();
        Self {
            base_url: base_url.trim_end_matches('/').to_owned(),
            credentials: BTreeMap::new(),
            variables: Variables::new(),
            authorities: String::new(),
            writes: true,
            control: false,
            control_token: None,
            pace: Duration::from_secs(1),
        }
    }

    /// Adds a named access token.
    #[must_use]
    pub fn credential(mut self, name: &str, token: impl Into<String>) -> Self {
        self.credentials.insert(name.to_owned(), token.into());
        self
    }

    /// Adds a text that cases may use as `{name}`.
    #[must_use]
    pub fn variable(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.insert(name.to_owned(), Json::String(value.into()));
        self
    }

    /// Gives the token that the mock's control surface asks for.
    #[must_use]
    pub fn with_control_token(mut self, token: Option<String>) -> Self {
        self.control_token = token;
        self
    }

    /// Declares the mock's control surface and, with it, a polling pace of milliseconds.
    #[must_use]
    pub fn with_control(mut self) -> Self {
        self.control = true;
        self.pace = Duration::from_millis(2);
        self
    }
}

/// Why there is no valid answer.
#[derive(Debug, Error)]
pub enum ClientError {
    /// The request names a credential that the target does not have.
    #[error("the target has no credential '{name}'; give its token when the target is made")]
    NoCredential {
        /// The name in the request.
        name: String,
    },
    /// The request leads away from the target, where its token must not go.
    #[error("{url} does not lie below the target {base_url}")]
    Elsewhere {
        /// The requested URL.
        url: String,
        /// The target's address.
        base_url: String,
    },
    /// No answer came.
    #[error("{curl}\nno answer: {reason}")]
    Transport {
        /// The curl line that repeats the request.
        curl: String,
        /// The chain of causes.
        reason: String,
    },
    /// Nobody listens at the address; the request was not carried out.
    #[error("{curl}\nno connection: {reason}")]
    Unreachable {
        /// The curl line that repeats the request.
        curl: String,
        /// The chain of causes.
        reason: String,
    },
    /// The request was not sent.
    #[error("not sent: {reason}")]
    Withheld {
        /// The limit that stands against it, or the record of what is sent that cannot be kept.
        reason: String,
    },
    /// An answer came and breaks the promise of its endpoint.
    #[error("{}", Broken(violations, answer))]
    Broken {
        /// Every violation.
        violations: Vec<Violation>,
        /// The answer.
        answer: Box<Answer>,
    },
}

struct Broken<'a>(&'a [Violation], &'a Answer);

impl fmt::Display for Broken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "the answer breaks the promise of its endpoint")?;
        for violation in self.0 {
            writeln!(f, "  {violation}")?;
        }
        write!(f, "{}", self.1)
    }
}

/// A client bound to one target. It follows no redirects and uses no proxy.
///
/// # Examples
///
/// ```no_run
/// use mockorg_contract::{client::{Client, Target}, request::Request, schemas::Schemas};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let target = Target::new("http://127.0.0.1:8080").credential("admin", "00D…!…");
/// let client = Client::new(target, Schemas::load("schemas".as_ref())?)?;
/// let made = client
///     .post("/services/data/v62.0/sobjects/Account", serde_json::json!({"Name": "Acme"}))
///     .await?;
/// assert_eq!(made.status, 201);
/// let rows = client.send(&Request::get("/services/data/v62.0/query").query("q", "SELECT Id FROM Account")).await?;
/// assert_eq!(rows.json()?.get("done").map(ToString::to_string).as_deref(), Some("true"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Client {
    http: Http,
    target: Arc<Target>,
    schemas: Arc<Schemas>,
    meter: Arc<Meter>,
    witness: Option<Arc<dyn Witness>>,
}

impl Client {
    /// A client for a target.
    ///
    /// # Errors
    ///
    /// [`ClientError::Transport`] when the HTTP machinery cannot be set up.
    pub fn new(target: Target, schemas: Arc<Schemas>) -> Result<Self, ClientError> {
        let http = Http::of(&target.base_url, &target.authorities)
            .map_err(|error| ClientError::Transport { curl: String::new(), reason: error.reason })?;
        Ok(Self { http, target: Arc::new(target), schemas, meter: Arc::default(), witness: None })
    }

    /// Holds all further requests to the limits of a meter, which other clients may share.
    #[must_use]
    pub fn metered(self, meter: Arc<Meter>) -> Self {
        Self { meter, ..self }
    }

    /// Shows all further requests and answers to a witness.
    #[must_use]
    pub fn witnessed(self, witness: Arc<dyn Witness>) -> Self {
        Self { witness: Some(witness), ..self }
    }

    /// The count of requests so far, and their limits.
    pub fn meter(&self) -> &Arc<Meter> {
        &self.meter
    }

    /// The target.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The schemas that answers are held against.
    pub fn schemas(&self) -> &Arc<Schemas> {
        &self.schemas
    }

    /// `GET` as `admin`; see [`Client::send`].
    ///
    /// # Errors
    ///
    /// As [`Client::send`].
    pub async fn get(&self, path: &str) -> Result<Answer, ClientError> {
        self.send(&Request::get(path)).await
    }

    /// `HEAD` as `admin`; see [`Client::send`].
    ///
    /// # Errors
    ///
    /// As [`Client::send`].
    pub async fn head(&self, path: &str) -> Result<Answer, ClientError> {
        self.send(&Request::head(path)).await
    }

    /// `DELETE` as `admin`; see [`Client::send`].
    ///
    /// # Errors
    ///
    /// As [`Client::send`].
    pub async fn delete(&self, path: &str) -> Result<Answer, ClientError> {
        self.send(&Request::delete(path)).await
    }

    /// `POST` with a JSON body as `admin`; see [`Client::send`].
    ///
    /// # Errors
    ///
    /// As [`Client::send`].
    pub async fn post(&self, path: &str, body: impl Into<Json>) -> Result<Answer, ClientError> {
        self.send(&Request::post(path).json(body)).await
    }

    /// `PATCH` with a JSON body as `admin`; see [`Client::send`].
    ///
    /// # Errors
    ///
    /// As [`Client::send`].
    pub async fn patch(&self, path: &str, body: impl Into<Json>) -> Result<Answer, ClientError> {
        self.send(&Request::patch(path).json(body)).await
    }

    /// Sends a request and holds the answer against its endpoint's promise. An error status is an
    /// answer like any other.
    ///
    /// # Errors
    ///
    /// [`ClientError::Broken`] when the promise is broken, other variants when there is no answer.
    pub async fn send(&self, request: &Request) -> Result<Answer, ClientError> {
        let answer = self.exchange(request).await?.answer;
        let violations = self.schemas.violations(request, &answer);
        if violations.is_empty() {
            Ok(answer)
        } else {
            Err(ClientError::Broken { violations, answer: Box::new(answer) })
        }
    }

    /// Sends a request and returns the answer unjudged. A request that the org puts off, and that was surely
    /// not carried out, is sent again as often as the [`Meter`] permits.
    ///
    /// # Errors
    ///
    /// [`ClientError`] when there is no answer.
    pub async fn exchange(&self, request: &Request) -> Result<Exchange, ClientError> {
        let withheld = |reason| ClientError::Withheld { reason };
        let mut tried = 0;
        loop {
            self.meter.admit().map_err(withheld)?;
            let wait = self.meter.turn();
            if !wait.is_zero() {
                tokio::time::sleep(wait).await;
            }
            let number = match &self.witness {
                Some(witness) => Some((witness, witness.before(request).map_err(withheld)?)),
                None => None,
            };
            let result = self.attempt(request).await;
            let answer = result.as_ref().ok().map(|exchange| &exchange.answer);
            let reached = !matches!(result, Err(ClientError::Unreachable { .. }));
            if let Some((witness, number)) = number {
                witness.after(number, request, answer, reached).map_err(withheld)?;
            }
            if let Some(answer) = answer {
                self.meter.note(answer);
            }
            tried += 1;
            let again = (answer.is_some() || !reached).then(|| self.meter.again(request, answer, tried));
            match again.flatten() {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return result,
            }
        }
    }

    /// Sends a request once.
    async fn attempt(&self, request: &Request) -> Result<Exchange, ClientError> {
        let url = self.url(&request.path)?;
        let curl = self.curl(request, &url);
        let failed = |reason: String| ClientError::Transport { curl: curl.clone(), reason };
        let mut headers = request.headers.clone();
        if request.header_value("authorization").is_none()
            && let Some(name) = &request.user
        {
            let token = self.target.credentials.get(name);
            let token = token.ok_or_else(|| ClientError::NoCredential { name: name.clone() })?;
            headers.push(("authorization".to_owned(), format!("Bearer {token}")));
        }
        if let Some(token) = &self.target.control_token
            && request.path_only().starts_with("/__mockorg/")
        {
            headers.push(("x-mockorg-token".to_owned(), token.clone()));
        }
        let zipped = request.header_value("content-encoding") == Some("gzip") && !request.body.is_empty();
        let body = if zipped { zip(&request.body) } else { Ok(request.body.clone()) };
        let body = body.map_err(|error| failed(error.to_string()))?;
        let began = Instant::now();
        let sent = self.http.send(&request.method, &url, &headers, body).await;
        let RawAnswer { status, headers, body } = sent.map_err(|error| match error.reached {
            true => failed(error.reason),
            false => ClientError::Unreachable { curl: curl.clone(), reason: error.reason },
        })?;
        let mut answer = Answer { status, headers, body, curl: curl.as_str().into() };
        answer.body =
            unzip(&answer).map_err(|error| failed(format!("the body does not decompress: {error}")))?;
        Ok(Exchange { label: String::new(), request: request.clone(), answer, elapsed: began.elapsed() })
    }

    /// The newest version that the target lists on its root.
    ///
    /// # Errors
    ///
    /// [`ClientError`] when there is no answer, or one without versions.
    pub async fn newest_version(&self) -> Result<ApiVersion, ClientError> {
        let answer = self.send(&Request::get("/services/data").as_user("anonymous")).await?;
        let body = answer.json().ok();
        let last = body.as_ref().and_then(Json::items).and_then(<[Json]>::last);
        let version =
            last.and_then(|row| row.get("version")).and_then(Json::as_str).and_then(ApiVersion::parse);
        version.ok_or_else(|| ClientError::Broken {
            violations: vec![Violation::whole("the list ends without a version".to_owned())],
            answer: Box::new(answer),
        })
    }

    fn url(&self, path: &str) -> Result<String, ClientError> {
        let base = &self.target.base_url;
        if path.starts_with('/') {
            return Ok(format!("{base}{path}"));
        }
        let below =
            path.strip_prefix(base.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if below {
            Ok(path.to_owned())
        } else {
            Err(ClientError::Elsewhere { url: path.to_owned(), base_url: base.clone() })
        }
    }

    /// One line that repeats the request. Tokens are shown as `$TOKEN`, other secrets as `$SECRET`.
    fn curl(&self, request: &Request, url: &str) -> String {
        let method =
            if request.method == "HEAD" { "-I".to_owned() } else { format!("-i -X {}", request.method) };
        let mut line = format!("curl {method} {}", quote(url));
        if request.user.is_some() && request.header_value("authorization").is_none() {
            line.push_str(" -H \"Authorization: Bearer $TOKEN\"");
        }
        for (name, value) in &request.headers {
            line.push_str(" -H ");
            let scheme = value.split_once(' ').map_or("", |(scheme, _)| scheme);
            let shown = match name.to_ascii_lowercase().as_str() {
                "authorization" if scheme.eq_ignore_ascii_case("bearer") => {
                    format!("\"{name}: {scheme} $TOKEN\"")
                }
                "authorization" => format!("\"{name}: {scheme} $SECRET\""),
                "cookie" => format!("\"{name}: $COOKIE\""),
                _ => quote(&format!("{name}: {value}")),
            };
            line.push_str(&shown);
        }
        if !request.body.is_empty() {
            line.push_str(" --data-binary ");
            line.push_str(&quote(&self.shown_body(request)));
        }
        for token in self.target.credentials.values().filter(|token| !token.is_empty()) {
            line = line.replace(token.as_str(), "$TOKEN");
        }
        line
    }

    fn shown_body(&self, request: &Request) -> String {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let form = request.header_value("content-type").is_some_and(|kind| kind.contains("form-urlencoded"));
        if !form {
            return body;
        }
        let secret = ["password", "client_secret", "refresh_token", "assertion", "token", "code"];
        let shown = |pair: &str| match pair.split_once('=') {
            Some((name, _)) if secret.contains(&name) => format!("{name}=$SECRET"),
            _ => pair.to_owned(),
        };
        body.split('&').map(shown).collect::<Vec<_>>().join("&")
    }
}

fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn zip(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body)?;
    encoder.finish()
}

fn unzip(answer: &Answer) -> std::io::Result<Vec<u8>> {
    let mut body = Vec::new();
    match answer.header("content-encoding") {
        Some("gzip") if !answer.body.is_empty() => {
            GzDecoder::new(answer.body.as_slice()).read_to_end(&mut body)?;
        }
        Some("deflate") if !answer.body.is_empty() => {
            ZlibDecoder::new(answer.body.as_slice()).read_to_end(&mut body)?;
        }
        _ => body.clone_from(&answer.body),
    }
    Ok(body)
}
