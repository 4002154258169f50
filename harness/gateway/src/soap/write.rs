//! Writes SOAP answers: without blanks between elements and without prefixes inside the body, as clients read
//! them with regular expressions.

use mockorg_org::{Login, RecordId, UserInfo, Value};

const ENVELOPE: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8"?>"#,
    r#"<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/""#,
);
const INSTANCE: &str = r#" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance""#;

/// The two WSDLs through which clients log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wsdl {
    /// `u`.
    Partner,
    /// `c`.
    Enterprise,
}

impl Wsdl {
    const fn name(self) -> &'static str {
        match self {
            Self::Partner => "partner",
            Self::Enterprise => "enterprise",
        }
    }

    const fn letter(self) -> char {
        match self {
            Self::Partner => 'u',
            Self::Enterprise => 'c',
        }
    }
}

/// A fault: its code with or without prefix, what it is about, and the kind of its detail.
pub(super) struct Fault<'a> {
    pub(super) code: &'a str,
    pub(super) message: &'a str,
    pub(super) kind: &'a str,
    /// Whether `faultcode` has the prefix `sf:`.
    pub(super) prefixed: bool,
}

/// A fault of the platform.
pub(super) fn fault(wsdl: Wsdl, fault: &Fault<'_>) -> String {
    let Fault { code, kind, prefixed, .. } = fault;
    let message = escaped(fault.message);
    let (name, prefix) = (wsdl.name(), if *prefixed { "sf:" } else { "" });
    format!(
        "{ENVELOPE} xmlns:sf=\"urn:fault.{name}.soap.sforce.com\"{INSTANCE}><soapenv:Body><soapenv:Fault>\
         <faultcode>{prefix}{code}</faultcode><faultstring>{code}: {message}</faultstring><detail>\
         <sf:{kind} xsi:type=\"sf:{kind}\"><sf:exceptionCode>{code}</sf:exceptionCode>\
         <sf:exceptionMessage>{message}</sf:exceptionMessage></sf:{kind}></detail></soapenv:Fault></soapenv:Body>\
         </soapenv:Envelope>"
    )
}

/// A fault of the transport: the request is no SOAP call.
pub(super) fn client_fault(message: &str) -> String {
    format!(
        "{ENVELOPE}><soapenv:Body><soapenv:Fault><faultcode>soapenv:Client</faultcode><faultstring>{}</faultstring>\
         </soapenv:Fault></soapenv:Body></soapenv:Envelope>",
        escaped(message)
    )
}

/// The answer of `login`.
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
    answer(wsdl, "loginResponse", &format!("<result>{result}</result>"))
}

/// The answer of `getUserInfo`.
pub(super) fn get_user_info(wsdl: Wsdl, user: &UserInfo) -> String {
    let result = user_info(user, user.session_seconds_valid);
    answer(wsdl, "getUserInfoResponse", &format!("<result>{result}</result>"))
}

/// The answer of an operation.
pub(super) fn answer(wsdl: Wsdl, element: &str, content: &str) -> String {
    format!(
        "{ENVELOPE} xmlns=\"urn:{}.soap.sforce.com\"{INSTANCE}><soapenv:Body><{element}>{content}</{element}>\
         </soapenv:Body></soapenv:Envelope>",
        wsdl.name()
    )
}

fn user_info(user: &UserInfo, seconds: u32) -> String {
    let text = |name: &str| {
        let value = user.fields.iter().find(|(own, _)| **own == *name).map(|(_, value)| value);
        match value {
            Some(Value::Text(text)) => escaped(text),
            Some(Value::Id(id)) => id.to_string(),
            _ => String::new(),
        }
    };
    let element = |name: &str, value: &str| {
        if value.is_empty() {
            format!("<{name} xsi:nil=\"true\"/>")
        } else {
            format!("<{name}>{value}</{name}>")
        }
    };
    [
        element("accessibilityMode", "false"),
        element("chatterExternal", "false"),
        element("currencySymbol", "$"),
        element("orgAttachmentFileSizeLimit", "5242880"),
        element("orgDefaultCurrencyIsoCode", "USD"),
        element("orgDefaultCurrencyLocale", "en_US"),
        element("orgDisallowHtmlAttachments", "false"),
        element("orgHasPersonAccounts", "false"),
        element("organizationId", &id(user.organization_id)),
        element("organizationMultiCurrency", "false"),
        element("organizationName", &escaped(&user.organization_name)),
        element("profileId", &text("ProfileId")),
        element("roleId", &text("UserRoleId")),
        element("sessionSecondsValid", &seconds.to_string()),
        element("userDefaultCurrencyIsoCode", ""),
        element("userEmail", &text("Email")),
        element("userFullName", &text("Name")),
        element("userId", &id(user.user_id)),
        element("userLanguage", &text("LanguageLocaleKey")),
        element("userLocale", &text("LocaleSidKey")),
        element("userName", &text("Username")),
        element("userTimeZone", &text("TimeZoneSidKey")),
        element("userType", &text("UserType")),
        element("userUiSkin", "Theme3"),
    ]
    .concat()
}

fn id(id: RecordId) -> String {
    id.to_string()
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML 1.0 has no way to write these.
            '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' => out.push('\u{fffd}'),
            _ => out.push(char),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_fault_is_what_clients_look_for() {
        let fault = fault(
            Wsdl::Partner,
            &Fault { code: "INVALID_LOGIN", message: "a < b", kind: "LoginFault", prefixed: false },
        );
        assert!(fault.contains(
            "<faultcode>INVALID_LOGIN</faultcode><faultstring>INVALID_LOGIN: a &lt; b</faultstring>"
        ));
        assert!(fault.contains(
            "<sf:LoginFault xsi:type=\"sf:LoginFault\"><sf:exceptionCode>INVALID_LOGIN</sf:exceptionCode>"
        ));
        assert!(fault.contains("xmlns:sf=\"urn:fault.partner.soap.sforce.com\""));
    }
}
