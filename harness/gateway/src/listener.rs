//! Ports to serve on, in plaintext or with TLS.

use std::{
    io,
    net::IpAddr,
    task::{Context, Poll},
};

use tokio::net::{TcpListener, TcpStream};

/// A port to serve on.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    security: Security,
}

/// How a port's connections begin.
#[derive(Clone)]
pub(crate) enum Security {
    /// With HTTP.
    Plain,
    /// With a handshake.
    #[cfg(feature = "tls")]
    Tls(tokio_rustls::TlsAcceptor),
}

/// A client at the door.
pub(crate) type Accepted = ((TcpStream, IpAddr), Security);

impl Listener {
    /// A port in plaintext.
    #[must_use]
    pub const fn plain(socket: TcpListener) -> Self {
        Self { socket, security: Security::Plain }
    }

    /// A port with TLS. The configuration decides which protocols are offered.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls(socket: TcpListener, config: std::sync::Arc<tokio_rustls::rustls::ServerConfig>) -> Self {
        Self { socket, security: Security::Tls(config.into()) }
    }

    /// The address of the machine on which it listens.
    pub(crate) fn ip(&self) -> Option<IpAddr> {
        self.socket.local_addr().ok().map(|address| address.ip())
    }

    /// The next client: its stream, its address, and how its connection begins.
    pub(crate) fn poll_accept(&self, context: &mut Context<'_>) -> Poll<io::Result<Accepted>> {
        let accepted = self.socket.poll_accept(context);
        accepted.map_ok(|(stream, from)| ((stream, from.ip()), self.security.clone()))
    }
}

impl Security {
    pub(crate) const fn is_plain(&self) -> bool {
        matches!(self, Self::Plain)
    }
}

impl std::fmt::Debug for Security {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Plain => "Plain",
            #[cfg(feature = "tls")]
            Self::Tls(_) => "Tls",
        })
    }
}
