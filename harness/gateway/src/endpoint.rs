//! One row of the table of endpoints.

use mockorg_org::ApiVersion;

use crate::{
    answer::Answer,
    exchange::{Exchange, Failure},
};

/// Turns a request into a call, and the reply into an answer.
pub(crate) type Handler = fn(&Exchange<'_>) -> Result<Answer, Failure>;

/// How a client proves itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Auth {
    /// Not at all, or by what the request carries.
    None,
    /// By a session of the REST resources.
    Session,
    /// As a connected app or with a token, in OAuth's own ways.
    Client,
    /// Not at all: the control surface of the mock itself.
    Control,
}

/// One row of the table.
#[derive(Debug)]
pub(crate) struct Endpoint {
    /// The name that contract cases use.
    pub(crate) id: &'static str,
    /// The path; names in braces stand for one segment.
    pub(crate) path: &'static str,
    /// The first version, before the `.0`.
    pub(crate) since: u8,
    /// The last version, if there is one.
    pub(crate) until: Option<u8>,
    pub(crate) auth: Auth,
    /// Whether answers may be something else than JSON, so that `Accept` does not matter.
    pub(crate) binary: bool,
    pub(crate) methods: &'static [MethodRow],
    pub(crate) doc: &'static str,
}

/// One method of an endpoint.
#[derive(Debug)]
pub(crate) struct MethodRow {
    pub(crate) name: &'static str,
    pub(crate) handler: Handler,
    /// The schema of the answer, by status; `default` stands for all others. A status that stands twice may
    /// be answered in either form.
    pub(crate) answers: &'static [(&'static str, &'static str)],
    /// The schema of the body, of methods of the control surface: `none` for a method that looks at no body.
    pub(crate) body: Option<&'static str>,
    /// The parameters of the address, of methods of the control surface; it refuses all others.
    pub(crate) arguments: &'static [Argument],
}

/// A parameter of the address of a method of the control surface.
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    /// Its name.
    pub name: &'static str,
    /// What it may be.
    pub form: ArgumentForm,
    /// What it means.
    pub doc: &'static str,
}

/// What a parameter may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgumentForm {
    /// Any text.
    Text,
    /// A whole number from 0 on.
    Number,
    /// `true` or `false`.
    Flag,
    /// One of these texts.
    OneOf(&'static [&'static str]),
}

/// A parameter.
pub(crate) const fn argument(name: &'static str, form: ArgumentForm, doc: &'static str) -> Argument {
    Argument { name, form, doc }
}

impl MethodRow {
    /// The method with the name of its body's schema, below `schemas/requests/`.
    pub(crate) const fn taking(mut self, body: &'static str) -> Self {
        self.body = Some(body);
        self
    }

    /// The method with the parameters that it takes.
    pub(crate) const fn with(mut self, arguments: &'static [Argument]) -> Self {
        self.arguments = arguments;
        self
    }
}

impl Endpoint {
    /// Whether the endpoint exists in `version`.
    pub(crate) fn serves(&self, version: ApiVersion) -> bool {
        self.since <= version.number() && self.until.is_none_or(|until| version.number() <= until)
    }

    /// The methods as the platform lists them.
    pub(crate) fn allowed(&self) -> String {
        let head = self.methods.iter().any(|method| method.name == "GET").then_some("HEAD");
        head.into_iter().chain(self.methods.iter().map(|method| method.name)).collect::<Vec<_>>().join(",")
    }
}

/// A row for every version.
pub(crate) const fn row(
    id: &'static str,
    path: &'static str,
    auth: Auth,
    methods: &'static [MethodRow],
    doc: &'static str,
) -> Endpoint {
    Endpoint { id, path, since: 31, until: None, auth, binary: false, methods, doc }
}

/// A row of the REST resources.
pub(crate) const fn rest(
    id: &'static str,
    path: &'static str,
    methods: &'static [MethodRow],
    doc: &'static str,
) -> Endpoint {
    row(id, path, Auth::Session, methods, doc)
}

/// A method of that name.
pub(crate) const fn get(handler: Handler, answers: &'static [(&'static str, &'static str)]) -> MethodRow {
    method("GET", handler, answers)
}

/// A method of that name.
pub(crate) const fn post(handler: Handler, answers: &'static [(&'static str, &'static str)]) -> MethodRow {
    method("POST", handler, answers)
}

/// A method of that name.
pub(crate) const fn patch(handler: Handler, answers: &'static [(&'static str, &'static str)]) -> MethodRow {
    method("PATCH", handler, answers)
}

/// A method of that name.
pub(crate) const fn put(handler: Handler, answers: &'static [(&'static str, &'static str)]) -> MethodRow {
    method("PUT", handler, answers)
}

/// A method of that name.
pub(crate) const fn delete(handler: Handler, answers: &'static [(&'static str, &'static str)]) -> MethodRow {
    method("DELETE", handler, answers)
}

const fn method(
    name: &'static str,
    handler: Handler,
    answers: &'static [(&'static str, &'static str)],
) -> MethodRow {
    MethodRow { name, handler, answers, body: None, arguments: &[] }
}
