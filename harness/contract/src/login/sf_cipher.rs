//! How the Salesforce CLI keeps secrets: AES-256-GCM in hexadecimal digits, nonce first, `:`, tag.
//!
//! There are two forms, told apart by the length of the key. In the older one neither key nor nonce are
//! decoded: their hexadecimal digits themselves are the bytes.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use super::secret::Secret;

/// Hexadecimal digits of a tag.
const TAG: usize = 32;

/// The key of one machine.
#[derive(Debug)]
pub(super) struct SfKey {
    key: LessSafeKey,
    nonce: NonceForm,
}

#[derive(Debug, Clone, Copy)]
enum NonceForm {
    /// Twelve digits, as they stand.
    Digits,
    /// Twelve bytes, in 24 digits.
    Bytes,
}

impl SfKey {
    /// A key as the CLI writes it: 32 digits (as they stand) or 64 (decoded); `None` for anything else.
    pub(super) fn new(text: &str) -> Option<Self> {
        let digits = text.bytes().all(|digit| digit.is_ascii_hexdigit());
        let (bytes, nonce) = match text.len() {
            32 if digits => (text.as_bytes().to_vec(), NonceForm::Digits),
            64 if digits => (decode(text)?, NonceForm::Bytes),
            _ => return None,
        };
        let key = UnboundKey::new(&AES_256_GCM, &bytes).ok()?;
        Some(Self { key: LessSafeKey::new(key), nonce })
    }

    /// The secret behind a text; `None` when this key does not open it.
    pub(super) fn open(&self, text: &str) -> Option<Secret> {
        let (body, tag) = text.split_once(':')?;
        let (nonce, body) = match self.nonce {
            NonceForm::Digits => (body.get(..12)?.as_bytes().to_vec(), body.get(12..)?),
            NonceForm::Bytes => (decode(body.get(..24)?)?, body.get(24..)?),
        };
        let mut bytes = decode(body)?;
        bytes.extend(decode(tag)?);
        let nonce = Nonce::try_assume_unique_for_key(&nonce).ok()?;
        let plain = self.key.open_in_place(nonce, Aad::empty(), &mut bytes).ok()?;
        String::from_utf8(plain.to_vec()).ok().map(Secret::new)
    }
}

/// Whether a text looks as the CLI writes secrets; others stand as they are.
pub(super) fn is_sealed(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|digit| digit.is_ascii_hexdigit());
    text.split_once(':').is_some_and(|(body, tag)| tag.len() == TAG && digits(tag) && digits(body))
}

fn decode(digits: &str) -> Option<Vec<u8>> {
    let value = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    digits.as_bytes().chunks_exact(2).map(|pair| Some(value(pair[0])? << 4 | value(pair[1])?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // Written by `@salesforce/core` 8.23.1 for this test, with SF_CRYPTO_V2=false and =true.
    const OLD_KEY: &str = "1edefe083ca5960d2275cdf80e5ee347";
    const OLD: &str = "88767d27094264cd779ed6a97723a31d2ac62f06a2242f4460bca5e16936da3e8553f0b5813ff8cd:\
                       546848ae9fa3fc602551ab07049f0780";
    const NEW_KEY: &str = "9feaa2d1066969f3ee93dd85d89999202e0311e41c44ce348caeac1083936722";
    const NEW: &str = "07cecc6ad29f43d044fd33eb90d7b6d4cdb74bc75b122b0c575f8a82ef6611735a4cbe318d74844be3cc1274\
                       8c08:27648dd0151d587cd4f78e56f133f77c";

    #[test]
    fn secrets_that_the_cli_itself_wrote_open_in_both_forms() {
        for (key, text) in [(OLD_KEY, OLD), (NEW_KEY, NEW)] {
            let opened = SfKey::new(key).and_then(|key| key.open(text));
            assert_eq!(opened, Some(Secret::new("00D000000000001!dummy.access.token")), "{key}");
            assert!(is_sealed(text));
        }
    }

    #[test]
    fn another_key_and_damaged_texts_open_nothing() {
        let key = SfKey::new(OLD_KEY);
        let opens = |text: &str| key.as_ref().and_then(|key| key.open(text)).is_some();
        assert!(!opens(NEW));
        for text in
            ["", ":", "a:b", "é:é", "88767d270942:546848ae9fa3fc602551ab07049f0780", &OLD.replace("88", "89")]
        {
            assert!(!opens(text), "{text}");
        }
        for key in ["", "xyz", "zz", &"g".repeat(32), &"é".repeat(16), &"a".repeat(63)] {
            assert!(SfKey::new(key).is_none(), "{key}");
        }
        assert!(!is_sealed("00D000000000001!dummy.access.token"));
    }
}
