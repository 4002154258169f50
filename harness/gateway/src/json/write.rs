//! An ordered JSON writer: compact, or in the form that `X-PrettyPrint` asks for.

use std::fmt::{self, Write};

use super::text::push_escaped;

/// How an answer is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum JsonForm {
    /// Nothing between the tokens.
    #[default]
    Compact,
    /// `X-PrettyPrint`: two blanks of indentation per object, ` : ` after names, arrays on one line.
    Pretty,
}

/// Writes JSON token by token, in the order of the calls.
///
/// The caller pairs `begin_…` with `end_…` and gives every member a key; the writer sets commas,
/// blanks and escapes. Nothing is allocated per value.
pub(crate) struct JsonWriter {
    out: Vec<u8>,
    form: JsonForm,
    /// How many objects are open; arrays do not indent.
    depth: usize,
    place: Place,
}

/// What stands to the left of the next token.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing: the beginning of the text.
    Text,
    /// The opening of an array.
    Array,
    /// The opening of an object.
    Object,
    /// A key.
    Key,
    /// A complete value.
    Value,
}

impl JsonWriter {
    /// An empty text.
    pub(crate) fn new(form: JsonForm) -> Self {
        Self { out: Vec::with_capacity(1024), form, depth: 0, place: Place::Text }
    }

    /// The finished text.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.out
    }

    /// Opens an object.
    pub(crate) fn begin_object(&mut self) -> &mut Self {
        self.before_value();
        self.out.push(b'{');
        self.depth += 1;
        self.place = Place::Object;
        self
    }

    /// Closes the innermost object.
    pub(crate) fn end_object(&mut self) -> &mut Self {
        self.depth = self.depth.saturating_sub(1);
        if self.form == JsonForm::Pretty {
            if self.place == Place::Object { self.out.push(b' ') } else { self.new_line() }
        }
        self.out.push(b'}');
        self.place = Place::Value;
        self
    }

    /// Opens an array.
    pub(crate) fn begin_array(&mut self) -> &mut Self {
        self.before_value();
        self.out.push(b'[');
        self.place = Place::Array;
        self
    }

    /// Closes the innermost array.
    pub(crate) fn end_array(&mut self) -> &mut Self {
        if self.form == JsonForm::Pretty {
            self.out.push(b' ');
        }
        self.out.push(b']');
        self.place = Place::Value;
        self
    }

    /// Writes the name of a member; its value follows.
    pub(crate) fn key(&mut self, name: &str) -> &mut Self {
        if self.place == Place::Value {
            self.out.push(b',');
        }
        if self.form == JsonForm::Pretty {
            self.new_line();
        }
        self.out.push(b'"');
        push_escaped(&mut self.out, name);
        self.out.push(b'"');
        self.out.extend_from_slice(if self.form == JsonForm::Pretty { b" : " } else { b":" });
        self.place = Place::Key;
        self
    }

    /// Writes the name of a member that is an identifier and so needs no escapes.
    pub(crate) fn name(&mut self, name: &str) -> &mut Self {
        if self.form == JsonForm::Pretty {
            return self.key(name);
        }
        if self.place == Place::Value {
            self.out.push(b',');
        }
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.place = Place::Key;
        self
    }

    /// Writes one text out of several pieces that need no escapes, such as ids and addresses.
    pub(crate) fn plain<'t>(&mut self, pieces: impl IntoIterator<Item = &'t str>) -> &mut Self {
        self.raw(|out| {
            out.push(b'"');
            pieces.into_iter().for_each(|piece| out.extend_from_slice(piece.as_bytes()));
            out.push(b'"');
        })
    }

    /// Writes text.
    pub(crate) fn string(&mut self, text: &str) -> &mut Self {
        self.concat([text])
    }

    /// Writes text, or null.
    pub(crate) fn optional(&mut self, text: Option<&str>) -> &mut Self {
        match text {
            Some(text) => self.string(text),
            None => self.null(),
        }
    }

    /// Writes one text out of several pieces.
    pub(crate) fn concat<'t>(&mut self, pieces: impl IntoIterator<Item = &'t str>) -> &mut Self {
        self.before_value();
        self.out.push(b'"');
        for piece in pieces {
            push_escaped(&mut self.out, piece);
        }
        self.out.push(b'"');
        self.place = Place::Value;
        self
    }

    /// Writes what `value` displays as text.
    pub(crate) fn display(&mut self, value: impl fmt::Display) -> &mut Self {
        struct Escaping<'a>(&'a mut Vec<u8>);

        impl Write for Escaping<'_> {
            fn write_str(&mut self, text: &str) -> fmt::Result {
                push_escaped(self.0, text);
                Ok(())
            }
        }

        self.before_value();
        self.out.push(b'"');
        // Writing into memory cannot fail, and the types that are displayed here do not fail either.
        let _ = write!(Escaping(&mut self.out), "{value}");
        self.out.push(b'"');
        self.place = Place::Value;
        self
    }

    /// Writes a list of texts.
    pub(crate) fn strings<T: AsRef<str>>(&mut self, texts: &[T]) -> &mut Self {
        self.begin_array();
        for text in texts {
            self.string(text.as_ref());
        }
        self.end_array()
    }

    /// Writes a whole number.
    pub(crate) fn int(&mut self, number: impl Into<i128>) -> &mut Self {
        let number = number.into();
        self.raw(|out| push_integer(out, number))
    }

    /// Writes true or false.
    pub(crate) fn bool(&mut self, value: bool) -> &mut Self {
        self.raw(|out| out.extend_from_slice(if value { b"true" } else { b"false" }))
    }

    /// Writes null.
    pub(crate) fn null(&mut self) -> &mut Self {
        self.raw(|out| out.extend_from_slice(b"null"))
    }

    /// Writes a complete JSON value that another writer has laid out in the same form.
    pub(crate) fn embed(&mut self, json: &[u8]) -> &mut Self {
        let indent = match self.form {
            JsonForm::Pretty => 2 * self.depth,
            JsonForm::Compact => 0,
        };
        self.raw(|out| {
            if indent == 0 {
                out.extend_from_slice(json);
                return;
            }
            // Line breaks inside texts are escaped: those that are left belong to the layout.
            for line in json.split_inclusive(|byte| *byte == b'\n') {
                out.extend_from_slice(line);
                if line.ends_with(b"\n") {
                    out.resize(out.len() + indent, b' ');
                }
            }
        })
    }

    /// Lets `write` append one complete JSON value.
    pub(crate) fn raw(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> &mut Self {
        self.before_value();
        write(&mut self.out);
        self.place = Place::Value;
        self
    }

    fn before_value(&mut self) {
        match (self.place, self.form) {
            (Place::Value, JsonForm::Pretty) => self.out.extend_from_slice(b", "),
            (Place::Value, JsonForm::Compact) => self.out.push(b','),
            (Place::Array, JsonForm::Pretty) => self.out.push(b' '),
            _ => {}
        }
    }

    fn new_line(&mut self) {
        self.out.push(b'\n');
        self.out.resize(self.out.len() + 2 * self.depth, b' ');
    }
}

