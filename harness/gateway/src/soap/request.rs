//! One SOAP call on its way: who calls, in which version, and how the org is reached.

use std::{cell::Cell, sync::Arc};

use bytes::Bytes;
use hyper::http::request::Parts;
use mockorg_org::{
    ApiError, ApiVersion, Call, ErrorCode, Mark, Org, PageSink, Reply, Session, Timestamp, catalog::Catalog,
};

use super::{element::Element, envelope::Envelope, headers::Headers, wsdl::Wsdl};
use crate::{
    Gateway,
    answer::Answer,
    dispatch,
    exchange::{Exchange, Holding},
};

/// One call.
pub(super) struct Request<'a> {
    pub(super) exchange: &'a Exchange<'a>,
    pub(super) wsdl: Wsdl,
    pub(super) version: ApiVersion,
    pub(super) headers: Headers,
    pub(super) operation: Element,
    session: Session,
    usage: Cell<Option<(u64, u64)>>,
}

impl<'a> Request<'a> {
    pub(super) fn new(
        exchange: &'a Exchange<'a>,
        wsdl: Wsdl,
        version: ApiVersion,
        envelope: Envelope,
    ) -> Self {
        let Envelope { operation, headers } = envelope;
        let mut origin = format!("com/salesforce/api/soap/{version}");
        if let Some(client) = &headers.client {
            origin.push_str(";client=");
            origin.push_str(client);
        }
        let session = Session { token: headers.session_id.clone(), version, origin: Some(origin.into()) };
        Self { exchange, wsdl, version, headers, operation, session, usage: Cell::new(None) }
    }

    /// Runs `f` with the org as one transaction and one API request: what fails has changed nothing.
    ///
    /// # Errors
    ///
    /// Those of the session, and those of `f`.
    pub(super) fn perform<T>(
        &self,
        f: impl FnOnce(&mut Caller<'_>) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        self.exchange.meet_fault()?;
        self.exchange.on_org(|org, now| {
            org.begin(now, &self.session)?;
            let start = org.mark();
            let mut caller = Caller { org, now, session: &self.session, tooling: self.wsdl == Wsdl::Tooling };
            let result = f(&mut caller);
            if result.is_err() {
                org.return_to(start);
            }
            self.usage.set(Some(org.api_usage()));
            org.end(now);
            result
        })
    }

    /// Has the org do one thing.
    pub(super) fn call(&self, call: Call) -> Result<Reply, ApiError> {
        self.perform(|caller| caller.call(call))
    }

    /// The API requests used and allowed, once the org has been called in a session.
    pub(super) fn usage(&self) -> Option<(u64, u64)> {
        self.usage.get()
    }

    /// The org's definitions.
    pub(super) fn catalog(&self) -> Arc<Catalog> {
        self.exchange.catalog()
    }

    /// The text of an argument.
    pub(super) fn argument(&self, name: &str) -> &str {
        self.operation.text_of(name)
    }

    /// The texts of an argument that may be repeated, of which there may be `most`.
    ///
    /// # Errors
    ///
    /// `EXCEEDED_ID_LIMIT`.
    pub(super) fn list(&self, name: &str, most: usize) -> Result<Vec<Box<str>>, ApiError> {
        let texts = self.operation.texts(name);
        within(texts.len(), most)?;
        Ok(texts)
    }
}

/// Checks how many records a call names.
///
/// # Errors
///
/// `EXCEEDED_ID_LIMIT`.
pub(super) fn within(count: usize, most: usize) -> Result<(), ApiError> {
    if count <= most {
        return Ok(());
    }
    let message = format!("record limit reached. cannot submit more than {most} records into this call");
    Err(ApiError::exception(ErrorCode::ExceededIdLimit, message))
}

/// The org in the hands of one call.
pub(super) struct Caller<'o> {
    org: &'o mut Org,
    now: Timestamp,
    session: &'o Session,
    tooling: bool,
}

impl Caller<'_> {
    fn addressed(&self, call: Call) -> Call {
        if self.tooling { Call::Tooling(Box::new(call)) } else { call }
    }

    /// Has the org do one thing.
    pub(super) fn call(&mut self, call: Call) -> Result<Reply, ApiError> {
        let call = self.addressed(call);
        self.org.call(self.now, self.session, call)
    }

    /// Has the org do one thing whose rows go to `sink`.
    pub(super) fn call_into(&mut self, call: Call, sink: &mut dyn PageSink) -> Result<Reply, ApiError> {
        let call = self.addressed(call);
        self.org.call_into(self.now, self.session, call, sink)
    }

    /// Has the org do several things, each alone; with `all_or_none` one that fails undoes all.
    pub(super) fn together(
        &mut self,
        calls: Vec<Call>,
        all_or_none: bool,
    ) -> Result<Vec<Result<Reply, ApiError>>, ApiError> {
        let calls = calls.into_iter().map(|call| self.addressed(call)).collect();
        match self.org.call(self.now, self.session, Call::Together { calls, all_or_none })? {
            Reply::Together(outcomes) => Ok(outcomes),
            _ => Err(ApiError::not_found()),
        }
    }

    /// What a REST resource answers to a request inside this call.
    pub(super) fn answer(&mut self, gateway: &Gateway, parts: &Parts) -> Answer {
        let holding = Holding::new(self.org, self.now);
        dispatch::answer_inside(gateway, parts, &Bytes::new(), &holding)
    }

    /// Ends a session by its id.
    pub(super) fn revoke(&mut self, token: &str) -> bool {
        let call = Call::Revoke { token: token.into() };
        matches!(self.org.call(self.now, self.session, call), Ok(Reply::Revoked(true)))
    }

    /// The org's time.
    pub(super) const fn now(&self) -> Timestamp {
        self.now
    }

    /// This moment.
    pub(super) fn mark(&self) -> Mark {
        self.org.mark()
    }

    /// Undoes everything since a moment.
    pub(super) fn return_to(&mut self, mark: Mark) {
        self.org.return_to(mark);
    }
}
