//! Rows and pages of rows, written as they come.

use std::sync::Arc;

use mockorg_org::{ApiVersion, PageSink, QueryPage, RecordId, Row, ValueRef};

use super::{
    address::{id_text, write_address, write_record_address},
    value::write_value_ref,
};
use crate::json::JsonWriter;

/// Writes rows and pages of rows as query answers and subqueries show them.
pub(crate) struct RowWriter<'w> {
    w: &'w mut JsonWriter,
    version: ApiVersion,
    /// What stands before `sobjects` in the addresses of records.
    api: &'static str,
    /// The rows and pages that are open, the outermost first.
    open: Vec<Open>,
}

enum Open {
    Row(OpenRow),
    /// A page, whose rows have no names.
    Page,
}

struct OpenRow {
    object: Arc<str>,
    id: Option<RecordId>,
    columns: Arc<[Arc<str>]>,
    /// How many cells have been written.
    written: usize,
}

impl<'w> RowWriter<'w> {
    pub(crate) const fn new(w: &'w mut JsonWriter, version: ApiVersion) -> Self {
        Self { w, version, api: "", open: Vec::new() }
    }

    /// Writes rows as the Tooling API shows them.
    pub(crate) const fn tooling(w: &'w mut JsonWriter, version: ApiVersion) -> Self {
        Self { w, version, api: "/tooling", open: Vec::new() }
    }

    /// Writes the name of the next cell, if it belongs to a row.
    fn next_cell(&mut self) {
        if let Some(Open::Row(row)) = self.open.last_mut() {
            if let Some(column) = row.columns.get(row.written) {
                self.w.name(column);
            }
            row.written += 1;
        }
    }
}

impl PageSink for RowWriter<'_> {
    fn begin_page(&mut self, total_size: u64, next: Option<&str>) {
        self.next_cell();
        self.w.begin_object().key("totalSize").int(total_size).key("done").bool(next.is_none());
        if let Some(next) = next {
            self.w.key("nextRecordsUrl");
            write_address(self.w, self.version, &["/query/", next]);
        }
        self.w.key("records").begin_array();
        self.open.push(Open::Page);
    }

    fn end_page(&mut self) {
        self.open.pop();
        self.w.end_array().end_object();
    }

    fn begin_row(&mut self, object: &Arc<str>, id: Option<RecordId>, columns: &Arc<[Arc<str>]>) {
        self.next_cell();
        self.w.begin_object().key("attributes").begin_object();
        self.w.key("type").plain([&**object]);
        // Aggregate rows are no records and have no address.
        if let Some(id) = id {
            self.w.key("url");
            let id = id.to_18();
            write_address(self.w, self.version, &[self.api, "/sobjects/", object, "/", id_text(&id)]);
        }
        self.w.end_object();
        let row = OpenRow { object: Arc::clone(object), id, columns: Arc::clone(columns), written: 0 };
        self.open.push(Open::Row(row));
    }

    fn end_row(&mut self) {
        self.open.pop();
        self.w.end_object();
    }

    fn value(&mut self, value: ValueRef<'_>) {
        self.next_cell();
        write_value_ref(self.w, value);
    }

    fn compound(&mut self, parts: &mut dyn Iterator<Item = (&Arc<str>, ValueRef<'_>)>) {
        self.next_cell();
        self.w.begin_object();
        for (name, part) in parts {
            self.w.key(name);
            write_value_ref(self.w, part);
        }
        self.w.end_object();
    }

    fn blob_link(&mut self) {
        self.next_cell();
        let Some(Open::Row(row)) = self.open.last() else { return };
        let column = row.written.checked_sub(1).and_then(|index| row.columns.get(index));
        match (row.id, column) {
            (Some(id), Some(column)) => {
                let id = id.to_18();
                let rest = ["/sobjects/", &*row.object, "/", id_text(&id), "/", column];
                write_address(self.w, self.version, &rest);
            }
            _ => {
                self.w.null();
            }
        }
    }
}

/// Writes a row: `attributes` first, then its cells.
pub(crate) fn row(w: &mut JsonWriter, row: &Row, version: ApiVersion) {
    row.send(&mut RowWriter::new(w, version));
}

/// Writes a page of rows.
pub(crate) fn page(w: &mut JsonWriter, page: &QueryPage, version: ApiVersion) {
    page.send(&mut RowWriter::new(w, version));
}

/// Writes the recently used records: a bare list of rows.
pub(crate) fn recent(w: &mut JsonWriter, rows: &[Row], version: ApiVersion) {
    w.begin_array();
    rows.iter().for_each(|one| row(w, one, version));
    w.end_array();
}

/// Writes the addresses of the records that share an external id.
pub(crate) fn multiple_choices(w: &mut JsonWriter, object: &str, ids: &[RecordId], version: ApiVersion) {
    w.begin_array();
    for id in ids {
        write_record_address(w, version, object, *id);
    }
    w.end_array();
}

#[cfg(test)]
mod tests {
    use mockorg_org::{Cell, Value};
    use rust_decimal::Decimal;

    use super::*;
    use crate::json::JsonForm;

    fn version() -> ApiVersion {
        "62.0".parse().unwrap()
    }

    fn written(build: impl FnOnce(&mut JsonWriter)) -> String {
        let mut w = JsonWriter::new(JsonForm::Compact);
        build(&mut w);
        String::from_utf8(w.finish()).unwrap()
    }

