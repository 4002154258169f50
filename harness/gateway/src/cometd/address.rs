//! Addresses of the Streaming API: `/cometd/62.0`, with or without what a message is about.

use mockorg_org::ApiVersion;

use crate::path;

/// The oldest version that has a Streaming API of this form.
const OLDEST: u8 = 37;

/// What clients append to the address when a request holds one message.
const SUFFIXES: [&str; 5] = ["handshake", "connect", "subscribe", "unsubscribe", "disconnect"];

/// What an address of the Streaming API says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// A version that is served.
    Version(ApiVersion),
    /// No version.
    Unversioned,
    /// A version that is not served.
    Unsupported,
}

/// Whether a request is for the Streaming API.
pub(crate) fn is_addressed(path: &str, newest: ApiVersion) -> bool {
    read(path, newest).is_some()
}

/// Reads the path of a request; `None` when nothing of the Streaming API stands there.
pub(super) fn read(path: &str, newest: ApiVersion) -> Option<Address> {
    let (path, _) = path::normalise(path);
    let rest = path.strip_prefix("/cometd")?;
    if rest.is_empty() {
        return Some(Address::Unversioned);
    }
    let mut segments = rest.strip_prefix('/')?.split('/');
    let first = segments.next()?;
    let second = segments.next();
    if segments.next().is_some() {
        return None;
    }
    match second {
        // Where replays were to be had before they were everywhere.
        Some(_) if first == "replay" => Some(Address::Unsupported),
        Some(suffix) if !SUFFIXES.contains(&suffix) => None,
        _ if SUFFIXES.contains(&first) => Some(Address::Unversioned),
        _ => Some(version(first, newest)),
    }
}

fn version(text: &str, newest: ApiVersion) -> Address {
    match text.parse::<ApiVersion>() {
        Ok(version) if version.number() >= OLDEST && version <= newest => Address::Version(version),
        _ => Address::Unsupported,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str) -> Option<Address> {
        read(path, ApiVersion::NEWEST)
    }

    #[test]
    fn a_version_is_read_with_slashes_and_suffixes() {
        let version = Some(Address::Version(ApiVersion::new(60).unwrap()));
        for path in ["/cometd/60.0", "/cometd/60.0/", "//cometd/60.0/connect", "/cometd/60.0/handshake/"] {
            assert_eq!(at(path), version, "{path}");
        }
    }

    #[test]
    fn missing_and_old_versions_are_told_apart() {
        for path in ["/cometd", "/cometd/", "/cometd/handshake"] {
            assert_eq!(at(path), Some(Address::Unversioned), "{path}");
        }
        for path in ["/cometd/36.0", "/cometd/replay/36.0", "/cometd/99.0", "/cometd/60", "/cometd/v60.0"] {
            assert_eq!(at(path), Some(Address::Unsupported), "{path}");
        }
        for path in ["/cometdx", "/cometd/60.0/publish", "/cometd/60.0/connect/more", "/services/cometd"] {
            assert_eq!(at(path), None, "{path}");
        }
    }
}
