//! Record ids: 15 case-sensitive characters, printed as 18 with a case checksum.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const CHECKSUM: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/// The id of a record. It cannot be malformed; whether it names a record is another question.
///
/// # Examples
///
/// ```
/// use mockorg_org::RecordId;
///
/// let id: RecordId = "001Da00000xnAk6".parse().unwrap();
/// assert_eq!(id.to_string(), "001Da00000xnAk6IAE");
/// assert_eq!(id.key_prefix(), "001");
/// assert!("001Da00000xnAk6IAF".parse::<RecordId>().is_err(), "the checksum is wrong");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId([u8; 15]);

/// The text is not a record id: wrong length, wrong character, or wrong checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a record id")]
pub struct MalformedId;

impl RecordId {
    /// The id of the Master record type, which every object has.
    pub const MASTER_RECORD_TYPE: Self = Self(*b"012000000000000");
    /// The id that filters accept as an empty key.
    pub const NULL: Self = Self(*b"000000000000000");
    /// The last id in the order of ids, for ranges.
    pub(crate) const LAST: Self = Self(*b"zzzzzzzzzzzzzzz");

    /// Composes an id from key prefix, org part and counter; the counter fills the last nine places.
    #[must_use]
    pub fn compose(key_prefix: [u8; 3], pod: [u8; 3], mut counter: u64) -> Self {
        let mut bytes = *b"000000000000000";
        bytes[..3].copy_from_slice(&key_prefix);
        bytes[3..6].copy_from_slice(&pod);
        for place in bytes[6..].iter_mut().rev() {
            *place = ALPHABET[(counter % 62) as usize];
            counter /= 62;
        }
        Self(bytes)
    }

    /// The first three characters, which name the object.
    #[must_use]
    pub fn key_prefix(&self) -> &str {
        &self.as_15()[..3]
    }

    /// The key prefix as bytes.
    pub(crate) const fn prefix(self) -> [u8; 3] {
        let [a, b, c, ..] = self.0;
        [a, b, c]
    }

    /// The counter that [`RecordId::compose`] was given; `None` for ids of another org.
    pub(crate) fn counter_in(&self, pod: [u8; 3]) -> Option<u64> {
        let place = |c: &u8| ALPHABET.iter().position(|own| own == c);
        let digit = |all: u64, c: &u8| Some(all * 62 + place(c)? as u64);
        (self.0[3..6] == pod).then(|| self.0[6..].iter().try_fold(0, digit))?
    }

    /// The id of these characters; `None` when one of them is none of an id's.
    pub(crate) fn from_bytes(bytes: [u8; 15]) -> Option<Self> {
        bytes.iter().all(u8::is_ascii_alphanumeric).then_some(Self(bytes))
    }

    /// The 15-character form.
    #[must_use]
    pub fn as_15(&self) -> &str {
        // Every constructor admits ASCII letters and digits only.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The 18-character form as bytes.
    #[must_use]
    pub fn to_18(&self) -> [u8; 18] {
        let mut text = [0; 18];
        text[..15].copy_from_slice(&self.0);
        for (group, place) in self.0.chunks_exact(5).zip(&mut text[15..]) {
            let bits = group.iter().enumerate().filter(|(_, c)| c.is_ascii_uppercase());
            *place = CHECKSUM[bits.map(|(bit, _)| 1 << bit).sum::<usize>()];
        }
        text
    }
}

impl FromStr for RecordId {
    type Err = MalformedId;

