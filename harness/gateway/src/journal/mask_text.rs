//! Texts without their secrets, one function for each way of writing.

/// What stands in the place of a password.
const MASK: &str = "***";

/// Members of JSON and fields of forms that hold secrets, and whether what is left has the shape of a token.
const MEMBERS: &[(&str, Left)] = &[
    ("access_token", Left::Shape),
    ("refresh_token", Left::Shape),
    ("id_token", Left::Shape),
    ("session_id", Left::Shape),
    ("sessionId", Left::Shape),
    ("oauth_token", Left::Shape),
    ("sid", Left::Shape),
    ("token", Left::Shape),
    ("authorization", Left::Shape),
    ("signature", Left::Shape),
    ("device_code", Left::Shape),
    ("user_code", Left::Capitals),
    ("password", Left::Nothing),
    ("newPassword", Left::Nothing),
    ("oldPassword", Left::Nothing),
    ("pw", Left::Nothing),
    ("client_secret", Left::Nothing),
    ("assertion", Left::Nothing),
    ("client_assertion", Left::Nothing),
    ("code_verifier", Left::Nothing),
    ("SAMLResponse", Left::Nothing),
];

/// A field of forms alone: members of this name hold codes of another kind.
const CODE: &str = "code";

/// Elements of SOAP messages that hold secrets.
const ELEMENTS: &[(&str, Left)] = &[
    ("sessionId", Left::Shape),
    ("password", Left::Nothing),
    ("newPassword", Left::Nothing),
    ("oldPassword", Left::Nothing),
];

/// What is left of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    /// Its length and punctuation.
    Shape,
    /// Its length, in the capitals of codes that people type.
    Capitals,
    /// Nothing.
    Nothing,
}

fn find(names: &[(&str, Left)], name: &str) -> Option<Left> {
    names.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, left)| *left)
}

/// The same text with an `x` for each letter and digit; the id of the org in front of a token stays.
pub(super) fn shape(secret: &str) -> String {
    let kept = if secret.starts_with("00D") && secret.as_bytes().get(15) == Some(&b'!') { 16 } else { 0 };
    let masked = |letter: char| if letter.is_ascii_punctuation() { letter } else { 'x' };
    secret.char_indices().map(|(at, letter)| if at < kept { letter } else { masked(letter) }).collect()
}

/// A form or a query with its secret fields masked; `None` where it has none.
pub(super) fn form(text: &str) -> Option<String> {
    let secret = |pair: &str| {
        let (name, value) = pair.split_once('=')?;
        let name = unescaped(name.trim());
        find(MEMBERS, &name)
            .or((name.eq_ignore_ascii_case(CODE)).then_some(Left::Nothing))
            .filter(|_| !value.is_empty())
    };
    if !text.split('&').any(|pair| secret(pair).is_some()) {
        return None;
    }
    let masked = |pair: &str| match (pair.split_once('='), secret(pair)) {
        (Some((name, value)), Some(Left::Shape)) if value.starts_with("00D") => {
            format!("{name}={}", shape(&value.replace("%21", "!")))
        }
        (Some((name, _)), Some(_)) => format!("{name}={MASK}"),
        _ => pair.to_owned(),
    };
    Some(text.split('&').map(masked).collect::<Vec<_>>().join("&"))
}

/// A name of a form without percent signs; only what names of secrets are made of matters.
fn unescaped(name: &str) -> String {
    let mut parts = name.split('%');
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let quoted = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match quoted {
            Some(byte) => {
                written.push(char::from(byte));
                written.push_str(&part[2..]);
            }
            None => {
                written.push('%');
                written.push_str(part);
            }
        }
    }
    written
}

/// JSON text with the strings of secret members masked; all other text stays as it is.
pub(super) fn members(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, name, after)) = next_string(rest) {
        written.push_str(&rest[..before.len() + name.len() + 2]);
        rest = after;
        let value = rest.trim_start().strip_prefix(':').map(str::trim_start);
        let (Some(value), Some(left)) = (value, find(MEMBERS, &plain(name))) else { continue };
        written.push_str(&rest[..rest.len() - value.len()]);
        rest = secret(value, left, &mut written);
    }
    written.push_str(rest);
    written
}

