//! SOAP calls sent to the starter org.

use crate::{
    Gateway,
    tests::org::{TOKEN, gateway, send, start},
};

const PARTNER: &str = "urn:partner.soap.sforce.com";

/// Sends what stands in the body of an envelope, in the session of the test, and gives status and answer.
fn call(gateway: &Gateway, header: &str, body: &str) -> (u16, String) {
    post(
        gateway,
        &format!(
            "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns=\"{PARTNER}\" xmlns:xsi=\"i\">\
         <e:Header><SessionHeader><sessionId>{TOKEN}</sessionId></SessionHeader>{header}</e:Header>\
         <e:Body>{body}</e:Body></e:Envelope>"
        ),
    )
}

fn post(gateway: &Gateway, envelope: &str) -> (u16, String) {
    send(gateway, "POST", "/services/Soap/u/62.0", "", &[], "text/xml", envelope.as_bytes())
}

fn accounts(count: usize) -> String {
    let account = |n| format!("<sObjects><type>Account</type><Name>Page {n:03}</Name></sObjects>");
    (0..count).map(account).collect()
}

/// The text of the first element of this name.
fn text_of<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    rest.split_once(&format!("</{name}>")).map(|(text, _)| text)
}

fn count(gateway: &Gateway) -> usize {
    gateway.with_org(|org, _| org.records("Account").count())
}

#[test]
fn query_more_goes_on_where_each_page_ended() {
    let gateway = gateway(start());
    for _ in 0..3 {
        assert_eq!(call(&gateway, "", &format!("<create>{}</create>", accounts(150))).0, 200);
    }
    let options = "<QueryOptions><batchSize>200</batchSize></QueryOptions>";
    let query = "<query><queryString>SELECT Id FROM Account WHERE Name LIKE 'Page %'</queryString></query>";
    let (_, mut page) = call(&gateway, options, query);
    let (mut sizes, mut ids) = (Vec::new(), Vec::new());
    loop {
        assert_eq!(text_of(&page, "size"), Some("450"), "{page:.300}");
        let records: Vec<String> = page
            .split("<records ")
            .skip(1)
            .filter_map(|record| text_of(record, "sf:Id").map(str::to_owned))
            .collect();
        sizes.push(records.len());
        ids.extend(records);
        let Some(locator) = text_of(&page, "queryLocator") else { break };
        let more = format!("<queryMore><queryLocator>{locator}</queryLocator></queryMore>");
        page = call(&gateway, options, &more).1;
    }
    assert_eq!(sizes, [200, 200, 50]);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 450, "no record comes twice");
}

#[test]
fn what_was_changed_and_deleted_in_a_window_is_told() {
    let gateway = gateway(start());
    let (_, created) = call(&gateway, "", &format!("<create>{}</create>", accounts(2)));
    let ids: Vec<&str> = created.split("<id>").skip(1).map(|rest| &rest[..18]).collect();
    call(&gateway, "", &format!("<delete><ids>{}</ids></delete>", ids[1]));
    gateway.advance(std::time::Duration::from_secs(600));
    let window = "<sObjectType>Account</sObjectType><startDate>2026-03-02T08:00:00.000Z</startDate>\
                  <endDate>2026-03-02T09:10:00.000Z</endDate>";
    let (status, updated) = call(&gateway, "", &format!("<getUpdated>{window}</getUpdated>"));
    assert_eq!(status, 200, "{updated}");
    assert!(updated.contains(&format!("<ids>{}</ids>", ids[0])), "{updated}");
    assert!(updated.contains("<latestDateCovered>2026-03-02T09:"), "{updated}");
    let (status, deleted) = call(&gateway, "", &format!("<getDeleted>{window}</getDeleted>"));
    assert_eq!(status, 200, "{deleted}");
    let record = format!(
        "<deletedRecords><deletedDate>2026-03-02T09:00:00.000Z</deletedDate><id>{}</id></deletedRecords>",
        ids[1]
    );
    assert!(deleted.contains(&record), "{deleted}");
}

