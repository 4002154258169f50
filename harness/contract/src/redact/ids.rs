//! Record ids: which texts are some, and the names that stand for them.

use std::collections::BTreeMap;

/// Key prefixes of standard objects; others are learned from answers.
const STANDARD: &[(&str, &str)] = &[
    ("001", "Account"),
    ("003", "Contact"),
    ("005", "User"),
    ("006", "Opportunity"),
    ("00D", "Organization"),
    ("00E", "UserRole"),
    ("00G", "Group"),
    ("00N", "CustomField"),
    ("00O", "Report"),
    ("00Q", "Lead"),
    ("00T", "Task"),
    ("00U", "Event"),
    ("00e", "Profile"),
    ("00k", "OpportunityLineItem"),
    ("01g", "QueryLocator"),
    ("01m", "BusinessHours"),
    ("01p", "ApexClass"),
    ("01s", "Pricebook2"),
    ("01t", "Product2"),
    ("01u", "PricebookEntry"),
    ("02i", "Asset"),
    ("0IF", "PushTopic"),
    ("0M6", "StreamingChannel"),
    ("0PS", "PermissionSet"),
    ("0Q0", "Quote"),
    ("0QL", "QuoteLineItem"),
    ("0Xc", "IntegrationUser"),
    ("0r8", "QueryLocator"),
    ("16P", "AsyncOperationTracker"),
    ("500", "Case"),
    ("701", "Campaign"),
    ("707", "AsyncApexJob"),
    ("750", "Job"),
    ("751", "Batch"),
    ("800", "Contract"),
    ("801", "Order"),
    ("802", "OrderItem"),
    ("95T", "RevenueAsyncOperation"),
];

/// The names that were given to ids.
#[derive(Debug, Clone, Default)]
pub(super) struct Ids {
    /// Key prefix → object, as answers showed it.
    objects: BTreeMap<String, String>,
    /// The first 15 signs of an id → its name.
    names: BTreeMap<String, String>,
    /// Label → how many ids have it.
    counts: BTreeMap<String, usize>,
}

impl Ids {
    /// Remembers that ids of this kind belong to an object.
    pub(super) fn learn(&mut self, id: &str, object: &str) {
        if is_object_name(object)
            && is_long(id)
            && let Some(prefix) = id.get(..3)
        {
            self.learn_prefix(prefix, object);
        }
    }

    /// Remembers the key prefix of an object, as describes give it.
    pub(super) fn learn_prefix(&mut self, prefix: &str, object: &str) {
        let fits = prefix.len() == 3 && prefix.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if fits && is_object_name(object) && standard(prefix).is_none() {
            self.objects.entry(prefix.to_owned()).or_insert_with(|| object.to_owned());
        }
    }

    /// The name of an id, or nothing when the text is none.
    ///
    /// A form with 18 signs proves itself by its checksum. One with 15 signs counts as an id when
    /// its longer form was seen, or when its prefix belongs to an object and it holds digits as ids do.
    pub(super) fn name(&mut self, text: &str) -> Option<String> {
        if !self.is_id(text) {
            return None;
        }
        let short = text.get(..15)?;
        if let Some(name) = self.names.get(short) {
            return Some(name.clone());
        }
        let prefix = short.get(..3)?;
        let known = self.objects.get(prefix).map(String::as_str);
        let label = known.or_else(|| standard(prefix)).unwrap_or(prefix).to_owned();
        let count = self.counts.entry(label.clone()).or_default();
        *count += 1;
        let name = format!("[{label}#{count}]");
        self.names.insert(short.to_owned(), name.clone());
        Some(name)
    }

    fn is_id(&self, text: &str) -> bool {
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) || is_empty_id(text) {
            return false;
        }
        match text.len() {
            18 => is_long(text),
            15 => {
                let (prefix, rest) = text.split_at(3);
                let known = self.objects.contains_key(prefix) || standard(prefix).is_some();
                let digits = rest.bytes().filter(u8::is_ascii_digit).count();
                self.names.contains_key(text) || (known && digits >= 3)
            }
            _ => false,
        }
    }
}

/// The id that stands for "none" is the same in every org.
fn is_empty_id(text: &str) -> bool {
    text.starts_with("000000000000000")
}

fn is_object_name(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn standard(prefix: &str) -> Option<&'static str> {
    STANDARD.iter().find(|(key, _)| *key == prefix).map(|(_, object)| *object)
}

/// Whether a text is an id of 18 signs: the last three say which of the first fifteen are capitals.
pub(super) fn is_long(text: &str) -> bool {
    let bytes = text.as_bytes();
    let fits = bytes.len() == 18 && bytes.iter().all(u8::is_ascii_alphanumeric);
    // A word has a valid checksum only by accident; no id is without a digit.
    fits && bytes[..15].iter().any(u8::is_ascii_digit) && checksum(&bytes[..15]) == bytes[15..]
}

fn checksum(short: &[u8]) -> Vec<u8> {
    const SIGNS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    let capitals = |part: &[u8]| {
        part.iter().enumerate().map(|(at, byte)| usize::from(byte.is_ascii_uppercase()) << at).sum::<usize>()
    };
    short.chunks(5).map(|part| SIGNS[capitals(part) & 31]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_an_id_have_one_name() {
        let mut ids = Ids::default();
        assert_eq!(ids.name("001D000000IRFmaIAH").as_deref(), Some("[Account#1]"));
        assert_eq!(ids.name("001D000000IRFma").as_deref(), Some("[Account#1]"));
        assert_eq!(ids.name("0015e000001QeFwAAA"), None, "the checksum is wrong");
    }

    #[test]
    fn words_are_no_ids() {
        let mut ids = Ids::default();
        for word in [
            "Administrator15",
            "RelationshipNam",
            "OrderItemSummary",
            "INSUFFICIENTACCESS",
            "001AccountNumber",
        ] {
            assert_eq!(ids.name(word), None, "{word}");
        }
        assert_eq!(ids.name("000000000000000AAA"), None);
    }

    #[test]
    fn an_object_is_learned_from_answers() {
        let mut ids = Ids::default();
        ids.learn_prefix("a0X", "Parcel__c");
        assert_eq!(ids.name("a0X000000000001").as_deref(), Some("[Parcel__c#1]"));
        assert_eq!(ids.name("a0Y000000000001"), None, "nothing says that it is an id");
        assert_eq!(ids.name("a0Y000000000001EAA").as_deref(), Some("[a0Y#1]"));
    }
}
