//! retrieve: records by their ids.

use mockorg_org::{ApiError, Call, ErrorCode, RecordId, Reply, Row};

use super::{
    query::{by_id, content},
    records::unknown_object,
    request::Request,
    rows::RowsWriter,
};

/// How many records one call reads.
const MOST: usize = 2000;

/// `retrieve`: one row for each id, nil where there is none.
pub(super) fn retrieve(request: &Request<'_>) -> Result<String, ApiError> {
    let ids = request.list("ids", MOST)?;
    let (object, list) = (request.argument("sObjectType"), request.argument("fieldList"));
    let fields: Vec<Box<str>> =
        list.split(',').map(str::trim).filter(|name| !name.is_empty()).map(Into::into).collect();
    if fields.is_empty() {
        return Err(ApiError::exception(ErrorCode::MissingArgument, "fieldList is required"));
    }
    let catalog = request.catalog();
    if catalog.find(object, request.version).is_none() {
        return Err(unknown_object(object));
    }
    for id in &ids {
        if id.parse::<RecordId>().is_err() {
            return Err(ApiError::exception(ErrorCode::MalformedId, format!("malformed id {id}")));
        }
    }
    let with_id = fields.iter().any(|name| name.eq_ignore_ascii_case("Id"));
    let calls = ids.iter().map(|id| Call::Retrieve {
        object: object.into(),
        key: by_id(id),
        fields: Some(fields.clone()),
    });
    let calls = calls.collect();
    request.perform(|caller| {
        let outcomes = caller.together(calls, false)?;
        let mut writer = RowsWriter::new(request.wsdl, "result");
        for outcome in outcomes {
            match outcome {
                Ok(Reply::Row(row)) if with_id => writer.row(&row),
                Ok(Reply::Row(row)) => writer.row(&without_id(*row)),
                Ok(_) => return Err(ApiError::not_found()),
                Err(error) if error.code == ErrorCode::NotFound => writer.missing(),
                Err(error) => return Err(error),
            }
        }
        writer.finish(|place| content(caller, &place))
    })
}

/// The row without the id that was not asked for, which rows of the org end with.
fn without_id(mut row: Row) -> Row {
    if row.columns.last().is_some_and(|column| &**column == "Id") {
        row.columns = row.columns.iter().take(row.columns.len() - 1).cloned().collect();
        row.cells.pop();
    }
    row
}
