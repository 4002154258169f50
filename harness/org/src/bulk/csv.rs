//! CSV as the Bulk APIs read and write it: six delimiters, two line endings, quotes where a value needs them.

use serde::{Deserialize, Serialize};

/// The character between two values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ColumnDelimiter {
    /// `^`
    Caret,
    /// `,`
    #[default]
    Comma,
    /// `` ` ``
    Backquote,
    /// `|`
    Pipe,
    /// `;`
    Semicolon,
    /// The tabulator.
    Tab,
}

impl ColumnDelimiter {
    const ALL: [(Self, &'static str, u8); 6] = [
        (Self::Backquote, "BACKQUOTE", b'`'),
        (Self::Caret, "CARET", b'^'),
        (Self::Comma, "COMMA", b','),
        (Self::Pipe, "PIPE", b'|'),
        (Self::Semicolon, "SEMICOLON", b';'),
        (Self::Tab, "TAB", b'\t'),
    ];

    fn row(self) -> (&'static str, u8) {
        Self::ALL
            .iter()
            .find(|(own, ..)| *own == self)
            .map_or(("COMMA", b','), |(_, name, byte)| (name, *byte))
    }

    /// The name that jobs carry.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// The delimiter of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, own, _)| *own == name).map(|(delimiter, ..)| *delimiter)
    }

    /// The character.
    #[must_use]
    pub fn byte(self) -> u8 {
        self.row().1
    }
}

/// How a line ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum LineEnding {
    /// A line feed.
    #[default]
    Lf,
    /// A carriage return and a line feed.
    Crlf,
}

impl LineEnding {
    /// The name that jobs carry.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lf => "LF",
            Self::Crlf => "CRLF",
        }
    }

    /// The line ending of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Lf, Self::Crlf].into_iter().find(|own| own.name() == name)
    }

    /// The characters.
    #[must_use]
    pub const fn bytes(self) -> &'static [u8] {
        match self {
            Self::Lf => b"\n",
            Self::Crlf => b"\r\n",
        }
    }
}

/// How a CSV text is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialect {
    /// What stands between two values.
    pub delimiter: ColumnDelimiter,
    /// What ends a line; `None` reads either, as Bulk API 1.0 does, and writes line feeds.
    pub ending: Option<LineEnding>,
}

impl Dialect {
    /// Writes one line; every value is quoted.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut out = Vec::new();
    /// mockorg_org::bulk::Dialect::default().write_line(&mut out, ["Name", "6\" pipe"]);
    /// assert_eq!(out, b"\"Name\",\"6\"\" pipe\"\n");
    /// ```
    pub fn write_line<'v>(self, out: &mut Vec<u8>, values: impl IntoIterator<Item = &'v str>) {
        for (place, value) in values.into_iter().enumerate() {
            if place > 0 {
                out.push(self.delimiter.byte());
            }
            push_quoted(out, value);
        }
        self.end_line(out);
    }

    /// Ends a line.
    pub(crate) fn end_line(self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.ending.unwrap_or_default().bytes());
    }
}

/// Writes a value in quotes.
pub(crate) fn push_quoted(out: &mut Vec<u8>, value: &str) {
    out.push(b'"');
    let mut rest = value.as_bytes();
    while let Some(at) = rest.iter().position(|byte| *byte == b'"') {
        out.extend_from_slice(&rest[..=at]);
        out.push(b'"');
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// Why a text is not the CSV that it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CsvError {
    /// A line ends otherwise than the job says.
    LineEnding,
    /// Something follows a closing quote.
    AfterQuote,
    /// A quote is never closed.
    Unclosed,
    /// The text is not in UTF-8.
    Encoding,
}

/// One line, its values side by side. It is reused from line to line.
#[derive(Debug, Default)]
pub(crate) struct Line {
    text: Vec<u8>,
    ends: Vec<usize>,
    /// Whether a value stood in quotes: a line with nothing but an empty one is not blank.
    quoted: bool,
}

impl Line {
    /// How many values there are.
    pub(crate) const fn len(&self) -> usize {
        self.ends.len()
    }

    /// A value; nothing for a place that the line does not have.
    pub(crate) fn get(&self, place: usize) -> &str {
        let start = if place == 0 { 0 } else { self.ends.get(place - 1).copied().unwrap_or_default() };
        let bytes = self.ends.get(place).and_then(|end| self.text.get(start..*end)).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// The values.
    pub(crate) fn values(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|place| self.get(place))
    }

    fn is_blank(&self) -> bool {
        self.ends.len() == 1 && self.text.is_empty() && !self.quoted
    }

    fn check(&self) -> Result<(), CsvError> {
        if self.text.is_ascii() {
            return Ok(());
        }
        let mut start = 0;
        for end in &self.ends {
            std::str::from_utf8(&self.text[start..*end]).map_err(|_| CsvError::Encoding)?;
            start = *end;
        }
        Ok(())
    }
}

/// Reads a text line by line from a place on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'t> {
    text: &'t [u8],
    at: usize,
    dialect: Dialect,
}

