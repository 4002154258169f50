//! What waits until it is kept: answers, and events on their way to subscribers.

use std::sync::Arc;

use hyper::{StatusCode, header::RETRY_AFTER};

use super::{NotKept, Recorder};
use crate::{
    Gateway,
    answer::{Answer, HttpResponse, JSON},
    moment::Moment,
};

impl Gateway {
    /// Goes on from what was done again: subscribers see its events, and from now on `recorder` keeps what is done.
    /// To be called before the gateway serves.
    pub fn resume(&mut self, recorder: Arc<dyn Recorder>) {
        let state = self.state();
        self.tell_began(&state.moment);
        self.journal().begin_anew(state.moment.org.events().tail());
        self.follow(&state);
        drop(state);
        self.mark_resumed();
        self.record_with(recorder);
    }

    /// Waits until everything is kept for good that anybody was promised up to now. No answer may leave before.
    ///
    /// # Errors
    ///
    /// [`NotKept`], after which no answer may leave at all.
    pub async fn settled(&self) -> Result<(), NotKept> {
        let Some(recorder) = self.recorder() else { return Ok(()) };
        let position = self.promised();
        if recorder.is_settled(position) {
            return Ok(());
        }
        recorder.settled(position).await
    }

    /// Whether what is done is kept, so that subscribers are told of events later than those are there.
    pub fn is_recorded(&self) -> bool {
        self.recorder().is_some()
    }

    /// Waits until subscribers are told of every event that is there now, which they are not before it is kept; ends as
    /// well when it cannot be kept, and when the org begins anew. The org must be served.
    pub async fn events_told(&self) {
        let mut told = self.feed().watch();
        let life = told.borrow().0;
        let tail = self.state().moment.org.events().tail();
        loop {
            let (now, newest) = *told.borrow_and_update();
            if newest >= tail || now != life || self.settled().await.is_err() {
                return;
            }
            // Its sender lives as long as the gateway.
            let _ = told.changed().await;
        }
    }

    /// Hands events on to subscribers once what caused them is kept; ends when nothing is kept any more.
    pub(crate) async fn keep_feed(&self) {
        let Some(recorder) = self.recorder() else { return };
        let mut staged = self.feed().staged();
        loop {
            staged.mark_unchanged();
            while let Some(next) = self.feed().next_staged() {
                if recorder.settled(next.position).await.is_err() {
                    return;
                }
                self.feed().publish(next);
            }
            // Its sender lives as long as the gateway.
            let _ = staged.changed().await;
        }
    }

    /// Hands the events of the org on to subscribers, now or when what caused them is kept.
    pub(crate) fn feed_from(&self, moment: &Moment) {
        let log = moment.org.events();
        match self.recorder() {
            Some(recorder) if !recorder.is_settled(self.promised()) => {
                self.feed().stage(log, self.promised())
            }
            Some(_) | None => self.feed().follow(log),
        }
    }
}

/// The answer to whoever asks an org that cannot keep what is done to it.
pub(crate) fn not_kept(gateway: &Gateway, why: &NotKept) -> HttpResponse {
    // Whoever reads the answer is to know what went wrong with the machine, not with the request.
    let message = why.to_string().replace(['"', '\\', '\n'], "'");
    let body = format!(r#"[{{"message":"{message}","errorCode":"UNKNOWN_EXCEPTION"}}]"#);
    let mut response = Answer::new(StatusCode::SERVICE_UNAVAILABLE.as_u16(), JSON, body).finish(
        gateway.next_request(),
        None,
        None,
    );
    response.headers_mut().remove(RETRY_AFTER);
    response
}