#[test]
fn envelopes_that_could_mean_several_things_do_nothing() {
    let gateway = gateway(start());
    let before = count(&gateway);
    let create = format!("<create>{}</create>", accounts(1));
    let header = format!("<Header><SessionHeader><sessionId>{TOKEN}</sessionId></SessionHeader></Header>");
    let deep = format!("{}x{}", "<a>".repeat(70), "</a>".repeat(70));
    for envelope in [
        format!(
            "<Envelope xmlns=\"{PARTNER}\">{header}<Body>{create}</Body><Body>{create}</Body></Envelope>"
        ),
        format!("<Envelope xmlns=\"{PARTNER}\">{header}<Body>{create}{create}</Body></Envelope>"),
        format!(
            "<Envelope xmlns=\"urn:enterprise.soap.sforce.com\">{header}<Body>{create}</Body></Envelope>"
        ),
        format!("<Envelope>{header}<Body>{create}</Body></Envelope>"),
        format!(
            "<Envelope xmlns=\"{PARTNER}\">{header}<Body><create><sObjects><type>Account</type><Name>{deep}</Name>\
             </sObjects></create></Body></Envelope>"
        ),
        format!(
            "<!DOCTYPE a [<!ENTITY b \"c\">]><Envelope xmlns=\"{PARTNER}\">{header}<Body>{create}</Body></Envelope>"
        ),
        format!(
            "<Envelope xmlns=\"{PARTNER}\">{header}<Body>{}</Body></Envelope>",
            create.replace("Page", "&b;")
        ),
    ] {
        let (status, answer) = post(&gateway, &envelope);
        assert_eq!(status, 500, "{envelope:.200}");
        assert!(answer.contains("<faultcode>soapenv:Client</faultcode>"), "{answer}");
    }
    assert_eq!(count(&gateway), before);
}

#[test]
fn no_call_takes_more_records_than_it_may() {
    let gateway = gateway(start());
    let before = count(&gateway);
    let (status, answer) = call(&gateway, "", &format!("<create>{}</create>", accounts(201)));
    assert_eq!(status, 500);
    assert!(answer.contains("<faultcode>sf:EXCEEDED_ID_LIMIT</faultcode>"), "{answer}");
    let ids = "<ids>001000000000000AAA</ids>";
    for (name, most) in [("delete", 200), ("undelete", 200), ("emptyRecycleBin", 200)] {
        let body = |count: usize| format!("<{name}>{}</{name}>", ids.repeat(count));
        assert_eq!(call(&gateway, "", &body(most)).0, 200, "{name}");
        assert_eq!(call(&gateway, "", &body(most + 1)).0, 500, "{name}");
    }
    let mixed: String = (0..11)
        .map(|n| {
            let (object, field) = if n % 2 == 0 { ("Account", "Name") } else { ("Contact", "LastName") };
            format!("<sObjects><type>{object}</type><{field}>x</{field}></sObjects>")
        })
        .collect();
    assert_eq!(call(&gateway, "", &format!("<create>{mixed}</create>")).0, 500);
    assert_eq!(count(&gateway), before);
}

#[test]
fn values_read_as_they_were_written() {
    let gateway = gateway(start());
    let body = "<create><sObjects><type>Account</type><Name><![CDATA[<a> & \"b\"]]>&#233;<!-- c -->\
                </Name><NumberOfEmployees>7</NumberOfEmployees></sObjects></create>";
    let (_, answer) = call(&gateway, "", body);
    let id = text_of(&answer, "id").expect(&answer);
    let (_, row) = call(
        &gateway,
        "",
        &format!(
            "<retrieve><fieldList>Name,NumberOfEmployees</fieldList><sObjectType>Account</sObjectType><ids>{id}</ids></retrieve>"
        ),
    );
    assert_eq!(text_of(&row, "sf:Name"), Some("&lt;a&gt; &amp; &quot;b&quot;\u{e9}"), "{row}");
    assert_eq!(text_of(&row, "sf:NumberOfEmployees"), Some("7"));
}

#[test]
fn every_answer_in_a_session_tells_the_usage_of_the_api() {
    let gateway = gateway(start());
    for body in ["<getUserInfo/>", "<describeTabs/>", "<describeGlobal/>", "<getServerTimestamp/>"] {
        let (status, answer) = call(&gateway, "", body);
        assert_eq!(status, 200, "{answer:.300}");
        assert!(answer.contains("<LimitInfoHeader><limitInfo><current>"), "{body}: {answer:.300}");
    }
    assert_eq!(gateway.with_org(|org, _| org.api_usage().0), 4);
}
