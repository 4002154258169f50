//! Escapes of JSON text.

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Appends `text` without quotes; escaped are quote, backslash and control characters, nothing else.
pub(super) fn push_escaped(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    // Nearly all text has nothing to escape; a fold without early exit looks at many bytes at a time.
    let plain =
        bytes.iter().fold(true, |plain, &byte| plain & (byte >= 0x20) & (byte != b'"') & (byte != b'\\'));
    if plain {
        out.extend_from_slice(bytes);
        return;
    }
    let mut done = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.extend_from_slice(&bytes[done..at]);
        done = at + 1;
        let short = match byte {
            b'"' | b'\\' => byte,
            0x08 => b'b',
            0x0c => b'f',
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            _ => {
                out.extend_from_slice(b"\\u00");
                out.push(HEX[usize::from(byte >> 4)]);
                out.push(HEX[usize::from(byte & 15)]);
                continue;
            }
        };
        out.extend_from_slice(&[b'\\', short]);
    }
    out.extend_from_slice(&bytes[done..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        let mut out = Vec::new();
        push_escaped(&mut out, text);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn control_characters_have_short_or_four_digit_escapes() {
        assert_eq!(
            escaped("a\"b\\c/\u{8}\u{c}\n\r\t\u{1}\u{1f}\u{7f}"),
            "a\\\"b\\\\c/\\b\\f\\n\\r\\t\\u0001\\u001F\u{7f}"
        );
    }

    #[test]
    fn other_characters_stay_as_they_are() {
        assert_eq!(escaped("Zürich – 東京 🚀 <b>'"), "Zürich – 東京 🚀 <b>'");
    }
}
