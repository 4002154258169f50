//! Results of Bulk API 1.0: what became of records, and the rows that queries give, as CSV, JSON or XML.

use mockorg_org::{
    ApiError, Cell, RecordId, Row,
    bulk::{BulkJob, ClassicRows, Dialect, Outcomes, RowOutcome, row_error},
};

use super::classic::{CSV, NAMESPACE, Request, begin_root, document};
use crate::{
    answer::{APPLICATION_XML, Answer},
    encode,
    json::{JsonForm, JsonWriter},
    soap::text::{element, push_value},
};

/// What became of the records of a batch, in their order.
pub(super) fn outcomes(outcomes: &Outcomes, content_type: &str) -> Answer {
    let rows = outcomes.rows.iter().map(|row| match row {
        RowOutcome::Created(id) => (Some(*id), true, None),
        RowOutcome::Done(id) => (Some(*id), false, None),
        RowOutcome::Failed(place) => (None, false, outcomes.error(*place)),
    });
    match content_type {
        "JSON" => {
            let mut w = JsonWriter::new(JsonForm::Compact);
            w.begin_array();
            rows.for_each(|row| as_json(&mut w, row));
            w.end_array();
            Answer::json(200, w.finish())
        }
        "XML" => Answer::new(
            200,
            APPLICATION_XML,
            document(|out| {
                begin_root(out, "results");
                rows.for_each(|row| as_xml(out, row));
                out.push_str("</results>");
            }),
        ),
        _ => {
            let mut out = Vec::new();
            let dialect = Dialect::default();
            dialect.write_line(&mut out, ["Id", "Success", "Created", "Error"]);
            let word = |yes: bool| if yes { "true" } else { "false" };
            for (id, created, error) in rows {
                let id = id.map(|id| id.to_string()).unwrap_or_default();
                let text = error.map(row_error).unwrap_or_default();
                dialect.write_line(&mut out, [&*id, word(error.is_none()), word(created), &text]);
            }
            Answer::new(200, CSV, out)
        }
    }
}

type Outcome<'o> = (Option<RecordId>, bool, Option<&'o ApiError>);

fn as_json(w: &mut JsonWriter, (id, created, error): Outcome<'_>) {
    w.begin_object();
    w.name("success").bool(error.is_none());
    w.name("created").bool(created);
    w.name("id").optional(id.map(|id| id.to_string()).as_deref());
    w.name("errors").begin_array();
    if let Some(error) = error {
        w.begin_object();
        w.name("statusCode").string(error.code.as_str());
        w.name("message").optional(error.message.as_deref());
        w.name("fields").strings(&error.fields);
        w.name("extendedErrorDetails").null();
        w.end_object();
    }
    w.end_array();
    w.end_object();
}

fn as_xml(out: &mut String, (id, created, error): Outcome<'_>) {
    out.push_str("<result>");
    if let Some(error) = error {
        out.push_str("<errors>");
        error.fields.iter().for_each(|field| element(out, "fields", field));
        element(out, "message", error.message.as_deref().unwrap_or_default());
        element(out, "statusCode", error.code.as_str());
        out.push_str("</errors>");
    }
    if let Some(id) = id {
        element(out, "id", &id.to_string());
    }
    element(out, "success", if error.is_none() { "true" } else { "false" });
    element(out, "created", if created { "true" } else { "false" });
    out.push_str("</result>");
}

/// The results of a query batch.
pub(super) fn results(request: &Request<'_>, ids: &[RecordId]) -> Answer {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    request.print(
        200,
        |w| {
            w.strings(&ids);
        },
        |out| {
            begin_root(out, "result-list");
            ids.iter().for_each(|id| element(out, "result", id));
            out.push_str("</result-list>");
        },
    )
}

/// The rows of a query batch.
pub(super) fn rows(request: &Request<'_>, table: ClassicRows, job: &BulkJob) -> Answer {
    let page = match table {
        ClassicRows::Csv(pieces) => return Answer::in_pieces(200, CSV, pieces.into_iter()),
        ClassicRows::Page(page) => page,
    };
    if &*job.request.content_type == "JSON" {
        let mut w = request.exchange.writer();
        w.begin_array();
        page.rows.iter().for_each(|row| encode::row(&mut w, row, job.version));
        w.end_array();
        return Answer::json(200, w.finish());
    }
    let text = document(|out| {
        out.push_str("<queryResult xmlns=\"");
        out.push_str(NAMESPACE);
        out.push_str("\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">");
        page.rows.iter().for_each(|row| record(out, "records", row));
        out.push_str("</queryResult>");
    });
    Answer::new(200, APPLICATION_XML, text)
}

fn record(out: &mut String, name: &str, row: &Row) {
    out.push('<');
    out.push_str(name);
    out.push_str(" xsi:type=\"sObject\">");
    element(out, "type", &row.object);
    // The id comes first, and again where it is selected.
    if let Some(id) = row.id {
        element(out, "Id", &id.to_string());
    }
    for (column, cell) in row.columns.iter().zip(&row.cells) {
        match cell {
            Cell::Value(value) if value.is_null() => {
                out.push('<');
                out.push_str(column);
                out.push_str(" xsi:nil=\"true\"/>");
            }
            Cell::Value(value) => {
                out.push('<');
                out.push_str(column);
                out.push('>');
                push_value(out, value.as_ref());
                out.push_str("</");
                out.push_str(column);
                out.push('>');
            }
            Cell::Row(row) => record(out, column, row),
            // The org refuses queries that select these.
            Cell::Compound(_) | Cell::Page(_) | Cell::BlobLink => {}
        }
    }
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}
