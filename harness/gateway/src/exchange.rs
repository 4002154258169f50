//! One request on its way through the table: what handlers read from it, and how they reach the org.

use std::{
    borrow::Cow,
    cell::{Cell, OnceCell, RefCell, RefMut},
    sync::Arc,
};

use bytes::Bytes;
use hyper::{
    header::{AUTHORIZATION, HOST, HeaderMap},
    http::request::Parts,
};
use matchit::Params;
use mockorg_org::{
    ApiError, ApiVersion, Call, ErrorCode, Org, PageSink, Reply, SaveOptions, Session, Timestamp,
    catalog::Catalog,
};

use crate::{
    Gateway,
    branches::Way,
    connection::Secure,
    faults::Struck,
    form,
    journal::{Note, Noted, Strikes},
    json::{JsonForm, JsonWriter},
};

/// Why a request is refused before or by the org.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) error: ApiError,
    /// The status, where it is not the one that the error's code has.
    pub(crate) status: Option<u16>,
}

impl Failure {
    /// A refusal with a status of its own.
    pub(crate) const fn with_status(status: u16, error: ApiError) -> Self {
        Self { error, status: Some(status) }
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self { error, status: None }
    }
}

/// The org while a request holds it to answer requests inside, all at one time.
pub(crate) trait Held {
    /// The org, and its present time. It is not held twice at once.
    fn org(&self) -> (RefMut<'_, Org>, Timestamp);
}

/// An org that is held; no two requests inside run at once.
pub(crate) struct Holding<'o> {
    org: RefCell<&'o mut Org>,
    now: Timestamp,
}

impl<'o> Holding<'o> {
    /// Holds the org.
    pub(crate) const fn new(org: &'o mut Org, now: Timestamp) -> Self {
        Self { org: RefCell::new(org), now }
    }

    /// Runs `f` on the org between two requests inside.
    pub(crate) fn with<T>(&self, f: impl FnOnce(&mut Org, Timestamp) -> T) -> T {
        f(&mut self.org.borrow_mut(), self.now)
    }
}

impl Held for Holding<'_> {
    fn org(&self) -> (RefMut<'_, Org>, Timestamp) {
        (RefMut::map(self.org.borrow_mut(), |org| &mut **org), self.now)
    }
}

/// One request.
pub(crate) struct Exchange<'a> {
    pub(crate) gateway: &'a Gateway,
    /// The org that the request around this one holds; `None` for a request that came by itself.
    held: Option<&'a dyn Held>,
    pub(crate) parts: &'a Parts,
    pub(crate) params: Params<'a, 'a>,
    pub(crate) version: ApiVersion,
    body: &'a Bytes,
    session: OnceCell<Session>,
    called: Cell<bool>,
    /// Whether the org has counted the request.
    counted: Cell<bool>,
    usage: Cell<Option<(u64, u64)>>,
    /// Whether the fault that strikes the request has been told.
    pub(crate) met_fault: Cell<bool>,
    /// What the journal is to say of the request.
    note: Note,
}

impl<'a> Exchange<'a> {
    pub(crate) fn new(
        gateway: &'a Gateway,
        parts: &'a Parts,
        body: &'a Bytes,
        params: Params<'a, 'a>,
        version: ApiVersion,
    ) -> Self {
        let (called, counted, met_fault) = (Cell::new(false), Cell::new(false), Cell::new(false));
        let (session, usage, note) = (OnceCell::new(), Cell::new(None), Note::default());
        Self {
            gateway,
            held: None,
            parts,
            params,
            version,
            body,
            session,
            called,
            counted,
            usage,
            met_fault,
            note,
        }
    }

    /// The same request inside another one that holds the org.
    pub(crate) const fn inside(mut self, held: Option<&'a dyn Held>) -> Self {
        self.held = held;
        self
    }

    /// Runs `f` on the org, which the request around this one may hold.
    pub(crate) fn on_org<T>(&self, f: impl FnOnce(&mut Org, Timestamp) -> T) -> T {
        let Some(held) = self.held else { return self.gateway.with_org(f) };
        let (mut org, now) = held.org();
        f(&mut org, now)
    }

