//! The Metadata API over SOAP: one operation per request.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hyper::header::ALLOW;
use mockorg_org::{
    ApiError, Call, ErrorCode, Reply,
    redefine::{Component, DeployRequest, MetadataCall, MetadataReply, SaveVerb},
};

use super::{
    answer,
    archive::{self, Options},
    value_type,
    xml::{self, Node},
};
use crate::{
    answer::{Answer, HTML, XML},
    exchange::{Exchange, Failure},
    rest::unexpected,
};

/// `GET`: a web page that says what SOAP needs.
pub(crate) fn only_post(_: &Exchange<'_>) -> Result<Answer, Failure> {
    let page = "<html><head><title>Error 405 Only POST allowed</title></head><body><h2>HTTP ERROR 405</h2><p>Only POST allowed</p></body></html>";
    Ok(Answer::new(405, HTML, page).with(ALLOW, "POST"))
}

/// `POST`: one operation.
pub(crate) fn call(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    if exchange.header("soapaction").is_none() {
        return Ok(refused(answer::client_fault("SOAPAction HTTP header missing")));
    }
    let body = exchange.body()?;
    let request = match std::str::from_utf8(&body).map_err(|error| error.to_string()).and_then(Request::read)
    {
        Ok(request) => request,
        Err(error) => return Ok(refused(answer::client_fault(&error))),
    };
    Ok(match run(exchange, &request) {
        Ok(text) => Answer::new(200, XML, answer::envelope(&request.operation.name, &text)),
        Err(error) => refused(answer::fault(&error)),
    })
}

fn refused(text: String) -> Answer {
    Answer::new(500, XML, text)
}

/// What an envelope says.
struct Request {
    session: Option<Box<str>>,
    all_or_none: bool,
    operation: Node,
}

impl Request {
    fn read(text: &str) -> Result<Self, String> {
        let mut root = xml::read(text)?;
        let missing = || "no Envelope with a Body and an operation".to_owned();
        if root.name != "Envelope" {
            return Err(missing());
        }
        let header = |name: &str, value: &str| {
            root.child("Header").and_then(|header| header.child(name)).map(|own| own.value(value).to_owned())
        };
        let session = header("SessionHeader", "sessionId").map(String::into_boxed_str);
        let all_or_none = header("AllOrNoneHeader", "allOrNone").is_some_and(|text| is_true(&text));
        let body = root.children.iter_mut().find(|child| child.name == "Body").ok_or_else(missing)?;
        let operation = std::mem::take(&mut body.children).into_iter().next().ok_or_else(missing)?;
        Ok(Self { session, all_or_none, operation })
    }
}

/// Whether a flag is set. A library in wide use writes flags as Python does: `True`.
fn is_true(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text == "1"
}

