//! Percent-encoding and form-encoded pairs, of query strings and form bodies alike.

use std::borrow::Cow;

/// The pairs of a query string or a form body, decoded, in order.
pub(crate) fn pairs(text: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name, Plus::IsBlank), decode(value, Plus::IsBlank))
    })
}

/// The first value under `name`, decoded.
pub(crate) fn value<'a>(text: &'a str, name: &str) -> Option<Cow<'a, str>> {
    if text.is_empty() {
        return None;
    }
    pairs(text).find(|(own, _)| own == name).map(|(_, value)| value)
}

/// A path segment without its percent-encoding.
pub(crate) fn segment(text: &str) -> Cow<'_, str> {
    decode(text, Plus::IsPlus)
}

/// A pair in form encoding.
pub(crate) fn pair(name: &str, value: &str) -> String {
    let mut out = String::with_capacity(name.len() + value.len() + 8);
    encode(&mut out, name);
    out.push('=');
    encode(&mut out, value);
    out
}

fn encode(out: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            _ => {
                out.push('%');
                for digit in [byte >> 4, byte & 15] {
                    out.push(char::from(b"0123456789ABCDEF"[usize::from(digit)]));
                }
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Plus {
    IsBlank,
    IsPlus,
}

fn decode(text: &str, plus: Plus) -> Cow<'_, str> {
    let special = |c: u8| c == b'%' || (c == b'+' && plus == Plus::IsBlank);
    if !text.bytes().any(special) {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let code = (*byte == b'%')
            .then(|| Some(hex(*bytes.get(at + 1)?)? << 4 | hex(*bytes.get(at + 2)?)?))
            .flatten();
        match (byte, code) {
            (_, Some(code)) => {
                out.push(code);
                at += 2;
            }
            (b'+', _) if plus == Plus::IsBlank => out.push(b' '),
            // A percent sign that starts no code stands for itself.
            _ => out.push(*byte),
        }
        at += 1;
    }
    Cow::Owned(
        String::from_utf8(out).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
    )
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_query_reads_back_as_it_was_before_encoding() {
        let query = "q=SELECT+Id%2C%20Name+FROM+Account+WHERE+Name%3D'A%26B'&x=%2B1";
        assert_eq!(value(query, "q").unwrap(), "SELECT Id, Name FROM Account WHERE Name='A&B'");
        assert_eq!(value(query, "x").unwrap(), "+1");
        assert_eq!(value(query, "y"), None);
    }

    #[test]
    fn what_is_encoded_decodes_to_the_same() {
        let text = "00D!AQ.x_/+=& \u{e4}%";
        assert_eq!(value(&pair("token", text), "token").unwrap(), text);
    }

    #[test]
    fn a_plus_in_a_path_stays_a_plus() {
        assert_eq!(segment("a+b%2Fc"), "a+b/c");
    }

    #[test]
    fn broken_codes_stand_for_themselves() {
        for text in ["%", "%4", "%zz", "100%"] {
            assert_eq!(segment(text), text);
        }
        assert_eq!(segment("%ff"), "\u{fffd}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        #[test]
        fn whatever_is_encoded_decodes_to_the_same(name in "\\PC{1,8}", text in any::<String>(), other in "[a-z=+%]{0,8}") {
            let alone = pair(&name, &text);
            prop_assert_eq!(value(&alone, &name).unwrap(), &*text);
            let query = format!("&&{}&{other}", pair(&name, &text));
            prop_assert_eq!(value(&query, &name).unwrap(), &*text);
            let coded: String = text.bytes().map(|byte| format!("%{byte:02x}")).collect();
            prop_assert_eq!(segment(&coded), text);
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "[%+&=a-fA-F0-9 \u{e9}\u{1f4a9}]{0,32}") {
            prop_assert!(pairs(&text).count() <= text.split('&').count());
            // Only whole codes and plus signs change.
            if !text.contains('%') {
                prop_assert_eq!(segment(&text), &*text);
            }
        }
    }
}
