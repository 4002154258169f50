//! Quick actions: those that definitions declare; no org here has global ones.

use mockorg_org::{
    ApiError, Call, ErrorCode, FieldInput, Input, Position, RecordId, Reply,
    catalog::{FieldType, QuickActionDefinition, SObjectDef},
};

use super::{
    default_values::defaults,
    item::{Item, ItemWriter},
    seen::{Seen, metadata_id},
};
use crate::{
    answer::Answer,
    encode,
    exchange::{Exchange, Failure},
    json::JsonWriter,
    rest::unexpected,
};

/// `GET /quickActions`.
pub(crate) fn global_quick_actions(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    exchange.authorize()?;
    let mut w = exchange.writer();
    w.begin_array().end_array();
    Ok(Answer::json(200, w.finish()))
}

/// `GET /sobjects/X/quickActions`.
pub(crate) fn quick_actions(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let seen = Seen::of_path(exchange)?;
    let def = seen.def()?;
    let mut w = exchange.writer();
    w.begin_array();
    for action in &def.quick_actions {
        w.begin_object();
        summary(exchange, &mut w, def, action)?;
        w.end_object();
    }
    w.end_array();
    Ok(Answer::json(200, w.finish()))
}

/// `GET /sobjects/X/quickActions/<name>`.
pub(crate) fn quick_action(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let seen = Seen::of_path(exchange)?;
    let (def, action) = named(exchange, &seen)?;
    let mut w = exchange.writer();
    w.begin_object();
    summary(exchange, &mut w, def, action)?;
    w.end_object();
    Ok(Answer::json(200, w.finish()))
}

/// `GET /sobjects/X/quickActions/<name>/describe`.
pub(crate) fn describe_quick_action(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let seen = Seen::of_path(exchange)?;
    let (def, action) = named(exchange, &seen)?;
    let target = Seen::of(exchange, target(def, action))?;
    let target_def = target.def()?;
    let mut w = exchange.writer();
    w.begin_object().key("accessLevelRequired").null();
    w.key("canvasApplicationId").null().key("canvasApplicationName").null();
    w.key("colors").begin_array().end_array().key("contextSobjectType").string(&def.name);
    w.key("defaultValues").null();
    for key in ["flowDevName", "flowRecordIdVar", "height", "iconName", "iconUrl"] {
        w.key(key).null();
    }
    w.key("icons").begin_array().end_array();
    summary(exchange, &mut w, def, action)?;
    w.key("layout");
    layout(exchange, &mut w, (&target, target_def), action);
    for key in ["lightningComponentBundleId", "lightningComponentBundleName", "miniIconUrl"] {
        w.key(key).null();
    }
    w.key("showQuickActionLcHeader").bool(false).key("showQuickActionVfHeader").bool(false);
    w.key("targetParentField").optional(parent_field(target_def, def)).key("targetRecordTypeId").null();
    w.key("targetSobjectType").string(&target_def.name);
    for key in ["visualforcePageName", "visualforcePageUrl", "width"] {
        w.key(key).null();
    }
    w.end_object();
    Ok(Answer::json(200, w.finish()))
}

/// `GET /sobjects/X/quickActions/<name>/defaultValues[/<contextId>]`.
pub(crate) fn quick_action_defaults(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let seen = Seen::of_path(exchange)?;
    let (def, action) = named(exchange, &seen)?;
    let target = Seen::of(exchange, target(def, action))?;
    let target_def = target.def()?;
    let context = exchange.param("context");
    let mut w = exchange.writer();
    w.begin_object().key("attributes").begin_object().key("type").string(&target_def.name).end_object();
    if &*action.action_type == "Create" {
        defaults(exchange, &mut w, &target, target_def);
        if let Some(field) = parent_field(target_def, def)
            && let Ok(id) = context.parse::<RecordId>()
        {
            w.key(field);
            encode::write_id(&mut w, id);
        }
    }
    w.end_object();
    Ok(Answer::json(200, w.finish()))
}

/// `POST /sobjects/X/quickActions/<name>`: `{"contextId":"…","record":{…}}`.
pub(crate) fn run_quick_action(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let seen = Seen::of_path(exchange)?;
    let (def, action) = named(exchange, &seen)?;
    let (context, mut fields) = input(exchange.record_body()?)?;
    let context_id = context.as_deref().and_then(|id| id.parse::<RecordId>().ok());
    match &*action.action_type {
        "Create" => {
            let target = Seen::of(exchange, target(def, action))?;
            if let (Some(field), Some(context)) = (parent_field(target.def()?, def), &context)
                && !fields.iter().any(|own| own.name.eq_ignore_ascii_case(field))
            {
                let value = Input::Text(context.clone());
                fields.push(FieldInput { name: field.into(), value, at: Position::default() });
            }
            let object = (*target.describe.summary.object).into();
            let Reply::Created(saved) = exchange.call(Call::Create { object, fields })? else {
                return Err(unexpected());
            };
            Ok(done(exchange, 201, (saved.id, context_id), true))
        }
        "Update" => {
            let (Some(context), Some(id)) = (context, context_id) else {
                let error = ApiError::dml(
                    ErrorCode::RequiredFieldMissing,
                    "Missing required field: contextId",
                    ["contextId"],
                );
                return Err(error.into());
            };
            exchange.call(Call::Update { object: (*def.name).into(), id: context, fields })?;
            Ok(done(exchange, 200, (id, Some(id)), false))
        }
        other => Err(exchange.not_modelled(&format!("quick actions of the type {other}")).into()),
    }
}

