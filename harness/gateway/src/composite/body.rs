//! What the bodies of composite requests have in common: named members, each of one kind, none unknown.

use mockorg_org::{ApiError, ErrorCode, FieldInput, Input, Position};

use crate::json::{JsonForm, JsonWriter};

/// The members of an object, taken out one by one.
#[derive(Debug)]
pub(super) struct Members {
    rest: Vec<FieldInput>,
    at: Position,
}

/// A member that was taken out.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) value: Input,
    pub(super) at: Position,
}

impl Members {
    /// The members of a body.
    pub(super) const fn of_body(rest: Vec<FieldInput>) -> Self {
        Self { rest, at: Position { line: 1, column: 1 } }
    }

    /// A record at this place, of which nothing is left.
    pub(super) const fn of_record(at: Position) -> Self {
        Self { rest: Vec::new(), at }
    }

    /// The members of an entry of the list at `at`.
    pub(super) fn of_entry(entry: Input, at: Position, kind: &str) -> Result<Self, ApiError> {
        match entry {
            Input::Object(rest) => Ok(Self { rest, at }),
            other => Err(wrong_kind(kind, &other, at)),
        }
    }

    /// Where the members stand.
    pub(super) const fn at(&self) -> Position {
        self.at
    }

    /// Takes a member out; `None` when it is left out or null.
    pub(super) fn take(&mut self, name: &str) -> Option<Taken> {
        let index = self.rest.iter().position(|member| &*member.name == name)?;
        let FieldInput { value, at, .. } = self.rest.remove(index);
        (value != Input::Null).then_some(Taken { value, at })
    }

    /// Takes a flag out; `false` when it is left out.
    pub(super) fn flag(&mut self, name: &str) -> Result<bool, ApiError> {
        self.take(name).map_or(Ok(false), |taken| match &taken.value {
            Input::Bool(value) => Ok(*value),
            Input::Text(text) if text.eq_ignore_ascii_case("true") => Ok(true),
            Input::Text(text) if text.eq_ignore_ascii_case("false") => Ok(false),
            other => Err(wrong_kind("boolean", other, taken.at)),
        })
    }

    /// Takes a text out.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<Box<str>>, ApiError> {
        self.take(name).map_or(Ok(None), |taken| match taken.value {
            Input::Text(text) => Ok(Some(text)),
            other => Err(wrong_kind("string", &other, taken.at)),
        })
    }

    /// Takes a text out that has to be there.
    pub(super) fn needed_text(&mut self, name: &str) -> Result<Box<str>, ApiError> {
        self.text(name)?.ok_or_else(|| self.missing(name))
    }

    /// Takes a list out that has to be there, with its place.
    pub(super) fn needed_list(&mut self, name: &str) -> Result<(Vec<Input>, Position), ApiError> {
        match self.take(name) {
            Some(Taken { value: Input::Array(list), at }) => Ok((list, at)),
            Some(Taken { value, at }) => Err(wrong_kind("list", &value, at)),
            None => Err(self.missing(name)),
        }
    }

    /// Refuses members that nobody has taken out.
    pub(super) fn end(self) -> Result<(), ApiError> {
        match self.rest.first() {
            None => Ok(()),
            Some(member) => Err(parser_error(&format!("Unrecognized field \"{}\"", member.name), member.at)),
        }
    }

    /// The refusal of members without this one.
    pub(super) fn missing(&self, name: &str) -> ApiError {
        parser_error(&format!("Missing required field: {name}"), self.at)
    }
}

/// A list of texts.
pub(super) fn texts(list: Vec<Input>, at: Position) -> Result<Vec<Box<str>>, ApiError> {
    list.into_iter()
        .map(|item| match item {
            Input::Text(text) => Ok(text),
            other => Err(wrong_kind("string", &other, at)),
        })
        .collect()
}

/// `JSON_PARSER_ERROR` with a place.
pub(super) fn parser_error(message: &str, Position { line, column }: Position) -> ApiError {
    let message = format!("{message} at [line:{line}, column:{column}]");
    ApiError::exception(ErrorCode::JsonParserError, message)
}

/// `JSON_PARSER_ERROR`: a value of another kind than the one that is wanted.
pub(super) fn wrong_kind(wanted: &str, found: &Input, at: Position) -> ApiError {
    let token = match found {
        Input::Null => "VALUE_NULL",
        Input::Bool(true) => "VALUE_TRUE",
        Input::Bool(false) => "VALUE_FALSE",
        Input::Number(text) if text.contains(['.', 'e', 'E']) => "VALUE_NUMBER_FLOAT",
        Input::Number(_) => "VALUE_NUMBER_INT",
        Input::Text(_) | Input::Blob(_) => "VALUE_STRING",
        Input::Object(_) => "START_OBJECT",
        Input::Array(_) => "START_ARRAY",
    };
    parser_error(&format!("Cannot deserialize instance of {wanted} from {token} value"), at)
}

/// A value as JSON again.
pub(super) fn to_json(value: &Input) -> Vec<u8> {
    let mut writer = JsonWriter::new(JsonForm::Compact);
    write(&mut writer, value);
    writer.finish()
}

fn write(w: &mut JsonWriter, value: &Input) {
    match value {
        // A body has no blobs; forms do.
        Input::Null | Input::Blob(_) => w.null(),
        Input::Bool(value) => w.bool(*value),
        Input::Number(text) => w.raw(|out| out.extend_from_slice(text.as_bytes())),
        Input::Text(text) => w.string(text),
        Input::Object(members) => {
            w.begin_object();
            for member in members {
                w.key(&member.name);
                write(w, &member.value);
            }
            w.end_object()
        }
        Input::Array(items) => {
            w.begin_array();
            items.iter().for_each(|item| write(w, item));
            w.end_array()
        }
    };
}
