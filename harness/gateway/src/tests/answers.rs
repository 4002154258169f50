//! What every answer must be, whatever the request.

use proptest::{collection::vec, prelude::*, sample::select};
use quick_xml::events::Event;
use serde_json::Value as Json;

use super::{
    org::{answer, end, gateway, percent, send, start},
    requests::requests,
};
use crate::compress;

fn well_formed(text: &str) -> Result<(), String> {
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    if let Some(char) = text.chars().find(|c| !allowed(*c)) {
        return Err(format!("{char:?} is no character of XML"));
    }
    let mut reader = quick_xml::Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(error) => return Err(error.to_string()),
        }
    }
}

#[test]
fn a_reset_begins_as_its_body_says_until_another_one_says_otherwise() {
    let gateway = gateway(start());
    let reset = |body: &str| {
        let (status, said) = send(&gateway, "POST", "/__mockorg/reset", "", &[], "", body.as_bytes());
        let delay = gateway.with_org(|org, _| org.settings().async_delay.0.as_secs());
        (status, gateway.time().1.to_string(), delay, said)
    };
    let (_, began, delay, _) = reset("{}");
    let (status, now, chosen, said) = reset(r#"{"clock":"2020-02-29T12:00:00Z","asyncDelay":"PT7S"}"#);
    assert_eq!((status, &*now, chosen), (200, "2020-02-29T12:00:00.000+0000", 7), "{said}");
    assert_eq!(reset("").1, now, "the choice lasts");
    for (body, words) in [
        (r#"{"clock":"yesterday"}"#, "an instant such as"),
        (r#"{"clock":"9999-12-31T23:59:59-18:00"}"#, "the year 9999"),
        (r#"{"asyncDelay":-1}"#, "a duration such as"),
        (r#"{"time":1}"#, "there is no member"),
        ("[]", "one JSON object"),
    ] {
        let (status, still, _, said) = reset(body);
        assert_eq!((status, said.contains(words), &still), (400, true, &now), "{body}: {said}");
    }
    let (_, again, usual, _) = reset("{}");
    assert_eq!((again, usual), (began, delay));
}

#[test]
fn no_order_moves_the_clock_past_the_last_year_that_dates_can_show() {
    let gateway = gateway(start());
    for order in
        [r#"{"advance":1e18}"#, r#"{"advance":"P9999999W"}"#, r#"{"set":"9999-12-31T23:59:59-18:00"}"#]
    {
        let (status, body) = send(&gateway, "POST", "/__mockorg/clock", "", &[], "", order.as_bytes());
        assert_eq!((status, body.contains("the year 9999")), (400, true), "{order}: {body}");
    }
    assert_eq!(gateway.time().1, start());
    let window = "start=2026-03-01T00:00:00Z&end=2026-03-02T00:00:00Z";
    assert_eq!(
        send(&gateway, "GET", "/services/data/v62.0/sobjects/Account/updated", window, &[], "", b"").0,
        200
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, max_shrink_iters: 400, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn no_request_is_answered_with_an_internal_error_or_a_broken_document(requests in vec(requests(), 1..40), late in 0..6_u8) {
        let gateway = gateway(if late == 0 { end() } else { start() });
        for (parts, body) in &requests {
            let (status, media_type, content) = answer(&gateway, parts, body);
            let shown = format!("{} {} {:?} {:?}", parts.method, parts.uri, parts.headers, String::from_utf8_lossy(body));
            let answered = String::from_utf8_lossy(&content);
            let soap_fault = media_type.starts_with("text/xml") && answered.contains("Fault");
            prop_assert!(status != 500 || soap_fault, "{shown}\n{answered}");
            if media_type.starts_with("application/json") {
                let document = serde_json::from_slice::<Json>(&content);
                prop_assert!(document.is_ok(), "{shown}\n{document:?}\n{answered}");
            }
            if media_type.starts_with("text/xml") {
                prop_assert_eq!(well_formed(&answered), Ok(()), "{}\n{}", shown, answered);
            }
        }
    }

    #[test]
    fn no_window_is_answered_with_anything_but_ids_or_the_error_of_windows(
        start in "([0-9]{4}-[0-1][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](Z|[+-][0-2][0-9]:?00|))|[!-~&&[^&#%+]]{0,20}",
        end in "2026-03-0[1-3]T0[0-9]:[0-5][0-9]:00(Z|%2B00:00|%2b0000| 0000)?",
        kind in select(vec!["updated", "deleted"]),
    ) {
        let gateway = gateway(super::org::start());
        let path = format!("/services/data/v62.0/sobjects/Account/{kind}");
        let query = format!("start={}&end={}", percent(&start), end.replace(' ', "+"));
        let (status, body) = send(&gateway, "GET", &path, &query, &[], "", b"");
        let expected = if status == 200 { "latestDateCovered" } else { "INVALID_REPLICATION_DATE" };
        prop_assert!(matches!(status, 200 | 400) && body.contains(expected), "{} {}: {} {}", path, query, status, body);
    }

    #[test]
    fn every_token_request_that_is_not_granted_is_refused_in_the_form_of_oauth(
        grant in select(vec!["password", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:jwt-bearer", "x", ""]),
        members in vec((select(vec!["client_id", "client_secret", "username", "password", "refresh_token", "assertion", "format"]), "[ -~]{0,12}"), 0..6),
        basic in proptest::option::of("Basic ?([A-Za-z0-9+/=]{0,16}|[ -~]{0,8})"),
        in_body: bool,
    ) {
        let gateway = gateway(start());
        let mut form = crate::form::pair("grant_type", grant);
        for (name, value) in &members {
            form = format!("{form}&{}", crate::form::pair(name, value));
        }
        let headers: Vec<_> = basic.iter().map(|basic| ("authorization", basic.as_str())).collect();
        let (query, body) = if in_body { ("", form.as_str()) } else { (form.as_str(), "") };
        let (status, answered) = send(&gateway, "POST", "/services/oauth2/token", query, &headers, "application/x-www-form-urlencoded", body.as_bytes());
        prop_assert_eq!(status, 400, "{}", answered);
        let document: Json = serde_json::from_str(&answered).unwrap();
        prop_assert!(document["error"].is_string() && document["error_description"].is_string(), "{}", answered);
    }

    #[test]
    fn a_write_is_read_back_whole_whatever_the_coding_of_its_body(name in "[!-~\u{e9}\u{1f680}]{1,80}", coding in select(vec!["gzip", "deflate", "identity"])) {
        let gateway = gateway(start());
        let record = serde_json::json!({ "Name": name }).to_string().into_bytes();
        let body = match coding {
            "gzip" => compress::compress(&record, compress::Coding::Gzip),
            "deflate" => compress::compress(&record, compress::Coding::Deflate),
            _ => record,
        };
        let accounts = "/services/data/v62.0/sobjects/Account";
        let (status, created) = send(&gateway, "POST", accounts, "", &[("content-encoding", coding)], "application/json", &body);
        prop_assert_eq!(status, 201, "{}", created);
        let created: Json = serde_json::from_str(&created).unwrap();
        let path = format!("{accounts}/{}", created["id"].as_str().unwrap());
        let (_, row) = send(&gateway, "GET", &path, "fields=Name", &[], "", b"");
        let row: Json = serde_json::from_str(&row).unwrap();
        prop_assert_eq!(&row["Name"], &Json::from(name));
        // Half a body writes nothing.
        let (_, before) = send(&gateway, "GET", "/services/data/v62.0/limits/recordCount", "sObjects=Account", &[], "", b"");
        let half = &body[..body.len() / 2];
        let (status, _) = send(&gateway, "POST", accounts, "", &[("content-encoding", coding)], "application/json", half);
        prop_assert_eq!(status, 400);
        let (_, after) = send(&gateway, "GET", "/services/data/v62.0/limits/recordCount", "sObjects=Account", &[], "", b"");
        prop_assert_eq!(after, before);
    }
}
