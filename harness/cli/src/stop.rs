//! What ends a running org: the signals of a terminal and of a process manager.

use std::{
    io,
    process::{Child, Command, ExitStatus},
    task::Poll,
    time::{Duration, Instant},
};

use mockorg::MockOrg;
use tokio::runtime;

/// Waits for the signal to stop, then ends the org after the requests under way; a second signal ends it at once.
///
/// Also ends when the org does, which is an error.
pub(crate) fn serve_until_stopped(org: MockOrg, ready: impl FnOnce(&MockOrg)) -> io::Result<()> {
    serve_until_stopped_then(org, ready, |_| ())
}

/// The same, with a last look at the org before it ends by the signal.
pub(crate) fn serve_until_stopped_then(
    mut org: MockOrg,
    ready: impl FnOnce(&MockOrg),
    last: impl FnOnce(&MockOrg),
) -> io::Result<()> {
    runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        // Before anything is printed: whoever reads it may stop the org at once.
        let mut signals = Signals::listen()?;
        ready(&org);
        {
            let mut ended = std::pin::pin!(org.ended());
            let first = std::future::poll_fn(|context| {
                if let Poll::Ready(result) = ended.as_mut().poll(context) {
                    return Poll::Ready(result.map(|()| false));
                }
                signals.poll(context).map(|()| Ok(true))
            });
            if !first.await? {
                return Ok(());
            }
        }
        last(&org);
        let mut stopping = std::pin::pin!(org.stop());
        // Dropping what stops the org stops it at once.
        std::future::poll_fn(|context| match signals.poll(context) {
            Poll::Ready(()) => Poll::Ready(Ok(())),
            Poll::Pending => stopping.as_mut().poll(context),
        })
        .await
    })
}

/// How a command ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// Whether a signal to stop came first.
    pub(crate) stopped: bool,
}

/// Runs a command until it ends. A signal to stop is passed on to it; it is ended by force when it takes no notice.
pub(crate) fn run_until_stopped(command: &mut Command) -> io::Result<Ended> {
    /// How long a command may take to end, once it was asked to.
    const PATIENCE: Duration = Duration::from_secs(5);
    /// How often it is looked whether it has ended.
    const LOOK: Duration = Duration::from_millis(10);
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        // Before the command runs: it may be stopped at once.
        let mut signals = Signals::listen()?;
        let mut child = command.spawn()?;
        let mut stopped: Option<Instant> = None;
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(Ended { status, stopped: stopped.is_some() });
            }
            match stopped {
                Some(since) if since.elapsed() > PATIENCE => child.kill()?,
                _ => {}
            }
            let mut look = std::pin::pin!(tokio::time::sleep(LOOK));
            let signalled = std::future::poll_fn(|context| match signals.poll(context) {
                Poll::Ready(()) => Poll::Ready(true),
                Poll::Pending => look.as_mut().poll(context).map(|()| false),
            });
            if signalled.await && stopped.is_none() {
                stopped = Some(Instant::now());
                ask_to_end(&mut child)?;
            }
        }
    })
}

/// Asks a command to end: a process manager tells only its parent, and a second signal does no harm.
#[cfg(unix)]
fn ask_to_end(child: &mut Child) -> io::Result<()> {
    let asked = Command::new("kill").arg("-TERM").arg(child.id().to_string()).status();
    if asked.is_ok_and(|status| status.success()) { Ok(()) } else { child.kill() }
}

/// Asks a command to end: a console has told it already.
#[cfg(windows)]
fn ask_to_end(_: &mut Child) -> io::Result<()> {
    Ok(())
}

/// The signals to stop, as a terminal and a process manager send them.
#[cfg(unix)]
#[derive(Debug)]
pub(crate) struct Signals([tokio::signal::unix::Signal; 2]);

#[cfg(unix)]
impl Signals {
    pub(crate) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self([signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?]))
    }

    pub(crate) fn poll(&mut self, context: &mut std::task::Context<'_>) -> Poll<()> {
        if self.0.iter_mut().any(|signal| signal.poll_recv(context).is_ready()) {
            return Poll::Ready(());
        }
        Poll::Pending
    }
}

/// The signal to stop, as a console sends it.
#[cfg(windows)]
#[derive(Debug)]
pub(crate) struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    pub(crate) fn listen() -> io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    pub(crate) fn poll(&mut self, context: &mut std::task::Context<'_>) -> Poll<()> {
        self.0.poll_recv(context).map(|_| ())
    }
}
