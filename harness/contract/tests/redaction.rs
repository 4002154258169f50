//! Redaction: structure stays, and nothing that a recording must not hold ever comes out.

use std::{sync::Arc, time::Duration};

use mockorg_contract::{
    Json,
    answer::{Answer, Exchange},
    json::parse,
    redact::{Body, Policy, RedactedExchange, Redactor, Vocabulary},
    request::Request,
};
use proptest::prelude::*;

const ACCOUNT: &str = "001D000000IRFmaIAH";

fn exchange(request: Request, headers: &[(&str, &str)], body: &str) -> Exchange {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let answer = Answer {
        status: 200,
        headers,
        body: body.as_bytes().to_vec(),
        curl: "curl -i -X GET 'https://acme.my.salesforce.com/services/data'".into(),
    };
    Exchange { label: "step 1".to_owned(), request, answer, elapsed: Duration::ZERO }
}

fn recorder() -> Redactor {
    let vocabulary = Vocabulary::of([
        r#"{"name":"Account","fields":["Id","Name","Status","Draft","attributes","url","records"]}"#,
        r#"{"message":"no such column on entity","errorCode":"INVALID_FIELD","queries":"select"}"#,
    ]);
    Redactor::with_policy(Policy::Recording(Arc::new(vocabulary)))
}

/// Everything that is kept of an exchange.
fn shown(exchange: &RedactedExchange) -> String {
    let bodies = [exchange.request_body.pretty(), exchange.body.pretty()];
    format!("{} {} {:?} {bodies:?}", exchange.method, exchange.path, exchange.headers)
}

#[test]
fn an_exchange_keeps_its_structure_and_loses_what_differs_between_orgs() {
    let body = format!(
        r#"{{"records":[{{"attributes":{{"type":"Account","url":"/services/data/v62.0/sobjects/Account/{ACCOUNT}"}},"Id":"{ACCOUNT}","CreatedDate":"2026-01-15T09:00:01.000+0000","LifecycleStartDate":"2026-01-15T00:00:00.000+0000","EffectiveDate":"2026-11-22"}}],"event":{{"replayId":17}},"next":{{"replayId":19}},"access_token":"00D000000000001EAA!AQx.y","id":"https://acme.my.salesforce.com/id/00D000000000001EAA/005000000000001AAA"}}"#
    );
    let headers = [
        ("content-type", "application/json;charset=UTF-8"),
        ("date", "Sun, 22 Nov 2026 10:00:00 GMT"),
        ("sforce-limit-info", "api-usage=18/15000"),
        ("set-cookie", "BrowserId=secret"),
    ];
    let request =
        Request::get(format!("/services/data/v62.0/query?q=SELECT%20Id%20WHERE%20Id%3D%27{ACCOUNT}%27"));
    let redacted = Redactor::new().exchange(&exchange(request, &headers, &body));
    assert_eq!(redacted.path, "/services/data/v62.0/query?q=SELECT%20Id%20WHERE%20Id%3D%27[Account#1]%27");
    assert_eq!(
        redacted.headers,
        [
            ("content-type".to_owned(), "application/json;charset=UTF-8".to_owned()),
            ("sforce-limit-info".to_owned(), "api-usage=[n]/[n]".to_owned()),
        ]
    );
    let expected = r#"{"records":[{"attributes":{"type":"Account","url":"/services/data/v62.0/sobjects/Account/[Account#1]"},"Id":"[Account#1]","CreatedDate":"[datetime]","LifecycleStartDate":"2026-01-15T00:00:00.000+0000","EffectiveDate":"[today]"}],"event":{"replayId":0},"next":{"replayId":2},"access_token":"[token#1]","id":"[host]/id/[Organization#1]/[User#1]"}"#;
    assert_eq!(redacted.body, Body::Json(parse(expected).unwrap()));
}

#[test]
fn a_recording_keeps_codes_and_definitions_and_replaces_values_by_others_of_their_shape() {
    let body = format!(
        r#"{{"Id":"{ACCOUNT}","Name":"Acme Inc","Status":"Draft","Email":"a@b.example","Phone":"+49 151 2345","Quantity":2.0,"Note__c":"call Hans","OtherEmail":"a@b.example","errorCode":"INVALID_FIELD","message":"no such column 'Hans' on entity 'Account'"}}"#
    );
    let redacted = recorder().json(&parse(&body).unwrap()).to_string();
    let expected = r#"{"Id":"[Account#1]","Name":"Name 1","Status":"Draft","field1":"email1@example.com","field2":"+1-555-0100","field3":2.0,"field4":"Text 1","field5":"email1@example.com","errorCode":"INVALID_FIELD","message":"no such column '[text#2]' on entity 'Account'"}"#;
    assert_eq!(redacted, expected);
}

