//! Proper requests of every API, and what becomes of them when chance changes their bytes.

use std::io::Write as _;

use crate::chance::Chance;

const V: &str = "/services/data/v62.0";

/// Method, path, media type, further headers, and body.
type Template = (&'static str, String, &'static str, &'static str, Vec<u8>);

fn templates(token: &str) -> Vec<Template> {
    let json = "application/json";
    let soap = format!(
        r#"<?xml version="1.0"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:urn="urn:partner.soap.sforce.com"><soapenv:Header><urn:SessionHeader><urn:sessionId>{token}</urn:sessionId></urn:SessionHeader></soapenv:Header><soapenv:Body><urn:query><urn:queryString>SELECT Id, (SELECT Id FROM Contacts) FROM Account WHERE Name LIKE 'a%' ORDER BY Name LIMIT 3</urn:queryString></urn:query></soapenv:Body></soapenv:Envelope>"#
    );
    let form = b"grant_type=password&client_id=a&client_secret=b&username=c%40d&password=e%20f".to_vec();
    let parts = b"--XX\r\nContent-Disposition: form-data; name=\"entity_content\";\r\nContent-Type: application/json\r\n\r\n{\"Title\":\"a\",\"PathOnClient\":\"b.txt\"}\r\n--XX\r\nContent-Disposition: form-data; name=\"VersionData\"; filename=\"b.txt\"\r\nContent-Type: application/octet-stream\r\n\r\nhello\r\n--XX--".to_vec();
    vec![
        ("POST", format!("{V}/sobjects/Account"), json, "", br#"{"Name":"a\u00e9","AnnualRevenue":1.5e3,"attributes":{"type":"Account"}}"#.to_vec()),
        ("PATCH", format!("{V}/sobjects/Account/001000000000001AAA"), json, "If-Match: \"x\"\r\n", br#"{"Name":null}"#.to_vec()),
        ("GET", format!("{V}/query?q=SELECT+Id,Name,Owner.Name+FROM+Account+WHERE+(Name+LIKE+'%25a_'+OR+AnnualRevenue+IN+(1,2))+AND+CreatedDate=LAST_N_DAYS:3+GROUP+BY+Id"), json, "", Vec::new()),
        ("GET", format!("{V}/search?q=FIND+%7Bacme*+OR+%22b%22%7D+IN+ALL+FIELDS+RETURNING+Account(Id+WHERE+Name!='x'+LIMIT+2)"), json, "", Vec::new()),
        ("POST", format!("{V}/composite"), json, "", br#"{"allOrNone":true,"compositeRequest":[{"method":"POST","url":"/services/data/v62.0/sobjects/Account","referenceId":"a","body":{"Name":"x"}},{"method":"GET","url":"/services/data/v62.0/sobjects/Account/@{a.id}","referenceId":"b"}]}"#.to_vec()),
        ("POST", format!("{V}/composite/tree/Account"), json, "", br#"{"records":[{"attributes":{"type":"Account","referenceId":"r"},"Name":"x","Contacts":{"records":[{"attributes":{"type":"Contact","referenceId":"c"},"LastName":"y"}]}}]}"#.to_vec()),
        ("POST", format!("{V}/composite/graph"), json, "", br#"{"graphs":[{"graphId":"1","compositeRequest":[{"url":"/services/data/v62.0/sobjects/Account/","body":{"Name":"g"},"method":"POST","referenceId":"a"}]}]}"#.to_vec()),
        ("POST", format!("{V}/jobs/ingest"), json, "", br#"{"object":"Account","operation":"insert","contentType":"CSV","lineEnding":"LF"}"#.to_vec()),
        ("POST", format!("{V}/jobs/ingest"), "multipart/form-data; boundary=XX", "", b"--XX\r\nContent-Type: application/json\r\nContent-Disposition: form-data; name=\"job\"\r\n\r\n{\"object\":\"Account\",\"operation\":\"insert\"}\r\n--XX\r\nContent-Type: text/csv\r\nContent-Disposition: form-data; name=\"content\"; filename=\"content\"\r\n\r\nName,Site\n\"a\"\"b\",c\n--XX--".to_vec()),
        ("POST", format!("{V}/sobjects/ContentVersion"), "multipart/form-data; boundary=\"XX\"", "", parts),
        ("POST", "/services/Soap/u/62.0".to_owned(), "text/xml", "SOAPAction: \"\"\r\n", soap.into_bytes()),
        ("POST", "/services/async/62.0/job".to_owned(), "application/xml", "", format!(r#"<?xml version="1.0"?><jobInfo xmlns="http://www.force.com/2009/06/asyncapi/dataload"><operation>insert</operation><object>Account</object><contentType>CSV</contentType></jobInfo><!-- {token} -->"#).into_bytes()),
        ("POST", "/services/oauth2/token".to_owned(), "application/x-www-form-urlencoded", "", form),
        ("POST", "/services/oauth2/introspect".to_owned(), "application/x-www-form-urlencoded", "", b"token=a&client_id=b".to_vec()),
        ("POST", "/cometd/62.0".to_owned(), json, "", br#"[{"channel":"/meta/handshake","version":"1.0","supportedConnectionTypes":["long-polling"],"ext":{"replay":true}},{"channel":"/meta/subscribe","clientId":"x","subscription":"/data/ChangeEvents","ext":{"replay":{"/data/ChangeEvents":-2}}}]"#.to_vec()),
        ("GET", format!("{V}/tooling/query?q=SELECT+Id+FROM+EntityDefinition"), json, "Accept-Encoding: gzip;q=0, deflate\r\n", Vec::new()),
        ("POST", "/__mockorg/stubs".to_owned(), json, "", br#"{"name":"s","request":{"method":"GET","path":"/x/{a}"},"response":{"status":200,"body":"{{request.path}}"}}"#.to_vec()),
    ]
}

/// A proper request, as bytes.
pub(crate) fn any(chance: &mut Chance, token: &str) -> Vec<u8> {
    let all = templates(token);
    let (method, path, media_type, headers, body) = chance.one(&all);
    whole(token, (method, path, media_type, headers), body, body.len())
}

/// A request in which chance has changed some bytes of the body, or of everything.
pub(crate) fn changed(chance: &mut Chance, token: &str) -> Vec<u8> {
    let all = templates(token);
    let (method, path, media_type, headers, body) = chance.one(&all);
    let mut body = body.clone();
    if !body.is_empty() {
        change(chance, &mut body);
    }
    // A told length that is wrong now and then.
    let length = if chance.below(8) == 0 { chance.below(2 * body.len() + 2) } else { body.len() };
    let mut bytes = whole(token, (method, path, media_type, headers), &body, length);
    if chance.below(4) == 0 || body.is_empty() {
        change(chance, &mut bytes);
    }
    bytes
}

fn whole(
    token: &str,
    (method, path, media_type, headers): (&str, &str, &str, &str),
    body: &[u8],
    length: usize,
) -> Vec<u8> {
    let mut bytes = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nX-SFDC-Session: {token}\r\n\
         Content-Type: {media_type}\r\n{headers}Content-Length: {length}\r\n\r\n"
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// Flips, removes, repeats and inserts bytes.
fn change(chance: &mut Chance, bytes: &mut Vec<u8>) {
    const PIECES: &[&[u8]] = &[
        b"{",
        b"[",
        b"\"",
        b"\\",
        b"\xff",
        b"\0",
        b"99999999999999999999",
        b"-",
        b"<",
        b"&#0;",
        b"@{",
        b"}}",
        b"\r\n",
        b"%00",
        b"'",
    ];
    for _ in 0..1 + chance.below(6) {
        let at = chance.below(bytes.len());
        let end = (at + chance.below(20)).min(bytes.len());
        match chance.below(5) {
            0 if at < bytes.len() => bytes[at] ^= 1 << chance.below(8),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            3 => drop(bytes.splice(at..at, chance.one(PIECES).iter().copied())),
            _ => bytes.truncate(at.max(1)),
        }
    }
}

/// A chunked body whose sizes are wrong.
pub(crate) fn broken_chunks(chance: &mut Chance, token: &str) -> Vec<u8> {
    let mut bytes = format!(
        "POST {V}/sobjects/Account HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    .into_bytes();
    const SIZES: &[&str] =
        &["5", "0", "-1", "ffffffffffffffff", "fffffffffffffffff", "5;a=b", "", "z", "7fffffff"];
    for _ in 0..1 + chance.below(5) {
        bytes.extend_from_slice(chance.one(SIZES).as_bytes());
        bytes.extend_from_slice(chance.one(&["\r\n", "\n", "\r"]).as_bytes());
        let length = chance.below(12);
        bytes.extend(chance.bytes(length));
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}

/// Small requests that become large: packed zeros, nests without end, many small values.
pub(crate) fn bombs(token: &str) -> Vec<(&'static str, Vec<u8>)> {
    let post = |path: &str, media_type: &str, headers: &str, body: &[u8]| {
        whole(token, ("POST", path, media_type, headers), body, body.len())
    };
    // A gzip stream may have many members.
    let packed = packed(&vec![b' '; 1024 * 1024]).repeat(200);
    let account = format!("{V}/sobjects/Account");
    let composite = format!("{V}/composite");
    let gzip = "Content-Encoding: gzip\r\n";
    let json = "application/json";
    let nested = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    vec![
        ("200 MB of blanks in gzip", post(&account, json, gzip, &packed)),
        ("blanks in gzip for the Streaming API", post("/cometd/62.0", json, gzip, &packed)),
        (
            "100,000 arrays in each other",
            post(&composite, json, "", format!("{{\"a\":{}", "[".repeat(100_000)).as_bytes()),
        ),
        ("100,000 objects in each other", post(&composite, json, "", r#"{"a":"#.repeat(100_000).as_bytes())),
        (
            "100,000 elements in each other",
            post("/services/Soap/u/62.0", "text/xml", "SOAPAction: x\r\n", nested.as_bytes()),
        ),
        (
            "3,000,000 numbers",
            post(
                &composite,
                json,
                "",
                format!("{{\"compositeRequest\":[{}1]}}", "1,".repeat(3_000_000)).as_bytes(),
            ),
        ),
        (
            "3,000,000 elements",
            post(
                "/services/Soap/u/62.0",
                "text/xml",
                "SOAPAction: x\r\n",
                format!("<a>{}</a>", "<b/>".repeat(3_000_000)).as_bytes(),
            ),
        ),
        ("100,000 brackets in a query", post(&format!("{V}/query?q={}", "(".repeat(15_000)), json, "", b"")),
    ]
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap()
}
