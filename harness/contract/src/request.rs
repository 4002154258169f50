//! Requests as the harness sends them.

use std::fmt::Write as _;

use crate::json::Json;

/// One request to a target.
///
/// # Examples
///
/// ```
/// use mockorg_contract::request::Request;
///
/// let query = Request::get("/services/data/v62.0/query")
///     .query("q", "SELECT Id FROM Account")
///     .header("Sforce-Query-Options", "batchSize=200");
/// assert_eq!(query.path, "/services/data/v62.0/query?q=SELECT%20Id%20FROM%20Account");
/// ```
#[derive(Debug, Clone)]
pub struct Request {
    /// HTTP method in upper case.
    pub method: String,
    /// Path with query, or an absolute URL below the target's.
    pub path: String,
    /// Header lines, in order. `Authorization` is added by the client unless it is given here.
    pub headers: Vec<(String, String)>,
    /// The body before any compression.
    pub body: Vec<u8>,
    /// Name of the credential; `None` sends no `Authorization`.
    pub user: Option<String>,
}

impl Request {
    /// A request with any method, sent as `admin`.
    pub fn new(method: &str, path: impl Into<String>) -> Self {
        Self {
            method: method.to_owned(),
            path: path.into(),
            headers: Vec::new(),
            body: Vec::new(),
            user: Some("admin".to_owned()),
        }
    }

    /// `GET`
    pub fn get(path: impl Into<String>) -> Self {
        Self::new("GET", path)
    }

    /// `HEAD`
    pub fn head(path: impl Into<String>) -> Self {
        Self::new("HEAD", path)
    }

    /// `DELETE`
    pub fn delete(path: impl Into<String>) -> Self {
        Self::new("DELETE", path)
    }

    /// `POST`; add a body with [`Request::json`], [`Request::text`] or [`Request::form`].
    pub fn post(path: impl Into<String>) -> Self {
        Self::new("POST", path)
    }

    /// `PATCH`; add a body with [`Request::json`].
    pub fn patch(path: impl Into<String>) -> Self {
        Self::new("PATCH", path)
    }

    /// Adds a query parameter, escaped.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.path.push(if self.path.contains('?') { '&' } else { '?' });
        self.path.push_str(&escape(name));
        self.path.push('=');
        self.path.push_str(&escape(value));
        self
    }

    /// Adds a header line. `Content-Encoding: gzip` makes the client compress the body.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets a JSON body; the content type is `application/json` unless a header names another.
    #[must_use]
    pub fn json(self, body: impl Into<Json>) -> Self {
        let body: Json = body.into();
        self.text("application/json", body.to_string())
    }

    /// Sets a body of any kind; a `Content-Type` header that is already there is kept.
    #[must_use]
    pub fn text(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        if self.header_value("content-type").is_none() {
            self = self.header("Content-Type", content_type);
        }
        self
    }

    /// Sets a form body.
    #[must_use]
    pub fn form<'a>(self, fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let fields: Vec<_> =
            fields.into_iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
        self.text("application/x-www-form-urlencoded", fields.join("&"))
    }

    /// Uses another credential of the target; `anonymous` sends none.
    #[must_use]
    pub fn as_user(mut self, name: &str) -> Self {
        self.user = (name != "anonymous").then(|| name.to_owned());
        self
    }

    /// The value of a header, names compared without case.
    pub fn header_value(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The path without scheme, host and query.
    pub fn path_only(&self) -> &str {
        let path = match self.path.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("/", |slash| &rest[slash..]),
            None => self.path.as_str(),
        };
        path.split_once('?').map_or(path, |(path, _)| path)
    }

    /// The method that the platform acts on: a `POST` may name another one.
    pub fn effective_method(&self) -> String {
        let query = self.path.split_once('?').map_or("", |(_, query)| query);
        let named = query.split('&').find_map(|pair| pair.strip_prefix("_HttpMethod="));
        let named = named.or_else(|| self.header_value("X-HTTP-Method-Override"));
        match named {
            Some(method) if self.method == "POST" => method.to_ascii_uppercase(),
            _ => self.method.clone(),
        }
    }

    pub(crate) fn asks_for_xml(&self) -> bool {
        self.header_value("accept").is_some_and(|accept| accept.contains("xml"))
            || self.path_only().ends_with(".xml")
    }
}

/// Percent-encodes everything but letters, digits and `-._~`.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_values_survive_signs_that_mean_something_in_a_url() {
        let request = Request::get("/q").query("q", "a = 'b&c' + 1").query("n", "é");
        assert_eq!(request.path, "/q?q=a%20%3D%20%27b%26c%27%20%2B%201&n=%C3%A9");
    }

    #[test]
    fn a_post_may_stand_for_another_method() {
        assert_eq!(Request::post("/x?_HttpMethod=PATCH").effective_method(), "PATCH");
        assert_eq!(
            Request::post("/x").header("X-HTTP-Method-Override", "delete").effective_method(),
            "DELETE"
        );
        assert_eq!(Request::get("/x?_HttpMethod=PATCH").effective_method(), "GET");
    }

    #[test]
    fn the_path_is_found_in_absolute_urls() {
        assert_eq!(Request::get("http://127.0.0.1:1/id/x?y=/z").path_only(), "/id/x");
        assert_eq!(Request::get("http://127.0.0.1:1").path_only(), "/");
    }
}
