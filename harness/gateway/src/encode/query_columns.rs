//! The columns of queries.

use mockorg_org::{QueryColumn, QueryColumns};

use crate::json::JsonWriter;

/// Writes what the columns of a query are.
pub(crate) fn query_columns(w: &mut JsonWriter, columns: &QueryColumns) {
    w.begin_object().key("columnMetadata");
    write_columns(w, &columns.columns);
    w.key("entityName").string(&columns.entity_name);
    w.key("groupBy").bool(columns.group_by);
    w.key("idSelected").bool(columns.id_selected);
    w.key("keyPrefix").optional(columns.key_prefix.as_deref()).end_object();
}

fn write_columns(w: &mut JsonWriter, columns: &[QueryColumn]) {
    w.begin_array();
    for column in columns {
        w.begin_object().key("aggregate").bool(column.aggregate);
        w.key("apexType").optional(column.apex_type.as_deref());
        w.key("booleanType").bool(column.boolean_type);
        w.key("columnName").string(&column.column_name);
        w.key("custom").bool(column.custom);
        w.key("displayName").string(&column.display_name);
        w.key("foreignKeyName").optional(column.foreign_key_name.as_deref());
        w.key("insertable").bool(column.insertable).key("joinColumns");
        write_columns(w, &column.join_columns);
        w.key("numberType").bool(column.number_type);
        w.key("textType").bool(column.text_type);
        w.key("updatable").bool(column.updatable).end_object();
    }
    w.end_array();
}
