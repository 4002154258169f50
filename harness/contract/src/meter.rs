//! What a client may spend on an org: calls, their rate, tries, and a share of the org's own limit.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{answer::Answer, request::Request};

/// The longest wait before another try; an org that asks for more has its answer taken as it is.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Limits of a [`Meter`]; without any, it only counts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Limits {
    /// How many requests may be sent in all, repeated tries included.
    pub max_calls: Option<u64>,
    /// The share of the org's daily calls, in per cent, above which no case is begun.
    pub max_usage: Option<u8>,
    /// Requests per second.
    pub rate: Option<f64>,
    /// How often a request that the org put off is sent again.
    pub retries: u32,
}

/// Counts the requests of a client and holds them to limits.
///
/// # Examples
///
/// ```
/// use mockorg_contract::meter::{Limits, Meter};
///
/// let meter = Meter::new(Limits { max_calls: Some(1), ..Limits::default() });
/// assert!(meter.admit().is_ok());
/// assert_eq!(meter.admit(), Err("the budget of 1 calls is spent".to_owned()));
/// assert_eq!((meter.calls(), meter.left()), (1, Some(0)));
/// ```
#[derive(Debug, Default)]
pub struct Meter {
    limits: Limits,
    calls: AtomicU64,
    retries: AtomicU64,
    next: Mutex<Option<Instant>>,
    usage: Mutex<Option<Usage>>,
}

/// What an org says about its daily calls, from the header `Sforce-Limit-Info`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Calls used in the last 24 hours.
    pub used: u64,
    /// Calls permitted in 24 hours.
    pub allowed: u64,
}

impl Usage {
    /// Reads `api-usage=18/15000`, alone or among other members of the header.
    pub fn parse(header: &str) -> Option<Self> {
        let pair = header.split([',', ';']).find_map(|member| member.trim().strip_prefix("api-usage="))?;
        let (used, allowed) = pair.split_once('/')?;
        Some(Self { used: used.trim().parse().ok()?, allowed: allowed.trim().parse().ok()? })
    }

    /// The used share in per cent, rounded down.
    pub fn percent(&self) -> u64 {
        self.used.saturating_mul(100).checked_div(self.allowed).unwrap_or(100)
    }
}

impl Meter {
    /// A meter that has counted nothing.
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// How many requests were sent.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::SeqCst)
    }

    /// How many of them were repeated tries.
    pub fn retries(&self) -> u64 {
        self.retries.load(Ordering::SeqCst)
    }

    /// How many requests may still be sent; `None` without a limit.
    pub fn left(&self) -> Option<u64> {
        self.limits.max_calls.map(|most| most.saturating_sub(self.calls()))
    }

    /// What the org last said about its own limit.
    pub fn usage(&self) -> Option<Usage> {
        *self.usage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why no further case may begin, when the org's own limit is nearly used up.
    pub fn overused(&self) -> Option<String> {
        let (usage, most) = (self.usage()?, u64::from(self.limits.max_usage?));
        (usage.used.saturating_mul(100) > usage.allowed.saturating_mul(most)).then(|| {
            format!(
                "the org has used {} of its {} daily calls, more than {most} %",
                usage.used, usage.allowed
            )
        })
    }

    /// Counts a request that is about to be sent.
    ///
    /// # Errors
    ///
    /// A sentence when the budget is spent; the request must then not be sent.
    pub fn admit(&self) -> Result<(), String> {
        let most = self.limits.max_calls.unwrap_or(u64::MAX);
        let counted = self
            .calls
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |calls| (calls < most).then_some(calls + 1));
        counted.map(|_| ()).map_err(|_| format!("the budget of {most} calls is spent"))
    }

    /// How long to wait so that the rate is kept. Each call of this takes one place in the row.
    pub(crate) fn turn(&self) -> Duration {
        let Some(rate) = self.limits.rate.filter(|rate| *rate > 0.0) else { return Duration::ZERO };
        let now = Instant::now();
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let mine = next.map_or(now, |next| next.max(now));
        *next = Some(mine + Duration::from_secs_f64(1.0 / rate));
        mine - now
    }

    /// Keeps what an answer says about the org's own limit.
    pub(crate) fn note(&self, answer: &Answer) {
        if let Some(usage) = answer.header("sforce-limit-info").and_then(Usage::parse) {
            *self.usage.lock().unwrap_or_else(PoisonError::into_inner) = Some(usage);
        }
    }

    /// The wait before a request is sent again, `None` when its answer stands. `tried` counts from 1;
    /// without an answer, the connection was refused.
    pub(crate) fn again(&self, request: &Request, answer: Option<&Answer>, tried: u32) -> Option<Duration> {
        if tried > self.limits.retries || self.left() == Some(0) {
            return None;
        }
        let wait = match answer {
            None => backoff(tried),
            Some(answer) if put_off(request, answer) => asked_wait(answer).unwrap_or_else(|| backoff(tried)),
            Some(_) => return None,
        };
        if wait > LONGEST_WAIT {
            return None;
        }
        self.retries.fetch_add(1, Ordering::SeqCst);
        Some(wait)
    }
}

