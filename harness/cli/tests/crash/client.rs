//! A client that knows when its connection breaks.

use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    sync::mpsc::Sender,
};

use serde_json::Value;

/// One connection of one user.
pub(crate) struct Client {
    address: String,
    token: String,
    stream: BufReader<TcpStream>,
    /// Is told of each answer.
    ticks: Option<Sender<()>>,
}

/// Status and body of an answer.
pub(crate) type Answer = (u16, Value);

impl Client {
    pub(crate) fn connect(address: &str, token: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            address: address.to_owned(),
            token: token.to_owned(),
            stream: BufReader::new(stream),
            ticks: None,
        })
    }

    /// The same, with somebody who counts the answers.
    pub(crate) fn counted(self, ticks: Sender<()>) -> Self {
        Self { ticks: Some(ticks), ..self }
    }

    /// Sends a request and waits for the whole answer. An error means that nobody knows what became of it.
    pub(crate) fn send(&mut self, method: &str, path: &str, media: &str, body: &str) -> io::Result<Answer> {
        let Self { address, token, .. } = self;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: {media}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let answer = self.answer()?;
        if let Some(ticks) = &self.ticks {
            // Nobody may count any more.
            let _ = ticks.send(());
        }
        Ok(answer)
    }

    pub(crate) fn json(&mut self, method: &str, path: &str, body: &Value) -> io::Result<Answer> {
        self.send(method, path, "application/json", &body.to_string())
    }

    pub(crate) fn get(&mut self, path: &str) -> io::Result<Answer> {
        self.send("GET", path, "application/json", "")
    }

    /// The rows of a query that fits into one page.
    pub(crate) fn rows(&mut self, soql: &str) -> Vec<Value> {
        let (status, found) =
            self.get(&format!("/services/data/v64.0/query?q={}", soql.replace(' ', "+"))).unwrap();
        assert_eq!((status, &found["done"]), (200, &Value::Bool(true)), "{soql}: {found}");
        found["records"].as_array().unwrap().clone()
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 || !line.ends_with("\r\n") {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }

    fn answer(&mut self) -> io::Result<Answer> {
        let status = self.line()?.split(' ').nth(1).and_then(|text| text.parse().ok());
        let (mut length, mut chunked) = (0, false);
        loop {
            let line = self.line()?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(text) = line.strip_prefix("content-length: ") {
                length = text.parse().map_err(io::Error::other)?;
            }
            chunked |= line == "transfer-encoding: chunked";
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        while chunked {
            let size = usize::from_str_radix(&self.line()?, 16).map_err(io::Error::other)?;
            let start = body.len();
            body.resize(start + size, 0);
            self.stream.read_exact(&mut body[start..])?;
            self.line()?;
            chunked = size > 0;
        }
        let status = status.ok_or(io::ErrorKind::InvalidData)?;
        Ok((status, serde_json::from_slice(&body).unwrap_or(Value::Null)))
    }
}
