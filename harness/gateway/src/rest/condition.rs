//! Conditional requests: entity tags and dates of change.

use hyper::header::{
    ETAG, HeaderMap, HeaderName, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_UNMODIFIED_SINCE,
    LAST_MODIFIED,
};
use mockorg_org::Timestamp;

use crate::answer::Answer;

/// What an answer is worth to a client that has an older one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Validators {
    pub(super) tag: Option<String>,
    pub(super) changed: Option<Timestamp>,
}

/// Whether a client named conditions at all; most do not.
pub(super) fn is_conditional(headers: &HeaderMap) -> bool {
    [IF_MATCH, IF_NONE_MATCH, IF_MODIFIED_SINCE, IF_UNMODIFIED_SINCE]
        .iter()
        .any(|name| headers.contains_key(name))
}

/// The name of a condition whose date cannot be read. A read ignores it; the platform refuses a change with it.
pub(super) fn unreadable_date(headers: &HeaderMap) -> Option<&'static str> {
    [(IF_MODIFIED_SINCE, "If-Modified-Since"), (IF_UNMODIFIED_SINCE, "If-Unmodified-Since")]
        .into_iter()
        .find(|(name, _)| headers.contains_key(name) && date(headers, name).is_none())
        .map(|(_, name)| name)
}

impl Validators {
    /// The status that a read is answered with instead of its content: 304, 412, or none.
    pub(super) fn of_read(&self, headers: &HeaderMap) -> Option<u16> {
        if self.is_stale(headers) {
            return Some(412);
        }
        self.is_same(headers).then_some(304)
    }

    /// Whether a change must not happen.
    pub(super) fn forbids_change(&self, headers: &HeaderMap) -> bool {
        self.is_stale(headers) || self.is_same(headers)
    }

    /// The client wanted another state than the present one.
    fn is_stale(&self, headers: &HeaderMap) -> bool {
        match (text(headers, &IF_MATCH), &self.tag) {
            (Some(wanted), Some(tag)) => !names(wanted, tag),
            _ => {
                matches!((date(headers, &IF_UNMODIFIED_SINCE), self.changed), (Some(since), Some(changed)) if changed.floor_second() > since)
            }
        }
    }

    /// The client has the present state.
    fn is_same(&self, headers: &HeaderMap) -> bool {
        match (text(headers, &IF_NONE_MATCH), &self.tag) {
            (Some(known), Some(tag)) => names(known, tag),
            _ => {
                matches!((date(headers, &IF_MODIFIED_SINCE), self.changed), (Some(since), Some(changed)) if changed.floor_second() <= since)
            }
        }
    }

    /// Adds the headers that let the client ask conditionally next time.
    pub(super) fn mark(&self, answer: Answer, with_date: bool) -> Answer {
        let answer = match &self.tag {
            Some(tag) => answer.with(ETAG, tag.as_str()),
            None => answer,
        };
        match self.changed.filter(|_| with_date) {
            Some(changed) => answer.with(LAST_MODIFIED, http_date(changed)),
            None => answer,
        }
    }
}

/// The tag of a describe answer: hexadecimal digits.
pub(super) fn describe_tag(body: &[u8]) -> String {
    let hash = hash(body);
    format!("\"{:08x}\"", (hash ^ (hash >> 32)) & 0xffff_ffff)
}

/// The tag of a record: base64.
pub(super) fn row_tag(body: &[u8]) -> String {
    use base64::Engine;
    let mut bytes = [0; 17];
    bytes[..8].copy_from_slice(&hash(body).to_le_bytes());
    bytes[8..16].copy_from_slice(&(body.len() as u64).wrapping_mul(MULTIPLIER).to_le_bytes());
    format!("\"{}\"", base64::engine::general_purpose::URL_SAFE.encode(bytes))
}

const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

