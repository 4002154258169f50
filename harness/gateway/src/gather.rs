//! The body of a request: all of it, as long as it is neither too long nor too slow.

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use tokio::time::{Instant, timeout_at};

use crate::{
    ServerLimits,
    answer::{Answer, HTML},
    patience::Patience,
};

/// Why a body was not read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It is longer than allowed.
    TooLong,
    /// The client keeps the server waiting.
    TooSlow,
    /// It is not what its headers tell, or the client has gone.
    Broken,
}

impl Unread {
    /// What the platform's edge answers.
    pub(crate) fn answer(self) -> Answer {
        let (status, page) = match self {
            Self::TooLong => (413, "<h1>Bad Message 413</h1><pre>reason: Request Entity Too Large</pre>"),
            Self::TooSlow => (408, "<h1>Bad Message 408</h1><pre>reason: Request Timeout</pre>"),
            Self::Broken => (400, "<h1>Bad Message 400</h1><pre>reason: Bad Request</pre>"),
        };
        Answer::new(status, HTML, page)
    }
}

/// The whole body. What comes in one piece is not copied, and what comes in many is copied once.
///
/// # Errors
///
/// See [`Unread`].
pub(crate) async fn gather(
    mut body: Incoming,
    longest: usize,
    limits: &ServerLimits,
) -> Result<Bytes, Unread> {
    let told = body.size_hint().exact().and_then(|size| usize::try_from(size).ok()).unwrap_or_default();
    if told > longest {
        return Err(Unread::TooLong);
    }
    let mut patience = Patience::new(limits);
    let end = Instant::now() + limits.request_time;
    let (mut first, mut whole) = (Bytes::new(), Vec::new());
    loop {
        let frame = timeout_at(end.min(patience.wait()), body.frame()).await.map_err(|_| Unread::TooSlow)?;
        let Some(frame) = frame else { break };
        let Ok(piece) = frame.map_err(|_| Unread::Broken)?.into_data() else {
            patience.passed(0);
            continue;
        };
        patience.passed(piece.len());
        if first.len() + whole.len() + piece.len() > longest {
            return Err(Unread::TooLong);
        }
        if first.is_empty() && whole.is_empty() {
            first = piece;
            continue;
        }
        if whole.is_empty() {
            // What is only announced must not cost memory.
            whole.reserve(told.min(longest).min(MOST_AHEAD));
            whole.extend_from_slice(&std::mem::take(&mut first));
        }
        whole.extend_from_slice(&piece);
    }
    Ok(if whole.is_empty() { first } else { whole.into() })
}

/// Up to so many bytes are set aside for a body that has not come yet.
const MOST_AHEAD: usize = 8 * 1024 * 1024;
