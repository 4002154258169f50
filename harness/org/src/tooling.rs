//! The Tooling API, as far as it is about events: channels, their members, managed subscriptions. It knows
//! objects that the other APIs do not, and gives their members once more as Metadata.

use std::sync::Arc;

use crate::{
    ApiError, Call, ErrorCode, FieldInput, Input, Org, PageSink, RecordView, Reply, Value, ctx::Ctx,
    events::channel_name, query::object_of_topic,
};

/// An object of the Tooling API: its name, and the members of its Metadata with the fields that they are.
pub(crate) struct ToolingObject {
    pub(crate) name: &'static str,
    metadata: &'static [(&'static str, &'static str)],
}

/// The objects.
pub(crate) static OBJECTS: &[ToolingObject] = &[
    ToolingObject {
        name: "ManagedEventSubscription",
        metadata: &[
            ("defaultReplay", "DefaultReplay"),
            ("errorRecoveryReplay", "ErrorRecoveryReplay"),
            ("label", "MasterLabel"),
            ("state", "State"),
            ("topicName", "TopicName"),
        ],
    },
    ToolingObject {
        name: "PlatformEventChannel",
        metadata: &[("channelType", "ChannelType"), ("label", "MasterLabel")],
    },
    ToolingObject {
        name: "PlatformEventChannelMember",
        metadata: &[
            ("eventChannel", "EventChannel"),
            ("filterExpression", "FilterExpression"),
            ("selectedEntity", "SelectedEntity"),
        ],
    },
];

/// The object of this name, in any case.
pub(crate) fn object(name: &str) -> Option<&'static ToolingObject> {
    OBJECTS.iter().find(|object| object.name.eq_ignore_ascii_case(name))
}

impl Org {
    /// Performs a call of the Tooling API.
    ///
    /// # Errors
    ///
    /// Those of the call, and `MOCKORG_NOT_MODELLED` for all objects and calls that are not modelled.
    pub(crate) fn tooling(
        &mut self,
        ctx: &Ctx,
        call: Call,
        sink: &mut dyn PageSink,
    ) -> Result<Reply, ApiError> {
        let ctx = Ctx { access: Arc::new(ctx.access.tooling(&self.catalog)), ..ctx.clone() };
        let call = match call {
            Call::Create { object, fields } => {
                let fields = with_metadata(&object, fields)?;
                Call::Create { object, fields }
            }
            Call::Update { object, id, fields } => {
                let fields = with_metadata(&object, fields)?;
                Call::Update { object, id, fields }
            }
            Call::Retrieve { ref object, .. } | Call::Delete { ref object, .. } => {
                find(object)?;
                call
            }
            Call::Query { ref soql, .. } => {
                if let Some(name) = object_of_topic(soql) {
                    find(&name)?;
                }
                call
            }
            _ => return Err(ApiError::not_modelled("this part of the Tooling API")),
        };
        self.perform_call(&ctx, call, sink)
    }

    /// The members of a record's Metadata field.
    pub(crate) fn metadata_of(&self, record: RecordView<'_>) -> Vec<(Arc<str>, Value)> {
        let members = object(&record.object.name).map_or(&[][..], |object| object.metadata);
        let value = |field: &str| match record.get(field).as_text() {
            Some(channel) if field == "EventChannel" => Value::text(channel_name(self, channel)),
            _ => record.get(field).to_value(),
        };
        members.iter().map(|(member, field)| (Arc::from(*member), value(field))).collect()
    }
}

fn find(name: &str) -> Result<&'static ToolingObject, ApiError> {
    object(name).ok_or_else(|| ApiError::not_modelled(format_args!("the Tooling API object {name}")))
}

/// A body whose Metadata is taken apart into the fields that its members are.
fn with_metadata(object: &str, body: Vec<FieldInput>) -> Result<Vec<FieldInput>, ApiError> {
    let object = find(object)?;
    let mut fields = Vec::with_capacity(body.len() + object.metadata.len());
    for input in body {
        match input {
            FieldInput { ref name, value: Input::Object(members), .. }
                if name.eq_ignore_ascii_case("Metadata") =>
            {
                for member in members {
                    fields.extend(field_of(object, member)?);
                }
            }
            other => fields.push(other),
        }
    }
    Ok(fields)
}

fn field_of(object: &ToolingObject, member: FieldInput) -> Result<Option<FieldInput>, ApiError> {
    let known = object.metadata.iter().find(|(name, _)| *name == &*member.name);
    if let Some((_, field)) = known {
        return Ok(Some(FieldInput { name: (*field).into(), ..member }));
    }
    match (&*member.name, &member.value) {
        ("urls", _) | (_, Input::Null) => Ok(None),
        ("enrichedFields", Input::Array(list)) if list.is_empty() => Ok(None),
        ("enrichedFields", _) => Err(ApiError::not_modelled("enriched fields of channel members")),
        ("eventType", _) => Err(ApiError::not_modelled("event types of channels")),
        (name, _) => {
            let message = format!("No such column '{name}' on sobject of type Metadata");
            Err(ApiError::exception(ErrorCode::JsonParserError, message))
        }
    }
}
