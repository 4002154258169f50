//! What a text looks like: record ids, dates, UUIDs, and other values that no two runs share.

/// The characters that the last three of an 18-character id are taken from.
const SUFFIX: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/// Whether a text is a record id: 18 characters with the right last three, or 15 that look like one.
pub(super) fn is_id(text: &str) -> bool {
    let bytes = text.as_bytes();
    if !bytes.iter().all(u8::is_ascii_alphanumeric) {
        return false;
    }
    match bytes.len() {
        18 => bytes[..15].chunks(5).zip(&bytes[15..]).all(|(chunk, last)| {
            let mut bits = 0;
            for (at, letter) in chunk.iter().enumerate() {
                bits |= usize::from(letter.is_ascii_uppercase()) << at;
            }
            SUFFIX[bits] == last.to_ascii_uppercase()
        }),
        15 => {
            let digits = bytes.iter().filter(|letter| letter.is_ascii_digit()).count();
            (3..15).contains(&digits) && bytes.iter().any(u8::is_ascii_uppercase)
        }
        _ => false,
    }
}

/// Whether a text is a UUID with its hyphens.
pub(super) fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|letter| letter.is_ascii_hexdigit()))
}

/// Whether a text is a day, such as `2026-01-15`.
pub(super) fn is_date(text: &str) -> bool {
    has_digits(text, "####-##-##") && text.len() == 10
}

/// Whether a text is a day with a time.
pub(super) fn is_datetime(text: &str) -> bool {
    text.len() >= 19 && text.len() <= 35 && has_digits(text, "####-##-##T##:##:##")
}

fn has_digits(text: &str, shape: &str) -> bool {
    text.len() >= shape.len()
        && shape.bytes().zip(text.bytes()).all(|(wanted, found)| match wanted {
            b'#' => found.is_ascii_digit(),
            other => other == found,
        })
}

/// Whether a text may be a number that the org has counted up: `00000012`, `C-000123`.
pub(super) fn is_auto_number(text: &str) -> bool {
    let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
    let rest = &text[..text.len() - digits];
    digits >= 4
        && text.len() <= 20
        && text.contains("00")
        && rest.bytes().all(|letter| letter.is_ascii_uppercase() || letter == b'-')
}

/// Whether a text without spaces is long and mixed enough to be a token, a key or encoded bytes.
pub(super) fn is_opaque(text: &str) -> bool {
    let kinds = [
        text.bytes().any(|letter| letter.is_ascii_digit()),
        text.bytes().any(|letter| letter.is_ascii_alphabetic()),
    ];
    let plain = |letter: u8| letter.is_ascii_alphanumeric() || b"_-.+/=!~".contains(&letter);
    text.len() >= 20
        && kinds == [true, true]
        && text.bytes().all(plain)
        && !text.starts_with('/')
        && !text.contains("__")
}

/// Whether a text stands for something that later requests may name.
pub(super) fn is_reference(text: &str) -> bool {
    is_id(text)
        || is_uuid(text)
        || text.starts_with("/services/")
        || text.starts_with("http://")
        || text.starts_with("https://")
        || is_token(text)
}

/// Whether a run of characters may be a token, such as the id of a streaming client.
fn is_token(text: &str) -> bool {
    (12..=400).contains(&text.len())
        && text.bytes().all(is_run)
        && text.bytes().any(|letter| letter.is_ascii_digit())
        && text.bytes().any(|letter| letter.is_ascii_alphabetic())
        && !is_datetime(text)
}

/// Whether a character may stand inside an id, a UUID, or a token.
pub(super) const fn is_run(letter: u8) -> bool {
    letter.is_ascii_alphanumeric() || letter == b'_' || letter == b'-'
}

/// What two texts that name the same thing have in common: ids come with and without their last three.
pub(super) fn key_of(text: &str) -> &str {
    if is_id(text) { &text[..15] } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_from_words_and_numbers() {
        for id in ["001Da00000xnAk6", "001D000000IqhSLIAZ", "a00D0000008pQqhIAE"] {
            assert!(is_id(id), "{id}");
        }
        for other in
            ["001D000000IqhSLIAA", "123456789012345", "anAverageMember", "internationalise", "", "001"]
        {
            assert!(!is_id(other), "{other}");
        }
    }

    #[test]
    fn times_uuids_and_numbers_that_count_up_are_known() {
        assert!(is_datetime("2026-01-15T09:00:00.000+0000") && !is_datetime("2026-01-15"));
        assert!(is_date("2026-01-15") && !is_date("2026-01-1x"));
        assert!(is_uuid("0b8ea5f2-6c1f-4a3c-9d0e-2f3a4b5c6d7e") && !is_uuid("a-b-c-d-e"));
        assert!(is_auto_number("00000101") && is_auto_number("C-00012") && !is_auto_number("20260115"));
        assert!(!is_auto_number("Acme 00001") && !is_auto_number("001"));
    }
}
