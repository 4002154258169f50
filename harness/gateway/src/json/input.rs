//! Values that were read, written again.

use mockorg_org::Input;

use super::JsonWriter;

/// Writes a value as it was read.
pub(crate) fn write_input(writer: &mut JsonWriter, value: &Input) {
    match value {
        Input::Null | Input::Blob(_) => {
            writer.null();
        }
        Input::Bool(value) => {
            writer.bool(*value);
        }
        Input::Number(text) => {
            writer.raw(|out| out.extend_from_slice(text.as_bytes()));
        }
        Input::Text(text) => {
            writer.string(text);
        }
        Input::Object(members) => {
            writer.begin_object();
            members.iter().for_each(|member| write_input(writer.key(&member.name), &member.value));
            writer.end_object();
        }
        Input::Array(items) => {
            writer.begin_array();
            items.iter().for_each(|item| write_input(writer, item));
            writer.end_array();
        }
    }
}
