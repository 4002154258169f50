//! XML in recordings: names of elements by the vocabulary, content like members of JSON.

use super::{policy::Policy, redactor::Redactor};

/// The document without what the vocabulary does not have. What is not well formed goes as a whole.
pub(super) fn redact(redactor: &mut Redactor, text: &str) -> String {
    let mut out = String::new();
    let mut element = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        out.push_str(&content(redactor, &element, &rest[..open]));
        rest = &rest[open..];
        if rest.starts_with("<?") || rest.starts_with("<!") {
            // Instructions, comments and CDATA hold anything; the platform needs none of them.
            let close = ["<?", "<!--", "<![CDATA["].iter().zip(["?>", "-->", "]]>"]);
            let end = close.into_iter().find_map(|(begin, end)| rest.strip_prefix(begin).map(|_| end));
            let end = end.unwrap_or(">");
            match rest.find(end) {
                Some(at) => rest = &rest[at + end.len()..],
                None => return out,
            }
            continue;
        }
        let Some(end) = tag_end(rest) else { return out };
        let inner = &rest[1..end];
        out.push_str(&tag(redactor, inner, &mut element));
        rest = &rest[end + 1..];
    }
    out.push_str(&content(redactor, &element, rest));
    out
}

/// The place of the `>` that ends a tag; one in quotes does not.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), letter) if open == letter => quote = None,
            _ => {}
        }
    }
    None
}

fn content(redactor: &mut Redactor, element: &str, text: &str) -> String {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return String::new();
    }
    escape(&redactor.string(element, &unescape(trimmed)))
}

fn tag(redactor: &mut Redactor, inner: &str, element: &mut String) -> String {
    let (closing, inner) = inner.strip_prefix('/').map_or(("", inner), |inner| ("/", inner));
    let (inner, empty) = inner.strip_suffix('/').map_or((inner, ""), |inner| (inner, "/"));
    let end = inner.find(char::is_whitespace).unwrap_or(inner.len());
    let (name, mut attributes) = inner.split_at(end);
    name.rsplit(':').next().unwrap_or_default().clone_into(element);
    let mut shown = format!("<{closing}{}", self::name(redactor, name));
    while let Some((key, rest)) = attributes.split_once('=') {
        let key = key.trim();
        let rest = rest.trim_start();
        let Some(quote) = rest.chars().next().filter(|sign| matches!(sign, '"' | '\'')) else { break };
        let Some((value, after)) = rest[1..].split_once(quote) else { break };
        let value = unescape(value);
        let known = matches!(&redactor.policy, Policy::Recording(vocabulary) if vocabulary.has_text(&value));
        let value = if known { value } else { redactor.string(key, &value) };
        shown.extend([" ", &self::name(redactor, key), "=\"", &escape(&value), "\""]);
        attributes = after;
    }
    shown.push_str(empty);
    shown.push('>');
    shown
}

fn name(redactor: &mut Redactor, name: &str) -> String {
    let parts: Vec<_> = name.split(':').map(|part| super::recording::key(redactor, part)).collect();
    parts.join(":")
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = rest.find(';').map(|end| (&rest[1..end], &rest[end + 1..]));
        let (sign, after) = match entity {
            Some(("lt", after)) => (Some('<'), after),
            Some(("gt", after)) => (Some('>'), after),
            Some(("amp", after)) => (Some('&'), after),
            Some(("quot", after)) => (Some('"'), after),
            Some(("apos", after)) => (Some('\''), after),
            Some((code, after)) => (numbered(code), after),
            None => (None, &rest[1..]),
        };
        match sign {
            Some(sign) => {
                out.push(sign);
                rest = after;
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn numbered(code: &str) -> Option<char> {
    let code = code.strip_prefix('#')?;
    let number = match code.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => code.parse(),
    };
    number.ok().and_then(char::from_u32)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
