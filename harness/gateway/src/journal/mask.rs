//! Secrets never enter the journal: tokens keep their shape and lose their content.
//!
//! Fields, members and elements are known by their names. Beside that, session ids and signed JSON tokens are
//! masked wherever they stand, so that one in an unforeseen place is none.

use std::borrow::Cow;

use super::mask_text::{elements, form, members, shape, tokens};

/// What the names of headers with secrets have in them.
const HEADERS: [&str; 8] =
    ["authorization", "cookie", "token", "session", "secret", "password", "api-key", "apikey"];

/// The value of a header without its secret.
pub(super) fn header<'v>(name: &str, value: &'v str) -> Cow<'v, str> {
    let name = name.to_ascii_lowercase();
    if !HEADERS.iter().any(|part| name.contains(part)) {
        // Redirects name codes and tokens; addresses may carry a name with its password.
        return if value.contains("://") { Cow::Owned(address(value)) } else { tokens_of(value) };
    }
    match value.trim().split_once(' ') {
        Some((scheme, token)) if name.ends_with("authorization") => {
            Cow::Owned(format!("{scheme} {}", shape(token)))
        }
        _ => Cow::Owned(shape(value)),
    }
}

/// A path with its query, without secrets in the query.
pub(super) fn target(target: &str) -> Cow<'_, str> {
    match target.split_once('?') {
        Some((path, query)) => match (tokens_of(path), form(query)) {
            (Cow::Borrowed(_), None) => tokens_of(target),
            (path, masked) => {
                let query = masked.unwrap_or_else(|| query.to_owned());
                Cow::Owned(format!("{path}?{}", tokens_of(&query)))
            }
        },
        None => tokens_of(target),
    }
}

/// A body without its secrets.
pub(super) fn body(content_type: &str, body: &[u8]) -> Box<[u8]> {
    let masked = match str::from_utf8(body) {
        Ok(text) => text_body(content_type, text).map(String::into_bytes),
        // One letter per byte: whatever is not masked comes back as it was.
        Err(_) => {
            let text: String = body.iter().copied().map(char::from).collect();
            let byte = |letter: char| u8::try_from(u32::from(letter)).unwrap_or(b'x');
            text_body(content_type, &text).map(|masked| masked.chars().map(byte).collect())
        }
    };
    masked.map_or_else(|| body.into(), Into::into)
}

/// The masked text; `None` where there is nothing to mask.
fn text_body(content_type: &str, text: &str) -> Option<String> {
    let content_type = content_type.to_ascii_lowercase();
    let named = |word: &str| content_type.contains(word);
    // What is sent under a wrong name, or under none, is what it looks like.
    let begins = |letters: &[char]| text.trim_start().starts_with(letters);
    let masked = if named("x-www-form-urlencoded") {
        form(text)
    } else if named("xml") || (!named("json") && begins(&['<'])) {
        Some(elements(text))
    } else if named("json") || named("multipart") || begins(&['{', '[']) {
        Some(members(text))
    } else if content_type.is_empty() {
        form(text)
    } else {
        None
    };
    match masked {
        Some(masked) => Some(tokens(&masked).unwrap_or(masked)),
        None => tokens(text),
    }
}

fn tokens_of(text: &str) -> Cow<'_, str> {
    tokens(text).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// An address without a password in front of its host, and without secrets in its query and its fragment.
