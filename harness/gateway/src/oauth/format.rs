//! The forms in which the token endpoint answers.

use mockorg_org::Input;

use super::request::Parameters;
use crate::{
    answer::{APPLICATION_XML, Answer, FORM},
    exchange::Exchange,
    form, json,
};

/// The form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Form,
    Xml,
}

impl Format {
    /// The form that a client asks for: by a parameter, or else by its header.
    pub(super) fn of(exchange: &Exchange<'_>, parameters: &Parameters<'_>) -> Self {
        match parameters.get("format").as_deref() {
            Some("xml") => Self::Xml,
            Some("urlencoded") => Self::Form,
            Some(_) => Self::Json,
            None => match exchange.header("accept").unwrap_or_default().trim() {
                "application/xml" => Self::Xml,
                "application/x-www-form-urlencoded" => Self::Form,
                _ => Self::Json,
            },
        }
    }

    /// An answer in JSON in this form.
    pub(super) fn print(self, answer: Answer) -> Answer {
        if self == Self::Json {
            return answer;
        }
        // Token answers are flat objects of texts and numbers.
        let members = json::record_body(&answer.body).unwrap_or_default();
        let pairs = members.iter().filter_map(|member| match &member.value {
            Input::Text(text) | Input::Number(text) => Some((&*member.name, &**text)),
            _ => None,
        });
        if self == Self::Form {
            let pairs: Vec<String> = pairs.map(|(name, text)| form::pair(name, text)).collect();
            return Answer::new(answer.status, FORM, pairs.join("&"));
        }
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?><OAuth>");
        for (name, text) in pairs {
            xml.extend(["<", name, ">", &quick_xml::escape::escape(text), "</", name, ">"]);
        }
        xml.push_str("</OAuth>");
        Answer::new(answer.status, APPLICATION_XML, xml)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_answer_has_three_forms() {
        let answer =
            || Answer::json(400, br#"{"error":"invalid_grant","error_description":"a<b & c"}"#.to_vec());
        let text = |format: Format| String::from_utf8(format.print(answer()).body.to_vec()).unwrap();
        assert_eq!(text(Format::Form), "error=invalid_grant&error_description=a%3Cb+%26+c");
        assert_eq!(
            text(Format::Xml),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><OAuth><error>invalid_grant</error><error_description>a&lt;b &amp; c</error_description></OAuth>"
        );
    }
}
