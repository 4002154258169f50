//! Random requests: rows of the table, queries and writes of objects that exist, with what clients get wrong.

use bytes::Bytes;
use hyper::http::request::Parts;
use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
};

use super::{
    org::{Line, STARTER, parts_of, percent},
    values::{SEGMENTS, STATEMENTS, documents, literal, mutated, records, values},
};
use crate::endpoints::ENDPOINTS;

/// The address of a row with random segments.
pub(super) fn path_of(row: usize) -> impl Strategy<Value = String> {
    let version = prop_oneof![8 => select(vec!["v31.0", "v50.0", "v62.0", "v68.0"]), 1 => select(vec!["v30.0", "v69.0", "62.0", "v"])];
    let segments = vec(select(&**SEGMENTS), 8);
    (version, segments).prop_map(move |(version, segments)| {
        let mut segments = segments.into_iter();
        let pieces = ENDPOINTS[row].path.split('/').map(|piece| match piece {
            "{version}" => version.to_owned(),
            "{*rest}" => segments.by_ref().take(2).collect::<Vec<_>>().join("/"),
            piece if piece.starts_with('{') => segments.next().unwrap_or_default(),
            piece => piece.to_owned(),
        });
        pieces.collect::<Vec<_>>().join("/").replace("//", "/")
    })
}

pub(super) fn queries() -> impl Strategy<Value = String> {
    let moments = select(vec![
        "2026-03-01T00:00:00Z",
        "2026-03-02T08:00:00+00:00",
        "2026-03-02 08:00",
        "9999-12-31T23:59:59-18:00",
        "0000-01-01T00:00:00%2B18:00",
        "x",
        "",
    ]);
    prop_oneof![
        2 => Just(String::new()),
        2 => mutated(select(&**STATEMENTS).boxed()).prop_map(|soql| format!("q={}", percent(&soql))),
        2 => (moments.clone(), moments).prop_map(|(start, end)| format!("start={start}&end={end}")),
        1 => vec(select(&**SEGMENTS), 0..4).prop_map(|names| format!("fields={}", names.join(","))),
        1 => "(limit|after|channel|sObjects|format|_HttpMethod|token|explain)=[A-Za-z0-9%+.-]{0,12}",
        1 => "[!-~&&[^#<>\"`{}|\\\\^]]{0,30}",
    ]
}

pub(super) fn bodies() -> impl Strategy<Value = (&'static str, Vec<u8>)> {
    const JSON: &str = "application/json";
    const SOAP: &str = "<e:Envelope xmlns:e=\"x\"><e:Header><SessionHeader><sessionId>00Dtest!session</sessionId></SessionHeader></e:Header><e:Body><login xmlns=\"urn:partner.soap.sforce.com\"><username>admin@mockorg.example</username><password>mockorg</password></login></e:Body></e:Envelope>";
    const FORM: &str = "grant_type=password&client_id=a&client_secret=b&username=u&password=p&token=x&assertion=a.b.c&refresh_token=r&format=urlencoded";
    const PARTS: &str = "--b\r\nContent-Disposition: form-data; name=\"x\"\r\nContent-Type: application/json\r\n\r\n{\"Name\":\"x\"}\r\n--b\r\nContent-Disposition: form-data; name=\"Body\"\r\n\r\nraw\r\n--b--";
    let text = |media_type, text: &'static str| {
        mutated(Just(text.to_owned()).boxed()).prop_map(move |text| (media_type, text.into_bytes()))
    };
    let soap = select(vec!["login", "logout", "getUserInfo", "query"])
        .prop_map(|name| SOAP.replace("login>", &format!("{name}>")));
    prop_oneof![
        3 => Just(("", Vec::new())),
        6 => mutated(documents().boxed()).prop_map(|text| (JSON, text.into_bytes())),
        1 => mutated(soap.boxed()).prop_map(|text| ("text/xml", text.into_bytes())),
        1 => text("application/x-www-form-urlencoded", FORM),
        1 => text("multipart/form-data; boundary=b", PARTS),
        1 => vec(any::<u8>(), 0..40).prop_map(|bytes| (JSON, bytes)),
    ]
}

pub(super) fn headers() -> impl Strategy<Value = Vec<(&'static str, &'static str)>> {
    let rare = select(vec![
        ("authorization", "OAuth 00Dtest!session"),
        ("authorization", "Bearer"),
        ("authorization", "Basic YTpi"),
        ("authorization", "Basic %"),
        ("accept", "application/xml"),
        ("accept-encoding", "gzip"),
        ("accept-encoding", "deflate;q=x, gzip;q=0"),
        ("content-encoding", "gzip"),
        ("content-encoding", "deflate"),
        ("content-encoding", "br"),
        ("x-prettyprint", "1"),
        ("x-http-method-override", "patch"),
        ("sforce-query-options", "batchSize=99999999999"),
        ("if-match", "\"x\", W/"),
        ("if-modified-since", "Tue, 99 Foo 20222 03:46:54 GMT"),
        ("if-unmodified-since", "Tue, 28 Jun 2022 03:46:54 +9900"),
        ("sforce-duplicate-rule-header", "allowSave=x"),
        ("sforce-auto-assign", "\u{7f}"),
    ]);
    prop_oneof![3 => Just(Vec::new()), 1 => vec(rare, 1..3)]
}

