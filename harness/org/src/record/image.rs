//! All records as bytes, and back: what lies in the rows, column by column. Indexes and whatever else follows from the
//! rows is made again.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    RecordId, Timestamp, Value, ValueRef,
    catalog::{Catalog, ObjectIndex, SObjectDef, Slot},
    image::{ImageError, Reader, TEXT, Writer, type_of},
};

use super::{
    bin::Binned,
    bits::{Bits, CHUNK_ROWS},
    chunk::{Chunk, RowNo},
    column::Column,
    pages::Pages,
    slots::Record,
    store::{Store, Undo},
    table::Table,
};

/// How a column's values are written: each with its type, all of one type, or as numbers of texts that repeat.
const MIXED: u8 = 0xff;
const CODED: u8 = 0xfe;
/// How many distinct texts of a chunk are worth numbers.
const MOST_CODES: usize = 128;

impl Store {
    /// Writes all records, and what a rollback would need.
    pub(crate) fn write_image(&self, out: &mut Writer) {
        let (catalog, tables, bin, kept, undo) = self.parts();
        let used = tables.iter().zip(catalog.objects()).filter(|(table, _)| !table.is_untouched());
        out.length(used.clone().count());
        for (table, object) in used {
            out.number(u64::from(object.index.0));
            write_table(out, table, object);
        }
        out.length(bin.iter().count());
        for (id, binned) in bin.iter() {
            out.id(*id);
            write_binned(out, *binned);
        }
        out.length(kept.iter().count());
        for (id, records) in kept.iter() {
            out.id(*id);
            write_records(out, records);
        }
        out.length(undo.len());
        undo.iter().for_each(|undo| write_undo(out, undo));
    }

    /// The store of an image.
    ///
    /// # Errors
    ///
    /// What in the image cannot be.
    pub(crate) fn read_image(
        catalog: &Arc<Catalog>,
        pod: [u8; 3],
        from: &mut Reader<'_>,
    ) -> Result<Self, ImageError> {
        let mut store = Self::new(Arc::clone(catalog), pod);
        for _ in 0..from.length()? {
            let object = read_object(catalog, from)?;
            *store.table_mut(object.index) = read_table(from, object)?;
        }
        for _ in 0..from.length()? {
            let (id, binned) = (from.id()?, read_binned(from)?);
            store.restore_binned(id, binned);
        }
        for _ in 0..from.length()? {
            let (id, records) = (from.id()?, read_records(catalog, from)?);
            store.restore_kept(id, records);
        }
        for _ in 0..from.length()? {
            store.undo.push(read_undo(catalog, from)?);
        }
        Ok(store)
    }
}

impl Table {
    /// A table with these chunks; `None` when their rows are not in the order that is claimed.
    fn restored(
        object: &SObjectDef,
        chunks: Vec<Chunk>,
        (created, auto_numbers): (u64, BTreeMap<Slot, u64>),
        in_order: bool,
    ) -> Option<Self> {
        let mut table = Self::new(object);
        table.created = created;
        table.auto_numbers = auto_numbers;
        let last = chunks.len().saturating_sub(1);
        let full = |(at, chunk): (usize, &Chunk)| at == last || chunk.len() == CHUNK_ROWS;
        if !chunks.iter().enumerate().all(full) {
            return None;
        }
        table.firsts = chunks.iter().map(|chunk| chunk.id_at(0)).collect();
        table.chunks = chunks.into_iter().map(Arc::new).collect();
        let rows: Vec<RowNo> = table.rows().collect();
        if in_order {
            let ids = || table.chunks.iter().flat_map(|chunk| chunk.ids());
            if !ids().zip(ids().skip(1)).all(|(one, next)| one < next) {
                return None;
            }
        } else {
            let by_id: Pages<_, _> = rows.iter().map(|row| (table.id_at(*row), *row)).collect();
            if by_id.len() != rows.len() {
                return None;
            }
            table.by_id = Some(by_id);
        }
        let deleted = |row: &&RowNo| {
            object.system.is_deleted.is_some_and(|slot| table.value(slot, **row) == ValueRef::Bool(true))
        };
        table.live = rows.len() - rows.iter().filter(deleted).count();
        table.len = rows.len();
        let indexes = object
            .fields
            .iter()
            .map(|field| if field.is_gone() { None } else { table.index_of(object, field) });
        table.indexes = indexes.collect();
        Some(table)
    }

    /// The counter of ids, and those of auto numbers.
    const fn counters(&self) -> (u64, &BTreeMap<Slot, u64>) {
        (self.created, &self.auto_numbers)
    }

    /// Whether the table is as it was made.
    fn is_untouched(&self) -> bool {
        self.chunks.is_empty() && self.created == 0 && self.auto_numbers.is_empty()
    }
}

fn write_table(out: &mut Writer, table: &Table, object: &SObjectDef) {
    let (created, auto_numbers) = table.counters();
    out.number(created);
    out.length(auto_numbers.len());
    for (slot, number) in auto_numbers {
        out.number(u64::from(slot.0));
        out.number(*number);
    }
    out.byte(u8::from(table.in_id_order()));
    out.length(table.chunks().len());
    for chunk in table.chunks() {
        write_chunk(out, chunk, object);
    }
}