    /// The request's headers.
    pub(crate) const fn headers(&self) -> &'a HeaderMap {
        &self.parts.headers
    }

    /// A header's text.
    pub(crate) fn header(&self, name: &str) -> Option<&'a str> {
        self.parts.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// A segment of the path, decoded.
    pub(crate) fn param(&self, name: &str) -> Cow<'a, str> {
        form::segment(self.params.get(name).unwrap_or_default())
    }

    /// The query string as it came.
    pub(crate) fn query(&self) -> &'a str {
        self.parts.uri.query().unwrap_or_default()
    }

    /// A query parameter, decoded.
    pub(crate) fn argument(&self, name: &str) -> Option<Cow<'a, str>> {
        form::value(self.query(), name)
    }

    /// A query parameter that lists names.
    pub(crate) fn list(&self, name: &str) -> Option<Vec<Box<str>>> {
        let text = self.argument(name)?;
        Some(text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(Into::into).collect())
    }

    /// How the client wants JSON laid out.
    pub(crate) fn form(&self) -> JsonForm {
        form_of(self.headers())
    }

    /// A writer of the answer's body.
    pub(crate) fn writer(&self) -> JsonWriter {
        JsonWriter::new(self.form())
    }

    /// Scheme, host and port under which this client reaches the org, with what stands in front of the paths of a
    /// branch.
    pub(crate) fn base_url(&self) -> Cow<'a, str> {
        let url = self.host_url();
        match Way::prefix_of(self.parts) {
            "" => url,
            prefix => Cow::Owned(format!("{url}{prefix}")),
        }
    }

    /// A path of the org as this client has to write it.
    pub(crate) fn local(&self, path: &str) -> String {
        format!("{}{path}", Way::prefix_of(self.parts))
    }

    /// Scheme, host and port of the server.
    fn host_url(&self) -> Cow<'a, str> {
        let public_url = Way::public_url_of(self.parts).or(self.gateway.options.public_url.as_deref());
        if let Some(url) = public_url {
            return Cow::Borrowed(url);
        }
        // HTTP/2 has no such header; the address itself names the host.
        let header = self.parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        let host = header.or_else(|| self.parts.uri.authority().map(hyper::http::uri::Authority::as_str));
        let scheme = if self.parts.extensions.get::<Secure>().is_some() { "https" } else { "http" };
        match host.filter(|host| is_host(host)) {
            Some(host) => Cow::Owned(format!("{scheme}://{host}")),
            None => Cow::Borrowed(&self.gateway.options.base_url),
        }
    }

    /// The access token that the client sent.
    ///
    /// # Errors
    ///
    /// `INVALID_AUTH_HEADER` when the header has a scheme other than Bearer and OAuth.
    pub(crate) fn token(&self) -> Result<Option<&'a str>, ApiError> {
        let Some(header) = self.parts.headers.get(AUTHORIZATION) else { return Ok(None) };
        let invalid = || ApiError::exception(ErrorCode::InvalidAuthHeader, "INVALID_HEADER_TYPE");
        let text = header.to_str().map_err(|_| invalid())?.trim();
        let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
        if scheme.eq_ignore_ascii_case("Bearer") || scheme.eq_ignore_ascii_case("OAuth") {
            Ok(Some(token.trim()))
        } else {
            Err(invalid())
        }
    }

    /// Has the org do one thing on behalf of the request's session.
    pub(crate) fn call(&self, call: Call) -> Result<Reply, ApiError> {
        let call = self.saving(call);
        let again = self.counted.replace(true);
        self.with_org(
            |org, now, session| {
                if again { org.call_again(now, session, call) } else { org.call(now, session, call) }
            },
        )
    }

    /// A call that saves records, under what the request's headers say about saving.
    pub(crate) fn saving(&self, call: Call) -> Call {
        let saves = matches!(
            call,
            Call::Create { .. }
                | Call::Update { .. }
                | Call::Upsert { .. }
                | Call::UpdateRelated { .. }
                | Call::Together { .. }
        );
        match self.header("sforce-duplicate-rule-header").filter(|_| saves) {
            Some(header) => {
                let options = SaveOptions { allow_duplicates: is_true(header, "allowSave") };
                Call::Saving { options, call: Box::new(call) }
            }
            None => call,
        }
    }

    /// Has the org do one thing whose rows go to `sink` as they are read.
    pub(crate) fn call_into(&self, call: Call, sink: &mut dyn PageSink) -> Result<Reply, ApiError> {
        self.with_org(|org, now, session| org.call_into(now, session, call, sink))
    }

    /// Looks whether a fault strikes the request before the org is asked.
    ///
    /// # Errors
    ///
    /// The error of the fault.
    pub(crate) fn meet_fault(&self) -> Result<(), ApiError> {
        let Some(fault) = self.fault() else { return Ok(()) };
        self.met_fault.set(true);
        Err(fault.0.clone())
    }

    /// The fault that strikes the request.
    pub(crate) fn fault(&self) -> Option<&'a Struck> {
        self.parts.extensions.get()
    }

    /// Has the org do one thing on behalf of another session than the request's.
    pub(crate) fn call_as(&self, token: Option<Box<str>>, call: Call) -> Result<Reply, ApiError> {
        self.meet_fault()?;
        let session = Session { token, version: self.version, origin: None };
        self.on_org(|org, now| self.noting(org, now, &session, |org| org.call(now, &session, call)))
    }

    /// Has the org do several things between which nothing else happens.
    pub(crate) fn with_org<T>(&self, f: impl FnOnce(&mut Org, Timestamp, &Session) -> T) -> T
    where
        T: Outcome,
    {
        let session = match self.meet_fault().and_then(|()| self.session()) {
            Ok(session) => session,
            Err(error) => return T::refused(error),
        };
        self.called.set(true);
        self.on_org(|org, now| {
            let result = self.noting(org, now, session, |org| f(org, now, session));
            self.usage.set(Some(org.api_usage()));
            result
        })
    }

    /// Notes for the journal when the request is answered, who sent it and which faults strike. Requests inside
    /// another one are no entries of their own.
    fn noting<T>(
        &self,
        org: &mut Org,
        now: Timestamp,
        session: &Session,
        f: impl FnOnce(&mut Org) -> T,
    ) -> T {
        if self.held.is_some() {
            return f(org);
        }
        self.note.take(self.gateway, org, now, session.token.as_deref());
        let strikes = Strikes::until_now(org);
        let result = f(org);
        self.note.strikes(strikes, org);
        result
    }

    /// What the journal is to say of the request.
    pub(crate) fn noted(&self) -> Noted {
        self.note.noted()
    }

    /// Has the org do several things as one transaction, or as a part of the one that it is in. What `f` does not
    /// want to stay it undoes itself.
    pub(crate) fn in_transaction<T: Outcome>(&self, f: impl FnOnce(&mut Org, Timestamp, &Session) -> T) -> T {
        let whole = self.held.is_none();
        self.with_org(|org, now, session| {
            if whole && let Err(error) = org.begin(now, session) {
                return T::refused(error);
            }
            let result = f(org, now, session);
            if whole {
                org.end(now);
            }
            result
        })
    }

    /// Checks the session, unless the org has been called and has thereby checked it.
    pub(crate) fn authorize(&self) -> Result<(), ApiError> {
        if self.called.get() { Ok(()) } else { self.call(Call::Authorize).map(|_| ()) }
    }

    /// The org's time.
    pub(crate) fn now(&self) -> Timestamp {
        self.on_org(|_, now| now)
    }

    /// The API requests used and allowed, once the org has been called.
    pub(crate) fn usage(&self) -> Option<(u64, u64)> {
        self.usage.get()
    }

    /// Looks at the org, for what no session is asked for.
    pub(crate) fn look<T>(&self, f: impl FnOnce(&Org) -> T) -> T {
        self.on_org(|org, _| f(org))
    }

    /// The org's definitions.
    pub(crate) fn catalog(&self) -> Arc<Catalog> {
        self.on_org(|org, _| Arc::clone(org.catalog()))
    }

    fn session(&self) -> Result<&Session, ApiError> {
        if let Some(session) = self.session.get() {
            return Ok(session);
        }
        let token = self.token()?.map(Into::into);
        let origin = Some(self.origin().into());
        Ok(self.session.get_or_init(|| Session { token, version: self.version, origin }))
    }

    /// What change events say of where a change came from: the API, and the client if it names itself.
    fn origin(&self) -> String {
        let path = self.parts.uri.path();
        let api = if path.contains("/tooling/") {
            "toolingrest"
        } else if path.contains("/jobs/") {
            "bulk"
        } else {
            "rest"
        };
        let mut origin = format!("com/salesforce/api/{api}/{}", self.version);
        if let Some(client) = self.header("sforce-call-options").and_then(client_of) {
            origin.push_str(";client=");
            origin.push_str(client);
        }
        origin
    }

    /// The body as it came.
    pub(crate) const fn raw_body(&self) -> &'a Bytes {
        self.body
    }

    /// The refusal of what mockorg does not model, counted like those of the org itself.
    pub(crate) fn not_modelled(&self, what: &str) -> ApiError {
        let error = ApiError::not_modelled(what);
        self.on_org(|org, _| org.refuse(what));
        let (method, path) = (self.parts.method.as_str(), self.parts.uri.path());
        self.gateway.unknown().note(method, path, error.message.as_deref().unwrap_or_default());
        error
    }
}

