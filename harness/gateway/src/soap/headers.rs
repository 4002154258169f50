//! What the header of a SOAP call asks for: what is honoured, what is without effect here, what is refused.

use super::element::Element;

/// Headers that change nothing of what the org models, each with the reason.
const WITHOUT_EFFECT: &[(&str, &str)] = &[
    ("AssignmentRuleHeader", "the org has no assignment rules"),
    ("DebuggingHeader", "the org runs no Apex whose log could be told"),
    ("DisableFeedTrackingHeader", "the org has no feeds"),
    ("EmailHeader", "the org sends no mail"),
    ("LimitInfoHeader", "it is a header of answers"),
    ("LoginScopeHeader", "user names are unique in the one org that is served"),
    ("MruHeader", "records count as recently used in every call"),
    ("PackageVersionHeader", "the org has no managed packages"),
    ("StreamingEnabledHeader", "whole answers are sent"),
    ("UserTerritoryDeleteHeader", "the org has no territories"),
];

/// What headers say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Headers {
    /// `SessionHeader/sessionId`.
    pub(crate) session_id: Option<Box<str>>,
    /// `CallOptions/client`.
    pub(crate) client: Option<Box<str>>,
    /// `QueryOptions/batchSize`, in the range that the platform serves.
    pub(crate) batch_size: Option<u32>,
    /// `AllOrNoneHeader/allOrNone`.
    pub(crate) all_or_none: bool,
    /// `AllowFieldTruncationHeader/allowFieldTruncation`.
    pub(crate) allow_truncation: bool,
    /// `DuplicateRuleHeader/allowSave`.
    pub(crate) allow_duplicates: bool,
    /// What is not modelled of what they ask for, by name.
    pub(crate) unmodelled: Option<String>,
    /// A header that must be understood and is not.
    pub(crate) misunderstood: Option<String>,
}

impl Headers {
    /// What the elements of the header say.
    pub(crate) fn of(header: Element) -> Self {
        let mut headers = Self::default();
        for element in header.children {
            headers.take(&element);
        }
        headers
    }

    fn take(&mut self, element: &Element) {
        let unmodelled = match &*element.name {
            "SessionHeader" => {
                self.session_id = element.given("sessionId").map(Into::into);
                None
            }
            "CallOptions" => {
                // The other option, a default namespace, is one of managed packages, of which there are none.
                self.client = element.given("client").map(Into::into);
                None
            }
            "QueryOptions" => {
                let size: Option<u32> = element.text_of("batchSize").parse().ok();
                self.batch_size = size.map(|size| size.clamp(200, 2000));
                None
            }
            "AllOrNoneHeader" => {
                self.all_or_none = element.is_true("allOrNone");
                None
            }
            "AllowFieldTruncationHeader" => {
                self.allow_truncation = element.is_true("allowFieldTruncation");
                None
            }
            "DuplicateRuleHeader" => {
                self.allow_duplicates = element.is_true("allowSave");
                None
            }
            "OwnerChangeOptions" => element
                .all("options")
                .any(|option| option.is_true("execute"))
                .then(|| "the SOAP header OwnerChangeOptions".to_owned()),
            "LocaleOptions" => element
                .given("language")
                .filter(|language| !language.starts_with("en"))
                .map(|language| format!("labels in the language {language}")),
            name if WITHOUT_EFFECT.iter().any(|(known, _)| *known == name) => None,
            name => {
                // SOAP lets a receiver leave out what it need not understand.
                if element.must_understand {
                    self.misunderstood = Some(name.to_owned());
                }
                None
            }
        };
        if self.unmodelled.is_none() {
            self.unmodelled = unmodelled;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(text: &str) -> Headers {
        Headers::of(Element::read(&format!("<Header>{text}</Header>")).unwrap())
    }

    #[test]
    fn what_the_org_models_is_honoured_and_page_sizes_are_brought_into_range() {
        let read = headers(
            "<QueryOptions><batchSize>7</batchSize></QueryOptions><AllOrNoneHeader><allOrNone>true</allOrNone></AllOrNoneHeader>\
             <AllowFieldTruncationHeader><allowFieldTruncation>1</allowFieldTruncation></AllowFieldTruncationHeader>",
        );
        assert_eq!((read.batch_size, read.all_or_none, read.allow_truncation), (Some(200), true, true));
    }

    #[test]
    fn headers_without_effect_are_taken_and_others_are_refused_by_name() {
        for (name, _) in WITHOUT_EFFECT {
            assert_eq!(headers(&format!("<{name}><x>true</x></{name}>")), Headers::default());
        }
        let owner = "<OwnerChangeOptions><options><type>TransferOpenActivities</type><execute>true</execute></options></OwnerChangeOptions>";
        assert_eq!(headers(owner).unmodelled.as_deref(), Some("the SOAP header OwnerChangeOptions"));
        let german = "<LocaleOptions><language>de</language></LocaleOptions>";
        assert_eq!(headers(german).unmodelled.as_deref(), Some("labels in the language de"));
        assert!(headers("<Security/>").misunderstood.is_none());
        assert!(headers("<Security mustUnderstand='1'/>").misunderstood.is_some());
    }
}
