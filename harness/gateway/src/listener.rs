//! Ports to serve on, in plaintext or with TLS.

use std::{
    io,
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

    pub(crate) fn poll_accept(&self, context: &mut Context<'_>) -> Poll<io::Result<(TcpStream, Security)>> {
        self.socket.poll_accept(context).map_ok(|(stream, _)| (stream, self.security.clone()))
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
