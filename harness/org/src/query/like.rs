//! LIKE patterns.

use mockorg_soql::tree::{PatternPart, Text};

/// A LIKE pattern: `%` stands for any run of characters, `_` for one, a backslash takes their meaning away.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pattern {
    pieces: Box<[Piece]>,
    case_sensitive: bool,
    /// The same for texts of ASCII characters, when the pattern has no others.
    ascii: Option<AsciiPattern>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Piece {
    Run,
    One,
    Char(char),
}

impl Pattern {
    pub(super) fn new(text: &Text, case_sensitive: bool) -> Self {
        let mut pieces: Vec<Piece> = Vec::with_capacity(text.len());
        for part in text.pattern() {
            match part {
                PatternPart::Run if pieces.last() == Some(&Piece::Run) => {}
                PatternPart::Run => pieces.push(Piece::Run),
                PatternPart::One => pieces.push(Piece::One),
                PatternPart::Char(c) => pieces.push(Piece::Char(c)),
            }
        }
        let ascii = AsciiPattern::new(&pieces, case_sensitive);
        Self { pieces: pieces.into(), case_sensitive, ascii }
    }

    /// How much there is to walk along, in comparisons of a plain value.
    pub(super) fn cost(&self) -> u64 {
        const PIECES: usize = 8;
        (self.pieces.len() / PIECES) as u64
    }

    /// Whether the whole of `text` fits. Takes at most pattern × text steps.
    pub(super) fn matches(&self, text: &str) -> bool {
        match &self.ascii {
            Some(ascii) if text.is_ascii() => ascii.matches(text.as_bytes()),
            _ => self.matches_characters(text),
        }
    }

    fn matches_characters(&self, text: &str) -> bool {
        let mut rest = text.chars();
        let mut at = 0;
        // Where to go on when the characters after the last run do not fit: one character further.
        let mut retry: Option<(usize, std::str::Chars<'_>)> = None;
        loop {
            let before = rest.clone();
            match (self.pieces.get(at), rest.next()) {
                (Some(Piece::Run), _) => {
                    at += 1;
                    rest = before;
                    retry = Some((at, rest.clone()));
                    continue;
                }
                (Some(Piece::One), Some(_)) => {
                    at += 1;
                    continue;
                }
                (Some(Piece::Char(wanted)), Some(c)) if self.same(*wanted, c) => {
                    at += 1;
                    continue;
                }
                (None, None) => return true,
                _ => {}
            }
            let Some((piece, from)) = &mut retry else { return false };
            if from.next().is_none() {
                return false;
            }
            at = *piece;
            rest = from.clone();
        }
    }

    fn same(&self, a: char, b: char) -> bool {
        if a == b || self.case_sensitive {
            return a == b;
        }
        if a.is_ascii() && b.is_ascii() {
            a.eq_ignore_ascii_case(&b)
        } else {
            a.to_uppercase().eq(b.to_uppercase())
        }
    }
}

/// A pattern cut at its runs, over bytes.
#[derive(Clone, Debug, PartialEq)]
struct AsciiPattern {
    /// What the text begins with.
    prefix: Segment,
    /// What comes somewhere between, one after the other.
    middles: Box<[Segment]>,
    /// What the text ends with; `None` when there is no run and the prefix is all.
    suffix: Option<Segment>,
    folded: bool,
}

/// Bytes without a run between them, in lower case where case does not count; `None` stands for any byte.
type Segment = Box<[Option<u8>]>;

impl AsciiPattern {
    /// `None` when the pattern has characters that are not ASCII.
    fn new(pieces: &[Piece], case_sensitive: bool) -> Option<Self> {
        let segment = |pieces: &[Piece]| {
            let byte = |piece: &Piece| match piece {
                Piece::Char(c) if !c.is_ascii() => None,
                Piece::Char(c) if case_sensitive => Some(Some(*c as u8)),
                Piece::Char(c) => Some(Some(c.to_ascii_lowercase() as u8)),
                Piece::One | Piece::Run => Some(None),
            };
            pieces.iter().map(byte).collect::<Option<Segment>>()
        };
        let segments: Option<Vec<Segment>> =
            pieces.split(|piece| *piece == Piece::Run).map(segment).collect();
        let mut segments = segments?.into_iter();
        let prefix = segments.next()?;
        let suffix = segments.next_back();
        Some(Self { prefix, middles: segments.collect(), suffix, folded: !case_sensitive })
    }

