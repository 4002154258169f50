//! Asking an org for its describes: first what there is, then one call per object.

use std::collections::BTreeSet;

use thiserror::Error;

use super::{
    definition::{Answers, Described, NOT_OWN, left_out},
    error::ImportError,
    manifest::Selection,
    report::{Row, Rows},
    view::is_api_name,
};
use crate::{ApiVersion, Client, ClientError, Json, Request};

/// What an org says of the session or of its own state, not of one object.
const FOR_ALL: [u16; 4] = [401, 403, 429, 503];

/// Why an org's describes could not be had.
#[derive(Debug, Error)]
pub enum FetchError {
    /// There was no answer.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The answer was not a describe.
    #[error("{path} answered {status}: {text}")]
    Refused {
        /// What was asked.
        path: String,
        /// The HTTP status.
        status: u16,
        /// The beginning of the answer.
        text: String,
    },
    /// Objects that were asked for by name and do not exist, or are not visible to this user.
    #[error("the org shows no object {0}; mind the ending __c, and the user's permissions")]
    Unknown(String),
    /// The answer cannot be used.
    #[error(transparent)]
    Import(#[from] ImportError),
}

/// What an import will ask for, known after the first call.
#[derive(Debug, Clone)]
pub struct Plan {
    version: ApiVersion,
    global: Json,
    /// The objects to describe, one call each.
    pub names: Vec<String>,
    /// Objects that stay out, and why.
    pub left_out: Vec<Row>,
}

impl Plan {
    /// Lists the org's objects, with one call, and chooses.
    ///
    /// # Errors
    ///
    /// [`FetchError`]; [`FetchError::Unknown`] when the selection names what is not there.
    pub async fn make(
        client: &Client,
        version: ApiVersion,
        selection: &Selection,
    ) -> Result<Self, FetchError> {
        let global = get(client, &format!("/services/data/v{version}/sobjects")).await?;
        let entries = global.get("sobjects").and_then(Json::items).ok_or_else(|| {
            ImportError::new("the list of all objects", "sobjects", "is missing or no list")
        })?;
        let mut wanted: BTreeSet<String> =
            selection.objects.iter().map(|name| name.to_ascii_lowercase()).collect();
        let everything = wanted.is_empty();
        let (mut names, mut rows) = (Vec::new(), Vec::new());
        for (at, entry) in entries.iter().enumerate() {
            let name = entry.get("name").and_then(Json::as_str).filter(|name| is_api_name(name));
            let name = name.ok_or_else(|| {
                ImportError::new("the list of all objects", format!("sobjects[{at}].name"), "is no API name")
            })?;
            let asked = wanted.remove(&name.to_ascii_lowercase());
            let own = entry.get("custom") == Some(&Json::Bool(true));
            if !(asked || everything) {
                continue;
            }
            let standard = (selection.custom_only && !own).then_some(NOT_OWN);
            match standard.or(left_out(name, entry)) {
                None => names.push(name.to_owned()),
                // Nobody who asks for the org's own objects wants to hear of all the others.
                Some(NOT_OWN) if !asked => {}
                Some(reason) => {
                    let mut row = Rows::new(name);
                    row.add("", "", reason);
                    rows.append(&mut row.rows);
                }
            }
        }
        if !wanted.is_empty() {
            return Err(FetchError::Unknown(wanted.into_iter().collect::<Vec<_>>().join(", ")));
        }
        Ok(Self { version, global, names, left_out: rows })
    }

    /// Asks for each object, one after the other. Events that occur only inside of others are in no list: they are
    /// asked for when a field names them, while `calls` last. `seen` hears of each object before its call. An object
    /// that the org does not describe is told in [`Answers::refused`].
    ///
    /// # Errors
    ///
    /// [`FetchError`], when there is no answer, or one that the next call would get as well.
    pub async fn fetch(
        self,
        client: &Client,
        mut calls: usize,
        mut seen: impl FnMut(&str),
    ) -> Result<(Answers, Vec<Row>), FetchError> {
        let mut rows = self.left_out;
        let mut asked: BTreeSet<String> = self.names.iter().map(|name| name.to_ascii_lowercase()).collect();
        let mut open = self.names;
        open.reverse();
        let mut answers = Answers { global: Some(self.global), ..Answers::default() };
        while let Some(name) = open.pop() {
            if calls == 0 {
                let mut row = Rows::new(&name);
                row.add("", "", "was not asked for: the calls that were allowed are used up");
                rows.append(&mut row.rows);
                continue;
            }
            calls -= 1;
            seen(&name);
            let version = self.version;
            let path = format!("/services/data/v{version}/sobjects/{name}/describe");
            let json = match get(client, &path).await {
                Ok(json) => json,
                Err(FetchError::Refused { status, text, .. }) if !FOR_ALL.contains(&status) => {
                    answers.refused.push(ImportError::new(&name, "", format!("{status}: {text}")));
                    continue;
                }
                Err(FetchError::Import(error)) => {
                    answers.refused.push(error.of(&name));
                    continue;
                }
                Err(error) => return Err(error),
            };
            for nested in nested(&json) {
                if asked.insert(nested.to_ascii_lowercase()) {
                    open.push(nested);
                }
            }
            answers.describes.push(Described { origin: name, json });
        }
        Ok((answers, rows))
    }
}

/// The events that occur in fields of this one.
fn nested(describe: &Json) -> Vec<String> {
    let fields = describe.get("fields").and_then(Json::items).unwrap_or_default();
    let text = |field: &Json, key: &str| field.get(key).and_then(Json::as_str).map(str::to_owned);
    let own = |field: &Json| {
        (text(field, "type")? == "complexvalue")
            .then(|| text(field, "soapType"))??
            .strip_prefix("urn:")
            .map(str::to_owned)
    };
    fields.iter().filter_map(own).filter(|name| is_api_name(name)).collect()
}

async fn get(client: &Client, path: &str) -> Result<Json, FetchError> {
    let answer = client.exchange(&Request::get(path)).await?.answer;
    if answer.status != 200 {
        let text = answer.text().chars().take(500).collect();
        return Err(FetchError::Refused { path: path.to_owned(), status: answer.status, text });
    }
    Ok(answer.json().map_err(|error| ImportError::new(path, "", error.to_string()))?)
}
