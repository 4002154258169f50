//! Deployments over REST: accepted, looked at and stopped.

use mockorg_org::{
    ApiError, Call, ErrorCode, FieldInput, Input, RecordId, Reply, Timestamp,
    redefine::{DeployState, DeployedComponent, MetadataCall, MetadataReply},
};

use super::archive::{self, Options};
use crate::{
    answer::Answer,
    exchange::{Exchange, Failure},
    json::{self, JsonWriter},
    rest::{form_parts, unexpected},
};

/// The options that change nothing here: there are no tests to run, no Recycle Bin of metadata and no packages.
const WITHOUT_EFFECT: &[&str] =
    &["autoUpdatePackage", "performRetrieve", "purgeOnDelete", "singlePackage", "testLevel"];

/// `POST /metadata/deployRequest`: a form with the options in JSON and the zip archive.
pub(crate) fn deploy(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let content_type = exchange.header("content-type").unwrap_or_default();
    let body = exchange.body()?;
    if !content_type.to_ascii_lowercase().starts_with("multipart/form-data") {
        return Err(exchange.not_modelled("the deployment of components that were validated before").into());
    }
    let parts = form_parts(&body, content_type)?;
    let content = |name: &str| parts.iter().find(|part| part.name == name).map(|part| part.content);
    let missing = |name: &str| invalid(format!("The form has no part named {name}"));
    let options = options(exchange, content("entity_content").ok_or_else(|| missing("entity_content"))?)?;
    let archive = content("file").ok_or_else(|| missing("file"))?;
    let request = archive::deployment(archive, options).map_err(invalid)?;
    let state = ask(exchange, MetadataCall::Deploy(Box::new(request)))?;
    Ok(written(exchange, 201, &state, true))
}

/// `GET /metadata/deployRequest/<id>`.
pub(crate) fn status(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let details = exchange.argument("includeDetails").is_some_and(|text| text.eq_ignore_ascii_case("true"));
    let state = ask(exchange, MetadataCall::DeployStatus { id: exchange.param("id").into() })?;
    Ok(written(exchange, 200, &state, details))
}

/// `PATCH /metadata/deployRequest/<id>`: stops a deployment.
pub(crate) fn cancel(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let body = json::record_body(&exchange.body()?)?;
    let wanted = body.iter().find(|member| &*member.name == "deployResult").map(|member| &member.value);
    let canceling = match wanted {
        Some(Input::Object(members)) => members
            .iter()
            .any(|member| &*member.name == "status" && member.value == Input::Text("Canceling".into())),
        _ => false,
    };
    if !canceling {
        return Err(invalid("deployResult.status must be Canceling".to_owned()).into());
    }
    let state = ask(exchange, MetadataCall::CancelDeploy { id: exchange.param("id").into() })?;
    Ok(written(exchange, 202, &state, true))
}

fn invalid(message: String) -> ApiError {
    ApiError::exception(ErrorCode::InvalidInput, message)
}

fn ask(exchange: &Exchange<'_>, call: MetadataCall) -> Result<DeployState, Failure> {
    match exchange.call(Call::Metadata(Box::new(call))) {
        Ok(Reply::Metadata(MetadataReply::Deploy(state))) => Ok(*state),
        Ok(_) => Err(unexpected()),
        // A resource that is not there; over SOAP it is a reference that leads nowhere.
        Err(error) if error.code == ErrorCode::InvalidCrossReferenceKey => Err(ApiError::not_found().into()),
        Err(error) => Err(error.into()),
    }
}

/// What `deployOptions` say.
fn options(exchange: &Exchange<'_>, text: &[u8]) -> Result<Options, ApiError> {
    let body = json::record_body(text)?;
    let mut options = Options::default();
    let Some(members) = body.iter().find(|member| &*member.name == "deployOptions") else {
        return Err(invalid("The part entity_content has no deployOptions".to_owned()));
    };
    let Input::Object(members) = &members.value else {
        return Err(invalid("deployOptions must be an object".to_owned()));
    };
    for FieldInput { name, value, .. } in members {
        let place = match &**name {
            "allowMissingFiles" => &mut options.allow_missing_files,
            "checkOnly" => &mut options.check_only,
            "rollbackOnError" => &mut options.rollback_on_error,
            "ignoreWarnings" => &mut options.ignore_warnings,
            "runTests" if matches!(value, Input::Null) || *value == Input::Array(Vec::new()) => continue,
            "runTests" => return Err(exchange.not_modelled("tests that a deployment runs")),
            name if WITHOUT_EFFECT.contains(&name) => continue,
            name => return Err(invalid(format!("deployOptions has no member named {name}"))),
        };
        match value {
            Input::Bool(flag) => *place = *flag,
            Input::Null => {}
            _ => return Err(invalid(format!("deployOptions.{name} must be true or false"))),
        }
    }
    Ok(options)
}

