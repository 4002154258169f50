//! Stubs as org files and programs declare them: answers of what an org is customised with, such as Apex REST.
//! The org only keeps the list: whoever serves it answers with them.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, SeqAccess, Visitor},
    ser::SerializeMap as _,
};

use super::LoadError;
use crate::{FieldInput, Input, Position};

/// A request that is recognised, and what it is answered.
///
/// # Examples
///
/// ```
/// use mockorg_org::Stub;
///
/// let stub = Stub::parse(
///     r#"{"name": "price",
///         "request": {"method": "GET", "path": "/services/apexrest/price/{sku}"},
///         "response": {"body": {"sku": "{!path.sku}", "amount": 12.5}}}"#,
/// )
/// .unwrap();
/// assert_eq!(stub.response.status, 200);
/// assert!(Stub::parse(r#"{"name": "x", "request": {}}"#).is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Stub {
    /// Its name, by which it is listed and ended.
    pub name: Box<str>,
    /// Which requests it answers.
    pub request: StubRequest,
    /// What it answers.
    #[serde(default)]
    pub response: StubResponse,
    /// Whether only a session of the org is answered; everyone else gets INVALID_SESSION_ID.
    #[serde(default = "yes")]
    pub session: bool,
    /// How many requests it answers before it stands aside; `None` for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// Which of several fitting stubs answers: the smallest number, and among equals the one declared first.
    #[serde(default = "usual_priority")]
    pub priority: u8,
}

/// Which requests a stub answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StubRequest {
    /// The method; `None` for every one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Box<str>>,
    /// The path. `{name}` stands for one segment, `{*name}` at the end for all that follow.
    pub path: Box<str>,
    /// Parameters of the address and their values; others may stand beside them.
    #[serde(default)]
    pub query: BTreeMap<Box<str>, Box<str>>,
    /// Headers and their values; others may stand beside them.
    #[serde(default)]
    pub headers: BTreeMap<Box<str>, Box<str>>,
    /// What the body must hold: each member of an object is there with a fitting value, others may stand beside
    /// it; lists have as many items; `None` fits every body.
    #[serde(
        default,
        deserialize_with = "json",
        serialize_with = "as_json",
        skip_serializing_if = "Option::is_none"
    )]
    pub body: Option<Input>,
}

/// What a stub answers. Texts may hold values of the request, such as `{!path.sku}` or `{!body.items[0].id}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StubResponse {
    /// The status.
    #[serde(default = "ok")]
    pub status: u16,
    /// Further headers.
    #[serde(default)]
    pub headers: BTreeMap<Box<str>, Box<str>>,
    /// A JSON body.
    #[serde(
        default,
        deserialize_with = "json",
        serialize_with = "as_json",
        skip_serializing_if = "Option::is_none"
    )]
    pub body: Option<Input>,
    /// A body that is no JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Box<str>>,
}

impl Default for StubResponse {
    fn default() -> Self {
        Self { status: ok(), headers: BTreeMap::new(), body: None, text: None }
    }
}

impl Stub {
    /// Reads one stub, in the form that org files have.
    ///
    /// # Errors
    ///
    /// [`LoadError::Stub`], with line and column.
    pub fn parse(json: &str) -> Result<Self, LoadError> {
        serde_json::from_str(json).map_err(|error| LoadError::Stub(error.to_string().into()))
    }
}

const fn yes() -> bool {
    true
}

const fn usual_priority() -> u8 {
    5
}

const fn ok() -> u16 {
    200
}

fn json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Input>, D::Error> {
    deserializer.deserialize_any(JsonValue).map(Some)
}

#[expect(clippy::ref_option, reason = "serde hands over a reference to the member")]
fn as_json<S: Serializer>(body: &Option<Input>, serializer: S) -> Result<S::Ok, S::Error> {
    body.as_ref().map(AsJson).serialize(serializer)
}

/// A value as the JSON from which it was read.
struct AsJson<'a>(&'a Input);

impl Serialize for AsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Input::Null => serializer.serialize_unit(),
            Input::Bool(value) => serializer.serialize_bool(*value),
            Input::Number(text) => match (text.parse::<i64>(), text.parse::<u64>(), text.parse::<f64>()) {
                (Ok(number), _, _) => serializer.serialize_i64(number),
                (_, Ok(number), _) => serializer.serialize_u64(number),
                (_, _, Ok(number)) => serializer.serialize_f64(number),
                _ => Err(serde::ser::Error::custom(format!("`{text}` is no number of JSON"))),
            },
            Input::Text(text) => serializer.serialize_str(text),
            Input::Blob(_) => Err(serde::ser::Error::custom("the content of a blob is no JSON")),
            Input::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for member in members {
                    map.serialize_entry(&member.name, &AsJson(&member.value))?;
                }
                map.end()
            }
            Input::Array(items) => serializer.collect_seq(items.iter().map(AsJson)),
        }
    }
}

/// Reads any JSON value; members stay in their order.
#[derive(Clone, Copy)]
struct JsonValue;

impl<'de> de::DeserializeSeed<'de> for JsonValue {
    type Value = Input;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Input, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for JsonValue {
    type Value = Input;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Input, E> {
        Ok(Input::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Input, E> {
        Ok(Input::Bool(value))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Input, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Input, E> {
        Ok(Input::Number(number.to_string().into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Input, E> {
        Ok(number.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Input, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Input, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(self)? {
            items.push(item);
        }
        Ok(Input::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Input, A::Error> {
        let mut members = Vec::new();
        while let Some(name) = map.next_key::<Box<str>>()? {
            let value = map.next_value_seed(self)?;
            members.push(FieldInput { name, value, at: Position::default() });
        }
        Ok(Input::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_has_the_usual_value() {
        let stub = Stub::parse(r#"{"name":"a","request":{"path":"/services/apexrest/a"}}"#).unwrap();
        assert_eq!((stub.session, stub.times, stub.priority), (true, None, 5));
        assert_eq!(stub.response, StubResponse::default());
        assert_eq!(stub.request.body, None);
    }

    #[test]
    fn bodies_keep_the_order_of_their_members() {
        let stub = Stub::parse(
            r#"{"name":"a","request":{"path":"/a"},"response":{"body":{"z":1,"a":[true,null,1.5]}}}"#,
        );
        let Some(Input::Object(members)) = stub.unwrap().response.body else { panic!("no object") };
        let names: Vec<&str> = members.iter().map(|member| &*member.name).collect();
        assert_eq!(names, ["z", "a"]);
        let list = vec![Input::Bool(true), Input::Null, Input::Number("1.5".into())];
        assert_eq!(members[1].value, Input::Array(list));
    }

    #[test]
    fn a_stub_that_is_written_down_is_read_as_it_was() {
        let text = r#"{"name":"a","request":{"path":"/a","query":{"q":"1"},"body":{"b":null}},"times":2,
            "response":{"status":202,"body":{"z":[1,-2,1.5,true,null,"x",18446744073709551615],"a":{}}}}"#;
        let nothing = r#"{"name":"a","request":{"path":"/a","body":null},"session":false}"#;
        for text in [text, nothing] {
            let stub = Stub::parse(text).unwrap();
            assert_eq!(Stub::parse(&serde_json::to_string(&stub).unwrap()).unwrap(), stub);
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let error = Stub::parse(r#"{"name":"a","request":{"path":"/a","methd":"GET"}}"#).unwrap_err();
        assert!(error.to_string().contains("unknown field `methd`"), "{error}");
        assert!(error.to_string().contains("line 1"), "{error}");
    }
}