impl<'t> Reader<'t> {
    /// Begins at a byte where a line begins. A byte order mark at the beginning is passed over.
    pub(crate) fn new(text: &'t [u8], at: usize, dialect: Dialect) -> Self {
        let mark = if at == 0 && text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        Self { text, at: at + mark, dialect }
    }

    /// The byte at which the next line begins.
    pub(crate) const fn at(&self) -> usize {
        self.at
    }

    /// Reads the next line that is not blank; `false` at the end of the text.
    ///
    /// # Errors
    ///
    /// See [`CsvError`].
    pub(crate) fn read(&mut self, line: &mut Line) -> Result<bool, CsvError> {
        loop {
            line.text.clear();
            line.ends.clear();
            line.quoted = false;
            if self.at >= self.text.len() {
                return Ok(false);
            }
            self.read_line(line)?;
            if !line.is_blank() {
                line.check()?;
                return Ok(true);
            }
        }
    }

    fn read_line(&mut self, line: &mut Line) -> Result<(), CsvError> {
        let delimiter = self.dialect.delimiter.byte();
        loop {
            let ended = if self.text.get(self.at) == Some(&b'"') {
                self.at += 1;
                line.quoted = true;
                self.read_quoted(line)?;
                line.ends.push(line.text.len());
                match self.text.get(self.at) {
                    None => true,
                    Some(byte) if *byte == delimiter => {
                        self.at += 1;
                        false
                    }
                    Some(b'\n' | b'\r') => self.end_of_line(self.at)?.ok_or(CsvError::AfterQuote)?,
                    Some(_) => return Err(CsvError::AfterQuote),
                }
            } else {
                self.read_plain(line, delimiter)?
            };
            if ended {
                return Ok(());
            }
        }
    }

    /// Passes the line ending at a byte; `None` when there is none.
    fn end_of_line(&mut self, at: usize) -> Result<Option<bool>, CsvError> {
        let rest = &self.text[at..];
        let (found, length) = match rest {
            [b'\r', b'\n', ..] => (LineEnding::Crlf, 2),
            [b'\n', ..] => (LineEnding::Lf, 1),
            _ => return Ok(None),
        };
        if self.dialect.ending.is_some_and(|wanted| wanted != found) {
            return Err(CsvError::LineEnding);
        }
        self.at = at + length;
        Ok(Some(true))
    }

    /// Reads up to the closing quote.
    fn read_quoted(&mut self, line: &mut Line) -> Result<(), CsvError> {
        loop {
            let rest = &self.text[self.at..];
            let quote = rest.iter().position(|byte| *byte == b'"').ok_or(CsvError::Unclosed)?;
            line.text.extend_from_slice(&rest[..quote]);
            self.at += quote + 1;
            if self.text.get(self.at) != Some(&b'"') {
                return Ok(());
            }
            line.text.push(b'"');
            self.at += 1;
        }
    }

