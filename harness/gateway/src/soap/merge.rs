//! merge: up to three records become one, in several requests at once.

use mockorg_org::{ApiError, Call, ErrorCode, MergeRequest, Reply};

use super::{
    records::RecordReader,
    request::{Request, within},
    results::{of_record, push_error, refusal, rolled_back},
    save::MOST,
    text::{element, nil},
};

/// `merge`.
pub(super) fn merge(request: &Request<'_>) -> Result<String, ApiError> {
    let requests = |name| request.operation.all(name);
    // The WSDL names the element `request`; jsforce names it otherwise and is understood.
    let elements: Vec<_> = requests("request").chain(requests("mergeRequests")).collect();
    within(elements.len(), MOST)?;
    let catalog = request.catalog();
    let truncate = request.headers.allow_truncation;
    let reader = RecordReader { catalog: &catalog, version: request.version, truncate };
    let mut calls = Vec::with_capacity(elements.len());
    let mut refusals: Vec<Option<ApiError>> = Vec::with_capacity(elements.len());
    for merge in elements {
        let Some(master) = merge.child("masterRecord") else {
            refusals.push(Some(refusal(ErrorCode::MissingArgument, "masterRecord is required")));
            continue;
        };
        let record = reader.record(master)?;
        let Some(id) = record.id else {
            refusals.push(Some(refusal(ErrorCode::MissingArgument, "Id not specified in an update call")));
            continue;
        };
        refusals.push(None);
        calls.push(Call::Merge(Box::new(MergeRequest {
            object: record.object,
            master: id,
            fields: record.fields,
            merged: merge.texts("recordToMergeIds"),
        })));
    }
    let all_or_none = request.headers.all_or_none;
    let refused = refusals.iter().any(Option::is_some);
    let replies = request.perform(|caller| {
        if refused && all_or_none {
            return Ok(calls.iter().map(|_| Err(rolled_back())).collect());
        }
        caller.together(calls, all_or_none)
    })?;
    let mut replies = replies.into_iter();
    let mut text = String::new();
    for refused in refusals {
        let reply = match refused {
            Some(error) => Err(error),
            None => replies.next().unwrap_or_else(|| Err(ApiError::not_found())),
        };
        push_merge(&mut text, reply);
    }
    Ok(text)
}

fn push_merge(text: &mut String, reply: Result<Reply, ApiError>) {
    text.push_str("<result>");
    match reply {
        Ok(Reply::Merged(merge)) => {
            element(text, "id", &merge.id.to_string());
            for id in &merge.merged {
                element(text, "mergedRecordIds", &id.to_string());
            }
            element(text, "success", "true");
            for id in &merge.updated_related {
                element(text, "updatedRelatedIds", &id.to_string());
            }
        }
        other => {
            let error = other.err().unwrap_or_else(ApiError::not_found);
            push_error(text, &of_record(error));
            nil(text, "id");
            element(text, "success", "false");
        }
    }
    text.push_str("</result>");
}
