//! Answers of the Tooling API.

use mockorg_org::{ApiVersion, QueryPage, RecordId, Row};

use super::{
    address::{write_address, write_id},
    row::RowWriter,
};
use crate::json::JsonWriter;

/// Writes the answer of a create call.
pub(crate) fn tooling_saved(w: &mut JsonWriter, id: RecordId) {
    w.begin_object().key("id");
    write_id(w, id).key("success").bool(true);
    for list in ["errors", "warnings", "infos"] {
        w.key(list).begin_array().end_array();
    }
    w.end_object();
}

/// Writes a record.
pub(crate) fn tooling_row(w: &mut JsonWriter, row: &Row, version: ApiVersion) {
    row.send(&mut RowWriter::tooling(w, version));
}

/// Writes a page of a query.
pub(crate) fn tooling_page(w: &mut JsonWriter, page: &QueryPage, entity: &str, version: ApiVersion) {
    w.begin_object().key("size").int(page.rows.len() as i128).key("totalSize").int(page.total_size);
    w.key("done").bool(page.next.is_none());
    match &page.next {
        Some(next) => {
            let locator = next.split('-').next().unwrap_or_default();
            w.key("queryLocator").string(locator).key("nextRecordsUrl");
            write_address(w, version, &["/tooling/query/", next]);
        }
        None => {
            w.key("queryLocator").null();
        }
    }
    w.key("entityTypeName").string(entity).key("records").begin_array();
    page.rows.iter().for_each(|row| tooling_row(w, row, version));
    w.end_array().end_object();
}