fn address(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
    let host = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let rest = match rest[..host].rfind('@') {
        Some(at) => format!("***{}", &rest[at..]),
        None => rest.to_owned(),
    };
    let mut masked = format!("{scheme}://");
    for (at, part) in rest.split_inclusive(['?', '#']).enumerate() {
        let (fields, mark) = match part.strip_suffix(['?', '#']) {
            Some(fields) => (fields, &part[fields.len()..]),
            None => (part, ""),
        };
        let found = if at == 0 { None } else { form(fields) };
        masked.push_str(&found.unwrap_or_else(|| fields.to_owned()));
        masked.push_str(mark);
    }
    tokens(&masked).unwrap_or(masked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(content_type: &str, text: &str) -> String {
        String::from_utf8(body(content_type, text.as_bytes()).into_vec()).unwrap()
    }

    #[test]
    fn tokens_keep_their_shape_and_passwords_nothing() {
        assert_eq!(header("authorization", "Bearer 00Dxx0000001gPL!AQ4.z"), "Bearer 00Dxx0000001gPL!xxx.x");
        assert_eq!(header("cookie", "sid=abc"), "xxx=xxx");
        assert_eq!(header("accept", "*/*"), "*/*");
        assert_eq!(
            masked(
                "application/json;charset=UTF-8",
                r#"{"access_token" : "00Dxx0000001gPL!A-b","Name":"token"}"#
            ),
            r#"{"access_token" : "00Dxx0000001gPL!x-x","Name":"token"}"#
        );
        assert_eq!(
            masked("application/x-www-form-urlencoded", "grant_type=password&username=a%40b&password=secret"),
            "grant_type=password&username=a%40b&password=***"
        );
        assert_eq!(
            masked("text/xml", "<u:login><u:username>a</u:username><u:password>p</u:password></u:login>"),
            "<u:login><u:username>a</u:username><u:password>***</u:password></u:login>"
        );
        assert_eq!(target("/x?oauth_token=abc&q=1"), "/x?oauth_token=***&q=1");
    }

    #[test]
    fn no_way_of_writing_a_secret_escapes() {
        const SECRET: &str = "Geheim7\u{e9}Wort";
        let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJHZWhlaW03In0.R2VoZWltN1dvcnQ";
        let form = "application/x-www-form-urlencoded";
        for (content_type, text) in [
            ("Application/JSON", format!(r#"{{"password":"{SECRET}"}}"#)),
            ("", format!(r#" {{"PassWord" : "{SECRET}"}}"#)),
            ("text/plain", format!(r#"[{{"client_secret":"{SECRET}"}}]"#)),
            ("application/json", format!(r#"{{"pass\u0077ord":"{SECRET}"}}"#)),
            ("application/json", format!(r#"{{"password":"a\"{SECRET}"}}"#)),
            ("application/json", format!(r#"{{"password":"{SECRET}"#)),
            ("application/json", format!(r#"{{"password":["{SECRET}",{{"a":"{SECRET}"}}]}}"#)),
            ("application/json", format!(r#"{{"httpHeaders":{{"Authorization":"Bearer {SECRET}"}}}}"#)),
            (
                "application/json",
                format!(r#"{{"url":"/x?sid=00Dxx0000001gPL!{SECRET}"}}"#).replace('\u{e9}', ""),
            ),
            (form, format!("pass%77ord={SECRET}&a=b")),
            (form, format!("a=b&Refresh_Token={SECRET}")),
            (form, format!("device_code={SECRET}&grant_type=device")),
            (form, format!("code={SECRET}")),
            (form, format!("assertion={SECRET}")),
            ("", format!("grant_type=password&password={SECRET}")),
            ("text/xml", format!("<password><![CDATA[{SECRET}]]></password>")),
            ("Text/XML", format!("<n:oldPassword a=\"b\">{SECRET}</n:oldPassword>")),
            ("", format!("<SessionId><!-- -->{SECRET}</SessionId>")),
            ("text/xml", format!("<sessionId>{SECRET}")),
            ("text/csv", format!("Id,Note\n1,00Dxx0000001gPLAAY!{SECRET}").replace('\u{e9}', "")),
            ("text/csv", format!("Id,Note\n1,{jwt}")),
        ] {
            let found = masked(content_type, &text);
            for part in ["Geheim7", "Wort", "R2VoZWltN", "\u{e9}"] {
                assert!(!found.contains(part), "{content_type} {text} became {found}");
            }
        }
        for (name, value) in [
            ("AUTHORIZATION", format!("Bearer {SECRET}")),
            ("authorization", SECRET.to_owned()),
            ("x-sfdc-session", SECRET.to_owned()),
            ("location", format!("https://app.example/callback?code={SECRET}&state=1")),
            ("location", format!("app://back#access_token={SECRET}&x=1")),
            ("referer", format!("https://user:{SECRET}@example.com/a")),
        ] {
            assert!(!header(name, &value).contains("Geheim7"), "{name}: {}", header(name, &value));
        }
        for address in [format!("/x?access%5Ftoken={SECRET}"), format!("/x?y=00Dxx0000001gPL%21{SECRET}")] {
            assert!(!target(&address).contains("Geheim7"), "{}", target(&address));
        }
        let mut latin = br#"{"Name":"caf"#.to_vec();
        latin.extend(b"\xe9\",\"password\":\"Geheim7\"}");
        assert_eq!(&*body("application/json", &latin), b"{\"Name\":\"caf\xe9\",\"password\":\"***\"}");
    }

    #[test]
    fn what_is_no_secret_stays_as_it_was() {
        for (content_type, text) in [
            ("application/json", r#"{"Name":"password","sid":null,"n":[{"token":true}],"Code":"a"}"#),
            ("application/json", r#"{"id":"https://x/id/00Dxx0000001gPLAAY/005xx0000001gPLAAY"}"#),
            ("text/xml", "<a><sessionId/><b>password</b></a>"),
            ("text/csv", "password,token\n00Dxx0000001gPL,!\u{e9}"),
            ("text/plain", "a=b&password"),
        ] {
            assert_eq!(masked(content_type, text), text);
        }
        assert_eq!(target("/x?q=SELECT+Id&y=%zz"), "/x?q=SELECT+Id&y=%zz");
        assert_eq!(&*body("application/octet-stream", b"\xff\x00\x01"), b"\xff\x00\x01");
        assert_eq!(header("location", "https://x.example/a?b=c"), "https://x.example/a?b=c");
    }

    #[test]
    fn texts_that_are_cut_off_break_nothing() {
        for text in ["{\"password\":\"abc", "{\"password\"", "\"", "{\"a\":\"\\", "", "{\"password\":[\"a"] {
            assert!(!masked("application/json", text).contains("abc"), "{text}");
        }
        // Nothing here may take time by the square.
        for text in ["eyJ", "00D", "<password>", "{\"token\":[", "code=", "<", "eyJ.", "\"token\":\"\\"] {
            let long = text.repeat(40_000);
            for content_type in ["text/xml", "application/json", "application/x-www-form-urlencoded"] {
                body(content_type, long.as_bytes());
            }
        }
        for text in ["<a><sessionId", "00D", "00Dxx0000001gPL!", "eyJ", "eyJ.eyJ", "<![CDATA[\u{e9}"] {
            assert_eq!(masked("text/xml", text), text);
        }
    }
}
