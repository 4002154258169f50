//! Auto numbers: `AA-{000000000}` and number 83 make `AA-000000083`.

/// Writes `number` in the display format; without braces the number follows the text.
pub(super) fn display(format: &str, number: u64) -> String {
    match format.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?))) {
        Some((before, (zeros, after))) => format!("{before}{number:0width$}{after}", width = zeros.len()),
        None => format!("{format}{number}"),
    }
}

/// The number in a text of this format; `None` when the text has another form.
pub(super) fn number(format: &str, text: &str) -> Option<u64> {
    let (before, rest) = format.split_once('{')?;
    let (_, after) = rest.split_once('}')?;
    text.strip_prefix(before)?.strip_suffix(after)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_padded_and_may_outgrow_their_zeros() {
        assert_eq!(display("AA-{000000000}", 83), "AA-000000083");
        assert_eq!(display("{00000000}", 122), "00000122");
        assert_eq!(display("X-{0}", 12), "X-12");
        assert_eq!(number("AA-{000000000}", "AA-000000083"), Some(83));
        assert_eq!(number("AA-{000000000}", "BB-1"), None);
    }
}
