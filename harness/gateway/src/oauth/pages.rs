//! The few pages that a user sees: to log in, to let an app or a device act for them, and to be told what is wrong.

use std::fmt::Write as _;

use hyper::header::{CONTENT_SECURITY_POLICY, X_FRAME_OPTIONS};
use mockorg_org::Consent;

use crate::answer::{Answer, HTML};

/// A form that is sent back to where it belongs: its fields, hidden ones by name and value.
pub(super) struct Form<'f> {
    /// The path to which it is posted.
    pub(super) action: &'f str,
    /// What is sent along unseen.
    pub(super) hidden: &'f [(&'f str, &'f str)],
}

/// A page. Nothing on it runs, and nobody can show it inside a page of their own.
pub(super) fn page(status: u16, title: &str, body: &str) -> Answer {
    let title = escaped(title);
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"UTF-8\">\n<title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n{body}</body>\n</html>\n"
    );
    Answer::new(status, HTML, html)
        .with(CONTENT_SECURITY_POLICY, "default-src 'none'; base-uri 'none'; frame-ancestors 'none'")
        .with(X_FRAME_OPTIONS, "DENY")
}

/// A page with one sentence.
pub(super) fn message(status: u16, title: &str, text: &str) -> Answer {
    page(status, title, &format!("<p>{}</p>\n", escaped(text)))
}

/// The login page. `username` is filled in; `error` says why the last attempt failed.
pub(super) fn login(form: &Form<'_>, username: &str, error: Option<&str>) -> Answer {
    let mut body = begun(form, error);
    let _ = writeln!(
        body,
        "<p><label>Username <input type=\"text\" name=\"username\" value=\"{}\" autocomplete=\"username\" required></label></p>",
        escaped(username)
    );
    body.push_str("<p><label>Password <input type=\"password\" name=\"pw\" autocomplete=\"current-password\" required></label></p>\n");
    body.push_str(
        "<p><button type=\"submit\" name=\"Login\" value=\"Log In\">Log In</button></p>\n</form>\n",
    );
    page(200, "Login", &body)
}

/// Asks whether an app may act for the user.
pub(super) fn consent(form: &Form<'_>, consent: &Consent) -> Answer {
    let mut body = format!(
        "<p>{} is asking to act for <b>{}</b>:</p>\n<ul>\n",
        escaped(&consent.app),
        escaped(&consent.username)
    );
    for scope in consent.scope.split(' ') {
        let _ = writeln!(body, "<li>{}</li>", escaped(scope));
    }
    body.push_str("</ul>\n");
    open(&mut body, form);
    body.push_str("<p><button type=\"submit\" name=\"decision\" value=\"deny\">Deny</button>\n");
    body.push_str("<button type=\"submit\" name=\"decision\" value=\"allow\">Allow</button></p>\n</form>\n");
    page(200, "Allow Access?", &body)
}

/// Asks for the code that a device shows.
pub(super) fn device(form: &Form<'_>, code: &str, error: Option<&str>) -> Answer {
    let mut body = begun(form, error);
    let _ = writeln!(
        body,
        "<p><label>Code <input type=\"text\" name=\"user_code\" value=\"{}\" autocomplete=\"off\" required></label></p>",
        escaped(code)
    );
    body.push_str("<p><button type=\"submit\">Connect</button></p>\n</form>\n");
    page(200, "Connect Your Device", &body)
}

/// A form, below why the last attempt failed.
fn begun(form: &Form<'_>, error: Option<&str>) -> String {
    let mut body = String::new();
    if let Some(error) = error {
        // Writing into a String cannot fail, here and elsewhere on these pages.
        let _ = writeln!(body, "<p id=\"error\" role=\"alert\">{}</p>", escaped(error));
    }
    open(&mut body, form);
    body
}

fn open(body: &mut String, form: &Form<'_>) {
    let _ = writeln!(body, "<form method=\"post\" action=\"{}\">", escaped(form.action));
    for (name, value) in form.hidden {
        let _ =
            writeln!(body, "<input type=\"hidden\" name=\"{}\" value=\"{}\">", escaped(name), escaped(value));
    }
}

/// A text as it may stand between tags and in quoted attributes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(answer: &Answer) -> String {
        String::from_utf8(answer.body.to_vec()).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        #[test]
        fn no_parameter_adds_a_tag_or_leaves_its_quotes(evil in "[<>\"'&a-z=/ ]{0,40}") {
            let form = Form { action: "/login", hidden: &[("startURL", &evil)] };
            let harmless = Form { action: "/login", hidden: &[("startURL", "x")] };
            let consent_to = |evil: &str| Consent { app: evil.into(), username: evil.into(), scope: "api".into() };
            for (page, plain) in [
                (text(&login(&form, &evil, Some(&evil))), text(&login(&harmless, "x", Some("x")))),
                (text(&device(&form, &evil, Some(&evil))), text(&device(&harmless, "x", Some("x")))),
                (text(&consent(&form, &consent_to(&evil))), text(&consent(&harmless, &consent_to("x")))),
            ] {
                for mark in ['<', '>', '"', '\''] {
                    prop_assert_eq!(page.matches(mark).count(), plain.matches(mark).count(), "{}", page);
                }
            }
        }
    }
}
