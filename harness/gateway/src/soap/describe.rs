//! describeGlobal, describeSObject, describeSObjects: what REST answers, as XML.

use mockorg_org::{ApiError, Call, ErrorCode, FieldInput, Input, Reply};

use super::{
    records::unknown_object,
    request::{Request, within},
    text::{begin, element, end, nil, optional},
    wsdl::Wsdl,
};
use crate::{
    encode,
    json::{self, JsonForm, JsonWriter},
};

/// How many objects one call describes.
const MOST: usize = 100;

/// Members that REST alone has.
const REST_ONLY: &[&str] = &["urls", "listviewable", "lookupLayoutable", "sobjectDescribeOption"];

/// Members that are there without a value; others are left out then.
const NILLABLE: &[&str] = &["keyPrefix", "networkScopeFieldName"];

/// `describeGlobal`.
pub(super) fn global(request: &Request<'_>) -> Result<String, ApiError> {
    no_tooling(request)?;
    let Reply::DescribeGlobal(objects) = request.call(Call::DescribeGlobal)? else {
        return Err(ApiError::not_found());
    };
    let mut writer = JsonWriter::new(JsonForm::Compact);
    encode::describe_global(&mut writer, &objects, &request.catalog(), request.version)?;
    let mut text = String::new();
    push(&mut text, "result", &json::read(&writer.finish())?);
    Ok(text)
}

/// `describeSObject`.
pub(super) fn one(request: &Request<'_>) -> Result<String, ApiError> {
    describe(request, &[request.argument("sObjectType").into()])
}

/// `describeSObjects`.
pub(super) fn several(request: &Request<'_>) -> Result<String, ApiError> {
    let names = request.operation.texts("sObjectType");
    within(names.len(), MOST)?;
    describe(request, &names)
}

/// Describes of the Tooling WSDL have members of their own.
fn no_tooling(request: &Request<'_>) -> Result<(), ApiError> {
    match request.wsdl {
        Wsdl::Tooling => Err(request.exchange.not_modelled("describes of the Tooling API over SOAP")),
        Wsdl::Partner | Wsdl::Enterprise => Ok(()),
    }
}

fn describe(request: &Request<'_>, names: &[Box<str>]) -> Result<String, ApiError> {
    no_tooling(request)?;
    let catalog = request.catalog();
    let base_url = request.exchange.base_url();
    let calls = names.iter().map(|name| Call::Describe { object: name.clone() }).collect();
    let replies = request.perform(|caller| caller.together(calls, false))?;
    let mut text = String::new();
    for (reply, name) in replies.into_iter().zip(names) {
        let object = match reply {
            Ok(Reply::Describe(object)) => object,
            Err(error) if error.code != ErrorCode::NotFound => return Err(error),
            _ => return Err(unknown_object(name)),
        };
        let mut writer = JsonWriter::new(JsonForm::Compact);
        encode::describe(&mut writer, &object, &catalog, request.version, &base_url)?;
        push_described(&mut text, &json::read(&writer.finish())?);
    }
    Ok(text)
}

/// Appends an object, with the addresses of its pages at the end.
fn push_described(out: &mut String, described: &Input) {
    let Input::Object(members) = described else { return };
    begin(out, "result");
    push_members(out, members);
    let urls = members.iter().find(|member| &*member.name == "urls").map(|member| &member.value);
    for (name, member) in
        [("urlDetail", "uiDetailTemplate"), ("urlEdit", "uiEditTemplate"), ("urlNew", "uiNewRecord")]
    {
        let url = match urls {
            Some(Input::Object(urls)) => urls.iter().find(|url| &*url.name == member).map(|url| &url.value),
            _ => None,
        };
        match url {
            Some(Input::Text(url)) => element(out, name, url),
            _ => nil(out, name),
        }
    }
    end(out, "result");
}

fn push_members(out: &mut String, members: &[FieldInput]) {
    let mut later: Option<&FieldInput> = None;
    for member in members {
        match &*member.name {
            name if REST_ONLY.contains(&name) => {}
            // The one pair of members whose order the WSDL has otherwise.
            "searchLayoutable" => later = Some(member),
            "searchable" => {
                push(out, &member.name, &member.value);
                if let Some(later) = later.take() {
                    push(out, &later.name, &later.value);
                }
            }
            "defaultValue" => push_default(out, &member.value),
            name => push(out, name, &member.value),
        }
    }
}

/// Appends a default value, which may be of any type and says which.
fn push_default(out: &mut String, value: &Input) {
    let kind = match value {
        Input::Bool(_) => "xsd:boolean",
        Input::Number(_) => "xsd:double",
        Input::Text(_) => "xsd:string",
        _ => return,
    };
    out.push_str("<defaultValue xsi:type=\"");
    out.push_str(kind);
    out.push_str("\">");
    push_text(out, value);
    end(out, "defaultValue");
}

/// Appends a value under a name: lists as repeated elements.
pub(super) fn push(out: &mut String, name: &str, value: &Input) {
    match value {
        Input::Array(items) => items.iter().for_each(|item| push(out, name, item)),
        Input::Object(members) => {
            begin(out, name);
            push_members(out, members);
            end(out, name);
        }
        Input::Null | Input::Blob(_) => {
            if NILLABLE.contains(&name) {
                optional(out, name, None);
            }
        }
        Input::Bool(_) | Input::Number(_) | Input::Text(_) => {
            begin(out, name);
            push_text(out, value);
            end(out, name);
        }
    }
}

fn push_text(out: &mut String, value: &Input) {
    match value {
        Input::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Input::Number(text) | Input::Text(text) => super::text::push_escaped(out, text),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_repeat_and_what_is_not_there_is_left_out() {
        let json = br#"{"a":[{"b":null,"keyPrefix":null,"defaultValue":false},{"b":"<"}],"searchLayoutable":true,"searchable":false,"urls":{"uiDetailTemplate":"http://h/{ID}"}}"#;
        let mut text = String::new();
        push_described(&mut text, &json::read(json).unwrap());
        assert_eq!(
            text,
            "<result><a><keyPrefix xsi:nil=\"true\"/><defaultValue xsi:type=\"xsd:boolean\">false</defaultValue></a>\
             <a><b>&lt;</b></a><searchable>false</searchable><searchLayoutable>true</searchLayoutable>\
             <urlDetail>http://h/{ID}</urlDetail><urlEdit xsi:nil=\"true\"/><urlNew xsi:nil=\"true\"/></result>"
        );
    }
}
