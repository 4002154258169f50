//! Records as SOAP answers show them: in the generic form of the partner WSDL, or typed as in the enterprise WSDL.

use std::sync::Arc;

use mockorg_org::{PageSink, RecordId, Row, ValueRef};

use super::{
    text::{push_value, schema_type},
    wsdl::Wsdl,
};

/// A blob that an answer holds: its record and field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BlobPlace {
    pub(super) object: Arc<str>,
    pub(super) id: RecordId,
    pub(super) field: Arc<str>,
}

/// Writes rows and pages of rows.
///
/// Contents of blobs are read apart from rows, so the text is kept in pieces between which they go.
pub(super) struct RowsWriter {
    wsdl: Wsdl,
    /// The element of the outermost page or row.
    name: &'static str,
    out: String,
    pieces: Vec<(String, BlobPlace)>,
    open: Vec<Open>,
}

enum Open {
    Row(OpenRow),
    /// A page: its element, and its size, which follows its rows.
    Page(String, u64),
}

struct OpenRow {
    element: String,
    object: Arc<str>,
    id: Option<RecordId>,
    columns: Arc<[Arc<str>]>,
    written: usize,
    /// Whether no field of an object says the types of its cells.
    aggregate: bool,
}

impl RowsWriter {
    /// A writer whose outermost element has this name.
    pub(super) const fn new(wsdl: Wsdl, name: &'static str) -> Self {
        Self { wsdl, name, out: String::new(), pieces: Vec::new(), open: Vec::new() }
    }

    /// Writes one row.
    pub(super) fn row(&mut self, row: &Row) {
        row.send(self);
    }

    /// Writes a nil element in the place of a row.
    pub(super) fn missing(&mut self) {
        self.out.push('<');
        self.out.push_str(self.name);
        self.out.push_str(" xsi:nil=\"true\"/>");
    }

    /// The text, with `read` giving the content of each blob.
    pub(super) fn finish<E>(self, mut read: impl FnMut(BlobPlace) -> Result<String, E>) -> Result<String, E> {
        let mut text = String::with_capacity(self.out.len());
        for (before, place) in self.pieces {
            text.push_str(&before);
            text.push_str(&read(place)?);
        }
        text.push_str(&self.out);
        Ok(text)
    }

    /// The element of the next cell, row or page.
    fn next_name(&mut self) -> String {
        match self.open.last_mut() {
            None => self.name.to_owned(),
            Some(Open::Page(..)) => "records".to_owned(),
            Some(Open::Row(row)) => {
                let column = row.columns.get(row.written).map_or("", |column| &**column);
                row.written += 1;
                format!("sf:{column}")
            }
        }
    }

    fn is_aggregate(&self) -> bool {
        matches!(self.open.last(), Some(Open::Row(row)) if row.aggregate)
    }

    fn push(&mut self, pieces: &[&str]) {
        pieces.iter().for_each(|piece| self.out.push_str(piece));
    }
}

impl PageSink for RowsWriter {
    fn begin_page(&mut self, total_size: u64, next: Option<&str>) {
        let name = self.next_name();
        let kind = if self.open.is_empty() && self.wsdl == Wsdl::Enterprise {
            ""
        } else {
            " xsi:type=\"QueryResult\""
        };
        let done = if next.is_none() { "true" } else { "false" };
        self.push(&["<", &name, kind, "><done>", done, "</done>"]);
        match next {
            Some(next) => self.push(&["<queryLocator>", next, "</queryLocator>"]),
            None => self.out.push_str("<queryLocator xsi:nil=\"true\"/>"),
        }
        self.open.push(Open::Page(name, total_size));
    }

    fn end_page(&mut self) {
        if let Some(Open::Page(name, size)) = self.open.pop() {
            self.push(&["<size>", &size.to_string(), "</size></", &name, ">"]);
        }
    }

    fn begin_row(&mut self, object: &Arc<str>, id: Option<RecordId>, columns: &Arc<[Arc<str>]>) {
        let element = self.next_name();
        match self.wsdl {
            Wsdl::Enterprise => self.push(&["<", &element, " xsi:type=\"sf:", object, "\">"]),
            Wsdl::Partner | Wsdl::Tooling => {
                self.push(&["<", &element, " xsi:type=\"sf:sObject\"><sf:type>", object, "</sf:type>"]);
            }
        }
        let selected = columns.iter().any(|column| &**column == "Id");
        match id.filter(|_| selected) {
            // The enterprise form has the selected one alone.
            Some(_) if self.wsdl == Wsdl::Enterprise => {}
            Some(id) => self.push(&["<sf:Id>", &id.to_string(), "</sf:Id>"]),
            None => self.out.push_str("<sf:Id xsi:nil=\"true\"/>"),
        }
        self.open.push(Open::Row(OpenRow {
            element,
            object: Arc::clone(object),
            id,
            columns: Arc::clone(columns),
            written: 0,
            aggregate: id.is_none(),
        }));
    }

    fn end_row(&mut self) {
        if let Some(Open::Row(row)) = self.open.pop() {
            self.push(&["</", &row.element, ">"]);
        }
    }

