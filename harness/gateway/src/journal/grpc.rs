//! What the journal says of a call of gRPC, which may go on for long after it was answered.

use std::{
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use hyper::header::HeaderMap;

use super::{JournalCall, JournalEntry, mask, record::username};
use crate::Gateway;

/// How much of a topic's name is kept, in bytes.
const LONGEST_TOPIC: usize = 256;

/// A call of gRPC. Topic and status come when they are known.
#[derive(Debug)]
pub struct GrpcCall {
    began: Instant,
    topic: OnceLock<Box<str>>,
    ended: OnceLock<(i32, Duration)>,
}

impl GrpcCall {
    /// The most bytes that it takes.
    pub(super) const SIZE: usize = 100 + LONGEST_TOPIC;

    /// The topic that the client named first.
    #[must_use]
    pub fn topic(&self) -> Option<&str> {
        self.topic.get().map(|topic| &**topic)
    }

    /// The status as gRPC numbers them, 0 for success; `None` while the call goes on.
    #[must_use]
    pub fn status(&self) -> Option<i32> {
        self.ended.get().map(|(status, _)| *status)
    }

    /// How long the call went on, by the machine's clock; `None` while it does.
    #[must_use]
    pub fn took(&self) -> Option<Duration> {
        self.ended.get().map(|(_, took)| *took)
    }

    /// Notes the topic, unless one was noted.
    pub fn name_topic(&self, topic: &str) {
        let end = (0..=LONGEST_TOPIC.min(topic.len())).rev().find(|end| topic.is_char_boundary(*end));
        let topic = mask::target(&topic[..end.unwrap_or_default()]).into();
        // The first name stays.
        let _ = self.topic.set(topic);
    }

    /// Notes how the call ended, unless it had ended.
    pub fn end(&self, status: i32) {
        let _ = self.ended.set((status, self.began.elapsed()));
    }
}

impl Gateway {
    /// Writes a call of gRPC down when it begins; `None` when nothing is kept.
    pub fn record_grpc(&self, path: &str, headers: &HeaderMap) -> Option<Arc<GrpcCall>> {
        if !self.journal().is_on() {
            return None;
        }
        let grpc =
            Arc::new(GrpcCall { began: Instant::now(), topic: OnceLock::new(), ended: OnceLock::new() });
        let token = headers.get("accesstoken").and_then(|token| token.to_str().ok()).unwrap_or_default();
        let (at, user) = self.with_org(|org, now| (now, username(org, now, token.trim())));
        self.journal().add(|sequence| {
            JournalEntry::Call(Arc::new(JournalCall {
                sequence,
                at,
                method: "POST".into(),
                target: mask::target(path).into(),
                user,
                status: 200,
                faults: Box::default(),
                grpc: Some(Arc::clone(&grpc)),
                took: Duration::ZERO,
                messages: None,
            }))
        });
        Some(grpc)
    }
}
