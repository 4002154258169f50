//! The tokens of a text, as the search index holds them.
//!
//! Blanks and punctuation separate tokens, and so does the change from letters to digits and back.

use super::fold::{self, Class};

/// The tokens of one text. The buffers are used again for the next.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    text: String,
    ends: Vec<usize>,
}

impl Tokens {
    /// Takes the tokens of a text, forgetting those of the one before. In rich text, tags and the names of
    /// characters are no text.
    pub(super) fn read(&mut self, text: &str, is_html: bool) {
        self.text.clear();
        self.ends.clear();
        let mut last = Class::Separator;
        let mut hidden_until = 0;
        for (at, character) in text.char_indices() {
            if is_html && at >= hidden_until {
                hidden_until = at + markup(text.get(at..).unwrap_or_default());
            }
            let class = if at < hidden_until { Class::Separator } else { fold::class(character) };
            if class != last || class == Class::Ideograph {
                self.close();
            }
            if class != Class::Separator {
                fold::push(&mut self.text, character);
            }
            last = class;
        }
        self.close();
    }

    fn close(&mut self) {
        if self.ends.last().copied().unwrap_or(0) < self.text.len() {
            self.ends.push(self.text.len());
        }
    }

    /// How many tokens there are.
    pub(super) const fn len(&self) -> usize {
        self.ends.len()
    }

    /// The token at `index`.
    pub(super) fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.text.get(start..end)
    }

    /// The tokens from `index` on, as one text without what separated them.
    pub(super) fn from(&self, index: usize) -> &str {
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.text.get(start..).unwrap_or_default()
    }

    /// Whether every token consists of digits.
    pub(super) fn is_number(&self) -> bool {
        !self.text.is_empty() && self.text.chars().all(char::is_numeric)
    }
}

/// How many bytes of markup a rich text begins with.
fn markup(text: &str) -> usize {
    let behind = text.get(1..).unwrap_or_default();
    match text.as_bytes().first() {
        Some(b'<') => behind.find('>').map_or(text.len(), |end| end + 2),
        Some(b'&') => {
            let end = behind.find(|c: char| !c.is_ascii_alphanumeric() && c != '#').unwrap_or_default();
            let is_named = behind.get(end..).is_some_and(|rest| rest.starts_with(';'));
            if is_named { end + 2 } else { 0 }
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str, is_html: bool) -> Vec<String> {
        let mut tokens = Tokens::default();
        tokens.read("left over", false);
        tokens.read(text, is_html);
        (0..tokens.len()).filter_map(|index| tokens.get(index).map(str::to_owned)).collect()
    }

    #[test]
    fn blanks_punctuation_and_digits_separate_tokens() {
        assert_eq!(tokens("Acme, Inc.", false), ["acme", "inc"]);
        assert_eq!(tokens("jane_gray@Example.com", false), ["jane", "gray", "example", "com"]);
        assert_eq!(tokens("AA-000000012b", false), ["aa", "000000012", "b"]);
        assert_eq!(tokens(" ,; ", false), Vec::<String>::new());
    }

    #[test]
    fn case_and_accents_are_no_part_of_a_token() {
        assert_eq!(tokens("ZOË Müller-Strauß", false), ["zoe", "muller", "strauss"]);
        // The accent may be a character of its own.
        assert_eq!(tokens("Zoe\u{308}", false), ["zoe"]);
    }

    #[test]
    fn a_character_of_a_script_without_blanks_is_a_token() {
        assert_eq!(tokens("東京A都", false), ["東", "京", "a", "都"]);
    }

    #[test]
    fn tags_of_rich_text_are_not_read() {
        assert_eq!(tokens("<p>Hello<br>you</p>", true), ["hello", "you"]);
        assert_eq!(tokens("a&nbsp;b & c; d <e", true), ["a", "b", "c", "d"]);
        assert_eq!(tokens("1<2", false), ["1", "2"]);
    }
}