    fn value(&mut self, value: ValueRef<'_>) {
        let aggregate = self.is_aggregate();
        let name = self.next_name();
        if value.is_null() {
            return self.push(&["<", &name, " xsi:nil=\"true\"/>"]);
        }
        if aggregate {
            self.push(&["<", &name, " xsi:type=\"", schema_type(value), "\">"]);
        } else {
            self.push(&["<", &name, ">"]);
        }
        push_value(&mut self.out, value);
        self.push(&["</", &name, ">"]);
    }

    fn compound(&mut self, parts: &mut dyn Iterator<Item = (&Arc<str>, ValueRef<'_>)>) {
        let name = self.next_name();
        let mut rest = String::new();
        let (mut latitude, mut longitude) = (String::new(), String::new());
        let mut kind = "location";
        for (part, value) in parts {
            // A location is what an address begins with.
            let out = match &**part {
                "latitude" => &mut latitude,
                "longitude" => &mut longitude,
                _ => {
                    kind = "address";
                    &mut rest
                }
            };
            if value.is_null() {
                super::text::nil(out, part);
            } else {
                super::text::begin(out, part);
                push_value(out, value);
                super::text::end(out, part);
            }
        }
        self.push(&["<", &name, " xsi:type=\"", kind, "\">", &latitude, &longitude, &rest, "</", &name, ">"]);
    }

    fn blob_link(&mut self) {
        let name = self.next_name();
        let place = match self.open.last() {
            Some(Open::Row(row)) => row.id.and_then(|id| {
                let field = row.written.checked_sub(1).and_then(|index| row.columns.get(index))?;
                Some(BlobPlace { object: Arc::clone(&row.object), id, field: Arc::clone(field) })
            }),
            _ => None,
        };
        let Some(place) = place else { return self.push(&["<", &name, " xsi:nil=\"true\"/>"]) };
        self.push(&["<", &name, ">"]);
        self.pieces.push((std::mem::take(&mut self.out), place));
        self.push(&["</", &name, ">"]);
    }
}

#[cfg(test)]
mod tests {
    use mockorg_org::{Cell, QueryPage, Value};

    use super::*;

    const ID: &str = "001Da00000xnAk6IAE";

    fn row_of(object: &str, id: Option<&str>, cells: Vec<(&str, Cell)>) -> Row {
        let columns: Vec<Arc<str>> = cells.iter().map(|(name, _)| Arc::from(*name)).collect();
        Row {
            object: object.into(),
            id: id.map(|id| id.parse().unwrap()),
            columns: columns.into(),
            cells: cells.into_iter().map(|(_, cell)| cell).collect(),
        }
    }

    fn written(wsdl: Wsdl, page: &QueryPage) -> String {
        let mut writer = RowsWriter::new(wsdl, "result");
        page.send(&mut writer);
        writer.finish(|place| Ok::<_, ()>(format!("[{}]", place.field))).unwrap()
    }

    fn page(rows: Vec<Row>) -> QueryPage {
        QueryPage { total_size: rows.len() as u64, next: None, rows }
    }

    #[test]
    fn partner_records_name_their_type_and_their_selected_id_twice() {
        let owner = row_of("User", Some("0051a000000UGT8"), vec![("Name", Cell::Value("Ada".into()))]);
        let row = row_of(
            "Account",
            Some(ID),
            vec![
                ("Id", Cell::Value(Value::Id(ID.parse().unwrap()))),
                ("Fax", Cell::Value(Value::Null)),
                ("Owner", Cell::Row(Box::new(owner))),
                ("Contacts", Cell::Page(Box::new(page(vec![])))),
            ],
        );
        assert_eq!(
            written(Wsdl::Partner, &page(vec![row])),
            "<result xsi:type=\"QueryResult\"><done>true</done><queryLocator xsi:nil=\"true\"/>\
             <records xsi:type=\"sf:sObject\"><sf:type>Account</sf:type><sf:Id>001Da00000xnAk6IAE</sf:Id>\
             <sf:Id>001Da00000xnAk6IAE</sf:Id><sf:Fax xsi:nil=\"true\"/><sf:Owner xsi:type=\"sf:sObject\">\
             <sf:type>User</sf:type><sf:Id xsi:nil=\"true\"/><sf:Name>Ada</sf:Name></sf:Owner>\
             <sf:Contacts xsi:type=\"QueryResult\"><done>true</done><queryLocator xsi:nil=\"true\"/><size>0</size>\
             </sf:Contacts></records><size>1</size></result>"
        );
    }

    #[test]
    fn enterprise_records_are_typed_and_blobs_are_put_in() {
        let cells = vec![("Id", Cell::Value(Value::Id(ID.parse().unwrap()))), ("Body", Cell::BlobLink)];
        assert_eq!(
            written(Wsdl::Enterprise, &page(vec![row_of("Attachment", Some(ID), cells)])),
            "<result><done>true</done><queryLocator xsi:nil=\"true\"/><records xsi:type=\"sf:Attachment\">\
             <sf:Id>001Da00000xnAk6IAE</sf:Id><sf:Body>[Body]</sf:Body></records><size>1</size></result>"
        );
    }

    #[test]
    fn cells_of_aggregates_say_their_type() {
        let row = row_of("AggregateResult", None, vec![("expr0", Cell::Value(Value::Int(17)))]);
        assert!(
            written(Wsdl::Partner, &page(vec![row])).contains("<sf:expr0 xsi:type=\"xsd:int\">17</sf:expr0>")
        );
    }
}