fn read_table(from: &mut Reader<'_>, object: &SObjectDef) -> Result<Table, ImageError> {
    let created = from.number()?;
    let mut auto_numbers = BTreeMap::new();
    for _ in 0..from.length()? {
        auto_numbers.insert(read_slot(from, object)?, from.number()?);
    }
    let in_order = from.byte()? != 0;
    let mut chunks = Vec::new();
    for _ in 0..from.length()? {
        chunks.push(read_chunk(from, object)?);
    }
    Table::restored(object, chunks, (created, auto_numbers), in_order)
        .ok_or_else(|| ImageError::content(format_args!("the rows of {} are in disorder", object.name)))
}

fn write_chunk(out: &mut Writer, chunk: &Chunk, object: &SObjectDef) {
    out.length(chunk.len());
    let present = *chunk.present();
    write_bits(out, &present, chunk.len());
    chunk.ids().iter().for_each(|id| out.id(*id));
    let columns = || {
        let slots = object.fields.iter().map(|field| field.slot).filter(|slot| !chunk.is_id(*slot));
        slots.filter_map(|slot| Some((slot, chunk.column(slot)?))).filter(|(_, own)| !own.valid().is_empty())
    };
    out.length(columns().count());
    for (slot, column) in columns() {
        out.number(u64::from(slot.0));
        write_column(out, column, (&present, chunk.len()));
    }
}

fn read_chunk(from: &mut Reader<'_>, object: &SObjectDef) -> Result<Chunk, ImageError> {
    let rows = from.length()?;
    if rows == 0 || rows > CHUNK_ROWS {
        return Err(ImageError::content("a chunk has too many rows, or none"));
    }
    let present = read_bits(from, rows)?;
    let mut ids = Vec::with_capacity(rows);
    for _ in 0..rows {
        ids.push(from.id()?);
    }
    let mut chunk = Chunk::restored(object, &ids, &present);
    for _ in 0..from.length()? {
        let slot = read_slot(from, object)?;
        if chunk.is_id(slot) || chunk.column(slot).is_some() {
            return Err(ImageError::content("a column is there twice"));
        }
        let column = read_column(from, Column::new(object.at(slot)), (&present, rows))?;
        chunk.put_column(slot, column);
    }
    Ok(chunk)
}

/// The values of a column, without those of rows that are null.
fn write_column(out: &mut Writer, column: &Column, (present, rows): (&Bits, usize)) {
    let valid = column.valid();
    out.byte(u8::from(valid == present));
    if valid != present {
        write_bits(out, valid, rows);
    }
    let values = || valid.iter().map(|position| column.value(position));
    let kind = values().next().map_or(0, |first| type_of(&first));
    if values().any(|value| type_of(&value) != kind) {
        out.byte(MIXED);
        return values().for_each(|value| out.value(&value));
    }
    let Some(texts) = distinct(values()).filter(|texts| kind == TEXT && texts.len() * 2 <= valid.count())
    else {
        out.byte(kind);
        return values().for_each(|value| out.bare(&value));
    };
    out.byte(CODED);
    out.length(texts.len());
    texts.iter().for_each(|text| out.text(text));
    for value in values() {
        let code = texts.iter().position(|text| value.as_text() == Some(text));
        out.byte(code.unwrap_or_default() as u8);
    }
}

fn read_column(
    from: &mut Reader<'_>,
    mut column: Column,
    (present, rows): (&Bits, usize),
) -> Result<Column, ImageError> {
    let valid = if from.byte()? == 0 { read_bits(from, rows)? } else { *present };
    if !valid.and_not(present).is_empty() {
        return Err(ImageError::content("a row that is gone has values"));
    }
    let kind = from.byte()?;
    let mut texts: Vec<Value> = Vec::new();
    if kind == CODED {
        for _ in 0..from.length()? {
            texts.push(Value::Text(from.text()?.into()));
        }
    }
    for position in valid.iter() {
        let value = match kind {
            MIXED => from.value()?,
            CODED => texts
                .get(usize::from(from.byte()?))
                .cloned()
                .ok_or_else(|| ImageError::content("a text has a number of none"))?,
            kind => from.bare(kind)?,
        };
        if value.is_null() {
            return Err(ImageError::content("a value that is there is null"));
        }
        column.set(position, value);
    }
    Ok(column)
}

/// The distinct texts in the order in which they come first; `None` when they are too many.
fn distinct<'v>(values: impl Iterator<Item = ValueRef<'v>>) -> Option<Vec<&'v str>> {
    let mut texts: Vec<&str> = Vec::new();
    for value in values {
        let ValueRef::Text(text) = value else { return None };
        if !texts.contains(&text) {
            if texts.len() == MOST_CODES {
                return None;
            }
            texts.push(text);
        }
    }
    Some(texts)
}

