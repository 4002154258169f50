//! An org on a free port, and a client that writes and reads plain bytes.

use std::{
    fs,
    io::{BufRead, BufReader, ErrorKind, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    path::Path,
    sync::Arc,
    thread::JoinHandle,
    time::Duration,
};

use mockorg_gateway::{
    Clock, Gateway, GatewayOptions, GrpcService, Listener, OrgFactory, ServerLimits, serve_on,
};
use mockorg_org::{
    Org, OrgFile, Settings, Timestamp,
    catalog::{Catalog, DefinitionSource},
};
use tokio::sync::oneshot;

/// A session of the administrator that exists from the start.
pub(crate) const TOKEN: &str = "00Dtest!session";

/// An object with an external id, a unique name and a blob.
const WIDGET: &str = r#"{"name":"Widget__c","label":"Widget","keyPrefix":"a00","custom":true,
    "calls":["create","delete","describeSObjects","getDeleted","getUpdated","query","retrieve","undelete","update","upsert"],
    "fields":[{"system":"Id"},{"system":"IsDeleted"},{"name":"Name","label":"Widget Name","type":"string","length":80,"nameField":true},
    {"system":"CreatedDate"},{"system":"CreatedById"},{"system":"LastModifiedDate"},{"system":"LastModifiedById"},{"system":"SystemModstamp"},
    {"name":"Key__c","label":"Key","type":"string","length":80,"externalId":true,"custom":true,"nillable":true},
    {"name":"Notes__c","label":"Notes","type":"textarea","length":32000,"custom":true,"nillable":true}]}"#;

/// A running org.
pub(crate) struct Server {
    pub(crate) gateway: Arc<Gateway>,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts the starter org with a clock that stands still.
    pub(crate) fn start() -> Self {
        Self::start_with(ServerLimits::default(), Arc::new(starter), None)
    }

    /// The same with limits, a beginning and a service of gRPC of one's own.
    pub(crate) fn start_with(
        limits: ServerLimits,
        make: OrgFactory,
        grpc: Option<Arc<dyn GrpcService>>,
    ) -> Self {
        let start = Timestamp::parse("2026-03-02T09:00:00Z").unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let options = GatewayOptions {
            clock: Clock::Manual(start),
            streaming_clients: 5,
            streaming_grace: Duration::ZERO,
            limits,
            ..GatewayOptions::new(format!("http://{address}"))
        };
        let gateway = Arc::new(Gateway::new(make, options));
        let (stop, stopped) = oneshot::channel();
        let serving = Arc::clone(&gateway);
        let thread = std::thread::spawn(move || {
            let stopped = async { drop(stopped.await) };
            runtime.block_on(serve_on(vec![Listener::plain(listener)], serving, grpc, stopped)).unwrap();
        });
        Self { gateway, address, stop: Some(stop), thread: Some(thread) }
    }

    /// A fresh connection.
    pub(crate) fn connect(&self) -> Connection {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Connection { reader: BufReader::new(stream) }
    }

    /// One request in the administrator's session; `extra` are further header lines.
    pub(crate) fn request(&self, method: &str, path: &str, extra: &str, body: &[u8]) -> Response {
        let authorization = format!("Authorization: Bearer {TOKEN}\r\n");
        self.anonymous(method, path, &format!("{authorization}{extra}"), body)
    }

    /// One request without a session.
    pub(crate) fn anonymous(&self, method: &str, path: &str, extra: &str, body: &[u8]) -> Response {
        let mut connection = self.connect();
        let length =
            if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        connection.send(
            format!("{method} {path} HTTP/1.1\r\nHost: org.example:8080\r\n{length}{extra}\r\n").as_bytes(),
        );
        connection.send(body);
        connection.receive(method)
    }

    /// A GET in the administrator's session.
    pub(crate) fn get(&self, path: &str) -> Response {
        self.request("GET", path, "", b"")
    }

    /// A request with a JSON body in the administrator's session.
    pub(crate) fn send(&self, method: &str, path: &str, body: &str) -> Response {
        self.request(method, path, "Content-Type: application/json\r\n", body.as_bytes())
    }

    /// Creates a record and gives its id.
    pub(crate) fn create(&self, object: &str, body: &str) -> String {
        let response = self.send("POST", &format!("/services/data/v62.0/sobjects/{object}"), body);
        assert_eq!(response.status, 201, "{}", response.text());
        response.json()["id"].as_str().unwrap().to_owned()
    }

    /// Tells the server to stop, and waits until it has.
    pub(crate) fn stop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }

    /// Tells the server to stop.
    pub(crate) fn begin_stop(&mut self) {
        self.stop.take();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The starter org with an object of its own.
pub(crate) fn starter(now: Timestamp) -> Org {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let file = OrgFile::parse(&fs::read_to_string(root.join("fixtures/orgs/starter.json")).unwrap()).unwrap();
    let mut texts = vec![("widget".to_owned(), WIDGET.to_owned())];
    for folder in ["schemas/sobjects", "schemas/events"] {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            // The schemas of payloads lie in a folder of their own.
            if path.is_file() {
                texts.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let sources: Vec<_> = texts.iter().map(|(origin, json)| DefinitionSource { origin, json }).collect();
    let catalog = Catalog::build(&sources, file.features()).unwrap();
    let settings = Settings { session_token: Some(TOKEN.into()), ..Settings::default() };
    let mut org = Org::new(Arc::new(catalog), settings);
    org.load(&file, now).unwrap();
    org
}

/// A client's end of a connection.
pub(crate) struct Connection {
    reader: BufReader<TcpStream>,
}

impl Connection {
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.reader.get_mut().write_all(bytes).unwrap();
    }

    /// Sends something, if the server still takes it and has room for it.
    pub(crate) fn try_send(&mut self, bytes: &[u8]) -> bool {
        let stream = self.reader.get_mut();
        stream.set_write_timeout(Some(Duration::from_secs(1))).unwrap();
        stream.write_all(bytes).is_ok()
    }

    /// Says that nothing more will be sent.
    pub(crate) fn end(&mut self) {
        self.reader.get_mut().shutdown(Shutdown::Write).unwrap();
    }

    /// Reads one answer to a request of this method.
    pub(crate) fn receive(&mut self, method: &str) -> Response {
        let mut line = String::new();
        self.reader.read_line(&mut line).unwrap();
        let status =
            line.split(' ').nth(1).unwrap_or_else(|| panic!("no status in {line:?}")).parse().unwrap();
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            self.reader.read_line(&mut line).unwrap();
            match line.trim_end().split_once(": ") {
                Some((name, value)) => headers.push((name.to_ascii_lowercase(), value.to_owned())),
                None => break,
            }
        }
        let mut response = Response { status, headers, body: Vec::new() };
        let length = response.header("content-length").map_or(0, |length| length.parse().unwrap());
        if method != "HEAD" {
            response.body.resize(length, 0);
            self.reader.read_exact(&mut response.body).unwrap();
        }
        response
    }

    /// How many bytes come until the server closes, or breaks, the connection.
    pub(crate) fn rest(&mut self) -> u64 {
        let (mut all, mut buffer) = (0, [0; 65_536]);
        loop {
            match self.reader.read(&mut buffer) {
                Ok(0) => return all,
                Ok(length) => all += length as u64,
                Err(error) if error.kind() == ErrorKind::ConnectionReset => return all,
                Err(error) => panic!("{error} after {all} bytes"),
            }
        }
    }

    /// Whether the server has closed the connection.
    pub(crate) fn is_closed(&mut self) -> bool {
        self.reader.read(&mut [0]).unwrap() == 0
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.text()))
    }
}