fn done(
    exchange: &Exchange<'_>,
    status: u16,
    (id, context): (RecordId, Option<RecordId>),
    created: bool,
) -> Answer {
    let mut w = exchange.writer();
    w.begin_object().key("contextId");
    match context {
        Some(context) => encode::write_id(&mut w, context),
        None => w.null(),
    };
    w.key("created").bool(created).key("errors").begin_array().end_array();
    w.key("feedItemIds").null().key("id");
    encode::write_id(&mut w, id);
    w.key("success").bool(true).end_object();
    Answer::json(status, w.finish())
}

/// `contextId` and `record` of a body.
fn input(body: Vec<FieldInput>) -> Result<(Option<Box<str>>, Vec<FieldInput>), ApiError> {
    let broken = |text: &str| ApiError::exception(ErrorCode::JsonParserError, text);
    let (mut context, mut fields) = (None, Vec::new());
    for member in body {
        match (&*member.name, member.value) {
            ("contextId", Input::Text(id)) => context = Some(id),
            ("contextId", Input::Null) => {}
            ("record", Input::Object(record)) => fields = record,
            ("record", _) => return Err(broken("record must be an object")),
            (name, _) => {
                return Err(broken(&format!("Unrecognized field \"{name}\" of a quick action request")));
            }
        }
    }
    fields.retain(|field| &*field.name != "attributes");
    Ok((context, fields))
}

/// The action that the path names, with or without its object.
fn named<'s>(
    exchange: &Exchange<'_>,
    seen: &'s Seen,
) -> Result<(&'s SObjectDef, &'s QuickActionDefinition), ApiError> {
    let def = seen.def()?;
    let name = exchange.param("name");
    let bare = name.split_once('.').filter(|(object, _)| object.eq_ignore_ascii_case(&def.name));
    let bare = bare.map_or(&*name, |(_, bare)| bare);
    let action = def.quick_actions.iter().find(|own| own.name.eq_ignore_ascii_case(bare));
    Ok((def, action.ok_or_else(ApiError::not_found)?))
}

/// The object whose records an action writes.
fn target<'s>(def: &'s SObjectDef, action: &'s QuickActionDefinition) -> &'s str {
    match action.target_object.as_deref() {
        Some(target) if &*action.action_type == "Create" => target,
        _ => &def.name,
    }
}

/// The field by which a new record belongs to the one that the action was started from.
fn parent_field<'s>(target: &'s SObjectDef, def: &SObjectDef) -> Option<&'s str> {
    let names = |field: &&mockorg_org::catalog::FieldDef| {
        field.field_type == FieldType::Reference
            && field.createable
            && target.index != def.index
            && field.reference_to.contains(&def.name)
    };
    target.fields.iter().find(names).map(|field| &*field.name)
}

fn summary(
    exchange: &Exchange<'_>,
    w: &mut JsonWriter,
    def: &SObjectDef,
    action: &QuickActionDefinition,
) -> Result<(), ApiError> {
    let full = format!("{}.{}", def.name, action.name);
    let id = metadata_id(exchange, b"09D", &format!("QuickAction:{full}"))?;
    w.key("actionEnumOrId");
    encode::write_id(w, id);
    w.key("label").string(&action.label).key("name").string(&full);
    w.key("type").string(&action.action_type).key("urls").begin_object();
    for (key, rest) in [
        ("defaultValues", "/defaultValues"),
        ("quickAction", ""),
        ("describe", "/describe"),
        ("defaultValuesTemplate", "/defaultValues/{ID}"),
    ] {
        w.key(key);
        let address = ["/sobjects/", &def.name, "/quickActions/", &action.name, rest];
        encode::write_address(w, exchange.version, &address);
    }
    w.end_object();
    Ok(())
}

fn layout(
    exchange: &Exchange<'_>,
    w: &mut JsonWriter,
    (target, def): (&Seen, &SObjectDef),
    action: &QuickActionDefinition,
) {
    let fields = action.fields.iter().filter_map(|name| target.field(def, name));
    let items: Vec<Item<'_>> = fields.map(|(field, writable)| Item::Field(field, writable)).collect();
    w.begin_object().key("collapsed").bool(false).key("columns").int(1_u32).key("heading").null();
    w.key("layoutRows");
    ItemWriter::new(target, def, exchange.version).rows(w, &items, 1);
    w.key("layoutSectionId").null().key("parentLayoutId").null().key("rows").int(items.len() as u64);
    w.key("tabOrder").string("TopToBottom").key("useCollapsibleSection").bool(false);
    w.key("useHeading").bool(false).end_object();
}
