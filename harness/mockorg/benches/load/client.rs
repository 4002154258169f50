//! A client that writes bytes and reads answers, and never waits for ever.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    time::Duration,
};

/// How long a server may keep a client waiting before it counts as hung.
const PATIENCE: Duration = Duration::from_secs(20);

/// One connection.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
}

/// An answer with its length told.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Client {
    pub(crate) fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { stream: BufReader::with_capacity(1024, stream) })
    }

    pub(crate) fn send(&mut self, request: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(request)
    }

    /// Reads one answer.
    pub(crate) fn receive(&mut self) -> io::Result<Answer> {
        let broken = || io::Error::new(io::ErrorKind::InvalidData, "no answer of HTTP");
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(broken)?;
        let mut length = 0;
        loop {
            line.clear();
            if self.stream.read_line(&mut line)? == 0 {
                return Err(broken());
            }
            match line.trim_end().split_once(':') {
                None => break,
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.trim().parse().map_err(|_| broken())?;
                }
                Some(_) => {}
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(Answer { status, body })
    }

    pub(crate) fn call(&mut self, request: &[u8]) -> io::Result<Answer> {
        self.send(request)?;
        self.receive()
    }

    /// Sends bytes, says that no more will come, and reads until the server has closed; `false` when it does not.
    pub(crate) fn ends_after(mut self, bytes: &[u8]) -> bool {
        // A server that closes before it has read everything is done, too.
        let sent = self.send(bytes).and_then(|()| self.stream.get_ref().shutdown(Shutdown::Write));
        let read = io::copy(&mut self.stream.take(64 * 1024 * 1024), &mut io::sink());
        let timed_out =
            |error: &io::Error| matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut);
        !sent.is_err_and(|error| timed_out(&error)) && !read.is_err_and(|error| timed_out(&error))
    }
}

/// A request with a session.
pub(crate) fn request(method: &str, path: &str, token: &str, body: &str) -> Vec<u8> {
    let entity = if body.is_empty() {
        String::new()
    } else {
        format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len())
    };
    format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n{entity}\r\n{body}"
    )
    .into_bytes()
}
