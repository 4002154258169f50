//! Addresses inside bodies: written by hand, with blanks and quotes that no request line could carry.

use hyper::Uri;

/// What an address in a body leads to; `None` when no request could be sent there, as to other hosts.
pub(super) fn uri(text: &str) -> Option<Uri> {
    let text = text.trim();
    if !text.starts_with('/') {
        return None;
    }
    let mut out = String::with_capacity(text.len() + 16);
    for byte in text.bytes() {
        if is_plain(byte) || is_reserved(byte) {
            out.push(char::from(byte))
        } else {
            push_code(&mut out, byte)
        }
    }
    out.parse().ok()
}

/// Appends a value to an address so that it stays one value.
pub(super) fn push_value(out: &mut String, value: &str) {
    for byte in value.bytes() {
        if is_plain(byte) { out.push(char::from(byte)) } else { push_code(out, byte) }
    }
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// What has a meaning in an address, or is harmless there.
const fn is_reserved(byte: u8) -> bool {
    matches!(
        byte,
        b'/' | b'?'
            | b'&'
            | b'='
            | b'+'
            | b'%'
            | b':'
            | b'@'
            | b'!'
            | b'$'
            | b'\''
            | b'('
            | b')'
            | b'*'
            | b','
            | b';'
    )
}

fn push_code(out: &mut String, byte: u8) {
    out.push('%');
    for digit in [byte >> 4, byte & 15] {
        out.push(char::from(b"0123456789ABCDEF"[usize::from(digit)]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_and_quotes_need_no_codes() {
        let uri =
            uri("/services/data/v62.0/query?q=SELECT Id FROM Account WHERE Name = 'Ü #1' AND X > 2").unwrap();
        assert_eq!(uri.path(), "/services/data/v62.0/query");
        assert_eq!(
            crate::form::value(uri.query().unwrap(), "q").unwrap(),
            "SELECT Id FROM Account WHERE Name = 'Ü #1' AND X > 2"
        );
    }

    #[test]
    fn other_hosts_are_out_of_reach() {
        for text in
            ["https://other.example/services/data/v62.0/limits", "services/data/v62.0/limits", "", "*"]
        {
            assert_eq!(uri(text), None, "{text}");
        }
        assert_eq!(uri("//other.example/services").and_then(|uri| uri.host().map(str::to_owned)), None);
    }

    #[test]
    fn a_value_keeps_what_would_end_it() {
        let mut out = "/services/data/v62.0/query?q=".to_owned();
        push_value(&mut out, "A&B + 100%");
        assert_eq!(crate::form::value(uri(&out).unwrap().query().unwrap(), "q").unwrap(), "A&B + 100%");
    }
}
