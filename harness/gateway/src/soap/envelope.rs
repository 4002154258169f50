//! Reads a SOAP envelope: the operation, its plain arguments, and the session id of the header.

use quick_xml::{Reader, events::Event};

/// How deep elements may nest; the operations that are served need four levels.
const DEEPEST: usize = 64;

/// What an envelope says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Envelope {
    /// The local name of the body's element.
    pub(super) operation: String,
    /// The local names of its children with their text.
    pub(super) arguments: Vec<(String, String)>,
    /// `SessionHeader/sessionId`.
    pub(super) session_id: Option<String>,
}

impl Envelope {
    /// An argument's text.
    pub(super) fn argument(&self, name: &str) -> &str {
        self.arguments.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    /// Reads an envelope, whatever its prefixes.
    ///
    /// # Errors
    ///
    /// Says in words what is wrong with the text.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let mut reader = Reader::from_str(text);
        let mut envelope = Self::default();
        let mut path: Vec<String> = Vec::new();
        let mut content = String::new();
        loop {
            match reader.read_event().map_err(|error| error.to_string())? {
                Event::Start(element) => {
                    if path.len() >= DEEPEST {
                        return Err("elements nest too deep".to_owned());
                    }
                    path.push(element.local_name().as_ref().to_owned());
                    envelope.open(&path);
                    content.clear();
                }
                Event::Empty(element) => {
                    path.push(element.local_name().as_ref().to_owned());
                    envelope.open(&path);
                    envelope.close(&path, "");
                    path.pop();
                }
                Event::End(_) => {
                    envelope.close(&path, &content);
                    content.clear();
                    path.pop();
                }
                Event::Text(text) => content.push_str(&text.xml10_content()),
                Event::CData(text) => content.push_str(&text.xml10_content()),
                Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                    Ok(Some(char)) => content.push(char),
                    Ok(None) => content.push_str(entity(&reference.xml10_content())?),
                    Err(error) => return Err(error.to_string()),
                },
                // Entities of one's own are the way to attack a reader; no client needs them.
                Event::DocType(_) => return Err("a document type is not allowed".to_owned()),
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
                Event::Eof => break,
            }
        }
        if path.is_empty() && !envelope.operation.is_empty() {
            Ok(envelope)
        } else {
            Err("no Envelope with a Body and an operation".to_owned())
        }
    }

    fn open(&mut self, path: &[String]) {
        if let [envelope, body, operation] = path
            && envelope == "Envelope"
            && body == "Body"
            && self.operation.is_empty()
        {
            self.operation.clone_from(operation);
        }
    }

    fn close(&mut self, path: &[String], content: &str) {
        match path {
            [_, body, operation, argument] if body == "Body" && *operation == self.operation => {
                self.arguments.push((argument.clone(), content.to_owned()));
            }
            [_, header, session, id]
                if header == "Header" && session == "SessionHeader" && id == "sessionId" =>
            {
                self.session_id = Some(content.trim().to_owned());
            }
            _ => {}
        }
    }
}

fn entity(name: &str) -> Result<&'static str, String> {
    match name {
        "amp" => Ok("&"),
        "lt" => Ok("<"),
        "gt" => Ok(">"),
        "quot" => Ok("\""),
        "apos" => Ok("'"),
        _ => Err(format!("the entity {name} is unknown")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_envelope_reads_whatever_its_prefixes_and_escapes() {
        let text = r#"<?xml version="1.0" encoding="utf-8" ?>
            <env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/" xmlns:urn="urn:partner.soap.sforce.com">
              <env:Header><urn:CallOptions><urn:client>x</urn:client></urn:CallOptions>
                <urn:SessionHeader><urn:sessionId> 00D!A.b </urn:sessionId></urn:SessionHeader></env:Header>
              <env:Body><n1:login xmlns:n1="urn:partner.soap.sforce.com">
                <n1:username>a&amp;b@x&#46;example</n1:username><n1:password><![CDATA[<p&w>]]></n1:password><n1:empty/>
              </n1:login></env:Body></env:Envelope>"#;
        let envelope = Envelope::read(text).unwrap();
        assert_eq!(envelope.operation, "login");
        assert_eq!(envelope.argument("username"), "a&b@x.example");
        assert_eq!(envelope.argument("password"), "<p&w>");
        assert_eq!(envelope.argument("empty"), "");
        assert_eq!(envelope.session_id.as_deref(), Some("00D!A.b"));
    }

    #[test]
    fn texts_that_are_no_envelope_are_refused() {
        let deep = "<a>".repeat(10_000);
        for text in [
            "",
            "login",
            "<Envelope/>",
            "<Envelope><Body><login></Body></Envelope>",
            "<!DOCTYPE x [<!ENTITY a 'b'>]><Envelope><Body><login>&a;</login></Body></Envelope>",
            "<Envelope><Body><login>&bomb;</login></Body></Envelope>",
            &deep,
        ] {
            assert!(Envelope::read(text).is_err(), "{text:.40}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        #[test]
        fn no_text_makes_the_reader_panic(text in r#"(</?(e:)?(Envelope|Body|Header|login|SessionHeader|sessionId|a)/?>|&(amp|#x?[0-9a-f]{1,9}|b);|<!\[CDATA\[|\]\]>|<!--|<\?|<!DOCTYPE x|[<>&"'=/ a]){0,24}"#) {
            if let Ok(envelope) = Envelope::read(&text) {
                prop_assert!(!envelope.operation.is_empty());
            }
        }

        #[test]
        fn an_argument_reads_as_it_was_before_escaping(value in "[ -~\u{e9}\u{4e2d}]{1,24}", end in 0..400_usize) {
            let escaped = value.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&#34;");
            let text = format!("<Envelope><Body><login><password>{escaped}</password></login></Body></Envelope>");
            let envelope = Envelope::read(&text).unwrap();
            prop_assert_eq!(envelope.argument("password"), value);
            if let Some(part) = text.get(..end.min(text.len() - 1)) {
                prop_assert!(Envelope::read(part).is_err(), "{} is no whole envelope", part);
            }
        }
    }
}
