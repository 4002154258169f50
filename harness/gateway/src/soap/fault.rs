//! Faults: which kind of detail an error has, and where in a query it lies.

use mockorg_org::{ApiError, ErrorCode};

use super::{text::escaped, wsdl::Wsdl};

const ENVELOPE: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8"?>"#,
    r#"<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/""#,
);

/// A fault in the words of the platform; `login` is whether login itself was refused.
pub(crate) fn fault(wsdl: Wsdl, error: &ApiError, login: bool) -> String {
    let code = error.code.as_str();
    let message = match error.code {
        // REST words the loss of a session otherwise.
        ErrorCode::InvalidSessionId => "Invalid Session ID found in SessionHeader: Illegal Session",
        _ => error.message.as_deref().unwrap_or_default(),
    };
    let kind = if login { "LoginFault" } else { kind(error.code) };
    let place = if is_about_query(kind) {
        let (row, column) = place(message);
        format!("<sf:row>{row}</sf:row><sf:column>{column}</sf:column>")
    } else {
        String::new()
    };
    let (message, name) = (escaped(message), wsdl.name());
    let prefix = if error.code == ErrorCode::InvalidLogin { "" } else { "sf:" };
    format!(
        "{ENVELOPE} xmlns:sf=\"urn:fault.{name}.soap.sforce.com\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
         <soapenv:Body><soapenv:Fault><faultcode>{prefix}{code}</faultcode><faultstring>{code}: {message}</faultstring>\
         <detail><sf:{kind} xsi:type=\"sf:{kind}\"><sf:exceptionCode>{code}</sf:exceptionCode>\
         <sf:exceptionMessage>{message}</sf:exceptionMessage>{place}</sf:{kind}></detail></soapenv:Fault></soapenv:Body>\
         </soapenv:Envelope>"
    )
}

/// The fault of a call that nothing more is known of than its address.
pub(crate) fn unexpected(path: &str, error: &ApiError) -> String {
    fault(Wsdl::of(path), error, false)
}

/// A fault of the transport: the request is no call of the WSDL.
pub(crate) fn client_fault(code: &str, message: &str) -> String {
    format!(
        "{ENVELOPE}><soapenv:Body><soapenv:Fault><faultcode>soapenv:{code}</faultcode><faultstring>{}</faultstring>\
         </soapenv:Fault></soapenv:Body></soapenv:Envelope>",
        escaped(message)
    )
}

/// The kind of detail that an error has.
const fn kind(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::InvalidField => "InvalidFieldFault",
        ErrorCode::InvalidType => "InvalidSObjectFault",
        ErrorCode::MalformedQuery => "MalformedQueryFault",
        ErrorCode::MalformedSearch => "MalformedSearchFault",
        ErrorCode::InvalidQueryLocator => "InvalidQueryLocatorFault",
        ErrorCode::MalformedId | ErrorCode::InvalidIdField | ErrorCode::InvalidCrossReferenceKey => {
            "InvalidIdFault"
        }
        ErrorCode::InvalidNewPassword => "InvalidNewPasswordFault",
        _ => "UnexpectedErrorFault",
    }
}

fn is_about_query(kind: &str) -> bool {
    matches!(
        kind,
        "InvalidFieldFault" | "InvalidSObjectFault" | "MalformedQueryFault" | "MalformedSearchFault"
    )
}

/// The row and column that a message names; -1 without any.
fn place(message: &str) -> (i32, i32) {
    let read = || {
        let (_, rest) = message.split_once("ERROR at Row:")?;
        let (row, rest) = rest.split_once(":Column:")?;
        let column = rest.split(|c: char| !c.is_ascii_digit()).next()?;
        Some((row.parse().ok()?, column.parse().ok()?))
    };
    read().unwrap_or((-1, -1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_fault_is_what_clients_look_for() {
        let error = ApiError::exception(ErrorCode::InvalidLogin, "a < b");
        let fault = fault(Wsdl::Partner, &error, true);
        assert!(fault.contains(
            "<faultcode>INVALID_LOGIN</faultcode><faultstring>INVALID_LOGIN: a &lt; b</faultstring>"
        ));
        assert!(fault.contains(
            "<sf:LoginFault xsi:type=\"sf:LoginFault\"><sf:exceptionCode>INVALID_LOGIN</sf:exceptionCode>"
        ));
        assert!(fault.contains("xmlns:sf=\"urn:fault.partner.soap.sforce.com\""));
    }

    #[test]
    fn faults_of_queries_say_where_they_lie() {
        let message =
            "\nSELECT Id FRM Account\n          ^\nERROR at Row:1:Column:11\nunexpected token: 'FRM'";
        let error = ApiError::exception(ErrorCode::MalformedQuery, message);
        let text = fault(Wsdl::Enterprise, &error, false);
        assert!(text.contains("<sf:MalformedQueryFault xsi:type=\"sf:MalformedQueryFault\">"), "{text}");
        assert!(text.contains("<sf:row>1</sf:row><sf:column>11</sf:column>"), "{text}");
        let nowhere = ApiError::exception(ErrorCode::InvalidField, "No such column");
        assert!(
            fault(Wsdl::Partner, &nowhere, false).contains("<sf:row>-1</sf:row><sf:column>-1</sf:column>")
        );
    }

    #[test]
    fn clients_find_a_lost_session_by_its_prefixed_code() {
        let text = fault(Wsdl::Partner, &ApiError::invalid_session(), false);
        assert!(text.contains("<faultcode>sf:INVALID_SESSION_ID</faultcode>"));
        assert!(!text.contains("sf:row"));
    }
}