fn push_integer(out: &mut Vec<u8>, number: i128) {
    let mut digits = [0; 40];
    let mut at = digits.len();
    let mut rest = number.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(form: JsonForm, build: impl FnOnce(&mut JsonWriter)) -> String {
        let mut writer = JsonWriter::new(form);
        build(&mut writer);
        String::from_utf8(writer.finish()).unwrap()
    }

    fn sample(w: &mut JsonWriter) {
        w.begin_object().key("totalSize").int(2).key("done").bool(true).key("records").begin_array();
        for name in ["a", "b"] {
            w.begin_object().key("attributes").begin_object().key("type").string(name).end_object();
            w.key("Name").null().end_object();
        }
        w.end_array().key("ids").strings(&["x", "y"]).key("none").begin_array().end_array();
        w.key("empty").begin_object().end_object().end_object();
    }

    #[test]
    fn compact_answers_hold_no_blanks() {
        assert_eq!(
            written(JsonForm::Compact, sample),
            r#"{"totalSize":2,"done":true,"records":[{"attributes":{"type":"a"},"Name":null},{"attributes":{"type":"b"},"Name":null}],"ids":["x","y"],"none":[],"empty":{}}"#
        );
    }

    #[test]
    fn pretty_answers_are_laid_out_as_the_platform_does() {
        let expected = r#"{
  "totalSize" : 2,
  "done" : true,
  "records" : [ {
    "attributes" : {
      "type" : "a"
    },
    "Name" : null
  }, {
    "attributes" : {
      "type" : "b"
    },
    "Name" : null
  } ],
  "ids" : [ "x", "y" ],
  "none" : [ ],
  "empty" : { }
}"#;
        assert_eq!(written(JsonForm::Pretty, sample), expected);
    }

    #[test]
    fn a_pretty_error_begins_on_the_line_of_its_bracket() {
        let text = written(JsonForm::Pretty, |w| {
            w.begin_array().begin_object().key("message").string("m").end_object().end_array();
        });
        assert_eq!(text, "[ {\n  \"message\" : \"m\"\n} ]");
    }

    #[test]
    fn an_embedded_answer_looks_as_if_it_had_been_written_in_its_place() {
        for form in [JsonForm::Compact, JsonForm::Pretty] {
            let inner = written(form, sample);
            let outside = |fill: &dyn Fn(&mut JsonWriter)| {
                written(form, |w| {
                    w.begin_object().key("results").begin_array().begin_object().key("body");
                    fill(w);
                    w.key("after").null().end_object().end_array().end_object();
                })
            };
            let embedded = outside(&|w| {
                w.embed(inner.as_bytes());
            });
            assert_eq!(embedded, outside(&sample));
        }
    }

    #[test]
    fn whole_numbers_print_in_full() {
        let text = written(JsonForm::Compact, |w| {
            w.begin_array().int(0).int(-7).int(i64::MIN).int(u64::MAX).end_array();
        });
        assert_eq!(text, "[0,-7,-9223372036854775808,18446744073709551615]");
    }

    #[test]
    fn pieces_and_displayed_values_are_escaped() {
        let text = written(JsonForm::Compact, |w| {
            w.begin_array().concat(["a\"", "b"]).display(format_args!("{}\n", 1)).end_array();
        });
        assert_eq!(text, r#"["a\"b","1\n"]"#);
    }
}
