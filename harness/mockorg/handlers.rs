//! Handlers: code of a test that runs whenever the org publishes an event. Each has a thread of its own and is
//! a position in the org's events: whatever it does, it holds up nobody.

use std::{
    error::Error,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
};

use mockorg_gateway::{Gateway, events::Feed};
use mockorg_org::{
    Call, Reply, ResumeFrom,
    events::{Channel, EventSubscriber, ReplayId, StoredEvent, SubscriberStatus},
};
use tokio::{runtime, sync::watch};

use crate::{EventSnapshot, OrgHandle, StartError, wait::either};

/// How often an event is handed over again, as on the platform.
const MOST_RETRIES: u32 = 9;
/// How many events a handler looks at before it looks for more.
const STEP: usize = 100;

/// What a handler answers.
pub type Handled = Result<(), Box<dyn Error + Send + Sync>>;

/// A handler as it is kept.
pub(crate) type Handler = Arc<dyn Fn(EventSnapshot, &OrgHandle) -> Handled + Send + Sync>;

/// What a handler fails with that wants its event once more, as triggers do with `EventBus.RetryableException`.
///
/// # Examples
///
/// ```
/// use mockorg::{Handled, RetryableException};
///
/// fn handle(ready: bool) -> Handled {
///     if ready { Ok(()) } else { Err(RetryableException::new("not yet").into()) }
/// }
/// assert_eq!(handle(false).unwrap_err().to_string(), "not yet");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryableException(String);

impl RetryableException {
    /// The reason, as EventBusSubscriber shows it.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for RetryableException {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for RetryableException {}

/// The handlers of one org.
#[derive(Default)]
pub(crate) struct Handlers {
    running: Mutex<Vec<Running>>,
}

struct Running {
    name: Box<str>,
    control: watch::Sender<Control>,
    progress: Arc<Progress>,
    thread: Option<JoinHandle<()>>,
}

/// What a handler's thread is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Control {
    Run,
    Resume(ResumeFrom, u64),
    End,
}

/// How far a handler has come, for those who wait for it.
#[derive(Default)]
struct Progress {
    place: Mutex<Place>,
    moved: Condvar,
}

#[derive(Clone, Copy, Default)]
struct Place {
    life: u64,
    position: ReplayId,
    /// Whether it goes no further.
    stopped: bool,
}

impl fmt::Debug for Handlers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(lock(&self.running).iter().map(|handler| &handler.name)).finish()
    }
}

impl Handlers {
    /// Starts a handler for what is published from here on; after a reset or the return to a snapshot, for what is
    /// published then.
    pub(crate) fn start(&self, org: OrgHandle, event: &str, handler: Handler) -> Result<(), StartError> {
        let channel = channel_of(&org, event)?;
        let topic: Box<str> = channel.event.as_deref().unwrap_or(&channel.name).into();
        let mut running = lock(&self.running);
        let names = |name: &str| running.iter().any(|own| *own.name == *name);
        let first = format!("{topic}Handler");
        let numbered = (2..).map(|number| format!("{first}{number}"));
        let name: Box<str> =
            std::iter::once(first.clone()).chain(numbered).find(|name| !names(name)).unwrap_or(first).into();
        let (control, told) = watch::channel(Control::Run);
        let progress = Arc::new(Progress::default());
        let waiting = runtime::Builder::new_current_thread().build().map_err(StartError::Thread)?;
        let (life, tail) = *org.gateway.feed().watch().borrow();
        let worker = Worker {
            org,
            channel,
            handler,
            told,
            progress: Arc::clone(&progress),
            life,
            position: tail,
            resumed: 0,
            shown: EventSubscriber::new(name.clone(), topic),
        };
        worker.show();
        worker.tell_progress();
        let thread = thread::Builder::new()
            .name(format!("mockorg-{name}"))
            .spawn(move || worker.run(&waiting))
            .map_err(StartError::Thread)?;
        running.push(Running { name, control, progress, thread: Some(thread) });
        Ok(())
    }

    /// Lets a handler go on that has failed too often; `false` when there is none of this name.
    pub(crate) fn resume(&self, name: &str, from: ResumeFrom) -> bool {
        let running = lock(&self.running);
        let Some(handler) = running.iter().find(|own| *own.name == *name) else { return false };
        lock(&handler.progress.place).stopped = false;
        handler.control.send_modify(|control| {
            let before = if let Control::Resume(_, number) = control { *number } else { 0 };
            *control = Control::Resume(from, before + 1);
        });
        true
    }

    /// Waits until every handler has handled all that is published, that of other handlers included.
    pub(crate) fn settle(&self, gateway: &Gateway) {
        let progress: Vec<_> = lock(&self.running).iter().map(|own| Arc::clone(&own.progress)).collect();
        loop {
            wait_until_told(gateway);
            let aim = *gateway.feed().watch().borrow();
            progress.iter().for_each(|progress| progress.reach(aim));
            if *gateway.feed().watch().borrow() == aim {
                return;
            }
        }
    }
}

/// Waits until subscribers are told of every event: those of a kept org are not before it is kept.
fn wait_until_told(gateway: &Gateway) {
    if gateway.is_recorded() {
        // On a thread of its own: whoever waits may be within a runtime, which cannot wait twice.
        thread::scope(|scope| {
            scope.spawn(|| {
                let runtime = runtime::Builder::new_current_thread().build();
                runtime.map(|runtime| runtime.block_on(gateway.events_told()))
            });
        });
    }
}

