//! What must never be written down, and which value of the target stands in its place.

use crate::json::Json;

/// What stands in the place of a secret that nothing can stand for.
pub const MASK: &str = "***";

/// Members of answers and fields of forms that hold secrets, with the value of the target that a case names instead.
const MEMBERS: &[(&str, &str)] = &[
    ("access_token", "token"),
    ("refresh_token", "refreshToken"),
    ("id_token", "token"),
    ("session_id", "token"),
    ("sessionId", "token"),
    ("sid", "token"),
    ("oauth_token", "token"),
    ("token", "token"),
    ("username", "username"),
    ("un", "username"),
    ("authorization", "token"),
    ("password", "password"),
    ("pw", "password"),
    ("newPassword", "newPassword"),
    ("oldPassword", "password"),
    ("client_id", "clientId"),
    ("client_secret", "clientSecret"),
    ("assertion", "assertion"),
    ("client_assertion", "clientAssertion"),
    ("SAMLResponse", "samlResponse"),
    ("device_code", "deviceCode"),
    ("user_code", "userCode"),
    ("code", "code"),
    ("code_verifier", "codeVerifier"),
    ("signature", "signature"),
    ("secret", "secret"),
    ("metadataServerUrl", "metadataServerUrl"),
];

/// What the names of headers with secrets have in them.
const HEADERS: [&str; 8] =
    ["authorization", "cookie", "token", "session", "secret", "password", "api-key", "apikey"];

/// Whether a header carries a secret.
#[must_use]
pub fn is_secret_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    HEADERS.iter().any(|part| name.contains(part))
}

/// Whether a member of an answer or a field of a form holds a secret wherever it stands.
#[must_use]
pub fn is_secret_member(name: &str) -> bool {
    variable_for(name).is_some_and(|variable| !["username", "clientId", "code"].contains(&variable))
}

/// The name under which the target gives the value of a form's field.
pub(super) fn variable_for(name: &str) -> Option<&'static str> {
    let found = MEMBERS.iter().find(|(member, _)| member.eq_ignore_ascii_case(name));
    found.map(|(_, variable)| *variable).filter(|variable| *variable != "metadataServerUrl")
}

/// The same value with every secret member masked.
#[must_use]
pub fn without_secrets(json: &Json) -> Json {
    match json {
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => json.clone(),
        Json::Array(items) => Json::Array(items.iter().map(without_secrets).collect()),
        Json::Object(pairs) => {
            let masked = |(key, value): &(String, Json)| {
                let secret = is_secret_member(key) && value.as_str().is_some();
                let value = if secret { Json::String(MASK.to_owned()) } else { without_secrets(value) };
                (key.clone(), value)
            };
            Json::Object(pairs.iter().map(masked).collect())
        }
    }
}

/// The elements of a SOAP message that hold secrets, with what stands in their place in a case.
pub(super) const ELEMENTS: &[(&str, &str)] = &[
    ("sessionId", "token"),
    ("username", "username"),
    ("password", "password"),
    ("newPassword", "newPassword"),
    ("oldPassword", "password"),
];

/// The same text with the content of the elements replaced, and the names that were put there.
pub(super) fn without_secret_elements(text: &str) -> (String, Vec<&'static str>) {
    let (mut written, mut names) = (String::with_capacity(text.len()), Vec::new());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        let Some(close) = rest[open..].find('>').map(|at| open + at + 1) else { break };
        let tag = rest[open + 1..close - 1].split_whitespace().next().unwrap_or_default();
        let local = tag.rsplit(':').next().unwrap_or_default();
        written.push_str(&rest[..close]);
        rest = &rest[close..];
        if let Some((_, name)) = ELEMENTS.iter().find(|(element, _)| element.eq_ignore_ascii_case(local))
            && !tag.starts_with('/')
        {
            // CDATA and comments belong to the content.
            let end = rest.find("</").unwrap_or(rest.len());
            written.push('{');
            written.push_str(name);
            written.push('}');
            names.push(*name);
            rest = &rest[end..];
        }
    }
    written.push_str(rest);
    (written, names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    #[test]
    fn members_that_hold_secrets_are_masked_at_any_depth() {
        let body =
            parse(r#"{"access_token":"00D!x","a":[{"sessionId":"y","Name":"Acme"}],"token":1}"#).unwrap();
        assert_eq!(
            without_secrets(&body).to_string(),
            r#"{"access_token":"***","a":[{"sessionId":"***","Name":"Acme"}],"token":1}"#
        );
    }

    #[test]
    fn elements_of_a_login_become_values_of_the_target() {
        let (text, names) = without_secret_elements(
            "<e:Body><n1:login><n1:username>a@b</n1:username><n1:password>p&amp;q</n1:password></n1:login></e:Body>",
        );
        assert_eq!(names, ["username", "password"]);
        assert!(text.contains("<n1:password>{password}</n1:password>") && !text.contains("a@b"), "{text}");
        let (text, _) = without_secret_elements("<sessionId><![CDATA[00D!a]]></sessionId><SessionId>b");
        assert_eq!(text, "<sessionId>{token}</sessionId><SessionId>{token}");
    }

    #[test]
    fn headers_are_known_in_any_case_and_under_names_of_their_own() {
        for name in ["AUTHORIZATION", "Cookie", "X-SFDC-Session", "x-auth-token", "Proxy-Authorization"] {
            assert!(is_secret_header(name), "{name}");
        }
        assert!(!is_secret_header("Sforce-Query-Options") && !is_secret_header("Accept"));
    }
}
