//! Requests as cases write them: with names in place of values that only the target knows.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{
    json::Json,
    request::Request,
    template::{UnknownName, Variables, expand, expand_json, names, names_in_json},
};

/// A request whose strings may hold `{name}`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestTemplate {
    /// `GET`, `POST`, `PATCH`, `PUT`, `DELETE`, `HEAD` or `OPTIONS`.
    pub method: String,
    /// The path, with its query if that needs no escapes; or an absolute URL below the target's.
    pub path: String,
    /// Query parameters, escaped when sent.
    #[serde(default)]
    pub query: BTreeMap<String, String>,
    /// Header lines.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// A JSON body, sent with its keys in the order of the file.
    #[serde(default)]
    pub json: Option<Json>,
    /// A raw body.
    #[serde(default)]
    pub text: Option<String>,
    /// A form body.
    #[serde(default)]
    pub form: Option<BTreeMap<String, String>>,
}

impl RequestTemplate {
    /// The request with all names replaced.
    ///
    /// # Errors
    ///
    /// [`UnknownName`] for the first name without a value.
    pub fn expand(&self, variables: &Variables) -> Result<Request, UnknownName> {
        let mut request = Request::new(&self.method, expand(&self.path, variables)?);
        for (name, value) in &self.query {
            request = request.query(name, &expand(value, variables)?);
        }
        for (name, value) in &self.headers {
            request = request.header(name, &expand(value, variables)?);
        }
        if let Some(json) = &self.json {
            request = request.json(expand_json(json, variables)?);
        }
        if let Some(text) = &self.text {
            request = request.text("text/plain;charset=UTF-8", expand(text, variables)?);
        }
        if let Some(form) = &self.form {
            let fields = form
                .iter()
                .map(|(name, value)| Ok((name.as_str(), expand(value, variables)?)))
                .collect::<Result<Vec<_>, UnknownName>>()?;
            request = request.form(fields.iter().map(|(name, value)| (*name, value.as_str())));
        }
        Ok(request)
    }

    /// Every name that the request mentions.
    pub(crate) fn names(&self) -> Vec<&str> {
        let mut found = names(&self.path);
        let maps = [Some(&self.query), Some(&self.headers), self.form.as_ref()];
        for value in maps.into_iter().flatten().flat_map(|map| map.values()) {
            found.extend(names(value));
        }
        found.extend(self.text.as_deref().map(names).unwrap_or_default());
        if let Some(json) = &self.json {
            names_in_json(json, &mut found);
        }
        found
    }
}
