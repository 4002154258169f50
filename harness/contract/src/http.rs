//! Bytes to and from an org: HTTP/1.1, with TLS where the address asks for it.
//!
//! No redirects, no proxy, no cookies: what an org answers is what the harness sees.

use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request, Response, Uri,
    body::{Bytes, Incoming},
    header,
    http::response,
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use thiserror::Error;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(30);
/// How long a whole answer may take: the platform itself ends what takes two minutes.
const ANSWER: Duration = Duration::from_secs(150);

/// The domains of the platform's own hosts.
const PLATFORM: [&str; 3] = [".salesforce.com", ".force.com", ".cloudforce.com"];

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{reason}")]
pub struct HttpError {
    /// The chain of causes.
    pub reason: String,
    /// Whether anybody may have got the request; `false` when no connection came about.
    pub reached: bool,
}

impl HttpError {
    /// An error before any connection.
    pub(crate) fn before(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), reached: false }
    }
}

/// An answer as it came: status, headers, and the body as it was sent.
#[derive(Debug, Clone)]
pub struct RawAnswer {
    /// HTTP status.
    pub status: u16,
    /// Header lines, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, still compressed where the headers say so.
    pub body: Vec<u8>,
}

/// A pool of connections.
#[derive(Debug, Clone)]
pub struct Http {
    pool: Pool,
    patience: Duration,
}

#[derive(Debug, Clone)]
enum Pool {
    Plain(Client<HttpConnector, Full<Bytes>>),
    #[cfg(feature = "tls")]
    Tls(Client<hyper_rustls::HttpsConnector<HttpConnector>, Full<Bytes>>),
}

impl Http {
    /// Connections for the host of an address. `authorities` is PEM with certificates that are trusted
    /// beside those of the platform; it counts only for `https`.
    ///
    /// # Errors
    ///
    /// [`HttpError`] when the address is none, or would show secrets to others, when TLS is asked for and not built
    /// in, and when the certificates cannot be read.
    pub fn of(address: &str, authorities: &str) -> Result<Self, HttpError> {
        Ok(Self { pool: Pool::of(address, authorities)?, patience: ANSWER })
    }

    /// Sends a request and waits for the whole answer.
    ///
    /// # Errors
    ///
    /// [`HttpError`] when the request cannot be written down, or no whole answer comes in time.
    pub async fn send(
        &self,
        method: &str,
        url: &str,
        headers: &[(String, String)],
        body: Vec<u8>,
    ) -> Result<RawAnswer, HttpError> {
        let mut request = Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(header::ACCEPT.as_str())) {
            request = request.header(header::ACCEPT, "*/*");
        }
        let request = request.body(Full::new(Bytes::from(body)));
        let request = request.map_err(|error| HttpError::before(causes(&error)))?;
        let (head, body) =
            tokio::time::timeout(self.patience, self.whole(request)).await.map_err(|_| {
                let reason = format!("no whole answer within {} s", self.patience.as_secs_f32());
                HttpError { reason, reached: true }
            })??;
        let text = |value: &header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        Ok(RawAnswer {
            status: head.status.as_u16(),
            headers: head
                .headers
                .iter()
                .map(|(name, value)| (name.as_str().to_owned(), text(value)))
                .collect(),
            body: body.to_vec(),
        })
    }

    async fn whole(&self, request: Request<Full<Bytes>>) -> Result<(response::Parts, Bytes), HttpError> {
        let response = self
            .pool
            .request(request)
            .await
            .map_err(|error| HttpError { reason: causes(&error), reached: !error.is_connect() })?;
        let (head, body) = response.into_parts();
        let broken = |error| HttpError { reason: causes(&error), reached: true };
        Ok((head, body.collect().await.map_err(broken)?.to_bytes()))
    }
}

impl Pool {
    fn of(address: &str, authorities: &str) -> Result<Self, HttpError> {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(CONNECT));
        if !is_encrypted(address)? {
            return Ok(Self::Plain(builder().build(connector)));
        }
        #[cfg(feature = "tls")]
        {
            connector.enforce_http(false);
            let connector = hyper_rustls::HttpsConnectorBuilder::new()
                .with_tls_config(crate::tls::config(authorities)?)
                .https_or_http()
                .enable_http1()
                .wrap_connector(connector);
            Ok(Self::Tls(builder().build(connector)))
        }
        #[cfg(not(feature = "tls"))]
        {
            let _ = authorities;
            Err(HttpError::before(format!(
                "{address} wants TLS, which this build lacks: switch on the feature `tls`"
            )))
        }
    }

    async fn request(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<Incoming>, hyper_util::client::legacy::Error> {
        match self {
            Self::Plain(client) => client.request(request).await,
            #[cfg(feature = "tls")]
            Self::Tls(client) => client.request(request).await,
        }
    }
}

/// Whether an address wants TLS.
///
/// # Errors
///
/// When it is no address, holds a password, or names the platform's own hosts without TLS: a token would go there in
/// plain sight. The error does not repeat the address.
fn is_encrypted(address: &str) -> Result<bool, HttpError> {
    let uri: Uri = address.parse().map_err(|_| HttpError::before("this is no address of an org"))?;
    let host = uri.host().unwrap_or_default().to_ascii_lowercase();
    if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Err(HttpError::before("the address holds a name or a password; leave it out"));
    }
    match uri.scheme_str() {
        Some("https") => Ok(true),
        Some("http") if PLATFORM.iter().any(|domain| host.ends_with(domain)) => {
            Err(HttpError::before("orgs of the platform are reached by https:// alone"))
        }
        Some("http") => Ok(false),
        _ => Err(HttpError::before("an address begins with https:// or http://")),
    }
}

fn builder() -> hyper_util::client::legacy::Builder {
    let mut builder = Client::builder(TokioExecutor::new());
    builder.pool_timer(TokioTimer::new());
    builder
}

/// An error with all its causes, because the outermost says only that sending failed.
fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.ends_with(&inner_text) {
            text.push_str(": ");
            text.push_str(&inner_text);
        }
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use tokio::runtime;

    use super::*;

    #[test]
    fn an_org_that_takes_the_request_and_never_answers_is_given_up() {
        // The system accepts connections for it; nobody ever reads them.
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/services/data", silent.local_addr().unwrap());
        let mut http = Http::of(&url, "").unwrap();
        http.patience = Duration::from_millis(50);
        let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let error = runtime.block_on(http.send("GET", &url, &[], Vec::new())).unwrap_err();
        assert!(error.reached && error.reason.contains("no whole answer within 0.05 s"), "{error:?}");
    }

    #[test]
    fn addresses_that_would_show_a_secret_are_refused_unseen() {
        assert_eq!(is_encrypted("http://127.0.0.1:8080"), Ok(false));
        assert_eq!(is_encrypted("HTTPS://acme.my.salesforce.com"), Ok(true));
        for (address, words) in [
            ("http://Acme.my.Salesforce.com/", "https:// alone"),
            ("https://me:s3cret@acme.example", "leave it out"),
            ("ftp://acme.example", "begins with https://"),
            ("acme.my.salesforce.com", "begins with https://"),
            ("https://s3 cret", "no address"),
            ("", "no address"),
        ] {
            let refused = Http::of(address, "").map(drop);
            let reason = refused.map_err(|error| error.reason).err().unwrap_or_default();
            assert!(reason.contains(words) && !reason.contains("s3"), "{address}: {reason}");
        }
    }
}
