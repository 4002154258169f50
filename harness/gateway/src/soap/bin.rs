//! delete, undelete, emptyRecycleBin.

use mockorg_org::{ApiError, Call, ErrorCode, RecordId, Reply};

use super::{
    query::by_id,
    request::Request,
    results::{Outcome, of_record, push_result, refusal, rolled_back},
    save::MOST,
};

/// `delete`.
pub(super) fn delete(request: &Request<'_>) -> Result<String, ApiError> {
    let ids = request.list("ids", MOST)?;
    let catalog = request.catalog();
    let all_or_none = request.headers.all_or_none;
    let mut calls = Vec::with_capacity(ids.len());
    let mut places = Vec::with_capacity(ids.len());
    for id in &ids {
        let parsed =
            id.parse::<RecordId>().map_err(|_| refusal(ErrorCode::MalformedId, format!("malformed id {id}")));
        let place = parsed.and_then(|parsed| {
            let object = catalog.object_of(parsed).ok_or_else(invalid)?;
            calls.push(Call::Delete { object: (&*object.name).into(), key: by_id(id) });
            Ok(parsed)
        });
        places.push(place);
    }
    let refused = places.iter().any(Result::is_err);
    let replies: Vec<Result<(), ApiError>> = request.perform(|caller| {
        if refused && all_or_none {
            return Ok(calls.iter().map(|_| Err(rolled_back())).collect());
        }
        let replies = caller.together(calls, all_or_none)?;
        Ok(replies.into_iter().map(|reply| reply.map(|_| ()).map_err(of_record)).collect())
    })?;
    let mut replies = replies.into_iter();
    let outcomes = places.into_iter().map(|place| {
        let id = place?;
        replies.next().unwrap_or_else(|| Err(invalid())).map(|()| id)
    });
    Ok(text_of(outcomes))
}

/// `undelete`.
pub(super) fn undelete(request: &Request<'_>) -> Result<String, ApiError> {
    let ids = request.list("ids", MOST)?;
    each(request, Call::Undelete { ids })
}

/// `emptyRecycleBin`.
pub(super) fn empty(request: &Request<'_>) -> Result<String, ApiError> {
    let ids = request.list("ids", MOST)?;
    each(request, Call::EmptyRecycleBin { ids })
}

/// Performs a call that tells the outcome of each record.
fn each(request: &Request<'_>, call: Call) -> Result<String, ApiError> {
    let outcomes = request.perform(|caller| {
        let start = caller.mark();
        let mut outcomes = match caller.call(call)? {
            Reply::Undeleted(outcomes) | Reply::Emptied(outcomes) => outcomes,
            _ => return Err(ApiError::not_found()),
        };
        if request.headers.all_or_none && outcomes.iter().any(Result::is_err) {
            caller.return_to(start);
            for outcome in outcomes.iter_mut().filter(|outcome| outcome.is_ok()) {
                *outcome = Err(rolled_back());
            }
        }
        Ok(outcomes)
    })?;
    Ok(text_of(outcomes.into_iter()))
}

fn text_of(outcomes: impl Iterator<Item = Result<RecordId, ApiError>>) -> String {
    let mut text = String::new();
    for outcome in outcomes {
        push_result(&mut text, &Outcome::from(outcome));
    }
    text
}

fn invalid() -> ApiError {
    refusal(ErrorCode::InvalidCrossReferenceKey, "invalid cross reference id")
}
