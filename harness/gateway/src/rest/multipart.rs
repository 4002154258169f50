//! `multipart/form-data`: a record in JSON and the raw content of its blob.

use mockorg_org::{ApiError, ErrorCode, FieldInput, Input, Position};

use crate::json;

/// The longest boundary that the format allows, in bytes; a longer one could make the search slow.
const LONGEST_BOUNDARY: usize = 70;

/// One part of a form.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    pub(crate) name: String,
    media_type: String,
    pub(crate) content: &'a [u8],
}

/// Reads a record from a form: the members of its JSON part, and each further part as the field of its name.
///
/// # Errors
///
/// `JSON_PARSER_ERROR` when there is no JSON part, or it is no record; `INVALID_FIELD` never: the org checks names.
pub(super) fn record(body: &[u8], content_type: &str) -> Result<Vec<FieldInput>, ApiError> {
    let parts = form_parts(body, content_type)?;
    // The part for the record may have any name; clients tell it by its type, or by being first.
    let of_json =
        parts.iter().position(|part| part.media_type.eq_ignore_ascii_case("application/json")).unwrap_or(0);
    let record =
        parts.get(of_json).ok_or_else(|| broken("Multipart message must include a non-binary part"))?;
    let mut fields = json::record_body(record.content)?;
    for (index, part) in parts.iter().enumerate() {
        if index != of_json {
            let value = Input::Blob(part.content.into());
            fields.push(FieldInput { name: part.name.as_str().into(), value, at: Position::default() });
        }
    }
    Ok(fields)
}

/// The parts of a form.
///
/// # Errors
///
/// `JSON_PARSER_ERROR` when it cannot be read.
pub(crate) fn form_parts<'a>(body: &'a [u8], content_type: &str) -> Result<Vec<Part<'a>>, ApiError> {
    let boundary =
        parameter(content_type, "boundary").ok_or_else(|| broken("Multipart message without boundary"))?;
    if boundary.is_empty() || boundary.len() > LONGEST_BOUNDARY {
        return Err(broken("Multipart message with an invalid boundary"));
    }
    parts(body, &boundary).ok_or_else(|| broken("Multipart message could not be read"))
}

fn broken(text: &str) -> ApiError {
    ApiError::exception(ErrorCode::JsonParserError, text)
}

fn parts<'a>(body: &'a [u8], boundary: &str) -> Option<Vec<Part<'a>>> {
    let delimiter = [b"--", boundary.as_bytes()].concat();
    let mut rest = &body[find(body, &delimiter)? + delimiter.len()..];
    let mut parts = Vec::new();
    let next = [b"\r\n", &*delimiter].concat();
    while !rest.starts_with(b"--") {
        let head = find(rest, b"\r\n\r\n")?;
        let content = &rest[head + 4..];
        let end = find(content, &next)?;
        parts.push(part(&rest[..head], &content[..end])?);
        rest = &content[end + next.len()..];
    }
    Some(parts)
}

fn part<'a>(head: &[u8], content: &'a [u8]) -> Option<Part<'a>> {
    let mut part = Part { content, ..Part::default() };
    for line in std::str::from_utf8(head).ok()?.split("\r\n") {
        let Some((name, value)) = line.split_once(':') else { continue };
        if name.eq_ignore_ascii_case("Content-Disposition") {
            part.name = parameter(value, "name")?;
        } else if name.eq_ignore_ascii_case("Content-Type") {
            part.media_type = value.split(';').next().unwrap_or_default().trim().to_owned();
        }
    }
    Some(part)
}

/// A parameter of a header's value, without its quotes.
fn parameter(value: &str, name: &str) -> Option<String> {
    value.split(';').skip(1).find_map(|item| {
        let (own, value) = item.split_once('=')?;
        let value = value.trim();
        let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
        own.trim().eq_ignore_ascii_case(name).then(|| value.to_owned())
    })
}

fn find(text: &[u8], pattern: &[u8]) -> Option<usize> {
    // Blobs are long and the pattern's first byte is rare, so look for that one first.
    let first = *pattern.first()?;
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.iter().position(|c| *c == first)?;
        if text[at..].starts_with(pattern) {
            return Some(at);
        }
        from = at + 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TYPE: &str = "multipart/form-data; boundary=\"b1\"";

    #[test]
    fn a_blob_arrives_byte_by_byte_beside_its_record() {
        let blob: Vec<u8> = (0..=255).collect();
        let head = "--b1\r\nContent-Disposition: form-data; name=\"entity_document\";\r\nContent-Type: application/json\r\n\r\n{\"Name\":\"x\"}\r\n--b1\r\nContent-Type: image/png\r\nContent-Disposition: form-data; name=\"Body\"; filename=\"x.png\"\r\n\r\n";
        let body = [head.as_bytes(), &*blob, b"\r\n--b1--\r\n"].concat();
        let fields = record(&body, TYPE).unwrap();
        assert_eq!(&*fields[0].name, "Name");
        assert_eq!(&*fields[1].name, "Body");
        assert_eq!(fields[1].value, Input::Blob(blob.into()));
    }

    #[test]
    fn a_form_that_breaks_off_is_refused() {
        for body in [
            "",
            "--b1",
            "--b1\r\n",
            "--b1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{}",
            "--b1--\r\n",
        ] {
            let error = record(body.as_bytes(), TYPE).unwrap_err();
            assert_eq!(error.code, ErrorCode::JsonParserError, "{body:?}");
        }
        assert!(record(b"--b1--", "multipart/form-data").is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        #[test]
        fn no_form_makes_the_reader_panic(
            pieces in prop::collection::vec(prop::sample::select(vec!["--b1", "\r\n", "--", "\r\n\r\n", "Content-Disposition: form-data; name=\"Body\"", "Content-Type: application/json", "{}", "\n", ":", ";", "=", "\u{0}\u{e9}"]), 0..16),
            boundary in "[ -~]{0,12}",
        ) {
            let body = pieces.concat();
            let _ = record(body.as_bytes(), TYPE);
            let _ = record(body.as_bytes(), &format!("multipart/form-data; boundary={boundary}"));
        }

        #[test]
        fn whatever_bytes_a_blob_has_it_arrives_whole(blob in prop::collection::vec(prop_oneof![Just(b'\r'), Just(b'\n'), Just(b'-'), any::<u8>()], 0..64)) {
            let delimiter = b"\r\n--b1";
            prop_assume!(!blob.windows(delimiter.len()).any(|window| window == delimiter));
            let head = "--b1\r\nContent-Type: application/json\r\n\r\n{}\r\n--b1\r\nContent-Disposition: form-data; name=\"Body\"\r\n\r\n";
            let body = [head.as_bytes(), &blob, b"\r\n--b1--"].concat();
            let fields = record(&body, TYPE).unwrap();
            prop_assert_eq!(&fields[0].value, &Input::Blob(blob.into()));
            for end in 0..body.len() - 2 {
                prop_assert!(record(&body[..end], TYPE).is_err(), "cut at {} of {}", end, body.len());
            }
        }
    }

    #[test]
    fn a_boundary_longer_than_the_format_allows_is_refused() {
        let boundary = "-".repeat(71);
        let body = format!("--{boundary}\r\nContent-Type: application/json\r\n\r\n{{}}\r\n--{boundary}--");
        let error =
            record(body.as_bytes(), &format!("multipart/form-data; boundary={boundary}")).unwrap_err();
        assert_eq!(error.code, ErrorCode::JsonParserError);
    }
}