/// Whether the org refused for the moment and has surely not carried the request out.
fn put_off(request: &Request, answer: &Answer) -> bool {
    match answer.status {
        429 => true,
        // Something between here and the org may have given up after the org had done its work.
        503 => matches!(request.effective_method().as_str(), "GET" | "HEAD" | "OPTIONS" | "PUT" | "DELETE"),
        // The daily limit does not come back by waiting; those of concurrent requests do.
        403 => {
            let text = answer.text();
            text.contains("REQUEST_LIMIT_EXCEEDED") && !text.contains("TotalRequests")
        }
        _ => false,
    }
}

fn asked_wait(answer: &Answer) -> Option<Duration> {
    answer.header("retry-after")?.trim().parse().ok().map(Duration::from_secs)
}

fn backoff(tried: u32) -> Duration {
    Duration::from_millis(500) * 2_u32.saturating_pow(tried.saturating_sub(1)).min(16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str, wait: Option<&str>) -> Answer {
        let headers = wait.map(|wait| ("retry-after".to_owned(), wait.to_owned())).into_iter().collect();
        Answer { status, headers, body: body.as_bytes().to_vec(), curl: "".into() }
    }

    fn meter() -> Meter {
        Meter::new(Limits { retries: 2, ..Limits::default() })
    }

    #[test]
    fn only_what_was_surely_not_carried_out_is_sent_again() {
        let again = |request: &Request, answer: &Answer| meter().again(request, Some(answer), 1);
        let post = Request::post("/x");
        let busy = answer(503, "", Some("7"));
        assert_eq!(again(&Request::get("/x"), &busy), Some(Duration::from_secs(7)));
        assert_eq!(again(&post, &busy), None);
        assert_eq!(again(&Request::patch("/x"), &busy), None);
        assert_eq!(again(&post, &answer(429, "", Some("0"))), Some(Duration::ZERO));
        assert_eq!(again(&Request::get("/x"), &answer(500, "", None)), None);
        let limit = |which: &str| {
            answer(
                403,
                &format!(r#"[{{"message":"{which} Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}}]"#),
                None,
            )
        };
        assert_eq!(again(&post, &limit("ConcurrentPerOrgLongTxn")), Some(Duration::from_millis(500)));
        assert_eq!(again(&post, &limit("TotalRequests")), None);
    }

    #[test]
    fn tries_end_after_their_number_and_when_the_org_asks_for_too_long_a_wait() {
        let meter = meter();
        let get = Request::get("/x");
        assert!(meter.again(&get, None, 1).is_some());
        assert!(meter.again(&get, None, 2).is_some());
        assert!(meter.again(&get, None, 3).is_none());
        assert!(meter.again(&get, Some(&answer(503, "", Some("3600"))), 1).is_none());
        assert_eq!(meter.retries(), 2);
    }

    #[test]
    fn the_usage_of_an_org_is_read_among_other_members() {
        let usage = Usage::parse("per-app-api-usage=1/9(appName=x), api-usage=81/100");
        assert_eq!(usage.map(|usage| usage.percent()), Some(81));
        assert_eq!(Usage::parse("api-usage=many"), None);
        let meter = Meter::new(Limits { max_usage: Some(80), ..Limits::default() });
        assert_eq!(meter.overused(), None);
        let mut heard = answer(200, "", None);
        heard.headers.push(("sforce-limit-info".to_owned(), "api-usage=80/100".to_owned()));
        meter.note(&heard);
        assert_eq!(meter.overused(), None);
        heard.headers[0].1 = "api-usage=81/100".to_owned();
        meter.note(&heard);
        assert!(meter.overused().is_some_and(|reason| reason.contains("81 of its 100")));
    }

    #[test]
    fn a_rate_spaces_requests_evenly() {
        let meter = Meter::new(Limits { rate: Some(0.001), ..Limits::default() });
        assert_eq!(meter.turn(), Duration::ZERO);
        assert!(meter.turn() > Duration::from_secs(900));
    }
}
