//! getDeleted and getUpdated.

use mockorg_org::{ApiError, Call, ErrorCode, Reply};

use super::{
    records::unknown_object,
    request::Request,
    text::{element, instant},
};

/// `getDeleted`.
pub(super) fn deleted(request: &Request<'_>) -> Result<String, ApiError> {
    let (object, window) = window(request);
    let reply = request.call(Call::Deleted { object, window }).map_err(|error| about(request, error))?;
    let Reply::Deleted { records, earliest_date_available, latest_date_covered } = reply else {
        return Err(ApiError::not_found());
    };
    let mut text = String::from("<result>");
    for (id, at) in records {
        text.push_str("<deletedRecords>");
        element(&mut text, "deletedDate", &instant(at));
        element(&mut text, "id", &id.to_string());
        text.push_str("</deletedRecords>");
    }
    element(&mut text, "earliestDateAvailable", &instant(earliest_date_available));
    element(&mut text, "latestDateCovered", &instant(latest_date_covered));
    text.push_str("</result>");
    Ok(text)
}

/// `getUpdated`.
pub(super) fn updated(request: &Request<'_>) -> Result<String, ApiError> {
    let (object, window) = window(request);
    let reply = request.call(Call::Updated { object, window }).map_err(|error| about(request, error))?;
    let Reply::Updated { ids, latest_date_covered } = reply else { return Err(ApiError::not_found()) };
    let mut text = String::from("<result>");
    for id in ids {
        element(&mut text, "ids", &id.to_string());
    }
    element(&mut text, "latestDateCovered", &instant(latest_date_covered));
    text.push_str("</result>");
    Ok(text)
}

type Window = (Box<str>, (Box<str>, Box<str>));

fn window(request: &Request<'_>) -> Window {
    let argument = |name| Box::from(request.argument(name));
    (argument("sObjectType"), (argument("startDate"), argument("endDate")))
}

fn about(request: &Request<'_>, error: ApiError) -> ApiError {
    match error.code {
        ErrorCode::NotFound => unknown_object(request.argument("sObjectType")),
        _ => error,
    }
}
