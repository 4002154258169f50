//! What clients should have done, held against what they did.

use mockorg_org::{ControlRefusal, FieldInput, Input};

use super::{
    members::{self, Members},
    refuse::refuse,
};
use crate::{
    answer::Answer,
    exchange::{Exchange, Failure},
    journal::{EntryKind, JournalEntry, Mismatch, Pattern},
    json::{JsonForm, JsonWriter, write_input},
    verify::{NearMiss, Times, Unmet, Verdict, Verification},
};

/// Narrows a pattern down by a text.
type Narrow = fn(Pattern, &str) -> Pattern;

const VERIFICATION: &[&str] = &["expect", "inOrder", "noUnexpected", "allow", "afterSequence"];

const PATTERN: &[&str] = &[
    "kind",
    "method",
    "path",
    "pathGlob",
    "endpoint",
    "status",
    "user",
    "object",
    "fault",
    "query",
    "headers",
    "body",
    "bodyEquals",
    "bodyContains",
    "channel",
    "payload",
    // How often; not of what is allowed.
    "exactly",
    "atLeast",
    "atMost",
    "between",
    "never",
];

/// The members of what is allowed, however often.
const ALLOWED: &[&str] = PATTERN.split_at(PATTERN.len() - 5).0;

/// `POST /__mockorg/verify`.
pub(crate) fn verify(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let body = exchange.body()?;
    let verdict = read(&body).and_then(|verification| exchange.gateway.verify(&verification));
    Ok(match verdict {
        Ok(verdict) => {
            let mut writer = exchange.writer();
            write(&mut writer, &verdict);
            Answer::json(200, writer.finish())
        }
        Err(ControlRefusal { error, hint }) => refuse(exchange, &error, &hint),
    })
}

fn read(body: &[u8]) -> Result<Verification, ControlRefusal> {
    let body = members::read(body)?;
    let members = Members::of("", VERIFICATION, &body)?;
    let mut verification = Verification::default();
    for own in members.objects("expect")?.unwrap_or_default() {
        let own = Members::of("expect.", PATTERN, own)?;
        verification = verification.expect(times(&own)?, pattern(&own)?);
    }
    for allowed in members.list("allow")?.unwrap_or_default() {
        verification = match allowed {
            Input::Text(name) if &**name == "auth" => verification.allow_auth(),
            Input::Text(name) if &**name == "describe" => verification.allow_describe(),
            Input::Object(own) => verification.allow(pattern(&Members::of("allow.", ALLOWED, own)?)?),
            _ => {
                return Err(ControlRefusal {
                    error: "an entry of `allow` is neither a pattern nor \"auth\" nor \"describe\"".into(),
                    hint: r#"give a list such as ["auth","describe",{"endpoint":"limits"}]"#.into(),
                });
            }
        };
    }
    if members.bool("inOrder")?.unwrap_or_default() {
        verification = verification.in_order();
    }
    if members.bool("noUnexpected")?.unwrap_or_default() {
        verification = verification.no_unexpected();
    }
    Ok(verification.after_sequence(members.count("afterSequence")?.unwrap_or_default().into()))
}

/// How often; at least once when nothing is said.
fn times(members: &Members<'_>) -> Result<Times, ControlRefusal> {
    let mut found = Vec::new();
    found.extend(members.count("exactly")?.map(|count| Times::Exactly(count.into())));
    found.extend(members.count("atLeast")?.map(|count| Times::AtLeast(count.into())));
    found.extend(members.count("atMost")?.map(|count| Times::AtMost(count.into())));
    found.extend(members.bool("never")?.filter(|never| *never).map(|_| Times::Exactly(0)));
    if let Some(bounds) = members.list("between")? {
        let number = |at: usize| match bounds.get(at) {
            Some(Input::Number(text)) => text.parse().ok(),
            _ => None,
        };
        let range = number(0).zip(number(1)).filter(|(least, most)| least <= most && bounds.len() == 2);
        let (least, most) = range.ok_or_else(|| ControlRefusal {
            error: "`between` is not two whole numbers, the smaller one first".into(),
            hint: "give it as [1,3]".into(),
        })?;
        found.push(Times::Between(least, most));
    }
    match found.as_slice() {
        [] => Ok(Times::AtLeast(1)),
        [times] => Ok(*times),
        _ => Err(ControlRefusal {
            error: "an expectation says more than once how often".into(),
            hint: "give one of exactly, atLeast, atMost, between, never".into(),
        }),
    }
}

