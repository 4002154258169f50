//! Names that come again and again: each is written once, and by its number from then on.

use std::{collections::BTreeMap, sync::Arc};

use super::{ImageError, Reader, Writer};

/// The names so far.
#[derive(Debug, Default)]
pub(crate) struct Names {
    all: Vec<Arc<str>>,
    numbers: BTreeMap<Arc<str>, usize>,
}

impl Names {
    /// Writes a name.
    pub(crate) fn write(&mut self, out: &mut Writer, name: &Arc<str>) {
        let next = self.numbers.len();
        let number = *self.numbers.entry(Arc::clone(name)).or_insert(next);
        out.length(number);
        if number == next {
            out.text(name);
        }
    }

    /// Reads a name.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub(crate) fn read(&mut self, from: &mut Reader<'_>) -> Result<Arc<str>, ImageError> {
        let number = usize::try_from(from.number()?).map_err(ImageError::content)?;
        if number == self.all.len() {
            self.all.push(from.text()?.into());
        }
        self.all.get(number).cloned().ok_or_else(|| ImageError::content("a name has a number of none"))
    }
}
