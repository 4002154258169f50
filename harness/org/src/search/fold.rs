//! How the search index sees characters: without case and accents, in classes.

/// The class of a character. A token has characters of one class only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A letter, or a mark on one.
    Letter,
    /// A digit.
    Digit,
    /// A character of a script that sets no blanks between words; each is a token of its own.
    Ideograph,
    /// Anything else, which separates tokens.
    Separator,
}

/// The class of a character.
pub(super) fn class(character: char) -> Class {
    match character {
        'a'..='z' | 'A'..='Z' => Class::Letter,
        '0'..='9' => Class::Digit,
        _ if character.is_ascii() => Class::Separator,
        _ if is_ideograph(character) => Class::Ideograph,
        _ if is_mark(character) || character.is_alphabetic() => Class::Letter,
        _ if character.is_numeric() => Class::Digit,
        _ => Class::Separator,
    }
}

/// Adds a character to a token, in lower case and without its accent.
pub(super) fn push(token: &mut String, character: char) {
    if character.is_ascii() {
        token.push(character.to_ascii_lowercase());
        return;
    }
    for lower in character.to_lowercase() {
        match base(lower) {
            Some(letters) => token.push_str(letters),
            None if is_mark(lower) => {}
            None => token.push(lower),
        }
    }
}

/// Whether a character is of Chinese, Japanese, Korean or Thai script.
pub(super) const fn is_ideograph(character: char) -> bool {
    matches!(
        character,
        '\u{0e00}'..='\u{0e7f}'
            | '\u{1100}'..='\u{11ff}'
            | '\u{3005}'..='\u{3007}'
            | '\u{3040}'..='\u{30ff}'
            | '\u{3130}'..='\u{318f}'
            | '\u{31f0}'..='\u{31ff}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7af}'
            | '\u{f900}'..='\u{faff}'
            | '\u{ff66}'..='\u{ff9d}'
            | '\u{20000}'..='\u{323af}'
    )
}

/// Whether a character is an accent that stands behind its letter.
const fn is_mark(character: char) -> bool {
    matches!(character, '\u{0300}'..='\u{036f}')
}

/// The letters that a lower-case letter with an accent, or a ligature, counts as.
const fn base(letter: char) -> Option<&'static str> {
    Some(match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}
