//! What became of each row: kept small, and written out beside the rows themselves when somebody asks.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::csv::{Dialect, Line, Reader, push_quoted};
use crate::{ApiError, RecordId};

/// How many bytes a piece of a long text has, about.
const PIECE: usize = 64 * 1024;
/// How many bytes of the upload are read for one piece at most.
const READ: usize = 256 * 1024;

/// What became of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RowOutcome {
    /// A record was created.
    Created(RecordId),
    /// A record was changed or deleted.
    Done(RecordId),
    /// Nothing was; the place of the error among the errors.
    Failed(u32),
}

/// What became of the rows of a job or batch, in their order. Equal errors are held once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcomes {
    /// One for each processed row.
    pub rows: Vec<RowOutcome>,
    /// The errors of rows.
    pub errors: Vec<ApiError>,
    places: BTreeMap<Box<str>, u32>,
    failed: u64,
}

impl Outcomes {
    /// Notes what became of the next row.
    pub(crate) fn push(&mut self, outcome: Result<RowOutcome, ApiError>) {
        let row = outcome.unwrap_or_else(|error| {
            self.failed += 1;
            let text = row_error(&error).into_boxed_str();
            let next = u32::try_from(self.errors.len()).unwrap_or(u32::MAX);
            let place = *self.places.entry(text).or_insert(next);
            if place == next {
                self.errors.push(error);
            }
            RowOutcome::Failed(place)
        });
        self.rows.push(row);
    }

    /// Forgets what became of the rows after so many: they were undone.
    pub(crate) fn forget_after(&mut self, rows: usize) {
        let undone = self.rows.drain(rows..).filter(|row| matches!(row, RowOutcome::Failed(_))).count();
        self.failed = self.failed.saturating_sub(undone as u64);
    }

    /// How many rows were processed, failed ones included.
    #[must_use]
    pub fn processed(&self) -> u64 {
        self.rows.len() as u64
    }

    /// How many rows failed.
    #[must_use]
    pub const fn failed(&self) -> u64 {
        self.failed
    }

    /// The error of a failed row.
    #[must_use]
    pub fn error(&self, place: u32) -> Option<&ApiError> {
        self.errors.get(place as usize)
    }
}

/// An error as a column of results shows it: `CODE:message:field1 field2 --`.
#[must_use]
pub fn row_error(error: &ApiError) -> String {
    let mut text = format!("{}:{}:", error.code, error.message.as_deref().unwrap_or_default());
    for field in &error.fields {
        text.push_str(field);
        text.push(' ');
    }
    text.push_str("--");
    text
}

/// Which rows of an ingest job are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResultKind {
    /// Those that became something.
    Successful,
    /// Those that did not.
    Failed,
    /// Those that were never looked at.
    Unprocessed,
}

/// Rows of an ingest job as CSV, piece by piece: beside the upload itself nothing is held. A piece is empty where a
/// long stretch of the upload has no such rows, so that whoever sends them can do something else meanwhile.
///
/// # Examples
///
/// A job without data has no rows, and not even a header:
///
/// ```
/// use mockorg_org::bulk::{ResultKind, ResultRows};
///
/// assert_eq!(ResultRows::empty(ResultKind::Failed).collect::<Vec<_>>().len(), 0);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultRows {
    kind: ResultKind,
    text: Bytes,
    dialect: Dialect,
    outcomes: Arc<Outcomes>,
    at: usize,
    row: usize,
    begun: bool,
}

impl ResultRows {
    /// No rows at all.
    #[must_use]
    pub fn empty(kind: ResultKind) -> Self {
        Self::new(kind, Bytes::new(), Dialect::default(), Arc::default())
    }

    pub(crate) fn new(kind: ResultKind, text: Bytes, dialect: Dialect, outcomes: Arc<Outcomes>) -> Self {
        Self { kind, text, dialect, outcomes, at: 0, row: 0, begun: false }
    }

    fn write(&mut self, out: &mut Vec<u8>) {
        let text = self.text.clone();
        let mut reader = Reader::new(&text, self.at, self.dialect);
        let mut line = Line::default();
        // What cannot be read was never processed and has no rows of any kind.
        let stop = self.at.saturating_add(READ);
        while out.len() < PIECE && self.at < stop {
            match reader.read(&mut line) {
                Ok(true) => {}
                Ok(false) | Err(_) => {
                    self.at = text.len();
                    return;
                }
            }
            self.at = reader.at();
            if self.begun {
                self.write_row(out, &line);
            } else {
                self.begun = true;
                self.write_header(out, &line);
            }
        }
    }

    fn write_header(&self, out: &mut Vec<u8>, line: &Line) {
        let own = match self.kind {
            ResultKind::Successful => &["sf__Id", "sf__Created"][..],
            ResultKind::Failed => &["sf__Id", "sf__Error"],
            ResultKind::Unprocessed => &[],
        };
        self.dialect.write_line(out, own.iter().copied().chain(line.values()));
    }

    fn write_row(&mut self, out: &mut Vec<u8>, line: &Line) {
        let outcome = self.outcomes.rows.get(self.row);
        self.row += 1;
        let delimiter = self.dialect.delimiter.byte();
        match (self.kind, outcome) {
            (ResultKind::Successful, Some(RowOutcome::Created(id) | RowOutcome::Done(id))) => {
                push_id(out, *id);
                out.push(delimiter);
                let created = matches!(outcome, Some(RowOutcome::Created(_)));
                push_quoted(out, if created { "true" } else { "false" });
            }
            (ResultKind::Failed, Some(RowOutcome::Failed(place))) => {
                push_quoted(out, "");
                out.push(delimiter);
                push_quoted(out, &self.outcomes.error(*place).map(row_error).unwrap_or_default());
            }
            (ResultKind::Unprocessed, None) => {
                self.dialect.write_line(out, line.values());
                return;
            }
            _ => return,
        }
        for value in line.values() {
            out.push(delimiter);
            push_quoted(out, value);
        }
        self.dialect.end_line(out);
    }
}

impl Iterator for ResultRows {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        if self.at >= self.text.len() {
            return None;
        }
        let mut out = Vec::new();
        self.write(&mut out);
        Some(out)
    }
}

fn push_id(out: &mut Vec<u8>, id: RecordId) {
    out.push(b'"');
    out.extend_from_slice(&id.to_18());
    out.push(b'"');
}
