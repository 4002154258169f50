//! What struck an exchange, sorted by where it takes effect.

use std::time::Duration;

use hyper::header::HeaderValue;
use mockorg_org::{
    ApiError,
    faults::{BodyFault, Fault},
};

use crate::answer::{Answer, HTML};

/// Why the first thing that a request asks of the org is refused.
#[derive(Clone, Debug)]
pub(crate) struct Struck(pub(crate) ApiError);

/// What is left to do when an answer is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effects {
    /// How long the answer waits.
    pub(super) latency: Duration,
    /// The connection is closed instead of an answer.
    pub(super) dropped: bool,
    /// The connection is reset instead of an answer.
    pub(super) reset: bool,
    /// After how many bytes the body breaks off.
    pub(super) truncated: Option<u64>,
    /// How many bytes of the body come in a second.
    pub(super) slow: Option<u64>,
}

impl Effects {
    /// How long the answer waits.
    pub(crate) const fn latency(&self) -> Duration {
        self.latency
    }

    /// Whether the connection or the body goes wrong.
    pub(crate) const fn breaks(&self) -> bool {
        self.dropped || self.reset || self.truncated.is_some() || self.slow.is_some()
    }
}

/// What stands in place of what the org would do.
#[derive(Debug)]
pub(super) enum Instead {
    /// Nothing: the request goes to the org.
    Nothing,
    /// No answer at all.
    Silence,
    /// A page of something before the org.
    Page(Answer),
    /// The refusal of the call, in the words of the API that was called.
    Refusal(ApiError),
}

/// Sorts what struck; of what stands in place of the call, the first counts.
pub(super) fn sort(faults: Vec<Fault>) -> (Instead, Effects) {
    let (mut instead, mut effects) = (Instead::Nothing, Effects::default());
    for fault in faults {
        let other = match &fault {
            Fault::Latency(latency) => {
                effects.latency = effects.latency.saturating_add(*latency);
                continue;
            }
            Fault::Reset => {
                effects.reset = true;
                continue;
            }
            Fault::Body(BodyFault::Truncated(bytes)) => {
                effects.truncated = Some(effects.truncated.map_or(*bytes, |least| least.min(*bytes)));
                continue;
            }
            Fault::Body(BodyFault::Slow(rate)) => {
                effects.slow = Some(effects.slow.map_or(*rate, |least| least.min(*rate)));
                continue;
            }
            Fault::Drop => Instead::Silence,
            Fault::Page { status, content_type, body } => {
                Instead::Page(page(*status, content_type.as_deref(), body))
            }
            Fault::Error { .. } => match fault.refusal() {
                Some(error) => Instead::Refusal(error),
                None => continue,
            },
            // These strike inside the org.
            Fault::Record { .. } | Fault::Job { .. } | Fault::Event(_) => continue,
        };
        if matches!(instead, Instead::Nothing) {
            instead = other;
        }
    }
    effects.dropped = matches!(instead, Instead::Silence);
    (instead, effects)
}

fn page(status: u16, content_type: Option<&str>, body: &str) -> Answer {
    if body.is_empty() && content_type.is_none() {
        return Answer::empty(status);
    }
    let media_type = content_type.and_then(|text| HeaderValue::from_str(text).ok()).unwrap_or(HTML);
    Answer::new(status, media_type, body.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_plan_decides_what_stands_in_place_of_the_call_and_delays_add_up() {
        let second = Duration::from_secs(1);
        let page = Fault::Page { status: 502, content_type: None, body: "<h1>Bad Gateway</h1>".into() };
        let (instead, effects) =
            sort(vec![Fault::Latency(second), page, Fault::Drop, Fault::Latency(second)]);
        assert!(
            matches!(instead, Instead::Page(page) if page.status == 502 && page.media_type == Some(HTML))
        );
        assert_eq!(effects, Effects { latency: 2 * second, ..Effects::default() });
    }

    #[test]
    fn the_strictest_of_several_bodies_counts_and_a_page_may_be_bare() {
        let body = |fault| Fault::Body(fault);
        let bare = Fault::Page { status: 406, content_type: None, body: "".into() };
        let (instead, effects) = sort(vec![
            body(BodyFault::Truncated(9)),
            body(BodyFault::Slow(100)),
            body(BodyFault::Truncated(3)),
            bare,
        ]);
        assert!(matches!(instead, Instead::Page(page) if page.media_type.is_none()));
        assert_eq!((effects.truncated, effects.slow), (Some(3), Some(100)));
    }
}