    fn row_of(object: &str, id: Option<&str>, cells: Vec<(&str, Cell)>) -> Row {
        let columns: Vec<Arc<str>> = cells.iter().map(|(name, _)| Arc::from(*name)).collect();
        Row {
            object: object.into(),
            id: id.map(|id| id.parse().unwrap()),
            columns: columns.into(),
            cells: cells.into_iter().map(|(_, cell)| cell).collect(),
        }
    }

    const ID: &str = "001Da00000xnAk6IAE";

    #[test]
    fn a_row_carries_its_type_and_address_then_its_cells_in_order() {
        let owner = row_of("User", Some("0051a000000UGT8"), vec![("Name", Cell::Value("Ada".into()))]);
        let cells = vec![
            ("Name", Cell::Value("Acme".into())),
            ("AnnualRevenue", Cell::Value(Decimal::new(9, 0).into())),
            ("Owner", Cell::Row(Box::new(owner))),
            ("Parent", Cell::Value(Value::Null)),
        ];
        assert_eq!(
            written(|w| row(w, &row_of("Account", Some(ID), cells), version())),
            r#"{"attributes":{"type":"Account","url":"/services/data/v62.0/sobjects/Account/001Da00000xnAk6IAE"},"Name":"Acme","AnnualRevenue":9.0,"Owner":{"attributes":{"type":"User","url":"/services/data/v62.0/sobjects/User/0051a000000UGT8AAO"},"Name":"Ada"},"Parent":null}"#
        );
    }

    #[test]
    fn an_aggregate_row_has_no_address() {
        let aggregate = row_of("AggregateResult", None, vec![("expr0", Cell::Value(Value::Int(17)))]);
        assert_eq!(
            written(|w| row(w, &aggregate, version())),
            r#"{"attributes":{"type":"AggregateResult"},"expr0":17}"#
        );
    }

    #[test]
    fn blobs_are_addresses_and_empty_compounds_are_null() {
        let part = |value: Value| vec![("city".into(), value), ("street".into(), Value::Null)];
        let cells = vec![
            ("Body", Cell::BlobLink),
            ("BillingAddress", Cell::Compound(part("Oslo".into()))),
            ("ShippingAddress", Cell::Compound(part(Value::Null))),
        ];
        assert_eq!(
            written(|w| row(w, &row_of("Attachment", Some(ID), cells), version())),
            r#"{"attributes":{"type":"Attachment","url":"/services/data/v62.0/sobjects/Attachment/001Da00000xnAk6IAE"},"Body":"/services/data/v62.0/sobjects/Attachment/001Da00000xnAk6IAE/Body","BillingAddress":{"city":"Oslo","street":null},"ShippingAddress":null}"#
        );
    }

    #[test]
    fn a_page_that_is_not_the_last_names_the_next() {
        let children =
            QueryPage { total_size: 1, next: None, rows: vec![row_of("Contact", Some(ID), vec![])] };
        let rows = vec![row_of("Account", Some(ID), vec![("Contacts", Cell::Page(Box::new(children)))])];
        let answer = QueryPage { total_size: 3001, next: Some("01gRO0000016PIAYA2-2000".into()), rows };
        assert_eq!(
            written(|w| page(w, &answer, version())),
            r#"{"totalSize":3001,"done":false,"nextRecordsUrl":"/services/data/v62.0/query/01gRO0000016PIAYA2-2000","records":[{"attributes":{"type":"Account","url":"/services/data/v62.0/sobjects/Account/001Da00000xnAk6IAE"},"Contacts":{"totalSize":1,"done":true,"records":[{"attributes":{"type":"Contact","url":"/services/data/v62.0/sobjects/Contact/001Da00000xnAk6IAE"}}]}}]}"#
        );
    }

    #[test]
    fn cells_after_a_page_keep_their_names_and_its_rows_have_none() {
        let contacts =
            || QueryPage { total_size: 1, next: None, rows: vec![row_of("Contact", Some(ID), vec![])] };
        let cells = vec![
            ("Contacts", Cell::Page(Box::new(contacts()))),
            ("Others", Cell::Page(Box::new(contacts()))),
            ("Name", Cell::Value("Acme".into())),
        ];
        let contact = r#"{"attributes":{"type":"Contact","url":"/services/data/v62.0/sobjects/Contact/001Da00000xnAk6IAE"}}"#;
        let page = format!(r#"{{"totalSize":1,"done":true,"records":[{contact}]}}"#);
        let own = r#"{"type":"Account","url":"/services/data/v62.0/sobjects/Account/001Da00000xnAk6IAE"}"#;
        assert_eq!(
            written(|w| row(w, &row_of("Account", Some(ID), cells), version())),
            format!(r#"{{"attributes":{own},"Contacts":{page},"Others":{page},"Name":"Acme"}}"#)
        );
    }

    #[test]
    fn a_count_has_a_size_and_no_rows() {
        let count = QueryPage { total_size: 17, next: None, rows: Vec::new() };
        assert_eq!(written(|w| page(w, &count, version())), r#"{"totalSize":17,"done":true,"records":[]}"#);
    }

    #[test]
    fn several_matches_of_an_external_id_are_listed_as_addresses() {
        let ids = [ID.parse().unwrap()];
        assert_eq!(
            written(|w| multiple_choices(w, "Account", &ids, version())),
            r#"["/services/data/v62.0/sobjects/Account/001Da00000xnAk6IAE"]"#
        );
        let rows = [row_of("Account", Some(ID), vec![])];
        assert!(written(|w| recent(w, &rows, version())).starts_with(r#"[{"attributes":{"type":"Account""#));
    }
}
