//! Schemas as text: one line per member of a record, so that a changed definition is one changed line.

use crate::json::{JsonForm, JsonWriter};

/// One rule, such as `{"type":"string"}`: keyword and value as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rule(Vec<(&'static str, String)>);

impl Rule {
    /// A rule of one keyword, whose value is JSON.
    pub(super) fn of(keyword: &'static str, json: impl Into<String>) -> Self {
        Self::default().and(keyword, json)
    }

    /// A reference to another schema.
    pub(super) fn reference(address: &str) -> Self {
        Self::of("$ref", quoted(address))
    }

    /// A type, or null beside it.
    pub(super) fn typed(name: &str, nullable: bool) -> Self {
        Self::of("type", if nullable { format!(r#"["{name}","null"]"#) } else { quoted(name) })
    }

    /// The rule with a further keyword.
    pub(super) fn and(mut self, keyword: &'static str, json: impl Into<String>) -> Self {
        self.0.push((keyword, json.into()));
        self
    }

    /// The rule with annotations.
    pub(super) fn annotated(mut self, annotations: Vec<(&'static str, String)>) -> Self {
        self.0.extend(annotations.into_iter().map(|(name, text)| (name, quoted(&text))));
        self
    }

    /// The rule on one line.
    pub(super) fn to_json(&self) -> String {
        object(self.0.iter().map(|(keyword, json)| (*keyword, json.as_str())))
    }
}

/// A schema of an object, with its members on a line each.
#[derive(Debug)]
pub(super) struct ObjectSchema {
    pub(super) title: String,
    pub(super) annotations: Vec<(&'static str, String)>,
    pub(super) required: Vec<String>,
    pub(super) properties: Vec<(String, Rule)>,
    /// Members beside these: a pattern of their names, and their rule.
    pub(super) others: Option<(&'static str, Rule)>,
}

impl ObjectSchema {
    pub(super) fn to_text(&self) -> String {
        let mut lines = vec![
            r#"  "$schema": "https://json-schema.org/draft/2020-12/schema""#.to_owned(),
            format!("  \"title\": {}", quoted(&self.title)),
        ];
        lines.extend(self.annotations.iter().map(|(name, text)| format!("  \"{name}\": {}", quoted(text))));
        lines.push(r#"  "type": "object""#.to_owned());
        lines.push(format!("  \"required\": {}", texts(self.required.iter().map(String::as_str))));
        let properties: Vec<String> = self
            .properties
            .iter()
            .map(|(name, rule)| format!("    {}: {}", quoted(name), rule.to_json()))
            .collect();
        lines.push(format!("  \"properties\": {{\n{}\n  }}", properties.join(",\n")));
        if let Some((pattern, rule)) = &self.others {
            lines.push(format!("  \"patternProperties\": {{ {}: {} }}", quoted(pattern), rule.to_json()));
        }
        lines.push(r#"  "additionalProperties": false"#.to_owned());
        format!("{{\n{}\n}}\n", lines.join(",\n"))
    }

    /// The schema as a rule on one line, null allowed or not.
    pub(super) fn to_rule(&self, nullable: bool) -> Rule {
        let properties: Vec<(&str, String)> =
            self.properties.iter().map(|(name, rule)| (name.as_str(), rule.to_json())).collect();
        Rule::typed("object", nullable)
            .and("required", texts(self.required.iter().map(String::as_str)))
            .and("properties", object(properties.iter().map(|(name, rule)| (*name, rule.as_str()))))
            .and("additionalProperties", "false")
    }
}

/// A JSON object on one line.
fn object<'a>(members: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let members: Vec<String> = members.map(|(name, json)| format!("{}:{json}", quoted(name))).collect();
    format!("{{{}}}", members.join(","))
}

/// A list of texts on one line.
pub(super) fn texts<'a>(items: impl Iterator<Item = &'a str>) -> String {
    let items: Vec<String> = items.map(quoted).collect();
    format!("[{}]", items.join(","))
}

/// A text as JSON.
pub(super) fn quoted(text: &str) -> String {
    let mut writer = JsonWriter::new(JsonForm::Compact);
    writer.string(text);
    String::from_utf8_lossy(&writer.finish()).into_owned()
}

/// A text as a regular expression that matches just it.
pub(super) fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for c in text.chars() {
        if r"\^$.|?*+()[]{}/-".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}
