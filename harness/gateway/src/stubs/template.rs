//! Texts of a stub's answer with values of the request in them, such as `{!path.sku}`.

use mockorg_org::{FieldInput, Input, Position, Value};

use super::path::PathPattern;

/// A JSON value whose texts may hold values of the request.
#[derive(Clone, Debug)]
pub(super) enum Template {
    /// The same every time.
    Constant(Input),
    /// A value of the request as it is; null where there is none.
    Whole(Source),
    /// Text with values of the request in it; nothing where there is none.
    Text(Box<[Part]>),
    Array(Box<[Self]>),
    Object(Box<[(Box<str>, Self)]>),
}

/// A part of a text.
#[derive(Clone, Debug)]
pub(super) enum Part {
    Text(Box<str>),
    Value(Source),
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// `path.NAME`
    Path(Box<str>),
    /// `query.NAME`
    Query(Box<str>),
    /// `header.NAME`
    Header(Box<str>),
    /// `body`, `body.MEMBER`, `body[0].MEMBER`
    Body(Box<[Step]>),
    /// `user.FIELD`
    User(Box<str>),
    /// `now`
    Now,
    /// `today`
    Today,
    /// `count`
    Count,
}

/// A step into a JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Member(Box<str>),
    Item(usize),
}

/// What a template is filled with.
pub(super) trait Values {
    /// A value of the request; `None` where there is none.
    fn value(&self, source: &Source) -> Option<Input>;
}

impl Template {
    /// Reads a value of a declaration.
    ///
    /// # Errors
    ///
    /// What is wrong, in words.
    pub(super) fn read(value: &Input, path: &PathPattern) -> Result<Self, String> {
        Ok(match value {
            Input::Text(text) => Self::text(text, path)?,
            Input::Array(items) => {
                Self::Array(items.iter().map(|item| Self::read(item, path)).collect::<Result<_, _>>()?)
            }
            Input::Object(members) => {
                let member =
                    |member: &FieldInput| Ok((member.name.clone(), Self::read(&member.value, path)?));
                Self::Object(members.iter().map(member).collect::<Result<_, String>>()?)
            }
            constant => Self::Constant(constant.clone()),
        })
    }

    /// Reads a text.
    ///
    /// # Errors
    ///
    /// What is wrong, in words.
    pub(super) fn text(text: &str, path: &PathPattern) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, tail)) = rest.split_once("{!") {
            let (name, after) =
                tail.split_once('}').ok_or_else(|| format!("`{{!{tail}` lacks its closing brace"))?;
            if !before.is_empty() {
                parts.push(Part::Text(before.into()));
            }
            parts.push(Part::Value(Source::read(name.trim(), path)?));
            rest = after;
        }
        if rest.is_empty() && parts.len() == 1 {
            return Ok(match parts.pop() {
                Some(Part::Value(source)) => Self::Whole(source),
                _ => Self::Text(parts.into()),
            });
        }
        if parts.is_empty() {
            return Ok(Self::Constant(Input::Text(rest.into())));
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.into()));
        }
        Ok(Self::Text(parts.into()))
    }

    /// Whether it asks for a value of the user.
    pub(super) fn asks_for_user(&self) -> bool {
        match self {
            Self::Constant(_) => false,
            Self::Whole(source) => matches!(source, Source::User(_)),
            Self::Text(parts) => parts.iter().any(|part| matches!(part, Part::Value(Source::User(_)))),
            Self::Array(items) => items.iter().any(Self::asks_for_user),
            Self::Object(members) => members.iter().any(|(_, value)| value.asks_for_user()),
        }
    }

    /// The value for one request.
    pub(super) fn fill(&self, values: &dyn Values) -> Input {
        match self {
            Self::Constant(value) => value.clone(),
            Self::Whole(source) => values.value(source).unwrap_or(Input::Null),
            Self::Text(parts) => {
                let mut text = String::new();
                for part in parts {
                    match part {
                        Part::Text(part) => text.push_str(part),
                        Part::Value(source) => match values.value(source) {
                            Some(Input::Text(part) | Input::Number(part)) => text.push_str(&part),
                            Some(Input::Bool(value)) => text.push_str(if value { "true" } else { "false" }),
                            _ => {}
                        },
                    }
                }
                Input::Text(text.into())
            }
            Self::Array(items) => Input::Array(items.iter().map(|item| item.fill(values)).collect()),
            Self::Object(members) => {
                let member = |(name, value): &(Box<str>, Self)| FieldInput {
                    name: name.clone(),
                    value: value.fill(values),
                    at: Position::default(),
                };
                Input::Object(members.iter().map(member).collect())
            }
        }
    }
}

