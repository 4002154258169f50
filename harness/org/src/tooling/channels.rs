//! Calls of the Tooling API. Its objects are those whose rows are made from the catalog, some of the org's own,
//! and those about events: channels, their members, managed subscriptions, whose members are given once more as
//! Metadata.

use std::sync::Arc;

use super::{
    definitions::{OF_DATA, is_unmodelled},
    scratch::metadata_object,
};
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
        let tooling = Ctx { access: Arc::new(ctx.access.tooling(&self.catalog)), ..ctx.clone() };
        if let Some(result) = self.tooling_metadata(ctx, &tooling, &call, sink) {
            return result;
        }
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
            Call::Query { ref soql, .. } | Call::QueryColumns { ref soql, .. } => {
                if let Some(name) = object_of_topic(soql) {
                    find(&name)?;
                }
                call
            }
            _ => return Err(ApiError::not_modelled("this part of the Tooling API")),
        };
        self.perform_call(&tooling, call, sink)
    }

    /// Performs a call about the org's metadata or about its own records; `None` when it is about channels.
    fn tooling_metadata(
        &mut self,
        ctx: &Ctx,
        tooling: &Ctx,
        call: &Call,
        sink: &mut dyn PageSink,
    ) -> Option<Result<Reply, ApiError>> {
        let name = match call {
            Call::DescribeGlobal => return Some(Ok(self.tooling_objects(ctx, tooling))),
            Call::QueryMore { .. } => return Some(self.perform_call(ctx, call.clone(), sink)),
            Call::QueryColumns { soql, all } => {
                if let Some(result) = self.metadata_columns(ctx, (soql, *all), true) {
                    return Some(result);
                }
                object_of_topic(soql)?
            }
            Call::Query { soql, all, .. } => {
                if let Some(result) = self.query_metadata(ctx, (soql, *all), true, sink) {
                    return Some(result);
                }
                // What does not parse is refused in the words of queries.
                object_of_topic(soql)
                    .unwrap_or_else(|| OF_DATA.first().map_or_else(Box::default, |name| (*name).into()))
            }
            Call::Describe { object }
            | Call::DescribeBasic { object }
            | Call::Retrieve { object, .. }
            | Call::Create { object, .. }
            | Call::Update { object, .. }
            | Call::Delete { object, .. } => object.clone(),
            _ => return None,
        };
        if let Some(object) = metadata_object(&name, ctx.version, true) {
            return Some(match call {
                Call::Describe { .. } => self.describe_metadata(ctx, object),
                Call::DescribeBasic { .. } => {
                    let all = self.metadata_summaries(ctx);
                    let own = all.into_iter().find(|summary| summary.object == object.name);
                    own.map(|own| Reply::DescribeBasic(own, Vec::new())).ok_or_else(ApiError::not_found)
                }
                Call::Retrieve { key, fields, .. } => {
                    self.retrieve_metadata(ctx, object, key, fields.clone())
                }
                other => self.write_metadata(ctx, object, other.clone()),
            });
        }
        if OF_DATA.iter().any(|own| own.eq_ignore_ascii_case(&name)) {
            return Some(self.perform_call(ctx, call.clone(), sink));
        }
        match call {
            Call::Query { .. } if is_unmodelled(&name) => None,
            Call::Query { soql, .. } if object(&name).is_none() => {
                Some(Err(self.unknown_tooling(tooling, soql)))
            }
            Call::Describe { .. } | Call::DescribeBasic { .. } if is_unmodelled(&name) => {
                Some(Err(ApiError::not_modelled(format_args!("the Tooling API object {name}"))))
            }
            Call::Describe { .. } | Call::DescribeBasic { .. } => {
                Some(self.perform_call(tooling, call.clone(), sink))
            }
            _ => None,
        }
    }

    /// The refusal of a statement over an object that the Tooling API does not have here.
    fn unknown_tooling(&mut self, ctx: &Ctx, soql: &str) -> ApiError {
        let mut page = crate::sink::PageTree::default();
        match self.query(ctx, (soql, false), None, &mut page) {
            Err(error) => error,
            Ok(()) => ApiError::not_modelled("this object of the Tooling API"),
        }
    }

    /// The objects of the Tooling API, ordered by name.
    fn tooling_objects(&self, ctx: &Ctx, tooling: &Ctx) -> Reply {
        let mut all = self.metadata_summaries(ctx);
        all.extend(self.describe_global(tooling));
        let own = self.describe_global(ctx);
        all.extend(own.into_iter().filter(|summary| OF_DATA.contains(&&*summary.object)));
        all.sort_by(|one, other| one.object.cmp(&other.object));
        all.dedup_by(|one, other| one.object == other.object);
        Reply::DescribeGlobal(all)
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
