//! Evaluates conditions over whole chunks: a typed column at a time instead of a record at a time.

use super::{
    filter::{Check, Comparer, Filter, Test},
    reader::Reader,
};
use crate::{
    ValueRef,
    catalog::{SObjectDef, Slot},
    record::{Bits, Chunk, Column, Data},
    text_equal,
};

/// One chunk of an object, on behalf of a reader.
#[derive(Clone, Copy)]
pub(super) struct Span<'o> {
    pub(super) reader: Reader<'o>,
    pub(super) object: &'o SObjectDef,
    pub(super) chunk: &'o Chunk,
}

impl<'o> Span<'o> {
    /// The rows that count: deleted records do for `queryAll` only.
    pub(super) fn visible(self) -> Bits {
        let present = self.chunk.present();
        let deleted = self.object.system.is_deleted.and_then(|slot| self.chunk.column(slot));
        match deleted.map(Column::data) {
            Some(Data::Bool(deleted)) if !self.reader.all => present.and_not(deleted),
            _ => *present,
        }
    }

    /// Those of the rows that meet the condition.
    pub(super) fn select(self, filter: &Filter, among: &Bits) -> Bits {
        match filter {
            Filter::All(filters) => filters
                .iter()
                .fold(*among, |rows, filter| if rows.is_empty() { rows } else { self.select(filter, &rows) }),
            Filter::Any(filters) => {
                let mut found = Bits::none();
                for filter in filters {
                    let rest = among.and_not(&found);
                    if rest.is_empty() {
                        break;
                    }
                    found = found.or(&self.select(filter, &rest));
                }
                found
            }
            Filter::Not(filter) => among.and_not(&self.select(filter, among)),
            Filter::Test(test) => self.test(test, among),
        }
    }

    fn test(self, test: &Test, among: &Bits) -> Bits {
        match test.steps().and_then(super::path::Steps::own_slot) {
            Some(slot) if self.is_stored(slot) => column(test, self.chunk.column(slot), among),
            _ => keep(among, |position| {
                let record = self.chunk.view(self.object, position);
                test.holds(test.left.value(self.reader.reading(record)).as_ref())
            }),
        }
    }

    /// Whether the field lies in its column; others are worked out when they are read.
    pub(super) fn is_stored(self, slot: Slot) -> bool {
        self.reader.org.calculation(self.object.index, slot).is_none()
    }
}

/// Those of the rows whose value in the column passes the test.
fn column(test: &Test, column: Option<&Column>, among: &Bits) -> Bits {
    let Some(column) = column else {
        return if test.holds(ValueRef::Null) { *among } else { Bits::none() };
    };
    let valid = among.and(column.valid());
    let found = values(test, column, &valid);
    if test.holds(ValueRef::Null) { found.or(&among.and_not(&valid)) } else { found }
}

fn values(test: &Test, column: &Column, rows: &Bits) -> Bits {
    match (column.data(), &test.check) {
        (Data::Choice(texts), _) if rows.count() > texts.texts().len() => {
            // Each distinct text is looked at once.
            let passes: Vec<bool> =
                texts.texts().iter().map(|text| test.holds(ValueRef::Text(text))).collect();
            let codes = texts.codes();
            keep(rows, |position| {
                codes
                    .get(position)
                    .and_then(|code| passes.get(usize::from(*code)))
                    .is_some_and(|passes| *passes)
            })
        }
        (Data::Text(texts), Check::Equal(wanted)) if test.comparer == Comparer::Folded => {
            match wanted.as_text() {
                Some(wanted) => keep(rows, |position| text_equal(texts.get(position), wanted)),
                None => Bits::none(),
            }
        }
        (Data::Text(texts), Check::Like(pattern)) => {
            keep(rows, |position| pattern.matches(texts.get(position)))
        }
        (Data::Bool(bits), Check::Equal(wanted)) => {
            let set = rows.and(bits);
            if wanted.is_true() { set } else { rows.and_not(&set) }
        }
        _ => keep(rows, |position| test.holds(column.value(position))),
    }
}

fn keep(among: &Bits, passes: impl Fn(usize) -> bool) -> Bits {
    let mut rows = Bits::none();
    for position in among.iter().filter(|position| passes(*position)) {
        rows.set(position);
    }
    rows
}
