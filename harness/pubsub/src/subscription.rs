//! A subscription under way: a position, a budget, and what it waits for.

use std::{
    future::poll_fn,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use mockorg_gateway::Gateway;
use mockorg_org::events::{Channel, ReplayId};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};
use tonic::{Status, Streaming};

use crate::{
    auth::Caller,
    deliver,
    flow::{Flow, Start},
    proto::{ConsumerEvent, FetchResponse},
    refusal::Refusal,
    replay,
};

/// How long a client hears nothing on a quiet topic; the platform promises 270 seconds at most.
const QUIET: Duration = Duration::from_secs(260);
/// How long a client may stay that takes no events.
const IDLE: Duration = Duration::from_secs(70);
/// How many requests that have come together are answered together.
const TOGETHER: u32 = 100;

/// A subscription.
pub(crate) struct Subscription<F: Flow> {
    gateway: Arc<Gateway>,
    caller: Caller,
    flow: F,
    channel: Channel,
    requests: Streaming<F::Request>,
    /// Whether the client can still ask for more.
    asking: bool,
    position: ReplayId,
    budget: u32,
    moved: watch::Receiver<(u64, ReplayId)>,
    life: u64,
    /// When the last response was given; `None` before the first.
    told: Option<Instant>,
    /// Since when the client has asked for nothing more.
    asked: Instant,
}

/// What a subscription waited for.
enum News<R> {
    /// Something was published, or the org began anew.
    Moved,
    Request(R),
    /// The client will ask for nothing more.
    Complete,
    Broken(Status),
    Time,
}

/// Why a stream is over: with a status, or in peace.
type End = Option<Status>;

impl<F: Flow> Subscription<F> {
    /// Waits for the first request and opens what it asks for; `None` when there is none.
    pub(crate) async fn open(
        gateway: Arc<Gateway>,
        shared: &F::Shared,
        caller: Caller,
        mut requests: Streaming<F::Request>,
    ) -> Result<Option<Self>, Status> {
        let first = match requests.message().await {
            Ok(Some(first)) => first,
            Ok(None) => return Ok(None),
            Err(status) => return Err(broken::<F>(&caller, status)),
        };
        let mut moved = gateway.feed().watch();
        let (life, _) = *moved.borrow_and_update();
        let opened = F::open(&gateway, shared, &caller, &first);
        let (flow, start) = opened.map_err(|refusal| caller.refuse(refusal))?;
        let Start { channel, position, budget } = start;
        let (asking, told, asked) = (true, None, Instant::now());
        Ok(Some(Self {
            gateway,
            caller,
            flow,
            channel,
            requests,
            asking,
            position,
            budget,
            moved,
            life,
            told,
            asked,
        }))
    }

    /// The next response, with the subscription that goes on after it.
    pub(crate) async fn next(mut self) -> Option<(Result<F::Response, Status>, Option<Self>)> {
        match self.step().await {
            Ok(response) => Some((Ok(response), Some(self))),
            Err(end) => end.map(|status| (Err(status), None)),
        }
    }

    async fn step(&mut self) -> Result<F::Response, End> {
        loop {
            let (life, _) = *self.moved.borrow_and_update();
            if life != self.life {
                return Err(self.end(Refusal::Ended));
            }
            self.take_requests()?;
            if let Some(response) = self.response() {
                // It may tell of a position that was committed.
                return match self.gateway.settled().await {
                    Ok(()) => response,
                    Err(_) => Err(self.end(Refusal::Internal)),
                };
            }
            if self.budget == 0 && !self.asking {
                return Err(None);
            }
            match self.wait().await {
                News::Moved => {}
                News::Complete => self.asking = false,
                News::Request(request) => self.ask(request)?,
                News::Broken(status) => return Err(Some(broken::<F>(&self.caller, status))),
                // The client takes nothing, so that there is no point in going on.
                News::Time if self.budget == 0 => return Err(None),
                News::Time => return self.respond(Vec::new()),
            }
        }
    }

