//! The body of a request, as handlers read it.

use bytes::Bytes;
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE};
use mockorg_org::{ApiError, ErrorCode, FieldInput};

use crate::{
    compress::{self, ExpandError},
    exchange::{Exchange, Failure},
    json,
};

/// The longest request body, in bytes, compressed or not.
pub(crate) const LONGEST_BODY: usize = 50 * 1024 * 1024;

impl<'a> Exchange<'a> {
    /// The body without its content coding.
    pub(crate) fn body(&self) -> Result<Bytes, Failure> {
        self.body_within(LONGEST_BODY)
    }

    /// The same of a body that may have so many bytes.
    pub(crate) fn body_within(&self, longest: usize) -> Result<Bytes, Failure> {
        let Some(coding) = self.parts.headers.get(CONTENT_ENCODING) else {
            return Ok(self.raw_body().clone());
        };
        let coding = coding.to_str().unwrap_or_default();
        if coding.trim().eq_ignore_ascii_case("identity") || self.raw_body().is_empty() {
            return Ok(self.raw_body().clone());
        }
        compress::expand(self.raw_body(), coding, longest).map(Into::into).map_err(|error| match error {
            ExpandError::TooLarge => {
                let message = format!("the request body is longer than {longest} bytes");
                Failure::with_status(413, ApiError::exception(ErrorCode::LimitExceeded, message))
            }
            ExpandError::Broken => {
                let message = format!("the request body is not in {coding} format");
                ApiError::exception(ErrorCode::JsonParserError, message).into()
            }
            ExpandError::Unknown => {
                let message =
                    format!("Content-Encoding header specified in HTTP request is not supported: {coding}");
                ApiError::exception(ErrorCode::UnsupportedMediaType, message).into()
            }
        })
    }

    /// The media type of the body without its parameters; empty when the client names none.
    pub(crate) fn content_type(&self) -> &'a str {
        let text =
            self.parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        text.split(';').next().unwrap_or_default().trim()
    }

    /// A body that must be JSON.
    pub(crate) fn json_body(&self) -> Result<Bytes, Failure> {
        let media_type = self.content_type();
        if media_type.is_empty() || media_type.eq_ignore_ascii_case("application/json") {
            return self.body();
        }
        if media_type.eq_ignore_ascii_case("application/xml") || media_type.eq_ignore_ascii_case("text/xml") {
            return Err(Failure::with_status(415, self.not_modelled("REST request bodies in XML")));
        }
        Err(unsupported(self.header("content-type").unwrap_or_default()).into())
    }

    /// A JSON body that is one record.
    pub(crate) fn record_body(&self) -> Result<Vec<FieldInput>, Failure> {
        Ok(json::record_body(&self.json_body()?)?)
    }
}

/// `UNSUPPORTED_MEDIA_TYPE`, naming the type.
pub(crate) fn unsupported(media_type: &str) -> ApiError {
    let message = format!("Content-Type header specified in HTTP request is not supported: {media_type}");
    ApiError::exception(ErrorCode::UnsupportedMediaType, message)
}
