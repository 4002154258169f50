//! Reading members of a describe answer: typed, with the place of a mistake, and with what stands in for
//! members that a saved answer lacks.

use super::error::ImportError;
use crate::Json;

/// A JSON object seen through its stand-ins: the first layer that has a member gives its value.
#[derive(Debug, Clone)]
pub(super) struct View<'a> {
    layers: Vec<&'a Json>,
    origin: &'a str,
    place: String,
}

impl<'a> View<'a> {
    /// An object at a place.
    ///
    /// # Errors
    ///
    /// When it is no JSON object.
    pub(super) fn new(
        json: &'a Json,
        origin: &'a str,
        place: impl Into<String>,
    ) -> Result<Self, ImportError> {
        let place = place.into();
        match json {
            Json::Object(_) => Ok(Self { layers: vec![json], origin, place }),
            other => {
                Err(ImportError::new(origin, place, format!("expected an object, found {}", kind(other))))
            }
        }
    }

    /// Adds what stands in for members that are absent so far.
    pub(super) fn or(mut self, layer: Option<&'a Json>) -> Self {
        self.layers.extend(layer);
        self
    }

    /// Names the place better, once the thing's name is known.
    pub(super) fn at(mut self, place: String) -> Self {
        self.place = place;
        self
    }

    /// The member in the first layer that has it, `null` included.
    pub(super) fn raw(&self, key: &str) -> Option<&'a Json> {
        self.layers.iter().find_map(|layer| layer.get(key))
    }

    /// The member of the describe answer itself.
    pub(super) fn own(&self, key: &str) -> Option<&'a Json> {
        self.layers.first().and_then(|layer| layer.get(key))
    }

    /// The names of all members of the describe answer itself.
    pub(super) fn keys(&self) -> Vec<&'a str> {
        self.layers.first().and_then(|layer| layer.keys()).unwrap_or_default()
    }

    /// The member, unless it is absent or `null`.
    fn some(&self, key: &str) -> Option<&'a Json> {
        self.raw(key).filter(|value| **value != Json::Null)
    }

    pub(super) fn flag(&self, key: &str) -> Result<Option<bool>, ImportError> {
        match self.some(key) {
            None => Ok(None),
            Some(Json::Bool(flag)) => Ok(Some(*flag)),
            Some(other) => Err(self.wrong(key, "true or false", other)),
        }
    }

    pub(super) fn text(&self, key: &str) -> Result<Option<&'a str>, ImportError> {
        match self.some(key) {
            None => Ok(None),
            Some(Json::String(text)) => Ok(Some(text)),
            Some(other) => Err(self.wrong(key, "a string", other)),
        }
    }

    pub(super) fn needed_text(&self, key: &str) -> Result<&'a str, ImportError> {
        match self.text(key)? {
            Some(text) if !text.is_empty() => Ok(text),
            _ => Err(self.error(key, "is missing or empty, and nothing can stand in for it")),
        }
    }

    /// A whole number from 0 to `most`.
    pub(super) fn whole(&self, key: &str, most: u32) -> Result<Option<u32>, ImportError> {
        let Some(value) = self.some(key) else { return Ok(None) };
        let Json::Number(text) = value else {
            return Err(self.wrong(key, "a whole number", value));
        };
        match text.parse::<u32>() {
            Ok(number) if number <= most => Ok(Some(number)),
            _ => Err(self.error(key, format!("{text} is no whole number from 0 to {most}"))),
        }
    }

    /// The entries of a list; absent and `null` are the empty list.
    pub(super) fn list(&self, key: &str) -> Result<&'a [Json], ImportError> {
        match self.some(key) {
            None => Ok(&[]),
            Some(Json::Array(items)) => Ok(items),
            Some(other) => Err(self.wrong(key, "a list", other)),
        }
    }

    /// The entries of a list of strings.
    pub(super) fn texts(&self, key: &str) -> Result<Vec<&'a str>, ImportError> {
        let entry = |(at, item): (usize, &'a Json)| {
            item.as_str().ok_or_else(|| self.wrong(&format!("{key}[{at}]"), "a string", item))
        };
        self.list(key)?.iter().enumerate().map(entry).collect()
    }

    /// The entries of a list of objects.
    pub(super) fn objects(&self, key: &str) -> Result<Vec<Self>, ImportError> {
        let entry = |(at, item)| View::new(item, self.origin, join(&self.place, &format!("{key}[{at}]")));
        self.list(key)?.iter().enumerate().map(entry).collect()
    }

    pub(super) fn error(&self, key: &str, what: impl Into<String>) -> ImportError {
        ImportError::new(self.origin, join(&self.place, key), what)
    }

    fn wrong(&self, key: &str, expected: &str, found: &Json) -> ImportError {
        self.error(key, format!("expected {expected}, found {}", kind(found)))
    }
}

/// Whether a member says nothing: `null`, false, or empty.
pub(super) fn says_nothing(value: &Json) -> bool {
    match value {
        Json::Null | Json::Bool(false) => true,
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(pairs) => pairs.is_empty(),
        Json::Bool(true) | Json::Number(_) => false,
    }
}

/// Whether a text can be an API name: letters, digits and underscores, a letter first. Such a name is also safe
/// as the name of a file.
pub(super) fn is_api_name(text: &str) -> bool {
    text.len() <= 200
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn join(place: &str, key: &str) -> String {
    match (place, key) {
        ("", _) => key.to_owned(),
        (_, "") => place.to_owned(),
        _ => format!("{place}.{key}"),
    }
}

fn kind(value: &Json) -> String {
    match value {
        Json::Bool(flag) => flag.to_string(),
        Json::Number(text) => text.chars().take(40).collect(),
        Json::String(text) => format!("the string '{}'", text.chars().take(40).collect::<String>()),
        Json::Null | Json::Array(_) | Json::Object(_) => value.kind().to_owned(),
    }
}