fn write_bits(out: &mut Writer, bits: &Bits, rows: usize) {
    let byte = |at: usize| (0..8).fold(0, |all, bit| all | u8::from(bits.get(at * 8 + bit)) << bit);
    (0..rows.div_ceil(8)).for_each(|at| out.byte(byte(at)));
}

fn read_bits(from: &mut Reader<'_>, rows: usize) -> Result<Bits, ImageError> {
    let mut bits = Bits::none();
    for (at, byte) in from.raw(rows.div_ceil(8))?.iter().enumerate() {
        (0..8).filter(|bit| byte >> bit & 1 == 1).for_each(|bit| bits.set(at * 8 + bit));
    }
    match bits.iter().last() {
        Some(last) if last >= rows => Err(ImageError::content("there is a row behind the last one")),
        _ => Ok(bits),
    }
}

fn read_object<'c>(catalog: &'c Catalog, from: &mut Reader<'_>) -> Result<&'c SObjectDef, ImageError> {
    let object = usize::try_from(from.number()?).ok().and_then(|place| catalog.objects().get(place));
    object.ok_or_else(|| ImageError::content("there are records of an object that the org does not have"))
}

fn read_slot(from: &mut Reader<'_>, object: &SObjectDef) -> Result<Slot, ImageError> {
    let slot = u16::try_from(from.number()?).ok().filter(|slot| usize::from(*slot) < object.fields.len());
    slot.map(Slot).ok_or_else(|| {
        ImageError::content(format_args!("{} has values of a field that it does not have", object.name))
    })
}

fn write_binned(out: &mut Writer, Binned { root, at }: Binned) {
    out.id(root);
    out.signed(at.millis());
}

fn read_binned(from: &mut Reader<'_>) -> Result<Binned, ImageError> {
    Ok(Binned { root: from.id()?, at: Timestamp::from_millis(from.signed()?) })
}

fn write_record(out: &mut Writer, record: &Record) {
    out.id(record.id());
    out.values(record.values());
}

fn read_record(catalog: &Catalog, from: &mut Reader<'_>) -> Result<Record, ImageError> {
    let (id, values) = (from.id()?, from.values()?);
    let fits = |object: &SObjectDef| values.len() <= object.fields.len();
    match catalog.object_of(id) {
        Some(object) if !fits(object) => Err(ImageError::content("a record has too many values")),
        _ => Ok(Record::from_parts(id, values)),
    }
}

fn write_records(out: &mut Writer, records: &[Record]) {
    out.length(records.len());
    records.iter().for_each(|record| write_record(out, record));
}

fn read_records(catalog: &Catalog, from: &mut Reader<'_>) -> Result<Arc<[Record]>, ImageError> {
    let mut records = Vec::new();
    for _ in 0..from.length()? {
        records.push(read_record(catalog, from)?);
    }
    Ok(records.into())
}

fn write_undo(out: &mut Writer, undo: &Undo) {
    let head = |out: &mut Writer, kind: u8, object: &ObjectIndex| {
        out.byte(kind);
        out.number(u64::from(object.0));
    };
    match undo {
        Undo::Created { object, id } => {
            head(out, 0, object);
            out.id(*id);
        }
        Undo::Changed { object, id, before } => {
            head(out, 1, object);
            out.id(*id);
            out.length(before.len());
            for (slot, value) in before {
                out.number(u64::from(slot.0));
                out.value(&value.as_ref());
            }
        }
        Undo::Erased { object, before } => {
            head(out, 2, object);
            write_record(out, before);
        }
        Undo::Bin { id, before } => {
            out.byte(3);
            out.id(*id);
            out.byte(u8::from(before.is_some()));
            before.iter().for_each(|before| write_binned(out, *before));
        }
        Undo::Kept { id, before } => {
            out.byte(4);
            out.id(*id);
            out.byte(u8::from(before.is_some()));
            before.iter().for_each(|before| write_records(out, before));
        }
    }
}

fn read_undo(catalog: &Catalog, from: &mut Reader<'_>) -> Result<Undo, ImageError> {
    let kind = from.byte()?;
    Ok(match kind {
        0 => Undo::Created { object: read_object(catalog, from)?.index, id: from.id()? },
        1 => {
            let object = read_object(catalog, from)?;
            let id: RecordId = from.id()?;
            let mut before = Vec::new();
            for _ in 0..from.length()? {
                before.push((read_slot(from, object)?, from.value()?));
            }
            Undo::Changed { object: object.index, id, before: before.into() }
        }
        2 => Undo::Erased { object: read_object(catalog, from)?.index, before: read_record(catalog, from)? },
        3 => {
            let id = from.id()?;
            let before = if from.byte()? == 0 { None } else { Some(read_binned(from)?) };
            Undo::Bin { id, before }
        }
        4 => {
            let id = from.id()?;
            let before = if from.byte()? == 0 { None } else { Some(read_records(catalog, from)?) };
            Undo::Kept { id, before }
        }
        _ => return Err(ImageError::content("a change that could be undone is of no kind")),
    })
}