/// A quick hash that is the same in every run.
fn hash(body: &[u8]) -> u64 {
    let (chunks, rest) = body.as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let words = chunks.iter().chain([&last]).map(|chunk| u64::from_le_bytes(*chunk));
    let sum =
        words.fold(body.len() as u64, |sum, word| (sum.rotate_left(23) ^ word).wrapping_mul(MULTIPLIER));
    sum ^ (sum >> 29)
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn date(headers: &HeaderMap, name: &HeaderName) -> Option<Timestamp> {
    parse_http_date(text(headers, name)?)
}

/// Whether a list of tags names `tag`; a compressed answer's tag counts as the plain one's.
fn names(list: &str, tag: &str) -> bool {
    list.split(',').map(str::trim).any(|item| {
        let item = item.strip_prefix("W/").unwrap_or(item);
        item == "*"
            || item == tag
            || item.strip_suffix("--gzip\"").is_some_and(|plain| tag.strip_suffix('"') == Some(plain))
    })
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/// Reads `Tue, 28 Jun 2022 03:46:54 GMT`; the zone may also be an offset.
fn parse_http_date(text: &str) -> Option<Timestamp> {
    let (_, rest) = text.split_once(',')?;
    let mut words = rest.split_ascii_whitespace();
    let (day, month, year, clock, zone) =
        (words.next()?, words.next()?, words.next()?, words.next()?, words.next()?);
    let month = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month))? + 1;
    let zone = if matches!(zone, "GMT" | "UTC" | "Z") { "Z" } else { zone };
    Timestamp::parse(&format!("{year}-{month:02}-{day:0>2}T{clock}{zone}"))
}

/// Writes `Tue, 28 Jun 2022 03:46:54 GMT`.
fn http_date(at: Timestamp) -> String {
    let at = at.civil();
    let day = DAYS[usize::from(at.weekday().to_sunday_zero_offset().unsigned_abs()) % 7];
    let month = MONTHS[usize::from(at.month().unsigned_abs().saturating_sub(1)) % 12];
    format!(
        "{day}, {:02} {month} {:04} {:02}:{:02}:{:02} GMT",
        at.day(),
        at.year(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn headers(pairs: &[(HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    fn validators() -> Validators {
        Validators { tag: Some("\"abc=\"".to_owned()), changed: Timestamp::parse("2022-06-28T03:46:54.700Z") }
    }

    #[test]
    fn dates_travel_in_the_form_of_http() {
        let at = parse_http_date("Tue, 28 Jun 2022 03:46:54 GMT").unwrap();
        assert_eq!(http_date(at), "Tue, 28 Jun 2022 03:46:54 GMT");
        assert_eq!(parse_http_date("yesterday"), None);
    }

    #[test]
    fn a_known_state_is_not_sent_again() {
        for pair in [
            (IF_NONE_MATCH, "\"abc=\""),
            (IF_NONE_MATCH, "\"abc=--gzip\""),
            (IF_NONE_MATCH, "\"x\", \"abc=\""),
            (IF_MODIFIED_SINCE, "Tue, 28 Jun 2022 03:46:54 GMT"),
        ] {
            assert_eq!(validators().of_read(&headers(std::slice::from_ref(&pair))), Some(304), "{pair:?}");
        }
        assert_eq!(validators().of_read(&headers(&[(IF_NONE_MATCH, "\"old\"")])), None);
        assert_eq!(
            validators().of_read(&headers(&[(IF_MODIFIED_SINCE, "Tue, 28 Jun 2022 03:46:53 GMT")])),
            None
        );
    }

    #[test]
    fn a_change_of_another_state_than_the_client_saw_is_refused() {
        assert!(validators().forbids_change(&headers(&[(IF_MATCH, "\"old\"")])));
        assert!(
            validators().forbids_change(&headers(&[(IF_UNMODIFIED_SINCE, "Tue, 28 Jun 2022 03:46:50 GMT")]))
        );
        assert!(!validators().forbids_change(&headers(&[(IF_MATCH, "\"abc=--gzip\"")])));
        assert!(!validators().forbids_change(&headers(&[])));
    }

    #[test]
    fn tags_tell_bodies_apart() {
        assert_ne!(row_tag(b"{\"a\":1}"), row_tag(b"{\"a\":2}"));
        assert_ne!(describe_tag(b"12345678"), describe_tag(b"12345678\0"));
        assert!(row_tag(b"x").ends_with("=\""));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

        #[test]
        fn no_condition_makes_the_reader_panic(text in "([A-Z][a-z]{2}|,| |[0-9]{1,5}|:|GMT|[+-]|W/|\"){0,12}") {
            let _ = parse_http_date(&text);
            let _ = names(&text, "\"abc=\"");
        }

        #[test]
        fn every_date_of_http_reads_back(seconds in 0..253_402_000_000_i64) {
            let at = Timestamp::from_millis(seconds * 1000);
            prop_assert_eq!(parse_http_date(&http_date(at)), Some(at));
        }
    }
}
