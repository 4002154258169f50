//! Whole SOAP answers: without blanks between elements and without prefixes inside the body, as clients read
//! them with regular expressions.

use mockorg_org::Login;

use super::{text::escaped, user_info::user_info, wsdl::Wsdl};

const ENVELOPE: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8"?>"#,
    r#"<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/""#,
);

/// The result of `login`.
pub(super) fn login(wsdl: Wsdl, login: &Login, base_url: &str, version: &str) -> String {
    let user = &login.user;
    let organization = user.organization_id.as_15();
    let base_url = escaped(base_url);
    let result = format!(
        "<metadataServerUrl>{base_url}/services/Soap/m/{version}/{organization}</metadataServerUrl>\
         <passwordExpired>false</passwordExpired><sandbox>{}</sandbox>\
         <serverUrl>{base_url}/services/Soap/{}/{version}/{organization}</serverUrl>\
         <sessionId>{}</sessionId><userId>{}</userId><userInfo>{}</userInfo>",
        user.sandbox,
        wsdl.letter(),
        escaped(&login.session_id),
        user.user_id,
        user_info(user, login.session_seconds_valid),
    );
    format!("<result>{result}</result>")
}

/// The answer of an operation. `usage` is what is told of the API requests that are used and allowed.
pub(super) fn answer(wsdl: Wsdl, operation: &str, content: &str, usage: Option<(u64, u64)>) -> String {
    let name = wsdl.name();
    let records = if content.contains("sf:") || content.contains("\"xsd:") {
        format!(
            " xmlns:sf=\"urn:sobject.{name}.soap.sforce.com\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\""
        )
    } else {
        String::new()
    };
    let header = usage.map_or_else(String::new, |(current, limit)| {
        format!(
            "<soapenv:Header><LimitInfoHeader><limitInfo><current>{current}</current><limit>{limit}</limit>\
             <type>API REQUESTS</type></limitInfo></LimitInfoHeader></soapenv:Header>"
        )
    });
    format!(
        "{ENVELOPE} xmlns=\"urn:{name}.soap.sforce.com\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"{records}>\
         {header}<soapenv:Body><{operation}Response>{content}</{operation}Response></soapenv:Body></soapenv:Envelope>"
    )
}
