//! Which org a request is for: the host's first label or the beginning of the path may name a branch.

use std::sync::Arc;

use hyper::{
    Uri,
    header::{HOST, HeaderMap},
    http::uri::{Authority, PathAndQuery},
};

use super::{
    home::{Branch, Home},
    way::Way,
};

/// The path in front of a branch's own paths.
pub(super) const PREFIX: &str = "/__org/";
/// How long a label of a host name is.
const LONGEST_NAME: usize = 63;

/// Which org a request is for.
pub(crate) enum Destination {
    /// The org that was asked.
    Here,
    /// A branch; the address as the branch knows it.
    Branch(Arc<Branch>, Way, Option<Uri>),
    /// A branch that does not exist.
    Unknown(Box<str>),
}

/// Looks for a branch in the address of a request.
pub(crate) fn destination(home: &Home, uri: &Uri, headers: &HeaderMap) -> Destination {
    if let Some(rest) = uri.path().strip_prefix(PREFIX) {
        let name = rest.split('/').next().unwrap_or_default();
        let found = home.find(&name.to_ascii_lowercase());
        let Some((branch, inner)) = found.zip(without(uri, PREFIX.len() + name.len())) else {
            return Destination::Unknown(name.into());
        };
        let prefix = format!("{PREFIX}{}", branch.name).into();
        let public_url = branch.public_url.clone();
        return Destination::Branch(branch, Way { prefix, public_url }, Some(inner));
    }
    if home.is_empty() {
        return Destination::Here;
    }
    let Some(label) = host(uri, headers).and_then(|host| host.split(['.', ':']).next()) else {
        return Destination::Here;
    };
    match home.find(&label.to_ascii_lowercase()) {
        None => Destination::Here,
        Some(branch) => {
            let public_url = branch.public_url.as_deref().map(|url| with_label(url, &branch.name).into());
            Destination::Branch(branch, Way { prefix: "".into(), public_url }, None)
        }
    }
}

/// The host that a request names.
fn host<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    // HTTP/2 has no such header; the address itself names the host.
    let header = headers.get(HOST).and_then(|host| host.to_str().ok());
    header.or_else(|| uri.authority().map(Authority::as_str))
}

/// The address without so many bytes at the beginning of its path.
fn without(uri: &Uri, length: usize) -> Option<Uri> {
    let whole = uri.path_and_query()?.as_str().get(length..)?;
    let inner = if whole.starts_with('/') { whole.to_owned() } else { format!("/{whole}") };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(inner.parse::<PathAndQuery>().ok()?);
    Uri::from_parts(parts).ok()
}

/// The address with one more label in front of its host.
fn with_label(url: &str, label: &str) -> String {
    match url.split_once("://") {
        Some((scheme, host)) => format!("{scheme}://{label}.{host}"),
        None => format!("{label}.{url}"),
    }
}

/// The first label of the host of an address such as `http://mock.example:8080`.
pub(super) fn first_label(url: &str) -> &str {
    let host = url.split_once("://").map_or(url, |(_, host)| host);
    host.split(['.', ':', '/']).next().unwrap_or_default()
}

/// Whether a name can be the label of a host.
pub(super) fn is_label(name: &str) -> bool {
    let inside = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
    !name.is_empty()
        && name.len() <= LONGEST_NAME
        && name.bytes().all(inside)
        && !name.starts_with('-')
        && !name.ends_with('-')
        // The first number of an address is no name.
        && name.bytes().any(|c| c.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_labels_of_hosts() {
        for name in ["pr-17", "a", "0a", "main"] {
            assert!(is_label(name), "{name}");
        }
        for name in ["", "127", "-a", "a-", "a.b", "A", "a_b", "ä", "a/b", &"a".repeat(64)] {
            assert!(!is_label(name), "{name}");
        }
    }

    #[test]
    fn a_prefix_leaves_the_rest_of_an_address_as_it_was() {
        let inner = |text: &str| without(&text.parse().unwrap(), "/__org/a".len()).unwrap().to_string();
        assert_eq!(inner("/__org/a/services/data?q=/__org/a"), "/services/data?q=/__org/a");
        assert_eq!(inner("/__org/a"), "/");
        assert_eq!(inner("/__org/a?x=1"), "/?x=1");
        assert_eq!(inner("/__org/a/b%2Fc"), "/b%2Fc");
        assert_eq!(inner("http://host:80/__org/a/b"), "http://host:80/b");
    }

    #[test]
    fn the_address_behind_a_proxy_gets_one_more_label() {
        assert_eq!(with_label("https://mock.example", "pr-17"), "https://pr-17.mock.example");
        assert_eq!(first_label("https://mock.example:8080"), "mock");
        assert_eq!(first_label("http://127.0.0.1:1"), "127");
    }
}
