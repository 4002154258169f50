//! What the Metadata API answers, as XML without prefixes in the body.

use std::fmt::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use mockorg_org::{
    ApiError, ErrorCode, RecordId, Timestamp,
    redefine::{
        Component, ComponentFacts, DeployState, DeployedComponent, KINDS, RetrieveState, SavedComponent,
    },
};

use super::{
    archive::{file_name, retrieved},
    xml::{escaped, write},
};

const START: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8"?>"#,
    r#"<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/""#,
);
const NAMESPACE: &str = "http://soap.sforce.com/2006/04/metadata";

/// The answer of an operation; `content` stands inside its response element.
pub(super) fn envelope(operation: &str, content: &str) -> String {
    format!(
        "{START} xmlns=\"{NAMESPACE}\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soapenv:Body>\
         <{operation}Response>{content}</{operation}Response></soapenv:Body></soapenv:Envelope>"
    )
}

/// A fault.
pub(super) fn fault(error: &ApiError) -> String {
    let code = error.code.as_str();
    // The Metadata API words the loss of a session otherwise.
    let message = if error.code == ErrorCode::InvalidSessionId {
        "Invalid Session ID found in SessionHeader: Illegal Session"
    } else {
        error.message.as_deref().unwrap_or_default()
    };
    format!(
        "{START} xmlns:sf=\"{NAMESPACE}\"><soapenv:Body><soapenv:Fault><faultcode>sf:{code}</faultcode>\
         <faultstring>{code}: {}</faultstring></soapenv:Fault></soapenv:Body></soapenv:Envelope>",
        escaped(message)
    )
}

/// A fault of the transport: the request is no SOAP call.
pub(super) fn client_fault(message: &str) -> String {
    format!(
        "{START}><soapenv:Body><soapenv:Fault><faultcode>soapenv:Client</faultcode><faultstring>{}</faultstring>\
         </soapenv:Fault></soapenv:Body></soapenv:Envelope>",
        escaped(message)
    )
}

/// Elements one after the other.
#[derive(Default)]
pub(super) struct Out(pub(super) String);

impl Out {
    pub(super) fn text(&mut self, name: &str, text: &str) -> &mut Self {
        // Writing into a String cannot fail.
        let _ = write!(self.0, "<{name}>{}</{name}>", escaped(text));
        self
    }

    pub(super) fn flag(&mut self, name: &str, value: bool) -> &mut Self {
        self.text(name, if value { "true" } else { "false" })
    }

    fn time(&mut self, name: &str, time: Option<Timestamp>) -> &mut Self {
        if let Some(time) = time {
            self.text(name, &moment(time));
        }
        self
    }

    fn id(&mut self, name: &str, id: Option<RecordId>) -> &mut Self {
        self.text(name, &id.map(|id| id.to_string()).unwrap_or_default())
    }

    pub(super) fn wrap(&mut self, name: &str, inner: impl FnOnce(&mut Self)) -> &mut Self {
        let _ = write!(self.0, "<{name}>");
        inner(self);
        let _ = write!(self.0, "</{name}>");
        self
    }
}

/// `2026-01-15T09:00:00.000Z`.
fn moment(time: Timestamp) -> String {
    let text = time.to_string();
    text.strip_suffix("+0000").map_or(text.clone(), |text| format!("{text}Z"))
}

/// The types that there are.
pub(super) fn describe() -> String {
    let mut out = Out::default();
    out.wrap("result", |out| {
        for own in KINDS.iter().filter(|own| !own.folder.is_empty()) {
            out.wrap("metadataObjects", |out| {
                for child in own.children {
                    out.text("childXmlNames", child.kind);
                }
                out.text("directoryName", own.folder).flag("inFolder", false).flag("metaFile", false);
                out.text("suffix", own.suffix).text("xmlName", own.name);
            });
        }
        out.text("organizationNamespace", "").flag("partialSaveAllowed", true).flag("testRequired", false);
    });
    out.0
}

/// Components by type and name.
pub(super) fn listed(components: &[ComponentFacts]) -> String {
    let mut out = Out::default();
    for facts in components {
        out.wrap("result", |out| properties(out, facts));
    }
    out.0
}

fn properties(out: &mut Out, facts: &ComponentFacts) {
    out.id("createdById", Some(facts.user)).text("createdByName", &facts.user_name);
    out.time("createdDate", Some(facts.created)).text("fileName", &file_name(&facts.kind, &facts.full_name));
    out.text("fullName", &facts.full_name).id("id", facts.id);
    out.id("lastModifiedById", Some(facts.user)).text("lastModifiedByName", &facts.user_name);
    out.time("lastModifiedDate", Some(facts.modified))
        .text("manageableState", "unmanaged")
        .text("type", &facts.kind);
}

