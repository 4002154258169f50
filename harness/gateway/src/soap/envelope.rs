//! Reads a SOAP envelope: the operation with its arguments, and what the headers say.

use super::{element::Element, headers::Headers};

/// What an envelope says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Envelope {
    /// The body's element.
    pub(crate) operation: Element,
    /// The header elements.
    pub(crate) headers: Headers,
}

impl Envelope {
    /// Reads an envelope, whatever its prefixes.
    ///
    /// # Errors
    ///
    /// Says in words what is wrong with the text.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let root = Element::read(text)?;
        let missing = || "no Envelope with a Body and an operation".to_owned();
        if root.name != "Envelope" {
            return Err(missing());
        }
        let (mut header, mut body) = (None, None);
        for child in root.children {
            let place = match &*child.name {
                "Header" => &mut header,
                "Body" => &mut body,
                _ => continue,
            };
            if place.replace(child).is_some() {
                return Err("an Envelope has one Header and one Body".to_owned());
            }
        }
        let mut operations = body.into_iter().flat_map(|body| body.children);
        let operation = operations.next().ok_or_else(missing)?;
        // What would not be performed must not look as if it had been.
        if operations.next().is_some() {
            return Err("a Body holds one operation".to_owned());
        }
        Ok(Self { operation, headers: Headers::of(header.unwrap_or_default()) })
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
        let Envelope { operation, headers } = Envelope::read(text).unwrap();
        assert_eq!(operation.name, "login");
        assert_eq!(operation.text_of("username"), "a&b@x.example");
        assert_eq!(operation.text_of("password"), "<p&w>");
        assert_eq!(operation.text_of("empty"), "");
        assert_eq!(headers.session_id.as_deref(), Some("00D!A.b"));
        assert_eq!(headers.client.as_deref(), Some("x"));
    }

    #[test]
    fn texts_that_are_no_envelope_are_refused() {
        let deep = "<a>".repeat(10_000);
        for text in [
            "",
            "login",
            "<Envelope/>",
            "<Envelope><Body/></Envelope>",
            "<Envelope><Body><login></Body></Envelope>",
            "<Envelope><Body><create/></Body><Body><delete/></Body></Envelope>",
            "<Envelope><Body><create/><delete/></Body></Envelope>",
            "<Envelope><Header/><Header/><Body><create/></Body></Envelope>",
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
                prop_assert!(!envelope.operation.name.is_empty());
            }
        }

        #[test]
        fn an_argument_reads_as_it_was_before_escaping(value in "[ -~\u{e9}\u{4e2d}]{1,24}", end in 0..400_usize) {
            let escaped = value.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&#34;");
            let text = format!("<Envelope><Body><login><password>{escaped}</password></login></Body></Envelope>");
            let envelope = Envelope::read(&text).unwrap();
            prop_assert_eq!(&envelope.operation.children[0].text, &value);
            if let Some(part) = text.get(..end.min(text.len() - 1)) {
                prop_assert!(Envelope::read(part).is_err(), "{} is no whole envelope", part);
            }
        }
    }
}
