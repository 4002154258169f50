//! query, queryAll, queryMore, search.

use mockorg_org::{ApiError, Call, RecordKey, Reply};

use super::{
    request::{Caller, Request},
    rows::{BlobPlace, RowsWriter},
};
use base64::{Engine, engine::general_purpose::STANDARD};

/// `query`.
pub(super) fn query(request: &Request<'_>) -> Result<String, ApiError> {
    run(request, false)
}

/// `queryAll`.
pub(super) fn query_all(request: &Request<'_>) -> Result<String, ApiError> {
    run(request, true)
}

/// `queryMore`.
pub(super) fn query_more(request: &Request<'_>) -> Result<String, ApiError> {
    let locator = request.argument("queryLocator").into();
    page(request, Call::QueryMore { locator, batch_size: request.headers.batch_size })
}

fn run(request: &Request<'_>, all: bool) -> Result<String, ApiError> {
    let soql = request.argument("queryString").into();
    page(request, Call::Query { soql, all, batch_size: request.headers.batch_size })
}

fn page(request: &Request<'_>, call: Call) -> Result<String, ApiError> {
    request.perform(|caller| {
        let mut writer = RowsWriter::new(request.wsdl, "result");
        match caller.call_into(call, &mut writer)? {
            Reply::Sent => {}
            // The Tooling API gives whole pages.
            Reply::Page(page) => page.send(&mut writer),
            _ => return Err(ApiError::not_found()),
        }
        writer.finish(|place| content(caller, &place))
    })
}

/// `search`.
pub(super) fn search(request: &Request<'_>) -> Result<String, ApiError> {
    let sosl = request.argument("searchString").into();
    request.perform(|caller| {
        let Reply::SearchResult(found) = caller.call(Call::Search { sosl })? else {
            return Err(ApiError::not_found());
        };
        let mut text = String::from("<result>");
        for row in &found.rows {
            let mut writer = RowsWriter::new(request.wsdl, "record");
            writer.row(row);
            text.push_str("<searchRecords>");
            text.push_str(&writer.finish(|place| content(caller, &place))?);
            text.push_str("</searchRecords>");
        }
        text.push_str("</result>");
        Ok(text)
    })
}

/// The content of a blob, as answers hold it.
pub(super) fn content(caller: &mut Caller<'_>, place: &BlobPlace) -> Result<String, ApiError> {
    let call = Call::RetrieveBlob {
        object: (&*place.object).into(),
        id: place.id.to_string().into(),
        field: (&*place.field).into(),
    };
    match caller.call(call)? {
        Reply::Blob { content, .. } => Ok(STANDARD.encode(&content)),
        _ => Err(ApiError::not_found()),
    }
}

/// A record by its id.
pub(super) fn by_id(id: &str) -> RecordKey {
    RecordKey::Id(id.into())
}