/// Components in full.
pub(super) fn read(components: &[Option<Component>]) -> String {
    let mut out = Out::default();
    out.wrap("result", |out| {
        for component in components {
            let Some(component) = component else {
                out.0.push_str("<records xsi:nil=\"true\"/>");
                continue;
            };
            let _ = write!(out.0, "<records xsi:type=\"{}\">", component.kind);
            out.text("fullName", &component.full_name);
            write(&mut out.0, &component.values);
            out.0.push_str("</records>");
        }
    });
    out.0
}

/// What became of components; upserts also say which are new.
pub(super) fn saved(components: &[SavedComponent], upsert: bool) -> String {
    let mut out = Out::default();
    for own in components {
        out.wrap("result", |out| {
            if upsert {
                out.flag("created", own.created);
            }
            if let Some(problem) = &own.problem {
                out.wrap("errors", |out| {
                    out.text("message", &problem.message).text("statusCode", problem.code.as_str());
                });
            }
            out.text("fullName", &own.full_name).flag("success", own.problem.is_none());
        });
    }
    out.0
}

/// A deployment or retrieval that was accepted.
pub(super) fn accepted(id: RecordId, done: bool) -> String {
    let mut out = Out::default();
    out.wrap("result", |out| {
        out.flag("done", done).id("id", Some(id)).text("state", if done { "Completed" } else { "Queued" });
    });
    out.0
}

/// A deployment that was stopped.
pub(super) fn canceled(state: &DeployState) -> String {
    let mut out = Out::default();
    out.wrap("result", |out| {
        out.flag("done", state.status.is_done()).id("id", Some(state.id));
    });
    out.0
}

/// A deployment as it is now.
pub(super) fn deployed(state: &DeployState, details: bool) -> String {
    let mut out = Out::default();
    let errors = state.results.iter().filter(|own| own.problem.is_some()).count();
    out.wrap("result", |out| {
        out.flag("checkOnly", state.check_only).time("completedDate", state.completed);
        out.id("createdBy", Some(state.user)).text("createdByName", &state.user_name);
        out.time("createdDate", Some(state.created));
        if details {
            out.wrap("details", |out| {
                for own in state.results.iter().filter(|own| own.problem.is_some()) {
                    out.wrap("componentFailures", |out| result(out, own, state));
                }
                for own in state.results.iter().filter(|own| own.problem.is_none()) {
                    out.wrap("componentSuccesses", |out| result(out, own, state));
                }
                out.wrap("runTestResult", |out| {
                    out.text("numFailures", "0").text("numTestsRun", "0").text("totalTime", "0.0");
                });
            });
        }
        out.flag("done", state.status.is_done())
            .id("id", Some(state.id))
            .flag("ignoreWarnings", state.ignore_warnings);
        out.time("lastModifiedDate", state.completed.or(state.started).or(Some(state.created)));
        out.text("numberComponentErrors", &errors.to_string())
            .text("numberComponentsDeployed", &state.deployed().to_string());
        out.text("numberComponentsTotal", &state.total.to_string()).text("numberTestErrors", "0");
        out.text("numberTestsCompleted", "0").text("numberTestsTotal", "0");
        out.flag("rollbackOnError", state.rollback_on_error).flag("runTestsEnabled", false);
        out.time("startDate", state.started).text("status", state.status.as_str());
        out.flag("success", state.status.is_success());
    });
    out.0
}

fn result(out: &mut Out, own: &DeployedComponent, state: &DeployState) {
    out.flag("changed", own.changed).text("componentType", &own.kind).flag("created", own.created);
    out.time("createdDate", state.completed).flag("deleted", own.deleted).text("fileName", &own.file_name);
    out.text("fullName", &own.full_name);
    if let Some(id) = own.id {
        out.id("id", Some(id));
    }
    if let Some(problem) = &own.problem {
        out.text("problem", &problem.message).text("problemType", "Error");
    }
    out.flag("success", own.problem.is_none());
}

/// A retrieval as it is now.
pub(super) fn retrieval(state: &RetrieveState, version: &str, with_zip: bool) -> String {
    let mut out = Out::default();
    let done = state.status.is_done();
    out.wrap("result", |out| {
        out.flag("done", done);
        for (facts, _) in state.components.iter().filter(|_| done) {
            out.wrap("fileProperties", |out| properties(out, facts));
        }
        out.id("id", Some(state.id));
        for what in &state.missing {
            out.wrap("messages", |out| {
                out.text("fileName", "unpackaged/package.xml").text("problem", what);
            });
        }
        out.text("status", state.status.as_str()).flag("success", state.status.is_success());
        if done && with_zip {
            out.text("zipFile", &STANDARD.encode(retrieved(state, version)));
        } else {
            out.0.push_str("<zipFile xsi:nil=\"true\"/>");
        }
    });
    out.0
}
