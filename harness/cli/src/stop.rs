//! What ends a running org: the signals of a terminal and of a process manager.

use std::{io, task::Poll};

use mockorg::MockOrg;
use tokio::runtime;

/// Waits for the signal to stop, then ends the org after the requests under way.
///
/// Also ends when the org does, which is an error.
pub(crate) fn serve_until_stopped(mut org: MockOrg, ready: impl FnOnce(&MockOrg)) -> io::Result<()> {
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
        org.stop().await
    })
}

#[cfg(unix)]
struct Signals([tokio::signal::unix::Signal; 2]);

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self([signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?]))
    }

    fn poll(&mut self, context: &mut std::task::Context<'_>) -> Poll<()> {
        if self.0.iter_mut().any(|signal| signal.poll_recv(context).is_ready()) {
            return Poll::Ready(());
        }
        Poll::Pending
    }
}

#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    fn listen() -> io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    fn poll(&mut self, context: &mut std::task::Context<'_>) -> Poll<()> {
        self.0.poll_recv(context).map(|_| ())
    }
}
