//! Calls that clients make before they do what they are for: signing in, and looking at what there is.

use crate::journal::JournalCall;

/// Calls by which a client gets a session, or ends it.
pub(super) fn is_auth(call: &JournalCall) -> bool {
    let path = call.path();
    let by_path = ["/services/oauth2/", "/id/", "/.well-known/", "/setup/secur/", "/secur/"];
    if by_path.iter().any(|start| path.starts_with(start)) {
        return true;
    }
    // A login over SOAP looks like any other call but for its body and its action.
    path.starts_with("/services/Soap/") && call.has_messages() && {
        let body = call.request_text();
        [":login>", ":login ", "<login>", "<login ", ":logout", "<logout"]
            .iter()
            .any(|tag| body.contains(tag))
    }
}

/// Calls by which a client learns what the org has: versions, resources, describes.
pub(super) fn is_describe(call: &JournalCall) -> bool {
    if &*call.method != "GET" && &*call.method != "HEAD" {
        return false;
    }
    let mut parts = call.path().split('/').filter(|part| !part.is_empty());
    if (parts.next(), parts.next()) != (Some("services"), Some("data")) {
        return false;
    }
    let rest: Vec<&str> = parts.skip(1).filter(|part| *part != "tooling").collect();
    match rest.as_slice() {
        [] | ["sobjects" | "limits"] => true,
        ["sobjects", rest @ ..] => rest.contains(&"describe"),
        _ => false,
    }
}
