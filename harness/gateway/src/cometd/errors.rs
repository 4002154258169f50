//! The error texts of the Streaming API: code, arguments, words.

use std::borrow::Cow;

use mockorg_org::{ApiError, ApiVersion, ErrorCode, events::ChannelRefusal};

pub(super) const HANDSHAKE_DENIED: &str = "403::Handshake denied";
pub(super) const NO_AUTHENTICATION: &str = "401::Request requires authentication";
pub(super) const INVALID_AUTHENTICATION: &str = "401::Authentication invalid";
pub(super) const NOT_ENABLED: &str = "403::User not enabled for streaming";
pub(super) const TOO_BUSY: &str = "503::Server is too busy.  Please try your request again later.";
pub(super) const TOO_MANY_CLIENTS: &str = "403::Organization concurrent user limit exceeded";
pub(super) const UNKNOWN_CLIENT: &str = "403::Unknown client";
pub(super) const NO_HANDSHAKE: &str = "403::Client has not completed handshake";
pub(super) const NO_CHANNEL: &str = "400::Channel name not specified";
pub(super) const UNKNOWN_CHANNEL: &str = "404::Unknown channel";
pub(super) const PUBLISH_DENIED: &str = "403:denied_by_security_policy:publish_denied";

const NO_SLASH: &str = "400::Channel subscriptions must start with a leading '/'";
const CREATE_DENIED: &str = "403:denied_by_security_policy:create_denied";
const NO_CHANGE_ACCESS: &str = "403::User not allowed to subscribe CDC without View All Data permissions";

/// Why a request without a valid session is refused.
pub(super) const fn of_session(error: &ApiError) -> &'static str {
    match error.code {
        ErrorCode::ApiDisabledForOrg => NOT_ENABLED,
        ErrorCode::RequestLimitExceeded | ErrorCode::ServerUnavailable | ErrorCode::UnknownException => {
            TOO_BUSY
        }
        _ => INVALID_AUTHENTICATION,
    }
}

/// Why a channel cannot be subscribed to.
pub(super) fn of_channel(refusal: ChannelRefusal, channel: &str) -> Cow<'static, str> {
    match refusal {
        ChannelRefusal::Malformed if !channel.starts_with('/') => NO_SLASH.into(),
        ChannelRefusal::Malformed | ChannelRefusal::Unknown | ChannelRefusal::NoAccess => {
            CREATE_DENIED.into()
        }
        ChannelRefusal::UnknownTopic => {
            format!("400::The channel you requested to subscribe to does not exist {{{channel}}}").into()
        }
        ChannelRefusal::UnknownGeneric => UNKNOWN_CHANNEL.into(),
        ChannelRefusal::NoChangeAccess => NO_CHANGE_ACCESS.into(),
    }
}

/// An address without a version.
pub(super) fn no_version(newest: ApiVersion) -> String {
    format!("400::API version in the URI is mandatory. URI format: '/cometd/{newest}'")
}

/// An address with a version that is not served.
pub(super) fn unsupported_version(newest: ApiVersion) -> String {
    format!(
        "400::Unsupported API version. Only API versions '37.0' and later are supported. URI format: \
         '/cometd/{newest}'"
    )
}

/// A client that cannot do long polling.
pub(super) fn connection_type(name: &str) -> String {
    format!("400::Invalid connection type {name}")
}

/// A replay id that is none, or whose event is not kept any more.
pub(super) fn replay_id(asked: &str) -> String {
    // The two blanks are the platform's.
    format!(
        "400::The replayId {{{asked}}} you provided was invalid.  Please provide a valid ID, -2 to replay \
         all events, or -1 to replay only new events."
    )
}

/// A map of replay ids that lacks the channel.
pub(super) fn not_in_replay_map(channel: &str, map: &str) -> String {
    format!(
        "400::The replayId for channel {{{channel}}} wasn't found using the provided replay ID map \
         {{{map}}}. Ensure that the channel name you provided in the replay map is valid and matches the \
         channel name used for subscribing."
    )
}
