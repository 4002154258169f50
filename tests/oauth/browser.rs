//! A browser that follows nothing by itself, and what it sees.

use std::fmt::Write as _;

use mockorg::{ADMIN, MockOrg};
use reqwest::{Client, Method, redirect::Policy};
use serde_json::Value as Json;
use tokio::runtime;

pub(crate) const AUTHORIZE: &str = "/services/oauth2/authorize";
pub(crate) const TOKEN: &str = "/services/oauth2/token";
pub(crate) const BACK: &str = "http://localhost:1717/OauthRedirect";
/// RFC 7636, appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// What must come back as it was, and must not run on the way.
pub(crate) const STATE: &str = "a b&c=d#\"><script>alert('1')</script>";

pub(crate) type Pairs<'p> = &'p [(&'p str, &'p str)];

/// What a browser or an app got.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) cookie: Option<String>,
    pub(crate) text: String,
}

impl Page {
    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(&self.text).unwrap()
    }

    /// Error and description of an OAuth refusal.
    pub(crate) fn refusal(&self) -> (u16, String, String) {
        let json = self.json();
        let text = |name: &str| json[name].as_str().unwrap().to_owned();
        (self.status, text("error"), text("error_description"))
    }

    /// What the form on the page sends along unseen.
    pub(crate) fn hidden(&self) -> Vec<(String, String)> {
        let inputs = self.text.split("<input type=\"hidden\" name=\"").skip(1);
        let pair = |input: &str| {
            let (name, rest) = input.split_once("\" value=\"").unwrap();
            (unescaped(name), unescaped(rest.split_once('"').unwrap().0))
        };
        inputs.map(pair).collect()
    }

    /// A parameter behind a mark of the address to which the browser is sent.
    pub(crate) fn sent(&self, mark: char, name: &str) -> Option<String> {
        let (_, parameters) = self.location.as_ref()?.split_once(mark)?;
        let mut pairs = parameters.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(own, _)| *own == name).map(|(_, value)| decoded(value))
    }
}

pub(crate) fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&#39;", "'").replace("&amp;", "&")
}

pub(crate) fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).unwrap()
}

pub(crate) fn encoded(pairs: Pairs<'_>) -> String {
    let mut out = String::new();
    for (name, value) in pairs {
        write!(out, "{}{name}=", if out.is_empty() { "" } else { "&" }).unwrap();
        for byte in value.bytes() {
            write!(out, "%{byte:02X}").unwrap();
        }
    }
    out
}

pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> T {
    runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// A browser that follows nothing by itself.
pub(crate) struct Browser<'o> {
    org: &'o MockOrg,
    client: Client,
    pub(crate) cookie: String,
}

impl<'o> Browser<'o> {
    pub(crate) fn new(org: &'o MockOrg) -> Self {
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        Self { org, client, cookie: String::new() }
    }

    pub(crate) async fn logged_in(org: &'o MockOrg) -> Self {
        let mut browser = Self::new(org);
        let page = browser.log_in(&[("startURL", "/setup/connect")]).await;
        assert_eq!((page.status, page.location.as_deref()), (302, Some("/setup/connect")));
        browser
    }

    pub(crate) async fn log_in(&mut self, hidden: Pairs<'_>) -> Page {
        let form = [hidden, &[("username", ADMIN.username), ("pw", ADMIN.password)]].concat();
        let page = self.post("/login", &form).await;
        page.cookie.as_deref().unwrap().split(';').next().unwrap().clone_into(&mut self.cookie);
        page
    }

    pub(crate) async fn get(&self, path: &str, query: Pairs<'_>) -> Page {
        let mark = if query.is_empty() { "" } else { "?" };
        self.send(Method::GET, &format!("{path}{mark}{}", encoded(query)), String::new()).await
    }

    pub(crate) async fn post(&self, path: &str, form: Pairs<'_>) -> Page {
        self.send(Method::POST, path, encoded(form)).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: String) -> Page {
        let request = self.client.request(method, format!("{}{path}", self.org.url()));
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        let answer = request.header("Cookie", &self.cookie).body(body).send().await.unwrap();
        let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let (location, cookie) = (header("location"), header("set-cookie"));
        Page { status: answer.status().as_u16(), location, cookie, text: answer.text().await.unwrap() }
    }

    /// Sends the form of a page with what the user chose.
    pub(crate) async fn decide(&self, path: &str, page: &Page, decision: &str) -> Page {
        let hidden = page.hidden();
        let mut form: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (&**name, &**value)).collect();
        form.push(("decision", decision));
        self.post(path, &form).await
    }

    /// The code that an app gets once its user has agreed.
    pub(crate) async fn code(&self, query: Pairs<'_>) -> String {
        let mut page = self.get(AUTHORIZE, query).await;
        if page.status == 200 {
            page = self.decide(AUTHORIZE, &page, "allow").await;
        }
        page.sent('?', "code").unwrap_or_else(|| panic!("{:?}: {}", page.location, page.text))
    }

    pub(crate) async fn token(&self, form: Pairs<'_>) -> Page {
        self.post(TOKEN, form).await
    }

    /// How the API answers to a token.
    pub(crate) async fn api(&self, token: &str) -> u16 {
        let request = self.client.get(format!("{}/services/data/v62.0/sobjects", self.org.url()));
        request.header("Authorization", format!("Bearer {token}")).send().await.unwrap().status().as_u16()
    }
}

pub(crate) fn text(json: &Json, name: &str) -> String {
    json[name].as_str().unwrap_or_else(|| panic!("no {name} in {json}")).to_owned()
}

/// What the app Mockorg Web asks for.
pub(crate) const WEB: Pairs<'_> = &[
    ("response_type", "code"),
    ("client_id", "mockorg-web"),
    ("redirect_uri", BACK),
    ("scope", "api openid refresh_token"),
    ("state", STATE),
    ("nonce", "n0nce"),
    ("code_challenge", CHALLENGE),
];

/// What it shows for its code.
pub(crate) fn web_exchange(code: &str) -> Vec<(&str, &str)> {
    let client = [("client_id", "mockorg-web"), ("client_secret", "mockorg-web")];
    let grant = [("grant_type", "authorization_code"), ("redirect_uri", BACK), ("code_verifier", VERIFIER)];
    [&client[..], &grant, &[("code", code)]].concat()
}

/// The same with other values.
pub(crate) fn with<'v>(
    pairs: &[(&'v str, &'v str)],
    others: &[(&'v str, &'v str)],
) -> Vec<(&'v str, &'v str)> {
    let kept = pairs.iter().filter(|(name, _)| others.iter().all(|(other, _)| other != name));
    kept.chain(others).copied().collect()
}