fn run(exchange: &Exchange<'_>, request: &Request) -> Result<String, ApiError> {
    let version = exchange.param("version");
    if version.parse::<mockorg_org::ApiVersion>().is_err() {
        let message = "Invalid Api version specified on URL";
        return Err(ApiError::exception(ErrorCode::UnsupportedApiVersion, message));
    }
    let node = &request.operation;
    let names = |name: &'static str| node.all(name).map(|own| Box::from(own.text.trim())).collect::<Vec<_>>();
    let id = || Box::from(node.value("asyncProcessId"));
    let all_or_none = request.all_or_none;
    let save = |verb| MetadataCall::Save { verb, components: components(node), all_or_none };
    let call = match &*node.name {
        "describeMetadata" | "describeValueType" => MetadataCall::Authorize,
        "listMetadata" => {
            let kinds = node.all("queries").map(|query| Box::from(query.value("type"))).collect();
            MetadataCall::List { kinds }
        }
        "readMetadata" => {
            MetadataCall::Read { kind: node.value("type").into(), full_names: names("fullNames") }
        }
        "createMetadata" => save(SaveVerb::Create),
        "updateMetadata" => save(SaveVerb::Update),
        "upsertMetadata" => save(SaveVerb::Upsert),
        "deleteMetadata" => MetadataCall::Delete {
            kind: node.value("type").into(),
            full_names: names("fullNames"),
            all_or_none,
        },
        "deploy" => MetadataCall::Deploy(Box::new(deployment(exchange, node)?)),
        "checkDeployStatus" => MetadataCall::DeployStatus { id: id() },
        "cancelDeploy" => MetadataCall::CancelDeploy { id: only_text(node) },
        "retrieve" => MetadataCall::Retrieve { types: package(exchange, node)? },
        "checkRetrieveStatus" => MetadataCall::RetrieveStatus { id: id() },
        operation => return Err(exchange.not_modelled(&format!("the Metadata API call {operation}"))),
    };
    let reply = exchange.call_as(request.session.clone(), Call::Metadata(Box::new(call)))?;
    let Reply::Metadata(reply) = reply else { return Err(unexpected().error) };
    Ok(match reply {
        MetadataReply::Allowed if node.name == "describeValueType" => {
            value_type::described(exchange, node.value("type"))?
        }
        MetadataReply::Allowed => answer::describe(),
        MetadataReply::Listed(components) => answer::listed(&components),
        MetadataReply::Read(components) => answer::read(&components),
        MetadataReply::Saved(saved) => answer::saved(&saved, node.name == "upsertMetadata"),
        MetadataReply::Deploy(state) => match &*node.name {
            "deploy" => answer::accepted(state.id, state.status.is_done()),
            "cancelDeploy" => answer::canceled(&state),
            _ => answer::deployed(&state, is_true(node.value("includeDetails"))),
        },
        MetadataReply::Retrieve(state) if node.name == "retrieve" => {
            answer::accepted(state.id, state.status.is_done())
        }
        MetadataReply::Retrieve(state) => {
            answer::retrieval(&state, &version, node.value("includeZip") != "false")
        }
    })
}

/// The text of the one argument, which clients name in ways of their own.
fn only_text(node: &Node) -> Box<str> {
    node.children.first().map_or("", |child| child.text.trim()).into()
}

/// The components that an operation saves; their type is that of the attribute.
fn components(node: &Node) -> Vec<Component> {
    let own = node.children.iter().filter(|child| child.name == "metadata");
    own.map(|child| Component {
        kind: child.kind.as_deref().unwrap_or_default().into(),
        full_name: child.value("fullName").into(),
        values: child.values().into_iter().filter(|value| &*value.name != "fullName").collect(),
    })
    .collect()
}

fn deployment(exchange: &Exchange<'_>, node: &Node) -> Result<DeployRequest, ApiError> {
    let invalid = |message: String| ApiError::exception(ErrorCode::UnknownException, message);
    let text: String = node.value("ZipFile").split_whitespace().collect();
    let archive =
        STANDARD.decode(text).map_err(|error| invalid(format!("the zip file is not in Base64: {error}")))?;
    let options = node.child("DeployOptions");
    let option = |name: &str| options.is_some_and(|options| is_true(options.value(name)));
    if options.is_some_and(|options| options.all("runTests").next().is_some()) {
        return Err(exchange.not_modelled("tests that a deployment runs"));
    }
    let options = Options {
        allow_missing_files: option("allowMissingFiles"),
        check_only: option("checkOnly"),
        rollback_on_error: option("rollbackOnError"),
        ignore_warnings: option("ignoreWarnings"),
    };
    archive::deployment(&archive, options).map_err(invalid)
}

type Types = Vec<(Box<str>, Vec<Box<str>>)>;

fn package(exchange: &Exchange<'_>, node: &Node) -> Result<Types, ApiError> {
    // Clients name the one argument in ways of their own.
    let request = node.children.first().unwrap_or(node);
    if request.child("packageNames").is_some_and(|names| !names.text.trim().is_empty()) {
        return Err(exchange.not_modelled("the retrieval of packages by name"));
    }
    let Some(package) = request.child("unpackaged") else { return Ok(Vec::new()) };
    let types = package.all("types").map(|own| {
        let members = own.all("members").map(|member| Box::from(member.text.trim())).collect();
        (Box::from(own.value("name")), members)
    });
    Ok(types.collect())
}
