//! What is posted: the message that a client of the Streaming API gets, and its signature.

use bytes::Bytes;
use hmac::{Hmac, Mac};
use http_body_util::Full;
use hyper::{
    Method, Request,
    header::{HeaderMap, HeaderValue},
};
use mockorg_org::ApiVersion;
use sha2::Sha256;

use super::{
    entry::Entry,
    target::{EVENT, REPLAY_ID, SIGNATURE},
};
use crate::{Gateway, cometd::push_frame, events::Delivery};

/// The request that tells a webhook's endpoint of an event.
pub(super) fn request(gateway: &Gateway, entry: &Entry, delivery: &Delivery) -> Request<Full<Bytes>> {
    let mut body = Vec::new();
    push_frame(gateway, delivery, &entry.channel.name, ApiVersion::NEWEST, &mut body);
    let event = &delivery.event;
    let mut request = Request::new(Full::default());
    *request.method_mut() = Method::POST;
    *request.uri_mut() = entry.target.path.clone();
    let mut headers = entry.target.headers.clone();
    insert(&mut headers, EVENT, &event.uuid);
    insert(&mut headers, REPLAY_ID, &event.replay_id.0.to_string());
    if let Some(secret) = &entry.webhook.secret {
        insert(&mut headers, SIGNATURE, &signature(secret, &body));
    }
    *request.headers_mut() = headers;
    *request.body_mut() = Full::new(body.into());
    request
}

/// A publisher may choose an identity that no header can carry; the body has it all the same.
fn insert(headers: &mut HeaderMap, name: hyper::header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn signature(secret: &str, body: &[u8]) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map(|mut mac| {
        mac.update(body);
        mac.finalize().into_bytes()
    });
    // No key is too short or too long for an HMAC.
    mac.unwrap_or_default().iter().fold("sha256=".to_owned(), |mut hex, byte| {
        for digit in [byte >> 4, byte & 15] {
            hex.push(char::from_digit(digit.into(), 16).unwrap_or_default());
        }
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_hmac_of_rfc_4231() {
        assert_eq!(
            signature("Jefe", b"what do ya want for nothing?"),
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