    fn end(&self, refusal: Refusal) -> End {
        Some(self.caller.refuse(refusal))
    }

    /// Takes the requests that are there already.
    fn take_requests(&mut self) -> Result<(), End> {
        for _ in 0..TOGETHER {
            if !self.asking {
                return Ok(());
            }
            let request = {
                let request = pin!(self.requests.message());
                request.poll(&mut Context::from_waker(Waker::noop()))
            };
            match request {
                Poll::Ready(Ok(Some(request))) => self.ask(request)?,
                Poll::Ready(Ok(None)) => self.asking = false,
                Poll::Ready(Err(status)) => return Err(Some(broken::<F>(&self.caller, status))),
                Poll::Pending => return Ok(()),
            }
        }
        Ok(())
    }

    /// What there is to say now: events, an answer, or after subscribing that there are none.
    fn response(&mut self) -> Option<Result<F::Response, End>> {
        if self.budget > 0 {
            let batch = deliver::batch(&self.gateway, &self.channel, self.position, self.budget);
            let (events, position) = match batch {
                Ok(batch) => batch,
                Err(refusal) => return Some(Err(self.end(refusal))),
            };
            self.position = position;
            // A batch is never longer than the budget.
            self.budget -= u32::try_from(events.len()).unwrap_or(self.budget).min(self.budget);
            if self.budget == 0 {
                self.asked = Instant::now();
            }
            if !events.is_empty() {
                return Some(self.respond(events));
            }
        }
        (self.told.is_none() || self.flow.has_answer()).then(|| self.respond(Vec::new()))
    }

    /// Says something, unless the stream must not go on: its session has ended, for instance.
    fn respond(&mut self, events: Vec<ConsumerEvent>) -> Result<F::Response, End> {
        let (flow, channel, caller) = (&self.flow, &self.channel, &self.caller);
        let checked = self.gateway.with_org(|org, now| {
            if caller.is_signed_in(org, now) { flow.check(org, channel) } else { Err(Refusal::Auth) }
        });
        checked.map_err(|refusal| self.end(refusal))?;
        self.told = Some(Instant::now());
        let batch = FetchResponse {
            events,
            latest_replay_id: replay::to_bytes(self.position),
            rpc_id: self.caller.rpc_id.clone(),
            pending_num_requested: i32::try_from(self.budget).unwrap_or(i32::MAX),
        };
        Ok(self.flow.response(&self.gateway, &self.caller, batch))
    }

    /// Takes a further request.
    fn ask(&mut self, request: F::Request) -> Result<(), End> {
        let budget = self.flow.ask(&self.channel, self.budget, request);
        self.budget = budget.map_err(|refusal| self.end(refusal))?;
        self.asked = Instant::now();
        Ok(())
    }

    async fn wait(&mut self) -> News<F::Request> {
        let until =
            if self.budget == 0 { self.asked + IDLE } else { self.told.unwrap_or(self.asked) + QUIET };
        let asking = self.asking;
        let mut request = pin!(self.requests.message());
        let mut moved = pin!(self.moved.changed());
        let mut time = pin!(sleep_until(until));
        poll_fn(|context| {
            if asking && let Poll::Ready(request) = request.as_mut().poll(context) {
                return Poll::Ready(match request {
                    Ok(Some(request)) => News::Request(request),
                    Ok(None) => News::Complete,
                    Err(status) => News::Broken(status),
                });
            }
            if moved.as_mut().poll(context).is_ready() {
                return Poll::Ready(News::Moved);
            }
            time.as_mut().poll(context).map(|()| News::Time)
        })
        .await
    }
}

/// A request that cannot be read; the client's own reason when it has gone.
fn broken<F: Flow>(caller: &Caller, status: Status) -> Status {
    Refusal::of_broken(&status, F::MALFORMED).map_or(status, |refusal| caller.refuse(refusal))
}
