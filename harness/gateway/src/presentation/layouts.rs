//! Page layouts, made from what the user sees of an object: sections of two columns, related lists.

use mockorg_org::{
    ApiError, RecordId, RecordTypeInfo,
    catalog::{FieldDef, SObjectDef, SupportedCall},
};

use super::{
    item::{Item, ItemWriter},
    related_list,
    seen::{Seen, metadata_id},
};
use crate::{
    answer::Answer,
    encode,
    exchange::{Exchange, Failure},
    json::JsonWriter,
    rest::validated,
};

/// Fields that no layout shows.
const UNSHOWN: &[&str] = &[
    "Id",
    "IsDeleted",
    "SystemModstamp",
    "MasterRecordId",
    "LastActivityDate",
    "LastViewedDate",
    "LastReferencedDate",
    "PhotoUrl",
    "RecordTypeId",
];

/// How many columns a section has.
const COLUMNS: usize = 2;

/// `GET /sobjects/X/describe/layouts`.
pub(crate) fn layouts(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    if exchange.param("sobject").eq_ignore_ascii_case("Global") {
        return global(exchange);
    }
    let (seen, id) = laid_out(exchange)?;
    let def = seen.def()?;
    let types = &seen.describe.record_types;
    let several = types.iter().filter(|info| info.id != RecordId::MASTER_RECORD_TYPE).count() > 1;
    let mut w = exchange.writer();
    w.begin_object().key("layouts");
    if several {
        // Which layout counts depends on the record type, so each is asked for by itself.
        w.null();
    } else {
        w.begin_array();
        layout(exchange, &mut w, (&seen, def), id)?;
        w.end_array();
    }
    w.key("recordTypeMappings").begin_array();
    for info in types {
        mapping(exchange, &mut w, (&seen, def), info, id);
    }
    w.end_array().key("recordTypeSelectorRequired").begin_array().bool(several).end_array().end_object();
    Ok(validated(exchange, w.finish()))
}

/// `GET /sobjects/X/describe/layouts/<recordTypeId>`.
pub(crate) fn layout_of_record_type(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let (seen, id) = laid_out(exchange)?;
    let wanted: RecordId = exchange.param("recordType").parse().map_err(|_| ApiError::not_found())?;
    let known = seen.describe.record_types.iter().any(|info| info.id == wanted);
    if !known && wanted != RecordId::MASTER_RECORD_TYPE {
        return Err(ApiError::not_found().into());
    }
    let mut w = exchange.writer();
    layout(exchange, &mut w, (&seen, seen.def()?), id)?;
    Ok(validated(exchange, w.finish()))
}

/// `GET /sobjects/X/describe/namedLayouts/<name>`: no object has layouts besides its own.
pub(crate) fn named_layout(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    laid_out(exchange)?;
    Err(ApiError::not_found().into())
}

/// The object of the path, which must have layouts, and the id of its layout.
fn laid_out(exchange: &Exchange<'_>) -> Result<(Seen, RecordId), Failure> {
    let seen = Seen::of_path(exchange)?;
    let def = seen.def()?;
    if !def.supports(SupportedCall::DescribeLayout) {
        return Err(ApiError::not_found().into());
    }
    let id = metadata_id(exchange, b"00h", &format!("Layout:{}", def.name))?;
    Ok((seen, id))
}

/// The layout of what belongs to no object: the global actions.
fn global(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    exchange.authorize()?;
    let id = metadata_id(exchange, b"00h", "Layout:Global")?;
    let mut w = exchange.writer();
    w.begin_object().key("layouts").begin_array().begin_object();
    w.key("buttonLayoutSection").null();
    for list in ["detailLayoutSections", "editLayoutSections"] {
        w.key(list).begin_array().end_array();
    }
    w.key("feedView").null().key("highlightsPanelLayoutSection").null();
    rest_of_layout(&mut w, id);
    w.key("relatedLists").begin_array().end_array().key("saveOptions").begin_array().end_array();
    w.end_object().end_array().key("recordTypeMappings").begin_array().end_array();
    w.key("recordTypeSelectorRequired").begin_array().bool(false).end_array().end_object();
    Ok(validated(exchange, w.finish()))
}

fn rest_of_layout(w: &mut JsonWriter, id: RecordId) {
    w.key("id");
    encode::write_id(w, id);
    w.key("multirowEditLayoutSections").begin_array().end_array();
    w.key("offlineLinks").begin_array().end_array();
    w.key("quickActionList")
        .begin_object()
        .key("quickActionListItems")
        .begin_array()
        .end_array()
        .end_object();
    w.key("relatedContent").begin_object().key("relatedContentItems").begin_array().end_array().end_object();
}

