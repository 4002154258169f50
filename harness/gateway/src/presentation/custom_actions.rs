//! Custom invocable actions: no org here declares any.

use mockorg_org::{ApiError, ErrorCode};

use crate::{
    answer::Answer,
    encode,
    exchange::{Exchange, Failure},
};

/// The types of custom actions, with the first version that knows them.
const TYPES: &[(&str, u8)] = &[
    ("quickAction", 32),
    ("apex", 32),
    ("emailAlert", 32),
    ("flow", 32),
    ("sendNotification", 46),
    ("generatePromptResponse", 60),
];

/// `GET /actions/custom`.
pub(crate) fn custom_actions(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    exchange.authorize()?;
    let mut w = exchange.writer();
    w.begin_object();
    for (name, _) in TYPES.iter().filter(|(_, since)| *since <= exchange.version.number()) {
        w.key(name);
        encode::write_address(&mut w, exchange.version, &["/actions/custom/", name]);
    }
    w.end_object();
    Ok(Answer::json(200, w.finish()))
}

/// `GET /actions/custom/<type>`.
pub(crate) fn custom_actions_of(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    exchange.authorize()?;
    known(exchange)?;
    let mut w = exchange.writer();
    w.begin_object().key("actions").begin_array().end_array().end_object();
    Ok(Answer::json(200, w.finish()))
}

/// `GET` and `POST /actions/custom/<type>/<name>`.
pub(crate) fn custom_action(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    exchange.authorize()?;
    known(exchange)?;
    let name = exchange.param("rest");
    let name = name.rsplit('/').next().unwrap_or_default();
    Err(ApiError::resource(ErrorCode::NotFound, format!("Invalid Action Type: {name}")).into())
}

fn known(exchange: &Exchange<'_>) -> Result<(), ApiError> {
    let wanted = exchange.param("type");
    let version = exchange.version.number();
    let is_known = TYPES.iter().any(|(name, since)| name.eq_ignore_ascii_case(&wanted) && *since <= version);
    if is_known { Ok(()) } else { Err(ApiError::not_found()) }
}