    /// Reads either form. A checksum that disagrees with the letters is malformed, unless all letters have one
    /// case: then some tool on the way has folded them, and the checksum restores what they were.
    fn from_str(text: &str) -> Result<Self, MalformedId> {
        let bytes = text.as_bytes();
        if !bytes.iter().all(u8::is_ascii_alphanumeric) {
            return Err(MalformedId);
        }
        match *bytes {
            [_, _, _, _, _, _, _, _, _, _, _, _, _, _, _] => {
                let mut id = [0; 15];
                id.copy_from_slice(bytes);
                Ok(Self(id))
            }
            [_, _, _, _, _, _, _, _, _, _, _, _, _, _, _, c1, c2, c3] => {
                let mut id = [0; 15];
                for (index, checksum) in [c1, c2, c3].into_iter().enumerate() {
                    let checksum = checksum.to_ascii_uppercase();
                    let bits = CHECKSUM.iter().position(|c| *c == checksum).ok_or(MalformedId)?;
                    for bit in 0..5 {
                        let at = index * 5 + bit;
                        let upper = bits & (1 << bit) != 0;
                        id[at] = if upper {
                            bytes[at].to_ascii_uppercase()
                        } else {
                            bytes[at].to_ascii_lowercase()
                        };
                        // A digit has no case: a set bit above one is a wrong checksum.
                        if upper != id[at].is_ascii_uppercase() {
                            return Err(MalformedId);
                        }
                    }
                }
                let letters = || bytes[..15].iter().filter(|c| c.is_ascii_alphabetic());
                let folded = letters().all(u8::is_ascii_uppercase) || letters().all(u8::is_ascii_lowercase);
                if folded || id == bytes[..15] { Ok(Self(id)) } else { Err(MalformedId) }
            }
            _ => Err(MalformedId),
        }
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.to_18()).unwrap_or_default())
    }
}

impl fmt::Debug for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for RecordId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RecordId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // Ids of real orgs, with their checksums.
    const RECORDED: [(&str, &str); 7] = [
        ("001Da00000xnAk6", "IAE"),
        ("00Q4C00000B5Bug", "UAF"),
        ("00D1a000000H3O9", "EAK"),
        ("a001a000002zl6h", "AAA"),
        ("0051a000000UGT8", "AAO"),
        ("01p1700000PXUja", "AAH"),
        ("7506g00000DhRA2", "AAN"),
    ];

    #[test]
    fn checksums_agree_with_recorded_ids() {
        for (short, checksum) in RECORDED {
            let id: RecordId = short.parse().unwrap();
            assert_eq!(id.to_string(), format!("{short}{checksum}"));
            assert_eq!(id.to_string().parse::<RecordId>().unwrap(), id);
        }
    }

    #[test]
    fn an_18_character_id_whose_case_was_folded_still_resolves() {
        for (short, checksum) in RECORDED {
            let id: RecordId = format!("{}{checksum}", short.to_lowercase()).parse().unwrap();
            assert_eq!(id.as_15(), short);
        }
    }

    #[test]
    fn wrong_lengths_characters_and_checksums_are_malformed() {
        for text in [
            "",
            "001",
            "001Da00000xnAk",
            "001Da00000xnAk6I",
            "001Da00000xnA-6",
            "001Da00000xnAk6IAF",
            "001Da00000xnAk6IA9",
            "001900K0001pPuOAAU",
        ] {
            assert_eq!(text.parse::<RecordId>(), Err(MalformedId), "{text}");
        }
    }

    #[test]
    fn composed_ids_are_ordered_by_their_counter() {
        let ids: Vec<_> = (0..500).map(|n| RecordId::compose(*b"001", *b"xx0", n * 977)).collect();
        assert!(ids.is_sorted());
        assert_eq!(RecordId::compose(*b"001", *b"xx0", 62).as_15(), "001xx0000000010");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

        #[test]
        fn every_id_reads_back_in_either_form_and_in_one_case(prefix in "[0-9A-Za-z]{3}", pod in "[0-9A-Za-z]{3}", counter: u64) {
            let bytes = |text: &str| [text.as_bytes()[0], text.as_bytes()[1], text.as_bytes()[2]];
            let id = RecordId::compose(bytes(&prefix), bytes(&pod), counter);
            prop_assert_eq!(id.as_15().parse(), Ok(id));
            prop_assert_eq!(id.to_string().parse(), Ok(id));
            prop_assert_eq!(id.to_string().to_ascii_lowercase().parse(), Ok(id));
            prop_assert_eq!(id.to_string().to_ascii_uppercase().parse(), Ok(id));
        }

        #[test]
        fn a_text_that_is_an_id_prints_as_its_own_beginning(text in "[0-9A-Za-z\u{e9}-]{13,19}") {
            if let Ok(id) = text.parse::<RecordId>() {
                prop_assert!(text.len() == 15 || text.len() == 18);
                prop_assert!(text[..15].eq_ignore_ascii_case(id.as_15()));
                prop_assert_eq!(id.to_string().parse(), Ok(id));
            }
        }
    }
}
