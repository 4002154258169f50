//! Rules that excuse differences, as data.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Deviation, What};

/// The rules of the project.
const EXCUSES: &str = include_str!("../../excuses.json");

/// One rule: where answers may differ, in which way, and why.
///
/// In `path` and `at`, `*` stands for any signs; in `path` it ends at the next slash, and alone stands for
/// every path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Names the rule in reports.
    pub id: String,
    /// The path of the request without its query, for instance `/services/data/*/limits`.
    pub path: String,
    /// The place in the answer, as [`Deviation::path`] has it, for instance `$.*.Remaining`.
    pub at: String,
    /// The differences that are excused there.
    pub what: Vec<What>,
    /// Why this difference says nothing about the API.
    pub reason: String,
}

/// Rules in the order in which they are tried.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    rules: Vec<Rule>,
}

impl Rules {
    /// The rules that come with the harness.
    ///
    /// # Errors
    ///
    /// A text when the file is not of its format, which a test rules out.
    pub fn embedded() -> Result<Self, String> {
        Self::parse(EXCUSES)
    }

    /// Reads rules from the text of a file: a list of [`Rule`].
    ///
    /// # Errors
    ///
    /// What is wrong with the text, and where.
    pub fn parse(text: &str) -> Result<Self, String> {
        let rules: Vec<Rule> =
            serde_json::from_str(text).map_err(|error| format!("the rules are not readable: {error}"))?;
        let mut ids = BTreeSet::new();
        for rule in &rules {
            if !ids.insert(&rule.id) {
                return Err(format!("two rules have the id '{}'; rename one", rule.id));
            }
            if rule.reason.trim().is_empty() || rule.what.is_empty() {
                return Err(format!("the rule '{}' needs a reason and something that it excuses", rule.id));
            }
        }
        Ok(Self { rules })
    }

    /// All rules.
    pub fn all(&self) -> &[Rule] {
        &self.rules
    }

    /// The rules that excused none of these differences; such a rule may hide a mistake later.
    pub fn unused<'a>(&'a self, deviations: impl IntoIterator<Item = &'a Deviation>) -> Vec<&'a Rule> {
        let used: BTreeSet<_> = deviations.into_iter().filter_map(|found| found.rule.as_deref()).collect();
        self.rules.iter().filter(|rule| !used.contains(rule.id.as_str())).collect()
    }

    /// The rule that excuses a difference.
    pub(super) fn excuse(&self, path: &str, at: &str, what: What) -> Option<&Rule> {
        self.rules
            .iter()
            .find(|rule| rule.what.contains(&what) && matches_path(&rule.path, path) && matches(&rule.at, at))
    }

    /// A rule that would excuse this difference in every version and for every record.
    pub(super) fn suggest(path: &str, at: &str, what: What) -> Rule {
        let general = |segment: &str| {
            let version = segment.strip_prefix('v').is_some_and(|rest| rest.parse::<f32>().is_ok());
            if version || segment.contains('[') { "*".to_owned() } else { segment.to_owned() }
        };
        let path: Vec<_> = path.split('/').map(general).collect();
        let word = |text: &str| {
            let signs = text.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { ' ' });
            signs.collect::<String>().to_ascii_lowercase()
        };
        let last = path.iter().rev().find(|segment| *segment != "*").map(|segment| word(segment));
        let id = format!("{} {} {}", last.unwrap_or_default(), word(at), what.as_str());
        let id = id.split_whitespace().collect::<Vec<_>>().join("-");
        let reason = String::new();
        Rule { id, path: path.join("/"), at: at.to_owned(), what: vec![what], reason }
    }
}

fn matches_path(pattern: &str, path: &str) -> bool {
    pattern == "*"
        || (pattern.split('/').count() == path.split('/').count()
            && pattern.split('/').zip(path.split('/')).all(|(pattern, segment)| matches(pattern, segment)))
}

/// Whether a text has the form of a pattern in which `*` stands for any signs.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_whole_texts() {
        for (pattern, text) in
            [("/a/*/c", "/a/b/c"), ("$.*.Max", "$.A.B.Max"), ("*", ""), ("status", "status")]
        {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("/a/*/c", "/a/b/c/d"), ("status", "status2"), ("a*a", "a"), ("*b*", "ac")] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn a_path_with_fewer_segments_is_another_path() {
        assert!(matches_path("/services/data/*", "/services/data/v62.0"));
        assert!(!matches_path("/services/data/*", "/services/data/v62.0/limits"));
        assert!(matches_path("*", "/services/data"));
    }

    #[test]
    fn the_rules_of_the_project_are_readable_and_have_reasons() {
        assert!(!Rules::embedded().unwrap().all().is_empty());
    }

    #[test]
    fn two_rules_of_one_id_are_refused() {
        let rule = r#"{"id":"a","path":"*","at":"$","what":["order"],"reason":"x"}"#;
        assert!(Rules::parse(&format!("[{rule},{rule}]")).unwrap_err().contains("two rules"));
    }
}
