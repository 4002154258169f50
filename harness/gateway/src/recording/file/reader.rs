//! Lines as entries: whole ones only, and as many as there are.

use std::io::BufRead;

use serde::de::DeserializeOwned;

use super::{
    FileError, Header, Torn, VERSION,
    header::{FORMAT, Title, Titled},
    line,
};
use crate::recording::Entry;

/// Reads a file of entries, one after the other.
#[derive(Debug)]
pub struct Reader<R> {
    input: R,
    header: Header,
    /// The line that was read last, whole or not.
    line: Vec<u8>,
    lines: u64,
    bytes: u64,
    end: End,
    over: bool,
}

/// Where the good part of a file ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct End {
    /// How many bytes it has.
    pub bytes: u64,
    /// How many entries it holds.
    pub entries: u64,
    /// What stands behind it; `None` before everything is read, and when nothing does.
    pub torn: Option<Torn>,
}

impl<R: BufRead> Reader<R> {
    /// Reads the first line.
    ///
    /// # Errors
    ///
    /// [`FileError`], which says what to do.
    pub fn open(mut input: R) -> Result<Self, FileError> {
        let mut line = Vec::new();
        let read = input.read_until(b'\n', &mut line).map_err(FileError::Read)? as u64;
        let Some((_, json)) = line::read(&line) else {
            // Whoever created the file may have died before the first line was safe.
            let begun = !line.ends_with(b"\n") || line.iter().all(|byte| *byte == 0);
            return Err(if begun && nothing_follows(&mut input)? {
                FileError::NoHeader
            } else {
                FileError::NoJournal
            });
        };
        let header = titled(FORMAT, json)?;
        let end = End { bytes: read, ..End::default() };
        Ok(Self { input, header, line, lines: 1, bytes: read, end, over: false })
    }

    /// How the org began, and who wrote the file.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Where the good part ends; complete once everything is read.
    #[must_use]
    pub const fn end(&self) -> End {
        self.end
    }

    /// What was handed over next, as a whole; `None` behind the last.
    ///
    /// # Errors
    ///
    /// [`FileError::Damaged`] for a line with the wrong checksum that is not at the end, [`FileError::Unknown`], and
    /// what the input fails with.
    pub fn next_unit(&mut self) -> Result<Option<Vec<Entry>>, FileError> {
        if self.over {
            return Ok(None);
        }
        let mut unit = Vec::new();
        loop {
            let start = self.bytes;
            if !self.next_line()? {
                return self.finish(!unit.is_empty());
            }
            let Some((mark, json)) = line::read(&self.line) else {
                return self.torn_or_damaged(start);
            };
            unit.push(serde_json::from_slice(json).map_err(|error| unknown(self.lines, &error))?);
            if !mark.goes_on {
                self.end.bytes = self.bytes;
                self.end.entries += unit.len() as u64;
                return Ok(Some(unit));
            }
        }
    }

    /// Whether there is another line, whole or not.
    fn next_line(&mut self) -> Result<bool, FileError> {
        self.line.clear();
        let read = self.input.read_until(b'\n', &mut self.line).map_err(FileError::Read)?;
        self.bytes += read as u64;
        self.lines += u64::from(read > 0);
        Ok(read > 0)
    }

    /// The file is over, perhaps within what was done at once.
    fn finish(&mut self, within: bool) -> Result<Option<Vec<Entry>>, FileError> {
        self.over = true;
        let End { bytes, entries, .. } = self.end;
        self.end.torn = within.then(|| Torn { at: bytes, bytes: self.bytes - bytes, entries });
        Ok(None)
    }

    /// A line is not whole. What was written together may have reached the disk in any order; what was written after
    /// it was safe did not begin before. So it is a write that broke off unless another group begins behind it.
    fn torn_or_damaged(&mut self, at: u64) -> Result<Option<Vec<Entry>>, FileError> {
        self.over = true;
        let (line, entries) = (self.lines, self.end.entries);
        while self.next_line()? {
            if line::read(&self.line).is_some_and(|(mark, _)| mark.begins) {
                return Err(FileError::Damaged { at, line, entries });
            }
        }
        self.finish(true)
    }
}

/// Reads the first line of a file of any format; gives what it says, and the bytes behind it.
pub(crate) fn read_title<'b, H: DeserializeOwned>(
    format: &str,
    bytes: &'b [u8],
) -> Result<(H, &'b [u8]), FileError> {
    let end = bytes.iter().position(|byte| *byte == b'\n').ok_or(FileError::NoHeader)? + 1;
    let (first, rest) = bytes.split_at(end);
    let (_, json) = line::read(first).ok_or(FileError::NoJournal)?;
    Ok((titled(format, json)?, rest))
}

fn titled<H: DeserializeOwned>(format: &str, json: &[u8]) -> Result<H, FileError> {
    let title: Title<'_> = serde_json::from_slice(json).map_err(|_| FileError::NoJournal)?;
    match title {
        Title { format: own, .. } if own != format => return Err(FileError::NoJournal),
        Title { version, .. } if version > VERSION || version == 0 => {
            return Err(FileError::Version { version });
        }
        Title { .. } => {}
    }
    let titled: Titled<H> = serde_json::from_slice(json).map_err(|error| unknown(1, &error))?;
    Ok(titled.header)
}

fn unknown(line: u64, error: &serde_json::Error) -> FileError {
    FileError::Unknown { line, why: error.to_string().into() }
}

/// Whether nothing but zeros is left: they are what a file holds that was made longer and not written.
fn nothing_follows(input: &mut impl BufRead) -> Result<bool, FileError> {
    loop {
        let rest = input.fill_buf().map_err(FileError::Read)?;
        if rest.is_empty() {
            return Ok(true);
        }
        if rest.iter().any(|byte| *byte != 0) {
            return Ok(false);
        }
        let read = rest.len();
        input.consume(read);
    }
}