    /// Reads a value without quotes; tells whether the line ends with it.
    fn read_plain(&mut self, line: &mut Line, delimiter: u8) -> Result<bool, CsvError> {
        let start = self.at;
        let mut from = start;
        loop {
            let rest = &self.text[from..];
            let Some(stop) = rest.iter().position(|byte| *byte == delimiter || matches!(byte, b'\n' | b'\r'))
            else {
                line.text.extend_from_slice(&self.text[start..]);
                line.ends.push(line.text.len());
                self.at = self.text.len();
                return Ok(true);
            };
            let at = from + stop;
            if self.text[at] == delimiter {
                line.text.extend_from_slice(&self.text[start..at]);
                line.ends.push(line.text.len());
                self.at = at + 1;
                return Ok(false);
            }
            if let Some(ended) = self.end_of_line(at)? {
                line.text.extend_from_slice(&self.text[start..at]);
                line.ends.push(line.text.len());
                return Ok(ended);
            }
            // A carriage return alone is part of the value.
            from = at + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read_all(text: &[u8], dialect: Dialect) -> Result<Vec<Vec<String>>, CsvError> {
        let (mut reader, mut line, mut lines) = (Reader::new(text, 0, dialect), Line::default(), Vec::new());
        while reader.read(&mut line)? {
            lines.push(line.values().map(str::to_owned).collect());
        }
        Ok(lines)
    }

    fn dialects() -> impl Iterator<Item = Dialect> {
        ColumnDelimiter::ALL.iter().flat_map(|(delimiter, ..)| {
            [None, Some(LineEnding::Lf), Some(LineEnding::Crlf)]
                .map(|ending| Dialect { delimiter: *delimiter, ending })
        })
    }

    #[test]
    fn quotes_hold_delimiters_line_endings_and_themselves() {
        let text = b"Name,Description\n\"A, \"\"B\"\"\",\"two\r\nlines\"\n plain ,\n\n,x";
        let lines = read_all(text, Dialect { ending: Some(LineEnding::Lf), ..Dialect::default() }).unwrap();
        assert_eq!(
            lines,
            [
                vec!["Name", "Description"],
                vec!["A, \"B\"", "two\r\nlines"],
                vec![" plain ", ""],
                vec!["", "x"]
            ]
        );
    }

    #[test]
    fn what_is_no_csv_is_told_apart() {
        let lf = Dialect { ending: Some(LineEnding::Lf), ..Dialect::default() };
        let crlf = Dialect { ending: Some(LineEnding::Crlf), ..Dialect::default() };
        for (text, dialect, error) in [
            (&b"a\r\nb\r\n"[..], lf, CsvError::LineEnding),
            (b"a\nb\n", crlf, CsvError::LineEnding),
            (b"\"a\" ,b\n", lf, CsvError::AfterQuote),
            (b"\"a\n", lf, CsvError::Unclosed),
            (b"a\xff\n", lf, CsvError::Encoding),
            // Two halves of one character do not make a whole.
            (b"\xc3,\xa9\n", lf, CsvError::Encoding),
        ] {
            assert_eq!(read_all(text, dialect), Err(error), "{text:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        #[test]
        fn what_is_written_reads_back(lines in prop::collection::vec(prop::collection::vec("[ -~\r\n\té\u{1F600}]{0,8}", 1..5), 0..6)) {
            for dialect in dialects() {
                let mut text = Vec::new();
                for line in &lines {
                    dialect.write_line(&mut text, line.iter().map(String::as_str));
                }
                prop_assert_eq!(read_all(&text, dialect), Ok(lines.clone()));
            }
        }

        #[test]
        fn no_bytes_make_the_reader_panic_or_hang(text in prop::collection::vec(prop_oneof![Just(b'"'), Just(b','), Just(b'\n'), Just(b'\r'), Just(b'|'), any::<u8>()], 0..64)) {
            for dialect in dialects() {
                if let Ok(lines) = read_all(&text, dialect) {
                    prop_assert!(lines.len() <= text.len());
                }
            }
        }

        #[test]
        fn reading_goes_on_at_any_line(lines in prop::collection::vec(prop::collection::vec("[a-z\",\n]{0,5}", 1..4), 1..6)) {
            let dialect = Dialect::default();
            let mut text = Vec::new();
            lines.iter().for_each(|line| dialect.write_line(&mut text, line.iter().map(String::as_str)));
            let (mut at, mut line) = (0, Line::default());
            for expected in &lines {
                let mut reader = Reader::new(&text, at, dialect);
                prop_assert!(reader.read(&mut line).unwrap());
                prop_assert_eq!(line.values().collect::<Vec<_>>(), expected.iter().map(String::as_str).collect::<Vec<_>>());
                at = reader.at();
            }
        }
    }
}
