//! A strict JSON reader that keeps what the org needs: numbers as written, members in order, positions.

use mockorg_org::{ApiError, ErrorCode, FieldInput, Input, Position};

use super::scan::{Scanner, Stop};
use crate::limits::MOST_VALUES;

/// How deep arrays and objects may nest.
const MAX_DEPTH: u32 = 100;

/// Reads one JSON document.
///
/// # Errors
///
/// `JSON_PARSER_ERROR`: the body is empty or not JSON.
pub(crate) fn read(body: &[u8]) -> Result<Input, ApiError> {
    Reader::over(body)?.document().map_err(|stop| refusal(&stop))
}

/// Reads the body of a call that takes one object, such as a record.
///
/// # Errors
///
/// `JSON_PARSER_ERROR`: the body is empty, not JSON, or JSON but not an object.
pub(crate) fn record_body(body: &[u8]) -> Result<Vec<FieldInput>, ApiError> {
    let mut reader = Reader::over(body)?;
    reader.scan.skip_blanks().map_err(|stop| refusal(&stop))?;
    let start = reader.scan.position();
    // The platform looks at the first token before it reads on, so a broken array is an array.
    let token = match reader.scan.peek() {
        Some(b'[') => "START_ARRAY",
        _ => match reader.document().map_err(|stop| refusal(&stop))? {
            Input::Object(members) => return Ok(members),
            Input::Array(_) => "START_ARRAY",
            Input::Null => "VALUE_NULL",
            Input::Bool(true) => "VALUE_TRUE",
            Input::Bool(false) => "VALUE_FALSE",
            Input::Text(_) | Input::Blob(_) => "VALUE_STRING",
            Input::Number(text) if text.contains(['.', 'e', 'E']) => "VALUE_NUMBER_FLOAT",
            Input::Number(_) => "VALUE_NUMBER_INT",
        },
    };
    Err(refusal(&Stop::at(start, format!("Can not deserialize SObject out of {token} token"))))
}

fn refusal(stop: &Stop) -> ApiError {
    let Stop { message, at: Position { line, column } } = stop;
    let message = format!("{message} at [line:{line}, column:{column}]");
    ApiError::exception(ErrorCode::JsonParserError, message)
}

struct Reader<'a> {
    scan: Scanner<'a>,
    depth: u32,
    values: usize,
}

impl<'a> Reader<'a> {
    fn over(body: &'a [u8]) -> Result<Self, ApiError> {
        if body.is_empty() {
            let message = "The HTTP entity body is required, but this request has no entity body.";
            return Err(ApiError::exception(ErrorCode::JsonParserError, message));
        }
        Ok(Self { scan: Scanner::over(body).map_err(|stop| refusal(&stop))?, depth: 0, values: 0 })
    }

    fn document(&mut self) -> Result<Input, Stop> {
        self.scan.skip_blanks()?;
        if self.scan.peek().is_none() {
            return Err(self.scan.stop("No content to map to Object due to end of input"));
        }
        let value = self.value()?;
        self.scan.skip_blanks()?;
        match self.scan.peek() {
            None => Ok(value),
            Some(_) => Err(self.scan.unexpected("was expecting end of input")),
        }
    }