fn layout(
    exchange: &Exchange<'_>,
    w: &mut JsonWriter,
    (seen, def): (&Seen, &SObjectDef),
    id: RecordId,
) -> Result<(), Failure> {
    let user = &seen.describe.summary;
    w.begin_object().key("buttonLayoutSection").begin_object().key("detailButtons").begin_array();
    let buttons = [(user.updateable, "Edit"), (user.deletable, "Delete"), (user.createable, "Clone")];
    for (_, name) in buttons.into_iter().filter(|(may, _)| *may) {
        related_list::button(w, name, name);
    }
    w.end_array().end_object();
    let sections = sections(seen, def);
    for (key, editing) in [("detailLayoutSections", false), ("editLayoutSections", true)] {
        let mut items = ItemWriter::new(seen, def, exchange.version);
        w.key(key).begin_array();
        for (heading, section) in &sections {
            let shown: Vec<Item<'_>> =
                section.iter().copied().filter(|item| !editing || may_edit(*item)).collect();
            if shown.is_empty() {
                continue;
            }
            let section_id = metadata_id(exchange, b"01B", &format!("{key}:{}.{heading}", def.name))?;
            w.begin_object().key("collapsed").bool(false).key("columns").int(COLUMNS as u64);
            w.key("heading").string(heading).key("layoutRows");
            items.rows(w, &shown, COLUMNS);
            w.key("layoutSectionId");
            encode::write_id(w, section_id);
            w.key("parentLayoutId");
            encode::write_id(w, id);
            w.key("rows").int(shown.len().div_ceil(COLUMNS) as u64).key("tabOrder").string("TopToBottom");
            w.key("useCollapsibleSection").bool(!editing).key("useHeading").bool(true).end_object();
        }
        w.end_array();
    }
    w.key("feedView").null().key("highlightsPanelLayoutSection").null();
    rest_of_layout(w, id);
    related_list::related_lists(w, seen, def);
    w.key("saveOptions").begin_array().end_array().end_object();
    Ok(())
}

const fn may_edit(item: Item<'_>) -> bool {
    match item {
        Item::Field(_, writable) => writable,
        Item::Stamp(..) | Item::Empty => false,
    }
}

type Section<'s> = (String, Vec<Item<'s>>);

/// The sections in their order; empty ones are left out.
fn sections<'s>(seen: &'s Seen, def: &'s SObjectDef) -> Vec<Section<'s>> {
    let is_part = |field: &FieldDef| {
        let whole = field.compound_field_name.as_deref().filter(|whole| **whole != *field.name);
        whole.is_some_and(|whole| seen.field(def, whole).is_some())
    };
    let system = |field: &FieldDef| {
        matches!(&*field.name, "CreatedById" | "CreatedDate" | "LastModifiedById" | "LastModifiedDate")
    };
    let shown = || {
        seen.fields(def)
            .filter(|(field, _)| !UNSHOWN.contains(&&*field.name) && !is_part(field) && !system(field))
    };
    let long = |field: &FieldDef| field.is_textual() && field.length > 255;
    let pick = |wanted: &dyn Fn(&FieldDef) -> bool| {
        let fields = shown().filter(|(field, _)| wanted(field));
        fields.map(|(field, writable)| Item::Field(field, writable)).collect::<Vec<_>>()
    };
    let plain = |name: &str| seen.field(def, name).map(|(field, _)| field);
    let stamps = [
        ("Created By", "CreatedById", "CreatedDate"),
        ("Last Modified By", "LastModifiedById", "LastModifiedDate"),
    ];
    let stamps =
        stamps.into_iter().filter_map(|(label, by, at)| Some(Item::Stamp(label, plain(by)?, plain(at))));
    let mut sections = vec![
        (format!("{} Information", def.label), pick(&|field| !field.is_compound() && !long(field))),
        ("Address Information".to_owned(), pick(&FieldDef::is_compound)),
        ("Description Information".to_owned(), pick(&long)),
        ("System Information".to_owned(), stamps.collect()),
    ];
    sections.retain(|(_, items)| !items.is_empty());
    sections
}

fn mapping(
    exchange: &Exchange<'_>,
    w: &mut JsonWriter,
    (seen, def): (&Seen, &SObjectDef),
    info: &RecordTypeInfo,
    layout: RecordId,
) {
    w.begin_object().key("active").bool(info.active).key("available").bool(info.active);
    w.key("defaultRecordTypeMapping").bool(info.default).key("developerName").string(&info.developer_name);
    w.key("layoutId");
    encode::write_id(w, layout);
    w.key("master").bool(info.id == RecordId::MASTER_RECORD_TYPE).key("name").string(&info.name);
    let declared = def.record_type_definitions.iter().find(|own| *own.developer_name == *info.developer_name);
    w.key("picklistsForRecordType").begin_array();
    for (field, _) in seen.fields(def).filter(|(field, _)| !field.picklist_values.is_empty()) {
        let limited = declared.and_then(|own| own.picklists.get(&*field.name));
        w.begin_object().key("picklistName").string(&field.name).key("picklistValues").begin_array();
        for value in &field.picklist_values {
            let fits = limited.is_none_or(|own| own.values.iter().any(|one| **one == *value.value));
            if !fits || !value.active || !value.versions.contains(exchange.version) {
                continue;
            }
            let default = match limited {
                Some(own) => own.default.as_deref() == Some(&value.value),
                None => value.default_value,
            };
            w.begin_object().key("active").bool(true).key("defaultValue").bool(default);
            w.key("label").string(&value.label).key("validFor").optional(value.valid_for.as_deref());
            w.key("value").string(&value.value).end_object();
        }
        w.end_array().end_object();
    }
    w.end_array().key("recordTypeId");
    encode::write_id(w, info.id);
    w.key("urls").begin_object().key("layout");
    let id = info.id.to_string();
    encode::write_address(w, exchange.version, &["/sobjects/", &def.name, "/describe/layouts/", &id]);
    w.end_object().end_object();
}