/// Writes the value of a secret member, masked, and gives what follows it.
fn secret<'t>(value: &'t str, left: Left, written: &mut String) -> &'t str {
    let mut rest = value;
    let mut depth = 0_usize;
    loop {
        let strings = rest.starts_with('"');
        if strings {
            // A string without an end is a secret to the end of the text.
            let (secret, after) = match next_string(rest) {
                Some((_, secret, after)) => (secret, after),
                None => (&rest[1..], ""),
            };
            written.push('"');
            match left {
                Left::Shape => written.push_str(&shape(&secret.replace(['\\', '"'], ""))),
                Left::Capitals => written.extend(secret.chars().map(|_| 'X')),
                Left::Nothing => written.push_str(MASK),
            }
            written.push('"');
            rest = after;
        } else {
            let Some(letter) = rest.chars().next() else { return rest };
            match letter {
                '{' | '[' => depth += 1,
                '}' | ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if letter.is_ascii_digit() {
                // Any number is as good as another one; a single digit is always one.
                written.push('0');
                rest = rest.trim_start_matches(|next: char| next.is_ascii_digit() || ".eE+-".contains(next));
            } else {
                if depth == 0 && !matches!(letter, '}' | ']' | '-') {
                    // `true`, `false`, `null`: no secrets.
                    return rest;
                }
                written.push(letter);
                rest = &rest[letter.len_utf8()..];
                if letter == '-' {
                    continue;
                }
            }
        }
        if depth == 0 {
            return rest;
        }
    }
}

/// The name of a member with `\u0077` and the like undone.
fn plain(name: &str) -> String {
    let mut parts = name.split("\\u");
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let quoted = part.get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        match quoted.and_then(char::from_u32) {
            Some(letter) => {
                written.push(letter);
                written.push_str(&part[4..]);
            }
            None => written.push_str(part),
        }
    }
    written
}

/// What stands before the next string, the string as it is written, and what follows.
fn next_string(text: &str) -> Option<(&str, &str, &str)> {
    let open = text.find('"')?;
    let inner = &text[open + 1..];
    let mut escaped = false;
    for (at, byte) in inner.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some((&text[..open], &inner[..at], &inner[at + 1..])),
            _ => {}
        }
    }
    None
}

/// XML with the content of secret elements masked.
pub(super) fn elements(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        let Some(length) = rest[open..].find('>') else { break };
        let close = open + length + 1;
        let tag = rest[open + 1..close - 1].split_whitespace().next().unwrap_or_default();
        let local = tag.rsplit(':').next().unwrap_or_default();
        let secret = if tag.starts_with('/') { None } else { find(ELEMENTS, local) };
        written.push_str(&rest[..close]);
        rest = &rest[close..];
        if let Some(left) = secret {
            let (content, after) = rest.split_at(rest.find("</").unwrap_or(rest.len()));
            // Comments and CDATA have nothing to do with the shape of a token.
            let has_shape = left == Left::Shape && !content.contains('<');
            written.push_str(&if has_shape { shape(content) } else { MASK.to_owned() });
            rest = after;
        }
    }
    written.push_str(rest);
    written
}

/// Session ids and signed JSON tokens masked, wherever they stand; `None` where there are none.
pub(super) fn tokens(text: &str) -> Option<String> {
    let mut written: Option<String> = None;
    let mut from = 0;
    let mut at = 0;
    while let Some((found, secret)) = next_token(text, at) {
        let masked = written.get_or_insert_with(|| String::with_capacity(text.len()));
        masked.push_str(&text[from..found]);
        masked.push_str(&shape(&text[found..found + secret]));
        from = found + secret;
        at = from;
    }
    let mut written = written?;
    written.push_str(&text[from..]);
    Some(written)
}

/// Where the secret part of the next token stands, and how long it is.
fn next_token(text: &str, from: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let run = |at: usize| {
        let inside = |byte: &&u8| byte.is_ascii_alphanumeric() || b"._-".contains(*byte);
        bytes.get(at..).unwrap_or_default().iter().take_while(inside).count()
    };
    /// One more than the longest id of an org.
    const LONGEST_ID: usize = 19;
    let mut at = from;
    // Up to here nothing is a signed token; looking twice would take time by the square.
    let mut plain = from;
    while let Some(marked) = bytes.get(at..)?.iter().position(|byte| matches!(byte, b'0' | b'e')) {
        at += marked;
        if bytes[at..].starts_with(b"00D") {
            let id =
                bytes[at..].iter().take(LONGEST_ID).take_while(|byte| byte.is_ascii_alphanumeric()).count();
            let mark = [&b"!"[..], b"%21"].into_iter().find(|mark| bytes[at + id..].starts_with(mark));
            if let Some(mark) = mark.filter(|_| matches!(id, 15 | 18)) {
                let begin = at + id + mark.len();
                let secret = run(begin);
                // What is masked already has nothing but this letter.
                if bytes[begin..begin + secret]
                    .iter()
                    .any(|byte| byte.is_ascii_alphanumeric() && *byte != b'x')
                {
                    return Some((begin, secret));
                }
            }
        } else if at >= plain && bytes[at..].starts_with(b"eyJ") {
            let length = run(at);
            if text[at..at + length].matches('.').count() >= 2 {
                return Some((at, length));
            }
            plain = at + length;
        }
        at += 1;
    }
    None
}