/// A row of the table, mostly with a method that it has.
pub(super) fn lines_of_the_table() -> impl Strategy<Value = Line> {
    let others = select(vec!["GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS"]);
    let path = (0..ENDPOINTS.len()).prop_flat_map(|row| (Just(row), path_of(row)));
    (path, any::<Index>(), prop_oneof![4 => Just(None), 1 => others.prop_map(Some)], queries(), 0..5_u8)
        .prop_flat_map(|((row, path), own, other, query, change)| {
            let own = ENDPOINTS[row].methods[own.index(ENDPOINTS[row].methods.len())].name;
            let path = if change == 0 { mutated(Just(path).boxed()).boxed() } else { Just(path).boxed() };
            (Just(other.unwrap_or(own).to_owned()), path, Just(query))
        })
}

/// A query over fields that exist, or a row, or a write.
pub(super) fn lines_of_an_object() -> impl Strategy<Value = Line> {
    let field = any::<Index>();
    (0..STARTER.catalog().objects().len(), vec(field, 3), values(), 0..8_u8, any::<Index>()).prop_map(
        |(object, fields, value, kind, pick)| {
            let def = &STARTER.catalog().objects()[object];
            let name = |at: usize| &*def.fields[fields[at].index(def.fields.len())].name;
            let operator = ["=", "!=", "=", ">=", "<", "LIKE", "IN", "INCLUDES"][pick.index(8)];
            let address =
                format!("/services/data/v{}.0/", if pick.index(3) == 0 { 31 + pick.index(38) } else { 68 });
            let ids: Vec<_> = STARTER.records(&def.name).map(|record| record.id()).collect();
            let id = if ids.is_empty() { "001".to_owned() } else { ids[pick.index(ids.len())].to_string() };
            let (method, path, query) = match kind {
                0..3 => {
                    let (a, b, c) = (name(0), name(1), name(2));
                    let list = [
                        "Id".to_owned(),
                        format!("{a}, {c}"),
                        "COUNT()".to_owned(),
                        format!("COUNT(Id), MAX({b})"),
                        "FIELDS(ALL)".to_owned(),
                    ];
                    let list = &list[pick.index(5)];
                    let value = if pick.index(4) == 0 {
                        value
                    } else {
                        literal(&def.fields[fields[1].index(def.fields.len())], pick, value)
                    };
                    let order =
                        if kind == 0 { String::new() } else { format!("ORDER BY {c} DESC NULLS LAST") };
                    let tail = ["", "LIMIT 99999999999", "OFFSET 2001", "LIMIT 0", "FOR VIEW", "ALL ROWS"]
                        [pick.index(6)];
                    let soql = format!(
                        "SELECT {list} FROM {} WHERE {b} {operator} {value} {order} {tail}",
                        def.name
                    );
                    ("GET", "query".to_owned(), format!("q={}", percent(&soql)))
                }
                3 | 4 => ("POST", format!("sobjects/{}", def.name), String::new()),
                5 => ("PATCH", format!("sobjects/{}/{id}", def.name), String::new()),
                6 => {
                    ("GET", format!("sobjects/{}/{id}", def.name), format!("fields={},{}", name(0), name(1)))
                }
                _ => {
                    ("PATCH", format!("sobjects/{}/{}/{}", def.name, name(0), percent(&value)), String::new())
                }
            };
            (method.to_owned(), address + &path, query)
        },
    )
}

pub(super) fn requests() -> impl Strategy<Value = (Parts, Bytes)> {
    let lines = prop_oneof![1 => lines_of_the_table().boxed(), 2 => lines_of_an_object().boxed()];
    let any = (lines, headers(), bodies()).prop_filter_map(
        "not an address",
        |(line, headers, (media_type, body))| {
            Some((parts_of(line, &headers, media_type)?, Bytes::from(body)))
        },
    );
    let create = (records(), headers()).prop_filter_map("not an address", |((object, record), headers)| {
        let path = format!("/services/data/v68.0/sobjects/{}", STARTER.catalog().objects()[object].name);
        let parts = parts_of(("POST".to_owned(), path, String::new()), &headers, "application/json")?;
        Some((parts, Bytes::from(record)))
    });
    prop_oneof![2 => any.boxed(), 1 => create.boxed()]
}