impl Source {
    fn read(text: &str, path: &PathPattern) -> Result<Self, String> {
        let unknown = || {
            format!(
                "`{{!{text}}}` names no value; there are path.NAME, query.NAME, header.NAME, body, body.MEMBER, \
                 body[0].MEMBER, user.FIELD, now, today and count"
            )
        };
        if let Some(steps) = text.strip_prefix("body") {
            return steps_of(steps).map(|steps| Self::Body(steps.into())).ok_or_else(unknown);
        }
        match text.split_once('.') {
            None => match text {
                "now" => Ok(Self::Now),
                "today" => Ok(Self::Today),
                "count" => Ok(Self::Count),
                _ => Err(unknown()),
            },
            Some((_, "")) => Err(unknown()),
            Some(("path", name)) if path.has(name) => Ok(Self::Path(name.into())),
            Some(("path", name)) => {
                Err(format!("`{{!{text}}}`: the path of the stub has no name `{{{name}}}`"))
            }
            Some(("query", name)) => Ok(Self::Query(name.into())),
            Some(("header", name)) => Ok(Self::Header(name.to_ascii_lowercase().into())),
            Some(("user", name)) => Ok(Self::User(name.into())),
            Some(_) => Err(unknown()),
        }
    }
}

fn steps_of(mut text: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    while !text.is_empty() {
        if let Some(tail) = text.strip_prefix('[') {
            let (number, after) = tail.split_once(']')?;
            steps.push(Step::Item(number.parse().ok()?));
            text = after;
        } else {
            let tail = text.strip_prefix('.')?;
            let end = tail.find(['.', '[']).unwrap_or(tail.len());
            let (name, after) = tail.split_at(end);
            steps.push(Step::Member((!name.is_empty()).then_some(name)?.into()));
            text = after;
        }
    }
    Some(steps)
}

/// The part of a JSON value to which the steps lead.
pub(super) fn part_of<'a>(mut value: &'a Input, steps: &[Step]) -> Option<&'a Input> {
    for step in steps {
        value = match (step, value) {
            (Step::Member(name), Input::Object(members)) => {
                &members.iter().find(|member| member.name == *name)?.value
            }
            (Step::Item(number), Input::Array(items)) => items.get(*number)?,
            _ => return None,
        };
    }
    Some(value)
}

/// A field of a record as JSON.
pub(super) fn json_of(value: &Value) -> Input {
    match value {
        Value::Bool(value) => Input::Bool(*value),
        Value::Int(number) => Input::from(*number),
        Value::Number(number) => Input::Number(number.to_string().into()),
        Value::Text(text) => Input::Text((**text).into()),
        Value::Id(id) => Input::Text(id.to_string().into()),
        Value::Date(date) => Input::Text(date.to_string().into()),
        Value::DateTime(at) => Input::Text(at.to_string().into()),
        Value::Null | Value::Time(_) | Value::Blob(_) | Value::Nested(_) => Input::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    struct Request(Input);

    impl Values for Request {
        fn value(&self, source: &Source) -> Option<Input> {
            match source {
                Source::Path(name) => Some(Input::Text(format!("<{name}>").into())),
                Source::Body(steps) => part_of(&self.0, steps).cloned(),
                Source::Count => Some(3_i64.into()),
                _ => None,
            }
        }
    }

    fn filled(template: &str) -> Input {
        let path = PathPattern::read("/a/{sku}").unwrap();
        let template = Template::read(&json::read(template.as_bytes()).unwrap(), &path).unwrap();
        template.fill(&Request(json::read(br#"{"items":[{"n":1.50},{"ok":true}]}"#).unwrap()))
    }

    #[test]
    fn a_text_that_is_one_value_keeps_its_type() {
        let value = filled(
            r#"{"n":"{!body.items[0].n}","all":"{!body.items[1]}","none":"{!query.x}","sku":"{!path.sku}"}"#,
        );
        let expected = json::read(br#"{"n":1.50,"all":{"ok":true},"none":null,"sku":"<sku>"}"#).unwrap();
        assert_eq!(plain(&value), plain(&expected));
    }

    #[test]
    fn values_inside_a_text_become_text() {
        let value = filled(r#"["{!path.sku}: {!body.items[0].n} x {!count}{!body.items[9]}!", 7]"#);
        assert_eq!(plain(&value), plain(&json::read(br#"["<sku>: 1.50 x 3!", 7]"#).unwrap()));
    }

    #[test]
    fn names_of_no_value_are_refused() {
        let path = PathPattern::read("/a/{sku}").unwrap();
        for (text, why) in [
            ("{!nonsense}", "names no value"),
            ("{!path.other}", "has no name"),
            ("{!body[x]}", "names no value"),
            ("{!path.sku", "closing brace"),
        ] {
            let error = Template::text(text, &path).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    /// A value without its places.
    fn plain(value: &Input) -> String {
        match value {
            Input::Object(members) => {
                members.iter().map(|member| format!("{}={};", member.name, plain(&member.value))).collect()
            }
            Input::Array(items) => items.iter().map(|item| format!("{},", plain(item))).collect(),
            other => format!("{other:?}"),
        }
    }
}
