//! How many connections are let in, and what the others are told.

use std::{
    collections::BTreeMap,
    future::poll_fn,
    io::ErrorKind,
    net::IpAddr,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{io::AsyncWrite as _, net::TcpStream};

use crate::ServerLimits;

/// What a client is told for whom there is no room, in the words of the platform's edge.
const NO_ROOM: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/html;charset=UTF-8\r\n\
    Content-Length: 68\r\nRetry-After: 1\r\nConnection: close\r\n\r\n\
    <h1>Bad Message 503</h1><pre>reason: Too many open connections</pre>";

/// How many clients are told at a time that there is no room; more are only closed.
const MOST_TOLD: usize = 64;
/// How long such a client may take to read it.
const TELLING: Duration = Duration::from_secs(1);

/// Counts who is inside.
#[derive(Debug)]
pub(crate) struct Doors {
    limits: ServerLimits,
    inside: Mutex<Inside>,
}

#[derive(Debug, Default)]
struct Inside {
    all: usize,
    /// By address, if there is a bound for addresses.
    of: BTreeMap<IpAddr, usize>,
    told: usize,
}

impl Doors {
    pub(crate) fn new(limits: ServerLimits) -> Arc<Self> {
        Arc::new(Self { limits, inside: Mutex::default() })
    }

    /// Lets a client in, if there is room.
    pub(crate) fn admit(self: &Arc<Self>, from: IpAddr) -> Option<Admitted> {
        let from = self.limits.connections_per_address.map(|most| (from, most));
        self.with(|inside| {
            if inside.all >= self.limits.connections {
                return None;
            }
            if let Some((from, most)) = from {
                let own = inside.of.entry(from).or_default();
                if *own >= most {
                    return None;
                }
                *own += 1;
            }
            inside.all += 1;
            Some(Admitted { doors: Arc::clone(self), from: from.map(|(from, _)| from) })
        })
    }

    /// Tells a client in plaintext that there is no room.
    pub(crate) fn turn_away(self: &Arc<Self>, mut stream: TcpStream) {
        let may_be_told = self.with(|inside| {
            let room = inside.told < MOST_TOLD;
            inside.told += usize::from(room);
            room
        });
        if !may_be_told {
            return;
        }
        let doors = Arc::clone(self);
        tokio::spawn(async move {
            // Room for so little is there at once.
            let told = stream.try_write(NO_ROOM).is_ok();
            let telling = async {
                poll_fn(|context| Pin::new(&mut stream).poll_shutdown(context)).await?;
                // What comes is read away: closing before would lose the answer on its way.
                let mut away = [0; 4096];
                loop {
                    stream.readable().await?;
                    match stream.try_read(&mut away) {
                        Ok(0) => return Ok(()),
                        Err(error) if error.kind() != ErrorKind::WouldBlock => return Err(error),
                        Ok(_) | Err(_) => {}
                    }
                }
            };
            // Whoever does not listen is not told.
            if told {
                let _ = tokio::time::timeout(TELLING, telling).await;
            }
            doors.with(|inside| inside.told -= 1);
        });
    }

    fn with<T>(&self, f: impl FnOnce(&mut Inside) -> T) -> T {
        f(&mut self.inside.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A client that was let in; it leaves when this is dropped.
#[derive(Debug)]
pub(crate) struct Admitted {
    doors: Arc<Doors>,
    from: Option<IpAddr>,
}

impl Drop for Admitted {
    fn drop(&mut self) {
        self.doors.with(|inside| {
            inside.all -= 1;
            if let Some(from) = &self.from
                && let Some(own) = inside.of.get_mut(from)
            {
                *own -= 1;
                if *own == 0 {
                    inside.of.remove(from);
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

    #[test]
    fn whoever_leaves_makes_room() {
        let doors = Doors::new(ServerLimits { connections: 2, ..ServerLimits::default() });
        let first = doors.admit(HERE);
        let second = doors.admit(HERE);
        assert!(first.is_some() && second.is_some() && doors.admit(THERE).is_none());
        drop(first);
        assert!(doors.admit(THERE).is_some());
    }

    #[test]
    fn one_address_cannot_take_the_room_of_all() {
        let limits = ServerLimits { connections_per_address: Some(1), ..ServerLimits::default() };
        let doors = Doors::new(limits);
        let here = doors.admit(HERE);
        assert!(here.is_some() && doors.admit(HERE).is_none());
        assert!(doors.admit(THERE).is_some());
        drop(here);
        assert!(doors.admit(HERE).is_some());
        doors.with(|inside| assert!(inside.of.is_empty()));
    }

    #[test]
    fn what_is_told_is_as_long_as_it_says() {
        let text = std::str::from_utf8(NO_ROOM).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())));
    }
}
