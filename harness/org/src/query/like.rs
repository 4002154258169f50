//! LIKE patterns.

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
    pub(super) fn new(text: &str, case_sensitive: bool) -> Self {
        let mut pieces = Vec::with_capacity(text.len());
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            pieces.push(match c {
                '\\' => match chars.next_if(|next| matches!(next, '%' | '_')) {
                    Some(escaped) => Piece::Char(escaped),
                    None => Piece::Char(c),
                },
                '%' if pieces.last() == Some(&Piece::Run) => continue,
                '%' => Piece::Run,
                '_' => Piece::One,
                c => Piece::Char(c),
            });
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

/// The text that a string literal means outside LIKE, where wildcards need no escape.
pub(super) fn without_wildcard_escapes(text: &str) -> String {
    text.replace("\\%", "%").replace("\\_", "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn like(text: &str, pattern: &str) -> bool {
        Pattern::new(pattern, false).matches(text)
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
        assert!(like(r"a\b", r"a\b"));
    }

    #[test]
    fn a_case_sensitive_field_is_matched_with_its_case() {
        assert!(!Pattern::new("ab%", true).matches("ABc"));
        assert!(Pattern::new("AB%", true).matches("ABc"));
    }

    #[test]
    fn many_runs_do_not_take_forever() {
        assert!(!like(&"a".repeat(4000), &"%a".repeat(500).replace("%a", "%ab")));
    }
}
