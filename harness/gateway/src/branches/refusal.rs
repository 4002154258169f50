//! What is told of a branch that does not exist.

use crate::{
    Gateway,
    answer::{Answer, HttpResponse},
    json::{JsonForm, JsonWriter},
};

/// The answer to a request for a branch that does not exist.
pub(super) fn unknown(gateway: &Gateway, name: &str) -> HttpResponse {
    let mut writer = JsonWriter::new(JsonForm::Compact);
    writer.begin_object().key("error").string(&format!("there is no branch {name}"));
    writer.key("hint").string("GET /__mockorg/branches lists them, POST makes one").end_object();
    Answer::json(404, writer.finish()).finish(gateway.next_request(), None, None)
}