    fn matches(&self, text: &[u8]) -> bool {
        let Some(suffix) = &self.suffix else {
            return text.len() == self.prefix.len() && self.fits(&self.prefix, text);
        };
        let Some(end) = text.len().checked_sub(suffix.len()).filter(|end| *end >= self.prefix.len()) else {
            return false;
        };
        let (body, tail) = text.split_at(end);
        if !self.fits(&self.prefix, body) || !self.fits(suffix, tail) {
            return false;
        }
        let mut rest = body.get(self.prefix.len()..).unwrap_or_default();
        self.middles.iter().all(|middle| match self.find(middle, rest) {
            Some(at) => {
                rest = rest.get(at + middle.len()..).unwrap_or_default();
                true
            }
            None => false,
        })
    }

    /// Where the segment first fits.
    fn find(&self, segment: &Segment, text: &[u8]) -> Option<usize> {
        let last = text.len().checked_sub(segment.len())?;
        match segment.first().copied().flatten() {
            // Most places are ruled out by their first byte.
            Some(first) => {
                let upper = if self.folded { first.to_ascii_uppercase() } else { first };
                (0..=last).find(|at| {
                    let byte = text[*at];
                    (byte == first || byte == upper) && self.fits(segment, &text[*at..])
                })
            }
            None => (0..=last).find(|at| self.fits(segment, &text[*at..])),
        }
    }

    /// Whether the text begins with the segment.
    fn fits(&self, segment: &Segment, text: &[u8]) -> bool {
        let same = |wanted: &Option<u8>, byte: &u8| match wanted {
            Some(wanted) if self.folded => *wanted == byte.to_ascii_lowercase(),
            Some(wanted) => wanted == byte,
            None => true,
        };
        segment.len() <= text.len() && segment.iter().zip(text).all(|(wanted, byte)| same(wanted, byte))
    }
}

#[cfg(test)]
mod tests {
    use mockorg_soql::{
        parse,
        tree::{Condition, LiteralValue, Operand},
    };

    use super::*;

    /// The text of a quoted literal.
    fn quoted(inner: &str) -> Text {
        let select = parse(&format!("SELECT Id FROM A WHERE B LIKE '{inner}'")).unwrap();
        let Some(Condition::Comparison(comparison)) = select.condition else { panic!("no comparison") };
        let Operand::Literal(literal) = comparison.right else { panic!("no literal") };
        let LiteralValue::String(text) = literal.value else { panic!("no text") };
        text
    }

    fn like(text: &str, pattern: &str) -> bool {
        Pattern::new(&quoted(pattern), false).matches(text)
    }

    #[test]
    fn wildcards_match_runs_and_single_characters() {
        assert!(like("Acme Corp", "acme%"));
        assert!(like("Acme Corp", "%CORP"));
        assert!(like("Acme Corp", "a_me c%p"));
        assert!(like("aXbXb", "a%b"));
        assert!(like("", "%"));
        assert!(like("über", "ÜBER"));
        assert!(!like("Acme", "acm"));
        assert!(!like("Acme", "acme_"));
        assert!(!like("", "_"));
    }

    #[test]
    fn escaped_wildcards_are_plain_characters() {
        assert!(like("100%", r"100\%"));
        assert!(!like("1000", r"100\%"));
        assert!(like("a_b", r"a\_b"));
        assert!(!like("axb", r"a\_b"));
        assert!(like(r"a\b", r"a\\b"));
        assert!(like(r"100\5", r"100\\%"), "an escaped backslash leaves the wildcard its meaning");
    }

    #[test]
    fn a_case_sensitive_field_is_matched_with_its_case() {
        assert!(!Pattern::new(&quoted("ab%"), true).matches("ABc"));
        assert!(Pattern::new(&quoted("AB%"), true).matches("ABc"));
    }

    #[test]
    fn both_ways_to_match_agree() {
        let patterns =
            ["%", "", "_", "a%", "%a", "%a%", "a_c", "%a_c%", "a%b%c", "%ab%ab%", "a%a", "_%_", "%_%b"];
        let texts =
            ["", "a", "b", "ab", "aba", "abc", "xabcx", "AbAb", "aXcab", "aa", "cab", "abab", "a b c"];
        for pattern in patterns {
            let pattern = Pattern::new(&quoted(pattern), false);
            for text in texts {
                assert_eq!(pattern.matches(text), pattern.matches_characters(text), "{pattern:?} {text}");
            }
        }
    }

    #[test]
    fn many_runs_do_not_take_forever() {
        assert!(!like(&"a".repeat(4000), &"%a".repeat(500).replace("%a", "%ab")));
    }
}
