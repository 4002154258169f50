//! JSON that is expected, held against JSON that came.

use std::str::FromStr;

use mockorg_org::{FieldInput, Input};
use rust_decimal::Decimal;

use crate::json::{self, JsonForm, JsonWriter};

/// How much of a value a difference shows, in characters.
const SHOWN: usize = 80;

/// JSON that is expected.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct JsonPattern {
    value: Input,
    /// Whether nothing else may be there.
    whole: bool,
}

/// In what JSON differs: the place, what was expected there, and what is there.
pub(crate) type JsonDifference = (String, String, String);

impl JsonPattern {
    /// Members that have to be there, among others.
    pub(crate) const fn part(value: Input) -> Self {
        Self { value, whole: false }
    }

    /// All that may be there.
    pub(crate) const fn whole(value: Input) -> Self {
        Self { value, whole: true }
    }

    /// The differences of a text that should be such JSON, at most `most`.
    pub(crate) fn differences(&self, text: &[u8], most: usize) -> Vec<JsonDifference> {
        let mut found = Vec::new();
        match json::read(text) {
            Ok(value) => self.compare("", &self.value, &value, most, &mut found),
            Err(_) => {
                let what = if text.is_empty() { "nothing" } else { "no JSON" };
                found.push((String::new(), show(&self.value), what.to_owned()));
            }
        }
        found
    }

    fn compare(&self, place: &str, own: &Input, found: &Input, most: usize, all: &mut Vec<JsonDifference>) {
        if all.len() >= most {
            return;
        }
        match (own, found) {
            (Input::Object(own), Input::Object(found)) => self.compare_members(place, own, found, most, all),
            (Input::Array(own), Input::Array(found)) if own.len() == found.len() => {
                for (at, (own, found)) in own.iter().zip(found).enumerate() {
                    self.compare(&format!("{place}[{at}]"), own, found, most, all);
                }
            }
            (Input::Array(own), Input::Array(found)) => {
                all.push((place.to_owned(), entries(own.len()), entries(found.len())));
            }
            _ if is_same(own, found) => {}
            _ => all.push((place.to_owned(), show(own), show(found))),
        }
    }

    fn compare_members(
        &self,
        place: &str,
        own: &[FieldInput],
        found: &[FieldInput],
        most: usize,
        all: &mut Vec<JsonDifference>,
    ) {
        let inside = |name: &str| if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") };
        for member in own {
            // Of two members of one name the last one counts, as for the org.
            match found.iter().rev().find(|found| found.name == member.name) {
                Some(found) => self.compare(&inside(&member.name), &member.value, &found.value, most, all),
                None => all.push((inside(&member.name), show(&member.value), "nothing".to_owned())),
            }
        }
        if self.whole {
            for member in found.iter().filter(|member| own.iter().all(|own| own.name != member.name)) {
                all.push((inside(&member.name), "nothing".to_owned(), show(&member.value)));
            }
        }
        all.truncate(most);
    }

    /// The expected value as JSON, cut off where it is long.
    pub(crate) fn text(&self) -> String {
        show(&self.value)
    }
}

fn entries(count: usize) -> String {
    format!("a list of {count}")
}

fn is_same(own: &Input, found: &Input) -> bool {
    match (own, found) {
        (Input::Number(own), Input::Number(found)) => {
            own == found || number(own).is_some_and(|own| Some(own) == number(found))
        }
        _ => own == found,
    }
}

/// Numbers are the same however they are written.
fn number(text: &str) -> Option<Decimal> {
    Decimal::from_str(text).or_else(|_| Decimal::from_scientific(text)).ok()
}

/// A value as JSON, cut off where it is long.
fn show(value: &Input) -> String {
    let mut writer = JsonWriter::new(JsonForm::Compact);
    json::write_input(&mut writer, value);
    let text = String::from_utf8_lossy(&writer.finish()).into_owned();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn differences(make: fn(Input) -> JsonPattern, own: &str, found: &str) -> Vec<String> {
        let pattern = make(json::read(own.as_bytes()).unwrap());
        let differences = pattern.differences(found.as_bytes(), 10);
        differences.into_iter().map(|(place, own, found)| format!("{place}: {own}, {found}")).collect()
    }

    #[test]
    fn members_that_are_not_named_may_be_anything_unless_the_whole_is_given() {
        let own = r#"{"Name":"Acme","Lines":[{"Quantity":2}]}"#;
        let found = r#"{"Name":"Acme","Lines":[{"Quantity":2.0,"Product":"x"}],"City":"Berlin"}"#;
        assert!(differences(JsonPattern::part, own, found).is_empty());
        assert_eq!(
            differences(JsonPattern::whole, own, found),
            [r#"Lines[0].Product: nothing, "x""#, r#"City: nothing, "Berlin""#]
        );
    }

    #[test]
    fn each_other_member_is_told_with_its_place() {
        let own = r#"{"Quantity":2,"a":{"b":[1,2]},"c":true}"#;
        assert_eq!(
            differences(JsonPattern::part, own, r#"{"Quantity":1,"a":{"b":[1]}}"#),
            ["Quantity: 2, 1", "a.b: a list of 2, a list of 1", "c: true, nothing"]
        );
        assert_eq!(differences(JsonPattern::part, "{}", "<a/>"), [": {}, no JSON"]);
        assert_eq!(differences(JsonPattern::part, r#"{"a":1e2}"#, r#"{"a":100.0}"#), Vec::<String>::new());
        assert_eq!(differences(JsonPattern::part, r#"{"a":"1"}"#, r#"{"a":1}"#), [r#"a: "1", 1"#]);
    }
}
