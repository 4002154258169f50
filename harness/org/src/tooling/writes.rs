//! Changes of metadata by the Tooling API: a record with FullName and Metadata is a component.

use crate::{
    ApiError, Call, ErrorCode, FieldInput, Input, Org, RecordId, RecordKey, Reply, Saved,
    catalog::SObjectDef,
    ctx::Ctx,
    redefine::{Component, ComponentProblem, Element, MetadataCall, MetadataReply, SaveVerb},
};

/// The objects whose records are components of the type of the same name.
const WRITTEN: &[&str] = &["CustomField", "CustomObject", "RecordType", "ValidationRule"];

impl Org {
    /// Creates, changes or deletes a component that the org declares.
    ///
    /// # Errors
    ///
    /// Those of the component, and `MOCKORG_NOT_MODELLED` for objects whose records cannot be written here.
    pub(super) fn write_metadata(
        &mut self,
        ctx: &Ctx,
        object: &SObjectDef,
        call: Call,
    ) -> Result<Reply, ApiError> {
        if !WRITTEN.contains(&&*object.name) {
            return Err(ApiError::not_modelled(format_args!(
                "changes of {} by the Tooling API",
                object.name
            )));
        }
        let kind = &*object.name;
        match call {
            Call::Create { fields, .. } => {
                let component = component(kind, fields, None)?;
                let full_name = component.full_name.clone();
                self.save_component(ctx, SaveVerb::Create, component)?;
                let id = self.id_of_component(kind, &full_name).ok_or_else(ApiError::not_found)?;
                Ok(Reply::Created(Saved { object: object.name.clone(), id }))
            }
            Call::Update { id, fields, .. } => {
                let full_name = self.component_of(ctx, kind, &id)?;
                self.save_component(ctx, SaveVerb::Update, component(kind, fields, Some(full_name))?)?;
                Ok(Reply::Done)
            }
            Call::Delete { key: RecordKey::Id(id), .. } => {
                let full_names = vec![self.component_of(ctx, kind, &id)?];
                let call = MetadataCall::Delete { kind: kind.into(), full_names, all_or_none: true };
                self.saved(ctx, call)?;
                Ok(Reply::Done)
            }
            _ => Err(ApiError::not_found()),
        }
    }

    fn save_component(&mut self, ctx: &Ctx, verb: SaveVerb, component: Component) -> Result<(), ApiError> {
        self.saved(ctx, MetadataCall::Save { verb, components: vec![component], all_or_none: true })
    }

    fn saved(&mut self, ctx: &Ctx, call: MetadataCall) -> Result<(), ApiError> {
        let Reply::Metadata(MetadataReply::Saved(saved)) = self.metadata(ctx, call)? else {
            return Err(ApiError::not_found());
        };
        saved.into_iter().find_map(|one| one.problem).map_or(Ok(()), |problem| Err(refusal(problem)))
    }

    /// The name of the component that an id stands for.
    fn component_of(&self, ctx: &Ctx, kind: &str, id: &str) -> Result<Box<str>, ApiError> {
        let missing = || {
            let none = std::iter::empty::<&str>();
            ApiError::dml(ErrorCode::InvalidCrossReferenceKey, "invalid cross reference id", none)
        };
        let id: RecordId = id.parse().map_err(|_| {
            let none = std::iter::empty::<&str>();
            ApiError::dml(ErrorCode::MalformedId, format!("malformed id {id}"), none)
        })?;
        let names = self.catalog.objects().iter().filter(|object| object.versions.contains(ctx.version));
        let names = names.flat_map(|object| {
            let inner = |name: &str| format!("{}.{name}", object.name);
            match kind {
                "CustomObject" if object.custom => vec![object.name.to_string()],
                "CustomField" => object
                    .fields
                    .iter()
                    .filter(|field| field.custom)
                    .map(|field| inner(&field.name))
                    .collect(),
                "ValidationRule" => object.validation_rules.iter().map(|rule| inner(&rule.name)).collect(),
                "RecordType" => {
                    object.record_type_definitions.iter().map(|own| inner(&own.developer_name)).collect()
                }
                _ => Vec::new(),
            }
        });
        let mut names = names;
        names.find(|name| self.id_of_component(kind, name) == Some(id)).map(Into::into).ok_or_else(missing)
    }

    /// The id under which a component is a row.
    fn id_of_component(&self, kind: &str, full_name: &str) -> Option<RecordId> {
        match kind {
            "CustomObject" => Some(self.metadata_id(*b"01I", &format!("Object:{full_name}"))),
            "CustomField" => Some(self.metadata_id(*b"00N", &format!("CustomField:{full_name}"))),
            "ValidationRule" => Some(self.metadata_id(*b"03d", &format!("ValidationRule:{full_name}"))),
            _ => {
                let (of, name) = full_name.split_once('.')?;
                let object = self.catalog.find_any("RecordType")?;
                let mut rows = self.store.live_records(object);
                let own = rows.find(|row| {
                    row.get("SobjectType").as_text() == Some(of)
                        && row.get("DeveloperName").as_text() == Some(name)
                })?;
                Some(own.id())
            }
        }
    }
}

/// The component that a body describes.
fn component(kind: &str, body: Vec<FieldInput>, known: Option<Box<str>>) -> Result<Component, ApiError> {
    let (mut full_name, mut values) = (known, None);
    for member in body {
        match (&*member.name, member.value) {
            ("FullName", Input::Text(name)) => full_name = full_name.or(Some(name)),
            ("Metadata", Input::Object(members)) => {
                values = Some(
                    members.into_iter().flat_map(|member| elements(&member.name, member.value)).collect(),
                );
            }
            ("attributes" | "Id", _) | (_, Input::Null) => {}
            (name, _) => {
                return Err(ApiError::not_modelled(format_args!(
                    "the member {name} of a {kind} of the Tooling API"
                )));
            }
        }
    }
    let required = |name: &str| {
        ApiError::dml(
            ErrorCode::RequiredFieldMissing,
            format!("Required fields are missing: [{name}]"),
            [name],
        )
    };
    Ok(Component {
        kind: kind.into(),
        full_name: full_name.ok_or_else(|| required("FullName"))?,
        values: values.ok_or_else(|| required("Metadata"))?,
    })
}

/// A member as the values of metadata: a list is the value several times.
fn elements(name: &str, value: Input) -> Vec<Element> {
    match value {
        Input::Null | Input::Blob(_) => Vec::new(),
        Input::Bool(value) => vec![Element::leaf(name, if value { "true" } else { "false" })],
        Input::Number(text) | Input::Text(text) => vec![Element::leaf(name, text)],
        Input::Object(members) => {
            let inner = members.into_iter().flat_map(|member| elements(&member.name, member.value));
            vec![Element::of(name, inner.collect())]
        }
        Input::Array(list) => list.into_iter().flat_map(|value| elements(name, value)).collect(),
    }
}

fn refusal(problem: ComponentProblem) -> ApiError {
    if problem.code == ErrorCode::NotModelled {
        return ApiError::not_modelled(&*problem.message);
    }
    ApiError::dml(problem.code, problem.message, std::iter::empty::<&str>())
}
