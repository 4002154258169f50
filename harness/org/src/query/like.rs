//! LIKE patterns.

use mockorg_soql::tree::{PatternPart, Text};

/// A LIKE pattern: `%` stands for any run of characters, `_` for one, a backslash takes their meaning away.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pattern {
    pieces: Box<[Piece]>,
    case_sensitive: bool,
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
        Self { pieces: pieces.into(), case_sensitive }
    }

    /// Whether the whole of `text` fits. Takes at most pattern × text steps.
    pub(super) fn matches(&self, text: &str) -> bool {
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
    fn many_runs_do_not_take_forever() {
        assert!(!like(&"a".repeat(4000), &"%a".repeat(500).replace("%a", "%ab")));
    }
}
