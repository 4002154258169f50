//! Refusals of the control surface: what is wrong, and what to do.

use crate::{answer::Answer, exchange::Exchange};

/// A 400 with both.
pub(super) fn refuse(exchange: &Exchange<'_>, error: &str, hint: &str) -> Answer {
    let mut writer = exchange.writer();
    writer.begin_object().key("error").string(error).key("hint").string(hint).end_object();
    Answer::json(400, writer.finish())
}