fn pattern(members: &Members<'_>) -> Result<Pattern, ControlRefusal> {
    let mut own = Pattern::default();
    if let Some(kind) = members.text("kind")? {
        own = match &*kind {
            "call" => own.kind(EntryKind::Call),
            "event" => own.kind(EntryKind::Event),
            _ => {
                return Err(ControlRefusal {
                    error: format!("`{kind}` is no kind of entries").into(),
                    hint: "give call or event".into(),
                });
            }
        };
    }
    let texts: [(&str, Narrow); 9] = [
        ("method", Pattern::method),
        ("path", Pattern::path),
        ("pathGlob", Pattern::path_glob),
        ("endpoint", Pattern::endpoint),
        ("user", Pattern::user),
        ("object", Pattern::object),
        ("fault", Pattern::fault),
        ("bodyContains", Pattern::body_contains),
        ("channel", Pattern::channel),
    ];
    for (name, set) in texts {
        if let Some(text) = members.text(name)? {
            own = set(own, &text);
        }
    }
    own = match members.input("status") {
        Some(Input::Text(status) | Input::Number(status)) => own.status(status),
        Some(_) => {
            return Err(ControlRefusal {
                error: "`status` is neither a status nor a class".into(),
                hint: "give 404 or \"4xx\"".into(),
            });
        }
        None => own,
    };
    for (name, value) in pairs(members, "query")? {
        own = own.query(name, value);
    }
    for (name, value) in pairs(members, "headers")? {
        own = own.header(name, value);
    }
    let bodies: [(&str, Narrow); 3] =
        [("body", Pattern::body), ("bodyEquals", Pattern::body_equals), ("payload", Pattern::payload)];
    for (name, set) in bodies {
        if let Some(value) = members.input(name) {
            own = set(own, &json_text(value));
        }
    }
    Ok(own)
}

/// Names with texts.
fn pairs<'a>(members: &Members<'a>, name: &str) -> Result<Vec<(&'a str, &'a str)>, ControlRefusal> {
    let pair = |member: &'a FieldInput| match &member.value {
        Input::Text(value) => Ok((&*member.name, &**value)),
        _ => Err(ControlRefusal {
            error: format!("`{name}.{}` is not a text", member.name).into(),
            hint: r#"give texts, such as {"a":"1"}"#.into(),
        }),
    };
    members.object(name)?.unwrap_or_default().iter().map(pair).collect()
}

fn json_text(value: &Input) -> String {
    let mut writer = JsonWriter::new(JsonForm::Compact);
    write_input(&mut writer, value);
    String::from_utf8_lossy(&writer.finish()).into_owned()
}

fn write(writer: &mut JsonWriter, verdict: &Verdict) {
    writer.begin_object().key("verified").bool(verdict.holds());
    writer.key("checked").int(verdict.checked as i128).key("message").string(&verdict.to_string());
    writer.key("unmet").begin_array();
    verdict.unmet.iter().for_each(|unmet| write_unmet(writer, unmet));
    writer.end_array().end_object();
}

fn write_unmet(writer: &mut JsonWriter, unmet: &Unmet) {
    writer.begin_object().key("kind").string(unmet.kind.as_str()).key("expectation");
    match unmet.expectation {
        Some(number) => writer.int(number as i128),
        None => writer.null(),
    };
    writer.key("expected").string(&unmet.expected).key("count").int(unmet.found.len() as i128);
    writer.key("found").begin_array();
    unmet.found.iter().for_each(|entry| write_place(writer.begin_object(), entry));
    writer.end_array().key("nearest").begin_array();
    unmet.nearest.iter().for_each(|miss| write_miss(writer, miss));
    writer.end_array().end_object();
}

/// Which entry is meant; ends the object.
fn write_place(writer: &mut JsonWriter, entry: &JournalEntry) {
    writer.key("sequence").int(entry.sequence()).key("entry").string(&entry.to_string()).end_object();
}

fn write_miss(writer: &mut JsonWriter, miss: &NearMiss) {
    writer.begin_object().key("distance").int(miss.distance).key("same").strings(&miss.same);
    writer.key("differences").begin_array();
    for Mismatch { part, place, expected, found, .. } in &miss.differences {
        writer.begin_object().key("part").string(part).key("place").string(place);
        writer.key("expected").string(expected).key("found").string(found).end_object();
    }
    writer.end_array();
    write_place(writer, &miss.entry);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_verification_is_named() {
        for (body, error) in [
            (r#"{"expected":[]}"#, "there is no member `expected`"),
            (r#"{"expect":[{"pathh":"/a"}]}"#, "there is no member `expect.pathh`"),
            (r#"{"expect":[{"path":"/a","exactly":1,"never":true}]}"#, "says more than once"),
            (r#"{"expect":[{"path":"/a","between":[3,1]}]}"#, "`between` is not two"),
            (r#"{"expect":[{"status":true}]}"#, "`status` is neither"),
            (r#"{"expect":[{"query":{"a":1}}]}"#, "`query.a` is not a text"),
            (r#"{"allow":["describes"]}"#, "an entry of `allow`"),
            (r#"{"allow":[{"path":"/a","never":true}]}"#, "there is no member `allow.never`"),
        ] {
            let refusal = read(body.as_bytes()).unwrap_err();
            assert!(refusal.error.contains(error), "{body}: {refusal}");
        }
    }

    #[test]
    fn expectations_read_as_they_are_told() {
        let body = r#"{"expect":[{"method":"post","path":"/a/{b}","status":"2xx","body":{"n":1},"between":[1,2]},
            {"channel":"/event/A","payload":{"x":null}}]}"#;
        let verification = read(body.as_bytes()).unwrap();
        let texts: Vec<String> = verification.expectations().iter().map(ToString::to_string).collect();
        assert_eq!(
            texts,
            [
                r#"between 1 and 2 × POST /a/{b} → 2xx with body {"n":1}"#,
                r#"at least 1 × event on /event/A with payload {"x":null}"#
            ]
        );
    }
}