fn written(exchange: &Exchange<'_>, status: u16, state: &DeployState, details: bool) -> Answer {
    let mut writer = exchange.writer();
    let version = exchange.version.to_string();
    let base = exchange.base_url();
    let id = state.id.to_string();
    writer.begin_object().key("id").string(&id);
    writer.key("validatedDeployRequestId").null();
    let url = format!("{base}/services/data/v{version}/metadata/deployRequest/{id}");
    writer.key("url").string(&if details { format!("{url}?includeDetails=true") } else { url });
    writer.key("deployOptions").begin_object();
    writer.key("checkOnly").bool(state.check_only);
    writer.key("ignoreWarnings").bool(state.ignore_warnings);
    writer.key("rollbackOnError").bool(state.rollback_on_error).end_object();
    writer.key("deployResult");
    result(&mut writer, state, details);
    writer.end_object();
    Answer::json(status, writer.finish())
}

fn result(writer: &mut JsonWriter, state: &DeployState, details: bool) {
    let failures = state.results.iter().filter(|own| own.problem.is_some());
    let successes = state.results.iter().filter(|own| own.problem.is_none());
    writer.begin_object().key("checkOnly").bool(state.check_only);
    time(writer, "completedDate", state.completed);
    writer.key("createdBy").string(&state.user.to_string()).key("createdByName").string(&state.user_name);
    time(writer, "createdDate", Some(state.created));
    writer.key("details");
    if details {
        writer.begin_object().key("componentFailures").begin_array();
        failures.clone().for_each(|own| message(writer, own, state));
        writer.end_array().key("componentSuccesses").begin_array();
        successes.clone().for_each(|own| message(writer, own, state));
        writer.end_array().key("retrieveResult").null();
        writer.key("runTestResult").begin_object().key("numFailures").int(0).key("numTestsRun").int(0);
        writer.key("totalTime").int(0).end_object().end_object();
    } else {
        writer.null();
    }
    writer.key("done").bool(state.status.is_done()).key("id").string(&state.id.to_string());
    writer.key("ignoreWarnings").bool(state.ignore_warnings);
    time(writer, "lastModifiedDate", state.completed.or(state.started).or(Some(state.created)));
    let count = |count: usize| i128::try_from(count).unwrap_or(i128::MAX);
    writer.key("numberComponentErrors").int(count(failures.count()));
    writer.key("numberComponentsDeployed").int(count(state.deployed()));
    writer.key("numberComponentsTotal").int(count(state.total));
    for name in ["numberTestErrors", "numberTestsCompleted", "numberTestsTotal"] {
        writer.key(name).int(0);
    }
    writer.key("rollbackOnError").bool(state.rollback_on_error).key("runTestsEnabled").bool(false);
    time(writer, "startDate", state.started);
    writer.key("status").string(state.status.as_str());
    writer.key("success").bool(state.status.is_success()).end_object();
}

fn message(writer: &mut JsonWriter, own: &DeployedComponent, state: &DeployState) {
    let problem = own.problem.as_ref();
    writer.begin_object().key("changed").bool(own.changed).key("componentType").string(&own.kind);
    writer.key("created").bool(own.created);
    time(writer, "createdDate", state.completed);
    writer.key("deleted").bool(own.deleted).key("fileName").string(&own.file_name);
    writer.key("fullName").string(&own.full_name);
    writer.key("id").optional(own.id.map(|id: RecordId| id.to_string()).as_deref());
    writer.key("problem").optional(problem.map(|problem| &*problem.message));
    writer.key("problemType").optional(problem.map(|_| "Error"));
    writer.key("success").bool(problem.is_none()).end_object();
}

fn time(writer: &mut JsonWriter, name: &str, time: Option<Timestamp>) {
    writer.key(name);
    match time {
        Some(time) => writer.string(&time.to_string()),
        None => writer.null(),
    };
}