    /// Reads the value that begins here.
    fn value(&mut self) -> Result<Input, Stop> {
        self.values += 1;
        if self.values > MOST_VALUES {
            return Err(self.scan.stop(format!("Document has more than {MOST_VALUES} values")));
        }
        match self.scan.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => Ok(Input::Text(self.scan.text("string value")?)),
            Some(b'-' | b'0'..=b'9') => Ok(Input::Number(self.scan.number()?.into())),
            Some(b't') => self.scan.word("true").map(|()| Input::Bool(true)),
            Some(b'f') => self.scan.word("false").map(|()| Input::Bool(false)),
            Some(b'n') => self.scan.word("null").map(|()| Input::Null),
            // Only the beginnings of known words are read as a word; other letters are stray characters.
            Some(b'N') => self.scan.word("NaN").and_then(|()| {
                Err(self.scan.stop(
                    "Non-standard token 'NaN': enable JsonParser.Feature.ALLOW_NON_NUMERIC_NUMBERS to allow",
                ))
            }),
            _ => Err(self.scan.unexpected(
                "expected a valid value (number, String, array, object, 'true', 'false' or 'null')",
            )),
        }
    }

    fn nested(
        &mut self,
        read: impl FnOnce(&mut Self, Position) -> Result<Input, Stop>,
    ) -> Result<Input, Stop> {
        let start = self.scan.position();
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let depth = self.depth;
            let message =
                format!("Document nesting depth ({depth}) exceeds the maximum allowed ({MAX_DEPTH})");
            return Err(Stop::at(start, message));
        }
        self.scan.advance();
        let value = read(self, start)?;
        self.depth -= 1;
        Ok(value)
    }

    fn object(&mut self, start: Position) -> Result<Input, Stop> {
        let mut members = Vec::new();
        loop {
            self.scan.skip_blanks()?;
            match (self.scan.peek(), members.is_empty()) {
                (Some(b'}'), _) => break,
                (None, _) => return Err(self.unclosed("OBJECT", start)),
                (Some(_), true) => {}
                (Some(b','), false) => {
                    self.scan.advance();
                    self.scan.skip_blanks()?;
                    self.more("OBJECT")?;
                }
                (Some(_), false) => return Err(self.unseparated("OBJECT", start)),
            }
            if self.scan.peek() == Some(b']') && members.is_empty() {
                return Err(self.mismatched("OBJECT", start));
            }
            if self.scan.peek() != Some(b'"') {
                return Err(self.scan.unexpected("was expecting double-quote to start field name"));
            }
            let name = self.scan.text("name")?;
            self.scan.skip_blanks()?;
            self.more("OBJECT")?;
            if self.scan.peek() != Some(b':') {
                return Err(self.scan.unexpected("was expecting a colon to separate field name and value"));
            }
            self.scan.advance();
            self.scan.skip_blanks()?;
            self.more("OBJECT")?;
            let at = self.scan.position();
            members.push(FieldInput { name, value: self.value()?, at });
        }
        self.scan.advance();
        Ok(Input::Object(members))
    }

    fn array(&mut self, start: Position) -> Result<Input, Stop> {
        let mut items = Vec::new();
        loop {
            self.scan.skip_blanks()?;
            match (self.scan.peek(), items.is_empty()) {
                (Some(b']'), _) => break,
                (None, _) => return Err(self.unclosed("ARRAY", start)),
                (Some(b'}'), true) => return Err(self.mismatched("ARRAY", start)),
                (Some(_), true) => {}
                (Some(b','), false) => {
                    self.scan.advance();
                    self.scan.skip_blanks()?;
                    self.more("ARRAY")?;
                }
                (Some(_), false) => return Err(self.unseparated("ARRAY", start)),
            }
            items.push(self.value()?);
        }
        self.scan.advance();
        Ok(Input::Array(items))
    }

    /// Refuses the end of the body in the middle of a container's entry.
    fn more(&self, container: &str) -> Result<(), Stop> {
        match self.scan.peek() {
            Some(_) => Ok(()),
            None => {
                Err(self.scan.stop(format!("Unexpected end-of-input within/between {container} entries")))
            }
        }
    }

    fn unclosed(&self, container: &str, Position { line, column }: Position) -> Stop {
        let from = format!("(from [line:{line}, column:{column}])");
        self.scan.stop(format!("Unexpected end-of-input: expected close marker for {container} {from}"))
    }

    fn unseparated(&mut self, container: &str, start: Position) -> Stop {
        match self.scan.peek() {
            Some(b'}' | b']') => self.mismatched(container, start),
            _ => self.scan.unexpected(&format!("was expecting comma to separate {container} entries")),
        }
    }

    fn mismatched(&mut self, container: &str, Position { line, column }: Position) -> Stop {
        let (found, expected) = if container == "OBJECT" { (']', '}') } else { ('}', ']') };
        let start = format!("(for {container} starting at [line:{line}, column:{column}])");
        self.scan.advance();
        self.scan.stop(format!("Unexpected close marker '{found}': expected '{expected}' {start}"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::de::IgnoredAny;
    use serde_json::{Map, Value as Json};

    use super::*;

    fn message(body: &[u8]) -> String {
        let error = read(body).unwrap_err();
        assert_eq!(error.code, ErrorCode::JsonParserError);
        error.message.unwrap().into()
    }

    #[test]
    fn members_keep_order_duplicates_positions_and_the_text_of_numbers() {
        let body = "{ \"b\" : 1.50,\n  \"é\":\"ü\", \"b\":[ true, {\"x\":null} ] }".as_bytes();
        let members = record_body(body).unwrap();
        let seen: Vec<_> = members.iter().map(|m| (&*m.name, m.at.line, m.at.column)).collect();
        assert_eq!(seen, [("b", 1, 9), ("é", 2, 7), ("b", 2, 16)]);
        assert_eq!(members[0].value, Input::Number("1.50".into()));
        let nested =
            FieldInput { name: "x".into(), value: Input::Null, at: Position { line: 2, column: 29 } };
        assert_eq!(members[2].value, Input::Array(vec![Input::Bool(true), Input::Object(vec![nested])]));
    }

    #[test]
    fn broken_documents_are_refused_in_the_platforms_words() {
        for (body, expected) in [
            // The first, third and fourth messages are recorded from real orgs.
            (
                "{name:1}",
                "Unexpected character ('n' (code 110)): was expecting double-quote to start field name at [line:1, column:3]",
            ),
            (
                "{\"a\":1,\n}",
                "Unexpected character ('}' (code 125)): was expecting double-quote to start field name at [line:2, column:2]",
            ),
            (
                "request[a]",
                "Unexpected character ('r' (code 114)): expected a valid value (number, String, array, object, 'true', 'false' or 'null') at [line:1, column:2]",
            ),
            (
                "{\"status\":1,\"a\" j",
                "Unexpected character ('j' (code 106)): was expecting a colon to separate field name and value at [line:1, column:18]",
            ),
            (
                "{\"a\":1 \"b\":2}",
                "Unexpected character ('\"' (code 34)): was expecting comma to separate OBJECT entries at [line:1, column:9]",
            ),
            (
                "[1 2]",
                "Unexpected character ('2' (code 50)): was expecting comma to separate ARRAY entries at [line:1, column:5]",
            ),
            (
                "[1,]",
                "Unexpected character (']' (code 93)): expected a valid value (number, String, array, object, 'true', 'false' or 'null') at [line:1, column:5]",
            ),
            (
                "{\"a\":€}",
                "Unexpected character ('€' (code 8364 / 0x20ac)): expected a valid value (number, String, array, object, 'true', 'false' or 'null') at [line:1, column:7]",
            ),
            (
                "{} x",
                "Unexpected character ('x' (code 120)): was expecting end of input at [line:1, column:5]",
            ),
            (
                "{",
                "Unexpected end-of-input: expected close marker for OBJECT (from [line:1, column:1]) at [line:1, column:2]",
            ),
            ("{\"a\"", "Unexpected end-of-input within/between OBJECT entries at [line:1, column:5]"),
            ("[1,", "Unexpected end-of-input within/between ARRAY entries at [line:1, column:4]"),
            (
                "[1}",
                "Unexpected close marker '}': expected ']' (for ARRAY starting at [line:1, column:1]) at [line:1, column:4]",
            ),
            (
                "{]",
                "Unexpected close marker ']': expected '}' (for OBJECT starting at [line:1, column:1]) at [line:1, column:3]",
            ),
            (
                "{\"a\":tru}",
                "Unrecognized token 'tru': was expecting 'null', 'true', 'false' or NaN at [line:1, column:9]",
            ),
            (
                "{\"a\":NULL}",
                "Unrecognized token 'NULL': was expecting 'null', 'true', 'false' or NaN at [line:1, column:10]",
            ),
            ("  ", "No content to map to Object due to end of input at [line:1, column:3]"),
            (
                "\u{1}",
                "Illegal character ((CTRL-CHAR, code 1)): only regular white space (\\r, \\n, \\t) is allowed between tokens at [line:1, column:2]",
            ),
        ] {
            assert_eq!(message(body.as_bytes()), expected, "{body}");
        }
    }

    #[test]
    fn a_body_is_required() {
        assert_eq!(message(b""), "The HTTP entity body is required, but this request has no entity body.");
    }

    #[test]
    fn only_an_object_is_a_record() {
        for (body, token, column) in [
            ("[{\"Name\":\"a\"}]", "START_ARRAY", 1),
            ("[broken", "START_ARRAY", 1),
            (" \"a\"", "VALUE_STRING", 2),
            ("1", "VALUE_NUMBER_INT", 1),
            ("1e3", "VALUE_NUMBER_FLOAT", 1),
            ("null", "VALUE_NULL", 1),
            ("false", "VALUE_FALSE", 1),
        ] {
            let expected =
                format!("Can not deserialize SObject out of {token} token at [line:1, column:{column}]");
            assert_eq!(record_body(body.as_bytes()).unwrap_err().message.as_deref(), Some(&*expected));
        }
    }

    #[test]
    fn nesting_is_limited() {
        assert!(
            read("[".repeat(100).as_bytes())
                .unwrap_err()
                .message
                .unwrap()
                .starts_with("Unexpected end-of-input")
        );
        let deep = message("[".repeat(100_000).as_bytes());
        assert_eq!(
            deep,
            "Document nesting depth (101) exceeds the maximum allowed (100) at [line:1, column:101]"
        );
    }

    #[test]
    fn a_byte_order_mark_is_skipped() {
        assert_eq!(read(b"\xef\xbb\xbf{}").unwrap(), Input::Object(Vec::new()));
    }

    fn as_serde(input: &Input) -> Json {
        match input {
            Input::Null => Json::Null,
            Input::Bool(value) => Json::Bool(*value),
            // serde_json itself rounds floating point numbers twice.
            Input::Number(text) => {
                text.parse::<i64>().map_or_else(|_| Json::from(text.parse::<f64>().unwrap()), Json::from)
            }
            Input::Text(text) => Json::String(text.to_string()),
            Input::Blob(_) => unreachable!("JSON holds no blobs"),
            Input::Array(items) => items.iter().map(as_serde).collect(),
            Input::Object(members) => {
                let members = members.iter().map(|m| (m.name.to_string(), as_serde(&m.value)));
                Json::Object(members.collect::<Map<_, _>>())
            }
        }
    }

    fn documents() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::Bool),
            any::<i64>().prop_map(Json::from),
            any::<f64>().prop_map(Json::from),
            any::<String>().prop_map(Json::String),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Json::Array),
                prop::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|members| Json::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn valid_documents_read_as_another_reader_reads_them(document in documents(), pretty: bool) {
            let text = if pretty { serde_json::to_string_pretty(&document) } else { serde_json::to_string(&document) };
            let read = read(text.unwrap().as_bytes()).unwrap();
            prop_assert_eq!(as_serde(&read), document);
        }

        #[test]
        fn no_body_makes_the_reader_panic(body in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = record_body(&body);
        }

        #[test]
        fn what_another_reader_accepts_or_refuses_is_accepted_or_refused(body in r#"[\[\]{}",:0-9.eE+\-a\\ntru ]{0,24}"#) {
            prop_assert_eq!(read(body.as_bytes()).is_ok(), serde_json::from_str::<IgnoredAny>(&body).is_ok(), "{}", body);
        }
    }
}
