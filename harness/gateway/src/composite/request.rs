//! `/composite`: up to 25 requests in one transaction, which may refer to each other.

use mockorg_org::{ApiError, ErrorCode};

use super::{
    address,
    body::Members,
    resource::Resource,
    run::{Outcome, run, write},
    subrequest::{Subrequest, read_list},
};
use crate::{
    answer::Answer,
    exchange::{Exchange, Failure, Holding},
};

/// How many subrequests one request may hold.
const MOST: usize = 25;
/// How many of them may be queries or collections.
const MOST_HEAVY: usize = 5;
/// The resources beneath this one, with their first versions.
const RESOURCES: [(&str, u8); 4] = [("tree", 34), ("batch", 34), ("sobjects", 42), ("graph", 50)];
/// The first version of composite requests.
const SINCE: u8 = 38;

/// `GET /composite`.
pub(crate) fn resources(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    exchange.authorize()?;
    let version = exchange.version;
    let mut writer = exchange.writer();
    writer.begin_object();
    for (name, _) in RESOURCES.iter().filter(|(_, since)| *since <= version.number()) {
        writer.key(name).display(format_args!("/services/data/v{version}/composite/{name}"));
    }
    writer.end_object();
    Ok(Answer::json(200, writer.finish()))
}

/// `POST /composite`.
pub(crate) fn composite(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    if exchange.version.number() < SINCE {
        return Err(ApiError::not_found().into());
    }
    let mut members = Members::of_body(exchange.record_body()?);
    let all_or_none = members.flag("allOrNone")?;
    // What is collated is answered as if it were not; only the order of execution is not promised.
    members.flag("collateSubrequests")?;
    let (list, at) = members.needed_list("compositeRequest")?;
    members.end()?;
    if list.len() > MOST {
        return over_limit(exchange, MOST, "operations");
    }
    let mut subrequests = read_list(list, at, exchange.version)?;
    if subrequests.iter().filter(|one| is_heavy(one)).count() > MOST_HEAVY {
        return over_limit(exchange, MOST_HEAVY, "query or sObject Collections operations");
    }
    let outcomes = exchange.in_transaction(|org, now, _| {
        let holding = Holding::new(org, now);
        Ok::<_, ApiError>(run(exchange, &holding, &mut subrequests, all_or_none).0)
    })?;
    let mut writer = exchange.writer();
    write(&mut writer, &outcomes, subrequests.iter().map(|one| Some(&*one.reference)));
    Ok(Answer::json(200, writer.finish()))
}

fn is_heavy(subrequest: &Subrequest) -> bool {
    let uri = address::uri(&subrequest.url);
    uri.is_some_and(|uri| Resource::of(uri.path()).is_some_and(|resource| resource.is_heavy()))
}

/// A request with too many subrequests has one result, which belongs to none of them.
fn over_limit(exchange: &Exchange<'_>, most: usize, what: &str) -> Result<Answer, Failure> {
    exchange.authorize()?;
    let message = format!("The request can’t contain more than {most} {what}.");
    let error = ApiError::resource(ErrorCode::LimitExceeded, message);
    let mut writer = exchange.writer();
    write(&mut writer, &[Outcome::refused(exchange, error)], [None]);
    Ok(Answer::json(200, writer.finish()))
}
