//! describeTabs and describeLayout: what REST resources answer, as XML.

use hyper::{
    Request as HttpRequest,
    header::{AUTHORIZATION, HOST},
};
use mockorg_org::{ApiError, ErrorCode, Input};

use super::{
    describe::push,
    records::unknown_object,
    request::Request,
    text::{element, nil},
};
use crate::json;

/// `describeTabs`: the org has one app, with every tab.
pub(super) fn tabs(request: &Request<'_>) -> Result<String, ApiError> {
    let tabs = read(request, "/tabs")?;
    let mut text = String::from("<result>");
    element(&mut text, "label", "All Tabs");
    element(&mut text, "logoUrl", &format!("{}/img/seasonLogos/logo.png", request.exchange.base_url()));
    nil(&mut text, "namespace");
    element(&mut text, "selected", "true");
    push(&mut text, "tabs", &tabs);
    text.push_str("</result>");
    Ok(text)
}

/// `describeLayout`.
pub(super) fn layout(request: &Request<'_>) -> Result<String, ApiError> {
    for (member, what) in [("layoutName", "named layouts"), ("recordTypeIds", "layouts of record types")] {
        if request.operation.given(member).is_some() {
            return Err(request.exchange.not_modelled(&format!("{what} of the SOAP call describeLayout")));
        }
    }
    let name = request.argument("sObjectType");
    let catalog = request.catalog();
    let object = catalog.find(name, request.version).ok_or_else(|| unknown_object(name))?;
    let layouts = read(request, &format!("/sobjects/{}/describe/layouts", object.name))?;
    let mut text = String::new();
    push(&mut text, "result", &layouts);
    Ok(text)
}

/// What a REST resource answers in the session of the call.
fn read(request: &Request<'_>, path: &str) -> Result<Input, ApiError> {
    let uri = format!("/services/data/v{}{path}", request.version);
    let token = request.headers.session_id.as_deref().unwrap_or_default();
    let host = request.exchange.header("host").unwrap_or_default();
    let inner = HttpRequest::builder()
        .uri(uri)
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .header(HOST, host)
        .body(())
        .map_err(|_| ApiError::invalid_session())?;
    let (mut parts, ()) = inner.into_parts();
    parts.extensions = request.exchange.parts.extensions.clone();
    let gateway = request.exchange.gateway;
    let answer = request.perform(|caller| Ok(caller.answer(gateway, &parts)))?;
    let body = json::read(&answer.body)?;
    if answer.status == 200 { Ok(body) } else { Err(refusal(&body)) }
}

/// The error that a REST answer tells.
fn refusal(body: &Input) -> ApiError {
    let members = match body {
        Input::Array(errors) => match errors.first() {
            Some(Input::Object(members)) => members.as_slice(),
            _ => &[],
        },
        _ => &[],
    };
    let text =
        |name: &str| match members.iter().find(|member| &*member.name == name).map(|member| &member.value) {
            Some(Input::Text(text)) => &**text,
            _ => "",
        };
    let code = ErrorCode::ALL.iter().find(|code| code.as_str() == text("errorCode"));
    ApiError::exception(code.copied().unwrap_or(ErrorCode::UnknownException), text("message"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_resource_is_told_with_its_own_code_and_words() {
        let body = json::read(br#"[{"errorCode":"INVALID_SESSION_ID","message":"no"}]"#).unwrap();
        assert_eq!(refusal(&body).to_string(), "INVALID_SESSION_ID: no");
        assert_eq!(refusal(&Input::Null).code, ErrorCode::UnknownException);
    }
}
