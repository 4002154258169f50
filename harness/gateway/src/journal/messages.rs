//! The two messages of a call: one copy when the call is made, masked whenever they are read.
//!
//! Masking reads every byte, and most calls are never looked at: that cost is for those who look. What is kept here
//! leaves through the functions below only, which mask it.

use std::fmt;

use hyper::header::{CONTENT_TYPE, HeaderMap};

use super::mask;

/// Headers and bodies of a call in one piece: request lines, request body, answer lines, answer body.
pub(super) struct Messages {
    bytes: Box<[u8]>,
    /// Where each part but the last ends.
    ends: [usize; 3],
}

type Lines = Vec<(Box<str>, Box<str>)>;

impl Messages {
    /// A copy of both messages; bodies without content coding.
    pub(super) fn of(request: (&HeaderMap, &[u8]), answer: (&HeaderMap, &[u8])) -> Self {
        let mut bytes =
            Vec::with_capacity(room(request.0) + request.1.len() + room(answer.0) + answer.1.len());
        let mut ends = [0; 3];
        push_lines(&mut bytes, request.0);
        ends[0] = bytes.len();
        bytes.extend_from_slice(request.1);
        ends[1] = bytes.len();
        push_lines(&mut bytes, answer.0);
        ends[2] = bytes.len();
        bytes.extend_from_slice(answer.1);
        Self { bytes: bytes.into(), ends }
    }

    pub(super) const fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn request_headers(&self) -> Lines {
        masked_lines(&self.bytes[..self.ends[0]])
    }

    pub(super) fn request_body(&self) -> Box<[u8]> {
        let [lines, end, _] = self.ends;
        mask::body(&media_type(&self.bytes[..lines]), &self.bytes[lines..end])
    }

    pub(super) fn answer_headers(&self) -> Lines {
        masked_lines(&self.bytes[self.ends[1]..self.ends[2]])
    }

    pub(super) fn answer_body(&self) -> Box<[u8]> {
        let [_, begin, lines] = self.ends;
        mask::body(&media_type(&self.bytes[begin..lines]), &self.bytes[lines..])
    }
}

/// How many bytes the lines of these headers take.
fn room(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 2).sum()
}

/// No name has a colon, and no value a line feed.
fn push_lines(bytes: &mut Vec<u8>, headers: &HeaderMap) {
    for (name, value) in headers {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.push(b':');
        bytes.extend_from_slice(value.as_bytes());
        bytes.push(b'\n');
    }
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = (String, String)> + '_ {
    bytes.split(|byte| *byte == b'\n').filter_map(|line| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Some((text(&line[..colon]), text(&line[colon + 1..])))
    })
}

fn masked_lines(bytes: &[u8]) -> Lines {
    let masked = |(name, value): (String, String)| {
        let value = mask::header(&name, &value).into();
        (name.into(), value)
    };
    lines(bytes).map(masked).collect()
}

fn media_type(bytes: &[u8]) -> String {
    lines(bytes).find(|(name, _)| name == CONTENT_TYPE.as_str()).map(|(_, value)| value).unwrap_or_default()
}

impl fmt::Debug for Messages {
    /// Says nothing of what has to be masked first.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Messages({} bytes)", self.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_can_be_read_back_but_for_its_secrets() {
        let mut sent = HeaderMap::new();
        for (name, value) in [
            ("authorization", "Bearer 00Dxx0000001gPL!AQ4.z"),
            ("content-type", "application/json"),
            ("x-a", "b: c"),
            ("x-a", "d"),
        ] {
            sent.append(name, value.parse().unwrap());
        }
        let messages =
            Messages::of((&sent, br#"{"password":"p","Name":"n"}"#), (&HeaderMap::new(), b"plain"));
        let line = |name: &str, value: &str| (name.into(), value.into());
        assert_eq!(
            messages.request_headers(),
            [
                line("authorization", "Bearer 00Dxx0000001gPL!xxx.x"),
                line("content-type", "application/json"),
                line("x-a", "b: c"),
                line("x-a", "d"),
            ]
        );
        assert_eq!(&*messages.request_body(), br#"{"password":"***","Name":"n"}"#);
        assert!(messages.answer_headers().is_empty());
        assert_eq!(&*messages.answer_body(), b"plain");
        assert!(!format!("{messages:?}").contains("AQ4"));
    }
}
