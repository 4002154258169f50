//! Entries as lines.

use super::{
    FileError, GroupPlace, Header, VERSION,
    header::{FORMAT, Titled},
    line::{self, Mark},
};
use crate::recording::Entry;

/// Writes the first line of a file.
///
/// # Errors
///
/// [`FileError::Unwritable`].
pub fn write_header(out: &mut Vec<u8>, header: &Header) -> Result<(), FileError> {
    write_title(out, FORMAT, header)
}

/// Writes the first line of a file of any format.
pub(crate) fn write_title<H: serde::Serialize>(
    out: &mut Vec<u8>,
    format: &str,
    header: &H,
) -> Result<(), FileError> {
    let titled = Titled { format: format.into(), version: VERSION, header };
    json(out, Mark { begins: true, goes_on: false }, &titled)
}

/// Writes what was handed over at once. When it is read, it is there as a whole or not at all.
///
/// # Errors
///
/// [`FileError::Unwritable`]; nothing is written then.
pub fn write_unit(out: &mut Vec<u8>, entries: &[Entry], place: GroupPlace) -> Result<(), FileError> {
    let start = out.len();
    for (at, entry) in entries.iter().enumerate() {
        let mark = Mark { begins: at == 0 && place == GroupPlace::First, goes_on: at + 1 < entries.len() };
        if let Err(error) = json(out, mark, entry) {
            out.truncate(start);
            return Err(error);
        }
    }
    Ok(())
}

fn json(out: &mut Vec<u8>, mark: Mark, value: &impl serde::Serialize) -> Result<(), FileError> {
    line::write(out, mark, |out| {
        serde_json::to_writer(out, value)
            .map_err(|error| FileError::Unwritable { why: error.to_string().into() })
    })
}
