//! Auto numbers: `AA-{000000000}` and number 83 make `AA-000000083`; `{YYYY}`, `{YY}`, `{MM}` and `{DD}` are the day
//! on which the record was created.

use jiff::civil::Date;

use crate::catalog::FieldDef;

/// A piece of a display format.
enum Piece<'f> {
    Plain(&'f str),
    /// The number, with at least this many digits.
    Number(usize),
    /// A part of the day, with as many digits as its name has letters.
    Day(&'f str),
}

fn pieces(format: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = format;
    while let Some((before, inside)) = rest.split_once('{') {
        let Some((name, after)) = inside.split_once('}') else { break };
        pieces.push(Piece::Plain(before));
        pieces.push(match name {
            "YYYY" | "YY" | "MM" | "DD" => Piece::Day(name),
            zeros => Piece::Number(zeros.len()),
        });
        rest = after;
    }
    pieces.push(Piece::Plain(rest));
    pieces
}

/// Writes `number` in the display format; without braces the number follows the text.
pub(super) fn display(format: &str, number: u64, today: Date) -> String {
    let pieces = pieces(format);
    let numbered = pieces.iter().any(|piece| matches!(piece, Piece::Number(_)));
    let text = pieces.iter().map(|piece| match piece {
        Piece::Plain(plain) => (*plain).to_owned(),
        Piece::Number(width) => format!("{number:0width$}"),
        Piece::Day("YYYY") => format!("{:04}", today.year()),
        Piece::Day("YY") => format!("{:02}", today.year().rem_euclid(100)),
        Piece::Day("MM") => format!("{:02}", today.month()),
        Piece::Day(_) => format!("{:02}", today.day()),
    });
    let text: String = text.collect();
    if numbered { text } else { format!("{text}{number}") }
}

/// The number in a value of an auto number field.
pub(crate) fn number_in(field: &FieldDef, text: &str) -> Option<u64> {
    number(field.auto_number_format.as_deref().unwrap_or("{00000000}"), text)
}

/// The number in a text of this format; `None` when the text has another form.
pub(super) fn number(format: &str, text: &str) -> Option<u64> {
    let pieces = pieces(format);
    let at = pieces.iter().position(|piece| matches!(piece, Piece::Number(_)))?;
    let mut digits = text;
    for piece in &pieces[..at] {
        digits = match piece {
            Piece::Plain(plain) => digits.strip_prefix(plain)?,
            Piece::Day(name) => digits.get(name.len()..)?,
            Piece::Number(_) => digits,
        };
    }
    for piece in pieces[at + 1..].iter().rev() {
        digits = match piece {
            Piece::Plain(plain) => digits.strip_suffix(plain)?,
            Piece::Day(name) => digits.get(..digits.len().checked_sub(name.len())?)?,
            Piece::Number(_) => digits,
        };
    }
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn numbers_are_padded_and_may_outgrow_their_zeros() {
        let today = date(2024, 3, 7);
        assert_eq!(display("AA-{000000000}", 83, today), "AA-000000083");
        assert_eq!(display("{00000000}", 122, today), "00000122");
        assert_eq!(display("X-{0}", 12, today), "X-12");
        assert_eq!(number("AA-{000000000}", "AA-000000083"), Some(83));
        assert_eq!(number("AA-{000000000}", "BB-1"), None);
    }

    #[test]
    fn the_day_of_creation_can_stand_in_a_number() {
        let text = display("T-{YYYY}{MM}{DD}-{0000}-{YY}", 12, date(2024, 3, 7));
        assert_eq!(text, "T-20240307-0012-24");
        assert_eq!(number("T-{YYYY}{MM}{DD}-{0000}-{YY}", &text), Some(12));
    }
}