impl Drop for Handlers {
    fn drop(&mut self) {
        let running = self.running.get_mut().unwrap_or_else(PoisonError::into_inner);
        for handler in running.iter() {
            handler.control.send_replace(Control::End);
        }
        for thread in running.iter_mut().filter_map(|handler| handler.thread.take()) {
            // A handler that drops the last owner of its org cannot wait for itself.
            if thread.thread().id() != thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}

impl Progress {
    fn reach(&self, (life, tail): (u64, ReplayId)) {
        let mut place = lock(&self.place);
        while !place.stopped && (place.life, place.position) < (life, tail) {
            place = self.moved.wait(place).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// The thread of a handler.
struct Worker {
    org: OrgHandle,
    channel: Channel,
    handler: Handler,
    told: watch::Receiver<Control>,
    progress: Arc<Progress>,
    life: u64,
    position: ReplayId,
    /// How often it was resumed.
    resumed: u64,
    shown: EventSubscriber,
}

impl Worker {
    fn run(mut self, waiting: &runtime::Runtime) {
        let mut moved = self.org.gateway.feed().watch();
        loop {
            let (life, tail) = *moved.borrow_and_update();
            if life == Feed::CLOSED {
                break;
            }
            if life != self.life {
                self.begin_anew(life);
            }
            let told = *self.told.borrow_and_update();
            match told {
                Control::End => break,
                Control::Resume(from, number) if number > self.resumed => {
                    self.resumed = number;
                    if from == ResumeFrom::Tip {
                        self.position = tail;
                    }
                    self.shown.status = SubscriberStatus::Running;
                    self.shown.retries = 0;
                    self.show();
                }
                Control::Resume(..) | Control::Run => {}
            }
            self.take();
            self.tell_progress();
            if !waiting.block_on(either(moved.changed(), self.told.changed())) {
                break;
            }
        }
        let mut place = lock(&self.progress.place);
        place.stopped = true;
        self.progress.moved.notify_all();
    }

    /// The org was reset: nothing has happened yet.
    fn begin_anew(&mut self, life: u64) {
        self.life = life;
        self.position = self.org.gateway.feed().begun();
        self.shown = EventSubscriber::new(self.shown.name.clone(), self.shown.topic.clone());
        self.show();
    }

    /// Handles what there is.
    fn take(&mut self) {
        loop {
            let gateway = Arc::clone(&self.org.gateway);
            let before = self.position;
            let step = gateway.feed().after(before, &self.channel, STEP);
            if self.shown.status == SubscriberStatus::Running
                && gateway.feed().life() == self.life
                && let Some(lost) = step.lost
            {
                self.suspend(lost);
                return;
            }
            for delivery in &step.deliveries {
                let over = *self.told.borrow() == Control::End || gateway.feed().life() != self.life;
                if over || self.shown.status != SubscriberStatus::Running {
                    return;
                }
                self.handle(&delivery.event);
            }
            if self.shown.status != SubscriberStatus::Running || step.position == before {
                return;
            }
            self.position = step.position;
        }
    }

    /// The org keeps no more some of what the handler has not seen yet. Whoever resumes it goes on with what
    /// there is.
    fn suspend(&mut self, lost: ReplayId) {
        let first = self.position.0;
        self.shown.status = SubscriberStatus::Suspended;
        self.shown.last_error =
            Some(format!("events between replay ids {first} and {} are not kept any more", lost.0).into());
        self.position = lost;
        self.show();
    }

    fn handle(&mut self, event: &Arc<StoredEvent>) {
        self.shown.published = Some(event.replay_id);
        loop {
            let snapshot = EventSnapshot::new(self.org.gateway.catalog(), Arc::clone(event));
            let outcome = catch_unwind(AssertUnwindSafe(|| (self.handler)(snapshot, &self.org)));
            let error = match outcome {
                Ok(Ok(())) => break,
                Ok(Err(error)) => error,
                Err(_) => "the handler panicked".into(),
            };
            self.shown.last_error = Some(error.to_string().chars().take(1000).collect::<String>().into());
            if error.downcast_ref::<RetryableException>().is_none() {
                break;
            }
            if self.shown.retries == MOST_RETRIES {
                self.shown.status = SubscriberStatus::Error;
                self.show();
                return;
            }
            self.shown.retries += 1;
            self.show();
            if *self.told.borrow() == Control::End {
                return;
            }
        }
        self.position = event.replay_id;
        self.shown.processed = Some(event.replay_id);
        self.shown.retries = 0;
        self.show();
        self.tell_progress();
    }

    /// Shows clients how the handler stands. An org that lacks EventBusSubscriber shows nothing.
    fn show(&self) {
        let life = self.life;
        let gateway = &self.org.gateway;
        gateway.with_org(|org, now| {
            // An org that was reset meanwhile knows nothing of what was before.
            if gateway.feed().life() == life {
                let _ = org.show_subscriber(now, &self.shown);
            }
        });
    }

    fn tell_progress(&self) {
        let mut place = lock(&self.progress.place);
        place.life = self.life;
        place.position = self.position;
        place.stopped = self.shown.status != SubscriberStatus::Running;
        self.progress.moved.notify_all();
    }
}

/// The channel of an event, which is named in full or by the event alone.
fn channel_of(org: &OrgHandle, event: &str) -> Result<Channel, StartError> {
    let session = org.session.in_org();
    let names = match event.starts_with('/') {
        true => vec![event.to_owned()],
        false => vec![format!("/event/{event}"), format!("/data/{event}")],
    };
    names
        .iter()
        .find_map(|name| {
            let call = Call::OpenChannel { channel: name.as_str().into() };
            match org.gateway.with_org(|org, now| org.call(now, &session, call)) {
                Ok(Reply::Channel(channel)) => Some(*channel),
                _ => None,
            }
        })
        .ok_or_else(|| StartError::UnknownEvent { event: event.to_owned() })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
