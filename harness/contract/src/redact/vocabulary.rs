//! The words that may stand in recordings: those which the project itself wrote.

use std::collections::BTreeSet;

use crate::json::{self, Json};

/// Texts and words that say nothing about anybody's org, because the project has them already:
/// names and values of definitions, schemas, endpoints and cases.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    texts: BTreeSet<String>,
    words: BTreeSet<String>,
}

/// Words of the protocols, which stand in no definition.
const PROTOCOL: &str = "host n http https xml soap xsi nil null true false charset utf UTF Bearer type Id id ids \
     json application text html plain csv form urlencoded services data sobjects api usage per app \
     q SELECT FROM WHERE AND OR NOT IN LIKE ORDER BY GROUP LIMIT OFFSET ASC DESC NULLS FIRST LAST \
     COUNT FIELDS ALL ROWS HAVING TYPEOF END WHEN THEN ELSE FIND RETURNING UPDATE WITH \
     grant_type password client_id client_secret refresh_token access_token assertion username \
     authorization_code client_credentials token_type instance_url issued_at signature scope format \
     ERROR at Row Column line column If Please No Session Invalid Unexpected Unable Cannot Missing Required \
     Specify Before Content Type Only Resource The This You We To In EOF INVALID_HEADER_TYPE \
     soapenv Envelope Header Body Fault faultcode faultstring result urn partner enterprise xmlns xsd";

impl Vocabulary {
    /// The vocabulary of JSON texts: their keys, their strings, and the words in these.
    ///
    /// A text that is no JSON adds nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use mockorg_contract::redact::Vocabulary;
    ///
    /// let vocabulary = Vocabulary::of([r#"{"name":"Status","picklistValues":["Draft"]}"#]);
    /// assert!(vocabulary.has_text("Draft"));
    /// assert!(!vocabulary.has_text("Mrs Miller"));
    /// ```
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut vocabulary = Self::default();
        for text in texts {
            if let Ok(json) = json::parse(text) {
                vocabulary.add(&json);
            }
        }
        for word in PROTOCOL.split_whitespace() {
            vocabulary.texts.insert(word.to_owned());
            vocabulary.words.insert(word.to_owned());
        }
        vocabulary
    }

    fn add(&mut self, json: &Json) {
        match json {
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
            Json::String(text) => self.add_text(text),
            Json::Array(items) => items.iter().for_each(|item| self.add(item)),
            Json::Object(pairs) => {
                for (key, value) in pairs {
                    self.add_text(key);
                    self.add(value);
                }
            }
        }
    }

    fn add_text(&mut self, text: &str) {
        self.words.extend(words(text).filter(|word| is_plain(word)).map(str::to_owned));
        self.texts.insert(text.to_owned());
    }

    /// Whether the project has this very text.
    pub fn has_text(&self, text: &str) -> bool {
        self.texts.contains(text)
    }

    /// Whether the project's texts have this word.
    pub fn has_word(&self, word: &str) -> bool {
        self.words.contains(word) || self.texts.contains(word)
    }

    /// A text of the platform, without what the vocabulary does not have: unknown words, and what stands
    /// in single quotes and is no text of the project as a whole.
    pub(super) fn filtered(&self, text: &str, mut replace: impl FnMut(&str) -> String) -> String {
        let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        let mut after_number = false;
        while let Some(letter) = rest.chars().next() {
            if let Some((quoted, after)) = rest.strip_prefix('\'').and_then(|inner| inner.split_once('\'')) {
                let known = quoted.is_empty() || self.has_text(quoted);
                let shown = if known { quoted.to_owned() } else { replace(quoted) };
                out.extend(["'", &shown, "'"]);
                rest = after;
                continue;
            }
            let run = rest.find(|next: char| is_word(next) != is_word(letter) || next == '\'');
            let run = run
                .filter(|run| *run > 0)
                .unwrap_or_else(|| if letter == '\'' { letter.len_utf8() } else { rest.len() });
            let (part, after) = rest.split_at(run);
            rest = after;
            if !is_word(letter) {
                // Signs of ASCII say nothing; a whole script may hide in the others.
                out.extend(part.chars().map(|sign| if sign.is_ascii() { sign } else { '·' }));
                continue;
            }
            let number = part.bytes().all(|byte| byte.is_ascii_digit());
            // A count stands alone; groups of digits one after the other may be a telephone number.
            let count = number && part.len() <= 4 && (!after_number || part == "0");
            let known = if number { count } else { self.has_word(part) };
            out.push_str(&if known { part.to_owned() } else { replace(part) });
            after_number = number;
        }
        out
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter(|word| !word.is_empty())
}

/// Words that speak about nobody: lower case, codes in capitals, and API names. A capitalised
/// word in a text may be the name of a person.
fn is_plain(word: &str) -> bool {
    let letters = || word.chars().filter(|letter| letter.is_alphabetic());
    letters().all(char::is_lowercase) || letters().all(char::is_uppercase) || word.contains('_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_words_of_a_message_stay() {
        let vocabulary = Vocabulary::of([r#"{"message":"such column on entity 'x'","word":"No"}"#]);
        let shown = vocabulary.filtered("No such column 'Hans' on 49151234567", |_| "?".to_owned());
        assert_eq!(shown, "No such column '?' on ?");
        assert_eq!(vocabulary.filtered("on 151 234 5678", |_| "?".to_owned()), "on 151 ? ?");
    }
}