#[test]
fn a_recorded_query_keeps_its_form_and_loses_whom_it_asks_for() {
    let request = Request::get(
        "/services/data/v62.0/query?q=SELECT+Id+FROM+Account+WHERE+Email='hans.meier@acme.example'+AND+Phone='+49+151+2345678'+AND+Status='Draft'",
    )
    .header("Authorization", "Basic aGFuczpzZWNyZXQ=");
    let redacted = recorder().exchange(&exchange(request, &[], "[]"));
    let shown = shown(&redacted);
    for personal in ["hans", "meier", "acme", "151", "2345678", "aGFucz"] {
        assert!(!shown.contains(personal), "{personal} in {shown}");
    }
    for kept in ["SELECT", "FROM", "Account", "WHERE", "%27Draft%27"] {
        assert!(shown.contains(kept), "{kept} in {shown}");
    }
}

fn tree() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        (0_u32..9).prop_map(|number| Json::Number(number.to_string())),
        "[ -~]{0,20}".prop_map(Json::String),
        (0_u32..3).prop_map(|n| Json::String(format!("00100000000000{n}AAA"))),
        (0_u32..3).prop_map(|n| Json::String(format!("see 00100000000000{n} there"))),
        Just(Json::String("2026-01-15T09:00:00.000+0000".to_owned())),
        Just(Json::String("http://127.0.0.1:4711/services/data".to_owned())),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Json::Array),
            proptest::collection::btree_map(
                prop_oneof!["[a-z]{1,6}", Just("replayId".to_owned()), Just("access_token".to_owned())],
                inner,
                0..5
            )
            .prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

