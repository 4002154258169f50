//! Bodies after redaction, and how they are printed.

use crate::json::Json;

/// Lines of printed JSON are at most this long, if values allow it.
const WIDTH: usize = 110;

/// A body after redaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// None.
    Empty,
    /// JSON with its key order.
    Json(Json),
    /// XML, CSV, a form, or plain text.
    Text(String),
    /// Content that is no text; its length in bytes.
    Bytes(usize),
}

impl Body {
    /// The body as lines that can be compared.
    ///
    /// JSON keeps its key order; what fits into a line stands in one.
    pub fn pretty(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Json(json) => {
                let mut out = String::new();
                write(json, 0, 0, &mut out);
                out
            }
            // One element per line, so that a difference is one line.
            Self::Text(text) if text.starts_with('<') => text.replace("><", ">\n<"),
            Self::Text(text) => text.replace("\r\n", "\n"),
            Self::Bytes(length) => format!("[{length} bytes]"),
        }
    }
}

/// `used` is what already stands in the line.
fn write(json: &Json, indent: usize, used: usize, out: &mut String) {
    let line = json.to_string();
    if line.len() + used <= WIDTH {
        out.push_str(&line);
        return;
    }
    let inner = indent + 2;
    let margin = " ".repeat(inner);
    let (open, close) = match json {
        Json::Array(items) if !items.is_empty() => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at == 0 { "\n" } else { ",\n" });
                out.push_str(&margin);
                write(item, inner, inner, out);
            }
            ("", "]")
        }
        Json::Object(pairs) if !pairs.is_empty() => {
            out.push('{');
            for (at, (key, value)) in pairs.iter().enumerate() {
                out.push_str(if at == 0 { "\n" } else { ",\n" });
                out.push_str(&margin);
                let key = Json::String(key.clone()).to_string();
                out.push_str(&key);
                out.push_str(": ");
                write(value, inner, inner + key.len() + 2, out);
            }
            ("", "}")
        }
        _ => (line.as_str(), ""),
    };
    out.push_str(open);
    if !close.is_empty() {
        out.push('\n');
        out.push_str(&" ".repeat(indent));
        out.push_str(close);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    #[test]
    fn short_values_stay_in_a_line_and_long_ones_are_broken_up() {
        let long = "x".repeat(100);
        let json = parse(&format!(r#"{{"b":[1,2],"a":{{"text":"{long}"}}}}"#)).unwrap();
        let expected = format!("{{\n  \"b\": [1,2],\n  \"a\": {{\n    \"text\": \"{long}\"\n  }}\n}}");
        assert_eq!(Body::Json(json).pretty(), expected);
    }
}
