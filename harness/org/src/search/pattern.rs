//! What one token must look like, and sequences of such tokens: the words and phrases of a search term.

use mockorg_soql::sosl::{Piece, Word};

use super::fold::{self, Class};

/// What one token must look like.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pattern {
    /// What the token begins with; the whole token where no wildcard follows.
    pub(super) prefix: Box<str>,
    /// What comes behind the prefix: a wildcard first; nothing without one.
    rest: Vec<Part>,
}

/// A part of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// One certain character.
    One(char),
    /// Any one character.
    AnyOne,
    /// Any characters, also none.
    Any,
}

/// Tokens that follow each other; never empty.
pub(super) type Sequence = Vec<Pattern>;

impl Pattern {
    /// Whether the pattern is one certain token.
    pub(super) const fn is_exact(&self) -> bool {
        self.rest.is_empty()
    }

    /// Whether a token fits.
    pub(super) fn matches(&self, token: &str) -> bool {
        token.strip_prefix(&*self.prefix).is_some_and(|behind| fits(behind, &self.rest))
    }

    fn is_open(&self) -> bool {
        !self.prefix.is_empty()
    }
}

/// Whether the parts cover the text. Only the last star can have to take more, so there is no recursion.
fn fits(text: &str, parts: &[Part]) -> bool {
    let (mut text, mut parts) = (text, parts);
    let mut star: Option<(&str, &[Part])> = None;
    loop {
        let first = text.chars().next();
        match (parts.split_first(), first) {
            (None, None) => return true,
            (Some((Part::Any, rest)), _) => {
                star = Some((text, rest));
                parts = rest;
                continue;
            }
            (Some((Part::One(wanted), rest)), Some(own)) if *wanted == own => parts = rest,
            (Some((Part::AnyOne, rest)), Some(_)) => parts = rest,
            _ => {
                let Some((from, rest)) = star else { return false };
                let mut behind = from.chars();
                if behind.next().is_none() {
                    return false;
                }
                star = Some((behind.as_str(), rest));
                (text, parts) = (behind.as_str(), rest);
                continue;
            }
        }
        text = first.and_then(|first| text.get(first.len_utf8()..)).unwrap_or_default();
    }
}

/// The tokens that words stand for, one behind the other; empty when they hold nothing but punctuation
/// and wildcards.
///
/// A wildcard belongs to the token before it, and goes no further than that token's class. One without a
/// token before it has no effect, nor has one behind a character that is a token of its own.
pub(super) fn sequence(words: &[Word]) -> Sequence {
    let mut sequence = Vec::new();
    for word in words {
        let mut open = Builder::default();
        for piece in &word.pieces {
            match piece {
                Piece::Text(text) => text.chars().for_each(|character| open.push(character, &mut sequence)),
                Piece::Any => open.wildcard(Part::Any),
                Piece::One => open.wildcard(Part::AnyOne),
            }
        }
        open.close(&mut sequence);
    }
    sequence
}

/// The token that is being put together.
struct Builder {
    class: Class,
    pattern: Pattern,
    folded: String,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            class: Class::Separator,
            pattern: Pattern { prefix: Box::default(), rest: Vec::new() },
            folded: String::new(),
        }
    }
}

impl Builder {
    fn push(&mut self, character: char, sequence: &mut Sequence) {
        let class = fold::class(character);
        if class != self.class || class == Class::Ideograph {
            self.close(sequence);
            self.class = class;
        }
        if class == Class::Separator {
            return;
        }
        self.folded.clear();
        fold::push(&mut self.folded, character);
        if self.pattern.is_exact() {
            let mut prefix = std::mem::take(&mut self.pattern.prefix).into_string();
            prefix.push_str(&self.folded);
            self.pattern.prefix = prefix.into();
        } else {
            self.pattern.rest.extend(self.folded.chars().map(Part::One));
        }
    }

    fn wildcard(&mut self, part: Part) {
        let repeats = part == Part::Any && self.pattern.rest.last() == Some(&Part::Any);
        if self.pattern.is_open() && self.class != Class::Ideograph && !repeats {
            self.pattern.rest.push(part);
        }
    }

    fn close(&mut self, sequence: &mut Sequence) {
        let done = std::mem::replace(&mut self.pattern, Pattern { prefix: Box::default(), rest: Vec::new() });
        if done.is_open() {
            sequence.push(done);
        }
    }
}

/// The pattern of tokens that begin with these characters.
pub(super) fn beginning_with(pattern: Pattern) -> Pattern {
    Pattern { rest: vec![Part::Any], ..pattern }
}

#[cfg(test)]
mod tests {
    use mockorg_soql::sosl::{TermExpr, parse_term};

    use super::*;

    fn of(term: &str) -> Sequence {
        match parse_term(term).unwrap() {
            TermExpr::Word(word) => sequence(&[word]),
            TermExpr::Phrase(words) => sequence(&words),
            other => panic!("{other:?} is no word"),
        }
    }

    fn fits(term: &str, token: &str) -> bool {
        matches!(of(term).as_slice(), [pattern] if pattern.matches(token))
    }

    #[test]
    fn stars_stand_for_any_characters_and_question_marks_for_one() {
        for (term, token, expected) in [
            ("john", "john", true),
            ("john", "johnson", false),
            ("john*", "johnson", true),
            ("john*", "john", true),
            ("jo?n", "joan", true),
            ("jo?n", "jon", false),
            ("jo?n", "johan", false),
            ("jo??", "john", true),
            ("s*th", "smith", true),
            ("s*t*h", "smythesmith", true),
            ("s*ths", "smith", false),
            ("a*?b", "ab", false),
            ("a**b", "ab", true),
            ("Zo?", "zoe", true),
            ("ab*ba*ab", "abbaab", true),
        ] {
            assert_eq!(fits(term, token), expected, "{term} {token}");
        }
    }

    #[test]
    fn a_wildcard_before_its_word_has_no_effect() {
        assert_eq!(of("*corp"), of("corp"));
        assert_eq!(of("?corp*"), of("corp*"));
        assert!(of("*\\&\\&*").is_empty());
    }

    #[test]
    fn a_word_with_punctuation_is_several_tokens() {
        let prefixes = |term| of(term).iter().map(|pattern| pattern.prefix.to_string()).collect::<Vec<_>>();
        assert_eq!(prefixes("jane@example.com"), ["jane", "example", "com"]);
        assert_eq!(prefixes("AA12*"), ["aa", "12"]);
        assert_eq!(prefixes("\"joe smith\""), ["joe", "smith"]);
        assert_eq!(prefixes("東京*"), ["東", "京"]);
        assert!(of("東京*").iter().all(Pattern::is_exact));
        // The wildcard goes no further than the letters before it.
        assert_eq!(prefixes("aa*2"), ["aa", "2"]);
    }
}
