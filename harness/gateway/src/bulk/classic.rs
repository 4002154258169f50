//! Bulk API 1.0: on whose behalf a request comes, and in which form it is answered.

use hyper::{Method, header::HeaderValue};
use mockorg_org::{
    ApiError, ApiVersion, Call, ErrorCode, Reply, Session,
    bulk::{BulkCall, BulkJob, BulkReply, JobFamily},
};

use super::classic_refusal::refuse;
use crate::{
    answer::{APPLICATION_XML, Answer},
    exchange::Exchange,
    json::JsonWriter,
};

/// The namespace of all elements.
pub(super) const NAMESPACE: &str = "http://www.force.com/2009/06/asyncapi/dataload";

/// The media type of rows. Clients decode what names no charset as they like.
pub(super) const CSV: HeaderValue = HeaderValue::from_static("text/csv;charset=UTF-8");

/// A request of Bulk API 1.0.
pub(super) struct Request<'e> {
    pub(super) exchange: &'e Exchange<'e>,
    session: Session,
    /// Whether the client speaks JSON.
    pub(super) json: bool,
}

/// Answers a request; what is refused has the form that the client speaks.
pub(super) fn answer(
    exchange: &Exchange<'_>,
    run: impl FnOnce(&mut Request<'_>) -> Result<Answer, ApiError>,
) -> Answer {
    let json = is_json(exchange.content_type());
    let newest = exchange.gateway.options.newest;
    let version = exchange.param("version").parse::<ApiVersion>().ok().filter(|version| *version <= newest);
    let Some(version) = version else {
        let message = format!("Invalid version: {}", exchange.param("version"));
        return super::classic_refusal::print(json, 400, "InvalidVersion", &message);
    };
    let own = exchange.header("x-sfdc-session").map(str::trim);
    let token = match own {
        Some(token) => Some(token.into()),
        None => exchange.token().ok().flatten().map(Into::into),
    };
    let session =
        Session { token, version, origin: Some(format!("com/salesforce/api/bulk/{version}").into()) };
    let mut request = Request { exchange, session, json };
    run(&mut request).unwrap_or_else(|error| refuse(request.json, &error))
}

/// Whether a media type is JSON.
pub(super) fn is_json(media_type: &str) -> bool {
    media_type.eq_ignore_ascii_case("application/json")
}

impl Request<'_> {
    /// Has the org perform an operation.
    ///
    /// # Errors
    ///
    /// Those of the org.
    pub(super) fn ask(&self, call: BulkCall) -> Result<BulkReply, ApiError> {
        self.exchange.meet_fault()?;
        match self.exchange.on_org(|org, now| org.call(now, &self.session, Call::Bulk(Box::new(call))))? {
            Reply::Bulk(reply) => Ok(reply),
            _ => Err(unexpected()),
        }
    }

    /// The job that the path names. One whose records are JSON is spoken about in JSON, and what is only read is
    /// told in the form of the job: clients say of such requests, too, that their body is JSON, and read XML.
    ///
    /// # Errors
    ///
    /// Those of the org.
    pub(super) fn job(&mut self) -> Result<BulkJob, ApiError> {
        let call = BulkCall::Get { family: JobFamily::Classic, job: self.named("job") };
        let BulkReply::Job(job) = self.ask(call)? else { return Err(unexpected()) };
        let json = &*job.request.content_type == "JSON";
        self.json = json || (self.json && self.exchange.parts.method != Method::GET);
        Ok(*job)
    }

    /// A segment of the path.
    pub(super) fn named(&self, name: &str) -> Box<str> {
        self.exchange.param(name).into()
    }

    /// The body as text.
    ///
    /// # Errors
    ///
    /// `INVALIDBATCH` when it cannot be expanded or is not in UTF-8.
    pub(super) fn text(&self) -> Result<String, ApiError> {
        let body = self.exchange.body().map_err(|failure| failure.error)?;
        String::from_utf8(body.to_vec()).map_err(|_| {
            ApiError::resource(ErrorCode::InvalidBatch, "InvalidBatch : the request is not in UTF-8")
        })
    }

    /// Answers in the form that the client speaks.
    pub(super) fn print(
        &self,
        status: u16,
        json: impl FnOnce(&mut JsonWriter),
        xml: impl FnOnce(&mut String),
    ) -> Answer {
        if self.json {
            let mut w = self.exchange.writer();
            json(&mut w);
            return Answer::json(status, w.finish());
        }
        Answer::new(status, APPLICATION_XML, document(xml))
    }
}

/// A document of XML.
pub(super) fn document(write: impl FnOnce(&mut String)) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    write(&mut out);
    out
}

/// Begins the outermost element.
pub(super) fn begin_root(out: &mut String, name: &str) {
    out.push('<');
    out.push_str(name);
    out.push_str(" xmlns=\"");
    out.push_str(NAMESPACE);
    out.push_str("\">");
}

/// The reply does not belong to the call: a mistake of ours, told as one.
pub(super) fn unexpected() -> ApiError {
    ApiError::exception(ErrorCode::UnknownException, "the org's reply does not belong to the call")
}