/// Whether a header such as `allowSave=true; runAsCurrentUser=true` says true of a name.
fn is_true(header: &str, wanted: &str) -> bool {
    header.split([',', ';']).filter_map(|option| option.split_once('=')).any(|(name, value)| {
        name.trim().eq_ignore_ascii_case(wanted) && value.trim().eq_ignore_ascii_case("true")
    })
}

/// The client that `Sforce-Call-Options: client=x, defaultNamespace=y` names.
fn client_of(options: &str) -> Option<&str> {
    options.split([',', ';']).find_map(|option| {
        let (name, value) = option.split_once('=')?;
        name.trim().eq_ignore_ascii_case("client").then(|| value.trim())
    })
}

/// What an operation on the org gives when there is no session to run it with.
pub(crate) trait Outcome {
    /// The refusal.
    fn refused(error: ApiError) -> Self;
}

impl<T, E: From<ApiError>> Outcome for Result<T, E> {
    fn refused(error: ApiError) -> Self {
        Err(error.into())
    }
}

/// How a client wants JSON laid out.
pub(crate) fn form_of(headers: &HeaderMap) -> JsonForm {
    match headers.get("x-prettyprint") {
        Some(value) if value == "1" || value.as_bytes().eq_ignore_ascii_case(b"true") => JsonForm::Pretty,
        _ => JsonForm::Compact,
    }
}

/// Whether a `Host` header is plain enough to be printed in addresses.
fn is_host(host: &str) -> bool {
    !host.is_empty() && host.bytes().all(|c| c.is_ascii_alphanumeric() || b".-:[]_".contains(&c))
}
