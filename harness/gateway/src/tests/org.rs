//! The starter org behind a gateway, and requests to it without sockets.

use std::{
    fs,
    path::Path,
    sync::{Arc, LazyLock},
};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::{Request, Uri, http::request::Parts};
use mockorg_org::{
    Org, OrgFile, Settings, Timestamp,
    catalog::{Catalog, DefinitionSource},
};

use crate::{Clock, Gateway, GatewayOptions, compress, dispatch::dispatch};

pub(crate) const TOKEN: &str = "00Dtest!session";

pub(crate) static STARTER: LazyLock<Org> = LazyLock::new(|| starter(start()));

/// The same org with sessions that last until the end of time.
pub(crate) static LATE_STARTER: LazyLock<Org> =
    LazyLock::new(|| starter(Timestamp::parse("9900-01-01T00:00:00Z").unwrap()));

pub(crate) fn starter(now: Timestamp) -> Org {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |path: &Path| fs::read_to_string(path).unwrap();
    let file = OrgFile::parse(&read(&root.join("fixtures/orgs/starter.json"))).unwrap();
    let folders =
        ["schemas/sobjects", "schemas/events"].map(|folder| fs::read_dir(root.join(folder)).unwrap());
    let paths = folders.into_iter().flatten().map(|entry| entry.unwrap().path());
    let texts: Vec<_> = paths.filter(|path| path.is_file()).map(|path| read(&path)).collect();
    let sources: Vec<_> = texts.iter().map(|json| DefinitionSource { origin: "schemas", json }).collect();
    let catalog = Catalog::build(&sources, file.features()).unwrap();
    let settings =
        Settings { session_token: Some(TOKEN.into()), session_seconds: u32::MAX, ..Settings::default() };
    let mut org = Org::new(Arc::new(catalog), settings);
    org.load(&file, now).unwrap();
    org
}

pub(crate) fn start() -> Timestamp {
    Timestamp::parse("2026-03-02T09:00:00Z").unwrap()
}

pub(crate) fn end() -> Timestamp {
    Timestamp::parse("9999-12-30T21:00:00Z").unwrap()
}

pub(crate) fn gateway(now: Timestamp) -> Gateway {
    let options = GatewayOptions { clock: Clock::Manual(now), ..GatewayOptions::new("http://org.example") };
    let org: &'static Org = if now == start() { &STARTER } else { &LATE_STARTER };
    Gateway::new(Arc::new(|_| org.clone()), options)
}

pub(crate) fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Method, path and query.
pub(crate) type Line = (String, String, String);

pub(crate) fn parts_of(line: Line, headers: &[(&str, &str)], media_type: &str) -> Option<Parts> {
    let (method, path, query) = line;
    let uri: Uri = format!("{path}?{query}").parse().ok()?;
    let mut request =
        Request::builder().method(&*method).uri(uri).header("host", "org.example").header("soapaction", "x");
    if !headers.iter().any(|(name, _)| *name == "authorization") {
        request = request.header("authorization", format!("Bearer {TOKEN}"));
    }
    if !media_type.is_empty() {
        request = request.header("content-type", media_type);
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Some(request.body(()).ok()?.into_parts().0)
}

/// The body of an answer without its content coding.
pub(crate) fn answer(gateway: &Gateway, parts: &Parts, body: &Bytes) -> (u16, String, Vec<u8>) {
    let (head, body) = dispatch(gateway, parts, body).into_parts();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let body = runtime.block_on(body.collect()).unwrap().to_bytes().to_vec();
    let header = |name: &str| head.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    let body = match header("content-encoding") {
        Some(coding) => compress::expand(&body, &coding, 1 << 26).unwrap(),
        None => body,
    };
    (head.status.as_u16(), header("content-type").unwrap_or_default(), body)
}

pub(crate) fn send(
    gateway: &Gateway,
    method: &str,
    path: &str,
    query: &str,
    headers: &[(&str, &str)],
    media_type: &str,
    body: &[u8],
) -> (u16, String) {
    let line = (method.to_owned(), path.to_owned(), query.to_owned());
    let parts = parts_of(line, headers, media_type).unwrap();
    let (status, _, body) = answer(gateway, &parts, &Bytes::copy_from_slice(body));
    (status, String::from_utf8(body).unwrap())
}
