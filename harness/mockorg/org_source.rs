//! Where an org file comes from, and in which line its steps stand.

use std::{fs, path::PathBuf};

use mockorg_org::LoadError;

use crate::{StartError, embedded};

/// Where the org file is to be found.
#[derive(Clone, Debug)]
pub(crate) enum OrgSource {
    /// A built-in org, by its name.
    BuiltIn(String),
    /// A file.
    File(PathBuf),
    /// A text.
    Text(String),
}

/// The text of an org file.
#[derive(Clone, Debug)]
pub(crate) enum OrgText {
    /// Of a built-in org: its name and text.
    BuiltIn(String, &'static str),
    /// Of any other: where it comes from, and its text.
    Given(String, String),
}

impl OrgSource {
    pub(crate) fn read(self) -> Result<OrgText, StartError> {
        match self {
            Self::BuiltIn(name) => match embedded::org(&name) {
                Some(text) => Ok(OrgText::BuiltIn(name, text)),
                None => {
                    let known = embedded::org_names().collect::<Vec<_>>().join(", ");
                    Err(StartError::UnknownOrg { name, known })
                }
            },
            Self::File(path) => match fs::read_to_string(&path) {
                Ok(text) => Ok(OrgText::Given(path.display().to_string(), text)),
                Err(source) => Err(StartError::Read { path, source }),
            },
            Self::Text(text) => Ok(OrgText::Given("the given org file".to_owned(), text)),
        }
    }
}

impl OrgText {
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::BuiltIn(_, text) => text,
            Self::Given(_, text) => text,
        }
    }

    pub(crate) const fn built_in(&self) -> Option<&'static str> {
        match self {
            Self::BuiltIn(_, text) => Some(text),
            Self::Given(..) => None,
        }
    }

    /// Where the text comes from, for messages.
    pub(crate) fn origin(&self) -> &str {
        match self {
            Self::BuiltIn(origin, _) | Self::Given(origin, _) => origin,
        }
    }

    /// Where an entry of a list of this file stands, by its number from 1.
    pub(crate) fn place_of(&self, list: &str, number: usize) -> String {
        let line = line_of(self.as_str(), list, number);
        format!("{}{}", self.origin(), line.map(|line| format!(":{line}")).unwrap_or_default())
    }

    /// The error of this file, with the line of the step or automation.
    pub(crate) fn refuse(&self, source: LoadError) -> StartError {
        let line = match &source {
            LoadError::Step { step, .. } => line_of(self.as_str(), "steps", *step),
            LoadError::Automation { number, .. } => line_of(self.as_str(), "automations", *number),
            LoadError::Format(_) | LoadError::Limit(_) | LoadError::Stub(_) | LoadError::Fault { .. } => None,
        };
        StartError::OrgFile { origin: self.origin().to_owned(), line, source }
    }
}

/// The line in which an entry of a list of the file's own object begins, by its number; both count from 1.
fn line_of(json: &str, list: &str, number: usize) -> Option<usize> {
    let (mut depth, mut line, mut seen) = (0_usize, 1, 0);
    // Whether the last text that stood in the file's own object was the list's name.
    let mut named = false;
    let name = format!("{list}\"");
    let mut bytes = json.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\n' => line += 1,
            b'"' => {
                if depth == 1 {
                    let rest = json.get(json.len() - bytes.len()..);
                    named = rest.is_some_and(|rest| rest.starts_with(&name));
                }
                skip_string(&mut bytes);
            }
            b'[' | b'{' => {
                depth += 1;
                if byte == b'{' && depth == 3 && named {
                    seen += 1;
                    if seen == number {
                        return Some(line);
                    }
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// Moves behind the quote that ends a string; raw line ends cannot occur in one.
fn skip_string(bytes: &mut std::str::Bytes<'_>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'"' => return,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_an_entry_is_found_past_braces_in_strings_and_values() {
        let json = "{\n\"name\": \"a {[\\\"\",\n\"steps\": [\n{\"fields\": {\"A\": [{}]}},\n\n{\n\"x\": 1}]}";
        assert_eq!(line_of(json, "steps", 1), Some(4));
        assert_eq!(line_of(json, "steps", 2), Some(6));
        assert_eq!(line_of(json, "steps", 3), None);
        assert_eq!(line_of(json, "automations", 1), None);
    }

    #[test]
    fn an_unknown_built_in_org_is_refused_with_the_names_there_are() {
        let error = OrgSource::BuiltIn("nowhere".to_owned()).read().unwrap_err().to_string();
        assert!(error.starts_with("there is no built-in org 'nowhere'"), "{error}");
    }
}