/// Keys, lengths and kinds, without values.
fn structure(json: &Json) -> String {
    match json {
        Json::Array(items) => format!("[{}]", items.iter().map(structure).collect::<Vec<_>>().join(",")),
        Json::Object(pairs) => {
            let members: Vec<_> =
                pairs.iter().map(|(key, value)| format!("{key}:{}", structure(value))).collect();
            format!("{{{}}}", members.join(","))
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => json.kind().to_owned(),
    }
}

/// How many ways [`disguised`] knows.
const FORMS: u8 = 31;

/// How a secret may lie in a value.
fn disguised(secret: &str, form: u8) -> String {
    let encoded: String = secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let swapped: String = secret
        .chars()
        .map(|letter| {
            if letter.is_ascii_lowercase() {
                letter.to_ascii_uppercase()
            } else {
                letter.to_ascii_lowercase()
            }
        })
        .collect();
    match form {
        0 => secret.to_owned(),
        1 => format!("no such column '{secret}' on entity"),
        2 => encoded,
        3 => swapped,
        4 => format!("{{\"Name\":\"{secret}\",\"{secret}\":[\"{secret}\"]}}"),
        5 => format!("<a b=\"{secret}\"><{secret}>{secret}</{secret}></a>"),
        6 => format!("https://{secret}.my.salesforce.com/{secret}?{secret}={secret}#{secret}"),
        7 => format!("/services/data/{secret}/query?q=SELECT {secret} FROM '{secret}'"),
        8 => format!("{secret}@{secret}.example"),
        9 => format!("00D000000000001EAA!{secret}"),
        10 => format!("Basic {secret}=="),
        11 => format!("Draft{secret}Draft"),
        12 => format!("[Account#{secret}]"),
        13 => format!("Basic {}", base64(&format!("user@example.com:{secret}"))),
        14 => base64(secret),
        15 => ["{\"alg\":\"RS256\"}", &format!("{{\"sub\":\"{secret}\"}}"), "signed"].map(base64).join("."),
        16 => secret.bytes().map(|byte| format!("&#x{byte:x};")).collect(),
        17 => secret.bytes().map(|byte| format!("&#{byte};")).collect::<String>().replace('&', "&amp;"),
        18 => Json::String(Json::String(format!("{{\"Name\":\"{secret}\"}}")).to_string()).to_string(),
        19 => unicode_escaped(secret),
        20 => secret.chars().map(|letter| format!("\\x{:02x}", u32::from(letter))).collect(),
        21 => secret.chars().map(|letter| format!("{letter}\0")).collect(),
        22 => format!("https://user:{secret}@acme.my.salesforce.com:443/services/data?a={secret}@x"),
        23 => format!(
            "SELECT Id FROM Account WHERE Email = '{secret}' AND Name LIKE '%{secret}%' OR Id='O\\'{secret}'"
        ),
        24 => format!("SELECT Id FROM Account WHERE Phone = \"{secret}\" -- {secret}"),
        25 => encoded.replace('%', "%25"),
        26 => format!("FIND {{{secret}}} RETURNING Account(Id WHERE Name = '{secret}')"),
        27 => secret.bytes().map(|byte| format!("{byte:02x}")).collect(),
        28 => secret.chars().map(|letter| format!("{letter}\u{ad}")).collect(),
        29 => secret.chars().map(|letter| format!("{letter}.")).collect(),
        _ => format!("2026-01-15T09:00:00.{secret}"),
    }
}

/// Base64 of the standard alphabet.
fn base64(text: &str) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |bytes: &[u8]| {
        let byte = |at: usize| usize::from(bytes.get(at).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        let sign = |at: usize| {
            if at > bytes.len() { '=' } else { char::from(SIGNS[bits >> (18 - 6 * at) & 63]) }
        };
        [sign(0), sign(1), sign(2), sign(3)]
    };
    text.as_bytes().chunks(3).flat_map(group).collect()
}

/// Whether the secret, written in any way, is in the text.
fn leaks(text: &str, secret: &str) -> bool {
    let plain = text.to_ascii_lowercase();
    let secret_plain = secret.to_ascii_lowercase();
    let written = |sign: fn(u8) -> String| secret.bytes().map(sign).collect::<String>();
    let ways = [
        secret_plain.clone(),
        written(|byte| format!("%{byte:02x}")),
        written(|byte| format!("%25{byte:02x}")),
        written(|byte| format!("\\u{byte:04x}")),
        written(|byte| format!("\\x{byte:02x}")),
        written(|byte| format!("&#x{byte:x};")),
        written(|byte| format!("&#{byte};")),
        written(|byte| format!("&amp;#{byte};")),
        written(|byte| format!("{byte:02x}")),
    ];
    // Letters with signs between them are still the word.
    let letters: String = plain.chars().filter(char::is_ascii_alphanumeric).collect();
    // Wherever it begins within the groups of three bytes, its middle is encoded in one of three ways.
    let encoded = (0..3).any(|shift| {
        let all = base64(&format!("{}{secret}", "x".repeat(shift)));
        let part = all.trim_end_matches('=');
        let end = part.len() - usize::from(!part.len().is_multiple_of(4));
        text.contains(&part[if shift == 0 { 0 } else { 4 }..end])
    });
    encoded
        || letters.contains(&secret_plain)
        || ways.iter().any(|way| plain.contains(&way.to_ascii_lowercase()))
}

fn unicode_escaped(text: &str) -> String {
    text.chars().map(|letter| format!("\\u{:04x}", u32::from(letter))).collect()
}

#[test]
fn a_secret_that_stays_would_be_seen() {
    let body = r#"{"Name":"zqAbc12345"}"#;
    let kept = Redactor::new().exchange(&exchange(Request::get("/services/data"), &[], body));
    assert!(leaks(&shown(&kept), "zqAbc12345"));
    for form in 0..FORMS {
        let hidden = disguised("zqAbc12345", form);
        assert!(leaks(&hidden, "zqAbc12345"), "form {form}: {hidden}");
    }
    assert!(!leaks("Status Draft 001D000000IRFmaIAH", "zqAbc12345"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1500) })]

    #[test]
    fn structure_stays_and_redacting_twice_changes_nothing(json in tree()) {
        let redacted = Redactor::new().json(&json);
        prop_assert_eq!(structure(&redacted), structure(&json));
        prop_assert_eq!(Redactor::new().json(&redacted), redacted);
    }

    #[test]
    fn equal_ids_have_equal_names_and_different_ids_different_ones(picks in proptest::collection::vec((0_u32..4, any::<bool>()), 2..12)) {
        let long = |n: u32| format!("00100000000000{n}AAA");
        let mut redactor = Redactor::new();
        let names: Vec<_> = picks
            .iter()
            .map(|(n, short)| redactor.text(&long(*n)[..if *short { 15 } else { 18 }]))
            .collect();
        for (one, (left, _)) in names.iter().zip(&picks) {
            for (two, (right, _)) in names.iter().zip(&picks) {
                prop_assert_eq!(one == two, left == right, "{} {}", one, two);
            }
        }
    }

    #[test]
    fn a_recording_never_holds_a_secret_wherever_it_was_planted(
        secret in "zq[a-zA-Z]{3}[a-zA-Z0-9]{4,16}",
        form in 0..FORMS,
        place in 0_u8..17,
        member in prop_oneof![
            Just("Name"), Just("Status"), Just("message"), Just("Id"), Just("url"), Just("access_token"), Just("q"),
            Just("Phone"), Just("errorCode"), Just("Unknown__c")
        ],
    ) {
        let hidden = disguised(&secret, form);
        let quoted = Json::String(hidden.clone()).to_string();
        let get = || Request::get("/services/data");
        let json = [("content-type", "application/json")];
        let xml = [("content-type", "text/xml")];
        let text = |text: &str| exchange(get(), &json, text);
        let exchange = match place {
            0 => text(&format!(r#"{{"records":[{{"attributes":{{"type":{quoted},"url":{quoted}}},"Id":"a0X000000000001AAA","{member}":{quoted}}}]}}"#)),
            1 => text(&format!(r#"{{{quoted}:1,"a":{{{quoted}:{quoted}}}}}"#)),
            2 => text(&format!(r#"[{{"message":{quoted},"errorCode":{quoted},"fields":[{quoted}]}}]"#)),
            3 => exchange(get(), &xml, &format!("<?xml version=\"1.0\"?><!-- {hidden} --><a><Name>{hidden}</Name><{member}>{hidden}</{member}><![CDATA[{hidden}]]></a>")),
            4 => exchange(Request::post("/services/oauth2/token").form([(member, hidden.as_str()), ("grant_type", hidden.as_str())]), &json, "{}"),
            5 => exchange(get(), &[("location", hidden.as_str()), ("www-authenticate", hidden.as_str()), ("warning", hidden.as_str()), ("content-type", hidden.as_str()), ("sforce-limit-info", hidden.as_str()), ("sforce-locator", hidden.as_str()), ("etag", hidden.as_str()), ("date", hidden.as_str()), ("set-cookie", hidden.as_str())], "{}"),
            6 => exchange(Request::get(format!("/services/data/v62.0/query?q={hidden}&{hidden}={hidden}")), &json, "{}"),
            7 => exchange(Request::post(format!("/services/data/v62.0/sobjects/{hidden}/{hidden}")).text("text/csv", hidden.clone()), &[("content-type", "text/csv")], &format!("Id,{member}\n1,{hidden}\n")),
            8 => text(&format!(r#"{{"{member}":"{}"}}"#, unicode_escaped(&hidden))),
            9 => text(&quoted),
            10 => exchange(get(), &xml, &format!("<{member} x='{hidden}' {hidden}=\"1\">{hidden}</{member}>{hidden}<unclosed {hidden}")),
            11 => text(&format!("{{\"broken\": {hidden}")),
            12 => {
                let part = format!("--b{secret}\r\nContent-Disposition: form-data; name=\"{secret}\"; filename=\"{hidden}\"\r\n\r\n{hidden}\r\n--b{secret}--\r\n");
                let kind = format!("multipart/form-data; boundary=b{secret}");
                exchange(Request::post("/services/data/v62.0/sobjects/Attachment").text(&kind, part.clone()), &[("content-type", kind.as_str())], &part)
            }
            13 => exchange(get(), &[("content-type", "text/csv"), (secret.as_str(), hidden.as_str()), ("x-secret", hidden.as_str())], &format!("Id,{secret}\r\n\"{hidden}\",{hidden}\r\n")),
            14 => exchange(get().header(&secret, &hidden).header("Authorization", &hidden).header("Cookie", &hidden), &json, &Json::Object(vec![(member.to_owned(), Json::String(quoted.clone())), ("query".to_owned(), Json::String(hidden.clone())), ("subscription".to_owned(), Json::String(hidden.clone()))]).to_string()),
            15 => {
                let mut wide = exchange(get(), &json, "");
                wide.answer.body = std::iter::once(0xFEFF).chain(hidden.encode_utf16()).flat_map(u16::to_le_bytes).collect();
                wide
            }
            _ => exchange(Request::get(format!("https://u:{secret}@{secret}.example/services/data/v62.0/sobjects/User/Username/{hidden}?q={hidden}&q.{secret}.x=1")), &[("location", hidden.as_str())], &format!("<a href='{hidden}'>{hidden}</a>")),
        };
        let mut redactor = recorder();
        let kept = shown(&redactor.exchange(&exchange));
        prop_assert!(!leaks(&kept, &secret), "{kept}");
        let message = redactor.text(&hidden);
        prop_assert!(!leaks(&message, &secret), "{message}");
    }
}
