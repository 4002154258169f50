//! Exchanges after redaction.

use super::{body::Body, policy::Policy, recording, redactor::Redactor, scan, xml};
use crate::{answer::Exchange, json, json::Json};

/// Headers of answers that say something about the API. All others differ from server to server.
const KEPT: &[&str] = &[
    "content-type",
    "location",
    "allow",
    "sforce-limit-info",
    "sforce-locator",
    "sforce-numberofrecords",
    "www-authenticate",
    "warning",
    "etag",
    "last-modified",
    "retry-after",
];

/// An exchange without what differs from org to org and from run to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedactedExchange {
    /// Which step of a case sent it.
    pub label: String,
    /// The method of the request.
    pub method: String,
    /// The path of the request with its query, without the host.
    pub path: String,
    /// The body of the request.
    pub request_body: Body,
    /// The status of the answer.
    pub status: u16,
    /// The headers of the answer that belong to the API, names in lower case, sorted.
    pub headers: Vec<(String, String)>,
    /// The body of the answer.
    pub body: Body,
}

impl RedactedExchange {
    /// The answer as text: status, headers, and the body with its key order.
    pub fn answer_text(&self) -> String {
        let mut text = format!("HTTP {}\n", self.status);
        for (name, value) in &self.headers {
            text.extend([name, ": ", value, "\n"]);
        }
        let body = self.body.pretty();
        if !body.is_empty() {
            text.push('\n');
            text.push_str(&body);
        }
        text
    }
}

impl Redactor {
    /// The exchange with names in it.
    ///
    /// Names are those of this redactor: redact the exchanges of a case one after the other with one redactor.
    pub fn exchange(&mut self, exchange: &Exchange) -> RedactedExchange {
        let (request, answer) = (&exchange.request, &exchange.answer);
        self.learn_host(&answer.curl);
        if let Some(day) = answer.header("date").and_then(day) {
            self.names.today = Some(day);
        }
        let content_type = answer.header("content-type").unwrap_or_default();
        let parsed = answer.json().ok();
        if let Some(body) = &parsed {
            self.learn(body);
            self.learn_created(request.path_only(), body);
        }
        let path = self.address(&request.path);
        let request_type = request.header_value("content-type").unwrap_or_default();
        let request_body = self.body(request_type, &request.body);
        let body = self.body(content_type, &answer.body);
        let mut headers: Vec<_> = answer
            .headers
            .iter()
            .filter(|(name, _)| KEPT.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), self.header(name, value)))
            .collect();
        headers.sort();
        RedactedExchange {
            label: exchange.label.clone(),
            method: request.method.clone(),
            path,
            request_body,
            status: answer.status,
            headers,
            body,
        }
    }

    /// The value of a header.
    pub fn header(&mut self, name: &str, value: &str) -> String {
        match name.to_ascii_lowercase().as_str() {
            "date" | "last-modified" | "if-modified-since" | "if-unmodified-since" => "[date]".to_owned(),
            "set-cookie" | "cookie" => "[cookie]".to_owned(),
            "authorization" => "[token]".to_owned(),
            "etag" | "if-match" | "if-none-match" => self.names.named("eTag", value),
            "sforce-limit-info" => match self.policy {
                Policy::Structure => without_digits(value),
                Policy::Recording(_) => recording::message(self, &without_digits(value)),
            },
            "sforce-locator" if value != "null" => "[locator]".to_owned(),
            "location" => self.address(value),
            _ => self.text(value),
        }
    }

    fn address(&mut self, address: &str) -> String {
        match self.policy {
            Policy::Structure => {
                // Values of parameters may hide ids behind escapes, and secrets behind names.
                let (path, query) =
                    address.split_once('?').map_or((address, None), |(path, query)| (path, Some(query)));
                let path = scan::redact(path, &mut self.names);
                match query {
                    Some(query) => format!("{path}?{}", self.form(query)),
                    None => path,
                }
            }
            Policy::Recording(_) => recording::url(self, address),
        }
    }

    fn form(&mut self, text: &str) -> String {
        if let Policy::Recording(_) = self.policy {
            return recording::form(self, text);
        }
        let pairs: Vec<_> = text
            .split('&')
            .map(|pair| match pair.split_once('=') {
                Some((name @ "code", value)) => format!("{name}={}", self.names.named("token", value)),
                Some((name, value)) => format!("{name}={}", self.string(name, value)),
                None => scan::redact(pair, &mut self.names),
            })
            .collect();
        pairs.join("&")
    }

    fn body(&mut self, content_type: &str, body: &[u8]) -> Body {
        if body.is_empty() {
            return Body::Empty;
        }
        let Ok(text) = std::str::from_utf8(body) else { return Body::Bytes(body.len()) };
        if let Ok(json) = json::parse(text) {
            return Body::Json(self.json(&json));
        }
        if content_type.contains("form-urlencoded") {
            return Body::Text(self.form(text));
        }
        match self.policy {
            Policy::Structure => Body::Text(scan::redact(text, &mut self.names)),
            Policy::Recording(_) if content_type.contains("xml") || text.starts_with('<') => {
                Body::Text(xml::redact(self, text))
            }
            // Tables and other texts hold values of records without saying of which kind they are.
            Policy::Recording(_) => Body::Text(format!("[{} characters]", text.chars().count())),
        }
    }

    /// The address of the org stands in the curl line.
    fn learn_host(&mut self, curl: &str) {
        if let Some((_, rest)) = curl.split_once("://") {
            let end = rest.find(|sign: char| "/'?# ".contains(sign)).unwrap_or(rest.len());
            if end > 0 {
                self.names.hosts.insert(rest[..end].to_owned());
            }
        }
    }

    /// `POST …/sobjects/Account` answers with an id of that object.
    fn learn_created(&mut self, path: &str, body: &Json) {
        let object = path.split("/sobjects/").nth(1).map(|rest| rest.split('/').next().unwrap_or_default());
        if let (Some(object), Some(id)) = (object, body.get("id").and_then(Json::as_str)) {
            self.learn_id(id, object);
        }
    }
}

fn without_digits(value: &str) -> String {
    let mut out = String::new();
    for letter in value.chars() {
        if !letter.is_ascii_digit() {
            out.push(letter);
        } else if !out.ends_with("[n]") {
            out.push_str("[n]");
        }
    }
    out
}

/// `Thu, 15 Jan 2026 09:00:00 GMT` → `2026-01-15`
fn day(date: &str) -> Option<String> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut parts = date.split_whitespace().skip(1);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    Some(format!("{year}-{month:02}-{day}"))
}
