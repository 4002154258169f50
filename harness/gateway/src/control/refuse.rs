//! Refusals of the control surface: what is wrong, and what to do.

use crate::{
    answer::Answer,
    errors,
    exchange::{Exchange, Failure},
};

/// A 400 with both.
pub(super) fn refuse(exchange: &Exchange<'_>, error: &str, hint: &str) -> Answer {
    refuse_with(exchange, 400, error, hint)
}

/// A refusal by what the surface has in common with the API, such as a body in an unknown coding.
pub(crate) fn refuse_failure(exchange: &Exchange<'_>, failure: &Failure) -> Answer {
    let status = failure.status.unwrap_or_else(|| errors::status(&failure.error));
    let error = failure.error.message.as_deref().unwrap_or_else(|| failure.error.code.as_str());
    refuse_with(exchange, status, error, "send JSON as it is, or compressed with gzip or deflate")
}

/// A refusal with both and another status.
pub(crate) fn refuse_with(exchange: &Exchange<'_>, status: u16, error: &str, hint: &str) -> Answer {
    let mut writer = exchange.writer();
    writer.begin_object().key("error").string(error).key("hint").string(hint).end_object();
    Answer::json(status, writer.finish())
}
