//! Keeps entries in files: those who hand them over never wait, those who need them kept do.

use std::{
    fmt,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use mockorg_gateway::{Entry, NotKept, Recorder, Settled};
use mockorg_org::Recording;
use tokio::sync::watch;

/// How many entries may wait for the disk before everybody waits with them.
const CROWD: u64 = 16_384;

/// Tells that nothing is kept any more.
type Tell = Box<dyn Fn(&NotKept) + Send + Sync>;

/// Tells what is to be known and loses nothing.
type TellNote = Box<dyn Fn(&str) + Send + Sync>;

/// Takes entries, and tells when they are kept. The files are the business of [`super::writer`].
pub(crate) struct Keeper {
    queue: Mutex<Queue>,
    come: Condvar,
    /// How many entries wait for the disk.
    waiting: AtomicU64,
    /// Up to which entry everything is kept.
    settled: AtomicU64,
    lost: AtomicBool,
    /// Tells of progress.
    progress: watch::Sender<()>,
    why: OnceLock<NotKept>,
    tell: OnceLock<Tell>,
    tell_note: OnceLock<TellNote>,
    /// What was noted before anybody wanted to know.
    notes: Mutex<Vec<String>>,
}

#[derive(Debug, Default)]
struct Queue {
    orders: Vec<Order>,
    /// How many entries were handed over, from the beginning of the org on.
    position: u64,
    ended: bool,
}

/// What is to be written.
#[derive(Debug)]
pub(super) enum Order {
    /// What was done at once.
    Unit(Vec<Entry>),
    /// From this entry on another file.
    Turn(u64),
}

impl Keeper {
    /// One that goes on behind so many entries.
    pub(super) fn new(position: u64) -> Arc<Self> {
        Arc::new(Self {
            queue: Mutex::new(Queue { position, ..Queue::default() }),
            come: Condvar::new(),
            waiting: AtomicU64::new(0),
            settled: AtomicU64::new(position),
            lost: AtomicBool::new(false),
            progress: watch::Sender::new(()),
            why: OnceLock::new(),
            tell: OnceLock::new(),
            tell_note: OnceLock::new(),
            notes: Mutex::default(),
        })
    }

    /// Has `tell` told when nothing can be kept any more. Only the first caller is.
    pub(crate) fn on_loss(&self, tell: impl Fn(&NotKept) + Send + Sync + 'static) {
        if self.tell.set(Box::new(tell)).is_ok()
            && let (Some(why), Some(tell)) = (self.why.get(), self.tell.get())
        {
            tell(why);
        }
    }

    /// Has `tell` told what is to be known and loses nothing. Only the first caller is.
    pub(crate) fn on_note(&self, tell: impl Fn(&str) + Send + Sync + 'static) {
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        if self.tell_note.set(Box::new(tell)).is_ok()
            && let Some(tell) = self.tell_note.get()
        {
            notes.drain(..).for_each(|note| tell(&note));
        }
    }

    /// Tells what is to be known and loses nothing.
    pub(super) fn note(&self, note: String) {
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        match self.tell_note.get() {
            Some(tell) => tell(&note),
            None => notes.push(note),
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has what comes from here on go into another file; gives the number of its first entry. To be called by whoever
    /// holds the org.
    pub(super) fn turn(&self) -> u64 {
        let mut queue = self.queue();
        let position = queue.position;
        queue.orders.push(Order::Turn(position));
        self.come.notify_one();
        position
    }

    /// Nothing comes any more.
    pub(super) fn end(&self) {
        self.queue().ended = true;
        self.come.notify_one();
    }

    /// Waits for what is to be written; `None` at the end.
    pub(super) fn next(&self) -> Option<Vec<Order>> {
        let mut queue = self.queue();
        while queue.orders.is_empty() {
            if queue.ended {
                return None;
            }
            queue = self.come.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        Some(std::mem::take(&mut queue.orders))
    }

    /// So many more entries are kept.
    pub(super) fn keep(&self, entries: u64) {
        self.waiting.fetch_sub(entries, Ordering::AcqRel);
        self.settled.fetch_add(entries, Ordering::AcqRel);
        self.progress.send_replace(());
    }

    /// Nothing is kept any more.
    pub(super) fn lose(&self, why: &str) {
        let why = self.why.get_or_init(|| NotKept { why: why.into() });
        if !self.lost.swap(true, Ordering::AcqRel)
            && let Some(tell) = self.tell.get()
        {
            tell(why);
        }
        self.progress.send_replace(());
    }

    /// Up to which entry everything is kept.
    pub(crate) fn kept(&self) -> u64 {
        self.settled.load(Ordering::Acquire)
    }

    fn state(&self, position: u64) -> Option<Result<(), NotKept>> {
        if self.lost.load(Ordering::Acquire) {
            let unknown = || NotKept { why: "unknown".into() };
            return Some(Err(self.why.get().cloned().unwrap_or_else(unknown)));
        }
        let crowded = self.waiting.load(Ordering::Acquire) > CROWD;
        (self.kept() >= position && !crowded).then_some(Ok(()))
    }
}

impl Recorder for Keeper {
    fn recording(&self) -> Recording {
        Recording::Operations
    }

    fn append(&self, entries: Vec<Entry>) -> u64 {
        let count = entries.len() as u64;
        let mut queue = self.queue();
        queue.position += count;
        if count > 0 && !self.lost.load(Ordering::Acquire) {
            self.waiting.fetch_add(count, Ordering::AcqRel);
            queue.orders.push(Order::Unit(entries));
            self.come.notify_one();
        }
        queue.position
    }

    fn is_settled(&self, position: u64) -> bool {
        self.state(position) == Some(Ok(()))
    }

    fn settled(&self, position: u64) -> Settled<'_> {
        Box::pin(async move {
            let mut progress = self.progress.subscribe();
            loop {
                progress.mark_unchanged();
                if let Some(state) = self.state(position) {
                    return state;
                }
                // Its sender lives as long as the keeper.
                let _ = progress.changed().await;
            }
        })
    }
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper")
            .field("queue", &self.queue())
            .field("settled", &self.settled)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(count: usize) -> Vec<Entry> {
        vec![Entry::TakeSnapshot("s".into()); count]
    }

    #[test]
    fn nothing_counts_as_kept_before_it_is_and_nothing_after_a_loss() {
        let keeper = Keeper::new(5);
        assert!(keeper.is_settled(5));
        assert_eq!(keeper.append(entries(2)), 7);
        assert!(!keeper.is_settled(7));
        keeper.keep(2);
        assert!(keeper.is_settled(7) && !keeper.is_settled(8));
        keeper.lose("disk full");
        assert!(!keeper.is_settled(7), "whoever asks afterwards is refused");
    }

    #[test]
    fn everybody_waits_while_a_crowd_waits_for_the_disk() {
        let keeper = Keeper::new(0);
        keeper.append(entries(CROWD as usize + 1));
        assert!(!keeper.is_settled(0));
        keeper.keep(1);
        assert!(keeper.is_settled(0));
    }

    #[test]
    fn files_change_between_what_was_handed_over_before_and_after() {
        let keeper = Keeper::new(0);
        keeper.append(entries(3));
        assert_eq!(keeper.turn(), 3);
        keeper.append(entries(1));
        let orders = keeper.next().unwrap();
        assert!(matches!(&orders[..], [Order::Unit(_), Order::Turn(3), Order::Unit(_)]));
        keeper.end();
        assert!(keeper.next().is_none());
    }
}
